import assert from 'node:assert/strict';
import {type TestContext, test} from 'node:test';
import {InputFilter} from '../../../source/engine/host/input-filter.js';

const esc = '\u001B';
const escapeKey = `${esc}[27u`;

/** What terminals say by themselves. A character is a byte. */
const spoken: Readonly<Record<string, string>> = {
	'colour, ended by ST': `${esc}]11;rgb:1e1e/1e1e/2e2e${esc}\\`,
	'colour, ended by BEL': `${esc}]11;rgb:1e1e/1e1e/2e2e\u0007`,
	'a title': `${esc}]ld\u00C3\u00A9j\u00C3\u00A0 vu${esc}\\`,
	'primary attributes': `${esc}[?62;4c`,
	'secondary attributes': `${esc}[>41;354;0c`,
	'tertiary attributes': `${esc}P!|00000000${esc}\\`,
	'cursor position': `${esc}[1;1R`,
	'cursor position that looks like Alt+F3': `${esc}[1;3R`,
	'cursor position with a page': `${esc}[?12;40;1R`,
	status: `${esc}[0n`,
	'a mode': `${esc}[?2026;2$y`,
	'an ANSI mode': `${esc}[4;1$y`,
	'kitty keyboard': `${esc}[?1u`,
	XTVERSION: `${esc}P>|tmux 3.3a${esc}\\`,
	XTGETTCAP: `${esc}P1+r544e=787465726d${esc}\\`,
	DECRQSS: `${esc}P1$r0m${esc}\\`,
	'kitty graphics': `${esc}_Gi=31;OK${esc}\\`,
	clipboard: `${esc}]52;c;${'QUJD'.repeat(300)}${esc}\\`,
	size: `${esc}[8;24;80t`,
	'size in band': `${esc}[48;24;80;480;640t`,
	'colour scheme': `${esc}[?997;1n`,
	'mouse, X10': `${esc}[M !!`,
	'mouse, X10, far right': `${esc}[M \u00C4!`,
	'mouse, X10, a wheel at the lower right': `${esc}[Ma\u00FF\u007F`,
	'mouse, X10, further than it can say': `${esc}[M#\0\0`,
	'mouse, X10, thumb': `${esc}[M\u00A0\u00F0\u0080`,
	'mouse, UTF-8': `${esc}[M \u00C3\u00A9\u00C2\u0080`,
	'mouse, SGR': `${esc}[<0;10;20M`,
	'mouse, SGR, released': `${esc}[<0;10;20m`,
	'mouse, urxvt': `${esc}[32;10;20M`,
	'focus in': `${esc}[I`,
	'focus out': `${esc}[O`,
	'a function key': `${esc}[15~`,
	'a function key of the Linux console': `${esc}[[A`,
	'Alt and a function key': `${esc}[1;3P`,
	'a key let go': `${esc}[97;1:3u`,
	'the end of a paste that never began': `${esc}[201~`,
};

/** What is typed, and as what it goes on. */
const typed: Readonly<Record<string, string>> = {
	[`${esc}[A`]: `${esc}[A`,
	[`${esc}OB`]: `${esc}[B`,
	[`${esc}[1;5C`]: `${esc}[C`,
	[`${esc}[1;3D`]: `${esc}[D`,
	[`${esc}[b`]: `${esc}[B`,
	[`${esc}[Z`]: `${esc}[Z`,
	[`${esc}[1~`]: `${esc}[H`,
	[`${esc}[8~`]: `${esc}[F`,
	[`${esc}[3;5~`]: `${esc}[3~`,
	[`${esc}[5~`]: `${esc}[5~`,
	[`${esc}[6$`]: `${esc}[6~`,
	[`${esc}[97u`]: `${esc}[97u`,
};

test('what a terminal says is swallowed, cut at any byte by any time, and keys around it are keys', t => {
	const {filter, took, pass} = newFilter(t);
	for (const [name, said] of Object.entries(spoken)) {
		for (let cut = 0; cut <= said.length; cut += cut > 40 ? 97 : 1) {
			for (const gapMs of [0, 40, 90]) {
				filter(`jk\r${said.slice(0, cut)}`);
				pass(gapMs);
				filter(said.slice(cut));
				pass(2000);
				filter('q');
				const early = cut === 1 && gapMs > 50 ? escapeKey : '';
				assert.equal(took(), `jk\r${early}q`, `${name}, cut at ${cut}, ${gapMs} ms`);
			}
		}

		for (const byte of said) {
			filter(byte);
			pass(40);
		}

		filter('x');
		assert.equal(took(), 'x', `${name}, byte by byte`);
		filter(`a${said}b${said}${said}${esc}[A`);
		assert.equal(took(), `ab${esc}[A`, `${name}, among keys of one packet`);
	}
});

