import type {D2cm} from '../../source/actions/d2cm.js';
import type {Provenance} from '../../source/engine/deployments/provenance.js';
import type {Database} from '../../source/store/database.js';
import {FakeD2cm, FakeError} from './fake-d2cm.js';
import {fakeDeployment, fakeOrphans} from './fake-data.js';

/**
What no terminal may get: the clipboard (OSC 52), a title, a link (OSC 8), a cleared screen, the same in C1, letters that run
backwards, invisible ones, and a line that was not ours.
*/
export const hostileWords =
	'\u001B]52;c;aGFjaw==\u0007\u001B]0;owned\u0007\u001B]8;;http://evil.example\u001B\\\u001B[2J\u001B[31m\u009B2J\u202Etxt\u2066\u200B\u2060\uFEFF\u00AD\u2028\u2029\r\b\u007F\nFALSE LINE\u0085FALSE';

/** By these the program decides, or finds; what may stand there is a table of ours. */
const decisive =
	/^(?:adapter|answer|at|cloud|cloudName|credential|createdAt|folder|id|image|job|kind|level|mark|name|role|rolesOf|sort|source|state|step|subject|template|verdict|way)$/;

const isTime = (text: string) => /^\d{4}-\d\d-\d\d/.test(text);

/** Data in which every string that may be from outside does all that it can to a terminal. */
export function hostile<Value>(value: Value, {all = false} = {}): Value {
	const change = (inner: unknown, key = ''): unknown => {
		if (typeof inner === 'string') {
			return isTime(inner) || (!all && decisive.test(key)) ? inner : inner + hostileWords;
		}

		if (Array.isArray(inner)) {
			return inner.map(one => change(one));
		}

		return typeof inner === 'object' && inner !== null && !(inner instanceof Error)
			? Object.fromEntries(Object.entries(inner).map(([name, one]) => [name, change(one, name)]))
			: inner;
	};
	return change(value) as Value;
}

/**
D2cm whose world is hostile: whatever it tells, or throws, was changed by `hostile`.

@param folder - Where the journal of every job lies.
@param fails - Every question ends in an error of ours, or in a fault.
*/
export function hostileD2cm({folder, fails}: {readonly folder: string; readonly fails?: 'error' | 'fault'}): D2cm {
	const fake = Object.assign(new FakeD2cm(), {
		left: fakeOrphans,
		doctor: async () => missing,
		provenance: async () => history,
	});
	const told = (value: unknown) => withFolder(withNames(hostile(value)), folder);
	const soon = new Set(Object.keys(fake).filter(name => !['followJob', 'exportTemplate'].includes(name)));
	return new Proxy(fake, {
		get(target, name) {
			const member = Reflect.get(target, name, target) as unknown;
			if (name === 'notices') {
				return [hostileWords];
			}

			if (typeof member !== 'function' || name === 'onChange') {
				return member;
			}

			return (...given: unknown[]) => {
				if (fails && name !== 'database') {
					const error =
						fails === 'fault'
							? new Error(`A fault${hostileWords}`)
							: new FakeError(`It failed${hostileWords}`, `Mend it${hostileWords}`);
					return soon.has(String(name)) ? Promise.reject(error) : thrown(error);
				}

				const heard = given.map(one =>
					typeof one === 'function'
						? (...answer: unknown[]) => (one as (...all: unknown[]) => unknown)(...answer.map(told))
						: one,
				);
				const answer = (member as (...all: unknown[]) => unknown).apply(target, heard);
				return answer instanceof Promise ? answer.then(told) : typeof answer === 'function' ? answer : told(answer);
			};
		},
	});
}

const missing = [{subject: 'QEMU', ok: false, found: 'is not there', hint: 'Install it'}];

const history: Provenance = {
	deployment: fakeDeployment('OLD777'),
	versions: ['0.1.0'],
	states: [{state: 'SETTING_UP', at: '2026-11-22T10:00:00.000Z'}],
	instances: [
		{name: 'master-1', instanceId: 'i-01234567', imageId: 'ami-01234567', user: 'ada', instanceType: 'm5.large'},
	],
	commands: [{node: 'master-1', kind: 'start', command: 'make run', exitCode: 1, output: 'a'}],
	results: [{path: 'a', sha256: 'f00d'}],
	end: {state: 'FAILED', at: '2026-11-22T10:00:00.000Z', cause: 'It failed'},
};

function thrown(error: Error): never {
	throw error;
}

/** What clouds call their own is found by its id. */
function withNames(value: unknown): unknown {
	const data = value as Partial<Database>;
	const named = <One extends {readonly name?: string | undefined}>(some: readonly One[]) =>
		some.map(one => ({...one, name: `${one.name}${hostileWords}`}));
	return typeof value === 'object' && value !== null && 'amis' in value && 'kernels' in value
		? {...value, amis: named(data.amis ?? []), kernels: named(data.kernels ?? [])}
		: value;
}

/** Jobs lie where there are some. */
function withFolder(value: unknown, folder: string): unknown {
	if (Array.isArray(value)) {
		return value.map(one => withFolder(one, folder));
	}

	return typeof value === 'object' && value !== null && 'folder' in value ? {...value, folder} : value;
}
