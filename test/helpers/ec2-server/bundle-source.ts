import type {Ec2World} from './ec2-world.js';
import type {Query} from './query.js';
import {ServiceError} from './service-error.js';

/** Reads the manifest of a bundle, as the cloud does with its own rights; undefined when there is none. */
export type ReadManifest = (location: string) => Promise<string | undefined>;

/** What RegisterImage finds at an ImageLocation. */
export function checkManifest({ownerId}: Ec2World, query: Query, manifest: string | undefined): void {
	const refuse = (message: string) => new ServiceError(400, 'InvalidManifest', message);
	if (manifest === undefined) {
		throw refuse(`HTTP 404 (Not Found) response for ${query.text('ImageLocation')}`);
	}

	const text = (name: string) => new RegExp(`<${name}(?: [^>]*)?>([^<]*)</${name}>`).exec(manifest)?.[1];
	if (text('user') !== ownerId) {
		throw refuse(`The manifest is of ${text('user')}, not of ${ownerId}`);
	}

	if (!/<part index="0">/.test(manifest) || !/^[0-9a-f]{100,}$/.test(text('signature') ?? '')) {
		throw refuse('The manifest has no parts or no signature');
	}

	if (text('architecture') !== (query.text('Architecture') ?? 'i386')) {
		throw refuse('The manifest is of another architecture');
	}
}
