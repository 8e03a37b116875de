// Runs the compiled tests with Node's own runner: `fast` (no QEMU, under a minute), or `all`: then also *.thorough.test.*
// (real servers, many processes, many cases), and *.slow.test.*, one file at a time, since they boot guests or need the
// whole machine. `root` runs only those files some of whose tests only root, or who may open /dev/fuse, can run. `extra` runs only *.extra.test.*, which need what nothing else does, such as another desktop. Further
// arguments choose files by a part of their name.
import {spawn, spawnSync} from 'node:child_process';
import {globSync, readFileSync, statSync} from 'node:fs';
import {text} from 'node:stream/consumers';

const [layer = 'all', ...parts] = process.argv.slice(2);
/** Whether some of its tests need rights that an ordinary user may lack. */
const rootOnly = file => readFileSync(file, 'utf8').includes('helpers/needs.js');

const files = globSync('build/test/**/*.test.js').toSorted();
const chosen = files
	.filter(file => parts.length === 0 || parts.some(part => file.includes(part)))
	.filter(file => layer !== 'root' || rootOnly(file));
const slow = chosen.filter(file => file.includes('.slow.test.'));
const extra = chosen.filter(file => file.includes('.extra.test.'));
const thorough = chosen.filter(file => file.includes('.thorough.test.'));
const fast = chosen.filter(file => ![...slow, ...thorough, ...extra].includes(file));

/** A test that waits for what never comes fails, however slow the machine, and long before the others are over. */
const optionsFor = minutes => [
	'--enable-source-maps',
	'--test',
	'--test-reporter=spec',
	`--test-timeout=${minutes * 60_000}`,
];

/** Each file in a process of its own, so many at once. */
const run = (names, concurrency, minutes) =>
	names.length === 0
		? 0
		: (spawnSync(process.execPath, [...optionsFor(minutes), `--test-concurrency=${concurrency}`, ...names], {
				stdio: 'inherit',
			}).status ?? 1);

/** More than there are cores, since many small tests wait more than they work. */
const processes = 18;

/** They load more than they do: neighbours, which load the same, share processes, each of which is heard when it has ended. */
async function runTogether(names) {
	const costOf = name => statSync(name).size + 4000; // Also of what is small, a file has to be loaded.
	const whole = names.reduce((sum, name) => sum + costOf(name), 0);
	let sum = 0;
	const shares = Map.groupBy(names.toSorted(), name => {
		sum += costOf(name);
		return Math.ceil((sum / whole) * processes);
	});
	const statuses = await Promise.all([...shares.values()].map(runShare));
	return Math.max(0, ...statuses);
}

async function runShare(names) {
	const child = spawn(process.execPath, [...optionsFor(5), '--test-isolation=none', ...names], {
		stdio: ['ignore', 'pipe', 'inherit'],
		env: {...process.env, NODE_COMPILE_CACHE: 'build/.compile-cache'},
	});
	const ended = new Promise(resolve => child.once('close', resolve));
	process.stdout.write(await text(child.stdout));
	return (await ended) ?? 1;
}

if (chosen.length === 0) {
	console.error('No test has such a name.');
	process.exit(2);
}

const statuses = [layer === 'extra' ? run(extra, 1, 20) : await runTogether(fast)];
if (layer === 'all' || layer === 'root') {
	statuses.push(run(thorough, 3, 8), run(slow, 1, 20));
}

process.exitCode = Math.max(...statuses);
