import assert from 'node:assert/strict';
import {test} from 'node:test';
import {holdStep} from '../../source/engine/deployments/hold-step.js';
import {FakeD2cm} from '../helpers/fake-d2cm.js';
import {fakeView} from '../helpers/fake-data.js';
import {keys, walkScreens} from '../helpers/screen-walk.js';

const first = {screen: 'deployment', id: 'ABC123'} as const;

test('while its cloud is silent, a deployment shows what is known of it, and that instances may be otherwise now', () => {
	const d2cm = new FakeD2cm();
	d2cm.deployment = async id => {
		const view = fakeView(await d2cm.job(id));
		const nodes = view.nodes.map(node => ({...node, instance: {...node.instance, state: 'unknown' as const}}));
		return {...view, nodes, silence: 'The cloud at sci.example.org does not answer.'};
	};
	return walkScreens(
		async ({see}) => {
			const frame = await see('How the instances are now is not known: The cloud at sci.example.org');
			assert.match(frame, /ROLES_STARTED/);
			assert.match(frame, /slave-2 .+ unknown/);
			assert.doesNotMatch(frame, /instances run now/);
		},
		{d2cm, first},
	);
});

test('a deployment that is kept for missing data says so wherever it is shown, and what to do', () => {
	const d2cm = new FakeD2cm();
	d2cm.jobList = d2cm.jobList.map(job =>
		job.id === 'ABC123' ? {...job, state: 'COLLECTING_DATA', isHeld: true} : job,
	);
	d2cm.write('ABC123', {kind: 'step', step: holdStep, mark: 'started'});
	d2cm.write('ABC123', {kind: 'event', level: 'warning', message: 'There is no /root/out.', hint: 'Put it there.'});
	return walkScreens(
		async ({see, press}) => {
			const frame = await see('Put it there.');
			assert.match(frame, /State +waits: data missing/);
			assert.match(frame, /There is no \/root\/out\./);
			assert.match(frame, /1 waits for you/);
			await press(keys.escape);
			await see(/pi\.ABC123 +waits: data missing/);
		},
		{d2cm, first},
	);
});

test('where jobs run and one waits, the heading of a wizard is whole and the one that waits is told of', () => {
	const d2cm = new FakeD2cm();
	d2cm.jobList = d2cm.jobList.map(job => (job.id === 'ABC123' ? {...job, isHeld: true} : job));
	return walkScreens(
		async ({see, press, resize}) => {
			await see('1 job running, 1 waits for you');
			await press(`n${keys.next}`);
			await see(/Instance types and counts \(2 of 3\) ─+ 1 waits for you ──/);
			await resize(120, 40);
			await see(/\(2 of 3\) ─+ 1 job running, 1 waits for you ──/);
		},
		{d2cm},
	);
});

test('a deployment whose cloud is waited for can be cancelled at once', () => {
	const d2cm = new FakeD2cm();
	d2cm.deployment = () => Promise.withResolvers<never>().promise;
	return walkScreens(
		async ({see, press}) => {
			await see('Deployment pi.ABC123');
			await see('Asking local for its instances');
			await press('cy');
			await see('pi.ABC123 is being cancelled');
		},
		{d2cm, first},
	);
});
