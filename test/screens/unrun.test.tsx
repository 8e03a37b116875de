import assert from 'node:assert/strict';
import {test} from 'node:test';
import type {DeploymentPlan, DeploymentRequest} from '../../source/actions/d2cm.js';
import {FakeD2cm, FakeError} from '../helpers/fake-d2cm.js';
import {keys, type Walk, walkScreens} from '../helpers/screen-walk.js';

const called = (d2cm: FakeD2cm, name: string) =>
	d2cm.calls.filter(([one]) => one === name).map(([, ...given]) => given);

/** The deployments that their screens asked to be kept, or one to be changed into. */
const asked = (d2cm: FakeD2cm, name: 'keepDeployment' | 'changeDeployment') =>
	called(d2cm, name).map(given => given.at(-1) as DeploymentRequest);

/** Through the wizard to the price, with the size that the guide runs. */
async function planNew({press, see}: Walk) {
	await press('n');
	await see('Problem size');
	await press(`\t${keys.backspace}500${keys.next}`);
	await see('local.small');
	await press(keys.save);
	await see('Charges will start');
}

/** One that was made and not started, looked at. */
async function withUnrun(work: (walk: Walk & {readonly id: string}) => Promise<void>) {
	const d2cm = new FakeD2cm();
	const {id} = await d2cm.keepDeployment({template: 'pi', cloud: 'local', problemSize: 7, counts: {Slave: 3}});
	await walkScreens(
		async walk => {
			await walk.see('NOT_RUN');
			await work({...walk, id});
		},
		{d2cm, first: {screen: 'deployment', id}},
	);
}

test('what the wizard made may be kept for later: nothing is started, and it is there to start, change, clone and delete', () =>
	walkScreens(async walk => {
		const {press, see, frame, d2cm} = walk;
		await planNew(walk);
		assert.match(frame(), /y Start {2}k Keep for later {2}n Back to the form/);
		await press('k');
		await see('pi.KEPT01 is kept, and not started.');
		await see(/NOT_RUN: nothing of it is reserved or charged/);
		assert.match(frame(), /problem size 500, on local/);
		assert.match(frame(), /Slave +worker +the newest +2 +local\.small/);
		assert.match(frame(), /s Start {2}e Change {2}l Clone {2}d Delete/);
		assert.deepEqual(called(d2cm, 'startDeployment'), []);
		assert.match(await press('r'), /It was not started yet\. Press s to start it\./);
		assert.match(await press('c'), /It was not started yet\. Press s to start it\./);
		await press(keys.escape);
		await see(/pi\.KEPT01 +NOT_RUN +local +500/);
	}));

test('a deployment that was kept is started after its price of now was agreed to, and shown as it goes', () =>
	withUnrun(async ({press, see, d2cm, id}) => {
		await press('s');
		await see('Charges will start at the rate of $0.00 per hour (4 instances on local).');
		await press('n');
		await see('NOT_RUN');
		assert.deepEqual(called(d2cm, 'startDeployment'), []);
		await press('s');
		await see('Start it?');
		await press('y');
		await see(`pi.${id} is started.`);
		await see('● Reserve');
		const [[plan] = []] = called(d2cm, 'startDeployment');
		assert.deepEqual((plan as DeploymentPlan).unrun?.id, id);
		assert.match(await press('s'), /It was started already\. Press a to run it again\./);
	}));

test('what is changed in one that was kept is kept with it before its price is told, also where it cannot be started', () =>
	withUnrun(async ({press, see, frame, d2cm, id}) => {
		await press('e');
		await see(/Problem size +7/);
		assert.match(frame(), new RegExp(`Deployment pi\\.${id}`));
		await press(keys.next);
		await see(/Slave: instances +3/);
		d2cm.failures.set('planStart', new FakeError('The AMI of Master is gone.', 'Migrate its image again.'));
		await press(keys.previous);
		await press(`\t${keys.backspace}8${keys.save}`);
		await see('It cannot be started as it is now.');
		assert.match(frame(), /The AMI of Master is gone\.\s+Migrate its image again\./);
		const [[changed, request] = []] = called(d2cm, 'changeDeployment');
		assert.equal(changed, id);
		const {problemSize, counts, rolesOf} = request as DeploymentRequest;
		assert.deepEqual([problemSize, counts, rolesOf], [8, {Slave: 3}, id]);
		await press('n');
		await see(/Problem size +8/);
		await press(keys.escape);
		await see('problem size 8, on local');
		await press('e');
		await see(/Problem size +8/);
		await press(keys.save);
		await see('Charges will start');
		await press('k');
		await see(`pi.${id} is kept, and not started.`);
		await see('problem size 8, on local');
		assert.deepEqual(called(d2cm, 'keepDeployment').length, 1);
	}));

