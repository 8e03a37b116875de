import {mkdir, writeFile} from 'node:fs/promises';
import {join} from 'node:path';
import {stringify} from 'yaml';
import {JobDigest} from '../../../source/actions/job-digest.js';
import {readLocalImage} from '../../../source/engine/cloud/local/local-image.js';
import {parseEucarc} from '../../../source/engine/credentials/parse-eucarc.js';
import {parseIni} from '../../../source/engine/credentials/parse-ini.js';
import {readDeployment} from '../../../source/engine/deployments/deployment-file.js';
import {provenance} from '../../../source/engine/deployments/provenance.js';
import {formatSums, parseSums} from '../../../source/engine/deployments/sums-file.js';
import {readUnrun} from '../../../source/engine/deployments/unrun.js';
import type {JournalRecord} from '../../../source/engine/jobs/journal.js';
import {formatTemplate} from '../../../source/engine/templates/format-template.js';
import {parseTemplate} from '../../../source/engine/templates/parse-template.js';
import {recordLines} from '../../../source/screens/parts/log/record-lines.js';
import {newDatabase} from '../../../source/store/new-database.js';
import {openStore} from '../../../source/store/open-store.js';
import {parseDatabase} from '../../../source/store/parse-database.js';
import {readJournal} from '../../../source/store/read-journal.js';
import {sampleDeployment} from '../../helpers/sample-deployment.js';
import {type Boundary, must, ours} from './boundary.js';
import {type Chance, mutateBytes, mutateJson, mutateJsonText, mutateText} from './mutate.js';

const deployment = sampleDeployment();
const at = '2026-11-22T10:00:00.000Z';

/** A bit of everything that a journal tells. */
const records: readonly object[] = [
	{kind: 'owner', pid: 1, version: '0.1.0', host: 'a', boot: 'b'},
	{kind: 'event', level: 'info', message: 'Creating session key'},
	{kind: 'state', state: 'RESERVING_INSTANCES'},
	{kind: 'step', step: 'reserve', subject: 'Master', mark: 'started', data: {clientToken: 'a', count: 1, zone: 'x'}},
	{
		kind: 'step',
		step: 'reserve',
		subject: 'Master',
		mark: 'finished',
		data: {instances: [{id: 'i-1', name: 'master-1', privateAddress: '10.0.0.1'}], ids: ['i-1']},
	},
	{kind: 'progress', task: 'upload', done: 5, total: 10, unit: 'bytes', note: 'x'},
	{kind: 'step', step: 'run-start-script', subject: 'master-1', mark: 'finished', data: {exitCode: 0, user: 'root'}},
	{kind: 'step', step: 'await-check', subject: 'master-1', mark: 'started', data: {unmet: ['a']}},
	{kind: 'step', step: 'node-done', subject: 'master-1', mark: 'finished', data: {code: 0}},
	{kind: 'step', step: 'hold', mark: 'started', data: {}},
	{kind: 'state', state: 'COLLECTING_DATA'},
	{kind: 'end', state: 'FAILED', cause: 'x', hint: 'y', remaining: ['instance i-1']},
].map((record, index) => ({seq: index + 1, at, ...record}));

const journal: Boundary & {readonly name: 'journal'} = {
	name: 'journal',
	weight: 6,
	async open(folder) {
		const file = join(folder, 'journal.jsonl');
		return {
			make(chance) {
				const bytes = journalOf(chance);
				return {
					size: 4 * bytes.length,
					run: async () =>
						ours(async () => {
							await writeFile(file, bytes);
							const read = await readJournal(file);
							for (const record of read.records) {
								for (const {text} of recordLines(record)) {
									must(typeof text === 'string' && !/\p{Cc}/u.test(text), 'A line of the log acts.');
								}
							}

							const digest = new JobDigest(file);
							await digest.update();
							must(typeof digest.state === 'string', 'A job has no state.');
							tellStory(read.records);
						}),
				};
			},
		};
	},
};

function tellStory(read: readonly JournalRecord[]): void {
	const {commands, instances} = provenance(deployment, read, {
		exitCode: () => 0,
		sums: new Map(),
		now: new Date('2026-11-23T10:00:00.000Z'),
	});
	must(Array.isArray(commands) && Array.isArray(instances), 'A deployment has no story.');
}

function journalOf(chance: Chance): Buffer {
	const lines = Array.from({length: chance.few(60)}, (_, index) => {
		const record = chance.of(records);
		const numbered = {...record, seq: chance.is(0.95) ? index + 1 : chance.below(100)};
		return chance.is(0.5) ? JSON.stringify(numbered) : mutateJsonText(chance, numbered);
	});
	const text = Buffer.from(`${lines.join('\n')}\n`);
	return chance.is(0.4) ? mutateBytes(chance, text) : text;
}

const settings = {
	...newDatabase(),
	installation: '00000000-0000-4000-8000-000000000001',
	images: [
		{
			name: 'worker',
			file: '/x.vdi',
			addedAt: at,
			os: 'Debian',
			architecture: 'x86_64',
			virtualBytes: 1,
			verdict: 'fits',
		},
	],
	amis: [{id: 'ami-00000001', image: 'worker', cloud: 'local', createdAt: at, virtualBytes: 1}],
	templates: [{name: 'pi', roles: [{name: 'Master', image: 'worker'}]}],
	deployments: [{id: 'ABC123', template: 'pi', cloud: 'local', problemSize: 1, createdAt: at}],
	prices: [{cloud: 'local', type: 'a', hourlyUsd: null}],
};

