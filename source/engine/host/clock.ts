/** Time, so that tests need not wait. */
export interface Clock {
	now(): Date;

	/** Waits; ends early, with the signal's reason thrown, when `signal` is aborted. */
	sleep(ms: number, signal?: AbortSignal): Promise<void>;
}
