import {UsageError} from '../engine/errors/usage-error.js';
import {credentialSchema} from '../store/database.js';
import type {Call, Command} from './command.js';
import {mustBeRight} from './must-be-right.js';
import {readTextFile} from './read-text-file.js';
import {sayProblems} from './say-problems.js';

export const credentialAdd: Command = {
	name: 'credential add',
	summary: 'Add a credential, or change one',
	arguments: [{name: 'NAME'}],
	options: {
		'access-key': {value: 'KEY', help: 'the access key; asked for when it is left out'},
		'secret-file': {value: 'FILE', help: 'a file that holds the secret key and nothing else'},
		profile: {value: 'PROFILE', help: 'use a profile of the AWS configuration, and keep no keys'},
		account: {value: 'DIGITS', help: 'the account (user ID), 12 digits'},
		certificate: {value: 'FILE', help: 'your certificate, PEM, for bundles'},
		'private-key': {value: 'FILE', help: 'the private key that belongs to it, PEM'},
	},
	details: [
		'The secret key is asked for, or read from standard input or a file. There is no option for it: everybody on this machine can read the options of a running program.',
		'A file that is not there, no PEM or of another pair, or a profile without keys: nothing is saved, and it ends with 3.',
	],
	examples: [
		'd2cm credential add lab --access-key AKIAIOSFODNN7EXAMPLE',
		'd2cm credential add lab --access-key AKIAIOSFODNN7EXAMPLE < secret.txt',
		'd2cm credential add work --profile work',
	],
	async run(call) {
		const {
			arguments: {name = ''},
			options,
			json,
			output,
			open,
		} = call;
		const d2cm = await open();
		const known = d2cm.database().credentials.find(one => one.name === name);
		const {resolve} = await import('node:path');
		const path = (option: string) => {
			const file = options.value(option);
			return file === undefined ? undefined : resolve(file);
		};
		const changed = {
			userId: options.value('account'),
			certificate: path('certificate'),
			privateKey: path('private-key'),
			...(await keysOf(call, known !== undefined)),
		};
		const credential = credentialSchema.safeParse({
			name,
			...known,
			...Object.fromEntries(Object.entries(changed).filter(([, value]) => value !== undefined)),
		});
		if (!credential.success) {
			const [issue] = credential.error.issues;
			const key = issue?.path[0];
			throw new UsageError(
				`${key === 'userId' ? 'The account (user ID)' : String(key ?? 'It')} ${issue?.message ?? 'is not right'}.`,
			);
		}

		const problems = await d2cm.checkCredential(credential.data);
		mustBeRight(problems, known ? await d2cm.checkCredential(known) : []);
		await d2cm.saveCredential(credential.data);
		if (json) {
			output.printJson({saved: name, problems});
			return 0;
		}

		output.print(`The credential ${name} is saved. Try it: d2cm credential test ${name} --cloud CLOUD`);
		sayProblems(problems, output);
		return 0;
	},
};

type Keys = {readonly profile?: string; readonly accessKey?: string; readonly secretKey?: string};

/** Keys that are known already stay, unless others are given. */
async function keysOf({options, output}: Call, isKnown: boolean): Promise<Keys> {
	const profile = options.value('profile');
	if (profile !== undefined) {
		if (options.has('access-key') || options.has('secret-file')) {
			throw new UsageError('A credential has either a profile or keys of its own.');
		}

		return {profile, accessKey: '', secretKey: ''};
	}

	const file = options.value('secret-file');
	if (isKnown && file === undefined && !options.has('access-key')) {
		return {};
	}

	const accessKey = options.value('access-key') ?? (await output.ask('Access key'));
	const secretKey = file === undefined ? await output.askSecret('Secret key') : (await readTextFile(file)).text;
	if (accessKey.trim() === '' || secretKey.trim() === '') {
		const missing = accessKey.trim() === '' ? 'access key' : 'secret key';
		throw new UsageError(`The ${missing} is empty; nothing was changed.`);
	}

	const {readersOf} = await import('../engine/credentials/readers-of.js');
	for (const remark of file === undefined ? [] : await readersOf(file)) {
		output.remark(`Warning: ${remark}`);
	}

	return {profile: '', accessKey: accessKey.trim(), secretKey: secretKey.trim()};
}
