import assert from 'node:assert/strict';
import {test} from 'node:test';
import {CapacityError} from '../../../../source/engine/cloud/capacity-error.js';
import {
	checkFit,
	type HostFigures,
	overheadMib,
	roomLeft,
	sparedMemoryMib,
} from '../../../../source/engine/cloud/local/capacity.js';
import {parseAvailableMib, readHostFigures} from '../../../../source/engine/cloud/local/host-figures.js';
import {localTypes} from '../../../../source/engine/cloud/local/instance-types.js';
import {temporaryFolder} from '../../../helpers/temporary-folder.js';

const [small, , large] = localTypes([]);
const host: HostFigures = {availableMemoryMib: 9356, cores: 2, freeDiskMib: 50_000, cpuOvercommit: 4};

test('room is what is available after every running instance has grown to its full size', () => {
	const running = [
		{vcpus: 1, memoryMib: 512, residentMib: 112},
		{vcpus: 2, memoryMib: 1024, residentMib: 5000},
	];
	assert.deepEqual(roomLeft(host, running), {
		memoryMib: 9356 - sparedMemoryMib - (512 + overheadMib - 112),
		vcpus: 2 * 4 - 3,
		diskMib: 50_000,
	});
	assert.equal(roomLeft({...host, availableMemoryMib: 100}, running).memoryMib, 0);
});

test('what fits exactly is let through', () => {
	assert.ok(small);
	checkFit([{type: small, count: 2}], {memoryMib: 2 * (512 + overheadMib), vcpus: 2, diskMib: 1024});
	checkFit([], {memoryMib: 0, vcpus: 0, diskMib: 0});
});

test('what does not fit is refused in one sentence with figures', () => {
	assert.ok(small && large);
	assert.throws(
		() => checkFit([{type: large, count: 3}], {...roomLeft(host, []), vcpus: 12}),
		new CapacityError(
			'3 x local.large want 12,888 MiB of memory; this machine has 9,100 MiB free.',
			'Choose a smaller instance type or fewer instances, terminate what still runs here, or wait for room (--when-full wait).',
		),
	);
	assert.throws(
		() => checkFit([{type: small, count: 1}], {memoryMib: 711, vcpus: 8, diskMib: 9999}),
		/^CapacityError: 1 x local\.small wants 712 MiB of memory; this machine has 711 MiB free\.$/,
	);
});

test('all roles are counted together, and everything that lacks is named', () => {
	assert.ok(small && large);
	const wanted = [
		{type: large, count: 1},
		{type: small, count: 2},
	];
	assert.throws(
		() => checkFit(wanted, {memoryMib: 5000, vcpus: 5, diskMib: 1000}),
		/1 x local\.large and 2 x local\.small want 5,720 MiB of memory, 6 vCPUs and 1,536 MiB of disk; this machine has 5,000 MiB free, 5 vCPUs to give and 1,000 MiB of disk free\./,
	);
});

test('an extra instance type joins the built-in ones, or takes the place of one', () => {
	const types = localTypes([
		{name: 'local.huge', vcpus: 8, memoryMib: 16_384},
		{name: 'local.small', vcpus: 1, memoryMib: 768},
	]);
	assert.deepEqual(
		types.map(({name, memoryMib, hourlyUsd}) => [name, memoryMib, hourlyUsd]),
		[
			['local.small', 768, 0],
			['local.medium', 1024, 0],
			['local.large', 4096, 0],
			['local.huge', 16_384, 0],
		],
	);
});

test('the figures of this machine are read', async t => {
	const figures = await readHostFigures(await temporaryFolder(t), 2);
	assert.ok(figures.availableMemoryMib > 50 && figures.freeDiskMib > 0 && figures.cores >= 1);
	assert.equal(parseAvailableMib('MemTotal:  8 kB\nMemAvailable:   2048 kB\n'), 2);
});
