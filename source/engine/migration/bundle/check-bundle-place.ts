import {checkBucketName} from '../../object-store/bucket-name.js';
import {BundleNameError} from './errors/bundle-name-error.js';

/** Where a bundle lies: its objects are `<prefix>.part.NN` and `<prefix>.manifest.xml`. */
export type BundlePlace = {readonly bucket: string; readonly prefix: string};

/** In the order they are told. */
const problems: ReadonlyArray<{readonly fits: RegExp; readonly problem: string}> = [
	{fits: /^$/, problem: 'is empty'},
	{fits: /^.{81,}$/su, problem: 'is longer than 80 characters'},
	{fits: /[^\w.-]/, problem: 'has other characters than A-Z, a-z, 0-9, dots, hyphens and underscores'},
	{fits: /^[^a-z\d]/i, problem: 'does not begin with a letter or a digit'},
	// Eucalyptus tells what an image is by how its name begins.
	{fits: /^vmlinuz/i, problem: 'begins with "vmlinuz", so Eucalyptus would take the image for a kernel'},
	{fits: /^initrd/i, problem: 'begins with "initrd", so Eucalyptus would take the image for a ramdisk'},
	{fits: /^windows/i, problem: 'begins with "windows", so Eucalyptus would take the image for Windows'},
	{fits: /\.part\.\d+$|\.manifest(?:\.xml)?$/, problem: 'ends like one of the objects of a bundle'},
];

/** What is wrong with a bundle's name; undefined when nothing is. Completes a sentence that begins with the name. */
export function bundleNameProblem(prefix: string): string | undefined {
	return problems.find(({fits}) => fits.test(prefix))?.problem;
}

/** @throws {BucketNameError | BundleNameError} */
export function checkBundlePlace({bucket, prefix}: BundlePlace): void {
	checkBucketName(bucket);
	const problem = bundleNameProblem(prefix);
	if (problem !== undefined) {
		throw new BundleNameError(prefix, problem);
	}
}
