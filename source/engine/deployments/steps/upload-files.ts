import {stat} from 'node:fs/promises';
import type {Step} from '../../jobs/step.js';
import {asNeeded} from '../../ssh/as-needed.js';
import {runScript} from '../../ssh/run-script.js';
import type {Shell} from '../../ssh/shell.js';
import {shellQuote} from '../../ssh/shell-quote.js';
import {readUploadBundle, sendBundlePart, type Upload, type UploadBundle} from '../../ssh/upload-bundle.js';
import type {DeploymentRun} from '../deployment-run.js';
import {loginUser} from '../login-user.js';
import type {DeployedNode} from '../node.js';
import {Progress} from '../progress.js';
import {sayRemarks} from '../say-remarks.js';
import {type StagedInputs, stagedInputs} from '../staging/staged-inputs.js';
import {together} from '../together.js';

export const uploadFiles: Step<DeploymentRun> = {
	name: 'upload-files',
	async do(run) {
		const nodes = run.nodes().filter(({role}) => role.uploads.length > 0);
		const inputs = stagedInputs(run);
		const bundles = new Map<string, Promise<UploadBundle>>();
		const bundleOf = async ({role}: DeployedNode) => {
			const bundle = bundles.get(role.name) ?? readUploadBundle(role.uploads);
			bundles.set(role.name, bundle);
			return bundle;
		};
		const upload = nodes.map(node => async (signal: AbortSignal) => {
			await run.once('upload', node.name, async () => ({
				bytes: await uploadTo(run, node, {...(await bundleOf(node)), inputs}, signal),
			}));
		});
		await together(run.cancel, run.timing.concurrency, upload);
		await inputs.forget();
	},
};

/** What is small goes in one piece; what is large, or could not be brought like that, file by file. */
async function uploadTo(
	run: DeploymentRun,
	node: DeployedNode,
	{parts, others, inputs}: UploadBundle & {readonly inputs: StagedInputs},
	signal: AbortSignal,
): Promise<number> {
	await makeFolders(run, node, signal);
	let bytes = 0;
	const single: Upload[] = [...others];
	for (const part of parts) {
		await Promise.all(part.uploads.map(async upload => sayUploading(run, node, upload)));
		const send = async (shell: Shell) => sendBundlePart(shell, part, signal);
		if (await run.connections.use(node, signal, send, run.timing.transferStallMs)) {
			bytes += part.bytes;
			await Promise.all(part.uploads.map(async ({local, remarks}) => sayRemarks(run, local, remarks, node)));
		} else {
			single.push(...part.uploads);
		}
	}

	for (const upload of single) {
		const {local, remote} = upload;
		if (others.includes(upload)) {
			await sayUploading(run, node, upload);
		}

		const fetched = await inputs.fetch(node, upload, signal);
		bytes += fetched.bytes;
		if (fetched.isWhole) {
			continue;
		}

		const progress = new Progress(run, `upload ${node.name}:${remote}`);
		const summary = await run.connections.use(
			node,
			signal,
			async (shell, touch) =>
				asNeeded(shell, async one =>
					one.upload(local, remote, {signal, without: fetched.files, onProgress: progress.noteBy(touch)}),
				),
			run.timing.transferStallMs,
		);
		await progress.end();
		await sayRemarks(run, local, summary.remarks ?? [], node);
		bytes += summary.bytes;
	}

	return bytes;
}

/** Where the login user may make no folder, root makes it, for this user: what comes into it is the user's, as are the scripts. */
async function makeFolders(run: DeploymentRun, node: DeployedNode, signal: AbortSignal): Promise<void> {
	const folders: string[] = [];
	for (const {local, remote} of node.role.uploads) {
		const isFolder = await stat(local).then(
			stats => stats.isDirectory(),
			() => false, // Whoever reads it says more.
		);
		folders.push(...(isFolder ? [shellQuote(remote)] : []));
	}

	if (folders.length === 0) {
		return;
	}

	const script = `for folder in ${folders.join(' ')}; do
	above=$folder
	until [ -e "\${above:=/}" ]; do above=\${above%/*}; done
	[ "$above" = "$folder" ] || [ -w "$above" ] || {
		new=\${folder#"$above"} new=\${new#/}
		sudo -n sh -c 'umask 022; mkdir -p -- "$1" && chown -R "$2" -- "$3"' sh \
			"$folder" "$(id -u):$(id -g)" "\${above%/}/\${new%%/*}" && echo "$folder"
	}
done
`;
	const made = await run.connections.use(node, signal, async shell =>
		shell.asRoot ? (await runScript(shell, script)).stdout.toString() : '',
	);
	for (const folder of made.split('\n').filter(line => line !== '')) {
		await run.say('info', `Made ${folder} on ${node.name} with sudo, for ${loginUser(run.journal.records, node)}`, {
			node,
		});
	}
}

async function sayUploading(run: DeploymentRun, node: DeployedNode, {local, remote}: Upload): Promise<void> {
	await run.say('info', `Uploading ${local} to ${node.name}:${remote}`, {node});
}
