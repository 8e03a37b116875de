import type {Database} from '../store/database.js';
import type {JobSummary, Use} from './d2cm.js';
import {formerPlaces, placeText} from './places.js';

export type Used = {readonly credential: string} | {readonly cloud: string};

/** Everything that needs a credential or a cloud, what stands nearest first. */
export function findUses(used: Used, database: Database, jobs: readonly JobSummary[]): readonly Use[] {
	if ('cloud' in used) {
		return usesOfCloud(used.cloud, database, jobs);
	}

	const clouds = database.clouds.filter(({credential}) => credential === used.credential);
	return [
		...clouds.map(({name}): Use => ({what: 'cloud', name})),
		...formerPlaces(database)
			.filter(({credential}) => credential === used.credential)
			.map((place): Use => ({what: 'former place', name: `${placeText(place, database)} of ${place.name}`})),
		...clouds.flatMap(({name}) => usesOfCloud(name, database, jobs)),
	];
}

function usesOfCloud(name: string, {amis, deployments}: Database, jobs: readonly JobSummary[]): readonly Use[] {
	// What was not started yet says so itself when it is started on a cloud that is gone.
	const live = jobs.filter(({cloud, end, isUnrun}) => cloud === name && end === undefined && !isUnrun);
	return [
		...live.map(
			({kind, id}): Use => ({what: kind === 'migration' ? 'running migration' : 'running deployment', name: id}),
		),
		...amis.filter(({cloud}) => cloud === name).map(({id}): Use => ({what: 'AMI', name: id})),
		...deployments
			.filter(({cloud, id}) => cloud === name && !live.some(job => job.id === id))
			.map(({id}): Use => ({what: 'deployment', name: id})),
	];
}

/** `cloud sci`, `AMI ami-0a1b2c3d` */
export const useText = ({what, name}: Use): string => `${what} ${name}`;
