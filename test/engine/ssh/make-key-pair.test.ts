import assert from 'node:assert/strict';
import {mkdtemp, rm, writeFile} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {test} from 'node:test';
import ssh2 from 'ssh2';
import {runProgram} from '../../../source/engine/host/run-program.js';
import {makeEcdsaKeyPair, makeKeyPair, makeRsaKeyPair} from '../../../source/engine/ssh/make-key-pair.js';

test('ssh-keygen reads the private key and finds the same public key, comment included', async t => {
	const folder = await mkdtemp(join(tmpdir(), 'd2cm-key-'));
	t.after(async () => rm(folder, {recursive: true}));
	// Comments of every length modulo the block size, since the padding follows from it.
	for (const comment of ['', 'a', 'ab', 'abc', 'abcd', 'abcde', 'abcdef', 'abcdefg', 'pi on aws.ABC123']) {
		const {privateKey, publicKey} = makeKeyPair(comment);
		const file = join(folder, `key${comment.length}`);
		await writeFile(file, privateKey, {mode: 0o600});
		assert.equal((await runProgram('ssh-keygen', ['-y', '-f', file])).stdout.trim(), publicKey);
		assert.ok(publicKey.endsWith(comment));
	}
});

test('keys of the other types are read by ssh-keygen, which finds the same public key', async t => {
	const folder = await mkdtemp(join(tmpdir(), 'd2cm-key-'));
	t.after(async () => rm(folder, {recursive: true}));
	for (const [what, bits, {privateKey, publicKey}] of [
		['ECDSA', 256, makeEcdsaKeyPair('pi.ABC123 Master')],
		['RSA', 3072, await makeRsaKeyPair('pi.ABC123')],
	] as const) {
		const file = join(folder, what);
		await writeFile(file, privateKey, {mode: 0o600});
		const found = (await runProgram('ssh-keygen', ['-y', '-f', file])).stdout.trim();
		assert.ok(publicKey.startsWith(`${found} pi.ABC123`), what);
		await writeFile(`${file}.pub`, publicKey);
		const {stdout} = await runProgram('ssh-keygen', ['-l', '-f', `${file}.pub`]);
		assert.match(stdout, new RegExp(`^${bits} SHA256:.* pi\\.ABC123.* \\(${what}\\)$`, 'm'));
	}
});

test('a thousand keys are all read by the SSH library', () => {
	for (let count = 0; count < 1000; count++) {
		const {privateKey, publicKey} = count % 2 === 0 ? makeKeyPair('many') : makeEcdsaKeyPair('many');
		const parsed = ssh2.utils.parseKey(privateKey);
		assert.ok(!(parsed instanceof Error), privateKey);
		assert.equal(parsed.getPublicSSH().toString('base64'), publicKey.split(' ')[1]);
	}
});

test('a comment cannot break out of its line', () => {
	assert.equal(makeKeyPair('a\nssh-ed25519 evil').publicKey.split('\n').length, 1);
});
