import {createHash} from 'node:crypto';
import {EventEmitter} from 'node:events';
import {existsSync} from 'node:fs';
import {mkdir, readdir, readFile, rm, writeFile} from 'node:fs/promises';
import {join} from 'node:path';
import {bootFailure} from '../../../source/engine/deployments/boot-failure.js';
import {consoleVerdict} from '../../../source/engine/deployments/host-key/console-host-keys.js';
import {bytesOf} from '../../../source/engine/host/byte-names.js';
import {withoutEscapes} from '../../../source/engine/host/without-escapes.js';
import {failureReason} from '../../../source/engine/monitoring/failure-reason.js';
import {parseWatchReply} from '../../../source/engine/monitoring/parse-watch-reply.js';
import {BegunCommand} from '../../../source/engine/ssh/begun-command.js';
import {Connection} from '../../../source/engine/ssh/connection.js';
import {downloadBundle} from '../../../source/engine/ssh/download-bundle.js';
import {openHomeTree} from '../../../source/engine/ssh/home-tree.js';
import {listRemoteTree} from '../../../source/engine/ssh/list-remote-tree.js';
import {MarkedReply} from '../../../source/engine/ssh/marked-reply.js';
import {parseSparseMap} from '../../../source/engine/ssh/remote-holes.js';
import {parseSums} from '../../../source/engine/ssh/remote-sums.js';
import {counted, SftpChannel, sftpTypes, uint32, uint64} from '../../../source/engine/ssh/sftp-channel.js';
import {SftpFiles} from '../../../source/engine/ssh/sftp-files.js';
import {ShNotices} from '../../../source/engine/ssh/sh-notices.js';
import type {Shell} from '../../../source/engine/ssh/shell.js';
import {makeTar, parseTar, type TarEntry} from '../../../source/engine/ssh/tar-archive.js';
import {type Boundary, must, ours} from './boundary.js';
import {type Chance, mutateBytes, mutateText} from './mutate.js';

/** Names as an instance may say them, of which some lead elsewhere. */
const names = [
	...['a', 'b.txt', 'data', 'Data', 'é', 'x y', '-rf', '.d2cm-000000000000.part', 'a~2', 'con', 'trailing.', '*'],
	...['..', '.', '../x', '/etc/passwd', 'a/../../x', 'a\0b', 'a\nb', '\\', '', 'x'.repeat(255), 'x'.repeat(300), 'a/b'],
	...['\u202Etxt', '\u001B[2J', '\uDCFF\uDCFE', 'journal.jsonl', 'SHA256SUMS'],
];

const nameOf = (chance: Chance): string =>
	chance.is(0.8) ? chance.of(names) : mutateText(chance, {texts: names, words: []}).slice(0, 300);

/** What must never be touched by anything that comes from an instance. */
async function outsideOf(folder: string): Promise<string> {
	const journal = await readFile(join(folder, 'journal.jsonl'), 'utf8');
	return `${journal} ${(await readdir(folder)).toSorted().join('|')} ${existsSync('/tmp/d2cm-fuzz-outside')}`;
}

/** A folder as that of a deployment, with one role in which everything has to stay. */
async function deploymentFolder(
	folder: string,
): Promise<{readonly root: string; readonly role: string; readonly outside: string}> {
	const root = join(folder, 'deployment');
	const role = join(root, 'role', 'i-1');
	await mkdir(role, {recursive: true});
	await writeFile(join(root, 'journal.jsonl'), 'untouched');
	return {root, role, outside: await outsideOf(root)};
}

async function emptied(folder: string): Promise<void> {
	await rm(folder, {recursive: true, force: true});
	await mkdir(folder, {recursive: true});
}

const silentClient = () => Object.assign(new EventEmitter(), {end: () => undefined, destroy: () => undefined});

type SftpModel = ReadonlyArray<{
	readonly name: string;
	readonly mode: number;
	readonly size: number;
	readonly target: string;
}>;

const modes = {file: 0o100644, folder: 0o040755, link: 0o120777, pipe: 0o010644} as const;

