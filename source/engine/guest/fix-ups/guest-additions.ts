import {posix} from 'node:path';
import type {FixUp} from './fix-up.js';
import {wantedUnits} from './wanted-units.js';

const unitNames = /^(vboxadd|vboxadd-\w+|vboxservice|vboxclient|virtualbox-guest(-\w+)?)\.service$/i;

export const guestAdditions: FixUp = {
	name: 'guest-additions',
	what: 'The services of the VirtualBox guest additions are switched off.',
	why: 'Outside VirtualBox they fail, some after a long wait.',
	edits: async ({disk}) =>
		(await wantedUnits(disk))
			.filter(path => unitNames.test(posix.basename(path)))
			.map(path => ({kind: 'remove', path})),
};
