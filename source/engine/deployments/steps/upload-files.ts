import type {Step} from '../../jobs/step.js';
import type {DeploymentRun} from '../deployment-run.js';
import {Progress} from '../progress.js';
import {whileInTime} from '../run-limit.js';
import {together} from '../together.js';

export const uploadFiles: Step<DeploymentRun> = {
	name: 'upload-files',
	async do(run) {
		const nodes = run.nodes().filter(({role}) => role.uploads.length > 0);
		const upload = nodes.map(node => async (signal: AbortSignal) => {
			await run.once('upload', node.name, async () => {
				let bytes = 0;
				for (const {local, remote} of node.role.uploads) {
					await run.say('info', `Uploading ${local} to ${node.name}:${remote}`, {node});
					const progress = new Progress(run, `upload ${node.name}:${remote}`);
					const summary = await run.connections.use(
						node,
						signal,
						async (shell, touch) => shell.upload(local, remote, {signal, onProgress: progress.noteBy(touch)}),
						run.timing.transferStallMs,
					);
					await progress.end();
					for (const {path, why} of summary.skipped ?? []) {
						await run.say('warning', `${local}: ${path} was left out: ${why}.`, {node});
					}

					bytes += summary.bytes;
				}

				return {bytes};
			});
		});
		await whileInTime(run, 'files were still being uploaded', async signal =>
			together(signal, run.timing.concurrency, upload),
		);
	},
};