function sftpModel(chance: Chance): SftpModel {
	return Array.from({length: chance.few(30)}, () => ({
		name: nameOf(chance),
		mode: chance.of([modes.file, modes.file, modes.folder, modes.folder, modes.link, modes.pipe, 0, 0xffff_ffff]),
		size: chance.of([0, 1, 4096, 2 ** 31, 2 ** 40, Number.MAX_SAFE_INTEGER]),
		target: chance.is(0.5) ? nameOf(chance) : chance.of(['../../..', '/', '/proc', 'a', '.', '']),
	}));
}

function attributes({mode, size}: SftpModel[number]): Buffer {
	return Buffer.concat([uint32(0x1 | 0x4 | 0x8), uint64(size), uint32(mode), uint32(1), uint32(1_700_000_000)]);
}

function namesPacket(entries: SftpModel): Buffer {
	const each = entries.map(entry => {
		const name = counted(bytesOf(entry.name));
		return Buffer.concat([name, name, attributes(entry)]);
	});
	return Buffer.concat([uint32(entries.length), ...each]);
}

const sftp: Boundary & {readonly name: 'sftp'} = {
	name: 'sftp',
	weight: 8,
	async open(folder) {
		const {root, role, outside} = await deploymentFolder(folder);
		return {
			make(chance) {
				const model = sftpModel(chance);
				const spoilt = chance.below(12);
				const spoil = (bytes: Buffer, index: number) => (index === spoilt ? mutateBytes(chance, bytes) : bytes);
				const isWritten = chance.is(0.1);
				const answers = answersOf(model);
				const said = new Map<number, Buffer>();
				return {
					size: 65_536,
					run: async () =>
						ours(async () => {
							const tree = await listed((request, index) => {
								const answer = said.get(index) ?? spoil(answers(request), index);
								said.set(index, answer);
								return answer;
							});
							const all = [...tree.files, ...tree.folders, ...tree.links].map(({relative}) => relative);
							must(all.every(isInside), `It would lie at ${all.find(relative => !isInside(relative))}.`);
							if (isWritten) {
								await emptied(role);
								const home = await openHomeTree(join(role, 'results'), tree);
								await home.finish();
								must((await outsideOf(root)) === outside, 'Something outside was touched.');
							}
						}),
				};
			},
		};
	},
};

const isInside = (relative: string): boolean =>
	relative === '' ||
	relative.split('/').every(part => part !== '' && part !== '.' && part !== '..' && !part.includes('\0'));

/** A server whose folders, down to the third level, all hold the same. */
function answersOf(model: SftpModel): (request: Buffer) => Buffer {
	const read = new Set<string>();
	return request => {
		const type = request.readUInt8(4);
		const path = request.toString('latin1', 13, 13 + request.readUInt32BE(9));
		const packet = (answerType: number, body: Buffer) =>
			Buffer.concat([uint32(5 + body.length), Buffer.from([answerType]), request.subarray(5, 9), body]);
		switch (type) {
			case sftpTypes.openFolder:
				return packet(sftpTypes.handle, counted(Buffer.from(path.slice(0, 200))));
			case sftpTypes.readFolder: {
				const isOver = read.has(path) || path.split('/').length > 4;
				read.add(path);
				return isOver
					? packet(sftpTypes.status, Buffer.concat([uint32(1), uint32(0), uint32(0)]))
					: packet(sftpTypes.name, namesPacket(model));
			}

			case sftpTypes.readLink:
				return packet(sftpTypes.name, namesPacket([{name: model[0]?.target ?? '', mode: 0, size: 0, target: ''}]));
			case sftpTypes.stat:
			case sftpTypes.listStat:
				return packet(sftpTypes.attributes, attributes({name: '', mode: modes.folder, size: 0, target: ''}));
			default:
				return packet(sftpTypes.status, Buffer.concat([uint32(0), uint32(0), uint32(0)]));
		}
	};
}

/** Lists what such a server has; one that falls silent is a connection that is lost. */
async function listed(answer: (request: Buffer, index: number) => Buffer) {
	const connection = new Connection('worker-1', silentClient() as never, async () => connection);
	const transport = new EventEmitter();
	let count = 0;
	let quiet: NodeJS.Immediate | undefined;
	const hush = (turns: number) => {
		clearImmediate(quiet);
		quiet = setImmediate(() => (turns > 0 ? hush(turns - 1) : connection.end('it says no more')));
	};
	const channel = new SftpChannel(
		Object.assign(transport, {
			write(request: Buffer) {
				const bytes = answer(request, count++);
				setImmediate(() => transport.emit('data', bytes));
				hush(10);
			},
		}),
		why => connection.end(why),
	);
	try {
		return await listRemoteTree(new SftpFiles(connection, async () => channel), 'worker-1', '/data');
	} finally {
		clearImmediate(quiet);
		connection.end('it is over');
	}
}

