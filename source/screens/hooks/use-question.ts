import {type Dispatch, type SetStateAction, useState} from 'react';
import type {Answer} from '../parts/confirm.js';

/** What is asked of the user now, with answers that each take the question away before they do their work. */
export function useQuestion<Asked>(): {
	readonly asked: Asked | undefined;
	readonly setAsked: Dispatch<SetStateAction<Asked | undefined>>;
	readonly answer: (key: string, label: string, work: () => void | Promise<void>) => Answer;
} {
	const [asked, setAsked] = useState<Asked>();
	return {
		asked,
		setAsked,
		answer: (key, label, work) => ({
			key,
			label,
			run: () => {
				setAsked(undefined);
				return work();
			},
		}),
	};
}
