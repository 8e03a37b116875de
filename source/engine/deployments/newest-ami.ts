/** The AMI that a role of an image runs on; undefined where there is none. */
export const newestAmi = <Ami extends {readonly image: string; readonly createdAt: string}>(
	amis: readonly Ami[],
	image: string,
): Ami | undefined =>
	amis
		.filter(ami => ami.image === image)
		.toSorted((left, right) => left.createdAt.localeCompare(right.createdAt))
		.at(-1);
