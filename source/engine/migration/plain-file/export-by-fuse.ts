import {spawn} from 'node:child_process';
import {once} from 'node:events';
import {writeFile} from 'node:fs/promises';
import {dirname, join} from 'node:path';
import {setTimeout as delay} from 'node:timers/promises';
import {CancelledError} from '../../errors/cancelled-error.js';
import {MissingProgramError} from '../../host/missing-program-error.js';
import {withoutSecrets} from '../../host/run-program.js';
import {FuseRefusedError} from './fuse-refused-error.js';
import {mountsBelow} from './mounts-below.js';
import type {Part, PlainFile} from './plain-file.js';
import {stopExports} from './stop-exports.js';

const startTimeoutMs = 20_000;

/**
Shows a partition of a qcow2 overlay as a plain file beside it, without copying a byte. The daemon behind it ends with `keep` or
`release`, or when this process dies.

@throws {FuseRefusedError} When this machine does not allow it.
@throws {MissingProgramError}
*/
export async function exportByFuse(overlay: string, part: Part, signal?: AbortSignal): Promise<PlainFile> {
	const folder = dirname(overlay);
	const mountPoint = join(folder, 'exported.raw');
	await writeFile(mountPoint, '', {mode: 0o600});

	// setpriv asks the kernel to end the daemon with us, so that even a killed migration leaves no mount behind.
	const child = spawn(
		'setpriv',
		['--pdeathsig', 'TERM', 'qemu-storage-daemon', ...daemonArguments(overlay, part, mountPoint)],
		{
			stdio: ['ignore', 'ignore', 'pipe'],
			env: withoutSecrets(),
		},
	);
	let words = '';
	child.stderr.setEncoding('utf8').on('data', (text: string) => {
		words = (words + text).slice(-2000);
	});
	let ended: Error | undefined;
	child.once('error', error => {
		ended = new MissingProgramError('setpriv', {cause: error});
	});
	child.once('exit', code => {
		ended ??=
			code === 127
				? new MissingProgramError('qemu-storage-daemon')
				: new FuseRefusedError(words.trim().slice(-300) || `the daemon ended with ${code}.`);
	});

	const release = async () => {
		if (ended === undefined) {
			const exited = once(child, 'exit');
			child.kill('SIGTERM');
			await Promise.race([exited, delay(10_000, undefined, {ref: false})]);
		}

		await stopExports(folder);
	};

	try {
		const deadline = Date.now() + startTimeoutMs;
		while (!(await mountsBelow(folder)).includes(mountPoint)) {
			if (ended) {
				throw ended;
			}

			if (signal?.aborted) {
				throw new CancelledError('The migration');
			}

			if (Date.now() > deadline) {
				throw new FuseRefusedError('the daemon did not answer.');
			}

			await delay(15);
		}
	} catch (error) {
		await release();
		throw error;
	}

	return {file: mountPoint, way: 'fuse', keep: release, release};
}

function daemonArguments(overlay: string, {startBytes, sizeBytes}: Part, mountPoint: string): readonly string[] {
	return [
		['--blockdev', {driver: 'file', 'node-name': 'file', filename: overlay}],
		['--blockdev', {driver: 'qcow2', 'node-name': 'overlay', file: 'file'}],
		['--blockdev', {driver: 'raw', 'node-name': 'part', file: 'overlay', offset: startBytes, size: sizeBytes}],
		[
			'--export',
			{type: 'fuse', id: 'plain', 'node-name': 'part', mountpoint: mountPoint, writable: true, 'allow-other': 'off'},
		],
	].flatMap(([option, value]) => [String(option), JSON.stringify(value)]);
}
