import type {S3Limits} from './s3-caller.js';

/**
For questions that somebody waits with: of a host that is not there it is said after some five seconds; a store that is there may be
a busy machine of the lab's.
*/
export const shortLimits: Partial<S3Limits> = {attempts: 2, connectMs: 2500, idleMs: 7000, longestPauseMs: 500};
