import assert from 'node:assert/strict';
import {test} from 'node:test';
import {CapacityError} from '../../../source/engine/cloud/capacity-error.js';
import {CloudFailingError} from '../../../source/engine/cloud/cloud-failing-error.js';
import {CloudUnreachableError} from '../../../source/engine/cloud/ec2/errors/cloud-unreachable-error.js';
import {KeysRefusedError} from '../../../source/engine/cloud/ec2/errors/keys-refused-error.js';
import {CloudPatience} from '../../../source/engine/deployments/cloud-patience.js';
import {defaultTiming} from '../../../source/engine/deployments/deployment-context.js';
import {VirtualClock} from '../../torture/virtual-clock.js';

const hour = 3_600_000;

/** A cloud that fails for so many minutes. */
function setUp(failure: Error, minutes: number) {
	const virtual = new VirtualClock();
	const said: string[] = [];
	const patience = new CloudPatience({
		clock: virtual.ofProcess(() => true),
		timing: defaultTiming,
		say: async (_, message) => void said.push(message),
	});
	let asked = 0;
	const question = async () => {
		asked++;
		if (virtual.passedMs < minutes * 60_000) {
			throw failure;
		}

		return 'answer';
	};
	return {virtual, said, patience, question, asked: () => asked};
}

const silence = new CloudUnreachableError('ec2:DescribeInstances', 'does not answer');

test('minutes of silence are two events and then an answer', async () => {
	const {virtual, said, patience, question} = setUp(silence, 12);
	assert.equal(await virtual.runUntil(patience.ask(question), hour), 'answer');
	assert.deepEqual(said, [
		'The cloud cannot be asked now: The cloud does not answer (ec2:DescribeInstances). Trying again.',
		'The cloud answers again.',
	]);
});

test('one bad answer is not worth a word', async () => {
	const {virtual, said, patience, question} = setUp(new Error('RequestLimitExceeded'), 0.001);
	assert.equal(await virtual.runUntil(patience.ask(question), hour), 'answer');
	assert.deepEqual(said, []);
});

test('silence that lasts ends it, by the name of what it was', async () => {
	const lasting = setUp(silence, 1000);
	await assert.rejects(lasting.virtual.runUntil(lasting.patience.ask(lasting.question), hour), silence);
	const nameless = setUp(new Error('InternalError'), 1000);
	await assert.rejects(nameless.virtual.runUntil(nameless.patience.ask(nameless.question), hour), CloudFailingError);
	assert.ok(nameless.virtual.passedMs < 20 * 60_000);
});

test('what the user has to mend is not asked twice, nor a fault in our own code', async () => {
	for (const failure of [new CapacityError('full'), new KeysRefusedError('invalid'), new TypeError('undefined')]) {
		const {virtual, patience, question, asked} = setUp(failure, 10);
		await assert.rejects(virtual.runUntil(patience.ask(question), hour), failure);
		assert.equal(asked(), 1);
	}
});

test('keys that have expired may be renewed meanwhile', async () => {
	const {virtual, patience, question} = setUp(new KeysRefusedError('expired'), 5);
	assert.equal(await virtual.runUntil(patience.ask(question), hour), 'answer');
});

test('a call that never comes back is put again', async () => {
	const {virtual, patience} = setUp(silence, 0);
	let asked = 0;
	const question = async () => (asked++ === 0 ? new Promise<never>(() => undefined) : 'answer');
	assert.equal(await virtual.runUntil(patience.ask(question), hour), 'answer');
});
