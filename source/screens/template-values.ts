import {type Role, type Template, templateSchema} from '../engine/templates/template.js';
import {spotMost} from './deployment-fields.js';
import {absolutePath} from './parts/complete-path.js';
import {type FormValues, isOn, itemsOf, type ListItem, numbersOf, textOf, wordsOf} from './parts/form-field.js';
import {typedAmi} from './template-steps.js';

/** A new role's fields before anything is typed. */
export function newTemplateValues(): FormValues {
	return {name: '', description: '', roles: [], maxRunMinutes: String(24 * 60), holdMinutes: '60'};
}

/** A template as the wizard's fields. Every role has its fields under its own id, so none can take another's. */
export function valuesOfTemplate(template: Template): FormValues {
	const ids = numbering();
	const roles = template.roles.map(role => ({id: ids(), role}));
	return {
		name: template.name,
		description: template.description,
		problemSize: template.problemSize?.toString() ?? '',
		maxRunMinutes: String(template.maxRunMinutes),
		holdMinutes: String(template.holdMinutes),
		capUsd: template.capUsd?.toString() ?? '',
		leaseHours: template.leaseHours?.toString() ?? '',
		leaseEnds: template.leaseEnds ?? '',
		roles: roles.map(({id, role}) => ({id, name: role.name})),
		...Object.assign({}, ...roles.map(({id, role}) => roleValues(id, role, ids))),
	};
}

function roleValues(id: string, role: Role, ids: () => string): FormValues {
	const lines = (texts: readonly string[]): readonly ListItem[] => texts.map(text => ({id: ids(), text}));
	return {
		[`${id}.image`]: role.image,
		[`${id}.user`]: role.user ?? '',
		[`${id}.count`]: String(role.count),
		[`${id}.monitoring`]: role.monitoring,
		[`${id}.spot`]: role.spot,
		[`${id}.spotMaxUsd`]: role.spotMaxUsd?.toString() ?? '',
		[`${id}.otherTypes`]: role.otherTypes.join(', '),
		[`${id}.uploads`]: role.uploads.map(upload => ({id: ids(), ...upload})),
		[`${id}.start`]: lines(role.startScripts),
		[`${id}.async`]: lines(role.asyncScripts),
		[`${id}.done`]: role.doneChecks.map(check => ({
			id: ids(),
			path: check.path,
			pattern: check.kind === 'log' ? check.pattern : '',
		})),
		[`${id}.goesOn`]: role.onScriptError === 'continue',
		[`${id}.downloads`]: lines(role.downloads),
	};
}

/** The template the fields describe. */
export function templateOfValues(values: FormValues): Template {
	return templateSchema.parse({
		name: textOf(values, 'name').trim(),
		description: textOf(values, 'description').trim(),
		maxRunMinutes: Number(textOf(values, 'maxRunMinutes')),
		holdMinutes: Number(textOf(values, 'holdMinutes')),
		...numbersOf(values, ['problemSize', 'capUsd', 'leaseHours']),
		...(textOf(values, 'leaseEnds') === 'stop' && {leaseEnds: 'stop' as const}),
		roles: itemsOf(values, 'roles').map(role => roleOfValues(values, role)),
	});
}

function roleOfValues(values: FormValues, {id = '', name = ''}: ListItem): unknown {
	const image = textOf(values, `${id}.image`);
	const user = textOf(values, `${id}.user`).trim();
	const mostText = textOf(values, `${id}.spotMaxUsd`).trim();
	const lines = (key: string) => itemsOf(values, `${id}.${key}`).map(item => item['text'] ?? '');
	return {
		name: name.trim(),
		image: image === typedAmi ? textOf(values, `${id}.ami`).trim() : image,
		...(user !== '' && {user}),
		count: Number(textOf(values, `${id}.count`) || '1'),
		monitoring: isOn(values, `${id}.monitoring`),
		spot: isOn(values, `${id}.spot`),
		// Where it is hidden, nobody has checked it.
		...(mostText !== '' && spotMost(mostText) === undefined && {spotMaxUsd: Number(mostText)}),
		otherTypes: wordsOf(textOf(values, `${id}.otherTypes`)),
		uploads: itemsOf(values, `${id}.uploads`).map(({local = '', remote = ''}) => ({
			local: absolutePath(local),
			remote: remote.trim(),
		})),
		startScripts: lines('start'),
		asyncScripts: lines('async'),
		doneChecks: itemsOf(values, `${id}.done`).map(({path = '', pattern = ''}) =>
			pattern === '' ? {kind: 'file', path: path.trim()} : {kind: 'log', path: path.trim(), pattern},
		),
		...(isOn(values, `${id}.goesOn`) && {onScriptError: 'continue' as const}),
		downloads: lines('downloads').map(path => path.trim()),
	};
}

function numbering(): () => string {
	let last = 0;
	return () => {
		last += 1;
		return String(last);
	};
}
