import assert from 'node:assert/strict';
import test from 'node:test';
import {guestThatSays, readAll} from '../../helpers/guest-that-says.js';

/** What is repeated, and where it matters what stands before and after it. */
const texts: ReadonlyArray<readonly [text: string, start?: string, end?: string]> = [
	['\n'],
	[' \n'],
	[' '],
	['\t', 'a', 'x'],
	['"'],
	["'"],
	['\\'],
	['\0'],
	['a '],
	['a='],
	[' ', 'GRUB_CMDLINE_LINUX=', 'x'],
	[' ', 'PermitRootLogin yes', 'x'],
	[' ', 'ID=a', 'x'],
	[' ', 'linux ', 'x'],
	[' ', 'options a', 'x'],
	[' ', 'label a', 'x'],
	['\n', 'network:\n ethernets:\n  a:\n   match:', 'x'],
	['\n', 'iface', 'x'],
	['[ipv4]\n'],
	['[Match]Name=a '],
	[' ethernets:\n'],
	['ethernets:\n  a:\n    match:\n'],
	['ATTR{address}NAME'],
	['iface a inet '],
	['menuentry x {\n'],
	['submenu x {\n'],
	['set a=$a$a\n'],
	['a=b\n'],
	['linux vmlinuz\n'],
	['GRUB_CMDLINE_LINUX="\n'],
	['Include /etc/ssh/sshd_config.d/*.conf\n'],
	['Include /a\n'],
	['/ / /\n'],
	['LABEL a\nKERNEL b\nAPPEND c\n'],
	['auto a\n'],
	['root:x:0:0::/root:/bin/bash\n'],
];

async function secondsFor(text: string): Promise<number> {
	const before = process.cpuUsage();
	await readAll(guestThatSays(text));
	const {user, system} = process.cpuUsage(before);
	return (user + system) / 1e6;
}

/** What is quadratic takes ten times as long for so much, and what is not a fraction of it: there is nothing to compare. */
const mostSeconds = 5;

for (const [text, start = '', end = ''] of texts) {
	const name = JSON.stringify(`${start}${text}…${end}`);
	test(`${name} in every file of a guest is read within ${mostSeconds} s`, {timeout: 240_000}, async () => {
		const tries: number[] = [];
		// Another thread of this process, or a neighbour in its caches, may count once, not three times.
		while (tries.length < 3 && (tries.at(-1) ?? 0) < 4 * mostSeconds) {
			tries.push(await secondsFor(start + text.repeat(2 ** 17 / text.length) + end));
			if ((tries.at(-1) ?? 0) < mostSeconds) {
				return;
			}
		}

		assert.fail(`${tries.map(seconds => seconds.toFixed(1)).join(' s, ')} s`);
	});
}

test('an expression that is quadratic could not be read within that time', () => {
	const eighth = `network:\n${'\n'.repeat(2 ** 14)}x`;
	const before = process.cpuUsage();
	/^\s*ethernets:/m.test(eighth);
	const {user, system} = process.cpuUsage(before);
	assert.ok((64 * (user + system)) / 1e6 > 2 * mostSeconds, `${(user + system) / 1e6} s for an eighth`);
});

test('80,000 submenus in each other are read to the end', async () => {
	await secondsFor('submenu x {\n'.repeat(80_000));
});
