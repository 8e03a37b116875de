import {AppError, type ErrorSort} from '../errors/app-error.js';
import {printable} from './printable.js';

/** An instance has said on its console that it will never answer. */
export class BootFailedError extends AppError {
	override readonly name = 'BootFailedError';
	override readonly sort: ErrorSort = 'final';
	override readonly hint: string;

	constructor(
		/** `master-1` */
		readonly node: string,
		readonly instanceId: string,
		{what, hint}: BootFailure,
	) {
		super(`${node} (${instanceId}) will not boot: ${what}.`);
		this.hint = hint;
	}
}

export type BootFailure = {
	/** `its kernel has panicked (VFS: Unable to mount root fs on unknown-block(0,0))` */
	readonly what: string;
	readonly hint: string;
};

type Sign = BootFailure & {
	/** Looked for in one line; what its group matches is added to the sentence. */
	readonly line: RegExp;
};

const mendImage =
	'Look at the last console lines among the events, mend that in the virtual machine, and migrate its image again.';
const mendDisk =
	'Start the virtual machine on your desktop until it boots without questions, shut it down, and migrate its image again.';

/** What boot loaders, kernels, initramfs and systemd write when they go no further by themselves. */
const signs: readonly Sign[] = [
	{line: /Kernel panic - not syncing: ([^\]]*)/, what: 'its kernel has panicked', hint: mendImage},
	{
		line: /ALERT! {1,2}(\S+) does not exist\. {1,2}Dropping to a shell/,
		what: 'its initramfs does not find the root file system',
		hint: mendImage,
	},
	{
		line: /^dracut(?:-initqueue\S*)?: (?:FATAL|Warning): (.*(?:does not exist|timeout - starting timeout scripts|Refusing to continue).*)/,
		what: 'its initramfs does not find the root file system',
		hint: mendImage,
	},
	{
		line: /UNEXPECTED INCONSISTENCY; RUN fsck MANUALLY/,
		what: 'a file system of its own is damaged and waits for fsck',
		hint: mendDisk,
	},
	{line: /You are in (?:emergency|rescue) mode/, what: 'it has stopped in an emergency shell', hint: mendDisk},
	{line: /Give root password for maintenance/, what: 'it has stopped in an emergency shell', hint: mendDisk},
	{
		line: /Please enter passphrase for disk (\S+)/,
		what: 'it waits for the passphrase of an encrypted disk, which nobody can type there',
		hint: mendImage,
	},
	{line: /^grub rescue>/, what: 'its boot loader GRUB has stopped', hint: mendImage},
	{line: /^error: (no such (?:device|partition)[^\n]*)/, what: 'its boot loader GRUB has stopped', hint: mendImage},
	{
		line: /No bootable device|BdsDxe: No bootable option/,
		what: 'its firmware finds nothing to boot',
		hint: mendImage,
	},
];

const kernelBegins = /Linux version \d/;
const longestLine = 400;
const longestReason = 120;

/** Says what the end of a console tells of a boot that has stopped; undefined while it may still go on. */
export function bootFailure(output: string): BootFailure | undefined {
	const lines = printable(output)
		.split('\n')
		.map(line => line.slice(0, longestLine));
	// A kernel that was started after the sign gets its own chance.
	const begun = lines.findLastIndex(line => kernelBegins.test(line));
	for (const line of lines.slice(begun + 1).toReversed()) {
		for (const {line: sign, what, hint} of signs) {
			const found = sign.exec(line);
			if (found) {
				const reason = found[1]?.trim().slice(0, longestReason);
				return {what: reason ? `${what} (${reason})` : what, hint};
			}
		}
	}

	return undefined;
}
