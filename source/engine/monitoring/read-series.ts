import {readdir, readFile} from 'node:fs/promises';
import {join} from 'node:path';
import {mergePieces} from './merge-pieces.js';
import {type MonitoredNode, readNodeFile} from './node-file.js';
import {parseXport, type XportTable} from './parse-xport.js';
import {parsePieceName} from './piece-name.js';
import type {Metric, MetricSeries} from './series.js';

/** What a curve is made of: one column of the exports, and how its values become the curve's. */
const curves: ReadonlyArray<{metric: Metric; column: string; convert: (value: number) => number}> = [
	{metric: 'cpu', column: 'cpu-idle', convert: idlePercent => 100 - idlePercent},
	{metric: 'memory', column: 'memory-used', convert: bytes => bytes / 1_048_576},
	{metric: 'load', column: 'load-shortterm', convert: load => load},
];

export type ReadSeriesOptions = {
	/** Pieces read before, by path: they never change, so a live view that keeps this map reads only the new ones. */
	readonly known?: Map<string, XportTable>;
	/** Told of every piece that cannot be read, and is left out: `<file>: <what is wrong>`. */
	readonly onDamage?: (note: string) => void;
};

/** What was measured in a deployment so far, by role and instance; empty while nothing was. */
export async function readSeries(
	deploymentFolder: string,
	{known = new Map(), onDamage = () => undefined}: ReadSeriesOptions = {},
): Promise<MetricSeries[]> {
	const root = join(deploymentFolder, 'monitoring');
	const series: MetricSeries[] = [];
	for (const role of await folders(root)) {
		for (const instance of await folders(join(root, role))) {
			series.push(...(await readNode(join(root, role, instance), {role, instance, known, onDamage})));
		}
	}

	return series.toSorted((a, b) => a.node.localeCompare(b.node, 'en', {numeric: true}));
}

async function readNode(
	folder: string,
	{role, instance, known, onDamage}: Required<ReadSeriesOptions> & {role: string; instance: string},
): Promise<MetricSeries[]> {
	const node = (await readNodeFile(folder)) ?? {name: instance, role, clockAheadSeconds: 0};
	const pieces: XportTable[] = [];
	for (const name of (await readdir(folder)).filter(name => parsePieceName(name)).toSorted()) {
		const path = join(folder, name);
		const piece = known.get(path) ?? (await readPiece(path, onDamage));
		if (piece) {
			known.set(path, piece);
			pieces.push(piece);
		}
	}

	return curves.flatMap(({metric, column, convert}): MetricSeries[] => {
		const merged = mergePieces(pieces, column);
		if (!merged) {
			return [];
		}

		const {stepSeconds, startSeconds} = merged;
		const total = metric === 'memory' ? totalMemoryMib(pieces) : undefined;
		return [
			{
				node: node.name,
				role: node.role,
				metric,
				stepSeconds,
				startSeconds: startSeconds - shiftOf(node, stepSeconds),
				values: merged.values.map(value => (value === null ? null : convert(value))),
				...(total !== undefined && {total}),
			},
		];
	});
}

/** Exports of older versions do not have it. */
function totalMemoryMib(pieces: readonly XportTable[]): number | undefined {
	const bytes = mergePieces(pieces, 'memory-total')?.values.findLast(value => value !== null);
	return bytes && bytes > 0 ? bytes / 1_048_576 : undefined;
}

/** A clock a little off is no harm, and rrdtool's own times are kept; one hours off would put a curve beside its run. */
function shiftOf({clockAheadSeconds}: MonitoredNode, stepSeconds: number): number {
	return Math.abs(clockAheadSeconds) < 30 ? 0 : Math.round(clockAheadSeconds / stepSeconds) * stepSeconds;
}

async function readPiece(path: string, onDamage: (note: string) => void): Promise<XportTable | undefined> {
	try {
		const piece = parseXport(await readFile(path, 'utf8'));
		if (piece.rows.length > 0) {
			return piece;
		}

		onDamage(`${path}: it has no rows.`);
	} catch (error) {
		onDamage(`${path}: ${error instanceof Error ? error.message : String(error)}`);
	}

	return undefined;
}

async function folders(path: string): Promise<string[]> {
	try {
		const entries = await readdir(path, {withFileTypes: true});
		return entries
			.filter(entry => entry.isDirectory())
			.map(entry => entry.name)
			.toSorted();
	} catch (error) {
		if ((error as NodeJS.ErrnoException).code === 'ENOENT') {
			return [];
		}

		throw error;
	}
}
