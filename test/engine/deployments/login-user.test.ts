import assert from 'node:assert/strict';
import {test} from 'node:test';
import {LoginUsers, loginUser, mustReachRoot, usersToTry} from '../../../source/engine/deployments/login-user.js';
import type {DeployedNode} from '../../../source/engine/deployments/node.js';
import {CancelledError} from '../../../source/engine/errors/cancelled-error.js';
import {ConnectionLostError} from '../../../source/engine/ssh/connection-lost-error.js';
import {LoginRefusedError, RootRefusedError} from '../../../source/engine/ssh/login-refused-error.js';
import type {Shell} from '../../../source/engine/ssh/shell.js';
import {memoryJournal} from '../../helpers/memory-journal.js';
import {sampleDeployment} from '../../helpers/sample-deployment.js';

const [sampleRole] = sampleDeployment().roles;
if (!sampleRole) {
	throw new Error('The sample deployment has no role.');
}

const {user: _, ...role} = {...sampleRole, logins: ['ubuntu', 'root', 'ec2-user', 'admin']};
const node = (index: number): DeployedNode => ({name: `master-${index}`, role, index, instanceId: `i-${index}`});

/** What root of an AMI says to whoever comes; undefined: it does as it is told. */
type Root = {readonly says?: string; readonly isOpen?: boolean};

/** Instances where these users may log in. */
function guests(users: readonly string[], {says, isOpen = says !== undefined}: Root = {}) {
	const journal = memoryJournal();
	const tried: string[] = [];
	const closed: string[] = [];
	const shellOf = (user: string) =>
		({
			close: () => closed.push(user),
			async run(_command, {onOutput, signal} = {}) {
				onOutput?.((says ?? '').slice(0, 20));
				onOutput?.((says ?? '').slice(20));
				if (signal?.aborted) {
					throw new CancelledError();
				}

				return {code: 0, stdout: says ?? '', stderr: ''};
			},
		}) as Partial<Shell> as Shell;
	const connectAs = async (user: string): Promise<Shell> => {
		tried.push(user);
		if (users.includes(user) || (user === 'root' && isOpen)) {
			return shellOf(user);
		}

		throw new LoginRefusedError('master-1', user);
	};
	const open = () => new LoginUsers({journal, nodes: () => [node(1), node(2)]});
	return {journal, tried, closed, connectAs, open, found: (index = 1) => loginUser(journal.records, node(index))};
}

test('whom an AMI speaks for by its name or its owner is tried first, and then its root is asked', () => {
	const first = (name: string, owner = '') =>
		usersToTry({name, owner}).slice(0, usersToTry({name, owner}).indexOf('root'));
	assert.deepEqual(first('ubuntu/images/hvm-ssd/ubuntu-jammy-22.04-amd64-server-20261101'), ['ubuntu']);
	assert.deepEqual(first('al2023-ami-2023.9.20261101.0-kernel-6.12-x86_64'), ['ec2-user']);
	assert.deepEqual(first('amzn2-ami-kernel-5.10-hvm-2.0.20261101.0-x86_64-gp2'), ['ec2-user']);
	assert.deepEqual(first('RHEL-9.4.0_HVM-20261101-x86_64-89-Hourly2-GP3'), ['ec2-user']);
	assert.deepEqual(first('debian-12-amd64-20261101-1'), ['admin', 'debian']);
	assert.deepEqual(first('Rocky-9-EC2-Base-9.4-20261101.0.x86_64'), ['rocky']);
	assert.deepEqual(first('Fedora-Cloud-Base-AmazonEC2.x86_64-41'), ['fedora']);
	assert.deepEqual(first('my chemistry', '099720109477'), ['ubuntu']);
	assert.deepEqual(first('my chemistry'), []);
	assert.equal(new Set(usersToTry({})).size, usersToTry({}).length);
});

test('the first user that gets in is written down, and no other is tried', async () => {
	const {journal, tried, connectAs, open, found} = guests(['ec2-user', 'admin']);
	await open().connect(node(1), connectAs);
	assert.deepEqual(tried, ['ubuntu', 'root', 'ec2-user']);
	assert.equal(found(), 'ec2-user');
	assert.equal(journal.records.length, 1);
});

