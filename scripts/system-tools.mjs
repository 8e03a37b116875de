// system-tools.mjs PURPOSE: prints the line by which an administrator installs what the purpose (run, demo, test, bench) needs
// and this machine lacks; nothing where all is there; a comment where its packages are not known. Runs on any Node, before anything is installed.
import {spawnSync} from 'node:child_process';
import {existsSync, readFileSync} from 'node:fs';

const table = JSON.parse(readFileSync(new URL('../source/engine/host/system-packages.json', import.meta.url), 'utf8'));
const purposes = ['run', 'demo', 'test', 'bench']; // Each needs what those before it need.
const purpose = purposes.indexOf(process.argv[2]);
if (purpose < 0) {
	console.error('usage: system-tools.mjs run|demo|test|bench');
	process.exit(2);
}

// On the systems of the first three, an apt-get may be there too, to make containers.
const managers = {
	dnf: names => `dnf install -y ${names}`,
	zypper: names => `zypper install -y ${names}`,
	pacman: names => `pacman -S --needed --noconfirm ${names}`,
	'apt-get': names => `sh -c 'apt-get update && apt-get install -y --no-install-recommends ${names}'`,
};

const folders = `${process.env.PATH}:/usr/local/sbin:/usr/sbin:/sbin`.split(':');
const isOnPath = program => folders.some(folder => existsSync(`${folder}/${program}`));

function isThere(tool) {
	const [program, module] = tool.split(':');
	if (tool.startsWith('/')) {
		return existsSync(tool);
	}

	return isOnPath(program) && (module === undefined || spawnSync(program, ['-c', `import ${module}`]).status === 0);
}

const missing = Object.entries(table).filter(
	([tool, {for: who}]) => purposes.indexOf(who) <= purpose && !isThere(tool),
);
const manager = Object.keys(managers).find(isOnPath);
const isKnown = missing.every(([, names]) => names[manager] !== undefined);
const nameBy = isKnown ? manager : 'apt-get';
const names = [...new Set(missing.flatMap(([, of]) => of[nameBy].split(' ')))].sort().join(' ');
if (names !== '') {
	console.log(isKnown ? managers[manager](names) : `# no line for this system; Debian calls them: ${names}`);
}
