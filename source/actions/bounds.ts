import type {Patience} from '../engine/cloud/ec2/call-patiently.js';
import type {S3Limits} from '../engine/object-store/s3-caller.js';
import {shortLimits} from '../engine/object-store/short-limits.js';

/** How long a cloud and its object store are asked for. Left out: as long as by a job, which can wait. */
export type Bounds = {readonly patience?: Partial<Patience>; readonly limits?: Partial<S3Limits>};

/**
Where somebody waits for the answer: a cloud that hangs is said to after a good minute, one that is not there at once. Some
take ten seconds for a list of their instance types.
*/
export const whileWaiting: Bounds = {patience: {mostAttempts: 3, attemptTimeoutMs: 25_000}, limits: shortLimits};
