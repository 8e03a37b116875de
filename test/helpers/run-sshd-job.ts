import {runJob} from '../../source/actions/run-job.js';
import {runDeployment} from '../../source/engine/deployments/run-deployment.js';
import type {Journal} from '../../source/engine/jobs/journal.js';
import {plainSshdDeployment, sshdContext, sshdPlaces} from './sshd-deployment.js';

// A process of its own that works on a deployment on real sshd instances as the program does, with its lock:
// `node run-sshd-job.js ROOT [SEQ]`. Says whether it worked or another did; kills itself when it has written the record SEQ.
const [root = '', seq] = process.argv.slice(2);
const worked = await runJob(sshdPlaces(root).folder, async ({journal: file, cancel, finish}) => {
	const journal: Journal = {
		get records() {
			return file.records;
		},
		async append(entry) {
			await file.append(entry);
			if (file.records.length === Number(seq)) {
				process.kill(process.pid, 'SIGKILL');
			}
		},
	};
	await runDeployment({...sshdContext(root, plainSshdDeployment(root), journal, cancel), finish});
});
process.stdout.write(worked ? 'worked' : 'busy');
process.exit(0);