test('a wizard that finds no plan keeps what was chosen all the same, if the user wants it', () =>
	walkScreens(async ({press, see, d2cm}) => {
		await press('n');
		await see('Problem size');
		d2cm.failures.set('planDeployment', new FakeError('The cloud local does not answer.', 'Try again later.'));
		await press(keys.next);
		await see('local.small');
		await press(keys.save);
		await see('The cloud local does not answer.');
		await press('k');
		await see('pi.KEPT01 is kept, and not started.');
	}));

test('a clone is there at once, not started, and opened to be changed; leaving that leaves it', () =>
	walkScreens(async ({press, see, d2cm}) => {
		await see('pi.OLD777');
		await press(`${keys.down}${keys.down}l`);
		await see('pi.KEPT01 is a clone of pi.OLD777, and not started.');
		await see(/Problem size +100/);
		await press(keys.next);
		await see(/Slave: instances +3/);
		await press(keys.save);
		await see('Charges will start');
		assert.equal(asked(d2cm, 'keepDeployment')[0]?.rolesOf, 'OLD777');
		assert.equal(asked(d2cm, 'changeDeployment')[0]?.rolesOf, 'KEPT01');
		await press('n');
		await see(/Slave: instances +3/);
		// Nothing of it is typed and lost.
		await press(keys.escape);
		await see(/pi\.KEPT01 +NOT_RUN/);
	}));

test('a clone of what its template does not say any more tells in which lines, and takes the one or the other', () =>
	walkScreens(async ({press, see, frame, d2cm}) => {
		d2cm.templateNow = {templateNow: 'changed', changes: ['role Master:', '-   - run', '+   - run --fast']};
		await see('pi.OLD777');
		await press(`${keys.down}${keys.down}l`);
		await see('The template pi was changed since. Clone pi.OLD777 as it is?');
		assert.match(frame(), /role Master:\n +- {3}- run\n +\+ {3}- run --fast/);
		await press('n');
		assert.deepEqual(called(d2cm, 'keepDeployment'), []);
		await press('l');
		await see('With the template of now');
		await press('t');
		await see('pi.KEPT01 is a clone');
		assert.deepEqual(
			asked(d2cm, 'keepDeployment').map(({rolesOf}) => rolesOf),
			[undefined],
		);
		await press(keys.escape);
		await see('NOT_RUN');
		d2cm.templateNow = {templateNow: 'removed', changes: []};
		await press('l');
		await see('pi.KEPT02 is a clone');
		assert.equal(asked(d2cm, 'keepDeployment')[1]?.rolesOf, 'KEPT01');
	}));

test('a run is run again, the very same, once its price was agreed to', () =>
	walkScreens(async ({press, see, d2cm}) => {
		await see('pi.OLD777');
		await press(`${keys.down}${keys.down}a`);
		await see('Charges will start at the rate of $0.00 per hour (4 instances on local).');
		await press(keys.escape);
		assert.deepEqual(called(d2cm, 'startDeployment'), []);
		await press('a');
		await see('Start it?');
		await press('y');
		await see('pi.NEW001 is started.');
		assert.deepEqual(called(d2cm, 'planRerun'), [['OLD777'], ['OLD777']]);
		await see('Deployment pi.NEW001');
	}));

test('one that was kept is deleted after a yes, and its screen is left', () =>
	withUnrun(async ({press, see, d2cm, id}) => {
		assert.match(await press('a'), /It was not started yet\. Press s\./);
		await press('d');
		await see(`Delete pi.${id}?`);
		await press(keys.escape);
		await see('NOT_RUN');
		await press('dy');
		await see(`pi.${id} is deleted.`);
		assert.deepEqual(called(d2cm, 'deleteDeployment'), [[id, {results: 'delete'}]]);
	}));
