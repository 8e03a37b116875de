import {isImageId} from '../cloud/cloud.js';
import type {Role, Template, TemplateFinding} from './template.js';
import {type UploadWalk, walkUploads} from './walk-uploads.js';

/** Looks for everything that can be known to go wrong, or to surprise, before anything is started. */
export async function checkTemplate(
	template: Template,
	known: {readonly images: readonly string[]; readonly walks?: readonly UploadWalk[]},
): Promise<readonly TemplateFinding[]> {
	const walks = known.walks ?? (await walkUploads(template.roles));
	const images = new Set(known.images);
	return [
		...collidingNames(template.roles),
		...template.roles.flatMap(role => checkRole(role, images)),
		...(template.roles.every(isIdle)
			? [remark('no role runs anything: the run is over as soon as all instances are up')]
			: []),
		...walks.flatMap(({findings}) => findings),
	];
}

const fault = (text: string): TemplateFinding => ({level: 'fault', text});
const remark = (text: string): TemplateFinding => ({level: 'remark', text});

/** Runs nothing by itself. Beside other roles that is no surprise, for theirs may use its instances. */
const isIdle = ({startScripts, asyncScripts, doneChecks}: Role): boolean =>
	startScripts.length === 0 && asyncScripts.length === 0 && doneChecks.length === 0;

/** Instances are named by the role's name in lower case, so `Slave` and `slave` would share `slave-1`. */
function collidingNames(roles: readonly Role[]): readonly TemplateFinding[] {
	const first = firstOf(roles, ({name}) => name.toLowerCase());
	return roles.flatMap(role => {
		const other = first(role);
		return other === role
			? []
			: [fault(`role ${role.name}: the role ${other.name} has this name already, whatever its case`)];
	});
}

/** What stands in the folder of a deployment beside those of its roles; see `store/paths.ts` and `engine/deployments/`. */
const ownNames: ReadonlySet<string> = new Set(['keys', 'monitoring', 'cancel', 'finish', 'renamed', 'sha256sums']);

/** Finds the first entry with the same key, for each in no time. */
function firstOf<T>(entries: readonly T[], keyOf: (entry: T) => string): (entry: T) => T {
	const firsts = new Map<string, T>();
	for (const entry of entries) {
		const key = keyOf(entry);
		firsts.set(key, firsts.get(key) ?? entry);
	}

	return entry => firsts.get(keyOf(entry)) ?? entry;
}

function checkRole(role: Role, images: ReadonlySet<string>): readonly TemplateFinding[] {
	const findings: TemplateFinding[] = [];
	const place = `role ${role.name}`;
	if (!images.has(role.image) && !isImageId(role.image)) {
		const form = /^[ae]mi-/i.test(role.image) ? ', and the id of an AMI ends in 8 to 17 hexadecimal digits' : '';
		findings.push(fault(`${place}: there is no image named ${role.image}${form}`));
	}

	if (ownNames.has(role.name.toLowerCase())) {
		findings.push(
			fault(`${place}: D2CM keeps something of its own by this name beside the results; choose another one`),
		);
	}

	if (role.doneChecks.length > 0 && role.asyncScripts.length === 0 && role.startScripts.length === 0) {
		findings.push(remark(`${place} runs no script of its own that could make its done checks hold`));
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
	const folderOf = (path: string) => `${path.replace(/(?<!\/)\/+$/, '')}/`;
	const firsts = new Map<string, number>();
	for (const [index, path] of paths.entries()) {
		firsts.set(folderOf(path), firsts.get(folderOf(path)) ?? index);
	}

	return paths.flatMap((path, index) => {
		const folder = folderOf(path);
		for (let end = folder.indexOf('/'); end >= 0; end = folder.indexOf('/', end + 1)) {
			const other = firsts.get(folder.slice(0, end + 1)) ?? index;
			if (other !== index) {
				return [fault(`${place} ${index + 1}: ${path} is already part of ${paths[other]}`)];
			}
		}

		return [];
	});
}

function sameTargets({uploads}: Role, place: string): readonly TemplateFinding[] {
	const first = firstOf([...uploads.entries()], ([, {remote}]) => remote);
	return [...uploads.entries()].flatMap(entry => {
		const [index, {remote}] = entry;
		const [other] = first(entry);
		return other < index
			? [fault(`${place}, upload ${index + 1}: ${remote} is written by upload ${other + 1} already`)]
			: [];
	});
}