const bundles: Boundary & {readonly name: 'bundle'} = {
	name: 'bundle',
	weight: 5,
	async open(folder) {
		const {root, role, outside} = await deploymentFolder(folder);
		const item = {remote: '/data', local: join(role, 'data')};
		return {
			make(chance) {
				const entries: TarEntry[] = Array.from({length: chance.few(20)}, () => ({
					path: chance.is(0.8) ? `/data/${nameOf(chance)}` : nameOf(chance),
					kind: 'file',
					mode: chance.below(0o10000),
					modifiedAt: chance.of([0, 1_700_000_000, 2 ** 33 - 1]),
					content: Buffer.from(chance.of(['', 'a', 'same', '\0'.repeat(9000)])),
				}));
				const list = listing(chance, entries);
				const tar = makeTar(entries);
				const sums = entries.map(
					({path, content}) => `${createHash('sha256').update(content).digest('hex')}  ${path}\n`,
				);
				const fetched = Buffer.concat([Buffer.from(sums.join('')), Buffer.from('\n'), tar]);
				const spoilt = [
					chance.is(0.3) ? mutateBytes(chance, list) : list,
					chance.is(0.5) ? mutateBytes(chance, fetched) : fetched,
				];
				return {
					size: tar.length + 65_536,
					run: async () =>
						ours(async () => {
							await emptied(role);
							let asked = 0;
							const shell = {
								script: async () => ({code: 0, stdout: spoilt[asked++] ?? Buffer.alloc(0), stderr: ''}),
							} as Partial<Shell> as Shell;
							const had = await downloadBundle(shell, [item], new AbortController().signal);
							must((await outsideOf(root)) === outside, 'Something outside was touched.');
							must(
								(await readdir(role)).every(name => name === 'data'),
								'Something lies beside the place.',
							);
							for (const {path, sha256} of had.get(item)?.sums ?? []) {
								must(path === 'data' || path.startsWith('data/'), `A sum is of ${path}.`);
								const content = await readFile(join(role, path));
								must(createHash('sha256').update(content).digest('hex') === sha256, `The sum of ${path} is wrong.`);
							}
						}),
				};
			},
		};
	},
};

/** As `list_small` says what is there. */
function listing(chance: Chance, entries: readonly TarEntry[]): Buffer {
	const lines = [`d 4096 8 755 1700000000.0 /data\0\0\0`];
	for (const {path, content} of entries) {
		const kind = chance.of(['f', 'f', 'f', 'f', 'd', 'l', 'p', 'x']);
		const size = chance.is(0.9) ? content.length : chance.of([0, 5_000_000, Number.MAX_SAFE_INTEGER]);
		lines.push(
			`${kind} ${size} 8 ${chance.of(['644', '7777', '0'])} 1700000000.5 /data\0${path.replace(/^\/data\//, '')}\0${kind === 'l' ? nameOf(chance) : ''}\0`,
		);
	}

	return bytesOf(`${lines.join('')}${chance.of(['all', 'all', 'all', 'some'])}\0`);
}

