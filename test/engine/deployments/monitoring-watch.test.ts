import assert from 'node:assert/strict';
import {test} from 'node:test';
import type {Monitor} from '../../../source/engine/monitoring/monitor.js';
import {FakeDeployment} from '../../helpers/fake-deployment.js';
import {sampleDeployment} from '../../helpers/sample-deployment.js';

const hang = async () => new Promise<never>(() => undefined);
const fail = async () => {
	throw new Error('collectd cannot be had');
};

for (const [what, monitor] of Object.entries({
	fails: {begin: fail, fetch: fail, finish: fail},
	hangs: {begin: hang, fetch: hang, finish: hang},
	'hangs at its end': {begin: async () => undefined, fetch: async () => undefined, finish: hang},
} satisfies Record<string, Monitor>)) {
	test(`a monitor that ${what} neither fails nor holds up the run`, async t => {
		const job = new FakeDeployment(t);
		const begun = performance.now();
		assert.equal(await job.run({monitor}), 'COMPLETED');
		assert.ok(performance.now() - begun < 60_000);
		const warnings = job.events.filter(message => /onitoring/.test(message));
		assert.equal(warnings.length, 1, warnings.join('\n'));
	});
}

test('only roles with monitoring are watched, until the end and in each process anew', async t => {
	const job = new FakeDeployment(t, {deployment: sampleDeployment({slave: {startScripts: []}})});
	await job.run({crash: {seq: 75, when: 'after'}}).catch(() => undefined);
	await job.run();
	const seen = job.world.effects.filter(effect => effect.startsWith('monitor'));
	assert.equal(seen.filter(effect => effect === 'monitor begin master-1').length, 2);
	assert.equal(seen.at(-1), 'monitor finish master-1');
	assert.ok(seen.every(effect => effect.endsWith('master-1')));
});
