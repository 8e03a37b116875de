import type {z} from 'zod';

type Issue = z.core.$ZodIssue;

/** Says in words what is wrong and where: `roles[0].count must be a number`. One sentence for each fault. */
export function describeIssue(issue: Issue): readonly string[] {
	const place = placeName(issue.path);
	if (issue.code === 'unrecognized_keys') {
		return issue.keys.map(key => `${placeName([...issue.path, key])} is not a known field`);
	}

	return [`${place} ${complaint(issue)}`];
}

function placeName(path: readonly PropertyKey[]): string {
	const name = path.map(part => (typeof part === 'number' ? `[${part}]` : `.${String(part)}`)).join('');
	return name.replace(/^\./, '') || 'the template';
}

function complaint(issue: Issue): string {
	switch (issue.code) {
		case 'invalid_type':
			return issue.input === undefined && issue.message.endsWith('undefined')
				? 'is missing'
				: `must be ${typeNames[issue.expected] ?? issue.expected}`;
		case 'invalid_union':
			return 'must be `file` or `log`';
		case 'too_small':
			if (issue.origin === 'string' && issue.minimum === 1) return 'must not be empty';
			return issue.message.startsWith('Too') ? `must be ${bound('at least', 'more than', issue)}` : issue.message;
		case 'too_big':
			return issue.message.startsWith('Too') ? `must be ${bound('at most', 'less than', issue)}` : issue.message;
		case 'invalid_value':
			return `must be ${issue.values.map(value => `\`${String(value)}\``).join(' or ')}`;
		default:
			return issue.message;
	}
}

const typeNames: Readonly<Record<string, string>> = {
	string: 'text',
	number: 'a number',
	int: 'a whole number',
	boolean: 'true or false',
	array: 'a list',
	object: 'a set of fields',
};

function bound(
	inclusive: string,
	exclusive: string,
	issue: {
		readonly origin: string;
		readonly inclusive?: boolean | undefined;
		readonly minimum?: unknown;
		readonly maximum?: unknown;
	},
): string {
	const unit = issue.origin === 'string' ? ' characters long' : '';
	return `${issue.inclusive === false ? exclusive : inclusive} ${String(issue.minimum ?? issue.maximum)}${unit}`;
}
