// Runs one whole deployment on instances that are there already, by the code that every deployment uses, in a process of its own:
// `node fan-out-once.js ORDER`, a file with the folder of the job, the deployment and its instances.
import {readFile} from 'node:fs/promises';
import {join} from 'node:path';
import type {Cloud, Instance} from '../source/engine/cloud/cloud.js';
import type {Deployment} from '../source/engine/deployments/deployment.js';
import {runDeployment} from '../source/engine/deployments/run-deployment.js';
import {systemClock} from '../source/engine/host/system-clock.js';
import {connectSsh2} from '../source/engine/ssh/ssh2-shell.js';
import {openJournal} from '../source/store/journal-file.js';

type Order = {readonly folder: string; readonly deployment: Deployment; readonly instances: readonly Instance[]};

const {folder, deployment, instances} = JSON.parse(await readFile(process.argv[2] ?? '', 'utf8')) as Order;
const journal = await openJournal(join(folder, 'journal.jsonl'));
const nothing = async () => undefined;
const state = await runDeployment({
	folder,
	deployment,
	journal,
	cloud: startedCloud(instances),
	connect: connectSsh2,
	monitor: {begin: nothing, fetch: nothing, finish: nothing},
	clock: systemClock,
	cancel: new AbortController().signal,
	// As often as the peers look.
	timing: {launchPollMs: 100, scriptPollMs: 100, completionPollMs: 100},
});
const failure = journal.records.find(({kind}) => kind === 'end');
await journal.close();
if (state !== 'COMPLETED') {
	console.error(JSON.stringify(failure));
	process.exitCode = 1;
}

/** Gives what was started before, so that only the work on the instances is measured. */
function startedCloud(started: readonly Instance[]): Cloud {
	const ended = new Set<string>();
	return {
		name: 'bench',
		instanceTypes: async () => [],
		images: async () => [],
		deregisterImage: nothing,
		checkCapacity: nothing,
		prepare: nothing,
		reserve: async ({count}) => started.slice(0, count),
		describe: async () =>
			started.map(instance => (ended.has(instance.id) ? {...instance, state: 'terminated'} : instance)),
		async terminate(ids) {
			for (const id of ids) {
				ended.add(id);
			}
		},
		cleanUp: nothing,
		consoleOutput: async () => '',
	};
}
