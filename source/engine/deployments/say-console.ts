import type {DeploymentRun} from './deployment-run.js';
import type {DeployedNode} from './node.js';
import {printable} from './printable.js';

/** The last lines of an instance's serial console, as an event: what tells why when SSH does not come. */
export async function sayConsole(
	{cloud, ask, cancel, say}: Pick<DeploymentRun, 'cloud' | 'ask' | 'cancel' | 'say'>,
	node: DeployedNode,
): Promise<void> {
	let output: string;
	try {
		output = await ask(async () => cloud.consoleOutput(node.instanceId), cancel);
	} catch (error) {
		output = `(it cannot be read: ${error instanceof Error ? error.message : String(error)})`;
	}

	const lines = printable(output).trimEnd().split('\n').slice(-10).join('\n');
	await say('warning', `Last console lines of ${node.name}:\n${lines || '(none)'}`, {node});
}
