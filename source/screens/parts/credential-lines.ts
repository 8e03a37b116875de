import type {CredentialProblem} from '../../engine/credentials/credential-problem.js';
import type {CredentialReport, RightFinding} from '../../engine/credentials/credential-report.js';
import {wrapLines} from './fit.js';
import type {ScrollLine} from './scroll-lines.js';

const indented = (text: string, width: number, color?: string): readonly ScrollLine[] =>
	wrapLines(text, width - 2).map((line, index) => ({text: `${index === 0 ? ' ' : '   '}${line}`, color}));

/** What is wrong with the files and the keys, as far as this machine can tell. */
export function problemLines(problems: readonly CredentialProblem[], width: number): readonly ScrollLine[] {
	return problems.length === 0
		? []
		: [
				...problems.flatMap(({kind, message, hint}) =>
					indented(`${message} ${hint}`, width, kind === 'error' ? 'red' : 'yellow'),
				),
				{text: ''},
			];
}

/** What the cloud says: the missing rights first, since they are what must be done something about. */
export function credentialLines({owner, rights, remarks}: CredentialReport, width: number): readonly ScrollLine[] {
	const of = (state: RightFinding['state']) => rights.filter(right => right.state === state);
	const named = Math.max(...rights.map(({right}) => right.length), 0);
	const list = (state: RightFinding['state'], mark: string, color?: string): readonly ScrollLine[] =>
		of(state).map(({right, for: purpose}) => ({
			text: ` ${mark} ${right.padEnd(named)}  ${purpose}`,
			...(color !== undefined && {color}),
		}));
	const whose =
		owner === undefined
			? 'The cloud takes the keys, and does not tell whom they belong to.'
			: `The keys belong to the account ${owner.account}${owner.arn === '' ? '' : ` (${owner.arn})`}.`;
	return [
		...indented(whose, width),
		{
			text: ` ${of('missing').length === 0 ? 'No right is missing.' : `Rights that are missing: ${of('missing').length}`}`,
			isBold: true,
			color: of('missing').length === 0 ? 'green' : 'red',
		},
		...remarks.flatMap(remark => indented(remark, width, 'yellow')),
		{text: ''},
		...list('missing', 'missing', 'red'),
		...list('untold', 'untold ', 'yellow'),
		...list('allowed', 'allowed'),
	];
}