test('a later process, and the next instance of the role, begin with the user that was found', async () => {
	const {tried, connectAs, open} = guests(['admin']);
	await open().connect(node(1), connectAs);
	tried.length = 0;
	await open().connect(node(1), connectAs);
	await open().connect(node(2), connectAs);
	assert.deepEqual(tried, ['admin', 'admin']);
});

test('root is taken only where nobody else gets in, over the connection that there is', async () => {
	const {tried, closed, connectAs, open, found} = guests([], {isOpen: true});
	await open().connect(node(1), connectAs);
	assert.deepEqual(tried, ['ubuntu', 'root', 'ec2-user', 'admin']);
	assert.deepEqual([found(), closed], ['root', []]);
	const other = guests(['admin'], {isOpen: true});
	await other.open().connect(node(1), other.connectAs);
	assert.deepEqual([other.found(), other.closed], ['admin', ['root']]);
});

test("the user that an AMI's root names is tried next, and only a name is taken for one", async () => {
	const told = (name: string) => `Please login as the user "${name}" rather than the user "root".\n\n`;
	const {tried, closed, connectAs, open, found} = guests(['scientist'], {says: told('scientist')});
	await open().connect(node(1), connectAs);
	assert.deepEqual(tried, ['ubuntu', 'root', 'scientist']);
	assert.deepEqual([found(), closed], ['scientist', ['root']]);
	const bad = guests([], {says: told('-oProxyCommand=x')});
	await bad.open().connect(node(1), bad.connectAs);
	assert.equal(bad.found(), 'root');
});

test('where none gets in, all that were tried are named, once each, and the role can say who it is', async () => {
	const {tried, connectAs, open} = guests([]);
	await assert.rejects(open().connect(node(1), connectAs), {
		name: 'LoginRefusedError',
		message: 'master-1 refuses the login of each of ubuntu, root, ec2-user, admin.',
		hint: /user, in the role's template/,
	});
	assert.equal(tried.length, 4);
});

test('who was refused is not tried again once a server that had enough of it answers anew', async () => {
	const {tried, connectAs, open, found} = guests(['admin']);
	const logins = open();
	let hasEnough = true;
	const moody = async (user: string) => {
		if (user === 'ec2-user' && hasEnough) {
			throw new ConnectionLostError('master-1', 'Not allowed at this time');
		}

		return connectAs(user);
	};
	await assert.rejects(logins.connect(node(1), moody), ConnectionLostError);
	hasEnough = false;
	await logins.connect(node(1), moody);
	assert.deepEqual(tried, ['ubuntu', 'root', 'ec2-user', 'admin']);
	assert.equal(found(), 'admin');
});

test('a user whose sudo asks for a password is told of in one sentence; root is not asked', async () => {
	const asked: string[] = [];
	const shell = (code: number, stderr: string) =>
		({
			async run(command) {
				asked.push(command);
				return {code, stdout: '', stderr};
			},
		}) as Partial<Shell> as Shell;
	await mustReachRoot(node(1), 'root', shell(1, 'no'));
	assert.deepEqual(asked, []);
	await mustReachRoot(node(1), 'ubuntu', shell(0, ''));
	await assert.rejects(mustReachRoot(node(1), 'ubuntu', shell(1, 'lecture\nsudo: a password is required\n')), {
		name: RootRefusedError.name,
		message: 'master-1 cannot be set up: ubuntu may not use sudo without a password (sudo: a password is required).',
		hint: /without a password in the image/,
	});
	await assert.rejects(
		mustReachRoot(node(1), 'ubuntu', shell(127, 'sh: sudo: not found')),
		/it has no sudo, and ubuntu is not root/,
	);
});

test('root that a role asks for in the AMI of others, and that only says who is to come, is no root', async () => {
	const {connectAs} = guests([], {says: 'Please login as the user "ubuntu" rather than the user "root".'});
	const asked = {...node(1), role: {...role, image: 'ami-0f0000000000000a1', user: 'root'}};
	await assert.rejects(mustReachRoot(asked, 'root', await connectAs('root')), {
		name: 'LoginRefusedError',
		hint: /user: ubuntu in the role/,
	});
});
