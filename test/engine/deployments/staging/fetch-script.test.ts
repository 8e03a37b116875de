import assert from 'node:assert/strict';
import {spawn} from 'node:child_process';
import {createHash, randomBytes} from 'node:crypto';
import {once} from 'node:events';
import {
	existsSync,
	mkdirSync,
	mkdtempSync,
	readdirSync,
	readFileSync,
	rmSync,
	statSync,
	symlinkSync,
	writeFileSync,
} from 'node:fs';
import {createServer, type Server} from 'node:http';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {after, afterEach, before, beforeEach, describe, test} from 'node:test';
import {type FetchOutcome, fetchScript, readFetch} from '../../../../source/engine/deployments/staging/fetch-script.js';
import {partPath} from '../../../../source/engine/ssh/part-path.js';
import {startTlsFront} from '../../../helpers/tls-front.js';

const body = randomBytes(300_000);
const sha256 = createHash('sha256').update(body).digest('hex');
const secret = 'X-Amz-Signature=0123456789abcdef%2F$(x)';
const usualTools = ['cat', 'chmod', 'cut', 'flock', 'mkdir', 'mv', 'rm', 'sh', 'sha256sum', 'stat', 'touch', 'timeout'];

describe('what an instance is told to fetch', () => {
	let folder: string;
	let server: Server;
	let port = 0;
	let asked: string[] = [];
	/** What the server does beside answering. */
	let status = 0;
	let cutAfter = Number.POSITIVE_INFINITY;
	let whileAsked: () => void = () => undefined;

	before(async () => {
		server = createServer((request, answer) => {
			const from = Number(/^bytes=(\d+)-$/.exec(request.headers.range ?? '')?.[1] ?? 0);
			asked.push(`${request.url?.endsWith(`/object?${secret}`)} ${from}`);
			whileAsked();
			answer.writeHead(status || (from > 0 ? 206 : 200), {
				'content-length': body.length - from,
				...(from > 0 && {'content-range': `bytes ${from}-${body.length - 1}/${body.length}`}),
			});
			if (status) {
				answer.end();
			} else if (cutAfter < body.length - from) {
				answer.write(body.subarray(from, from + cutAfter), () => setTimeout(() => answer.socket?.destroySoon(), 50));
			} else {
				answer.end(body.subarray(from));
			}
		}).listen(0, '127.0.0.1');
		await once(server, 'listening');
		const address = server.address();
		port = typeof address === 'object' && address ? address.port : 0;
	});
	beforeEach(() => {
		folder = mkdtempSync(join(tmpdir(), 'd2cm-fetch-'));
		asked = [];
		status = 0;
		cutAfter = Number.POSITIVE_INFINITY;
		whileAsked = () => undefined;
	});
	afterEach(() => rmSync(folder, {recursive: true, force: true}));
	after(() => {
		server.close();
		server.closeAllConnections();
	});

	/** Runs it as an instance with these tools would, in its home. */
	const run = async (
		tools: readonly string[],
		changes: {readonly origin?: string; readonly ca?: string} = {},
	): Promise<FetchOutcome | undefined> => {
		const bin = join(folder, `bin-${tools.join('-')}`);
		if (!existsSync(bin)) {
			mkdirSync(bin);
			for (const tool of [...usualTools, ...tools]) {
				symlinkSync(`/usr/bin/${tool}`, join(bin, tool));
			}
		}

		const {origin = `http://127.0.0.1:${port}`, ca} = changes;
		const script = fetchScript({
			url: `${origin}/object?${secret}`,
			ca,
			remote: 'in/it’s here',
			bytes: body.length,
			sha256,
			mode: 0o640,
			modifiedAt: 1_600_000_000,
			holeBytes: 0,
			mostSeconds: 60,
		});
		const child = spawn('/bin/sh', ['-s'], {cwd: folder, env: {PATH: bin}, stdio: ['pipe', 'pipe', 'ignore']});
		child.stdin.end(script);
		let output = '';
		child.stdout.on('data', (chunk: Buffer) => {
			output += chunk.toString();
		});
		await once(child, 'close');
		assert.ok(!output.includes('Signature'), output);
		return readFetch(output);
	};
	const file = () => join(folder, 'in', 'it’s here');
	const part = () => join(folder, partPath('in/it’s here'));

	for (const tool of ['curl', 'wget', 'python3']) {
		test(`comes by ${tool}, goes on where it was cut, and gets its name when it is whole`, async () => {
			cutAfter = 100_000;
			const cut = await run([tool]);
			assert.equal(cut?.state, 'partial');
			assert.equal(cut.tool, tool);
			assert.equal(cut.bytes, 100_000);
			assert.equal(existsSync(file()), false);
			assert.equal(statSync(part()).size, 100_000);

			cutAfter = Number.POSITIVE_INFINITY;
			assert.equal((await run([tool]))?.state, 'stored');
			assert.deepEqual(asked, ['true 0', 'true 100000']);
			assert.ok(readFileSync(file()).equals(body));
			assert.equal(statSync(file()).mode & 0o777, 0o640);
			assert.equal(statSync(file()).mtimeMs, 1_600_000_000_000);
			assert.deepEqual(readdirSync(join(folder, 'in')), ['it’s here']);

			assert.equal((await run([tool]))?.state, 'stored');
			assert.equal(asked.length, 2, 'what is there is not fetched again');
		});

		test(`by ${tool} shows its address to nobody, and what the store refuses leaves nothing`, async () => {
			const seen: string[] = [];
			whileAsked = () => {
				for (const id of readdirSync('/proc').filter(entry => /^\d+$/.test(entry))) {
					for (const what of ['cmdline', 'environ']) {
						try {
							seen.push(readFileSync(`/proc/${id}/${what}`, 'latin1'));
						} catch {
							// It has ended, or is somebody else's.
						}
					}
				}
			};
			status = 403;
			const outcome = await run([tool]);
			assert.equal(outcome?.state, 'partial');
			assert.equal(outcome.bytes, 0);
			assert.equal(outcome.httpStatus, tool === 'wget' ? 0 : 403);
			assert.ok(seen.some(text => text.includes(tool)));
			assert.ok(seen.every(text => !text.includes('X-Amz-Signature=0123')));
			assert.equal(existsSync(file()), false);
		});
	}

	test('comes from a server whose authority is told with it, and from no other', async t => {
		const front = await startTlsFront(`http://127.0.0.1:${port}`, folder);
		t.after(() => front.close());
		for (const tool of ['curl', 'wget', 'python3']) {
			assert.equal((await run([tool], {origin: front.url}))?.state, 'partial');
			assert.deepEqual(asked, []);
			assert.equal((await run([tool], {origin: front.url, ca: front.ca}))?.state, 'stored');
			assert.deepEqual(asked, ['true 0']);
			assert.deepEqual(readdirSync(join(folder, 'in')), ['it’s here'], 'nor is the certificate left');
			rmSync(file());
			asked = [];
		}
	});

	test('that is not what it should be is thrown away', async () => {
		mkdirSync(join(folder, 'in'));
		writeFileSync(part(), Buffer.alloc(1000));
		assert.equal((await run(['curl']))?.state, 'differs');
		assert.deepEqual(readdirSync(join(folder, 'in')), []);
		assert.equal((await run(['curl']))?.state, 'stored');
	});

	test('is left to others where nothing can fetch, or a folder is in its place', async () => {
		assert.equal((await run([]))?.state, 'toolless');
		mkdirSync(file(), {recursive: true});
		assert.equal((await run(['curl']))?.state, 'refused');
		assert.deepEqual(asked, []);
	});

	test('and is still being fetched for a broken connection is taken over from there', async () => {
		const slow = createServer((_, answer) => {
			answer.writeHead(200, {'content-length': body.length});
			answer.write(body.subarray(0, 100_000));
		}).listen(0, '127.0.0.1');
		await once(slow, 'listening');
		const address = slow.address();
		const usual = port;
		port = typeof address === 'object' && address ? address.port : 0;
		const orphan = run(['curl']);
		for (let tries = 0; tries < 3000 && !(existsSync(part()) && statSync(part()).size > 0); tries++) {
			await new Promise(resolve => setTimeout(resolve, 10));
		}

		port = usual;
		assert.equal((await run(['curl']))?.state, 'stored');
		await orphan;
		slow.close();
		slow.closeAllConnections();
		assert.match(asked.join(), /^true [1-9]\d+$/);
		assert.ok(readFileSync(file()).equals(body));
	});
});
