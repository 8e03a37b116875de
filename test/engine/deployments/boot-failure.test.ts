import assert from 'node:assert/strict';
import {readFileSync} from 'node:fs';
import {join} from 'node:path';
import {test} from 'node:test';
import {bootFailure} from '../../../source/engine/deployments/boot-failure.js';
import {projectFolder} from '../../../source/engine/host/project-folder.js';
import {FakeDeployment} from '../../helpers/fake-deployment.js';

const console = (name: string) => readFileSync(join(projectFolder(), 'test/fixtures/consoles', `${name}.txt`), 'utf8');

const stopped = {
	panic: 'its kernel has panicked (VFS: Unable to mount root fs on unknown-block(0,0))',
	initramfs: 'its initramfs does not find the root file system (UUID=00000000-1111-2222-3333-444444444444)',
	emergency: 'it has stopped in an emergency shell',
};

for (const [name, what] of Object.entries(stopped)) {
	test(`a console that ends in ${name} says that ${what}`, () => {
		assert.equal(bootFailure(console(name))?.what, what);
	});

	test(`an instance whose console ends in ${name} ends the wait for it within a minute, with that sentence`, async t => {
		const job = new FakeDeployment(t, {trouble: {withoutSsh: [2], consoles: {2: console(name)}}});
		assert.equal(await job.run(), 'FAILED');
		assert.equal(job.end?.cause, `slave-1 (i-00000002) will not boot: ${what}.`);
		assert.ok(job.events.some(event => event.startsWith('Last console lines of slave-1:')));
		assert.deepEqual(job.world.live, []);
		const [begun, failed] = ['wait-for-boot', 'fail'].map(step =>
			Date.parse(job.records.find(record => record.kind === 'step' && record.step === step)?.at ?? ''),
		);
		assert.ok((failed ?? 0) - (begun ?? 0) < 90_000);
	});
}

test('other instances of a kind that boots slowly do not hide the one that has stopped', async t => {
	const job = new FakeDeployment(t, {trouble: {withoutSsh: [1, 2, 3], consoles: {3: console('panic')}}});
	assert.equal(await job.run(), 'FAILED');
	assert.match(job.end?.cause ?? '', /^slave-2 .* will not boot/);
});

test('a boot that goes on, or is begun again after a panic, has not failed', () => {
	assert.equal(bootFailure(''), undefined);
	assert.equal(bootFailure('Starting Emergency tools, You may log in\nDebian GNU/Linux 12 worker ttyS0\n'), undefined);
	assert.equal(
		bootFailure(`${console('panic')}\n[    0.000000] Linux version 6.1.0-57\n[    1.0] all well\n`),
		undefined,
	);
});

test('what a console says is cut and cleaned', () => {
	const {what = ''} = bootFailure(`Kernel panic - not syncing: \u001B]0;x\u0007${'A'.repeat(5000)}`) ?? {};
	assert.ok(what.length < 200 && !what.includes('\u001B'));
});
