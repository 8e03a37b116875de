import {join} from 'node:path';
import {runDeployment} from '../../source/engine/deployments/run-deployment.js';
import type {Journal} from '../../source/engine/jobs/journal.js';
import {openJournal} from '../../source/store/journal-file.js';
import {plainSshdDeployment, sshdContext, sshdPlaces} from './sshd-deployment.js';

// A process of its own that runs a deployment on real sshd instances, and kills itself where it is told to:
// `node run-sshd-deployment.js ROOT [SEQ before|after]`.
const [root = '', seq, when] = process.argv.slice(2);
const file = await openJournal(join(sshdPlaces(root).folder, 'journal.jsonl'));
let next = file.records.length;
const journal: Journal = {
	get records() {
		return file.records;
	},
	async append(entry) {
		next++;
		const isHere = next === Number(seq);
		if (isHere && when === 'before') {
			process.kill(process.pid, 'SIGKILL');
		}

		await file.append(entry);
		if (isHere) {
			process.kill(process.pid, 'SIGKILL');
		}
	},
};
const state = await runDeployment(sshdContext(root, plainSshdDeployment(root), journal));
await file.close();
process.stdout.write(state);