const mark = 'd2cm-0123456789abcdef0123456789abcdef:1:';
const hostKey = `ssh-ed25519 ${Buffer.from(`\0\0\0\x0bssh-ed25519\0\0\0 ${'k'.repeat(32)}`, 'latin1').toString('base64')} root@x`;
const sum = createHash('sha256').update('a').digest('hex');
const goodWords = {
	texts: [
		`some output\n${mark}some errors\n${mark}0;`,
		`${sum}  /data/a\n\\${sum}  /data/b\\nc\n${sum} */data/d\n`,
		'd2cm-watch running 1700000000 1\n{"meta":{},"data":[]}\n',
		`ci-info: x\n-----BEGIN SSH HOST KEY FINGERPRINTS-----\n256 SHA256:${'A'.repeat(43)} root@x (ED25519)\n-----END SSH HOST KEY FINGERPRINTS-----\n-----BEGIN SSH HOST KEY KEYS-----\n${hostKey}\n-----END SSH HOST KEY KEYS-----\n`,
		'[    1.2] Kernel panic - not syncing: VFS: Unable to mount root fs on unknown-block(0,0)\ndracut-initqueue[1]: Warning: /dev/x does not exist\n\u001B[1;31mYou are in emergency mode\u001B[0m\n',
		'ended task-1\nrunning task-2\n',
		'E: Unable to locate package collectd-core\nErr:1 http://deb.debian.org/ Could not resolve host\n',
	],
	words: [
		...[
			mark,
			sum,
			';',
			'd2cm-watch',
			'running',
			'-----BEGIN SSH HOST KEY KEYS-----',
			'-----END SSH HOST KEY KEYS-----',
		],
		...[
			'SHA256:',
			'(ED25519)',
			'ssh-ed25519',
			'Kernel panic - not syncing:',
			'ALERT!  x does not exist.  Dropping to a shell',
		],
		...['\u001B]', '\u001BP', '\u001B[', '0;', '\u0007', 'a '],
	],
};

/** The beginning of what GNU tar makes of a file of 4096 bytes with two holes. */
function sparseArchive(): Buffer {
	const head = Buffer.alloc(1024);
	const octal = (value: number, at: number) => head.write(`${value.toString(8).padStart(11, '0')}\0`, at, 'latin1');
	head.write('S', 156, 'latin1');
	for (const [index, value] of [0, 512, 2048, 1024].entries()) {
		octal(value, 386 + 12 * index);
	}

	octal(4096, 483);
	return head;
}

const instanceTexts: Boundary & {readonly name: 'instance-text'} = {
	name: 'instance-text',
	weight: 10,
	async open() {
		const archive = makeTar([{path: '/data/a', kind: 'file', mode: 0o644, modifiedAt: 1, content: Buffer.from('a')}]);
		return {
			make(chance) {
				const text = mutateText(chance, goodWords);
				const bytes = Buffer.from(text);
				const tar = mutateBytes(chance, chance.of([archive, sparseArchive()]));
				const length = chance.of([1, 7, 4096, 1 << 20]);
				// A piece for each byte of a long answer is the work of the test, not of the reader.
				const step = Math.max(length, Math.ceil(bytes.length / 500));
				const pieces = Array.from({length: Math.ceil(bytes.length / step)}, (_, at) =>
					bytes.subarray(at * step, (at + 1) * step),
				);
				return {
					size: 3 * bytes.length + tar.length,
					run: async () => ours(() => readWords(text, bytes, pieces, tar)),
				};
			},
		};
	},
};

function readWords(text: string, bytes: Buffer, pieces: readonly Buffer[], tar: Buffer): void {
	const reply = new MarkedReply(mark);
	const begun = new BegunCommand('true');
	const notices = new ShNotices();
	for (const piece of pieces) {
		const result = reply.take(piece);
		must(result === undefined || result.stdout.length <= bytes.length, 'An answer has more than was said.');
		begun.take(piece);
		notices.take(piece);
	}

	for (const [path, digest] of parseSums(text)) {
		must(/^[0-9a-f]{64,128}$/.test(digest) && path !== '', `The sum of ${path} is ${digest}.`);
	}

	for (const {content} of parseTar(tar) ?? []) {
		must(content.length <= tar.length, 'A file has more than the archive.');
	}

	for (const {start, end} of parseSparseMap(tar, 4096) ?? []) {
		must(start >= 0 && end <= 4096, `Data from ${start} to ${end}.`);
	}

	const watch = parseWatchReply(text);
	must(watch === undefined || Number.isFinite(watch.nowSeconds) || watch.nowSeconds > 0, 'A reply has no time.');
	must(['same', 'other', 'silent'].includes(consoleVerdict(text, hostKey)), 'A console says something else.');
	must(typeof failureReason(text) === 'string', 'A log has no reason.');
	bootFailure(text);
	must(withoutEscapes(text).length <= text.length, 'A text has grown.');
}

export const instanceBoundaries = [sftp, bundles, instanceTexts] as const;
