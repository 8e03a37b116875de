import {connectSsh2} from '../../../source/engine/ssh/ssh2-shell.js';
import {shellSuite} from '../../helpers/shell-suite.js';
import {startSshdInstances} from '../../helpers/start-sshd-instances.js';

shellSuite('ssh2 and a real OpenSSH server', async () => {
	const {targets, end} = await startSshdInstances(1);
	const [target] = targets;
	if (!target) {
		throw new Error('There is no instance.');
	}

	const shell = await connectSsh2(target);
	return {
		shell,
		async close() {
			shell.close();
			await end();
		},
	};
});
