import {stat} from 'node:fs/promises';
import {shellQuote} from '../ssh/shell-quote.js';
import {type AwsFiles, type AwsProfile, awsFiles, awsProfiles} from './aws-profiles.js';
import {checkKeys} from './check-keys.js';
import {checkCertificate, checkMode, checkPrivateKey} from './check-pem.js';
import type {CredentialFields} from './credential-fields.js';
import type {CredentialProblem} from './credential-problem.js';

/** Everything that is wrong with a credential as far as this machine can tell; nobody is asked. */
export async function checkCredential(
	credential: CredentialFields,
	{now = new Date(), files = awsFiles()}: {readonly now?: Date; readonly files?: AwsFiles} = {},
): Promise<readonly CredentialProblem[]> {
	return [
		...checkKeys(credential),
		...(credential.profile === '' ? [] : await checkProfile(credential.profile, files)),
		...(await checkPair(credential, now)),
	];
}

/** Addresses by which a cloud is asked without TLS. This machine itself needs none. */
export function checkCloudAddresses(cloud: CloudAddresses): readonly CredentialProblem[] {
	const open = [cloud.ec2Url, cloud.s3Url, cloud.ebsUrl, cloud.stsUrl].filter(url => {
		const {protocol, hostname} = URL.canParse(url) ? new URL(url) : {protocol: '', hostname: ''};
		return protocol === 'http:' && !/^(?:localhost|127\.[\d.]+|\[::1\])$/.test(hostname);
	});
	return [...new Set(open)].map(url => ({
		kind: 'warning',
		message: `${url} is asked without TLS: whoever is on the way reads and may change all but the signatures of your keys, user data with host keys among it.`,
		hint: 'Use its https:// address, if it has one.',
	}));
}

type CloudAddresses = Readonly<Record<'ec2Url' | 's3Url' | 'ebsUrl' | 'stsUrl', string>>;

/** The certificates of a cloud: its own, and the one that vouches for its servers. */
export async function checkCloudFiles(
	{ca, cloudCertificate}: {readonly ca: string; readonly cloudCertificate: string},
	now = new Date(),
): Promise<readonly CredentialProblem[]> {
	const checks = await Promise.all([
		...(ca === '' ? [] : [checkCertificate('The TLS CA', ca, now)]),
		...(cloudCertificate === '' ? [] : [checkCertificate("The cloud's certificate", cloudCertificate, now)]),
	]);
	return checks.flatMap(({problems}) => problems);
}

async function checkProfile(name: string, files: AwsFiles): Promise<readonly CredentialProblem[]> {
	const profiles = await awsProfiles(files);
	const profile = profiles.find(one => one.name === name);
	if (!profile) {
		const known = profiles.map(one => one.name).join(', ');
		return [
			{
				kind: 'error',
				message: `There is no profile ${name} in ${files.credentials} or ${files.config}.`,
				hint: known === '' ? 'Make one with `aws configure`.' : `Choose one of: ${known}.`,
			},
		];
	}

	return [...noKeys(profile), ...(profile.file === '' ? [] : await readers(profile.file))];
}

function noKeys({name, source}: AwsProfile): readonly CredentialProblem[] {
	return source === 'none'
		? [
				{
					kind: 'error',
					message: `The profile ${name} holds no keys, and no way to get any.`,
					hint: `Run \`aws configure --profile ${shellQuote(name)}\`, or choose another.`,
				},
			]
		: [];
}

const readers = async (file: string): Promise<readonly CredentialProblem[]> => checkMode(file, (await stat(file)).mode);

/** A certificate and the key that goes with it: for bundles, which they sign. */
async function checkPair(
	{certificate, privateKey}: CredentialFields,
	now: Date,
): Promise<readonly CredentialProblem[]> {
	const opened = certificate === '' ? undefined : await checkCertificate('The certificate', certificate, now);
	const key = privateKey === '' ? undefined : await checkPrivateKey('The private key', privateKey);
	const problems = [...(opened?.problems ?? []), ...(key?.problems ?? [])];
	if (opened && !key) {
		problems.push({
			kind: 'warning',
			message: 'There is a certificate, but no private key: no bundle can be signed.',
			hint: 'Enter the private key that belongs to the certificate.',
		});
	}

	if (key && !opened) {
		problems.push({
			kind: 'warning',
			message: 'There is a private key, but no certificate: no bundle can be signed.',
			hint: 'Enter the certificate that belongs to the private key.',
		});
	}

	if (key?.value && key.value.asymmetricKeyType !== 'rsa') {
		problems.push({
			kind: 'error',
			message: `The private key ${privateKey} is no RSA key; bundles need one.`,
			hint: 'Use the key that the cloud made for you.',
		});
	} else if (opened?.value && key?.value && !opened.value.checkPrivateKey(key.value)) {
		problems.push({
			kind: 'error',
			message: `The private key ${privateKey} does not belong to the certificate ${certificate}.`,
			hint: 'Choose the pair that was given to you together.',
		});
	}

	return problems;
}
