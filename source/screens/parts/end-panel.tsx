import {Box} from 'ink';
import type {JobSummary} from '../../actions/d2cm.js';
import {errorLines} from './error-panel.js';
import {wrapLines} from './fit.js';
import {Text} from './text.js';

type EndLine = {readonly text: string; readonly color?: string};

/** How a job ended, why, what can be done about it, and what still costs money; and where its journal is damaged. */
export function EndPanel({
	job,
	error,
	width,
}: {
	readonly job: JobSummary | undefined;
	readonly error: unknown;
	readonly width: number;
}) {
	return (
		<Box flexDirection="column" flexShrink={0}>
			{endLines(job, error, width).map(({text, color}) => (
				<Text key={text} wrap="truncate" {...(color === undefined ? {} : {color})}>
					{` ${text}`}
				</Text>
			))}
		</Box>
	);
}

export function endHeight(job: JobSummary | undefined, error: unknown, width: number): number {
	return endLines(job, error, width).length;
}

function endLines(job: JobSummary | undefined, error: unknown, width: number): readonly EndLine[] {
	const wrapped = (text: string, color?: string): readonly EndLine[] =>
		wrapLines(text, width - 2)
			.slice(0, 3)
			.map(line => ({text: line, ...(color === undefined ? {} : {color})}));
	const end = job?.end;
	return [
		...(error === undefined ? [] : errorLines(error, width - 2).map(({text}) => ({text, color: 'red'}))),
		...(end?.cause === undefined ? [] : wrapped(end.cause, 'red')),
		...(end?.hint === undefined ? [] : wrapped(end.hint)),
		...(end?.remaining ?? []).slice(0, 3).flatMap(left => wrapped(`Still there: ${left}`, 'yellow')),
		...(job?.damages ?? []).slice(0, 2).flatMap(damage => wrapped(`Damaged record: ${damage}`, 'yellow')),
	];
}
