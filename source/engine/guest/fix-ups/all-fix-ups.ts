import {firstBoot} from './first-boot.js';
import type {FixUp} from './fix-up.js';
import {fstab} from './fstab.js';
import {guestAdditions} from './guest-additions.js';
import {network} from './network.js';
import {patience} from './patience.js';
import {persistentNet} from './persistent-net.js';
import {serialConsole} from './serial-console.js';
import {slowUnits} from './slow-units.js';
import {sshd} from './sshd.js';

/** In the order they are reported. No two write the same file. */
export const allFixUps: readonly FixUp[] = [
	fstab,
	network,
	persistentNet,
	sshd,
	serialConsole,
	guestAdditions,
	slowUnits,
	patience,
	firstBoot,
];
