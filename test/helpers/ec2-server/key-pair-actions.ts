import {createHash} from 'node:crypto';
import type {Ec2World} from './ec2-world.js';
import {isSeen, newWorldId, refuse} from './instance-world.js';
import {tagSet} from './instance-xml.js';
import {filtered, type Query} from './query.js';
import type {XmlTree} from './xml.js';

/** Names are known at once, though a new pair is not seen by questions yet. */
export function importKeyPair(world: Ec2World, query: Query): XmlTree {
	const {keyPairs, rules} = world.compute;
	const name = query.needed('KeyName');
	// "Up to 255 ASCII characters", "can't include leading or trailing spaces" ("Create a key pair" of the user guide).
	if (name !== name.trim() || !/^[ -~]{1,255}$/.test(name)) {
		throw refuse('InvalidParameterValue', `Value (${name}) for parameter KeyName is invalid.`);
	}

	const publicKey = Buffer.from(query.needed('PublicKeyMaterial'), 'base64').toString().trim();
	if (!isPublicKey(publicKey)) {
		throw refuse('InvalidKey.Format', 'Key is not in valid OpenSSH public key format');
	}

	if (keyPairs.has(name)) {
		throw refuse('InvalidKeyPair.Duplicate', `The keypair already exists: ${name}`);
	}

	keyPairs.set(name, {
		id: newWorldId(world, 'key'),
		name,
		publicKey,
		madeAt: rules.now(),
		tags: query.tags('key-pair'),
	});
	return describe(world, name);
}

export function describeKeyPairs(world: Ec2World, query: Query): XmlTree {
	const {compute} = world;
	const names = query.list('KeyName');
	const seen = [...compute.keyPairs.values()].filter(({madeAt}) => isSeen(compute, madeAt));
	const missing = names.find(name => !seen.some(pair => pair.name === name));
	if (missing !== undefined) {
		throw refuse('InvalidKeyPair.NotFound', `The key pair '${missing}' does not exist`);
	}

	const wanted = filtered(query, seen, ['key-name', 'key-pair-id'], ({name, id, tags}) => [
		tags,
		{'key-name': name, 'key-pair-id': id},
	]).filter(({name}) => names.length === 0 || names.includes(name));
	const withKey = query.flag('IncludePublicKey');
	return {keySet: wanted.map(({name, publicKey}) => ({...describe(world, name), ...(withKey && {publicKey})}))};
}

/** That there was none is no error. */
export function deleteKeyPair({compute}: Ec2World, query: Query): XmlTree {
	compute.keyPairs.delete(query.needed('KeyName'));
	return {return: true};
}

/** The type stands before the key and once more inside it. */
function isPublicKey(line: string): boolean {
	const [, type = '', base64 = ''] = /^(ssh-(?:ed25519|rsa)) ([A-Za-z0-9+/=]+)(?: |$)/.exec(line) ?? [];
	const key = Buffer.from(base64, 'base64');
	return type !== '' && key.length > 4 && key.subarray(4, 4 + key.readUInt32BE(0)).toString() === type;
}

function describe({compute}: Ec2World, name: string): XmlTree {
	const pair = compute.keyPairs.get(name);
	const blob = Buffer.from(pair?.publicKey.split(' ')[1] ?? '', 'base64');
	return {
		keyName: name,
		keyPairId: pair?.id,
		keyType: pair?.publicKey.startsWith('ssh-rsa') ? 'rsa' : 'ed25519',
		keyFingerprint: createHash('sha256').update(blob).digest('base64'),
		tagSet: tagSet(pair?.tags ?? new Map()),
	};
}
