import type {Boundary} from './boundary.js';
import {cloudBoundaries} from './cloud-answers.js';
import {diskBoundaries} from './disks.js';
import {guestTexts, initramfs} from './guest-texts.js';
import {instanceBoundaries} from './instance-answers.js';
import {measurements} from './measurements.js';
import {ownFiles} from './own-files.js';
import {terminalBoundaries} from './terminal.js';

/** Every place where D2CM takes in what others made. */
export const boundaries = [
	...diskBoundaries,
	initramfs,
	guestTexts,
	...instanceBoundaries,
	...cloudBoundaries,
	measurements,
	...terminalBoundaries,
	...ownFiles,
] as const satisfies readonly Boundary[];

export type BoundaryName = (typeof boundaries)[number]['name'];
