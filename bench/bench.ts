/** One measurement of D2CM against its peers in the same run, on the same machine. */
export type Bench = {
	/** As given on the command line, and the name of its file. */
	readonly name: string;
	/** One line for the list. */
	readonly summary: string;
	run(size?: BenchSize): Promise<BenchResult>;
};

/** Smaller or larger than usual, where a bench knows sizes. */
export type BenchSize = {readonly mib?: number};

export type BenchResult = {
	/** Medians, with the unit at the end of each name: `wallMs`, `rssMib`. */
	readonly figures: Readonly<Record<string, unknown>>;
	/** Peer over ours, more is better for us; the name says what: `libguestfsOverOurs`. */
	readonly ratios: Readonly<Record<string, number>>;
	/** What was not measured, and why. */
	readonly leftOut: readonly string[];
};
