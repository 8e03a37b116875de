import type {Command} from './command.js';
import {startedJob} from './started-job.js';

export const migrate: Command = {
	name: 'migrate',
	summary: 'Make a cloud image (AMI) from an image',
	arguments: [{name: 'IMAGE'}],
	options: {
		cloud: {value: 'NAME', required: true, help: 'the cloud to bring it to; `local` is this machine'},
		kernel: {value: 'ID', help: 'kernel (aki), where the cloud has them'},
		ramdisk: {value: 'ID', help: 'ramdisk (ari), where the cloud has them'},
		bucket: {value: 'NAME', help: 'bucket to upload to, where the cloud has them'},
		detach: {help: 'start it and do not wait'},
	},
	details: [
		'The VDI is never written to. The work is done by a process of its own; Ctrl-C only stops looking at it (exit status 0).',
		'Exit status: 0 completed or left to go on, 3 failed, 130 cancelled.',
	],
	examples: ['d2cm migrate worker --cloud local'],
	async run(call) {
		const {arguments: given, options, open} = call;
		const d2cm = await open();
		const [kernel, ramdisk, bucket] = [options.value('kernel'), options.value('ramdisk'), options.value('bucket')];
		const job = await d2cm.startMigration({
			image: given.image ?? '',
			cloud: options.value('cloud') ?? '',
			...(kernel !== undefined && {kernel}),
			...(ramdisk !== undefined && {ramdisk}),
			...(bucket !== undefined && {bucket}),
		});
		return startedJob(d2cm, job, call);
	},
};
