import assert from 'node:assert/strict';
import {appendFile, copyFile, cp, mkdir, readFile, rename, stat, utimes, writeFile} from 'node:fs/promises';
import {join} from 'node:path';
import {type TestContext, test} from 'node:test';
import {checkImage} from '../../../../source/engine/cloud/local/check-image.js';
import {
	type LocalImage,
	localImageFolder,
	readLocalImage,
	stampVdi,
} from '../../../../source/engine/cloud/local/local-image.js';
import {contentSum} from '../../../../source/engine/host/file-identity.js';
import {openVdi} from '../../../../source/engine/images/open-vdi.js';
import {makeVdi} from '../../../helpers/make-vdi.js';
import {temporaryFolder} from '../../../helpers/temporary-folder.js';

const id = 'ami-0123abcd';

/** An AMI as a migration leaves it, over a small VDI. */
async function migrated(t: TestContext) {
	const folder = await temporaryFolder(t);
	const {vdi: file, raw} = await makeVdi(folder, 'disk', {diskMib: 2, table: ''});
	const source = await openVdi(file);
	await source.close();
	const image: LocalImage = {
		...{id, name: 'worker', createdAt: '2026-11-22T10:00:00.000Z', virtualBytes: 2 ** 21, tags: {}},
		vdi: {...(await stampVdi(file)), fingerprint: source.fingerprint, sum: await contentSum(file)},
		drivers: {virtio: true},
	};
	const cloud = join(folder, 'cloud');
	await write(cloud, image);
	const check = async () => checkImage(cloud, await read(cloud));
	return {folder, file, raw, image, cloud, check};
}

async function write(cloud: string, image: object): Promise<void> {
	await mkdir(localImageFolder(cloud, id), {recursive: true});
	await writeFile(join(localImageFolder(cloud, id), 'image.json'), JSON.stringify(image));
}

async function read(cloud: string): Promise<LocalImage> {
	const image = await readLocalImage(cloud, id);
	assert.ok(image);
	return image;
}

/** Another disk in the place of the first, with the same size and time, as whoever may write to its folder can leave it. */
async function swap(file: string): Promise<void> {
	const before = await stat(file);
	const other = `${file}.other`;
	await copyFile(file, other);
	const bytes = await readFile(other);
	bytes.write('evil code', bytes.readUInt32LE(0x158) + 0x180);
	await writeFile(other, bytes);
	await utimes(other, before.atime, before.mtimeMs / 1000);
	await rename(other, file);
	assert.equal((await stat(file)).size, before.size);
}

test('a VDI that nobody has touched passes, and nothing is written about it', async t => {
	const {check, cloud} = await migrated(t);
	const before = await stat(join(localImageFolder(cloud, id), 'image.json'));
	await check();
	assert.equal((await stat(join(localImageFolder(cloud, id), 'image.json'))).ctimeMs, before.ctimeMs);
});

test('another VDI in its place with the same size and time is refused, and both sums are said', async t => {
	const {check, file, image} = await migrated(t);
	await swap(file);
	const {mtimeMs} = await stat(file);
	assert.ok(Math.abs(mtimeMs - image.vdi.modifiedMs) < 1);
	const sum = (await contentSum(file)).slice(0, 12);
	await assert.rejects(check(), {
		name: 'ImageChangedError',
		message: `The AMI ${id} cannot be started: ${file} is not what was migrated: the sum of its content was ${image.vdi.sum?.slice(0, 12)}… and is ${sum}….`,
	});
});

test('a VDI that was changed where it lies, and given its time back, is refused', async t => {
	const {check, file} = await migrated(t);
	const {atime, mtimeMs} = await stat(file);
	const bytes = await readFile(file);
	bytes.write('evil code', bytes.readUInt32LE(0x158) + 0x180);
	await writeFile(file, bytes);
	await utimes(file, atime, mtimeMs / 1000);
	await assert.rejects(check(), /the sum of its content was/);
});

test('a VDI with more bytes than it had is refused, and both sizes are said', async t => {
	const {check, file, image} = await migrated(t);
	await appendFile(file, 'x');
	await assert.rejects(check(), new RegExp(`it had ${image.vdi.sizeBytes} bytes and has ${image.vdi.sizeBytes + 1}`));
});

test('the same disk copied back, or with another device number after a reboot, passes by its content, and is known from then on', async t => {
	const {check, file, cloud, image} = await migrated(t);
	await cp(file, `${file}.copy`, {preserveTimestamps: true});
	await rename(`${file}.copy`, file);
	await check();
	assert.deepEqual((await read(cloud)).vdi.identity, (await stampVdi(file)).identity);

	const {identity} = image.vdi;
	assert.ok(identity);
	await write(cloud, {...(await read(cloud)), vdi: {...image.vdi, identity: {...identity, device: '1'}}});
	await check();
	assert.equal((await read(cloud)).vdi.identity?.device, identity.device);
});

test('an AMI of an older version, which knows size and time alone, passes and knows more from then on', async t => {
	const {check, file, cloud, image} = await migrated(t);
	const {identity: _, sum, ...old} = image.vdi;
	await write(cloud, {...image, vdi: old});
	await check();
	const {vdi} = await read(cloud);
	assert.deepEqual([vdi.sum, vdi.identity], [sum, (await stampVdi(file)).identity]);
	await swap(file);
	await assert.rejects(check(), {name: 'ImageChangedError'});
});
