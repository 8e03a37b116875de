import assert from 'node:assert/strict';
import {test} from 'node:test';
import {printable} from '../../../source/engine/deployments/printable.js';
import {withoutEscapes} from '../../../source/engine/host/without-escapes.js';

for (const beginning of ['\u001B]', '\u001B]a;', '\u001B[1;', '\u001BP', '\u001B ', '\u009D', '\u009B1']) {
	test(`300 kB of ${JSON.stringify(beginning)} are made harmless at once`, {timeout: 30_000}, () => {
		const before = process.cpuUsage();
		const text = printable(`${beginning.repeat(300_000 / beginning.length)}\nlast words`);
		const {user} = process.cpuUsage(before);
		assert.ok(user < 1_000_000, `${user / 1e6} s`);
		assert.ok(text.endsWith('last words'), 'what follows the line is there');
	});
}

test('what makes a terminal do something goes, the text around it stays', () => {
	for (const [text, left] of [
		['a\u001B[31mred\u001B[0m', 'ared'],
		['a\u001B]52;c;bWFsaWNl\u0007b', 'ab'],
		['a\u001B]8;;http://x\u001B\\link\u001B]8;;\u001B\\', 'alink'],
		['a\u001B]0;never ended\nb', 'a\nb'],
		['a\u001B(Bb\u001B7', 'ab'],
		['a\u001B\u001B[m]0;made of what is left\u0007b', 'a]0;made of what is left\u0007b'],
	] as const) {
		assert.equal(withoutEscapes(text), left, JSON.stringify(text));
	}
});
