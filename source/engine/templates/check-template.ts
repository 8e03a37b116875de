import {access, constants} from 'node:fs/promises';
import {isAbsolute} from 'node:path';
import type {Role, Template} from './template.js';

export type TemplateFinding = {
	/** A `fault` stops a deployment before it costs anything; a `remark` only makes the user think. */
	readonly level: 'fault' | 'remark';
	/** `roles[0].uploads[1].local: there is no file /data/input` */
	readonly text: string;
};

/** Looks for everything that can be known to go wrong, or to surprise, before anything is started. */
export async function checkTemplate(
	template: Template,
	known: {readonly images: readonly string[]},
): Promise<readonly TemplateFinding[]> {
	const unreadable = await Promise.all(template.roles.map(checkUploads));
	return [
		...collidingNames(template.roles),
		...template.roles.flatMap((role, index) => checkRole(role, `roles[${index}]`, known.images)),
		...unreadable.flat(),
	];
}

const fault = (text: string): TemplateFinding => ({level: 'fault', text});
const remark = (text: string): TemplateFinding => ({level: 'remark', text});

/** Instances are named by the role's name in lower case, so `Slave` and `slave` would share `slave-1`. */
function collidingNames(roles: readonly Role[]): readonly TemplateFinding[] {
	const firstIndex = (name: string) => roles.findIndex(role => role.name.toLowerCase() === name.toLowerCase());
	return roles.flatMap(({name}, index) =>
		firstIndex(name) < index
			? [fault(`roles[${index}].name: ${name} is already the name of roles[${firstIndex(name)}]`)]
			: [],
	);
}

function checkRole(role: Role, place: string, images: readonly string[]): readonly TemplateFinding[] {
	const findings: TemplateFinding[] = [];
	if (!images.includes(role.image)) {
		findings.push(fault(`${place}.image: there is no image named ${role.image}`));
	}

	if (role.doneChecks.length > 0 && role.asyncScripts.length === 0 && role.startScripts.length === 0) {
		findings.push(remark(`${place}.doneChecks: ${role.name} runs no script of its own that could make them hold`));
	}

	if (role.asyncScripts.length === 0 && role.startScripts.length === 0 && role.doneChecks.length === 0) {
		findings.push(remark(`${place}: ${role.name} runs nothing and is done as soon as it is up`));
	}

	return [...findings, ...overlaps(role.downloads, `${place}.downloads`), ...sameTargets(role, place)];
}

/** Two downloads of which one lies inside the other would bring the same file twice. */
function overlaps(paths: readonly string[], place: string): readonly TemplateFinding[] {
	const folder = (path: string) => `${path.replace(/\/+$/, '')}/`;
	return paths.flatMap((path, index) => {
		const other = paths.findIndex(
			(candidate, otherIndex) =>
				otherIndex !== index &&
				folder(path).startsWith(folder(candidate)) &&
				(folder(path) !== folder(candidate) || otherIndex < index),
		);
		return other === -1 ? [] : [fault(`${place}[${index}]: ${path} is already part of ${place}[${other}]`)];
	});
}

function sameTargets({uploads}: Role, place: string): readonly TemplateFinding[] {
	return uploads.flatMap(({remote}, index) => {
		const first = uploads.findIndex(upload => upload.remote === remote);
		return first < index
			? [fault(`${place}.uploads[${index}].remote: ${remote} is written by ${place}.uploads[${first}] already`)]
			: [];
	});
}

async function checkUploads(role: Role, roleIndex: number): Promise<readonly TemplateFinding[]> {
	const findings = await Promise.all(
		role.uploads.map(async ({local}, index) => {
			const place = `roles[${roleIndex}].uploads[${index}].local`;
			if (!isAbsolute(local)) {
				return [fault(`${place}: ${local} is not an absolute path`)];
			}

			try {
				await access(local, constants.R_OK);
				return [];
			} catch (error) {
				const missing = (error as NodeJS.ErrnoException).code === 'ENOENT';
				return [fault(`${place}: ${missing ? `there is no ${local}` : `${local} cannot be read`}`)];
			}
		}),
	);
	return findings.flat();
}
