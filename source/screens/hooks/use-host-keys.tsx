import {type ReactNode, useState} from 'react';
import {type OpenHostKey, OpenHostKeys} from '../../engine/deployments/host-key/open-host-keys.js';
import type {JournalRecord} from '../../engine/jobs/journal.js';
import {Confirm} from '../parts/confirm.js';
import type {KeyBinding} from '../parts/key-binding.js';
import {useAction} from './use-action.js';
import {useD2cm} from './use-d2cm.js';
import {useFold} from './use-fold.js';
import {useNotice} from './use-notice.js';

/** Host keys that wait for the user's word, of so many nodes. While `question` is there, it is to be drawn instead. */
export function useHostKeys(
	id: string,
	records: readonly JournalRecord[],
): {readonly waiting: number; readonly question: ReactNode | undefined; readonly keys: readonly KeyBinding[]} {
	const d2cm = useD2cm();
	const act = useAction();
	const {say} = useNotice();
	const [asked, setAsked] = useState<OpenHostKey>();
	const {all} = useFold(
		records,
		() => new OpenHostKeys(),
		(gathered, record) => gathered.take(record),
	);
	const [first] = all;
	const accept = ({node, fingerprint}: OpenHostKey) => {
		setAsked(undefined);
		return act(
			`Accepting the host key of ${node}`,
			() => d2cm.acceptHostKey(id, node, fingerprint),
			() => say(`${node} is taken for what it is, under ${fingerprint}.`),
		);
	};
	return {
		waiting: all.length,
		question: asked && (
			<Confirm
				heading={`Host key of ${asked.node}`}
				question={`Is this the host key of ${asked.node}?`}
				details={[
					`It shows: ${asked.fingerprint}`,
					`Made for it: ${asked.expected}`,
					'Its console does not tell which is right. Accept it only when you know it from elsewhere: whoever answers in its place shows one too.',
				]}
				answers={[
					{key: 'y', label: 'Accept it', run: () => accept(asked)},
					{key: 'n', label: 'Not yet', run: () => setAsked(undefined)},
				]}
			/>
		),
		keys: first === undefined ? [] : [{key: 'h', label: `Host key of ${first.node}`, run: () => setAsked(first)}],
	};
}
