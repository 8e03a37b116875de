import assert from 'node:assert/strict';
import {test} from 'node:test';
import {setTimeout as sleep} from 'node:timers/promises';
import {padText, plainText, textWidth} from '../../../source/engine/host/terminal-text.js';
import {cutText, wrapLines} from '../../../source/screens/parts/fit.js';
import {openTerminal} from '../../helpers/terminal.js';

test('a real terminal takes as many columns for a text as are counted, whatever characters it has', async () => {
	const texts = [
		'漢字 ﾊﾝ',
		'e\u0301 Zu\u0308rich a\u0300\u0301\u0302\u0316\u0317',
		'\u1112\u1161\u11AB\u1100\u1173\u11AF',
		'α±°×…─❯',
		'a\u200Bb\u00ADc\u2060d\u034Fe\uFEFF',
		'a\u202Ecba\u202C',
		'می\u200Cخواهم مُحَمَّد',
		'क्षि नमस्ते কো நி',
		'กำลัง ຳ བོད',
		'🎉🫠⌚𝒳',
		'👩‍🔬👨‍👩‍👧👍🏽',
		'🇩🇪 ❤️ 1️⃣ ☺︎ 🏴󠁧󠁢󠁥󠁮󠁧󠁿',
		'\u3164 \u180Ba',
		'\uDCE9 \u0007\u001B[31m\u009B\u2028',
	];
	const terminal = await openTerminal(['cat'], {env: {LANG: 'C.UTF-8', LC_ALL: 'C.UTF-8'}});
	try {
		for (const [index, text] of texts.entries()) {
			await terminal.disturb(`\u001B[H\u001B[2J${index}\r\n${plainText(text)}`);
			await terminal.waitFor(new RegExp(`^${index}\n`));
			await sleep(20);
			assert.equal(await terminal.cursorColumn(), textWidth(plainText(text)), JSON.stringify(text));
		}
	} finally {
		await terminal.close();
	}
});

test('a text made plain stays what it is, says what it said, and is one line without control characters', () => {
	assert.equal(plainText('a\tb\nc\u001B[2Jd'), 'a    b c [2Jd');
	assert.equal(plainText('👩‍🔬 👍🏽 🇩🇪 ❤️ \u202Eabc'), '👩🔬 👍 DE ❤ abc');
	for (const text of ['Zürich', '実験室', 'नमस्ते', '🎉', '👩🔬 👍 DE ❤']) assert.equal(plainText(text), text);
});

test('an emoji of several parts that is printed as it is takes the columns that new terminals give it', () => {
	assert.deepEqual(['👩‍🔬', '🇩🇪', '❤️'].map(textWidth), [2, 2, 2]);
	assert.equal(`${padText('漢字', 6)}|`, '漢字  |');
	assert.equal(padText('longer', 3), 'longer');
});

test('a line of 29,000 Korean consonants, one grapheme, is cut and wrapped soon, and no line is too long', () => {
	const text = `Es ${'\u1100'.repeat(29_000)}`;
	const before = process.cpuUsage();
	assert.equal(cutText(text, 20), 'Es …');
	const lines = wrapLines(text, 80);
	assert.ok(lines.every(line => textWidth(line) <= 80));
	assert.equal(lines.join('').length, text.length - 1);
	const {user, system} = process.cpuUsage(before);
	assert.ok(user + system < 500_000, `It took ${(user + system) / 1000} ms.`);
});
