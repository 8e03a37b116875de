import type {Filter} from '@aws-sdk/client-ec2';
import {type OwnedThing, tagNames} from '../../cloud.js';

/** For questions about everything an installation has. */
export const ofInstallation = (installation: string): Filter => ({
	Name: `tag:${tagNames.installation}`,
	Values: [installation],
});

/** Whether something is an installation's, as its tags tell: a cloud that does not know filters shows others' things too. */
export const isOf =
	(installation: string) =>
	({tags}: {readonly tags: Readonly<Record<string, string>>}): boolean =>
		tags[tagNames.installation] === installation;

/** As tags tell, to whom something belongs. */
export function whose(tags: Readonly<Record<string, string>>): Pick<OwnedThing, 'launchKey' | 'migration'> {
	const migration = tags[migrationTag];
	return {launchKey: tags[tagNames.deployment] ?? '', ...(migration !== undefined && {migration})};
}

const migrationTag = 'd2cm:migration';
