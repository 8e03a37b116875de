import {type AmiWish, amiProperties, conflictOf} from '../cloud/ami-properties.js';
import type {CloudTraits, MigrationWay} from '../cloud/cloud-traits.js';
import {checkBucketName} from '../object-store/bucket-name.js';
import type {Migration} from './migration.js';
import {MigrationOptionError} from './migration-option-error.js';
import {wayFacts} from './way-facts.js';

export type MigrationOptions = Pick<Migration, 'kernel' | 'ramdisk' | 'bucket' | 'encrypted' | 'kmsKey'>;

export type WantedOptions = {readonly [Key in keyof MigrationOptions]?: MigrationOptions[Key] | undefined} & {
	readonly way?: string | undefined;
};

type Place = {
	readonly cloud: string;
	readonly traits: Pick<CloudTraits, 'migrationWays' | 'kernels' | 'virtualization' | 'imds' | 'bareKernels'>;
	readonly installation: string;
};

/**
What was asked for, made whole: the cloud's usual way, a bucket of our own.

@throws {MigrationOptionError | BucketNameError} For what this cloud or way does not have.
*/
export function migrationOptions(
	wanted: WantedOptions,
	{cloud, traits, installation}: Place,
): MigrationOptions & {readonly way: MigrationWay} {
	const way = chooseWay(wanted.way, cloud, traits.migrationWays);
	const facts = wayFacts[way];
	const {kernel, ramdisk, kmsKey, encrypted = false, bucket} = wanted;
	const hasKernels = facts.kernels && traits.kernels !== 'none';
	mustHave(hasKernels || (kernel === undefined && ramdisk === undefined), `The cloud ${cloud} has no kernels.`);
	mustFit(kernel, /^[ae]ki-[0-9a-f]{8,17}$/, 'a kernel: it must be aki- and hexadecimal digits');
	mustFit(ramdisk, /^[ae]ri-[0-9a-f]{8,17}$/, 'a ramdisk: it must be ari- and hexadecimal digits');
	mustFit(kmsKey, kmsKeyPattern, 'the ARN of a KMS key');
	const chosen = (id: string | undefined) => (id === undefined ? undefined : {});
	mustGoTogether({rootDevice: facts.rootDevice, kernel: chosen(kernel), ramdisk: chosen(ramdisk)}, traits);
	mustHave(facts.encryption || !(encrypted || kmsKey), `The way ${way} cannot encrypt with a key of the cloud.`);
	mustHave(facts.bucket || bucket === undefined, `The way ${way} has no bucket.`);
	if (bucket !== undefined) {
		checkBucketName(bucket);
	}

	return {
		way,
		...(kernel === undefined ? {} : {kernel}),
		...(ramdisk === undefined ? {} : {ramdisk}),
		...(facts.bucket ? {bucket: bucket ?? defaultBucket(installation)} : {}),
		...(encrypted || kmsKey !== undefined ? {encrypted: true} : {}),
		...(kmsKey === undefined ? {} : {kmsKey}),
	};
}

/** As far as that is known before the image and the cloud are asked. */
function mustGoTogether(wish: AmiWish, traits: Place['traits']): void {
	const conflict = conflictOf(amiProperties(wish, traits), traits);
	if (conflict) {
		throw new MigrationOptionError(conflict.message, conflict.hint);
	}
}

const kmsKeyPattern = /^arn:aws[a-z-]*:kms:[a-z0-9-]+:\d{12}:(key|alias)\/.+$/;

/** What is wrong with what is to be the ARN of a KMS key; follows its name in a sentence. */
export function kmsKeyProblem(text: string): string | undefined {
	return kmsKeyPattern.test(text) ? undefined : 'must be the ARN of a KMS key, or empty';
}

/** Ours alone, also among those of everybody else. */
export const defaultBucket = (installation: string): string => `d2cm-${installation.replaceAll('-', '').slice(0, 16)}`;

function chooseWay(wanted: string | undefined, cloud: string, ways: readonly MigrationWay[]): MigrationWay {
	const way = wanted === undefined ? ways[0] : ways.find(one => one === wanted);
	if (way === undefined) {
		throw new MigrationOptionError(
			`There is no way ${wanted ?? ''} to the cloud ${cloud}.`,
			`Ways: ${ways.join(', ')}.`,
		);
	}

	return way;
}

function mustHave(isFine: boolean, message: string): void {
	if (!isFine) {
		throw new MigrationOptionError(message);
	}
}

function mustFit(value: string | undefined, shape: RegExp, what: string): void {
	if (value !== undefined && !shape.test(value)) {
		throw new MigrationOptionError(`${value} is not ${what}.`, 'Correct it.');
	}
}
