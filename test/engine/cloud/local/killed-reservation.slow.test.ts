import assert from 'node:assert/strict';
import {spawn} from 'node:child_process';
import {once} from 'node:events';
import {readdir} from 'node:fs/promises';
import {join} from 'node:path';
import {test} from 'node:test';
import {fileURLToPath} from 'node:url';
import type {ReserveRequest} from '../../../../source/engine/cloud/cloud.js';
import {findProcess} from '../../../../source/engine/cloud/local/find-process.js';
import {instanceFolder, listInstanceIds} from '../../../../source/engine/cloud/local/instance-record.js';
import {makeTinyCloud, type TinyCloud, tagsOf} from '../../../helpers/tiny-cloud.js';

const program = fileURLToPath(new URL('../../../helpers/reserve-and-die.js', import.meta.url));

const points = ['reservation noted', 'folder made', 'disk made', 'seed made', 'qemu spawned', 'start noted'] as const;

async function reserveAndDie({folder}: TinyCloud, point: string, nth: number, request: ReserveRequest): Promise<void> {
	const child = spawn(process.execPath, [program, folder, point, String(nth), JSON.stringify(request)], {
		stdio: 'inherit',
	});
	const [, signal] = await once(child, 'exit');
	assert.equal(signal, 'SIGKILL', `It was not killed at "${point}".`);
}

async function processes(folder: string): Promise<number> {
	const pids = await Promise.all((await listInstanceIds(folder)).map(id => findProcess(instanceFolder(folder, id))));
	return pids.filter(pid => pid !== undefined).length;
}

for (const point of points) {
	for (const nth of point === 'reservation noted' ? [1] : [1, 2]) {
		test(`a reservation killed at "${point}" (${nth}) is completed by its token, with nothing twice`, async t => {
			const tiny = await makeTinyCloud();
			t.after(() => tiny.close());
			const request = tiny.request({count: 2});
			await reserveAndDie(tiny, point, nth, request);

			const before = await tiny.cloud.describe({tags: tagsOf(request)});
			assert.ok(before.length <= 2);
			const instances = await tiny.cloud.reserve(request);

			assert.deepEqual(
				instances.map(({state}) => state),
				['running', 'running'],
			);
			assert.equal(new Set(instances.map(one => one.privateAddress)).size, 2);
			assert.equal((await tiny.cloud.describe({tags: tagsOf(request)})).length, 2);
			for (const {id} of before) {
				assert.ok(instances.some(one => one.id === id));
			}

			assert.equal(await processes(tiny.folder), 2);
		});
	}

	test(`a reservation killed at "${point}" is found by tag and terminated, with no process left`, async t => {
		const tiny = await makeTinyCloud();
		t.after(() => tiny.close());
		const request = tiny.request({count: 2});
		await reserveAndDie(tiny, point, 1, request);

		const found = await tiny.cloud.describe({tags: tagsOf(request)});
		await tiny.cloud.terminate(found.map(({id}) => id));

		for (const {state} of await tiny.cloud.describe({tags: tagsOf(request)})) {
			assert.equal(state, 'terminated');
		}

		assert.equal(await processes(tiny.folder), 0);
		for (const {id} of found) {
			const left = await readdir(join(tiny.folder, 'instances', id));
			assert.deepEqual(
				left.filter(name => ['seed.raw', 'disk.qcow2'].includes(name)),
				[],
			);
		}
	});
}
