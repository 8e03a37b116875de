import assert from 'node:assert/strict';
import {createHash} from 'node:crypto';
import {readFile} from 'node:fs/promises';
import {join} from 'node:path';
import {test} from 'node:test';
import {partBytes} from '../../../../source/engine/migration/bundle/make-bundle-parts.js';
import {uploadBundle} from '../../../../source/engine/migration/bundle/upload-bundle.js';
import {noise} from '../../../helpers/bundle-images.js';
import {bundleRequest} from '../../../helpers/bundle-request.js';
import {openBundle} from '../../../helpers/open-bundle.js';

const sha1 = (bytes: Buffer): string => createHash('sha1').update(bytes).digest('hex');

const mixed = Buffer.concat([
	noise(9_000_001),
	Buffer.alloc(9_000_000),
	Buffer.from('Text that can be made smaller. '.repeat(50_000)),
	noise(4_000_000, 2),
	Buffer.alloc(5_000_077),
]);

for (const [what, bytes] of Object.entries({
	'one byte': Buffer.from('x'),
	'one sector': noise(512),
	'noise, zeros and text over several parts': mixed,
	'nothing but zeros': Buffer.alloc(30_000_000),
})) {
	test(`a bundle of ${what} is opened by openssl, gzip and tar to the same bytes`, async t => {
		const {request, store, certificates, folder} = await bundleRequest(t, bytes);

		const {location, partCount, bundledBytes} = await uploadBundle(request);

		assert.equal(location, 'images/desktop.manifest.xml');
		const opened = await openBundle(store, {bucket: 'images', location}, certificates, join(folder, 'opened'));
		assert.equal(Number(opened.text('size')), bytes.length);
		assert.equal(opened.text('digest'), (await opened.untar('sha1sum')).slice(0, 40));
		await opened.untar('tar -x');
		assert.equal(sha1(await readFile(join(folder, 'opened', 'desktop'))), sha1(bytes));
		assert.equal(opened.partBytes.length, partCount);
		assert.equal(
			opened.partBytes.reduce((total, length) => total + length),
			bundledBytes,
		);
		assert.ok(opened.partBytes.slice(0, -1).every(length => length === partBytes));
	});
}

test('the manifest has its elements in the order that other bundlers write', async t => {
	const {request, store, certificates, folder} = await bundleRequest(t, noise(1000));
	const {location} = await uploadBundle({
		...request,
		kernelId: 'aki-1&2',
		ramdiskId: 'ari-3',
		blockDeviceMapping: [{virtual: 'root', device: '/dev/sda1'}],
	});

	const {manifest} = await openBundle(store, {bucket: 'images', location}, certificates, join(folder, 'opened'));

	const shape = manifest.replace(/>[0-9a-f]{32,}</g, '>HEX<');
	assert.equal(
		shape.replace(/<(bundled_size)>\d+/, '<$1>N'),
		[
			'<?xml version="1.0" encoding="UTF-8"?>\n<manifest><version>2007-10-10</version>',
			'<bundler><name>d2cm</name><version>1.0</version><release>0</release></bundler>',
			'<machine_configuration><architecture>x86_64</architecture><block_device_mapping><mapping><virtual>root</virtual>',
			'<device>/dev/sda1</device></mapping></block_device_mapping><kernel_id>aki-1&amp;2</kernel_id>',
			'<ramdisk_id>ari-3</ramdisk_id></machine_configuration>',
			'<image><name>desktop</name><user>123456789012</user><type>machine</type><digest algorithm="SHA1">HEX</digest>',
			'<size>1000</size><bundled_size>N</bundled_size><ec2_encrypted_key algorithm="AES-128-CBC">HEX</ec2_encrypted_key>',
			'<user_encrypted_key algorithm="AES-128-CBC">HEX</user_encrypted_key><ec2_encrypted_iv>HEX</ec2_encrypted_iv>',
			'<user_encrypted_iv>HEX</user_encrypted_iv><parts count="1"><part index="0"><filename>desktop.part.00</filename>',
			'<digest algorithm="SHA1">HEX</digest></part></parts></image><signature>HEX</signature></manifest>\n',
		].join(''),
	);
});
