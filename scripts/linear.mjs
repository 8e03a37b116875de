// linear: regular expressions of the source that can take more than linear time, or the text given with `--expression`; ends
// with 1 when there is any. An expression that is put together while the program runs is named, unless it is listed here.
import {globSync, readFileSync} from 'node:fs';
import {relative} from 'node:path';
import {parse} from 'acorn';
import {analyse} from 'scslre';

/** By file: what its `new RegExp(…)` is made of, for which somebody has looked. */
const looked = {
	'engine/cloud/ec2/shapes.js': 'a word of ours and up to 17 digits',
	'engine/deployments/log-watcher.js': 'the pattern that the user gives for their own log, asked line by line',
	'engine/guest/fix-ups/sshd.js': 'a keyword of ours between blanks',
	'engine/host/byte-names.js': 'single characters, and what stands beside them',
	'engine/host/without-escapes.js': 'escapes, each of which begins with a character that none holds',
	'engine/images/findings/find-network.js': 'blanks that begin a line, and a name',
	'engine/migration/bundle/bundle-secret.js': 'a name of ours and 32 digits',
	'engine/templates/template.js': 'the same pattern, only tried',
	'screens/kernel-form.js': 'letters of ours and up to 17 digits',
	'screens/template-steps.js': 'the same pattern, only tried',
};

/** Compiled, so that types and elements of Ink are out of the way; literals stay as they were written. */
function expressionsIn(file) {
	const literals = [];
	const made = [];
	const text = readFileSync(file, 'utf8');
	const visit = node => {
		if (node.type === 'Literal' && node.regex) {
			literals.push({line: text.slice(0, node.start).split('\n').length, ...node.regex});
		}

		if (/^(?:New|Call)Expression$/.test(node.type) && node.callee.name === 'RegExp') {
			made.push(text.slice(0, node.start).split('\n').length);
		}

		for (const child of Object.values(node).flat()) {
			if (typeof child?.type === 'string') {
				visit(child);
			}
		}
	};
	visit(parse(text, {ecmaVersion: 'latest', sourceType: 'module'}));
	return {literals, made};
}

/** What can repeat it: a polynomial or exponential number of ways to match the same text, or the same way from every place. */
function faultsOf(source, flags) {
	return analyse({source, flags: flags.replace('v', 'u')}).reports.map(
		({type, exponential}) =>
			({
				Self: exponential
					? 'it can match the same text in exponentially many ways'
					: 'it can match the same text in many ways',
				Trade: 'two parts of it can share the same text in many ways',
				Move: 'it looks at the same text again from every place in it',
			})[type],
	);
}

const [, , option, given] = process.argv;
const root = 'build/source';
const faults = [];
if (option === '--expression') {
	faults.push(...faultsOf(given, process.argv[4] ?? ''));
} else {
	for (const file of globSync(`${root}/**/*.js`).toSorted()) {
		const name = relative(root, file);
		const {literals, made} = expressionsIn(file);
		for (const {line, pattern, flags} of literals) {
			faults.push(...faultsOf(pattern, flags).map(fault => `${name}:${line}: /${pattern}/${flags}: ${fault}`));
		}

		if (made.length > 0 && !(name in looked)) {
			faults.push(
				`${name}:${made[0]}: it is made while the program runs: look at it, and list it in scripts/linear.mjs`,
			);
		}
	}
}

for (const fault of faults) {
	console.log(fault);
}

process.exitCode = faults.length > 0 ? 1 : 0;
