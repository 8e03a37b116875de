import {runJob} from '../../source/actions/run-job.js';
import {runDeployment} from '../../source/engine/deployments/run-deployment.js';
import {plainSshdDeployment, sshdContext, sshdPlaces} from './sshd-deployment.js';

// A process of its own that works on a deployment on real sshd instances as the program does, with its lock:
// `node run-sshd-job.js ROOT`. Says whether it worked or another did.
const [root = ''] = process.argv.slice(2);
const worked = await runJob(sshdPlaces(root).folder, async ({journal, cancel}) => {
	await runDeployment(sshdContext(root, plainSshdDeployment(root), journal, cancel));
});
process.stdout.write(worked ? 'worked' : 'busy');
process.exit(0);
