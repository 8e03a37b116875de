import type {AwsKeys} from '../cloud/ec2/ec2-access.js';
import {MissingProfileError} from './errors/missing-profile-error.js';

/**
The keys of a profile of the shared AWS configuration, and of nothing else: not those of the environment, nor of the machine
we happen to run on. The SDK asks again when temporary ones are about to expire.

@throws {MissingProfileError} Also when the SDK's own way to them (SSO, a role, a program) fails.
*/
export function profileKeys(profile: string): () => Promise<AwsKeys> {
	return async () => {
		const {fromIni} = await import('./profile-sdk.js');
		try {
			return await fromIni({profile, ignoreCache: true})();
		} catch (error) {
			throw new MissingProfileError(profile, {cause: error});
		}
	};
}
