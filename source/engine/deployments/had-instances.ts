import type {JournalRecord} from '../jobs/journal.js';
import {textList} from '../jobs/step-marks.js';
import {withType} from './as-reserved.js';
import type {DeployedRole} from './deployment.js';

type StepRecord = Extract<JournalRecord, {kind: 'step'}>;

/** An instance as it was really had, for one time that it ran. */
export type HadInstance = {
	readonly instanceId: string;
	/** The one in whose place it was reserved, and so on to the first; itself where there was none. */
	readonly first: string;
	/** On the type that it got, at the price of that. */
	readonly role: DeployedRole;
	/** ISO 8601. */
	readonly from: string;
	/** Left out while it may run. */
	readonly until?: string;
	/** Written before it was there: who counts from it counts too much rather than too little. */
	readonly since: JournalRecord;
};

/** What cost money, as far as the records tell, in the order in which it was had. */
export function hadInstances(
	roles: readonly DeployedRole[],
	records: readonly JournalRecord[],
): readonly HadInstance[] {
	const known = read.get(records);
	if (known?.roles === roles && known.length === records.length) {
		return known.had;
	}

	const had = readHad(roles, records);
	read.set(records, {roles, length: records.length, had});
	return had;
}

/** Each instance asks at each look, of journals with thousands of records; those only grow. */
const read = new WeakMap<
	readonly JournalRecord[],
	{
		readonly roles: readonly DeployedRole[];
		readonly length: number;
		readonly had: readonly HadInstance[];
	}
>();

function readHad(roles: readonly DeployedRole[], records: readonly JournalRecord[]): readonly HadInstance[] {
	const had: HadInstance[] = [];
	const living = (id: string | undefined) => had.findIndex(one => one.instanceId === id && one.until === undefined);
	const end = (index: number, until: string) => {
		const one = had[index];
		if (one) {
			had[index] = {...one, until};
		}

		return one;
	};
	for (const record of records) {
		if (record.kind === 'end' || (isFinished(record) && record.step === 'terminate-instances')) {
			for (const [index, one] of had.entries()) {
				end(index, one.until ?? record.at);
			}
		} else if (record.kind !== 'step') {
			// Of no matter here.
		} else if (isFinished(record) && record.step === 'reserve') {
			const role = roles.find(({name}) => name === record.subject);
			const begin = role && beginOf(records, record, role);
			had.push(
				...textList(record.data, 'instances').flatMap(id => (begin ? {instanceId: id, first: id, ...begin} : [])),
			);
		} else if (record.step === 'replace' && record.mark === 'started') {
			end(living(record.subject), record.at);
		} else if (isFinished(record) && record.step === 'replace') {
			const before = had.findLast(({instanceId}) => instanceId === record.subject);
			const instanceId = record.data?.instance;
			if (before && typeof instanceId === 'string') {
				had.push({instanceId, first: before.first, ...beginOf(records, record, before.role)});
			}
		} else if (isFinished(record) && (record.step === 'lost' || record.step === 'sleep')) {
			end(living(record.subject), record.at);
		} else if (record.step === 'wake' && record.mark === 'started') {
			const {ranUntil} = record.data ?? {};
			end(living(record.subject), typeof ranUntil === 'string' ? ranUntil : record.at);
			const before = had.findLast(({instanceId}) => instanceId === record.subject);
			if (before) {
				const {until: _, ...again} = before;
				had.push({...again, from: record.at, since: record});
			}
		}
	}

	return had;
}

const isFinished = (record: JournalRecord): record is StepRecord =>
	record.kind === 'step' && record.mark === 'finished';

/** From when the cloud launched it, if that lies between the records; clouds have clocks of their own. */
function beginOf(
	records: readonly JournalRecord[],
	finished: StepRecord,
	planned: DeployedRole,
): Pick<HadInstance, 'role' | 'from' | 'since'> {
	const {step, subject, data, at} = finished;
	const intent = records.find(
		record => record.kind === 'step' && record.step === step && record.subject === subject && record.mark === 'started',
	);
	const since = intent ?? finished;
	const launchedAt = typeof data?.launchedAt === 'string' ? Date.parse(data.launchedAt) : Number.NaN;
	const [least, most] = [Date.parse(since.at), Date.parse(at)];
	const from = Number.isNaN(launchedAt) ? most : Math.min(most, Math.max(least, launchedAt));
	return {role: withType(planned, data?.instanceType), from: new Date(from).toISOString(), since};
}
