import {createSecretKey, KeyObject} from 'node:crypto';
import type {Client} from 'ssh2';

type Ciphers = {
	readonly _protocol?: {
		readonly _cipher?: {_encKey?: Buffer | KeyObject};
		readonly _decipher?: {_decipherKey?: Buffer | KeyObject};
	};
};

/**
ssh2 makes a cipher for each packet of AES-GCM, from the bare key; Node then makes a key object of it each time, which costs twice
what the encryption of the packet does. It is made once here. Where ssh2 keeps its keys elsewhere, or uses another cipher, nothing
is changed. To be called when the keys are agreed upon.

@returns Whether both ways were found.
*/
export function keepCipherKeys(client: Client): boolean {
	const {_cipher: cipher, _decipher: decipher} = (client as unknown as Ciphers)._protocol ?? {};
	if (Buffer.isBuffer(cipher?._encKey)) {
		cipher._encKey = createSecretKey(cipher._encKey);
	}

	if (Buffer.isBuffer(decipher?._decipherKey)) {
		decipher._decipherKey = createSecretKey(decipher._decipherKey);
	}

	return cipher?._encKey instanceof KeyObject && decipher?._decipherKey instanceof KeyObject;
}
