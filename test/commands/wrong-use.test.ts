import assert from 'node:assert/strict';
import test from 'node:test';
import {openD2cm} from '../../source/actions/open-d2cm.js';
import {callHere} from '../helpers/call-here.js';
import {homeWithTemplate} from '../helpers/home-with-template.js';

type ErrorShape = {readonly error: {readonly name: string; readonly message: string; readonly hint: string}};

for (const [words, status, message] of [
	[['deplyo'], 2, /There is no command deplyo; did you mean deploy\?/],
	[['image'], 2, /d2cm image needs one of: add, list, remove\./],
	[['inspect'], 2, /d2cm inspect needs FILE\./],
	[['--frobnicate'], 2, /d2cm has no option --frobnicate\./],
	[['status', '--jsno'], 2, /did you mean --json\?/],
	[['deploy', 'pair', '--cloud', 'local', '--size', 'many'], 2, /--size must be a number.*\nRun `d2cm deploy --help`/],
	[['deploy', '--cloud', 'local'], 2, /d2cm deploy needs TEMPLATE\./],
	[['deploy', 'pair', '--cloud', 'local'], 3, /The template pair has no problem size.*\nGive one \(--size N\)/],
	[['deploy', 'pair', '--cloud', 'local', '--size', '0'], 2, /--size must be a number above 0, and 0 is none/],
	[['deploy', 'pair', '--cloud', 'local', '--size=-3'], 2, /--size must be a number above 0, and -3 is none/],
	[
		['deploy', 'pair', '--cloud', 'local', '--size', '1', '--type', 'Slave=a', '--type', 'Slave=b'],
		2,
		/--type is given twice for the role Slave\./,
	],
	[['deploy', 'pair', '--cloud', 'local', '--size', '1', '--count', 'Slave'], 2, /write ROLE=VALUE/],
	[['deploy', 'pair', '--cloud', 'local', '--size', '1', '--count', 'Slave=x'], 2, /x is no count/],
	[['deploy', 'pair', '--cloud', 'local', '--size', '1', '--count', 'Slaev=1'], 3, /no role Slaev/],
	[['deploy', 'pair', '--cloud', 'local', '--size', '1', '--type', 'Slave=x1'], 3, /no instance type x1/],
	[['deploy', 'pair', '--cloud', 'us-east-1', '--size', '1'], 3, /The cloud us-east-1 has no credential\.\nAdd one/],
	[['deploy', 'pair', '--cloud', 'local', '--size', '1'], 3, /not agreed to.*\n.*--yes/],
	[['deploy', 'pairs', '--cloud', 'local', '--size', '1'], 3, /no template named pairs.*\nDid you mean pair\?/],
	[['migrate', 'huge', '--cloud', 'local'], 3, /no image named huge/],
	[['migrate', 'tiny', '--cloud', 'eu-west-1'], 3, /has no credential/],
	[['image', 'add', 'a/b', '/etc/passwd'], 3, /The name "a\/b" must be/],
	[['image', 'add', 'x', '/nowhere.vdi'], 3, /nowhere\.vdi/],
	[['image', 'remove', 'tiny'], 3, /Image tiny is used by template pair/],
	[['template', 'import', '/nowhere.yaml'], 3, /There is no file \/nowhere\.yaml/],
	[['template', 'import', '/'], 3, /\/ is a folder, and a file is wanted\./],
	[['template', 'export', 'x'], 3, /no template named x/],
	[['template', 'remove', 'x'], 3, /no template named x/],
	[['status', 'NOSUCH'], 3, /no migration or deployment NOSUCH/],
	[['events', 'NOSUCH'], 3, /NOSUCH/],
	[['cancel', 'NOSUCH'], 3, /NOSUCH/],
	[['resume', 'NOSUCH'], 3, /NOSUCH/],
	[['clone', 'NOSUCH'], 3, /NOSUCH/],
	[['delete', 'NOSUCH'], 3, /NOSUCH/],
	[['credential', 'add', 'a/b', '--profile', 'x'], 2, /name must be letters/],
	[['credential', 'add', 'x', '--secret-key', 'oops'], 2, /has no option --secret-key/],
	[['credential', 'add', 'x', '--profile', 'x', '--access-key', 'y'], 2, /either a profile or keys/],
	[['credential', 'add', 'x', '--access-key', 'y', '--account', '12'], 2, /The account \(user ID\) must be 12 digits/],
	[['credential', 'import'], 2, /either a FILE or --profile/],
	[['credential', 'import', '/nowhere/eucarc'], 3, /\/nowhere\/eucarc is not there\./],
	[['credential', 'import', '--profile', 'nobody-has-this'], 3, /nobody-has-this .*gives no keys/],
	[['credential', 'test', 'x', '--cloud', 'local'], 3, /no credential named x/],
	[['credential', 'remove', 'x'], 3, /no credential named x/],
	[['cloud', 'add', 'x', '--kind', 'azure'], 2, /kind: /],
	[['cloud', 'add', 'x', '--ec2-url', 'nowhere'], 3, /the address of EC2 must be an address beginning with https/],
	[['cloud', 'add', 'x', '--region', 'north pole'], 3, /its region must be letters, digits and hyphens/],
	[['cloud', 'add', 'x', '--kind', 'compatible'], 2, /needs --ec2-url/],
	[['cloud', 'add', 'x', '--credential', 'nobody'], 3, /no credential nobody/],
	[['cloud', 'remove', 'local'], 3, /`local` can be neither changed nor removed/],
	[['kernel', 'list', 'us-east-1'], 3, /us-east-1 has no credential/],
	[['job', 'picnic', 'X'], 2, /no kind of job named picnic/],
] as const) {
	test(`d2cm ${words.join(' ')} ends with ${status} and a sentence, in JSON too`, async t => {
		const home = await homeWithTemplate(t);
		const plain = await callHere(home, words);
		assert.equal(plain.status, status, plain.stderr);
		assert.match(plain.stderr, message);
		assert.equal(plain.stderr.includes('    at '), false, 'a stack is for our own errors');

		const json = await callHere(home, [...words, '--json']);
		assert.equal(json.status, status);
		const {error} = JSON.parse(json.stdout) as ErrorShape;
		assert.match(`${error.message}\n${error.hint}`, message);
		assert.deepEqual(Object.keys(error), ['name', 'message', 'hint']);
	});
}

