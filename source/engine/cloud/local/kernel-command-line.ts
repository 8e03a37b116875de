/** Services that keep a cold guest busy for long and serve an instance of a few hours nothing. */
const masked = ['e2scrub_reap.service', 'apt-daily.timer', 'apt-daily-upgrade.timer', 'man-db.timer'];

/**
The command line for a kernel that is started directly: the guest's own, with the serial console as the last one, and
without what only slows down a throw-away instance.
*/
export function kernelCommandLine(fromGuest: string): string {
	const kept = fromGuest
		.split(/\s+/)
		.filter(word => word !== '' && word !== 'splash' && word !== 'quiet' && !word.startsWith('console='));
	const added = ['quiet', 'mitigations=off', 'console=ttyS0', ...masked.map(unit => `systemd.mask=${unit}`)];
	return [...kept, ...added].join(' ');
}
