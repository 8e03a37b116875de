import {writeFile} from 'node:fs/promises';
import {basename, join} from 'node:path';
import {type BuildOptions, build} from 'esbuild';

/** Bundles a compiled module as the program is bundled, and gives the path of what came of it. */
export async function bundleModule(file: string, folder: string): Promise<string> {
	const options = new URL('../../../scripts/bundle-options.mjs', import.meta.url).href;
	const {bundleOptions} = (await import(options)) as {bundleOptions: BuildOptions};
	await build({...bundleOptions, entryPoints: [file], outdir: folder});
	await writeFile(join(folder, 'package.json'), '{"type": "module"}');
	return join(folder, basename(file));
}
