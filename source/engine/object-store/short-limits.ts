import type {S3Limits} from './s3-caller.js';

/** For questions that somebody waits with: a store that does not answer is said to, after some five seconds. */
export const shortLimits: Partial<S3Limits> = {attempts: 2, connectMs: 2500, idleMs: 2500, longestPauseMs: 500};
