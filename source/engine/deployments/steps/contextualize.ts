import {Stopwatch} from '../../host/stopwatch.js';
import type {Step} from '../../jobs/step.js';
import type {CommandResult, Shell} from '../../ssh/shell.js';
import {shellQuote} from '../../ssh/shell-quote.js';
import {ContextualizationError} from '../contextualization-error.js';
import type {DeploymentRun} from '../deployment-run.js';
import {endOf} from '../instance-end.js';
import {InstanceLostError} from '../instance-lost-error.js';
import {type RunningNode, runningNode} from '../node.js';
import {hostFile} from '../node-environment.js';
import {contextFile, hostsBlock, knownNodes, replaceBlockScript, sshConfigBlock} from '../node-names.js';
import {together} from '../together.js';

/** For one command; the instance may be very slow just after its boot. */
const commandLimitMs = 300_000;

/** Tells every instance of all others: addresses, names, and how to log in to each other without a prompt. */
export const contextualize: Step<DeploymentRun> = {
	name: 'contextualize',
	reaches: 'ROLES_CONTEXTUALIZED',
	async do(run) {
		await run.say('info', 'Contextualizing Instances');
		const nodes = await runningNodes(run);
		await together(
			run.cancel,
			run.timing.concurrency,
			nodes.map(node => async signal => {
				await run.once('contextualize', node.name, async () => {
					await run.connections.use(
						node,
						signal,
						async (shell, touch) => tell(run, shell, node, nodes, touch),
						commandLimitMs,
					);
					return undefined;
				});
			}),
		);
	},
};

/** They answered by SSH already; the cloud may need longer to show all of them as running at once. */
async function runningNodes(run: DeploymentRun): Promise<readonly RunningNode[]> {
	const {clock, timing, cancel} = run;
	const waited = new Stopwatch(clock, timing.cloudSilenceLimitMs);
	const found = new Map<string, RunningNode>();
	for (;;) {
		const instances = await run.instances(cancel);
		for (const node of run.nodes()) {
			const instance = instances.find(({id}) => id === node.instanceId);
			const end = instance && endOf(instance);
			if (end !== undefined) {
				throw new InstanceLostError(node.name, node.instanceId, end);
			}

			const running = instance && runningNode(node, instance);
			if (running) {
				found.set(node.name, running);
			}
		}

		const nodes = run.nodes().flatMap(({name}) => found.get(name) ?? []);
		const missing = run.nodes().find(({name}) => !found.has(name));
		if (!missing) {
			return nodes;
		}

		if (waited.passedMs() > timing.bootLimitMs) {
			throw new InstanceLostError(missing.name, missing.instanceId, 'the cloud does not show it as running');
		}

		await clock.sleep(timing.launchPollMs, cancel);
	}
}

async function tell(
	run: DeploymentRun,
	shell: Shell,
	node: RunningNode,
	nodes: readonly RunningNode[],
	touch: () => void,
): Promise<void> {
	const {nodes: nodeKey, hosts} = await run.keys();
	const must = async (what: string, script: string, input = '') => {
		touch();
		const result = await shell.run(script, {input, timeoutMs: commandLimitMs});
		if (result.code !== 0) {
			throw new ContextualizationError(node.name, what, lastWords(result));
		}

		return result.stdout;
	};

	const home = (await must('make ~/.ssh', 'umask 077 && mkdir -p "$HOME/.ssh" && printf %s "$HOME"')).trim();
	await shell.writeFile(`${home}/.ssh/d2cm_ed25519`, nodeKey.privateKey, {mode: 0o600});
	await shell.writeFile(
		`${home}/.ssh/d2cm_known_hosts`,
		knownNodes(nodes, ({role}) => hosts.get(role.name)?.publicKey ?? ''),
		{mode: 0o600},
	);
	await must('let the other instances in', addLineScript('"$HOME/.ssh/authorized_keys"'), `${nodeKey.publicKey}\n`);
	await must(
		'set up ssh between the instances',
		inOwnName(replaceBlockScript('"$HOME/.ssh/config"')),
		sshConfigBlock(nodes, node.role.user),
	);
	await must('write /etc/hosts', asRoot(replaceBlockScript('/etc/hosts')), hostsBlock(nodes));
	await must('set its host name', asRoot(hostNameScript(node.name)));
	await shell.writeFile(hostFile, contextFile(nodes), {mode: 0o644});
}

/** Adds its standard input, one line, to a file of mode 0600 that does not have it yet. */
const addLineScript = (file: string) =>
	`umask 077 && touch ${file} && IFS= read -r line && { grep -qxF -e "$line" ${file} || printf '\\n%s\\n' "$line" >>${file}; }`;

const hostNameScript = (name: string) =>
	`set -e
$as_root hostname ${shellQuote(name)}
printf '%s\\n' ${shellQuote(name)} | $as_root sh -c 'cat >/etc/hostname'
`;

const inOwnName = (script: string) => `umask 077\nas_root=\n${script}`;

const asRoot = (script: string) => `as_root=; [ "$(id -u)" = 0 ] || as_root='sudo -n'\n${script}`;

function lastWords({stdout, stderr}: CommandResult): string {
	return (stderr || stdout).trim().split('\n').slice(-3).join(' / ').slice(-300);
}
