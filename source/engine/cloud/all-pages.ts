import {endlessAnswer, shapelessAnswer} from './answer-errors.js';

/** More than any account has of anything, in pages of hundreds. */
const usualMostPages = 1000;
/** Of all pages that are kept, as JSON has them. */
const mostCharacters = 128 * 2 ** 20;

type Page<Item> = readonly [items: readonly Item[] | undefined, next?: string | undefined];
type AskForPage<Item> = (page: {readonly NextToken?: string}) => Promise<Page<Item>>;

/**
What an answer that comes in pages has in all of them.

@throws {CloudAnswerError} When there is no end to them.
*/
export async function allPages<Item>(ask: AskForPage<Item>): Promise<readonly Item[]> {
	const all: Item[] = [];
	let characters = 0;
	for await (const items of pagesOf(ask)) {
		characters += JSON.stringify(items).length;
		if (characters > mostCharacters) {
			throw endlessAnswer(`its pages hold more than ${mostCharacters / 2 ** 20} MiB`);
		}

		all.push(...items);
	}

	return all;
}

/**
The pages of an answer, one by one, for who keeps less of them or stops before the last.

@throws {CloudAnswerError} When there is no end to them, or one is no list.
*/
export async function* pagesOf<Item>(
	ask: AskForPage<Item>,
	mostPages = usualMostPages,
): AsyncGenerator<readonly Item[], void> {
	const seen = new Set<string>();
	for (let token: string | undefined; ; ) {
		const [items = [], next] = await ask(token === undefined ? {} : {NextToken: token});
		if (!Array.isArray(items) || items.some(item => item === null || item === undefined)) {
			throw shapelessAnswer('a list', items);
		}

		yield items;
		if (!next) {
			return;
		}

		if (typeof next !== 'string') {
			throw shapelessAnswer('the name of a next page', next);
		}

		if (seen.has(next)) {
			throw endlessAnswer('it names the same next page twice');
		}

		if (seen.add(next).size >= mostPages) {
			throw endlessAnswer(`after ${mostPages} pages it names one more`);
		}

		token = next;
	}
}
