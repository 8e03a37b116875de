import {Document, type Scalar, visit} from 'yaml';
import {shownName} from '../host/byte-names.js';
import {type Role, type Template, templateSchema} from './template.js';

/**
Writes a template as YAML that `parseTemplate` reads back to the same; what has its default value is left out. What a terminal would
obey, or not show, stands there as an escape.
*/
export function formatTemplate(template: Template): string {
	const {name, description, problemSize, roles, maxRunMinutes, holdMinutes, capUsd, leaseHours, leaseEnds} =
		templateSchema.parse(template);
	const document = new Document({
		name,
		...(description && {description}),
		...(problemSize !== undefined && {problemSize}),
		maxRunMinutes,
		holdMinutes,
		...(capUsd !== undefined && {capUsd}),
		...(leaseHours !== undefined && {leaseHours}),
		...(leaseEnds !== undefined && {leaseEnds}),
		roles: roles.map(plainRole),
	});
	visit(document, {
		Scalar(_, node: Scalar) {
			if (typeof node.value === 'string' && !isSeen(node.value)) {
				node.type = 'QUOTE_DOUBLE';
			}
		},
	});
	return document
		.toString({lineWidth: 0})
		.replace(/[^\n\t -~]/gu, character => (isSeen(character) ? character : escaped(character)));
}

/** Lines of scripts are written as lines. */
const isSeen = (text: string) => text.split(/[\n\t]/).every(line => shownName(line) === line);

/** As YAML has it between double quotes. */
const escaped = (character: string) => `\\U${(character.codePointAt(0) ?? 0).toString(16).padStart(8, '0')}`;

/** A role as it is written, without what has its default value. */
export const plainRole = ({monitoring, spot, ...role}: Role): object => ({
	...Object.fromEntries(Object.entries(role).filter(([, value]) => !(Array.isArray(value) && value.length === 0))),
	...(monitoring && {monitoring}),
	...(spot && {spot}),
});
