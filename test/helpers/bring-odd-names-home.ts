// Brings a folder of an instance home to argv[2], whose names a file system may fold or refuse; says what each file is called there.
import {mkdir} from 'node:fs/promises';
import {join} from 'node:path';
import {connectSsh2} from '../../source/engine/ssh/ssh2-shell.js';
import {startSshdInstances} from './start-sshd-instances.js';

const [, , folder = ''] = process.argv;
const started = await startSshdInstances(1);
try {
	const [target] = started.targets;
	const shell = await connectSsh2(target ?? never());
	// Each holds its own name, also a large one, which comes by itself.
	await shell.run(`mkdir -p /root/results/Run /root/results/run && cd /root/results && umask 027
for name in README readme Readme "$(printf '\\303\\251')" "$(printf 'e\\314\\201')" a:b 'what?' Run/log run/LOG; do printf %s "$name" >"$name"; done
ln -s README link
for name in LARGE large; do { printf %s "$name"; head -c 9000000 /dev/zero; } >$name; done`);
	await mkdir(folder, {recursive: true});
	const {files, renamed = [], remarks = []} = await shell.download('/root/results', join(folder, 'results'));
	console.log(JSON.stringify({files, renamed, remarks}));
	shell.close();
} finally {
	await started.end();
}

function never(): never {
	throw new Error('There is no instance.');
}
