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

for (const [text, start = '', end = ''] of texts) {
	const name = JSON.stringify(`${start}${text}…${end}`);
	test(`${name} in every file of a guest takes time in proportion to its length`, {timeout: 60_000}, async () => {
		const of = (length: number) => secondsFor(start + text.repeat(length / text.length) + end);
		// What is quadratic takes many seconds for so much, each time; on a busy machine one time says little.
		const tries: string[] = [];
		while (tries.length < 3) {
			const once = await of(2 ** 16);
			const twice = await of(2 ** 17);
			if (twice < 1 || twice < 3 * once) {
				return;
			}

			tries.push(`${once.toFixed(2)} s, and ${twice.toFixed(2)} s for twice as much`);
		}

		assert.fail(tries.join('; '));
	});
}

test('80,000 submenus in each other are read to the end', async () => {
	await secondsFor('submenu x {\n'.repeat(80_000));
});
