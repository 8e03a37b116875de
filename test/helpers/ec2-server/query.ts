import {ServiceError} from './service-error.js';

const refuse = (code: string, message: string) => new ServiceError(400, code, message);

/**
The form of an EC2 query: `Filter.1.Name=...&Filter.1.Value.1=...`. Error codes are those of "Error codes for the Amazon EC2 API"
(AWSEC2/latest/APIReference/errors-overview.html).
*/
export class Query {
	constructor(private readonly form: URLSearchParams) {}

	text(name: string): string | undefined {
		return this.form.get(name) ?? undefined;
	}

	needed(name: string): string {
		const value = this.text(name);
		if (value === undefined || value === '') {
			throw refuse('MissingParameter', `The request must contain the parameter ${name}`);
		}

		return value;
	}

	/** One of an enumeration, if it is there at all. */
	oneOf<const Value extends string>(name: string, values: readonly Value[]): Value | undefined {
		const given = this.text(name);
		const value = values.find(one => one === given);
		if (given !== undefined && value === undefined) {
			throw refuse('InvalidParameterValue', `Value (${given}) for parameter ${name} is invalid.`);
		}

		return value;
	}

	flag(name: string): boolean {
		return this.oneOf(name, ['true', 'false']) === 'true';
	}

	/** A whole number. */
	count(name: string): number | undefined {
		const value = this.text(name);
		if (value !== undefined && !/^-?\d{1,9}$/.test(value)) {
			throw refuse('InvalidParameterValue', `Value (${value}) for parameter ${name} is invalid. Expecting a number.`);
		}

		return value === undefined ? undefined : Number(value);
	}

	/** Everything that was asked for but these, as one text. */
	without(...names: readonly string[]): string {
		return JSON.stringify([...this.form].filter(([name]) => !names.includes(name)).toSorted());
	}

	/** `Name.1`, `Name.2`, ... */
	list(name: string): readonly string[] {
		return this.indexes(name).flatMap(index => this.text(`${name}.${index}`) ?? []);
	}

	/** Which numbers follow the name. */
	indexes(name: string): readonly number[] {
		const found = [...this.form.keys()].flatMap(key =>
			key.startsWith(`${name}.`) ? Number.parseInt(key.slice(name.length + 1), 10) : [],
		);
		return [...new Set(found)].toSorted((a, b) => a - b);
	}

	/** At most 50 filters, of at most 200 values each, as "List and filter using the CLI and API" of the user guide says. */
	filters(): ReadonlyMap<string, readonly string[]> {
		const all = this.indexes('Filter').map(
			n => [this.needed(`Filter.${n}.Name`), this.list(`Filter.${n}.Value`)] as const,
		);
		if (all.length > 50 || all.some(([, values]) => values.length > 200)) {
			throw refuse('FilterLimitExceeded', 'The maximum number of filters or of filter values is exceeded');
		}

		return new Map(all);
	}

	/** Tags to put on new resources of one kind. */
	tags(resourceType: string): Map<string, string> {
		const wanted = this.indexes('TagSpecification').filter(
			n => this.text(`TagSpecification.${n}.ResourceType`) === resourceType,
		);
		return new Map(wanted.flatMap(n => [...this.tagPairs(`TagSpecification.${n}.Tag`)]));
	}

	/**
	Key and value of each tag.

	@see "Tag your Amazon EC2 resources", tag restrictions: keys of at most 128 and values of at most 256 characters, no prefix `aws:` in upper or lower case, 50 tags on a resource.
	*/
	tagPairs(name: string): Map<string, string> {
		const pairs = this.indexes(name).map(
			n => [this.text(`${name}.${n}.Key`) ?? '', this.text(`${name}.${n}.Value`) ?? ''] as const,
		);
		for (const [key, value] of pairs) {
			if (key === '' || /^aws:/i.test(key)) {
				throw refuse('InvalidTagKey.Malformed', "Tag keys may not be empty nor start with 'aws:'.");
			}

			if ([...key].length > 128 || [...value].length > 256) {
				throw refuse(
					'InvalidParameterValue',
					`The tag '${key}' exceeds 128 characters for its key or 256 for its value.`,
				);
			}
		}

		const tags = new Map(pairs);
		if (tags.size < pairs.length) {
			throw refuse('InvalidParameterValue', 'Duplicate tag key specified.');
		}

		mustBeFewTags(tags.size);
		return tags;
	}

