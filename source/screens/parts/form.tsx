import {Box} from 'ink';
import {useLayoutEffect, useState} from 'react';
import type {FormHandle} from '../hooks/use-form.js';
import {useNotice} from '../hooks/use-notice.js';
import {settleAwaited} from './awaited-option.js';
import {Confirm} from './confirm.js';
import type {FormValues} from './form-field.js';
import {formKeys} from './form-keys.js';
import {formLines} from './form-lines.js';
import {
	findStop,
	finishAll,
	nextStep,
	placeOf,
	previousStep,
	type StepsFor,
	seekOption,
	typedAt,
	typeText,
} from './form-state.js';
import {useLook} from './look.js';
import {pasteLines} from './paste-lines.js';
import {Screen} from './screen.js';
import {windowStart} from './table.js';

export type FormProps = {
	readonly heading: string;
	readonly form: FormHandle;
	/** The pages, which may depend on what was typed so far. */
	readonly steps: StepsFor;
	/** What the end of the form does: `Save`. */
	readonly submitLabel: string;
	readonly onSubmit: (values: FormValues) => void | Promise<void>;
	readonly onCancel: () => void;
	/** Whether it may be submitted from any page: for changing what exists already. */
	readonly canFinishEarly?: boolean;
};

/** Fields on one page or several. Nothing typed is lost: not by going back, not by an error, not by forgetting to add it. */
export function Form({heading, form, steps, submitLabel, onSubmit, onCancel, canFinishEarly = false}: FormProps) {
	const look = useLook();
	const {clear} = useNotice();
	const {setState} = form;
	const [isLeaving, setIsLeaving] = useState(false);
	const [candidates, setCandidates] = useState<readonly string[]>([]);
	const state = settleAwaited(form.state, steps(form.state.values));
	const pages = steps(state.values);
	const {index, step, stop} = placeOf(state, pages);
	const {field} = findStop(step, stop);

	useLayoutEffect(() => {
		if (state !== form.state) setState(old => settleAwaited(old, steps(old.values)));
	});

	const next = () => {
		const result = nextStep(state, steps);
		setState(() => result.state);
		return result.isDone ? submit(result.state) : undefined;
	};
	const submit = (from = state) => {
		const result = finishAll(from, steps);
		setState(() => result.state);
		return result.isFine ? onSubmit(result.state.values) : undefined;
	};
	const leave = () => {
		if (state.isDirty) setIsLeaving(true);
		else onCancel();
	};

	if (isLeaving) {
		return (
			<Confirm
				heading={heading}
				question="Leave, and lose what you typed here?"
				answers={[
					{key: 'y', label: 'Leave', run: onCancel},
					{key: 'n', label: 'Go on typing', run: () => setIsLeaving(false)},
				]}
			/>
		);
	}

	const isLast = index === pages.length - 1;
	const keys = formKeys({
		form: {...form, state},
		step,
		stop,
		field,
		isFirst: index === 0,
		isLast,
		submitLabel,
		candidates,
		setCandidates,
		next,
		previous: () => setState(old => previousStep(old, pages)),
		submit: canFinishEarly || isLast ? () => submit() : undefined,
		leave,
	});
	const onText = (text: string) => {
		clear({all: true});
		setCandidates([]);
		setState(old => {
			if (field?.kind === 'choice') return seekOption(old, field, text);
			if (typedAt(old, step, stop) === undefined) return old;
			return pasteLines(old, step, stop, text) ?? typeText(old, step, stop, text);
		});
	};
	const position = pages.length > 1 ? ` (${index + 1} of ${pages.length})` : '';
	return (
		<Screen heading={`${heading}: ${step.title}${position}`} keys={keys} onText={onText}>
			{({width, height}) => {
				const lines = formLines({state, step, stop, width, look, candidates});
				const focused = lines.findIndex(line => line.isFocused);
				// Two lines below the focused one stay in sight: what is wrong there, or what is expected.
				const inSight = Math.min(lines.length - 1, focused + 2);
				const start = windowStart(windowStart(0, inSight, height - 1, lines.length), focused, height - 1, lines.length);
				return (
					<Box flexDirection="column" height={height} width={width} paddingTop={1} overflow="hidden">
						{lines.slice(start, start + height - 1).map(line => (
							<Box key={line.key} height={1} width={width} flexShrink={0} overflow="hidden">
								{line.node}
							</Box>
						))}
					</Box>
				);
			}}
		</Screen>
	);
}
