import {UsageError} from '../engine/errors/usage-error.js';
import type {Command} from './command.js';
import {sayProblems} from './say-problems.js';

export const credentialImport: Command = {
	name: 'credential import',
	summary: 'Take keys from an .eucarc file or an AWS profile',
	arguments: [{name: 'FILE', optional: true}],
	options: {
		profile: {value: 'PROFILE', help: 'a profile instead of a file; it is used by its name, and no key is copied'},
		copy: {help: 'with --profile: copy its keys'},
		name: {value: 'NAME', help: 'what to call it here'},
	},
	details: [
		'A .eucarc file is read as data and never run. With the keys comes the cloud that it names.',
		'A file that others can read is told of.',
	],
	examples: ['d2cm credential import ~/sci/eucarc', 'd2cm credential import --profile work'],
	async run({arguments: {file}, options, json, output, open}) {
		const profile = options.value('profile');
		if ((file === undefined) === (profile === undefined)) {
			throw new UsageError('d2cm credential import needs either a FILE or --profile PROFILE.');
		}

		if (profile === undefined && options.has('copy')) {
			throw new UsageError('The option --copy goes with --profile.');
		}

		const d2cm = await open();
		const name = options.value('name');
		const imported =
			profile === undefined
				? await d2cm.importCredentials(file ?? '', {name})
				: await d2cm.importProfile(profile, {name, copyKeys: options.has('copy')});
		const {credentials, clouds} = d2cm.database();
		const credential = credentials.find(one => one.name === imported.name);
		const cloud = clouds.find(one => one.name === imported.cloud);
		const problems = credential ? await d2cm.checkCredential(credential, cloud) : [];
		// What was taken stays, to be mended; a script must not go on with it as if it worked.
		const status = problems.some(({kind}) => kind === 'error') ? 3 : 0;
		if (json) {
			output.printJson({...imported, problems});
			return status;
		}

		output.print(`The credential ${imported.name} is saved${cloud ? `, and the cloud ${cloud.name}` : ''}.`);
		for (const remark of imported.remarks) {
			output.remark(remark);
		}

		sayProblems(problems, output);
		return status;
	},
};
