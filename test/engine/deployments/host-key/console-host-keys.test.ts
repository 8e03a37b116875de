import assert from 'node:assert/strict';
import {test} from 'node:test';
import {consoleVerdict} from '../../../../source/engine/deployments/host-key/console-host-keys.js';
import {fingerprintOf} from '../../../../source/engine/ssh/fingerprint-of.js';
import {makeKeyPair} from '../../../../source/engine/ssh/make-key-pair.js';

const key = makeKeyPair('root@ip-10-0-0-7').publicKey;
const other = makeKeyPair('root@ip-10-0-0-8').publicKey;

/** As cloud-init writes it, with what the kernel and systemd put before each line. */
const fingerprints = (...keys: readonly string[]) =>
	[
		"[   31.402195] cloud-init[812]: Cloud-init v. 22.4.2 running 'modules:final'\r",
		'ci-info: no authorized SSH keys fingerprints found for user debian.\r',
		'<14>Nov 22 10:00:00 ec2: #############################################################\r',
		'<14>Nov 22 10:00:00 ec2: -----BEGIN SSH HOST KEY FINGERPRINTS-----\r',
		'<14>Nov 22 10:00:00 ec2: 1024 SHA256:2eBGH1nQ8Zb8qOeTUy7aRzRZvHkMOV6HkVYFP7HUvCM root@ip-10-0-0-7 (DSA)\r',
		...keys.map(one => `<14>Nov 22 10:00:00 ec2: 256 ${fingerprintOf(one)} root@ip-10-0-0-7 (ED25519)\r`),
		'<14>Nov 22 10:00:00 ec2: -----END SSH HOST KEY FINGERPRINTS-----\r',
		'',
	].join('\n');
const whole = (...keys: readonly string[]) =>
	['-----BEGIN SSH HOST KEY KEYS-----', ...keys, '-----END SSH HOST KEY KEYS-----', 'login: '].join('\n');

test('a fingerprint is as ssh-keygen prints it', () => {
	const line = 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIFyLxYoXY1oPOKNvSbBFfzE0NFh0bIBOP0PzBNzXIAwt d2cm';
	assert.equal(fingerprintOf(line), 'SHA256:ADfDu8h82k9D0U0amfDfmOJDwQPuGlsBJpOyZgepiL4');
});

test('the console says whether a host key is that of its instance, by fingerprints or by whole keys', () => {
	for (const form of [fingerprints, whole]) {
		assert.equal(consoleVerdict(form(key), key), 'same');
		assert.equal(consoleVerdict(form(other, key), key), 'same');
		assert.equal(consoleVerdict(form(other), key), 'other');
		assert.equal(consoleVerdict(form(), key), 'silent', 'there are keys of other types only');
	}
});

test('only what stands between the lines that say so counts, and only when it is whole', () => {
	assert.equal(consoleVerdict('', key), 'silent');
	assert.equal(consoleVerdict(`256 ${fingerprintOf(key)} root@host (ED25519)\n${key}\n`, key), 'silent');
	assert.equal(consoleVerdict(fingerprints(key).replace(/-----END.*/s, ''), key), 'silent');
	assert.equal(consoleVerdict(`${fingerprints(key)}${fingerprints(other)}`, key), 'other', 'the last boot counts');
	const cut = fingerprintOf(key).slice(0, -1);
	assert.equal(consoleVerdict(fingerprints(key).replace(fingerprintOf(key), cut), key), 'silent');
});
