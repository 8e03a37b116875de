import {createHash} from 'node:crypto';
import type {Ec2World} from './ec2-world.js';
import {isSeen, newWorldId, refuse} from './instance-world.js';
import {tagSet} from './instance-xml.js';
import {passes, type Query} from './query.js';
import type {XmlTree} from './xml.js';

/** Names are known at once, though a new pair is not seen by questions yet. */
export function importKeyPair(world: Ec2World, query: Query): XmlTree {
	const {keyPairs, rules} = world.compute;
	const name = query.needed('KeyName');
	const publicKey = Buffer.from(query.needed('PublicKeyMaterial'), 'base64').toString().trim();
	if (!/^ssh-(ed25519|rsa) [A-Za-z0-9+/=]+( |$)/.test(publicKey)) {
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

	const filters = query.filters();
	const wanted = seen.filter(
		({name, id, tags}) =>
			(names.length === 0 || names.includes(name)) && passes(filters, tags, {'key-name': name, 'key-pair-id': id}),
	);
	const withKey = query.flag('IncludePublicKey');
	return {keySet: wanted.map(({name, publicKey}) => ({...describe(world, name), ...(withKey && {publicKey})}))};
}

/** That there was none is no error. */
export function deleteKeyPair({compute}: Ec2World, query: Query): XmlTree {
	compute.keyPairs.delete(query.needed('KeyName'));
	return {return: true};
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
