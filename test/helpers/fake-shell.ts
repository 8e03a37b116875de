import type {Shell} from '../../source/engine/ssh/shell.js';
import type {FakeWorld} from './fake-world.js';

/** A connection to one instance of a fake world. */
export async function fakeShell(world: FakeWorld): Promise<{
	readonly shell: Shell;
	readonly write: (path: string, content: string) => void;
	/** By commands. */
	readonly bytesRead: () => number;
}> {
	const {cloud, connect} = world.process();
	const owner = {installation: 'test', launchKey: 'pi.SHELL1', publicKey: ''};
	await cloud.prepare(owner);
	await cloud.reserve({
		clientToken: 'one',
		owner,
		role: 'Master',
		imageId: 'ami-00000001',
		instanceType: 'test.small',
		count: 1,
		userData: '',
	});
	const instance = world.instance('Master', 1);
	instance.state = 'running';
	instance.refusals = 0;
	const shell = await connect({
		name: 'master-1',
		host: '',
		port: 2001,
		user: 'root',
		privateKey: '',
		hostKeys: ['key'],
	});
	let bytes = 0;
	return {
		shell: {
			...shell,
			closed: false,
			async run(command, options) {
				const result = await shell.run(command, options);
				bytes += Buffer.from(result.stdout, 'base64').length;
				return result;
			},
		},
		write: (path, content) => {
			instance.files.set(path, content);
		},
		bytesRead: () => bytes,
	};
}
