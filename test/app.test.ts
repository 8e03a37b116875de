import assert from 'node:assert/strict';
import {test} from 'node:test';
import {openTerminal} from './helpers/terminal.js';

const command = [process.execPath, new URL('helpers/run-fake-app.js', import.meta.url).pathname];

test('on a real terminal: drawn, walked, made smaller and larger, pasted into, and left with a word about the jobs', async () => {
	const terminal = await openTerminal(command, {env: {LANG: 'C.UTF-8', TZ: 'UTC'}});
	try {
		const drawn = await terminal.waitFor('pi.ABC123');
		assert.match(drawn, /❯ pi\.ABC123/);
		await terminal.resize(70, 20);
		await terminal.waitFor('needs at least 80x24');
		await terminal.resize(120, 40);
		await terminal.waitFor('pi.DEAD99');
		await terminal.type('\u001B[B\u001B[B\r\t');
		await terminal.waitFor(/\[Log \/ Events\][\s\S]*Creating session key/);
		await terminal.type('5n\u001B[200~pasted\u001B[201~-name');
		await terminal.waitFor('pasted-name');
		await terminal.press('Escape');
		await terminal.waitFor('lose what you typed');
		await terminal.type('yq');
		const left = await terminal.waitFor('Jobs go on without D2CM');
		assert.match(left, /open d2cm again to see them/);
		assert.doesNotMatch(left, /Templates/);
	} finally {
		await terminal.close();
	}
});

test('what a terminal says by itself is no key, in one piece or in several, and Escape still is one', async () => {
	const terminal = await openTerminal(command, {env: {LANG: 'C.UTF-8', TZ: 'UTC'}});
	try {
		await terminal.waitFor('pi.ABC123');
		await terminal.type('5n');
		await terminal.waitFor('New template');
		// None is cut right after its Escape: on a busy machine the rest may come too late for anything but a key.
		for (const piece of [
			'\u001B]11;rgb:1e1e/1e',
			'1e/2e2e\u001B',
			'\\',
			'\u001B[?6',
			'2;4c',
			'\u001B[M',
			' q!',
			'\u001B[1;3R',
		]) {
			await terminal.type(piece);
		}

		await terminal.type(`\u001B[200~${'long '.repeat(2000)}\u001B[201~`);
		await terminal.type('\u001B[Ia\u001B[<0;10;20Mb');
		const shown = await terminal.waitFor('long ab');
		assert.match(shown, /New template[\s\S]* Name +…[long ]+ab\n/);
		assert.doesNotMatch(shown, /rgb|62;4|q!|lose what you typed/);
		await terminal.press('Escape');
		await terminal.waitFor('lose what you typed');
	} finally {
		await terminal.close();
	}
});

test('a plain terminal gets plain characters, from its first column on wherever the cursor was', async () => {
	const halfALine = ['sh', '-c', 'printf "half a line"; exec "$@"', 'sh', ...command];
	const terminal = await openTerminal(halfALine, {env: {LANG: 'C', LC_ALL: 'C', NO_COLOR: '1', CI: '1'}});
	try {
		const drawn = await terminal.waitFor('> pi.ABC123');
		assert.doesNotMatch(drawn, /\P{ASCII}/u);
		assert.match(drawn, /^1Credentials 2Clouds/);
	} finally {
		await terminal.close();
	}
});

test('a screen that another program wrote over is whole again after Ctrl+L, and after a change of size', async () => {
	const terminal = await openTerminal(command, {env: {LANG: 'C.UTF-8', TZ: 'UTC'}});
	const whole = async () => {
		await terminal.waitFor('6Deployments');
		const shown = await terminal.waitFor(/❯ pi\.ABC123[\s\S]* q Quit/);
		assert.match(shown, /^1Credentials/);
		assert.doesNotMatch(shown, /going down/);
	};
	try {
		await whole();
		const noise = `\u001B[24;1H${'\n'.repeat(30)}The system is going down`;
		await terminal.disturb(noise);
		await terminal.waitFor('going down');
		await terminal.press('C-l');
		await whole();
		await terminal.disturb(noise);
		await terminal.waitFor('going down');
		await terminal.resize(100, 30);
		await whole();
	} finally {
		await terminal.close();
	}
});

test('Ctrl+Z gives the terminal back to the shell, and fg draws the program as it was', async () => {
	const shell = ['bash', '--norc', '--noprofile', '-i'];
	const terminal = await openTerminal(shell, {env: {LANG: 'C.UTF-8', TZ: 'UTC', PS1: 'shell> '}});
	try {
		await terminal.waitFor('shell>');
		await terminal.type(`${command.join(' ')}\r`);
		await terminal.waitFor('pi.ABC123');
		await terminal.type('n\t777');
		await terminal.waitFor(/Problem size +1777/);
		await terminal.press('C-z');
		await terminal.waitFor('Stopped');
		await terminal.type('echo $((40 + 2)) typed\r');
		const shown = await terminal.waitFor('42 typed');
		assert.match(shown, /echo \$\(\(40 \+ 2\)\) typed/);
		assert.doesNotMatch(shown, /Problem size/);
		await terminal.type('fg\r');
		await terminal.waitFor(/^1Credentials[\s\S]*Problem size +1777[\s\S]*Esc Leave/);
		await terminal.type('8');
		await terminal.waitFor('17778');
	} finally {
		await terminal.close();
	}
});
