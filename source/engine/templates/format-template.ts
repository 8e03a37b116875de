import {stringify} from 'yaml';
import {type Role, type Template, templateSchema} from './template.js';

/** Writes a template as YAML that `parseTemplate` reads back to the same; what has its default value is left out. */
export function formatTemplate(template: Template): string {
	const {name, description, problemSize, roles, maxRunMinutes, holdMinutes, capUsd, leaseHours, leaseEnds} =
		templateSchema.parse(template);
	return stringify(
		{
			name,
			...(description && {description}),
			...(problemSize !== undefined && {problemSize}),
			maxRunMinutes,
			holdMinutes,
			...(capUsd !== undefined && {capUsd}),
			...(leaseHours !== undefined && {leaseHours}),
			...(leaseEnds !== undefined && {leaseEnds}),
			roles: roles.map(plainRole),
		},
		{lineWidth: 0},
	);
}

/** A role as it is written, without what has its default value. */
export const plainRole = ({monitoring, spot, ...role}: Role): object => ({
	...Object.fromEntries(Object.entries(role).filter(([, value]) => !(Array.isArray(value) && value.length === 0))),
	...(monitoring && {monitoring}),
	...(spot && {spot}),
});
