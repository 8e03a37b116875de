import {connectSsh2} from '../../../source/engine/ssh/ssh2-shell.js';
import {foreignAmis} from '../../helpers/guest-users.js';
import {needsRoot} from '../../helpers/needs.js';
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

shellSuite(
	"ssh2 and a real OpenSSH server, by a user's sudo",
	async () => {
		const {targets, end} = await startSshdInstances(1, {}, foreignAmis.ubuntu.id);
		const [target] = targets;
		const shell = target && (await connectSsh2({...target, user: 'ubuntu'}));
		if (!shell?.asRoot) {
			throw new Error('There is no instance, or its user is root.');
		}

		return {
			shell: shell.asRoot(),
			async close() {
				shell.close();
				await end();
			},
		};
	},
	needsRoot,
);
