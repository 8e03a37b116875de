import {BucketNameError} from './errors/bucket-name-error.js';

/** In the order they are told: the first that fits the name is what is wrong with it. */
const problems: ReadonlyArray<{readonly fits: RegExp; readonly problem: string}> = [
	{fits: /^.{0,2}$/su, problem: 'is shorter than 3 characters'},
	{fits: /^.{64,}$/su, problem: 'is longer than 63 characters'},
	{fits: /[A-Z]/, problem: 'has capital letters'},
	{fits: /_/, problem: 'has an underscore; use a hyphen'},
	{fits: /[^a-z0-9.-]/, problem: 'has other characters than a-z, 0-9, hyphens and dots'},
	{fits: /^[.-]|[.-]$/, problem: 'must begin and end with a letter or a digit'},
	{fits: /\.\./, problem: 'has two dots in a row'},
	{fits: /^\d+\.\d+\.\d+\.\d+$/, problem: 'looks like an IP address'},
	{fits: /^(?:xn--|sthree-|amzn-s3-demo-)/, problem: 'begins with what Amazon keeps for itself'},
	{fits: /(?:-s3alias|--ol-s3|\.mrap|--x-s3|--table-s3)$/, problem: 'ends with what Amazon keeps for itself'},
];

/**
What is wrong with a bucket's name by the rules of S3, which all servers accept; undefined when nothing is. Completes a
sentence that begins with the name.

@see https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html
*/
export function bucketNameProblem(name: string): string | undefined {
	return problems.find(({fits}) => fits.test(name))?.problem;
}

/** @throws {BucketNameError} */
export function checkBucketName(name: string): void {
	const problem = bucketNameProblem(name);
	if (problem !== undefined) {
		throw new BucketNameError(name, problem);
	}
}
