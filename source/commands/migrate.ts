import type {MigrationWay} from '../engine/cloud/cloud-traits.js';
import type {Command} from './command.js';
import {startedJob} from './started-job.js';

export const migrate: Command = {
	name: 'migrate',
	summary: 'Make a cloud image (AMI) from an image',
	arguments: [{name: 'IMAGE'}],
	options: {
		cloud: {value: 'NAME', required: true, help: 'the cloud to bring it to; `local` is this machine'},
		way: {value: 'WAY', help: 'ebs-direct, import-snapshot or bundle; left out: what is usual for the cloud'},
		kernel: {value: 'ID', help: 'kernel (aki), where the cloud has them'},
		ramdisk: {value: 'ID', help: 'ramdisk (ari), where the cloud has them'},
		bucket: {value: 'NAME', help: 'bucket to upload to, where the way has one; made when it is not there'},
		encrypted: {help: 'encrypt the snapshot with a key of the cloud'},
		'kms-key': {value: 'ARN', help: 'encrypt with this key'},
		check: {help: 'only say what it would send and cost, and what would stop it'},
		detach: {help: 'start it and do not wait'},
	},
	details: [
		'The VDI is never written to. The work is done by a process of its own; Ctrl-C only stops looking at it (exit status 0).',
		'A migration whose process died goes on with `d2cm resume`; `d2cm cancel` leaves nothing of it in the cloud.',
		'Exit status: 0 completed or left to go on, 3 failed, 130 cancelled.',
	],
	examples: ['d2cm migrate worker --cloud local', 'd2cm migrate worker --cloud eu-west-1 --check'],
	async run(call) {
		const {arguments: given, options, json, output, open} = call;
		const d2cm = await open();
		const texts = ['kernel', 'ramdisk', 'bucket'] as const;
		const way = options.value('way');
		const kmsKey = options.value('kms-key');
		const request = {
			image: given.image ?? '',
			cloud: options.value('cloud') ?? '',
			...Object.fromEntries(
				texts.flatMap(name => (options.value(name) === undefined ? [] : [[name, options.value(name)]])),
			),
			// Checked against the ways of the cloud.
			...(way !== undefined && {way: way as MigrationWay}),
			...(options.has('encrypted') && {encrypted: true}),
			...(kmsKey !== undefined && {kmsKey}),
		};
		if (!options.has('check')) {
			return startedJob(d2cm, await d2cm.startMigration(request), call);
		}

		const plan = await d2cm.planMigration(request);
		if (json) {
			output.printJson(plan);
		} else {
			const {planLines} = await import('../actions/plan-lines.js');
			output.print(planLines(plan));
		}

		return plan.obstacle ? 3 : 0;
	},
};