	/** Each action tags only what it makes. */
	mustTagOnly(resourceTypes: readonly string[]): void {
		for (const n of this.indexes('TagSpecification')) {
			const type = this.needed(`TagSpecification.${n}.ResourceType`);
			if (!resourceTypes.includes(type)) {
				throw refuse('InvalidParameterValue', `'${type}' is not a valid taggable resource type for this operation.`);
			}
		}
	}
}

export function mustBeFewTags(count: number): void {
	if (count > 50) {
		throw refuse('TagLimitExceeded', 'The maximum number of tags per resource is 50.');
	}
}

/**
What passes the filters of a request. What cannot be filtered by is refused, whatever there is.

@param names - What there is to filter by besides tags.
*/
export function filtered<One, const Name extends string>(
	query: Query,
	all: readonly One[],
	names: readonly Name[],
	of: (one: One) => readonly [tags: ReadonlyMap<string, string>, properties: Readonly<Record<Name, string>>],
): readonly One[] {
	const filters = [...query.filters()];
	const bad = filters.find(([name]) => !/^tag(?::|-key$)/.test(name) && !names.some(known => known === name));
	if (bad) {
		throw refuse('InvalidParameterValue', `The filter '${bad[0]}' is invalid`);
	}

	return all.filter(one => {
		const [tags, properties] = of(one);
		return filters.every(([name, wanted]) => {
			const value = name.startsWith('tag:') ? tags.get(name.slice(4)) : properties[name as Name];
			const values = name === 'tag-key' ? [...tags.keys()] : value === undefined ? [] : [value];
			return wanted.some(pattern => values.some(text => matches(pattern, text)));
		});
	});
}

/** As filters of Amazon: `*` stands for any text, `?` for at most one character, and a backslash takes their meaning away. */
function matches(wanted: string, value: string): boolean {
	const pattern = wanted.replaceAll(/\\([\s\S])|[\s\S]/g, (sign: string, escaped?: string) => {
		if (escaped === undefined && (sign === '*' || sign === '?')) {
			return `.${sign}`;
		}

		return (escaped ?? sign).replaceAll(/[$()*+.?[\\\]^{|}]/g, String.raw`\$&`);
	});
	return new RegExp(`^${pattern}$`, 's').test(value);
}

/**
One page of an answer, and the token of the next. A token is good for the action that gave it, and nobody else's.

@param limits - `most` may be asked for, from 5 on, and `atOnce` are given at most.
@see The parameters MaxResults and NextToken of each action.
*/
export function pageOf<One>(
	all: readonly One[],
	query: Query,
	{most = 1000, atOnce = most}: {readonly most?: number; readonly atOnce?: number} = {},
): {readonly page: readonly One[]; readonly nextToken: string | undefined} {
	const wanted = query.count('MaxResults');
	if (wanted !== undefined && (wanted < 5 || wanted > most)) {
		throw refuse(
			'InvalidParameterValue',
			`Value (${wanted}) for parameter maxResults is invalid. Expecting 5 to ${most}.`,
		);
	}

	const action = query.needed('Action');
	const token = query.text('NextToken');
	const known = token === undefined ? {action, from: 0} : tokens.get(token);
	if (known?.action !== action) {
		throw refuse('InvalidNextToken', `Value (${token}) for parameter NextToken is invalid.`);
	}

	const {from} = known;
	const to = from + Math.min(wanted ?? most, atOnce);
	return {page: all.slice(from, to), nextToken: to < all.length ? newToken(action, to) : undefined};
}

/** What was not given out is no token. */
const tokens = new Map<string, {readonly action: string; readonly from: number}>();

function newToken(action: string, from: number): string {
	const token = Buffer.from(`${action} ${tokens.size}`).toString('base64url');
	tokens.set(token, {action, from});
	return token;
}
