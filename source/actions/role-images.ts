import {type Cloud, type MachineImage, tagNames} from '../engine/cloud/cloud.js';
import {UnknownImageError} from '../engine/cloud/unknown-image-error.js';
import {usersToTry} from '../engine/deployments/login-user.js';
import {namesAmi, newestAmi, otherClouds} from '../engine/deployments/newest-ami.js';
import {ofRole} from '../engine/deployments/of-role.js';
import {PlanError} from '../engine/deployments/plan-error.js';
import type {Template} from '../engine/templates/template.js';
import type {AmiEntry, Database} from '../store/database.js';

export type RoleImages = {
	/** What the cloud says of its AMIs, and of those of others that roles run. */
	readonly images: readonly MachineImage[];
	/** By role name: the AMI it runs, where that is not the newest of its image. */
	readonly pinned: Readonly<Record<string, string>>;
	/** By AMI: who may be the login user of one that is not ours. */
	readonly logins: Readonly<Record<string, readonly string[]>>;
	/** What the user should know of them. */
	readonly remarks: readonly string[];
};

type Known = Pick<Database, 'amis' | 'images'>;

/**
Finds what the roles of a template run on in a cloud: AMIs of images, those that they name by their id, and those that a
configuration has pinned. One that is pinned and gone counts no more, unless it must be that one.

@throws {UnknownImageError | PlanError} When an AMI is not there, or cannot be run.
*/
export async function roleImages(
	cloud: Cloud,
	{roles}: Template,
	database: Known,
	{pinned, isExact}: {readonly pinned: Readonly<Record<string, string>>; readonly isExact: boolean},
): Promise<RoleImages> {
	const own = await cloud.images();
	const images = new Map(own.map(image => [image.id, image]));
	const find = async (id: string) => {
		const image = images.get(id) ?? (await cloud.findImage?.(id));
		if (image) images.set(id, image);
		return image;
	};
	const amis = database.amis.filter(ami => ami.cloud === cloud.name);
	const chosen: Array<{role: string; image: MachineImage; isNamed: boolean; isPinned: boolean}> = [];
	for (const role of roles) {
		const isNamed = namesAmi(role.image, database);
		const before = ofRole(pinned, role);
		const other = isNamed ? role.image : newestAmi(amis, role.image)?.id;
		const kept = before === undefined ? undefined : await find(before);
		const id = kept || isExact ? before : other;
		if (id !== undefined) {
			const image = (await find(id)) ?? notFound(cloud, id, {own, database, isNamed});
			chosen.push({role: role.name, image, isNamed, isPinned: isNamed || id !== other});
		}
	}

	const named = chosen.filter(({isNamed}) => isNamed).map(({image}) => image);
	named.forEach(mustRun);
	const distinct = [...new Set(chosen.map(({image}) => image))];
	return {
		images: [...images.values()],
		pinned: Object.fromEntries(chosen.filter(({isPinned}) => isPinned).map(({role, image}) => [role, image.id])),
		logins: Object.fromEntries(named.filter(image => !isOurs(image, amis)).map(image => [image.id, usersToTry(image)])),
		remarks: distinct.flatMap(({id, platform}) =>
			platform === undefined
				? []
				: [`The AMI ${id} is billed as ${platform}, not as Linux: what it costs an hour is not known here.`],
		),
	};
}

function notFound(
	cloud: Cloud,
	id: string,
	{own, database, isNamed}: {own: readonly MachineImage[]; database: Known; isNamed: boolean},
): never {
	const elsewhere = otherClouds(id, cloud.name, database.amis);
	if (elsewhere.length > 0) {
		throw new PlanError(
			`The AMI ${id} is in ${elsewhere.join(', ')}, not in ${cloud.name}.`,
			`Deploy to ${elsewhere[0]}, or name an AMI of ${cloud.name} in the role: each is in one region only.`,
		);
	}

	throw new UnknownImageError(id, cloud.name, isNamed ? [] : own.map(image => image.id));
}

/** @throws {PlanError} */
function mustRun({id, state, platform = ''}: MachineImage): void {
	if (state === 'pending') {
		throw new PlanError(`The AMI ${id} is not ready yet: the cloud says pending.`, 'Wait until it is, then try again.');
	}

	if (state === 'failed') {
		throw new PlanError(`The AMI ${id} cannot be started: the cloud says failed.`, 'Name another AMI in the role.');
	}

	if (/windows/i.test(platform)) {
		throw new PlanError(`The AMI ${id} runs Windows, where D2CM cannot log in.`, 'Name an AMI with Linux in the role.');
	}
}

/** Made by D2CM, here or for another installation of the account: root enters it. The login user of others is not known yet. */
const isOurs = ({id, tags}: MachineImage, amis: readonly AmiEntry[]): boolean =>
	tags[tagNames.installation] !== undefined ||
	amis.some(ami => ami.id === id && (ami.migration !== '' || ami.image !== ''));
