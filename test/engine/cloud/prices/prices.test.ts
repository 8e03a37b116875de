import assert from 'node:assert/strict';
import {readFile, writeFile} from 'node:fs/promises';
import {join} from 'node:path';
import {test} from 'node:test';
import type {Cloud} from '../../../../source/engine/cloud/cloud.js';
import {CloudUnreachableError} from '../../../../source/engine/cloud/ec2/errors/cloud-unreachable-error.js';
import {amazonPrices} from '../../../../source/engine/cloud/prices/amazon-prices.js';
import {cachedPrices} from '../../../../source/engine/cloud/prices/cached-prices.js';
import {parseProduct} from '../../../../source/engine/cloud/prices/parse-product.js';
import {serviceQuotas} from '../../../../source/engine/cloud/prices/service-quotas.js';
import {quotaCode, vcpuQuotas} from '../../../../source/engine/cloud/prices/vcpu-quotas.js';
import {withPrices} from '../../../../source/engine/cloud/prices/with-prices.js';
import {systemClock} from '../../../../source/engine/host/system-clock.js';
import {testKeys} from '../../../helpers/ec2-server/ec2-server.js';
import {product, startPricesServer} from '../../../helpers/prices-server.js';
import {temporaryFolder} from '../../../helpers/temporary-folder.js';

const access = {region: 'eu-west-1', keys: testKeys};
const {signal} = new AbortController();
const request = (endpoint: string) => ({access, endpoint, clock: systemClock, signal});

test('prices are those of Linux on demand in the region, of all pages, and the dearer of two', async t => {
	const server = await startPricesServer(t, [
		product({instanceType: 't3.small'}, '0.0228000000'),
		product({instanceType: 't3.small', regionCode: 'us-east-1'}, '0.0208000000'),
		product({instanceType: 't3.small', operatingSystem: 'Windows'}, '0.0412000000'),
		product({instanceType: 't3.small', tenancy: 'Dedicated'}, '0.0251000000'),
		product({instanceType: 't3.small', capacitystatus: 'UnusedCapacityReservation'}, '0.0228000000'),
		product({instanceType: 'm5.large'}, '0.1080000000'),
		product({instanceType: 'm5.large'}, '0.1070000000'),
		product({instanceType: 'free.odd'}, '0.0000000000'),
		product({instanceType: 'x9.odd'}, '17.2', 'Quantity'),
		product({instanceType: 'c5.large'}, '0.0960000000'),
	]);
	assert.deepEqual(await amazonPrices(request(server.url)), {'t3.small': 0.0228, 'm5.large': 0.108, 'c5.large': 0.096});
	assert.equal(server.requests.length, 3);
});

test('an entry that is no price is none', () => {
	for (const entry of ['', 'null', '{"product":{}}', product({}, 'many'), product({}, '0')]) {
		assert.equal(parseProduct(entry), undefined);
	}
});

test('a list is kept with its date for a week; an old one is better than none, and none than a wrong one', async t => {
	const file = join(await temporaryFolder(t), 'prices', 'eu-west-1.json');
	let now = new Date('2026-11-22T10:00:00Z');
	const clock = {now: () => now, sleep: async () => undefined};
	const unreachable = async () => Promise.reject(new CloudUnreachableError('pricing:GetProducts', 'does not answer'));
	assert.equal(await cachedPrices(file, clock, unreachable), undefined);
	const first = await cachedPrices(file, clock, async () => ({'t3.small': 0.02}));
	assert.deepEqual(first, {at: '2026-11-22T10:00:00.000Z', prices: {'t3.small': 0.02}});
	now = new Date('2026-11-29T09:00:00Z');
	assert.deepEqual(await cachedPrices(file, clock, unreachable), first);
	now = new Date('2026-11-29T11:00:00Z');
	assert.deepEqual(await cachedPrices(file, clock, unreachable), first);
	const second = await cachedPrices(file, clock, async () => ({'t3.small': 0.03}));
	assert.equal(second?.at, '2026-11-29T11:00:00.000Z');
	assert.equal(JSON.parse(await readFile(file, 'utf8')).prices['t3.small'], 0.03);
	await writeFile(file, '{"at":"2026-11-29T11:00:00.000Z","prices":{"t3.small":0}}');
	assert.equal(await cachedPrices(file, clock, unreachable), undefined);
	await assert.rejects(
		cachedPrices(file, clock, async () => Promise.reject(new TypeError('a fault of ours'))),
		TypeError,
	);
});

