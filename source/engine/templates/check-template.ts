import {access, constants} from 'node:fs/promises';
import {isAbsolute} from 'node:path';
import type {Role, Template} from './template.js';

export type TemplateFinding = {
	/** A `fault` stops a deployment before it costs anything; a `remark` only makes the user think. */
	readonly level: 'fault' | 'remark';
	/** `role Master, upload 2: there is no /data/input`; for those too who never saw the file. */
	readonly text: string;
};

/** Looks for everything that can be known to go wrong, or to surprise, before anything is started. */
export async function checkTemplate(
	template: Template,
	known: {readonly images: readonly string[]},
): Promise<readonly TemplateFinding[]> {
	const unreadable = await Promise.all(template.roles.map(async role => checkUploads(role)));
	return [
		...collidingNames(template.roles),
		...template.roles.flatMap(role => checkRole(role, known.images)),
		...unreadable.flat(),
	];
}

const fault = (text: string): TemplateFinding => ({level: 'fault', text});
const remark = (text: string): TemplateFinding => ({level: 'remark', text});

/** Instances are named by the role's name in lower case, so `Slave` and `slave` would share `slave-1`. */
function collidingNames(roles: readonly Role[]): readonly TemplateFinding[] {
	const first = (name: string) => roles.find(role => role.name.toLowerCase() === name.toLowerCase());
	return roles.flatMap(role =>
		first(role.name) === role
			? []
			: [fault(`role ${role.name}: the role ${first(role.name)?.name} has this name already, whatever its case`)],
	);
}

function checkRole(role: Role, images: readonly string[]): readonly TemplateFinding[] {
	const findings: TemplateFinding[] = [];
	const place = `role ${role.name}`;
	if (!images.includes(role.image)) {
		findings.push(fault(`${place}: there is no image named ${role.image}`));
	}

	if (role.doneChecks.length > 0 && role.asyncScripts.length === 0 && role.startScripts.length === 0) {
		findings.push(remark(`${place} runs no script of its own that could make its done checks hold`));
	}

	if (role.asyncScripts.length === 0 && role.startScripts.length === 0 && role.doneChecks.length === 0) {
		findings.push(remark(`${place} runs nothing and is done as soon as it is up`));
	}

	return [
		...findings,
		...unpassable(role, place),
		...overlaps(role.downloads, `${place}, data to collect`),
		...sameTargets(role, place),
	];
}

/** No shell takes a command that holds a NUL character. */
function unpassable({startScripts, asyncScripts}: Role, place: string): readonly TemplateFinding[] {
	const scripts = {'start script': startScripts, 'async script': asyncScripts};
	return Object.entries(scripts).flatMap(([kind, commands]) =>
		commands.flatMap((command, index) =>
			command.includes('\0') ? [fault(`${place}, ${kind} ${index + 1}: holds a NUL character`)] : [],
		),
	);
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
		return other === -1 ? [] : [fault(`${place} ${index + 1}: ${path} is already part of ${paths[other]}`)];
	});
}

function sameTargets({uploads}: Role, place: string): readonly TemplateFinding[] {
	return uploads.flatMap(({remote}, index) => {
		const first = uploads.findIndex(upload => upload.remote === remote);
		return first < index
			? [fault(`${place}, upload ${index + 1}: ${remote} is written by upload ${first + 1} already`)]
			: [];
	});
}

async function checkUploads(role: Role): Promise<readonly TemplateFinding[]> {
	const findings = await Promise.all(
		role.uploads.map(async ({local}, index) => {
			const place = `role ${role.name}, upload ${index + 1}`;
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
