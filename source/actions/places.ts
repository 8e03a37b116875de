import {traitsOf} from '../engine/cloud/cloud-traits.js';
import type {CloudEntry, Database} from '../store/database.js';
import type {JobSummary} from './d2cm.js';

/** Whoever changes one of these asks somebody else, or in another account. */
const settings = ['kind', 'region', 'ec2Url', 's3Url', 'credential'] as const;

export const isSamePlace = (one: CloudEntry, other: CloudEntry): boolean =>
	settings.every(setting => one[setting] === other[setting]);

type Known = Pick<Database, 'clouds' | 'places'>;

/** Where something was started once, and no cloud is any more. */
export const formerPlaces = ({clouds, places}: Known): readonly CloudEntry[] =>
	places.filter(place => !clouds.some(cloud => isSamePlace(cloud, place)));

/** What tells a former place from what the cloud of its name is now: `http://old.example.org:8773/, credential lab` */
export function placeText(place: CloudEntry, {clouds}: Known): string {
	const now = clouds.find(({name}) => name === place.name);
	const parts = [
		place.ec2Url || `region ${place.region || 'us-east-1'}`,
		...(place.s3Url === '' || place.s3Url === now?.s3Url ? [] : [`S3 at ${place.s3Url}`]),
		...(place.credential === now?.credential ? [] : [`credential ${place.credential}`]),
	];
	return parts.join(', ');
}

/** Something is started on a cloud as it is now. This machine is always where it is. */
export function rememberPlace(draft: Database, name: string): void {
	const cloud = draft.clouds.find(one => one.name === name);
	if (cloud && cloud.credential !== '' && traitsOf(cloud.kind).credential) {
		draft.places = [...draft.places.filter(place => !isSamePlace(place, cloud)), cloud];
	}
}

/** A cloud is about to be another one or none: what may lie there is still looked for. */
export function leavePlace(draft: Database, name: string, jobs: readonly JobSummary[]): void {
	const cloud = draft.clouds.find(one => one.name === name);
	const isOn = (entry: {readonly cloud: string}) => entry.cloud === name;
	const isKnown = draft.places.some(place => cloud && isSamePlace(place, cloud));
	if (isKnown || [...jobs, ...draft.deployments, ...draft.migrations, ...draft.amis].some(isOn)) {
		rememberPlace(draft, name);
	}
}
