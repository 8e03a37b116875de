import {basename, dirname, resolve} from 'node:path';
import {traitsOf} from '../engine/cloud/cloud-traits.js';
import {awsProfiles, staticKeys} from '../engine/credentials/aws-profiles.js';
import {MissingProfileError} from '../engine/credentials/errors/missing-profile-error.js';
import type {CloudFields} from '../engine/credentials/eucarc-entries.js';
import {readEucarc} from '../engine/credentials/read-eucarc.js';
import {readersOf} from '../engine/credentials/readers-of.js';
import {type CloudEntry, type Credential, cloudSchema, credentialSchema, type Database} from '../store/database.js';
import type {ActionContext} from './action-context.js';
import type {D2cm, ImportedCredential} from './d2cm.js';
import {NameTakenError} from './errors/name-taken-error.js';
import {NoStaticKeysError} from './errors/no-static-keys-error.js';
import {replaceNamed} from './named-entries.js';

type ImportActions = Pick<D2cm, 'importCredentials' | 'awsProfiles' | 'importProfile'>;

/** Credentials out of the files of others. */
export function importActions({store, changed}: ActionContext): ImportActions {
	const keep = async (
		fields: Omit<Credential, 'name'>,
		name: string | undefined,
		usual: string,
		cloud?: CloudFields,
	) => {
		const imported = await store.update((draft): ImportedCredential => {
			const credential = credentialSchema.parse({...fields, name: nameFor(draft, fields, name, usual)});
			replaceNamed(draft.credentials, credential);
			return {name: credential.name, ...(cloud && keepCloud(draft, cloud, credential.name)), remarks: []};
		});
		changed();
		return imported;
	};

	return {
		async importCredentials(file, {name} = {}) {
			const {credential, cloud, remarks} = await readEucarc(file);
			const imported = await keep(credential, name, basename(dirname(resolve(file))), cloud);
			return {...imported, remarks: [...remarks, ...imported.remarks, ...cloudRemark(imported)]};
		},

		awsProfiles: async () => awsProfiles(),

		async importProfile(profile, {name, copyKeys = false} = {}) {
			const found = (await awsProfiles()).find(one => one.name === profile);
			if (!found || found.source === 'none') {
				throw new MissingProfileError(profile);
			}

			const empty = {userId: '', accessKey: '', secretKey: '', certificate: '', privateKey: '', profile: ''};
			if (!copyKeys) {
				return keep({...empty, profile}, name, profile);
			}

			const keys = await staticKeys(profile);
			if (!keys) {
				throw new NoStaticKeysError(profile);
			}

			const imported = await keep({...empty, ...keys}, name, profile);
			return {...imported, remarks: [...(await readersOf(found.file)), ...imported.remarks]};
		},
	};
}

/** The name that was asked for, if it is free; else one like the place it came from. The same keys again replace themselves. */
function nameFor(
	{credentials}: Database,
	{accessKey, profile}: Pick<Credential, 'accessKey' | 'profile'>,
	wanted: string | undefined,
	usual: string,
): string {
	const isSame = (one: Credential) => one.accessKey === accessKey && one.profile === profile;
	if (wanted !== undefined) {
		const taken = credentials.find(one => one.name === wanted);
		if (taken && !isSame(taken)) {
			throw new NameTakenError('credential', wanted);
		}

		return wanted;
	}

	const known = credentials.find(isSame);
	if (known) {
		return known.name;
	}

	const clean =
		usual
			.replaceAll(/[^A-Za-z0-9._-]+/g, '-')
			.replace(/^[^A-Za-z0-9]+/, '')
			.slice(0, 36) || 'imported';
	return free(clean, credentials);
}

function free(name: string, taken: ReadonlyArray<{readonly name: string}>): string {
	const isTaken = (candidate: string) => taken.some(one => one.name === candidate);
	let candidate = name;
	for (let number = 2; isTaken(candidate); number += 1) {
		candidate = `${name}-${number}`;
	}

	return candidate;
}

/** A cloud that is known stays as it is, but gets a credential where it has none. */
function keepCloud(
	draft: Database,
	fields: CloudFields,
	credential: string,
): Pick<ImportedCredential, 'cloud' | 'keeps'> {
	const isSame = (one: CloudEntry) =>
		one.kind === fields.kind &&
		(traitsOf(fields.kind).ownAddresses ? one.ec2Url === fields.ec2Url : one.region === fields.region);
	const known = draft.clouds.find(isSame);
	if (!known) {
		const name = free(credential, draft.clouds);
		draft.clouds.push(cloudSchema.parse({...fields, name, credential}));
		return {cloud: name};
	}

	const keeps = known.credential === '' || known.credential === credential ? undefined : known.credential;
	known.credential ||= credential;
	return {cloud: known.name, ...(keeps !== undefined && {keeps})};
}

const cloudRemark = ({cloud, keeps}: ImportedCredential): readonly string[] =>
	keeps === undefined ? [] : [`The cloud ${cloud} is known already, and goes on using the credential ${keeps}.`];
