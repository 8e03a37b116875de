import {type Cloud, tagNames} from '../engine/cloud/cloud.js';
import {AppError} from '../engine/errors/app-error.js';
import type {JobSummary} from './d2cm.js';
import {PlaceKeptError} from './errors/place-kept-error.js';
import {soonAnswered} from './soon-answered.js';

/**
Whether a cloud that is to be asked elsewhere, or with other keys, is the same one and in the same account: it then knows what
deployments that have not ended have made.

@throws {PlaceKeptError}
*/
export async function mustKnow(
	name: string,
	openCloud: () => Promise<Cloud>,
	deployments: readonly JobSummary[],
	{installation, mayFail = false}: {readonly installation: string; readonly mayFail?: boolean},
): Promise<void> {
	for (const {id, title} of deployments) {
		let isKnown: boolean;
		try {
			isKnown = await soonAnswered(async () => knows(await openCloud(), installation, title));
		} catch (error) {
			if (error instanceof AppError && mayFail) {
				continue; // The deployment would have no answer, either, and wait for one.
			}

			if (error instanceof AppError) {
				throw new PlaceKeptError(name, id, `what it has cannot be seen with the new ones: ${error.message}`, {
					cause: error,
				});
			}

			throw error;
		}

		if (!isKnown) {
			throw new PlaceKeptError(name, id, 'nothing of it is seen with the new ones');
		}
	}
}

async function knows(cloud: Cloud, installation: string, launchKey: string): Promise<boolean> {
	const tags = {[tagNames.installation]: installation, [tagNames.deployment]: launchKey};
	if ((await cloud.describe({tags})).length > 0) {
		return true;
	}

	const things = await Promise.all((cloud.ownedKinds ?? []).map(async kind => kind.find(installation)));
	return things.flat().some(thing => thing.launchKey === launchKey);
}
