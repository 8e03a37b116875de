import assert from 'node:assert/strict';
import {after, before, describe, test} from 'node:test';
import {setTimeout as sleep} from 'node:timers/promises';
import {createRemoteTasks} from '../../../source/engine/ssh/remote-task.js';
import type {Shell, ShellTarget} from '../../../source/engine/ssh/shell.js';
import {connectSsh2} from '../../../source/engine/ssh/ssh2-shell.js';
import {TaskNotStartedError} from '../../../source/engine/ssh/task-not-started-error.js';
import {startCuttingProxy} from '../../helpers/cutting-proxy.js';
import {type StartedInstances, startSshdInstances} from '../../helpers/start-sshd-instances.js';

describe('a task on an instance', () => {
	let started: StartedInstances;
	let target: ShellTarget;
	let shell: Shell;
	const tasks = createRemoteTasks('pi.ABC123');

	before(async () => {
		started = await startSshdInstances(1, {diskSize: '16m'});
		const [first] = started.targets;
		assert.ok(first);
		target = first;
		shell = await connectSsh2(target);
	});
	after(async () => {
		shell.close();
		await started.end();
	});

	const untilEnded = async (id: string) => {
		for (;;) {
			const [status] = await tasks.status(shell, [id]);
			if (status?.state !== 'running') {
				return status;
			}

			await sleep(10);
		}
	};

	test('gets its environment, and leaves its exit code and outputs', async () => {
		const environment = {D2CM_ROLE: "it's $HOME `id`\nand more", D2CM_INDEX: '2'};
		const command = 'echo "$D2CM_ROLE/$D2CM_INDEX"\nsh -c \'echo again $D2CM_INDEX\'; pwd; echo bad >&2; exit 9';
		await tasks.start(shell, {id: 'start-0', command, environment});
		assert.deepEqual(await untilEnded('start-0'), {state: 'ended', code: 9});
		const output = await tasks.lastOutput(shell, 'start-0');
		assert.deepEqual(output, {stdout: "it's $HOME `id`\nand more/2\nagain 2\n/root\n", stderr: 'bad\n'});
		assert.equal((await shell.readFile(`${tasks.folder('start-0')}/err`)).toString(), 'bad\n');
		assert.match((await shell.run(`stat -c %a ${tasks.folder('start-0')}`)).stdout, /^700/);
	});

	test('killed by a signal gives 128 and its number', async () => {
		await tasks.start(shell, {id: 'killed', command: 'kill -TERM $$', environment: {}});
		assert.deepEqual(await untilEnded('killed'), {state: 'ended', code: 143});
	});

	test('ends with all of its session when it is stopped: what has something to save does, what does not listen is killed', async () => {
		const hurried = createRemoteTasks('pi.ABC123', 3);
		const command = `sh -c 'trap "sleep 0.3; echo saved >/tmp/saved; exit" TERM; echo $$ >>/tmp/members; while :; do sleep 0.1; done' &
sh -c 'trap "" TERM; echo $$ >>/tmp/members; while :; do sleep 0.1; done' &
setsid sh -c 'echo $$ >/tmp/handed-on; exec sleep 600' &
echo $$ >>/tmp/members
wait`;
		await hurried.start(shell, {id: 'stopped', command, environment: {}});
		await hurried.start(shell, {id: 'over', command: 'exit 5', environment: {}});
		await untilEnded('over');
		const begun = async () => (await shell.run('cat /tmp/members | wc -l; ls /tmp/handed-on')).stdout;
		while ((await begun()) !== '3\n/tmp/handed-on\n') {
			await sleep(20);
		}

		assert.equal(await hurried.stop(shell, ['stopped', 'over', 'never-begun']), 1);
		assert.deepEqual(await hurried.status(shell, ['stopped', 'over']), [
			{state: 'ended', code: 143},
			{state: 'ended', code: 5},
		]);
		assert.equal((await shell.run('cat /tmp/saved')).stdout, 'saved\n');
		const living = 'for pid in $(cat /tmp/members /tmp/handed-on); do kill -0 $pid 2>/dev/null && echo $pid; done; :';
		const handedOn = (await shell.run('cat /tmp/handed-on')).stdout;
		assert.equal((await shell.run(living)).stdout, handedOn, 'what it has handed on goes on');
		assert.equal(await hurried.stop(shell, ['stopped', 'over']), 0);
		await shell.run('kill $(cat /tmp/handed-on)');
	});

	test('runs once, however often and from wherever it is started', async () => {
		const task = {id: 'once', command: 'echo ran >>/tmp/runs; sleep 0.2', environment: {}};
		const other = await connectSsh2(target);
		await Promise.all(Array.from({length: 12}, async (_, index) => tasks.start(index % 2 ? shell : other, task)));
		await untilEnded('once');
		await tasks.start(other, task);
		await sleep(50);
		assert.equal((await shell.run('cat /tmp/runs')).stdout, 'ran\n');
		other.close();
	});

	test('runs once, and whole, wherever the connection breaks while it is started', async () => {
		const attempts = [1, 4, 8, 14, 22, 40];
		for (const [index, ms] of attempts.entries()) {
			const proxy = await startCuttingProxy(target);
			const cut = await connectSsh2(proxy.target);
			const task = {id: `cut-${index}`, command: `echo ran >>/tmp/cut-${index}; sleep 0.1; exit 5`, environment: {}};
			const starting = tasks.start(cut, task).catch(() => undefined);
			await sleep(ms);
			proxy.cut();
			await starting;
			await tasks.start(shell, task);
			proxy.close();
		}

		for (const index of attempts.keys()) {
			assert.deepEqual(await untilEnded(`cut-${index}`), {state: 'ended', code: 5});
		}

		const {stdout} = await shell.run('cat /tmp/cut-* | wc -l');
		assert.equal(stdout.trim(), String(attempts.length));
	});

	test('says by itself how it ended, to whoever waits then or later, and to no command', async () => {
		const given = new AbortController();
		const ended = (id: string) => tasks.whenEnded?.(shell, id, given.signal);
		const command = 'exec 2>&1; { echo 0 /var/tmp/d2cm/pi.ABC123/told >&4; } 2>/dev/null || echo closed; exit 7';
		const told = ended('told');
		await tasks.start(shell, {id: 'told', command, environment: {}});
		assert.deepEqual(await told, {state: 'ended', code: 7});
		assert.deepEqual(await ended('told'), {state: 'ended', code: 7});
		assert.deepEqual(await tasks.lastOutput(shell, 'told'), {stdout: 'closed\n', stderr: ''});
		assert.deepEqual(await tasks.start(shell, {id: 'told', command, environment: {}}), {state: 'ended', code: 7});
	});

	test('has the signals that are usual', async () => {
		await tasks.start(shell, {id: 'pipe', command: "sh -c 'kill -PIPE $$; exit 0'", environment: {}});
		assert.deepEqual(await untilEnded('pipe'), {state: 'ended', code: 141});
	});

	test('goes on when the connection ends', async () => {
		const brief = await connectSsh2(target);
		await tasks.start(brief, {id: 'long', command: 'sleep 0.4; echo through', environment: {}});
		brief.close();
		assert.deepEqual(await untilEnded('long'), {state: 'ended', code: 0});
		assert.deepEqual(await tasks.lastOutput(shell, 'long'), {stdout: 'through\n', stderr: ''});
	});

	test('that is gone without an exit code has vanished, also when its number belongs to another process', async () => {
		await tasks.start(shell, {id: 'gone', command: 'sleep 30', environment: {}});
		assert.deepEqual(await tasks.status(shell, ['gone', 'never-started']), [{state: 'running'}, {state: 'absent'}]);
		const pidFile = `${tasks.folder('gone')}/.d2cm/pid`;
		const [pid = '', start = '', boot = ''] = (await shell.readFile(pidFile)).toString().trim().split(' ');
		await shell.run(`kill -9 ${pid}; pkill -9 -P ${pid}`);
		assert.deepEqual(await untilEnded('gone'), {state: 'vanished'}); // A signal takes a moment.
		await shell.writeFile(pidFile, `1 ${start} ${boot}\n`);
		assert.deepEqual(await tasks.status(shell, ['gone']), [{state: 'vanished'}]);
		// The same process before a reboot was another one.
		const {stdout} = await shell.run("sed 's/.*) //' /proc/1/stat | cut -d' ' -f20");
		await shell.writeFile(pidFile, `1 ${stdout.trim()} ${boot}\n`);
		assert.deepEqual(await tasks.status(shell, ['gone']), [{state: 'running'}]);
		await shell.writeFile(pidFile, `1 ${stdout.trim()} 00000000-another-boot\n`);
		assert.deepEqual(await tasks.status(shell, ['gone']), [{state: 'vanished'}]);
	});

	test('of which only the last output is asked gives a bounded answer', async () => {
		await tasks.start(shell, {
			id: 'wordy',
			command: 'head -c 100000 /dev/zero | tr "\\0" x; echo last',
			environment: {},
		});
		await untilEnded('wordy');
		const {stdout} = await tasks.lastOutput(shell, 'wordy');
		assert.ok(stdout.length <= 32 * 1024 && stdout.endsWith('xlast\n'));
		assert.deepEqual(await tasks.lastOutput(shell, 'unknown'), {stdout: '', stderr: ''});
	});

	test('that cannot be begun says why', async () => {
		await shell.run('head -c 20000000 /dev/zero >/tmp/full');
		const task = {id: 'no-room', command: `# ${'x'.repeat(100_000)}`, environment: {}};
		await assert.rejects(tasks.start(shell, task), TaskNotStartedError);
		await shell.run('rm /tmp/full');
		await tasks.start(shell, {...task, command: 'true'});
		assert.deepEqual(await untilEnded('no-room'), {state: 'ended', code: 0});
	});

	test('has a name that is no path and a variable that is one', async () => {
		for (const id of ['', '..', 'a/b', 'a b', '$(id)']) {
			await assert.rejects(tasks.start(shell, {id, command: 'true', environment: {}}), RangeError);
		}

		await assert.rejects(tasks.start(shell, {id: 'x', command: 'true', environment: {'A B': ''}}), RangeError);
		assert.equal(createRemoteTasks("../it's $x").folder('a'), '/var/tmp/d2cm/..%2fit%27s%20%24x/a');
	});
});
