import assert from 'node:assert/strict';
import {join} from 'node:path';
import {test} from 'node:test';
import {UnknownNameError} from '../../source/actions/errors/unknown-name-error.js';
import {openD2cm} from '../../source/actions/open-d2cm.js';
import {UnknownImageError} from '../../source/engine/cloud/unknown-image-error.js';
import {writeDeployment} from '../../source/engine/deployments/deployment-file.js';
import {amiId, homeWithTemplate} from '../helpers/home-with-template.js';

const request = {template: 'pair', cloud: 'local', problemSize: 7, types: {Master: 'local.medium'}};

test('a rerun is the same again, whatever became of the template, and has an id and a price of its own', async t => {
	const d2cm = await openD2cm(await homeWithTemplate(t));
	const {deployment} = await d2cm.planDeployment({...request, maxHours: 2, leaseHours: 6});
	assert.deepEqual(deployment.roles[0]?.origin, {
		image: 'tiny',
		migration: '',
		file: join(d2cm.home, 'tiny.vdi'),
		vdiFingerprint: 'tiny',
		fixUps: [],
	});
	await writeDeployment(join(d2cm.home, 'deployments', 'pair', deployment.id), deployment);
	await d2cm.removeTemplate('pair');
	await d2cm.setPrice('local', 'local.medium', 0.25);
	const again = await d2cm.planRerun(deployment.id);
	const {id, launchKey, createdAt, roles, ...rest} = again.deployment;
	assert.notEqual(id, deployment.id);
	assert.equal(launchKey, `pair.${id}`);
	assert.ok(createdAt >= deployment.createdAt);
	const {id: _id, launchKey: _key, createdAt: _at, roles: before, ...same} = deployment;
	assert.deepEqual(rest, same);
	assert.deepEqual(
		roles.map(({hourlyUsd: _price, priceSource: _source, ...role}) => role),
		before.map(({hourlyUsd: _price, ...role}) => role),
	);
	assert.equal(again.hourlyUsd, 0.25);
	assert.match(again.costLines.join('\n'), /^Prices are from the price table\.\n/);
	await d2cm.removeAmi('local', amiId);
	await assert.rejects(d2cm.planRerun(deployment.id), UnknownImageError);
});

test('the price table counts in plans, until it is emptied again', async t => {
	const d2cm = await openD2cm(await homeWithTemplate(t));
	const rate = async () => (await d2cm.planDeployment(request)).hourlyUsd;
	await d2cm.setPrice('local', 'local.small', 0.14);
	assert.equal(await rate(), 0.28);
	await d2cm.setPrice('local', 'local.small', null);
	assert.equal(await rate(), undefined);
	await assert.rejects(
		d2cm.planDeployment({...request, capUsd: 1}),
		/cap cannot be kept .* on \S+ that of \S+ is not\./,
	);
	await d2cm.setPrice('local', 'local.small', undefined);
	assert.equal(await rate(), 0);
	await assert.rejects(d2cm.setPrice('local', 'no.such', 1), UnknownNameError);
	await assert.rejects(d2cm.setPrice('nowhere', 'local.small', 1), UnknownNameError);
});
