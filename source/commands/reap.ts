import type {D2cm, JobSummary, Orphan, Orphans} from '../actions/d2cm.js';
import {CancelledError} from '../engine/errors/cancelled-error.js';
import type {Call, Command} from './command.js';
import {sayListening} from './listening.js';
import {mayRunTable, orphanTable} from './orphan-table.js';
import type {Output} from './output.js';

export const reap: Command = {
	name: 'reap',
	summary: 'List what no living job owns on any cloud, and remove it',
	options: {
		yes: {help: 'remove it without being asked, except what was kept on purpose'},
		kept: {help: 'also remove what was kept when its AMI was removed'},
		forget: {value: 'CLOUD', help: 'ask no more at the former addresses of a cloud, whatever is left there'},
	},
	details: [
		'Only what this data folder has made is looked at: instances, volumes, addresses, snapshots and bundles, security groups, key pairs. Those of a stopped job are among them; resume it first to keep its data.',
		'What `d2cm ami remove --keep-data` has left is listed too; it is removed with --kept, or when asked for by itself.',
		'A cloud is also asked where it was when something was started there: at former addresses, with former credentials. One that says that nothing is left is asked no more; one that is gone for good is forgotten with --forget.',
		'Where a cloud cannot be asked, what may run on it by the journals kept here is named, and the exit status is 3.',
		'Without --yes, nothing is removed unless you say so on a terminal.',
	],
	examples: ['d2cm reap', 'd2cm reap --yes', 'd2cm reap --yes --kept', 'd2cm reap --forget sci'],
	async run({options, json, output, open}) {
		const d2cm = await open();
		const leaving = options.value('forget');
		if (leaving !== undefined) {
			return forget(leaving, {d2cm, json, output});
		}

		const {found: orphans, unasked, mayRun} = await listed(d2cm, output);
		if (!json) {
			output.print(orphans.length > 0 ? orphanTable(orphans) : nothing(unasked.length === 0));
		}

		if (!json && mayRun.length > 0) {
			output.print(['By what is written here, this may still run, and cost money:', ...mayRunTable(mayRun)]);
		}

		const isKept = ({thing}: Orphan) => thing?.isKept === true;
		const isAsked = !json && output.isTerminal && orphans.length > 0 && !options.has('yes');
		const agreed = async (question: string, some: readonly Orphan[], isTold: boolean): Promise<readonly Orphan[]> => {
			const asks = async () => output.confirm(`${question} ${some.length === 1 ? 'it' : `all ${some.length}`}?`);
			return isTold || (isAsked && some.length > 0 && (await asks())) ? some : [];
		};
		const wanted = [
			...(await agreed(
				'Remove',
				orphans.filter(one => !isKept(one)),
				options.has('yes'),
			)),
			...(await agreed(
				'Remove what was kept on purpose, too:',
				orphans.filter(isKept),
				options.has('yes') && options.has('kept'),
			)),
		];
		if (isAsked && wanted.length === 0) {
			throw new CancelledError('The removal');
		}

		if (wanted.length > 0) {
			await d2cm.reap(wanted);
		}

		if (json) {
			output.printJson({
				orphans,
				...(unasked.length > 0 && {unasked}),
				...(mayRun.length > 0 && {mayRun}),
				terminated: wanted.length > 0,
				...(wanted.length > 0 && {removed: wanted.map(({id}) => id)}),
			});
		} else if (orphans.length > 0) {
			output.print([...goOnLines(orphans, wanted, await d2cm.jobs()), whatNow(orphans, wanted)]);
		}

		if (unasked.length > 0) {
			const names = [...new Set(unasked.map(({cloud}) => cloud))].join(', ');
			output.remark(`Not everything could be asked (${names}). Mend that, then run \`d2cm reap\` again.`);
			return 3;
		}

		return 0;
	},
};

/** Says of each cloud what it has, or why that is not known, as soon as it has answered. */
async function listed(d2cm: D2cm, output: Output): Promise<Orphans> {
	const told = new Set<string>();
	const tell = (unasked: Orphans['unasked']) => {
		for (const {cloud, place, why} of unasked) {
			const line =
				place === undefined
					? `What is on ${cloud} is not known: ${why}`
					: `What is left on ${cloud} at ${place}, where it was once, is not known: ${why} If it is gone for good: d2cm reap --forget ${cloud}`;
			if (!told.has(line)) {
				output.remark(line);
			}

			told.add(line);
		}
	};
	for (const job of await d2cm.jobs()) {
		sayListening(job, output);
	}

	const orphans = await d2cm.orphans(({place: {cloud, text}, unasked}) => {
		if (unasked.length === 0) {
			output.remark(`${cloud.name}${text === undefined ? '' : ` at ${text}`} has answered.`);
		}

		tell(unasked);
	});
	tell(orphans.unasked);
	return orphans;
}

const nothing = (isAllKnown: boolean) =>
	isAllKnown
		? 'Nothing is without a living job.'
		: 'Nothing is known to be without a living job; not all could be asked.';

async function forget(
	cloud: string,
	{d2cm, json, output}: Pick<Call, 'json' | 'output'> & {readonly d2cm: D2cm},
): Promise<number> {
	const forgotten = await d2cm.forgetPlaces(cloud);
	if (json) {
		output.printJson({forgotten});
	} else if (forgotten.length === 0) {
		output.print(`${cloud} has no former addresses.`);
	} else {
		output.print(`${cloud} is no more asked at ${forgotten.join('; ')}. What is left there may go on costing money.`);
	}

	return 0;
}

/** A job that was only interrupted still can bring its data home. */
function goOnLines(
	orphans: readonly Orphan[],
	gone: readonly Orphan[],
	jobs: readonly JobSummary[],
): readonly string[] {
	const names = new Set(orphans.filter(orphan => !gone.includes(orphan)).map(({launchKey}) => launchKey));
	return jobs
		.filter(({title, end}) => end === undefined && names.has(title))
		.map(({title, id}) => `${title} was interrupted. To keep its data, resume it instead: d2cm resume ${id}`);
}

function whatNow(orphans: readonly Orphan[], gone: readonly Orphan[]): string {
	const left = orphans.filter(orphan => !gone.includes(orphan));
	if (left.length === 0) {
		return 'They are gone.';
	}

	const isAllKept = left.every(({thing}) => thing?.isKept);
	const how = `Run \`d2cm reap --yes${isAllKept ? ' --kept' : ''}\` to remove ${gone.length > 0 ? 'the rest' : 'them'}.`;
	return gone.length > 0 ? `${gone.length} removed. ${how}` : how;
}
