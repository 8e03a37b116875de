import assert from 'node:assert/strict';
import {existsSync} from 'node:fs';
import {mkdir, writeFile} from 'node:fs/promises';
import {join} from 'node:path';
import {test} from 'node:test';
import {EucarcError} from '../../../source/engine/credentials/errors/eucarc-error.js';
import {eucarcEntries} from '../../../source/engine/credentials/eucarc-entries.js';
import {parseEucarc} from '../../../source/engine/credentials/parse-eucarc.js';
import {readEucarc} from '../../../source/engine/credentials/read-eucarc.js';
import {temporaryFolder} from '../../helpers/temporary-folder.js';

const valuesOf = (text: string) => Object.fromEntries(parseEucarc(text, '/keys', '/home/ada').values);

for (const [what, text, values] of [
	['plain words', 'export A=1\nB=two', {A: '1', B: 'two'}],
	['several in a line, and a comment', 'export A=1 B=2; C=3 # D=4', {A: '1', B: '2', C: '3'}],
	['single quotes', "export A='a $B `c` \\ d'", {A: 'a $B `c` \\ d'}],
	['double quotes', 'export A="say \\"hi\\" \\n"', {A: 'say "hi" \\n'}],
	['quotes within a word', `export A=x'y z'"w"`, {A: 'xy zw'}],
	['names set above', `D=/k\nexport A=\${D}/a.pem\nB="$D/b.pem"`, {D: '/k', A: '/k/a.pem', B: '/k/b.pem'}],
	['the home folder', 'export A=$HOME/a.pem', {A: '/home/ada/a.pem'}],
	['DOS line ends', 'export A=1\r\nexport B="2"\r\n', {A: '1', B: '2'}],
	['a secret with every sign base64 has', "export A='a/b+c=='\nB=a/b+c==", {A: 'a/b+c==', B: 'a/b+c=='}],
	['a line that goes on', 'export A=1 \\\n B=2', {A: '1', B: '2'}],
	['a later value', 'A=1\nA=2', {A: '2'}],
	['other commands', 'set -e\nalias a="b=1"\nif [ "$A" = 1 ]; then\nfi\nexport A=1', {A: '1'}],
] as const) {
	test(`of a .eucarc file, ${what} are read as a shell would`, () => assert.deepEqual(valuesOf(text), values));
}

for (const idiom of [
	`$(cd $(dirname \${BASH_SOURCE:-$0}); pwd -P)`,
	`$(dirname $(readlink -f \${BASH_SOURCE}))`,
	`"$(dirname "$(readlink -f "\${BASH_SOURCE[0]}")")"`,
	'`dirname $0`',
]) {
	test(`${idiom} is the folder the file is in`, () => {
		assert.equal(valuesOf(`K=${idiom}\nexport EC2_CERT=\${K}/cert.pem`).EC2_CERT, '/keys/cert.pem');
	});
}

test('what only a shell could tell is never run, and is named', () => {
	const {values, unresolved} = parseEucarc(
		`A=$(touch /tmp/owned)\nB=\`id\`\nC=$NOBODY/x\nD="open\nE=\${F:-x}\nG=1`,
		'/keys',
	);
	assert.deepEqual([...values], [['G', '1']]);
	assert.deepEqual(unresolved, ['A', 'B', 'C', 'D', 'E']);
});

/** As Eucalyptus 4 writes it. */
const eucarc = (mark: string) => `EUCA_KEY_DIR=$(cd $(dirname \${BASH_SOURCE:-$0}); pwd -P)
export EC2_URL=https://compute.sci.example.org:8773/
export S3_URL=https://objectstorage.sci.example.org:8773/
export TOKEN_URL=https://tokens.sci.example.org:8773/
export EC2_PRIVATE_KEY=\${EUCA_KEY_DIR}/euca2-ada-pk.pem
export EC2_CERT=\${EUCA_KEY_DIR}/euca2-ada-cert.pem
export EC2_JVM_ARGS=-Djavax.net.ssl.trustStore=\${EUCA_KEY_DIR}/jssecacerts
export EUCALYPTUS_CERT=\${EUCA_KEY_DIR}/cloud-cert.pem
export EC2_ACCOUNT_NUMBER='000123456789'
export EC2_ACCESS_KEY='AKIEXAMPLE'
export EC2_SECRET_KEY='s3cr/et+'
export AWS_CREDENTIAL_FILE=\${EUCA_KEY_DIR}/iamrc
export EC2_USER_ID='000123456789'
export EC2_NOTE=$(touch ${mark})
alias ec2-bundle-image="ec2-bundle-image --cert \${EC2_CERT} --user 000123456789 --ec2cert \${EUCALYPTUS_CERT}"
`;

test('the .eucarc file of a Eucalyptus cloud is a credential and a cloud, and nothing in it is run', async t => {
	const folder = join(await temporaryFolder(t), 'with blank');
	await mkdir(folder);
	const mark = join(folder, 'mark');
	await writeFile(join(folder, 'eucarc'), eucarc(mark), {mode: 0o600});

	const {credential, cloud, remarks} = await readEucarc(join(folder, 'eucarc'));

	assert.deepEqual(credential, {
		userId: '000123456789',
		accessKey: 'AKIEXAMPLE',
		secretKey: 's3cr/et+',
		certificate: join(folder, 'euca2-ada-cert.pem'),
		privateKey: join(folder, 'euca2-ada-pk.pem'),
		profile: '',
	});
	assert.deepEqual(cloud, {
		kind: 'eucalyptus',
		region: '',
		ec2Url: 'https://compute.sci.example.org:8773/',
		s3Url: 'https://objectstorage.sci.example.org:8773/',
		stsUrl: 'https://tokens.sci.example.org:8773/',
		cloudCertificate: join(folder, 'cloud-cert.pem'),
		accountId: '000123456789',
	});
	assert.deepEqual(remarks, ['EC2_NOTE is left out: only a shell could work out its value.']);
	assert.equal(existsSync(mark), false);
});

test("a file of Amazon's old tools is a cloud of Amazon, its account written without dashes", () => {
	const text = 'EC2_URL=https://ec2.eu-west-1.amazonaws.com\nEC2_USER_ID=1234-5678-9012';
	const {cloud, credential} = eucarcEntries(parseEucarc(text, '/').values);
	assert.deepEqual([cloud?.kind, cloud?.region, credential.userId], ['ec2', 'eu-west-1', '123456789012']);
});

test('a file without keys, none, a folder and a picture are refused by name', async t => {
	const folder = await temporaryFolder(t);
	const file = async (content: string) => {
		await writeFile(join(folder, 'rc'), content);
		return join(folder, 'rc');
	};

	await assert.rejects(readEucarc(join(folder, 'none')), /none is not there\./);
	await assert.rejects(readEucarc(folder), /is a folder\./);
	await assert.rejects(readEucarc(await file('\u0000PNG')), /is no text file/);
	await assert.rejects(
		readEucarc(await file('export EC2_ACCESS_KEY=$(pass ec2)')),
		/EC2_ACCESS_KEY in a way only a shell/,
	);
	await assert.rejects(readEucarc(await file('export EC2_ACCESS_KEY=a')), EucarcError);
});

test('a hundred thousand expansions that are never closed are read soon', () => {
	for (const begun of ['${a ', '$(', '`$(']) {
		const before = process.cpuUsage();
		parseEucarc(`A=${begun.repeat(100_000)}`, '/home/me');
		const {user, system} = process.cpuUsage(before);
		assert.ok(user + system < 3_000_000, `${begun}: ${(user + system) / 1000} ms`);
	}
});
