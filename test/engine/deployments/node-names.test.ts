import assert from 'node:assert/strict';
import {execFileSync} from 'node:child_process';
import {existsSync} from 'node:fs';
import {chmod, readFile, writeFile} from 'node:fs/promises';
import {join} from 'node:path';
import {test} from 'node:test';
import type {RunningNode} from '../../../source/engine/deployments/node.js';
import {keepRest, replaceBlockScript, sshConfigBlock} from '../../../source/engine/deployments/node-names.js';
import {shellQuote} from '../../../source/engine/ssh/shell-quote.js';
import {sampleDeployment} from '../../helpers/sample-deployment.js';
import {temporaryFolder} from '../../helpers/temporary-folder.js';

const block = (text: string) => `# BEGIN d2cm\n${text}\n# END d2cm\n`;
const many = Array.from({length: 150}, (_, index) => `10.0.0.${index} host-${index}\n`).join('');
const odd = '127.0.0.1  localhost\\n $HOME `id` \'x\' "y"\n\n\t::1 six # BEGIN d2cm not\n';

const cases: ReadonlyArray<readonly [what: string, before: string | undefined, rest: string]> = [
	['no file', undefined, ''],
	['an empty file', '', ''],
	['lines of others, odd ones too', odd, odd],
	['a last line without an end', 'a\nb', 'a\nb\n'],
	['an earlier block before others', `${block('old')}a\nb\n`, 'a\nb\n'],
	['an earlier block among others', `a\n${block('old\nolder')}b\n`, 'a\nb\n'],
	['nothing but an earlier block', block('old'), ''],
	['very many lines', many, many],
	['very many lines and a block late among them', `${many}${block('old')}z\n`, `${many}z\n`],
	['very many lines after a block', `${block('old')}${many}`, many],
];

for (const shell of ['dash', 'bash']) {
	test(`a block takes the place of an earlier one, and what others wrote stays: ${shell}`, async t => {
		const folder = await temporaryFolder(t);
		for (const [index, [what, before, rest]] of cases.entries()) {
			const file = join(folder, String(index));
			if (before !== undefined) {
				await writeFile(file, before);
			}

			const replace = replaceBlockScript('put', shellQuote(file), shellQuote(block('new')));
			const script = `${keepRest}n='\n'\nput() { printf %s "$2" >"$1"; }\n${replace}${replace}`;
			execFileSync(shell, ['-c', script]);
			assert.equal(await readFile(file, 'utf8'), block('new') + rest, what);
		}
	});
}

test('a file that cannot be read is not written', async t => {
	const folder = await temporaryFolder(t);
	await chmod(folder, 0o777);
	const file = join(folder, 'secret');
	await writeFile(file, 'a\n', {mode: 0o000});
	const target = shellQuote(join(folder, 'target'));
	const script = `${keepRest}put() { : >${target}; }\n${replaceBlockScript('put', shellQuote(file), 'x')}`;
	// Root may read all.
	const user = process.getuid?.() === 0 ? {uid: 65_534} : {};
	assert.throws(() => execFileSync('dash', ['-c', script], {stdio: 'ignore', ...user}));
	assert.ok(!existsSync(join(folder, 'target')));
});

test('each instance is entered by its own user, and all of them in one way', () => {
	const [role] = sampleDeployment().roles;
	assert.ok(role);
	const node = (name: string, privateAddress: string): RunningNode => ({
		name,
		role,
		index: 1,
		instanceId: '',
		privateAddress,
		ssh: {host: '', port: 22},
	});
	const nodes = [node('master-1', '10.0.0.1'), node('slave-1', '10.0.0.2'), node('slave-2', '10.0.0.3')];
	const lines = sshConfigBlock(nodes, ({name}) => (name === 'master-1' ? 'ubuntu' : 'ec2-user')).split('\n');
	assert.deepEqual(lines.slice(1, 7), [
		'Host master-1 10.0.0.1',
		'\tUser ubuntu',
		'Host slave-1 10.0.0.2 slave-2 10.0.0.3',
		'\tUser ec2-user',
		'Host master-1 10.0.0.1 slave-1 10.0.0.2 slave-2 10.0.0.3',
		'\tIdentityFile ~/.ssh/d2cm_ed25519',
	]);
});
