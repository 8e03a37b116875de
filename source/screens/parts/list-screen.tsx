import type {ReactNode} from 'react';
import {useSelection} from '../hooks/use-selection.js';
import {EmptyState} from './empty-state.js';
import type {KeyBinding} from './key-binding.js';
import {Screen} from './screen.js';
import {type Column, Table} from './table.js';

/** A tab: a list of things, what can be done with the selected one, and what to do when there is none yet. */
export function ListScreen<Row>({
	heading,
	name,
	rows,
	keyOf,
	columns,
	keys,
	empty,
	footer,
}: {
	readonly heading: string;
	/** The selection is remembered under it. */
	readonly name: string;
	readonly rows: readonly Row[];
	readonly keyOf: (row: Row) => string;
	readonly columns: readonly Column<Row>[];
	readonly keys: (selected: Row | undefined) => readonly KeyBinding[];
	readonly empty: {readonly text: string; readonly hint: string};
	/** Below the list: what there is no room for in a row. One line. */
	readonly footer?: (selected: Row) => ReactNode;
}) {
	const {index, selected, keys: moves} = useSelection(name, rows, keyOf);
	const footerHeight = footer === undefined || selected === undefined ? 0 : 2;
	return (
		<Screen heading={heading} keys={[...keys(selected), ...(rows.length === 0 ? [] : moves)]}>
			{area =>
				rows.length === 0 ? (
					<EmptyState area={area} text={empty.text} hint={empty.hint} />
				) : (
					<>
						<Table
							columns={columns}
							rows={rows}
							selected={index}
							keyOf={keyOf}
							area={{width: area.width, height: area.height - footerHeight}}
						/>
						{footerHeight > 0 && selected !== undefined && footer?.(selected)}
					</>
				)
			}
		</Screen>
	);
}
