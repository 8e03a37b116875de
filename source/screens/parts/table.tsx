import {Box} from 'ink';
import {useRef} from 'react';
import {cutStart, fit} from './fit.js';
import {useLook} from './look.js';
import type {Area} from './screen.js';
import {Text} from './text.js';

export type Column<Row> = {
	readonly title: string;
	/** In columns; left out, it gets its share of what the others leave. */
	readonly width?: number;
	readonly align?: 'left' | 'right';
	/** Which end a text gives up where it is too long; left out, its end. */
	readonly cut?: 'start';
	readonly text: (row: Row) => string;
	readonly color?: (row: Row) => string | undefined;
};

/** The first row to show, so that the selected one is in sight and the view moves no more than it must. */
export function windowStart(previous: number, selected: number, height: number, count: number): number {
	const last = Math.max(0, count - height);
	if (selected < previous) return Math.max(0, selected);
	if (selected >= previous + height) return Math.min(last, selected - height + 1);
	return Math.min(previous, last);
}

/** Draws only the rows in sight, however many there are. */
export function Table<Row>({
	columns,
	rows,
	selected,
	keyOf,
	area,
}: {
	readonly columns: readonly Column<Row>[];
	readonly rows: readonly Row[];
	/** Index; -1 for none. */
	readonly selected: number;
	readonly keyOf: (row: Row) => string;
	readonly area: Area;
}) {
	const look = useLook();
	const start = useRef(0);
	const height = Math.max(1, area.height - 1);
	start.current = windowStart(start.current, Math.max(0, selected), height, rows.length);
	const widths = columnWidths(columns, area.width - 2);
	const filled = ({align = 'left'}: Column<Row>, index: number, text: string) =>
		fit(text, widths[index] ?? 0, {align, ellipsis: look.ellipsis});
	const cell = (column: Column<Row>, index: number, row: Row) => {
		const text = column.text(row);
		return filled(column, index, column.cut === 'start' ? cutStart(text, widths[index] ?? 0, look.ellipsis) : text);
	};

	return (
		<Box flexDirection="column" width={area.width} height={area.height} overflow="hidden">
			<Text dimColor wrap="truncate">
				{`  ${columns.map((column, index) => filled(column, index, column.title)).join(' ')}`}
			</Text>
			{rows.slice(start.current, start.current + height).map((row, offset) => {
				const isSelected = start.current + offset === selected;
				return (
					<Text key={keyOf(row)} inverse={isSelected} wrap="truncate">
						{isSelected ? `${look.marker} ` : '  '}
						{columns.map((column, index) => {
							const color = isSelected ? undefined : column.color?.(row);
							return (
								<Text key={column.title} {...(color === undefined ? {} : {color})}>
									{index === 0 ? '' : ' '}
									{cell(column, index, row)}
								</Text>
							);
						})}
					</Text>
				);
			})}
		</Box>
	);
}

function columnWidths<Row>(columns: readonly Column<Row>[], width: number): readonly number[] {
	const fixed = columns.reduce((sum, column) => sum + (column.width ?? 0), columns.length - 1);
	const flexible = columns.filter(column => column.width === undefined).length;
	const room = Math.max(0, width - fixed);
	let given = 0;
	let left = flexible;
	return columns.map(column => {
		if (column.width !== undefined) return column.width;
		const share = Math.floor((room - given) / left);
		given += share;
		left -= 1;
		return share;
	});
}
