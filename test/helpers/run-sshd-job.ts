import {writeSync} from 'node:fs';
import {runJob} from '../../source/actions/run-job.js';
import {fencedWorld} from '../../source/engine/deployments/fenced-world.js';
import {runDeployment} from '../../source/engine/deployments/run-deployment.js';
import {whileFenced} from '../../source/engine/host/fence.js';
import type {Journal} from '../../source/engine/jobs/journal.js';
import {simulatedHost} from './lock-hosts.js';
import {plainSshdDeployment, sshdContext, sshdPlaces} from './sshd-deployment.js';

// A process of its own that works on a deployment on real sshd instances as the program does, with its lock:
// `node run-sshd-job.js ROOT [SEQ] [HOST]`. Says whether it worked or another did; kills itself when it has written the record SEQ.
// With a HOST it is there, as far as locks know, and says `stopped` and stops itself in place of being killed.
const [root = '', seq, name] = process.argv.slice(2);
const options = name === undefined ? {} : {host: await simulatedHost(name)};
const worked = await runJob(
	sshdPlaces(root).folder,
	async ({journal: file, fence, cancel, finish}) => {
		const journal: Journal = {
			get records() {
				return file.records;
			},
			async append(entry) {
				await file.append(entry);
				if (file.records.length === Number(seq)) {
					name === undefined || writeSync(1, 'stopped');
					process.kill(process.pid, name === undefined ? 'SIGKILL' : 'SIGSTOP');
				}
			},
		};
		const context = {...sshdContext(root, plainSshdDeployment(root), journal, cancel), finish};
		await whileFenced(fence, async () => runDeployment(fencedWorld(context, fence)));
	},
	options,
);
process.stdout.write(worked ? 'worked' : 'busy');
process.exit(0);
