import {readdir} from 'node:fs/promises';
import {basename} from 'node:path';
import {AppError} from '../source/engine/errors/app-error.js';
import type {Bench} from './bench.js';
import {describeMachine} from './describe-machine.js';

// `npm run bench -- NAME [MIB]` prints one JSON object; without a name, the names. `bundle` takes a size of its image.
const folder = new URL('benches/', import.meta.url);
const names = (await readdir(folder)).filter(file => file.endsWith('.js')).map(file => basename(file, '.js'));
const [wanted, mib] = process.argv.slice(2);

if (wanted === undefined) {
	for (const name of names.toSorted()) {
		const {summary} = await load(name);
		console.log(`${name.padEnd(16)}${summary}`);
	}
} else if (names.includes(wanted)) {
	await runBench(wanted);
} else {
	console.error(`There is no bench called ${wanted}; there are: ${names.toSorted().join(', ')}.`);
	process.exitCode = 2;
}

async function load(name: string): Promise<Bench> {
	const module = (await import(new URL(`${name}.js`, folder).href)) as {bench: Bench};
	return module.bench;
}

async function runBench(name: string): Promise<void> {
	const machine = describeMachine();
	try {
		const {figures, ratios, leftOut} = await (await load(name)).run(mib === undefined ? {} : {mib: Number(mib)});
		console.log(JSON.stringify({name, machine, figures, ratios, leftOut}, undefined, '\t'));
	} catch (error) {
		if (!(error instanceof AppError)) {
			throw error;
		}

		console.error(`${error.message} ${error.hint}`);
		process.exitCode = 3;
	}
}
