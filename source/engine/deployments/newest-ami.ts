import {isImageId} from '../cloud/cloud.js';

/** The AMI that a role of an image runs on; undefined where there is none. */
export const newestAmi = <Ami extends {readonly image: string; readonly createdAt: string}>(
	amis: readonly Ami[],
	image: string,
): Ami | undefined =>
	amis
		.filter(ami => ami.image === image)
		.toSorted((left, right) => left.createdAt.localeCompare(right.createdAt))
		.at(-1);

/** Whether a role names an AMI by its id; an image that was registered under such a name counts more. */
export const namesAmi = (image: string, {images}: {readonly images: ReadonlyArray<{readonly name: string}>}): boolean =>
	isImageId(image) && images.every(({name}) => name !== image);

/** The clouds that an AMI is known to be in, where this one is none of them. */
export function otherClouds(
	id: string,
	cloud: string,
	amis: ReadonlyArray<{readonly id: string; readonly cloud: string}>,
): readonly string[] {
	const places = amis.filter(ami => ami.id === id).map(ami => ami.cloud);
	return places.includes(cloud) ? [] : places;
}
