declare module 'asciichart' {
	type PlotOptions = {
		readonly min?: number;
		readonly max?: number;
		/** Rows less one. */
		readonly height?: number;
		/** Column of the axis, from 1. */
		readonly offset?: number;
		/** ┼ ┤ ╶ ╴ ─ ╰ ╭ ╮ ╯ │ or what stands for them. */
		readonly symbols?: readonly string[];
		readonly format?: (value: number, row: number) => string;
	};

	const asciichart: {plot(values: readonly number[], options?: PlotOptions): string};
	export default asciichart;
}
