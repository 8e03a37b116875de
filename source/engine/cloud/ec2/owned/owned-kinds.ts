import type {OwnedKind} from '../../cloud.js';
import type {Ec2Context} from '../ec2-context.js';
import {keptSnapshots} from './kept-snapshots.js';
import {ownedAddresses} from './owned-addresses.js';
import {ownedGroups} from './owned-groups.js';
import {ownedKeyPairs} from './owned-key-pairs.js';
import {ownedVolumes} from './owned-volumes.js';
import {pendingSnapshots} from './pending-snapshots.js';

/** Everything of an installation that may stay in a region, in the order in which it can be taken away. */
export const ownedKinds = (context: Ec2Context): readonly OwnedKind[] =>
	[ownedGroups, ownedKeyPairs, ownedAddresses, ownedVolumes, pendingSnapshots, keptSnapshots].map(kind =>
		kind(context),
	);
