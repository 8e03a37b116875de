import {Box} from 'ink';
import {AppError} from '../../engine/errors/app-error.js';
import {wrapLines} from './fit.js';
import {useLook} from './look.js';
import {Text} from './text.js';

export type ErrorLine = {readonly text: string; readonly part: 'sentence' | 'hint' | 'stack'};

/** The words for an error: what went wrong and what to try; for a fault of ours, where in the program it happened. */
export function errorLines(error: unknown, width: number): readonly ErrorLine[] {
	const wrapped = (text: string, part: ErrorLine['part'], most: number): readonly ErrorLine[] =>
		wrapLines(text, width)
			.slice(0, most)
			.map(line => ({text: line, part}));

	if (error instanceof AppError) {
		return [...wrapped(error.message, 'sentence', 4), ...wrapped(error.hint, 'hint', 3)];
	}

	const fault = error instanceof Error ? error : new Error(String(error));
	const places = (fault.stack ?? '')
		.split('\n')
		.filter(line => line.trim().startsWith('at '))
		.slice(0, 2);
	return [
		...wrapped(`This is a fault of D2CM: ${fault.message}`, 'sentence', 3),
		...places.flatMap(place => wrapped(place.trim(), 'stack', 1)),
	];
}

/** The only place that turns an error into words on the screen. */
export function ErrorPanel({lines, width}: {readonly lines: readonly ErrorLine[]; readonly width: number}) {
	const look = useLook();
	return (
		<Box flexDirection="column" width={width} height={lines.length} flexShrink={0}>
			{lines.map((line, index) => (
				<Text
					key={`${line.part} ${line.text}`}
					{...(line.part === 'sentence' ? {color: 'red'} : {})}
					dimColor={line.part === 'stack'}
					wrap="truncate"
				>
					{index === 0 ? `${look.no} ` : '  '}
					{line.text}
				</Text>
			))}
		</Box>
	);
}
