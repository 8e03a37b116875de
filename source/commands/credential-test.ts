import type {CredentialReport} from '../engine/credentials/credential-report.js';
import {UsageError} from '../engine/errors/usage-error.js';
import {columns} from './columns.js';
import type {Command} from './command.js';
import {sayProblems} from './say-problems.js';

export const credentialTest: Command = {
	name: 'credential test',
	summary: 'Ask a cloud whom keys belong to, and what they may do',
	arguments: [{name: 'NAME'}],
	options: {cloud: {value: 'CLOUD', help: 'the cloud to ask; needed where none or several use the credential'}},
	details: [
		'Every right that D2CM needs is tried by a dry run: nothing is made, changed or paid for.',
		'Ends with 3 when a right is missing.',
	],
	examples: ['d2cm credential test lab', 'd2cm credential test lab --cloud eu-west-1 --json'],
	async run({arguments: {name = ''}, options, json, output, open}) {
		const d2cm = await open();
		const {credentials, clouds} = d2cm.database();
		const credential = credentials.find(one => one.name === name);
		const users = clouds.filter(one => one.credential === name).map(one => one.name);
		const wanted = options.value('cloud') ?? (users.length === 1 ? users[0] : undefined);
		if (credential && wanted === undefined) {
			const choice = users.length === 0 ? 'no cloud uses it' : `${users.join(', ')} use it`;
			throw new UsageError(`d2cm credential test ${name} needs --cloud CLOUD, since ${choice}.`);
		}

		const cloud = clouds.find(one => one.name === wanted);
		const problems = credential ? await d2cm.checkCredential(credential, cloud) : [];
		if (!json) {
			sayProblems(problems, output);
		}

		const report = await d2cm.testCredential(name, wanted ?? '');
		if (json) {
			output.printJson({...report, problems});
		} else {
			output.print(reportText(report));
		}

		return report.rights.some(({state}) => state === 'missing') ? 3 : 0;
	},
};

function reportText({owner, rights, remarks}: CredentialReport): readonly string[] {
	const of = (wanted: string) => rights.filter(({state}) => state === wanted);
	return [
		owner
			? `The keys belong to the account ${owner.account}${owner.arn === '' ? '' : ` (${owner.arn})`}.`
			: 'The cloud takes the keys, and does not tell whom they belong to.',
		`Allowed: ${
			of('allowed')
				.map(({right}) => right)
				.join(', ') || 'nothing'
		}.`,
		...(of('untold').length === 0
			? []
			: [
					`Not to be seen without doing it: ${of('untold')
						.map(({right}) => right)
						.join(', ')}.`,
				]),
		...remarks,
		...(of('missing').length === 0
			? ['No right is missing.']
			: [
					'MISSING:',
					...columns(of('missing').map(({right, for: purpose}) => [`  ${right}`, `without it, no ${purpose}`])),
				]),
	];
}