test('the user’s word counts before the cloud’s and the list’s; what nobody knows is not known', async () => {
	const type = (name: string, hourlyUsd?: number) => ({name, vcpus: 1, memoryMib: 512, hourlyUsd});
	const types = [type('told', 1), type('said', 2), type('listed'), type('nobody'), type('hidden', 3)];
	let asked = 0;
	const list = async () => {
		asked++;
		return {at: '2026-11-22T10:00:00.000Z', prices: {listed: 0.5, told: 9, said: 9, hidden: 9}};
	};
	const cloud = (some: typeof types) =>
		withPrices({name: 'c', instanceTypes: async () => some} as unknown as Cloud, {
			table: new Map([
				['said', 0.25],
				['hidden', undefined],
			]),
			list,
			listName: 'the list',
		});
	assert.deepEqual(
		(await cloud(types).instanceTypes()).map(({name, hourlyUsd, priceSource}) => [name, hourlyUsd, priceSource]),
		[
			['told', 1, undefined],
			['said', 0.25, 'the price table'],
			['listed', 0.5, 'the list of 2026-11-22'],
			['nobody', undefined, undefined],
			['hidden', undefined, 'the price table'],
		],
	);
	assert.equal(asked, 1);
	await cloud(types.slice(0, 2)).instanceTypes();
	assert.equal(asked, 1);
});

test('vCPU quotas are read once for types that share one; a quota that may not be read bounds nothing', async t => {
	const server = await startPricesServer(t, [], {'L-1216C47A': 32});
	const quotas = vcpuQuotas(serviceQuotas(request(server.url)));
	const limits = await quotas(['t3.small', 'm5.large', 'quite.new'], 'on-demand');
	assert.deepEqual(
		[...limits].map(([type, {vcpus}]) => [type, vcpus]),
		[
			['t3.small', 32],
			['m5.large', 32],
		],
	);
	assert.match(limits.get('t3.small')?.name ?? '', /Standard/);
	assert.equal(server.requests.length, 1);
	server.refuse = true;
	assert.equal((await quotas(['t3.small'], 'on-demand')).size, 0);
	assert.deepEqual(
		['g5.xlarge', 'p4d.24xlarge', 'inf2.xlarge', 'x2idn.16xlarge', 'im4gn.large', 'hpc7a.12xlarge'].map(type => [
			quotaCode(type, 'on-demand'),
			quotaCode(type, 'spot'),
		]),
		[
			['L-DB2E81BA', 'L-3819A6DF'],
			['L-417A185B', 'L-7212CCBC'],
			['L-1945791B', 'L-B5D1601B'],
			['L-7295265B', 'L-E3A00192'],
			['L-1216C47A', 'L-34B43A08'],
			['L-F7808C92', undefined],
		],
	);
});

test('a quota nobody has changed is Amazon’s default, and one that Amazon does not know bounds nothing', async t => {
	const server = await startPricesServer(t, [], {'L-B665C33B': 7}, {'L-309BACF6': 100_000});
	const readQuota = serviceQuotas(request(server.url));
	assert.deepEqual(await readQuota({service: 'ebs', code: 'L-309BACF6'}), {
		name: 'Snapshots per Region',
		value: 100_000,
	});
	assert.equal((await readQuota({service: 'ec2', code: 'L-B665C33B'}))?.value, 7);
	assert.equal(await readQuota({service: 'ec2', code: 'L-00000000'}), undefined);
});