test('an error of ours ends with 1 and a stack, in JSON too', async () => {
	const broken = async () => Promise.reject(new TypeError('x is not a function'));
	for (const words of [['status'], ['status', '--json']]) {
		const {status, stdout, stderr} = await callHere('/nowhere', words, broken);
		assert.equal(status, 1);
		assert.match(stderr, /TypeError: x is not a function\n +at /);
		assert.equal(stdout.includes('"name":"TypeError"'), words.includes('--json'));
	}
});

test('who says no to the price on a terminal is shown it first, and nothing is started', async t => {
	const home = await homeWithTemplate(t);
	const words = ['deploy', 'pair', '--cloud', 'local', '--size', '1'];
	const {status, stdout, stderr} = await callHere(home, words, undefined, {isTerminal: true});
	assert.equal(status, 130);
	assert.deepEqual(stdout.split('\n'), [
		'Charges will start at the rate of $0.00 per hour (3 instances on local).',
		'No role has a done check: the run is over when all async scripts have ended.',
		'asked: Start it?',
	]);
	assert.match(stderr, /The deployment was cancelled\./);
	assert.deepEqual(await (await openD2cm(home)).jobs(), []);
});

test('a price of 0 is taken with a remark that no cap counts it, and others are taken in silence', async t => {
	const home = await homeWithTemplate(t);
	assert.deepEqual(await callHere(home, ['price', 'set', 'local', 'local.small', '0']), {
		status: 0,
		stdout: 'local.small on local: $0 per hour.',
		stderr: 'At $0 nothing is counted against a cap of spending. Say `unknown` where the price is not known.',
	});
	assert.equal((await callHere(home, ['price', 'set', 'local', 'local.small', '0.10'])).stderr, '');
});

test('without a command a terminal shows the whole program', async () => {
	assert.deepEqual(await callHere('/nowhere', [], undefined, {isTerminal: true}), {
		status: 0,
		stdout: 'shown',
		stderr: '',
	});
});

test('without a command and without a terminal it is said that there is none, and the status is 2', async () => {
	const {status, stdout, stderr} = await callHere('/nowhere', []);
	assert.equal(status, 2);
	assert.equal(stdout, '');
	assert.match(stderr, /This is no terminal[\s\S]*`d2cm --help`/);
});
