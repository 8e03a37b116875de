/** What package managers and collectd say, by what it means for the user. The first that fits is taken. */
const reasons: ReadonlyArray<readonly [pattern: RegExp, reason: string]> = [
	[
		/Temporary failure resolving|Could ?n[o']t resolve|Unable to connect|Network is unreachable|No route to host|Connection timed out|Failed to connect|Curl error/i,
		'collectd could not be installed (no network)',
	],
	[/Could not get lock|is another process using it/i, 'collectd could not be installed (its package manager was busy)'],
	[/No space left on device/i, 'collectd could not be installed (its disk is full)'],
	[/are you root|Permission denied|superuser privileges/i, 'collectd could not be installed (the login is not root)'],
	[
		/Unable to locate package|No match for argument|has no installation candidate|not found in package names/i,
		'collectd could not be installed (its package lists do not have it)',
	],
	[/d2cm: no package manager/, 'there is no collectd, and no package manager that D2CM knows'],
	[/Could not find plugin|dlopen/i, 'its collectd has no working rrdtool plug-in'],
];

/** Why there is no monitoring, in words, from the last lines of the instance's log. */
export function failureReason(log: string): string {
	const known = reasons.find(([pattern]) => pattern.test(log))?.[1];
	if (known) {
		return known;
	}

	const lastLine = log
		.split('\n')
		.map(line => line.trim())
		.findLast(line => line !== '' && !line.startsWith('==>') && !line.startsWith('d2cm:'));
	return lastLine ? `collectd could not be started (${lastLine.slice(0, 200)})` : 'collectd could not be started';
}
