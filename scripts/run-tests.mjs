// Runs the compiled tests with Node's own runner: `fast` (no QEMU, under a minute), or `all`: then also *.thorough.test.*
// (real servers, many processes, many cases), and *.slow.test.*, one file at a time, since they boot guests or need the
// whole machine. Further arguments choose files by a part of their name.
import {spawnSync} from 'node:child_process';
import {globSync} from 'node:fs';

const [layer = 'all', ...parts] = process.argv.slice(2);
const files = globSync('build/test/**/*.test.js').toSorted();
const chosen = files.filter(file => parts.length === 0 || parts.some(part => file.includes(part)));
const slow = chosen.filter(file => file.includes('.slow.test.'));
const thorough = chosen.filter(file => file.includes('.thorough.test.'));
const fast = chosen.filter(file => !slow.includes(file) && !thorough.includes(file));

// A test that waits for what never comes fails, however slow the machine.
const options = ['--enable-source-maps', '--test', '--test-reporter=spec', `--test-timeout=${20 * 60_000}`];
const run = (names, concurrency) =>
	names.length === 0
		? 0
		: (spawnSync(process.execPath, [...options, `--test-concurrency=${concurrency}`, ...names], {stdio: 'inherit'})
				.status ?? 1);

if (chosen.length === 0) {
	console.error('No test has such a name.');
	process.exit(2);
}

// Many of them wait more than they work.
const statuses = [run(fast, 4)];
if (layer === 'all') {
	statuses.push(run(thorough, 3), run(slow, 1));
}

process.exit(Math.max(...statuses));