const database: Boundary & {readonly name: 'database'} = {
	name: 'database',
	weight: 6,
	async open(folder) {
		let count = 0;
		return {
			make(chance) {
				const text = mutateJsonText(chance, settings);
				const spoilt = mutateBytes(chance, Buffer.from(text));
				const isOpened = chance.is(0.03);
				return {
					size: 4 * text.length,
					async run() {
						const parsed = parseDatabase(text);
						must(['good', 'newer', 'damaged'].includes(parsed.kind), `It is ${parsed.kind}.`);
						if (parsed.kind === 'good') {
							must(parseDatabase(JSON.stringify(parsed.data)).kind === 'good', 'What is read is not what is written.');
						}

						if (isOpened) {
							const home = join(folder, `home-${count++}`);
							await mkdir(home, {mode: 0o700});
							await writeFile(join(home, 'db.json'), spoilt, {mode: 0o600});
							await ours(async () => openStore(home));
						}

						return parsed.kind;
					},
				};
			},
		};
	},
};

const frozen: Boundary & {readonly name: 'deployment-file'} = {
	name: 'deployment-file',
	weight: 4,
	async open(folder) {
		const image = {
			...{id: 'ami-00000001', name: 'a', createdAt: at, virtualBytes: 1, tags: {}, drivers: {virtio: true}},
			vdi: {file: '/x.vdi', fingerprint: 'a', sizeBytes: 1, modifiedMs: 1.5},
		};
		const images = join(folder, 'images', 'ami-00000001');
		await mkdir(images, {recursive: true});
		return {
			make(chance) {
				const text = mutateJsonText(chance, deployment);
				const unrun = mutateJsonText(chance, deployment);
				const imageText = mutateJsonText(chance, image);
				return {
					size: 4 * (text.length + unrun.length + imageText.length),
					run: async () =>
						ours(async () => {
							await writeFile(join(folder, 'unrun.json'), unrun);
							await writeFile(join(images, 'image.json'), imageText);
							await writeFile(join(folder, 'deployment.json'), text);
							await readUnrun(folder);
							await ours(async () => readLocalImage(folder, 'ami-00000001'));
							const {roles} = await readDeployment(folder);
							must(roles.length > 0, 'A deployment has no roles.');
						}),
				};
			},
		};
	},
};

const template = {
	name: 'pi',
	problemSize: 42,
	maxRunMinutes: 60,
	roles: [
		{
			name: 'Master',
			image: 'worker',
			count: 2,
			uploads: [{local: 'input', remote: '/root/input'}],
			startScripts: ['echo $D2CM_PROBLEM_SIZE\nexit 0\n'],
			asyncScripts: ['sh run'],
			doneChecks: [{kind: 'log', path: '/root/log', pattern: '^pi'}],
			downloads: ['/root/out'],
		},
	],
};

const yamlWords = [
	...[
		'&a',
		'*a',
		'<<:',
		'- ',
		'? ',
		': ',
		'|',
		'>-',
		'---\n',
		'...\n',
		'%YAML 1.1\n',
		'!!binary',
		'!!js/function',
		'{',
		'}',
		'[',
		']',
		'#',
	],
	...['name:', 'roles:', 'downloads:', 'pattern:', '"', "'", '\t', '    ', '(a+)+$', '/../../journal.jsonl'],
];

const templates: Boundary & {readonly name: 'template'} = {
	name: 'template',
	weight: 6,
	async open() {
		const good = stringify(template);
		return {
			make(chance) {
				const text = chance.is(0.6)
					? (stringify(mutateJson(chance, template)) ?? '')
					: mutateText(chance, {texts: [good, 'a: &a [x]\nb: &b [*a, *a]\nc: [*b, *b]\n'], words: yamlWords});
				const bytes = chance.is(0.1) ? mutateBytes(chance, Buffer.from(text)) : Buffer.from(text);
				return {
					// The yaml package keeps a tree of all it has read, comments and places too.
					size: 12 * bytes.length,
					run: async () =>
						ours(() => {
							const read = parseTemplate(bytes, '/home/me');
							const again = parseTemplate(formatTemplate(read), '/home/me');
							must(JSON.stringify(again) === JSON.stringify(read), 'What is exported is not what is imported.');
						}),
				};
			},
		};
	},
};

const settingTexts = {
	texts: [
		`export EC2_URL=http://x:8773/services/Eucalyptus\nEUCA_KEY_DIR=$(cd $(dirname \${BASH_SOURCE:-$0}); pwd -P)\nexport EC2_CERT=\${EUCA_KEY_DIR}/c.pem EC2_ACCESS_KEY='a' EC2_SECRET_KEY="b\\"c"\n`,
		'[default]\naws_access_key_id = a\naws_secret_access_key=b # x\nregion = eu-west-1\n[profile x]\nrole_arn = a\nsource_profile = default\n  nested = 1\n',
		`${'0'.repeat(64)}  Master/i-1/out\n\\${'1'.repeat(64)}  a\\nb\n`,
	],
	words: [
		'export ',
		'=',
		'$(',
		')',
		'${',
		'}',
		'`',
		'$',
		'"',
		"'",
		'\\',
		'[',
		']',
		'#',
		';',
		'EC2_URL',
		'A=',
		'  ',
		'BASH_SOURCE',
		'dirname',
	],
};

const settingsFiles: Boundary & {readonly name: 'settings-file'} = {
	name: 'settings-file',
	weight: 8,
	async open() {
		return {
			make(chance) {
				const text = mutateText(chance, settingTexts);
				return {
					size: 3 * text.length,
					run: async () =>
						ours(() => {
							const {values} = parseEucarc(text, '/home/me', '/home/me');
							must(
								[...values.values()].every(value => typeof value === 'string'),
								'A value is no text.',
							);
							parseIni(text);
							const sums = parseSums(text);
							must(parseSums(formatSums(sums)).size === sums.size, 'What is written is not what is read.');
						}),
				};
			},
		};
	},
};

export const ownFiles = [journal, database, frozen, templates, settingsFiles] as const;
