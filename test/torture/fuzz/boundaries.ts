import type {Boundary} from './boundary.js';
import {diskBoundaries} from './disks.js';
import {guestTexts, initramfs} from './guest-texts.js';

/** Every place where D2CM takes in what others made. */
export const boundaries = [...diskBoundaries, initramfs, guestTexts] as const satisfies readonly Boundary[];

export type BoundaryName = (typeof boundaries)[number]['name'];