test('a sequence that the line holds up for most of a second is swallowed all the same', t => {
	const {filter, took, pass} = newFilter(t);
	for (const [name, said] of Object.entries(spoken)) {
		for (let cut = 1; cut < Math.min(said.length, 40); cut += 1) {
			filter(said.slice(0, cut));
			pass(900);
			filter(`${said.slice(cut)}z`);
			assert.equal(took(), cut === 1 ? `${escapeKey}z` : 'z', `${name}, cut at ${cut}`);
			pass(2000);
		}
	}
});

test('keys are keys, whole or cut', t => {
	const {filter, took, pass} = newFilter(t);
	for (const [keys, given] of Object.entries(typed)) {
		for (let cut = 0; cut <= keys.length; cut += 1) {
			filter(`a${keys.slice(0, cut)}`);
			pass(40);
			filter(`${keys.slice(cut)}b`);
			assert.equal(took(), `a${given}b`, `${JSON.stringify(keys)}, cut at ${cut}`);
		}
	}

	for (const byte of Buffer.from('é漢👩‍🔬').toString('latin1')) filter(byte);
	assert.equal(took(), 'é漢👩‍🔬');
});

test('Escape acts soon, also right before other keys, a paste, or what begins like an answer', t => {
	const {filter, took, pass} = newFilter(t);
	filter(esc);
	pass(49);
	assert.equal(took(), '');
	pass(1);
	assert.equal(took(), escapeKey);
	filter('q');
	assert.equal(took(), 'q');
	filter(`${esc}q${esc}${esc}[A${esc}\r`);
	assert.equal(took(), `${escapeKey}q${escapeKey}${esc}[A${escapeKey}\r`);
	filter(`${esc}${esc}`);
	pass(50);
	assert.equal(took(), escapeKey.repeat(2));
	filter(`${esc}${esc}[200~x${esc}[201~`);
	assert.equal(took(), `${escapeKey}${esc}[200~x${esc}[201~`);
	for (const character of '[]PO_') {
		filter(`${esc}${character}`);
		pass(1000);
		assert.equal(took(), escapeKey + character);
		filter(esc);
		pass(60);
		filter(character);
		pass(60);
		filter('no');
		assert.equal(took(), `${escapeKey}${character}no`);
		pass(2000);
	}

	for (const text of ['Ok', 'Paul', '[x]', ']x']) {
		filter(esc);
		pass(60);
		filter(text);
		pass(2000);
		assert.equal(took(), escapeKey + text);
	}
});

test('an answer whose end never comes takes no key for longer than a second, and no Enter or Escape at all', t => {
	const {filter, took, pass} = newFilter(t);
	for (const begun of [`${esc}]11;rgb:1e`, `${esc}P>|tmux`, `${esc}[?62`, `${esc}[M!`]) {
		filter(begun);
		pass(1000);
		filter('q');
		assert.equal(took(), 'q');
		filter(`${begun}\r`);
		assert.equal(took(), '\r');
		filter(`${begun}\u0003`);
		assert.equal(took(), '\u0003');
		filter(`${begun}${esc}[A`);
		assert.equal(took(), `${esc}[A`);
	}

	filter(`${esc}[?62${esc}`);
	pass(50);
	assert.equal(took(), escapeKey);
});

test('a paste of 10 KB comes whole, wherever it is cut and whatever is in it', t => {
	const {filter, took, pass} = newFilter(t);
	const text = `é ${esc}[A ${esc} ${esc}]11;rgb:1${esc}\\ q\r\n`.repeat(450).slice(0, 10_240);
	const paste = `${esc}[200~${text}${esc}[201~`;
	const bytes = Buffer.from(paste).toString('latin1');
	for (let cut = 0; cut <= bytes.length; cut += cut < 50 || cut > bytes.length - 50 ? 1 : 211) {
		filter(`a${bytes.slice(0, cut)}`);
		// Right after its first byte, more time would make an Escape of it.
		pass(cut === 1 ? 40 : 900);
		filter(`${bytes.slice(cut)}b`);
		assert.equal(took(), `a${paste}b`, `cut at ${cut}`);
	}

	filter(`${esc}[200~its end is lost`);
	pass(10_000);
	assert.equal(took(), `${esc}[200~its end is lost${esc}[201~`);
	filter('q');
	assert.equal(took(), 'q');
});

function newFilter(t: TestContext) {
	t.mock.timers.enable({apis: ['setTimeout']});
	let given = '';
	const filter = new InputFilter(input => {
		given += input;
	});
	return {
		filter: (bytes: string) => filter.push(Buffer.from(bytes, 'latin1')),
		took: () => {
			const all = given;
			given = '';
			return all;
		},
		pass: (milliseconds: number) => t.mock.timers.tick(milliseconds),
	};
}
