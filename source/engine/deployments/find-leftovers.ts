import {type Cloud, type Instance, tagNames} from '../cloud/cloud.js';

export type Leftover = {readonly cloud: string; readonly instance: Instance; readonly launchKey: string};

/** Instances of this installation that cost money and that no living deployment owns. */
export async function findLeftovers(
	cloud: Cloud,
	installation: string,
	livingLaunchKeys: ReadonlySet<string>,
): Promise<readonly Leftover[]> {
	const instances = await cloud.describe({tags: {[tagNames.installation]: installation}});
	return instances
		.filter(({state}) => state !== 'terminated' && state !== 'shutting-down')
		.map(instance => ({cloud: cloud.name, instance, launchKey: instance.tags[tagNames.deployment] ?? ''}))
		.filter(({launchKey}) => !livingLaunchKeys.has(launchKey));
}
