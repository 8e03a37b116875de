/** One curve of one instance. */
export type MetricSeries = {
	/** `master-1` */
	readonly node: string;
	readonly role: string;
	readonly metric: Metric;
	/** Seconds between two points. */
	readonly stepSeconds: number;
	/** Unix time of the first point, in seconds. */
	readonly startSeconds: number;
	/** AVERAGE of each step; null where nothing was measured. CPU in percent busy, memory in MiB used, load as it is (1 minute). */
	readonly values: ReadonlyArray<number | null>;
	/** Of memory: how many MiB the instance has. Left out where it did not tell. */
	readonly total?: number;
};

export type Metric = 'cpu' | 'memory' | 'load';
