import {stringify} from 'yaml';
import {plainRole} from './format-template.js';
import type {Role, Template} from './template.js';

const mostLines = 60;
const mostColumns = 160;

/**
Says in which lines of YAML a template differs from an earlier one: `- ` what was, `+ ` what is, below the name of the role.
Empty where they run the same.
*/
export function templateChanges(before: Template, now: Template): readonly string[] {
	const names = [...new Set([...before.roles, ...now.roles].map(({name}) => name))];
	const lines = [
		...below('template', lineChanges(limitLines(before), limitLines(now))),
		...names.flatMap(name => {
			const [was, is] = [before, now].map(({roles}) => roles.find(role => role.name === name));
			return below(`role ${name}`, lineChanges(roleLines(was), roleLines(is)));
		}),
	].map(line => (line.length > mostColumns ? `${line.slice(0, mostColumns - 3)}...` : line));
	return lines.length > mostLines
		? [...lines.slice(0, mostLines), `and ${lines.length - mostLines} lines more`]
		: lines;
}

const below = (heading: string, lines: readonly string[]): readonly string[] =>
	lines.length > 0 ? [`${heading}:`, ...lines] : [];

const limitLines = ({maxRunMinutes, holdMinutes}: Template): readonly string[] => [
	`maxRunMinutes: ${maxRunMinutes}`,
	`holdMinutes: ${holdMinutes}`,
];

const roleLines = (role: Role | undefined): readonly string[] =>
	role === undefined ? [] : stringify(plainRole(role), {lineWidth: 0}).trimEnd().split('\n');

/** The fewest lines to take away and to add, in order. Where that would take long, all of them. */
function lineChanges(before: readonly string[], now: readonly string[]): readonly string[] {
	const same = common(before, now);
	const changes: string[] = [];
	let [at, to] = [0, 0];
	for (const [was, is] of [...same, [before.length, now.length] as const]) {
		changes.push(...before.slice(at, was).map(line => `- ${line}`), ...now.slice(to, is).map(line => `+ ${line}`));
		[at, to] = [was + 1, is + 1];
	}

	return changes;
}

const mostCells = 4_000_000;

/** The places of the lines of the longest common subsequence, in both. */
function common(before: readonly string[], now: readonly string[]): ReadonlyArray<readonly [number, number]> {
	if (before.length * now.length > mostCells) {
		return [];
	}

	const width = now.length + 1;
	// How many lines are common from here on.
	const rest = new Uint32Array((before.length + 1) * width);
	const left = (at: number, to: number) => rest[at * width + to] ?? 0;
	for (let at = before.length - 1; at >= 0; at -= 1) {
		for (let to = now.length - 1; to >= 0; to -= 1) {
			rest[at * width + to] =
				before[at] === now[to] ? left(at + 1, to + 1) + 1 : Math.max(left(at + 1, to), left(at, to + 1));
		}
	}

	const places: Array<readonly [number, number]> = [];
	for (let at = 0, to = 0; at < before.length && to < now.length; ) {
		if (before[at] === now[to]) {
			places.push([at, to]);
			at += 1;
			to += 1;
		} else if (left(at + 1, to) >= left(at, to + 1)) {
			at += 1;
		} else {
			to += 1;
		}
	}

	return places;
}
