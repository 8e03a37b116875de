import {readdir, rm} from 'node:fs/promises';
import {join} from 'node:path';
import type {Clock} from '../../host/clock.js';
import {removeFolder} from '../../host/remove-folder.js';
import {type InstanceFacts, listInstanceIds, readInstance} from './instance-record.js';
import {forgetSwitches} from './keep-switch.js';
import {networkOf} from './network.js';
import {forgetReservation, listReservations} from './reservation.js';

const hourMs = 3_600_000;

/** Whether `describe` still knows of an instance: for an hour after its end, as on EC2. */
export const isRemembered = ({ended}: Pick<InstanceFacts, 'ended'>, clock: Clock): boolean =>
	!ended || clock.now().getTime() - Date.parse(ended.endedAt) < hourMs;

/**
Removes what ended a day ago, and drafts of folders whose makers died. A reservation outlives `describe`, so that its
client token does not start anything anew. Only under the lock.
*/
export async function forgetOld(cloudFolder: string, clock: Clock): Promise<void> {
	const instances = join(cloudFolder, 'instances');
	for (const name of await readdir(instances)) {
		if (name.startsWith('.')) {
			await rm(join(instances, name), {recursive: true, force: true});
		}
	}

	const all = await Promise.all((await listInstanceIds(cloudFolder)).map(id => readInstance(cloudFolder, id)));
	const current = new Set(all.filter(one => one && !isOld(one, clock)).map(one => one?.record.clientToken));
	for (const {clientToken, reservedAt} of await listReservations(cloudFolder)) {
		if (!current.has(clientToken) && isDayAgo(reservedAt, clock)) {
			await forgetReservation(cloudFolder, clientToken);
		}
	}

	for (const facts of all) {
		if (facts && !current.has(facts.record.clientToken)) {
			await removeFolder(facts.folder);
		}
	}

	const networks = all.map(facts => facts && networkOf(facts.record)).filter(network => network !== undefined);
	await forgetSwitches(cloudFolder, new Set(networks));
}

const isDayAgo = (time: string, clock: Clock): boolean => clock.now().getTime() - Date.parse(time) > 24 * hourMs;

const isOld = ({ended}: InstanceFacts, clock: Clock): boolean => ended !== undefined && isDayAgo(ended.endedAt, clock);
