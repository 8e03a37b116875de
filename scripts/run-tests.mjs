// Runs the compiled tests with Node's own runner: `fast` (no QEMU, under a minute), or `all`: then also *.thorough.test.*
// (real servers, many processes, many cases), and *.slow.test.*, one file at a time, since they boot guests or need the
// whole machine. `extra` runs only *.extra.test.*, which need what nothing else does, such as another desktop. `root` runs
// only the files in which an ordinary user skips tests by name. Further arguments choose files by a part of their name.
import {spawn, spawnSync} from 'node:child_process';
import {globSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {text} from 'node:stream/consumers';

const [layer = 'all', ...parts] = process.argv.slice(2);
const needsRights = file => readFileSync(file, 'utf8').includes('helpers/needs.js');
const chosen = globSync('build/test/**/*.test.js')
	.toSorted()
	.filter(file => parts.length === 0 || parts.some(part => file.includes(part)))
	.filter(file => layer !== 'root' || needsRights(file));
const slow = chosen.filter(file => file.includes('.slow.test.'));
const extra = chosen.filter(file => file.includes('.extra.test.'));
const thorough = chosen.filter(file => file.includes('.thorough.test.'));
const fast = chosen.filter(file => ![...slow, ...thorough, ...extra].includes(file));

const counts = mkdtempSync(join(tmpdir(), 'd2cm-counts-'));
let runs = 0;

/** A test that waits for what never comes fails, however slow the machine, and long before the others are over. */
const optionsFor = minutes => [
	'--enable-source-maps',
	'--test',
	'--test-reporter=spec',
	'--test-reporter-destination=stdout',
	`--test-reporter=${new URL('count-tests.mjs', import.meta.url)}`,
	`--test-reporter-destination=${join(counts, String(++runs))}`,
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

/** What took longest, what was skipped and why, and how many there were of each. */
function printSum(seconds) {
	const tests = readdirSync(counts).flatMap(name =>
		readFileSync(join(counts, name), 'utf8')
			.split('\n')
			.filter(Boolean)
			.map(line => JSON.parse(line)),
	);
	const ended = how => tests.filter(({end}) => end === how);
	console.log('\nThe longest:');
	for (const {name, seconds: took} of tests.toSorted((a, b) => b.seconds - a.seconds).slice(0, 10)) {
		console.log(`  ${took.toFixed(0).padStart(4)} s  ${name}`);
	}

	for (const {name, why} of ended('skip')) {
		console.log(`Skipped, ${why === true ? 'without a reason' : why}: ${name}`);
	}

	for (const {name} of ended('fail')) {
		console.log(`Failed: ${name}`);
	}

	console.log(`${layer}: in ${seconds.toFixed(0)} s`);
	console.log(`${ended('pass').length} passed, ${ended('fail').length} failed, ${ended('skip').length} skipped`);
}

if (chosen.length === 0) {
	console.error('No test has such a name.');
	process.exit(2);
}

const begun = performance.now();
const statuses = [layer === 'extra' ? run(extra, 1, 20) : await runTogether(fast)];
if (layer === 'all' || layer === 'root') {
	statuses.push(run(thorough, 3, 8), run(slow, 1, 20));
}

printSum((performance.now() - begun) / 1000);
rmSync(counts, {recursive: true});
process.exitCode = Math.max(...statuses);
