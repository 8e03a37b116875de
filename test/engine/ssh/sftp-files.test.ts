import assert from 'node:assert/strict';
import {EventEmitter} from 'node:events';
import {test} from 'node:test';
import {Connection} from '../../../source/engine/ssh/connection.js';
import {SftpChannel, sftpTypes, uint32} from '../../../source/engine/ssh/sftp-channel.js';
import {SftpFiles} from '../../../source/engine/ssh/sftp-files.js';

/** A server that answers each request with such a packet. */
function filesOf(type: number, body: Buffer) {
	const client = Object.assign(new EventEmitter(), {end: () => undefined, destroy: () => undefined});
	const connection = new Connection('worker-1', client as never, async () => connection);
	const transport = Object.assign(new EventEmitter(), {
		write(request: Buffer) {
			const head = Buffer.concat([uint32(5 + body.length), Buffer.from([type]), request.subarray(5, 9)]);
			setImmediate(() => transport.emit('data', Buffer.concat([head, body])));
		},
	});
	const channel = new SftpChannel(transport, why => connection.end(why));
	return new SftpFiles(connection, async () => channel);
}

const lost = {
	name: 'ConnectionLostError',
	sort: 'wait',
	message: /what it answers is no SFTP: a packet that is too short for what it says/,
};

test('attributes that are cut short are a connection that is lost, and no fault of ours', async () => {
	await assert.rejects(filesOf(sftpTypes.attributes, Buffer.from([0, 0])).stat('/a'), lost);
	await assert.rejects(filesOf(sftpTypes.attributes, uint32(0x1)).stat('/a'), lost);
});

test('attributes that promise four thousand million extensions are refused at once', async () => {
	const begun = performance.now();
	await assert.rejects(
		filesOf(sftpTypes.attributes, Buffer.alloc(8, 0xff).fill(0, 0, 4).fill(0x80, 0, 1)).stat('/a'),
		lost,
	);
	assert.ok(performance.now() - begun < 2000);
});

test('a list that promises more names than it has is a connection that is lost, and no fault of ours', async () => {
	await assert.rejects(filesOf(sftpTypes.name, uint32(0xffff_ffff)).readLink('/a'), lost);
	await assert.rejects(filesOf(sftpTypes.name, Buffer.alloc(3)).readLink('/a'), lost);
});
