import {ServiceError} from './service-error.js';

/** The form of an EC2 query: `Filter.1.Name=...&Filter.1.Value.1=...`. */
export class Query {
	constructor(private readonly form: URLSearchParams) {}

	text(name: string): string | undefined {
		return this.form.get(name) ?? undefined;
	}

	needed(name: string): string {
		const value = this.text(name);
		if (value === undefined || value === '') {
			throw new ServiceError(400, 'MissingParameter', `The request must contain the parameter ${name}`);
		}

		return value;
	}

	flag(name: string): boolean {
		return this.text(name) === 'true';
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

	filters(): ReadonlyMap<string, readonly string[]> {
		return new Map(this.indexes('Filter').map(n => [this.needed(`Filter.${n}.Name`), this.list(`Filter.${n}.Value`)]));
	}

	/** Tags to put on new resources of one kind. */
	tags(resourceType: string): Map<string, string> {
		const wanted = this.indexes('TagSpecification').filter(
			n => this.text(`TagSpecification.${n}.ResourceType`) === resourceType,
		);
		return new Map(wanted.flatMap(n => [...this.tagPairs(`TagSpecification.${n}.Tag`)]));
	}

	tagPairs(name: string): Map<string, string> {
		return new Map(
			this.indexes(name).map(n => [this.needed(`${name}.${n}.Key`), this.text(`${name}.${n}.Value`) ?? '']),
		);
	}
}

/** Whether tags and properties pass `tag:...` and other filters. */
export function passes(
	filters: ReadonlyMap<string, readonly string[]>,
	tags: ReadonlyMap<string, string>,
	properties: Readonly<Record<string, string>>,
): boolean {
	return [...filters].every(([name, values]) => {
		const value = name.startsWith('tag:') ? tags.get(name.slice(4)) : properties[name];
		if (!name.startsWith('tag:') && !(name in properties)) {
			throw new ServiceError(400, 'InvalidParameterValue', `The filter '${name}' is invalid`);
		}

		return value !== undefined && values.some(wanted => matches(wanted, value));
	});
}

/** As filters of Amazon: `*` stands for any text. */
function matches(wanted: string, value: string): boolean {
	if (!wanted.includes('*')) {
		return wanted === value;
	}

	const parts = wanted.split('*').map(part => part.replaceAll(/[.+?^${}()|[\]\\]/g, '\\$&'));
	return new RegExp(`^${parts.join('.*')}$`, 's').test(value);
}

/** What Amazon answers to `MaxResults` and `NextToken`. */
export function pageOf<One>(all: readonly One[], query: Query) {
	const from = Number(query.text('NextToken') ?? 0);
	const most = Math.max(5, Number(query.text('MaxResults') ?? 1000));
	return {page: all.slice(from, from + most), nextToken: from + most < all.length ? String(from + most) : undefined};
}
