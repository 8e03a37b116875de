import type {Cloud} from '../../source/engine/cloud/cloud.js';
import {CloudUnreachableError} from '../../source/engine/cloud/ec2/errors/cloud-unreachable-error.js';
import type {ConnectShell, Shell} from '../../source/engine/ssh/shell.js';

export type ShellFault = 'reset before' | 'reset after' | 'hang';

/** Counts all that is done on real instances, and lets something go wrong with the n-th of it. */
export class ShellFaults {
	/** In order. */
	readonly done: string[] = [];
	struck = '';

	constructor(
		readonly number: number,
		readonly fault: ShellFault,
	) {}

	around(connect: ConnectShell): ConnectShell {
		return async (target, signal) => {
			const shell = await connect(target, signal);
			const through = async <T>(name: string, act: () => Promise<T>): Promise<T> => {
				this.done.push(name);
				const isHere = this.done.length === this.number;
				this.struck ||= isHere ? `${name} of ${target.name}` : '';
				if (isHere && this.fault === 'hang') {
					return new Promise<never>(() => undefined);
				}

				if (isHere && this.fault === 'reset before') {
					shell.close();
				}

				const result = await act();
				if (isHere && this.fault === 'reset after') {
					shell.close();
					await shell.stat('/'); // Throws what a broken connection throws.
				}

				return result;
			};
			const struck: Shell = {
				run: async (command, options) => through('run', async () => shell.run(command, options)),
				writeFile: async (path, content, options) =>
					through('writeFile', async () => shell.writeFile(path, content, options)),
				readFile: async path => through('readFile', async () => shell.readFile(path)),
				stat: async path => through('stat', async () => shell.stat(path)),
				upload: async (local, remote, options) => through('upload', async () => shell.upload(local, remote, options)),
				download: async (remote, local, options) =>
					through('download', async () => shell.download(remote, local, options)),
				close: () => shell.close(),
				get closed() {
					return shell.closed;
				},
			};
			return struck;
		};
	}
}

/** A cloud that answers nothing while it is told so. */
export function silencedCloud<Kind extends Cloud>(cloud: Kind, isSilent: () => boolean): Kind {
	const mustAnswer = () => {
		if (isSilent()) {
			throw new CloudUnreachableError('ec2:Anything', 'does not answer');
		}
	};
	return {
		...cloud,
		describe: async filter => {
			mustAnswer();
			return cloud.describe(filter);
		},
		terminate: async ids => {
			mustAnswer();
			return cloud.terminate(ids);
		},
		cleanUp: async owner => {
			mustAnswer();
			return cloud.cleanUp(owner);
		},
		consoleOutput: async id => {
			mustAnswer();
			return cloud.consoleOutput(id);
		},
	};
}
