import {type ReactNode, useState} from 'react';
import type {JobSummary} from '../../actions/d2cm.js';
import {type HostKeyAnswer, hostKeyName} from '../../engine/deployments/host-key/answer-host-keys.js';
import type {OpenHostKey} from '../../engine/deployments/host-key/open-host-keys.js';
import {Confirm} from '../parts/confirm.js';
import {HostKeyQuestion} from '../parts/host-key-question.js';
import type {KeyBinding} from '../parts/key-binding.js';
import {useAction} from './use-action.js';
import {useD2cm} from './use-d2cm.js';
import {useNotice} from './use-notice.js';

/** What is asked: only of keys that were there when it was, so that nothing is accepted unseen. */
type Asked = {
	readonly job: JobSummary;
	readonly keys: readonly OpenHostKey[];
	/** Those that the user wants to refuse. */
	readonly refused?: readonly OpenHostKey[] | undefined;
};

/** Host keys that wait for the user's word. While `question` is there, it is to be drawn instead. */
export function useHostKeys(jobs: readonly JobSummary[]): {
	readonly question: ReactNode | undefined;
	readonly keys: (job: JobSummary | undefined) => readonly KeyBinding[];
} {
	const d2cm = useD2cm();
	const act = useAction();
	const {say} = useNotice();
	const [asked, setAsked] = useState<Asked>();

	const answer = ({job, keys}: Asked, answered: readonly OpenHostKey[], given: HostKeyAnswer) => {
		const left = keys.filter(key => !answered.includes(key));
		setAsked(left.length === 0 || given === 'refuse' ? undefined : {job, keys: left});
		const whose = answered.length === 1 ? (answered[0]?.node ?? '') : `${answered.length} instances`;
		const isOne = answered.length === 1;
		return act(
			`${given === 'accept' ? 'Accepting' : 'Refusing'} the host ${isOne ? 'key' : 'keys'} of ${whose}`,
			async () => d2cm.answerHostKeys(job.id, answered, given),
			() =>
				say(
					given === 'refuse'
						? `Refused. ${job.title} ends, and its instances are terminated.`
						: isOne
							? `${whose} is taken for what it is, under ${answered[0]?.fingerprint}.`
							: `${whose} are taken for what they are.`,
				),
		);
	};

	const open = jobs.find(({id}) => id === asked?.job.id)?.openHostKeys ?? [];
	const names = new Set(open.map(hostKeyName));
	// Some may be settled meanwhile: by their console, in another terminal, or since all is over.
	const keys = asked?.keys.filter(key => names.has(hostKeyName(key))) ?? [];
	return {
		question:
			asked === undefined || keys.length === 0 ? undefined : asked.refused ? (
				<Confirm
					heading={`Host keys of ${asked.job.title}`}
					question={`Refuse ${asked.refused.length === 1 ? `the host key of ${asked.refused[0]?.node}` : `all ${asked.refused.length} host keys`}?`}
					details={[`${asked.job.title} ends then, and its instances are terminated.`]}
					answers={[
						{key: 'y', label: 'Refuse, and end it', run: () => answer(asked, asked.refused ?? [], 'refuse')},
						{key: 'n', label: 'Back', run: () => setAsked({...asked, refused: undefined})},
					]}
				/>
			) : (
				<HostKeyQuestion
					title={asked.job.title}
					open={keys}
					later={open.length - keys.length}
					accept={some => answer({...asked, keys}, some, 'accept')}
					refuse={refused => setAsked({...asked, refused})}
					leave={() => setAsked(undefined)}
				/>
			),
		keys: job => {
			const {openHostKeys: waiting = []} = job ?? {};
			const label = waiting.length === 1 ? `Host key of ${waiting[0]?.node}` : `${waiting.length} host keys`;
			return job === undefined || waiting.length === 0
				? []
				: [{key: 'h', label, run: () => setAsked({job, keys: waiting})}];
		},
	};
}
