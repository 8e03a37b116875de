import type {Owner} from '../cloud.js';
import {tagNames} from '../cloud.js';
import {type Ec2Context, hasCode} from './ec2-context.js';
import {KeyPairTakenError} from './errors/key-pair-taken-error.js';
import {KeyTypeError} from './errors/key-type-error.js';
import {onceSeen} from './once-seen.js';
import {ownerTags, tagOnCreate, tagsOf} from './owner-tags.js';
import {removeOurs} from './remove-ours.js';

/**
Imports the public key under the name of the deployment; the private one never leaves this machine. May run again.

@throws {KeyTypeError | KeyPairTakenError}
*/
export async function prepareKeyPair(context: Ec2Context, owner: Owner): Promise<void> {
	checkKeyType(context, owner.publicKey);
	try {
		await importKey(context, owner);
	} catch (error) {
		if (!hasCode(error, 'InvalidKeyPair.Duplicate')) {
			throw error;
		}

		await takeUp(context, owner);
	}
}

/** Finding it gone is success. Where pairs have no tags, nothing but its name tells whose it is. */
export async function deleteKeyPair(
	{ask, traits}: Ec2Context,
	{launchKey, installation}: Pick<Owner, 'launchKey' | 'installation'>,
): Promise<void> {
	const untagged = traits.tagOnCreate ? undefined : installation;
	try {
		await removeOurs(ask, {
			kind: 'key pair',
			ids: [launchKey],
			isOurs: ({tags: {[tagNames.installation]: maker = untagged}}) => maker === installation,
			// What was just imported may not be shown yet.
			isRecorded: true,
		});
	} catch (error) {
		if (!hasCode(error, 'InvalidKeyPair.NotFound')) {
			throw error;
		}
	}
}

function checkKeyType({name, traits}: Ec2Context, publicKey: string): void {
	const type = publicKey.startsWith('ssh-rsa ') ? 'rsa' : 'ed25519';
	if (!traits.keyTypes.includes(type)) {
		throw new KeyTypeError(name, type, traits.keyTypes);
	}
}

async function importKey({ask, traits}: Ec2Context, owner: Owner): Promise<void> {
	await ask('ImportKeyPair', async (client, {ImportKeyPairCommand}, options) =>
		client.send(
			new ImportKeyPairCommand({
				KeyName: owner.launchKey,
				PublicKeyMaterial: Buffer.from(owner.publicKey),
				...tagOnCreate(traits, ['key-pair'], ownerTags(owner)),
			}),
			options,
		),
	);
}

/** There is a pair of this name: by ourselves, in an earlier attempt, or by somebody else. */
async function takeUp(context: Ec2Context, owner: Owner): Promise<void> {
	const {launchKey, installation, publicKey} = owner;
	const {KeyPairs: [found] = []} = await onceSeen(context, ['InvalidKeyPair.NotFound'], async () =>
		context.ask('DescribeKeyPairs', async (client, {DescribeKeyPairsCommand}, options) =>
			client.send(new DescribeKeyPairsCommand({KeyNames: [launchKey], IncludePublicKey: true}), options),
		),
	);
	const whose = tagsOf(found?.Tags)[tagNames.installation] ?? installation;
	if (whose !== installation) {
		throw new KeyPairTakenError(launchKey);
	}

	if (found?.PublicKey && keyOf(found.PublicKey) !== keyOf(publicKey)) {
		await deleteKeyPair(context, owner);
		await importKey(context, owner);
	}
}

/** Without the comment. */
const keyOf = (line: string): string => line.trim().split(/\s+/).slice(0, 2).join(' ');
