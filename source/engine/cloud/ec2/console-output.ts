import {type Ec2Context, hasCode} from './ec2-context.js';

const longest = 64 * 1024;

/** The end of what an instance wrote to its console, as text that does nothing to a terminal. */
export async function consoleOutput(context: Ec2Context, InstanceId: string): Promise<string> {
	const read = async (Latest: boolean) =>
		context.ask('GetConsoleOutput', async (client, {GetConsoleOutputCommand}, options) =>
			client.send(new GetConsoleOutputCommand({InstanceId, ...(Latest && {Latest})}), options),
		);
	try {
		// What is there now, where the hypervisor can; else as of minutes ago.
		const {Output = ''} = await read(true).catch((error: unknown) => {
			if (hasCode(error, 'UnsupportedOperation', 'InvalidParameterCombination')) {
				return read(false);
			}

			throw error;
		});
		return Buffer.from(Output, 'base64')
			.toString()
			.replace(/[^\P{Cc}\n\t]/gu, '')
			.slice(-longest);
	} catch (error) {
		if (hasCode(error, 'InvalidInstanceID.NotFound', 'InvalidInstanceID.Malformed')) {
			return '';
		}

		throw error;
	}
}
