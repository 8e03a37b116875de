import type {XportTable} from './parse-xport.js';

export type MergedColumn = {
	readonly stepSeconds: number;
	/** Time of the first value. */
	readonly startSeconds: number;
	readonly values: ReadonlyArray<number | null>;
};

/** Pieces older than this before the newest are left out: a clock that was set during the run, not a measurement. */
const longestRunSeconds = 62 * 86_400;

/**
Lays the same column of several pieces on one time line with the finest step among them. A coarse row stands for every
fine step it covers; where pieces overlap, the finer one holds, and a value is never replaced by a gap.

@returns undefined when no piece has the column.
*/
export function mergePieces(pieces: readonly XportTable[], column: string): MergedColumn | undefined {
	const newest = Math.max(...pieces.map(({rows}) => rows.at(-1)?.timeSeconds ?? 0));
	const usable = pieces
		.filter(({columns, rows}) => columns.includes(column) && (rows[0]?.timeSeconds ?? 0) > newest - longestRunSeconds)
		.toSorted((a, b) => b.stepSeconds - a.stepSeconds);
	const finest = usable.at(-1);
	if (!finest) {
		return undefined;
	}

	const {stepSeconds} = finest;
	const startSeconds =
		Math.min(...usable.map(piece => (piece.rows[0]?.timeSeconds ?? 0) - piece.stepSeconds)) + stepSeconds;
	const values = new Array<number | null>(Math.round((newest - startSeconds) / stepSeconds) + 1).fill(null);
	for (const piece of usable) {
		const index = piece.columns.indexOf(column);
		const covered = Math.max(1, Math.round(piece.stepSeconds / stepSeconds));
		for (const row of piece.rows) {
			const value = row.values[index] ?? null;
			const last = Math.round((row.timeSeconds - startSeconds) / stepSeconds);
			for (let place = Math.max(0, last - covered + 1); value !== null && place <= last; place++) {
				values[place] = value;
			}
		}
	}

	return {stepSeconds, startSeconds, values};
}
