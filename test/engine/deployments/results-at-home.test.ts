import assert from 'node:assert/strict';
import {execFileSync} from 'node:child_process';
import {linkSync, readFileSync, renameSync, rmSync, statSync, symlinkSync, utimesSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {test} from 'node:test';
import {readSums} from '../../../source/engine/deployments/sums-file.js';
import {FakeDeployment} from '../../helpers/fake-deployment.js';

const isDownload = ({kind, step, mark}: {kind: string; step?: string; mark?: string}) =>
	kind === 'step' && step === 'download' && mark === 'finished';

/** Each leaves another thing in the place of a verified result. */
const changes: Readonly<Record<string, (file: string, other: string) => void>> = {
	'has other bytes of the same size and time'(file) {
		const {atime, mtime} = statSync(file);
		const content = readFileSync(file);
		content[0] = (content[0] ?? 0) ^ 1;
		writeFileSync(file, content);
		utimesSync(file, atime, mtime);
	},
	'is gone': file => rmSync(file),
	'is a link to a copy of it'(file) {
		renameSync(file, `${file}.copy`);
		symlinkSync(`${file}.copy`, file);
	},
	'is another result, laid over it'(file, other) {
		rmSync(file);
		linkSync(other, file);
	},
};

for (const [what, change] of Object.entries(changes)) {
	test(`a result that ${what} before its instance is ended is brought again, and said`, async t => {
		const deployment = new FakeDeployment(t);
		let changed = '';
		const state = await deployment.run({
			onRecord(record) {
				const sums = join(deployment.folder, 'SHA256SUMS');
				if (changed === '' && isDownload(record)) {
					const [first, second] = readFileSync(sums, 'utf8').match(/(?<= {2}).+$/gm) ?? [];
					if (first && second) {
						changed = first;
						change(join(deployment.folder, first), join(deployment.folder, second));
					}
				}
			},
		});
		assert.equal(state, 'COMPLETED');
		assert.notEqual(changed, '');
		execFileSync('sha256sum', ['-c', '--strict', '--quiet', 'SHA256SUMS'], {cwd: deployment.folder});
		assert.ok(statSync(join(deployment.folder, changed)).isFile());
		assert.ok((await readSums(join(deployment.folder, 'SHA256SUMS'))).has(changed));
		const said = deployment.records.flatMap(record => (record.kind === 'event' ? [record.message] : []));
		assert.ok(
			said.includes(`${changed} did not stand here any more as it came, and was brought again.`),
			said.join('\n'),
		);
	});
}

test('a result that does not stay as it came holds its instance, like one that is missing', async t => {
	const deployment = new FakeDeployment(t);
	let file = '';
	const spoil = setInterval(() => {
		if (file !== '') {
			writeFileSync(file, 'spoilt');
		}
	}, 1);
	t.after(() => clearInterval(spoil));
	const state = await deployment.run({
		onRecord(record) {
			if (file === '' && isDownload(record)) {
				const [first] = readFileSync(join(deployment.folder, 'SHA256SUMS'), 'utf8').match(/(?<= {2}).+$/gm) ?? [];
				file = first === undefined ? '' : join(deployment.folder, first);
			}
		},
	});
	assert.notEqual(state, 'COMPLETED');
	const end = deployment.records.findLast(record => record.kind === 'end');
	assert.match(end?.kind === 'end' ? (end.cause ?? '') : '', /does not stay here as it came/);
});
