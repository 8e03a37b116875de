import type {GuestEdit} from '../guest-disk.js';
import type {FixUp} from './fix-up.js';
import {systemUnit} from './system-unit.js';

const units = ['e2scrub_reap.service', 'apt-daily.timer', 'apt-daily-upgrade.timer'];

export const slowUnits: FixUp = {
	name: 'slow-units',
	what: 'Housekeeping that starts with the machine is switched off (e2scrub_reap, apt-daily).',
	why: 'An instance lives for one run. There e2scrub has no LVM snapshot to reap yet takes its time at every boot, and apt-daily takes the processor and the package lock from the experiment.',
	async edits({disk}) {
		const edits: GuestEdit[] = [];
		for (const unit of units) {
			const path = await systemUnit(disk, unit);
			if (path && !path.startsWith('/etc/')) {
				edits.push({kind: 'link', path: `/etc/systemd/system/${unit}`, target: '/dev/null'});
			}
		}

		return edits;
	},
};
