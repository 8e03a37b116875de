import {shLibrary} from './sh-library.js';
import type {ScriptOptions, ScriptResult, Shell} from './shell.js';

/** On the sh that is kept, or in a session of its own where a shell keeps none. The script takes no input then. */
export async function runScript(
	shell: Shell,
	script: string,
	options: Omit<ScriptOptions, 'input'> = {},
): Promise<ScriptResult> {
	if (shell.script) {
		return shell.script(script, options);
	}

	const {code, stdout, stderr} = await shell.run('sh -s', {...options, input: `${shLibrary}${script}`});
	return {code, stdout: Buffer.from(stdout), stderr};
}
