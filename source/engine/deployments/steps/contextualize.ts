import {Stopwatch} from '../../host/stopwatch.js';
import type {Step} from '../../jobs/step.js';
import {runScript} from '../../ssh/run-script.js';
import type {Shell} from '../../ssh/shell.js';
import {shellQuote} from '../../ssh/shell-quote.js';
import {byId} from '../by-id.js';
import {ContextualizationError} from '../contextualization-error.js';
import type {DeploymentRun} from '../deployment-run.js';
import {pinnedHostKeys} from '../host-key/pinned-host-key.js';
import {endOf} from '../instance-end.js';
import {InstanceLostError} from '../instance-lost-error.js';
import {loginUser} from '../login-user.js';
import {type RunningNode, runningNode} from '../node.js';
import {hostFile} from '../node-environment.js';
import {contextFile, hostsBlock, keepRest, knownNodes, replaceBlockScript, sshConfigBlock} from '../node-names.js';
import {together} from '../together.js';

/** The instance may be very slow just after its boot. */
const commandLimitMs = 300_000;

/** Tells every instance of all others: addresses, names, and how to log in to each other without a prompt. */
export const contextualize: Step<DeploymentRun> = {
	name: 'contextualize',
	reaches: 'ROLES_CONTEXTUALIZED',
	async do(run) {
		await run.say('info', 'Contextualizing Instances');
		const nodes = await runningNodes(run);
		const words = await wordsForAll(run, nodes);
		await together(
			run.cancel,
			run.timing.concurrency,
			nodes.map(node => async signal => {
				await run.once('contextualize', node.name, async () => {
					await run.connections.use(node, signal, async shell => tell(run, shell, node, words), commandLimitMs);
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
		const known = byId(await run.instances(cancel));
		for (const node of run.nodes()) {
			const instance = known.get(node.instanceId);
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

/** The same for all of hundreds of instances, so it is made once. Quoted, as words of sh. */
type Words = {
	readonly privateKey: string;
	readonly publicKey: string;
	readonly known: string;
	readonly context: string;
	/** Scripts. */
	readonly hosts: string;
	readonly config: string;
};

async function wordsForAll(run: DeploymentRun, nodes: readonly RunningNode[]): Promise<Words> {
	const [keys, hostKeys] = [await run.keys(), await run.hostKeys()];
	const userOf = (node: RunningNode) => loginUser(run.journal.records, node) ?? 'root';
	return {
		privateKey: shellQuote(keys.nodes.privateKey),
		publicKey: shellQuote(keys.nodes.publicKey),
		known: shellQuote(knownNodes(nodes, node => pinnedHostKeys(run.journal.records, hostKeys, node))),
		context: shellQuote(contextFile(nodes)),
		hosts: replaceBlockScript('putAsRoot', '/etc/hosts', shellQuote(hostsBlock(nodes))),
		config: replaceBlockScript('put', '"$HOME/.ssh/config"', shellQuote(sshConfigBlock(nodes, userOf))),
	};
}

/** All in one script, since each round trip and each process costs, on hundreds of instances; it may run again. */
async function tell(run: DeploymentRun, shell: Shell, node: RunningNode, words: Words): Promise<void> {
	const script = `${functions}
what='make ~/.ssh'
umask 077
[ -d "$HOME/.ssh" ] || mkdir "$HOME/.ssh" || exit
put "$HOME/.ssh/d2cm_ed25519" ${words.privateKey} || exit
known=${words.known}
put "$HOME/.ssh/d2cm_known_hosts" "$known" || exit
[ -e "$HOME/.ssh/known_hosts" ] || put "$HOME/.ssh/known_hosts" '' || exit
what='let the other instances in'
addLine "$HOME/.ssh/authorized_keys" ${words.publicKey} || exit
what='set up ssh between the instances'
${words.config}[ $? = 0 ] || exit
what='write /etc/hosts'
${words.hosts}[ $? = 0 ] || exit
what='set its host name'
putAsRoot /proc/sys/kernel/hostname ${shellQuote(node.name)} 2>/dev/null || asRoot hostname ${shellQuote(node.name)} || exit
putAsRoot /etc/hostname ${shellQuote(`${node.name}\n`)} || exit
umask 022
what='write /etc/ssh/ssh_known_hosts'
[ ! -d /etc/ssh ] || {
	${knownToAll}} || exit
what='tell the addresses of all'
put ${shellQuote(hostFile)} ${words.context} || exit
what=
${makeTaskFolders(run, node)}exit 0
`;
	const result = await runScript(shell, script, {timeoutMs: commandLimitMs});
	if (result.code !== 0) {
		throw new ContextualizationError(node.name, result.stdout.toString().trim(), lastWords(result.stderr));
	}
}

/** Made by one process, instead of by one for each task that begins. A task that lacks its folder makes it itself. */
function makeTaskFolders({tasks}: DeploymentRun, {role}: RunningNode): string {
	const ids = [
		...role.startScripts.map((_, index) => `start-${index + 1}`),
		...role.asyncScripts.map((_, index) => `async-${index + 1}`),
	];
	const folders = ids.map(id => shellQuote(`${tasks.folder(id)}/.d2cm`));
	return folders.length === 0 ? '' : `umask 077\nmkdir -p ${folders.join(' ')} 2>/dev/null\n`;
}

/** For every user there, and whatever known_hosts file a script names. */
const knownToAll = replaceBlockScript('putAsRoot', '/etc/ssh/ssh_known_hosts', '"$known"');

/**
What the script of a node is made of. Of a user other than root, sudo is asked. A file that is written anew is one of ours, and
nothing reads it before this step has ended.
*/
const functions = `${keepRest}n='
'
what=
trap '[ -z "$what" ] || echo "$what"' EXIT
put() { printf %s "$2" >"$1"; }
isRoot() { [ -O / ] || [ "$(id -u)" = 0 ]; }
asRoot() {
	if isRoot; then "$@"; else sudo -n "$@"; fi
}
putAsRoot() {
	if isRoot; then put "$@"; else printf %s "$2" | sudo -n sh -c 'cat >"$1"' sh "$1"; fi
}
addLine() {
	if [ -e "$1" ]; then
		while IFS= read -r line || [ -n "$line" ]; do
			[ "$line" != "$2" ] || return 0
		done <"$1"
	fi
	printf '\\n%s\\n' "$2" >>"$1"
}`;

function lastWords(text: string): string {
	return text.trim().split('\n').slice(-3).join(' / ').slice(-300);
}
