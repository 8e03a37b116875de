import {maskAccessKey} from '../engine/credentials/mask-secrets.js';
import type {Lines} from '../engine/host/terminal-text.js';
import {columns} from './columns.js';
import type {Command} from './command.js';

export const credentialList: Command = {
	name: 'credential list',
	summary: 'List the credentials and what uses them; no secret is shown',
	options: {profiles: {help: 'list the profiles of the AWS configuration instead'}},
	examples: ['d2cm credential list', 'd2cm credential list --profiles'],
	async run({json, options, output, open}) {
		const d2cm = await open();
		const show = (value: unknown, lines: Lines) => (json ? output.printJson(value) : output.print(lines));
		if (options.has('profiles')) {
			const profiles = await d2cm.awsProfiles();
			const rows = profiles.map(({name, source, region}) => [name, source, region || '-']);
			show(profiles, table(['PROFILE', 'KEYS', 'REGION'], rows, noProfiles));
			return 0;
		}

		const listed = await Promise.all(
			d2cm.database().credentials.map(async ({secretKey, ...credential}) => ({
				...credential,
				hasSecret: secretKey !== '',
				usedBy: await d2cm.usesOf({credential: credential.name}),
			})),
		);
		const rows = listed.map(({name, profile, accessKey, userId, usedBy}) => [
			name,
			profile === '' ? maskAccessKey(accessKey) : `profile ${profile}`,
			userId || '-',
			usedBy.map(use => use.name).join(' ') || '-',
		]);
		show(listed, table(['NAME', 'KEYS', 'ACCOUNT', 'USED BY'], rows, none));
		return 0;
	},
};

const none = 'There are no credentials yet. Add one: d2cm credential add NAME, or d2cm credential import FILE';
const noProfiles = 'The AWS configuration has no profiles. Make one: aws configure';

const table = (titles: readonly string[], rows: ReadonlyArray<readonly string[]>, empty: string): Lines =>
	rows.length === 0 ? empty : columns([titles, ...rows]);
