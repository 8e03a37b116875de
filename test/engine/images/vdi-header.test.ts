import assert from 'node:assert/strict';
import {test} from 'node:test';
import {DamagedVdiError} from '../../../source/engine/images/damaged-vdi-error.js';
import {DifferencingVdiError} from '../../../source/engine/images/differencing-vdi-error.js';
import {TruncatedImageError} from '../../../source/engine/images/truncated-image-error.js';
import {UnsupportedVdiError} from '../../../source/engine/images/unsupported-vdi-error.js';
import {isVdi, parseVdiHeader} from '../../../source/engine/images/vdi-header.js';

const mib = 1024 * 1024;

/** As VirtualBox writes it for a dynamic disk of 24 MiB. */
function soundHeader(): Buffer {
	const head = Buffer.alloc(512);
	head.write('<<< Oracle VM VirtualBox Disk Image >>>\n');
	head.writeUInt32LE(0xbeda107f, 0x40);
	head.writeUInt32LE(0x00010001, 0x44);
	head.writeUInt32LE(400, 0x48);
	head.writeUInt32LE(1, 0x4c);
	head.writeUInt32LE(512, 0x154);
	head.writeUInt32LE(1024, 0x158);
	head.writeUInt32LE(512, 0x168);
	head.writeBigUInt64LE(BigInt(24 * mib), 0x170);
	head.writeUInt32LE(mib, 0x178);
	head.writeUInt32LE(24, 0x180);
	head.writeUInt32LE(3, 0x184);
	head.write('33221100554477668899aabbccddeeff', 0x188, 'hex');
	return head;
}

const parse = (head: Buffer, fileBytes = 4 * mib) => parseVdiHeader(head, {file: '/a.vdi', fileBytes});

test('a sound header is read', () => {
	assert.ok(isVdi(soundHeader()));
	assert.deepEqual(parse(soundHeader()), {
		kind: 'dynamic',
		version: '1.1',
		mapOffset: 512,
		dataOffset: 1024,
		virtualBytes: 24 * mib,
		blockBytes: mib,
		blockExtraBytes: 0,
		blockCount: 24,
		uuid: '00112233-4455-6677-8899-aabbccddeeff',
	});
});

test('a snapshot is refused by its type, with how to flatten it', () => {
	const head = soundHeader();
	head.writeUInt32LE(4, 0x4c);
	assert.throws(
		() => parse(head),
		(error: unknown) => {
			assert.ok(error instanceof DifferencingVdiError);
			assert.equal(error.parentUuid, undefined);
			assert.match(error.hint, /VBoxManage clonemedium/);
			return true;
		},
	);
});

test('a snapshot is refused by its parent, whatever its type says', () => {
	const head = soundHeader();
	head.write('78563412bc9af0de0123456789abcdef', 0x1a8, 'hex');
	assert.throws(() => parse(head), {name: 'DifferencingVdiError', parentUuid: '12345678-9abc-def0-0123-456789abcdef'});
});

const lies: ReadonlyArray<{title: string; offset: number; value: number; error: new (...args: never[]) => Error}> = [
	{title: 'a version nobody makes', offset: 0x44, value: 0x00020000, error: UnsupportedVdiError},
	{title: 'an unknown type', offset: 0x4c, value: 3, error: UnsupportedVdiError},
	{title: 'a header of 4 GiB', offset: 0x48, value: 0xffffffff, error: DamagedVdiError},
	{title: 'a block map inside the header', offset: 0x154, value: 64, error: DamagedVdiError},
	{title: 'a block map far outside the file', offset: 0x154, value: 0xfffffff0, error: DamagedVdiError},
	{title: 'data inside the block map', offset: 0x158, value: 512, error: DamagedVdiError},
	{title: 'sectors of 4 KiB', offset: 0x168, value: 4096, error: DamagedVdiError},
	{title: 'a disk larger than its blocks', offset: 0x174, value: 1, error: DamagedVdiError},
	{title: 'a disk too large to count', offset: 0x174, value: 0xffffffff, error: DamagedVdiError},
	{title: 'a disk of no size', offset: 0x170, value: 0, error: DamagedVdiError},
	{title: 'blocks of no size', offset: 0x178, value: 0, error: DamagedVdiError},
	{title: 'blocks of an odd size', offset: 0x178, value: mib + 1, error: DamagedVdiError},
	{title: 'blocks of 2 GiB', offset: 0x178, value: 2 ** 31, error: DamagedVdiError},
	{title: 'too many blocks', offset: 0x180, value: 25, error: DamagedVdiError},
	{title: 'more blocks in the file than there are', offset: 0x184, value: 25, error: DamagedVdiError},
	{title: 'a gap before each block that is no sector', offset: 0x17c, value: 100, error: DamagedVdiError},
];

for (const {title, offset, value, error} of lies) {
	test(`a header that claims ${title} is refused`, () => {
		const head = soundHeader();
		head.writeUInt32LE(value, offset);
		assert.throws(() => parse(head), error);
	});
}

test('a file that ends in its block map is called cut off', () => {
	assert.throws(() => parse(soundHeader(), 600), TruncatedImageError);
	assert.throws(() => parse(soundHeader().subarray(0, 200), 200), TruncatedImageError);
});
