import {createHash} from 'node:crypto';
import {CapacityError} from '../cloud/capacity-error.js';
import type {Instance} from '../cloud/cloud.js';
import {stepRecord} from '../jobs/step-marks.js';
import {marketOf} from './capacity-requests.js';
import type {DeployedRole} from './deployment.js';
import type {DeploymentRun} from './deployment-run.js';
import {firstLease} from './lease/first-lease.js';
import {plannedUser} from './login-user.js';
import {userData} from './user-data.js';

/**
Reserves instances of the role's type or, where there is no room for them, of the first of the others that the user allowed.
A token holds for one type only, and may hold for one zone only. So where it is asked for next is written down before, once all that
was tried has refused; and who does not know what became of that asks there first. Nothing is ever reserved twice.
*/
export async function reserveOneOf(
	run: DeploymentRun,
	role: DeployedRole,
	{clientToken, count}: {readonly clientToken: string; readonly count: number},
): Promise<readonly Instance[]> {
	const {deployment, cloud, owner, hostKeys, effect, cancel, say} = run;
	const whose = await owner();
	const pairs = (await hostKeys()).get(role.name) ?? [];
	const last = () => lastTry(run, role, clientToken);
	const types = new Set([last(), role, ...(role.others ?? [])].map(({instanceType}) => instanceType));
	let question = 0;
	let refusal: CapacityError | undefined;
	for (const instanceType of types) {
		if (refusal) {
			await say('warning', `${refusal.message} Trying ${instanceType} for ${role.name}.`, {role: role.name});
		}

		await noteTry(run, role, clientToken, {instanceType, ...(last().instanceType === instanceType && last())});
		try {
			return await effect(async () => {
				const number = ++question;
				return cloud.reserve({
					clientToken: tokenFor(clientToken, role, instanceType),
					owner: whose,
					role: role.name,
					imageId: role.imageId,
					instanceType,
					count,
					...marketOf(role),
					...(role.stops && {stops: true}),
					userData: userData(pairs, firstLease(deployment, clientToken), {asRoot: plannedUser(role) === 'root'}),
					lastZone: last().zone,
					async onZone(zone) {
						cancel.throwIfAborted();
						if (number !== question) {
							throw new Error('This reservation took too long, and is asked for anew.');
						}

						await noteTry(run, role, clientToken, {instanceType, zone});
					},
				});
			}, cancel);
		} catch (error) {
			if (!(error instanceof CapacityError)) {
				throw error;
			}

			refusal = error;
		}
	}

	throw refusal;
}

type Try = {readonly instanceType: string; readonly zone?: string | undefined};

/** The step that tells where it is asked for from now on; its subject is the reservation's token. */
const tryStep = 'reserve-try';

/** Where it was asked for last, or is to be first. */
function lastTry({journal}: DeploymentRun, role: DeployedRole, clientToken: string): Try {
	const {instanceType, zone} = stepRecord(journal.records, tryStep, 'started', clientToken)?.data ?? {};
	return typeof instanceType === 'string'
		? {instanceType, ...(typeof zone === 'string' && {zone})}
		: {instanceType: role.instanceType};
}

async function noteTry(run: DeploymentRun, role: DeployedRole, clientToken: string, next: Try): Promise<void> {
	const last = lastTry(run, role, clientToken);
	if (next.instanceType !== last.instanceType || next.zone !== last.zone) {
		const {instanceType, zone} = next;
		const data = {instanceType, ...(zone !== undefined && {zone})};
		await run.journal.append({kind: 'step', step: tryStep, subject: clientToken, mark: 'started', data});
	}
}

/** Amazon takes a token for none but the first type, also when there was no room for it. */
const tokenFor = (clientToken: string, role: DeployedRole, instanceType: string): string =>
	instanceType === role.instanceType
		? clientToken
		: `d2cm-${createHash('sha256').update(`${clientToken} ${instanceType}`).digest('hex').slice(0, 56)}`;
