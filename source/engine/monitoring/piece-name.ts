/** One fetched piece: `xport-<time of its first row>-<time of its last row>.json`. */
export const pieceName = (startSeconds: number, endSeconds: number) => `xport-${startSeconds}-${endSeconds}.json`;

/** The times in a piece's name; undefined for any other file. */
export function parsePieceName(name: string): {startSeconds: number; endSeconds: number} | undefined {
	const [, start, end] = /^xport-(\d{1,11})-(\d{1,11})\.json$/.exec(name) ?? [];
	return start && end ? {startSeconds: Number(start), endSeconds: Number(end)} : undefined;
}
