import {mkdir, readFile, rename, writeFile} from 'node:fs/promises';
import {join} from 'node:path';
import * as z from 'zod';

const nodeSchema = z.object({
	/** `master-1` */
	name: z.string(),
	role: z.string(),
	/** How far the instance's clock is ahead of ours. */
	clockAheadSeconds: z.number().default(0),
});

/** `node.json` in the monitoring folder of an instance: whose measurements these are. */
export type MonitoredNode = z.output<typeof nodeSchema>;

export async function writeNodeFile(folder: string, node: MonitoredNode): Promise<void> {
	await mkdir(folder, {recursive: true, mode: 0o700});
	const path = join(folder, 'node.json');
	await writeFile(`${path}.new`, `${JSON.stringify(node)}\n`);
	await rename(`${path}.new`, path);
}

/** Undefined when there is none, or none that can be read. */
export async function readNodeFile(folder: string): Promise<MonitoredNode | undefined> {
	try {
		return nodeSchema.parse(JSON.parse(await readFile(join(folder, 'node.json'), 'utf8')));
	} catch {
		return undefined;
	}
}
