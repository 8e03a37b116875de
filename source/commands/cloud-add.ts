import {cloudKinds, traitsOf} from '../engine/cloud/cloud-traits.js';
import {UsageError} from '../engine/errors/usage-error.js';
import {cloudSchema, credentialSchema} from '../store/database.js';
import type {Command} from './command.js';
import {mustBeRight} from './must-be-right.js';
import {sayProblems} from './say-problems.js';

const kinds = cloudKinds.filter(kind => traitsOf(kind).credential);

const texts = {
	kind: 'kind',
	region: 'region',
	credential: 'credential',
	'ec2-url': 'ec2Url',
	's3-url': 's3Url',
	'ebs-url': 'ebsUrl',
	'sts-url': 'stsUrl',
	account: 'accountId',
	'ssh-from': 'sshFrom',
} as const;
const files = {ca: 'ca', 'cloud-certificate': 'cloudCertificate'} as const;

export const cloudAdd: Command = {
	name: 'cloud add',
	summary: 'Add a cloud, or change one',
	arguments: [{name: 'NAME'}],
	options: {
		kind: {value: 'KIND', help: `one of ${kinds.join(', ')}; ec2 is Amazon`},
		region: {value: 'REGION', help: 'such as eu-west-1'},
		credential: {value: 'NAME', help: 'the credential to use there'},
		'ec2-url': {value: 'URL', help: "address of EC2; Amazon's own when it is left out"},
		's3-url': {value: 'URL', help: 'address of S3'},
		'ebs-url': {value: 'URL', help: 'address of EBS direct'},
		'sts-url': {value: 'URL', help: 'address of STS'},
		account: {value: 'DIGITS', help: 'your account there, where it is not that of the credential'},
		ca: {value: 'FILE', help: 'PEM of who signed the TLS certificates of these addresses'},
		'cloud-certificate': {value: 'FILE', help: "the cloud's own certificate, PEM, for bundles"},
		'ssh-from': {value: 'IPV4', help: 'the address instances see this machine come from; found out when left out'},
		'ssh-port': {value: 'N', help: 'where sshd listens on the instances (default: 22)'},
	},
	examples: [
		'd2cm cloud add frankfurt --kind ec2 --region eu-central-1 --credential lab',
		'd2cm cloud add sci --kind eucalyptus --ec2-url https://sci.example.org:8773/ --s3-url https://s3.example.org:8773/',
	],
	async run({arguments: {name = ''}, options, json, output, open}) {
		const d2cm = await open();
		const known = d2cm.database().clouds.find(one => one.name === name);
		const {resolve} = await import('node:path');
		const given = [
			...Object.entries(texts).map(([option, key]) => [key, options.value(option)] as const),
			...Object.entries(files).map(([option, key]) => {
				const file = options.value(option);
				return [key, file === undefined ? undefined : resolve(file)] as const;
			}),
			['sshPort', readPort(options.value('ssh-port'))] as const,
		].filter(([, value]) => value !== undefined);
		const entry = cloudSchema.safeParse({name, kind: 'ec2', ...known, ...Object.fromEntries(given)});
		if (!entry.success) {
			const [issue] = entry.error.issues;
			throw new UsageError(`${String(issue?.path[0] ?? 'It')}: ${issue?.message ?? 'not right'}.`);
		}

		if (traitsOf(entry.data.kind).ownAddresses && entry.data.ec2Url === '') {
			throw new UsageError(`A cloud of the kind ${entry.data.kind} needs --ec2-url: nobody else knows where it is.`);
		}

		const credential = d2cm.database().credentials.find(one => one.name === entry.data.credential);
		const owner = credential ?? credentialSchema.parse({name: 'nobody'});
		const all = await d2cm.checkCredential(owner, entry.data);
		const nobodys = new Set(credential ? [] : (await d2cm.checkCredential(owner)).map(({message}) => message));
		const problems = all.filter(({message}) => !nobodys.has(message));
		// Those of the credential alone are its own.
		const others = await d2cm.checkCredential(owner, known);
		mustBeRight(all, others);
		await d2cm.saveCloud(entry.data);
		if (json) {
			output.printJson({saved: name, problems});
		} else {
			output.print(`The cloud ${name} is saved.`);
			sayProblems(problems, output);
		}

		return 0;
	},
};

/** @throws {UsageError} */
function readPort(text: string | undefined): number | undefined {
	if (text !== undefined && !/^\d{1,5}$/.test(text)) {
		throw new UsageError(`--ssh-port must be a whole number from 1 to 65535, and ${text} is none.`);
	}

	return text === undefined ? undefined : Number(text);
}
