import {accessSync, constants, existsSync} from 'node:fs';
import {delimiter, join} from 'node:path';
import packages from './system-packages.json' with {type: 'json'};

type Manager = 'apt-get' | 'dnf' | 'zypper' | 'pacman';

/** How an administrator installs a package. On the systems of the first three, an apt-get may be there too, to make containers. */
const managers: Readonly<Record<Manager, string>> = {
	dnf: 'dnf install',
	zypper: 'zypper install',
	pacman: 'pacman -S',
	'apt-get': 'apt-get install',
};

/** The line that brings a program to this machine, by the package manager that is found on it. `scripts/system-tools.mjs` reads the same table. */
export function installLine(program: string): string {
	const manager = (Object.keys(managers) as Manager[]).find(isThere);
	if (manager === undefined) {
		return `Install it: your system may call the package ${packageOf(program, 'apt-get')}, as Debian does.`;
	}

	return `Install it: sudo ${managers[manager]} ${packageOf(program, manager)}`;
}

/** What a purpose takes, and this machine lacks: programs, and files by their whole paths. */
export function missingFor(purpose: 'run' | 'demo'): readonly string[] {
	return Object.entries(packages).flatMap(([name, {for: who}]) =>
		who === purpose && !(name.startsWith('/') ? existsSync(name) : isThere(name)) ? [name] : [],
	);
}

function packageOf(program: string, manager: Manager): string {
	const names: Partial<Record<string, string>> = program in packages ? packages[program as keyof typeof packages] : {};
	return names[manager] ?? names['apt-get'] ?? program;
}

function isThere(program: string): boolean {
	const folders = [...(process.env.PATH ?? '').split(delimiter), '/usr/local/sbin', '/usr/sbin', '/sbin'];
	return folders.some(folder => {
		try {
			accessSync(join(folder, program), constants.X_OK);
			return true;
		} catch {
			return false;
		}
	});
}
