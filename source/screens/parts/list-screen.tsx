import {Box} from 'ink';
import {useState} from 'react';
import {useAction} from '../hooks/use-action.js';
import {fitsFilter, useFilter} from '../hooks/use-filter.js';
import {useNotice} from '../hooks/use-notice.js';
import {useSelection} from '../hooks/use-selection.js';
import {Confirm} from './confirm.js';
import {EmptyState} from './empty-state.js';
import {ErrorPanel, errorLines} from './error-panel.js';
import {FilterLine} from './filter-line.js';
import {wrapLines} from './fit.js';
import {type KeyBinding, keysOf} from './key-binding.js';
import {type Area, Screen} from './screen.js';
import {type Column, Table} from './table.js';
import {Text} from './text.js';

/** How a row is removed, once the user has said so. */
export type Removal = {
	/** `Forget the cloud sci?` */
	readonly question: string;
	readonly details: readonly string[];
	readonly remove: () => Promise<void>;
	/** Said when it is done. */
	readonly done: string;
	readonly disabledReason?: string | undefined;
	/** What `remove` is called, where there is another way: `Delete its data too`. */
	readonly label?: string;
	/** Another way of removing it. */
	readonly other?: {
		readonly key: string;
		readonly label: string;
		readonly remove: () => Promise<void>;
		readonly done: string;
	};
};

export type ListScreenProps<Row> = {
	readonly heading: string;
	/** The selection is remembered under it. */
	readonly name: string;
	readonly rows: readonly Row[];
	readonly keyOf: (row: Row) => string;
	readonly columns: readonly Column<Row>[];
	readonly keys: (selected: Row | undefined) => readonly KeyBinding[];
	readonly empty: {readonly text: string; readonly hint: string};
	readonly removal?: (row: Row) => Removal;
	/** Set where the rows have to be asked for: what came of it. */
	readonly asked?: {readonly value: unknown; readonly error: unknown};
	/** Below the list: what there is no room for in a row, a sentence or two. */
	readonly footer?: (selected: Row) => string;
	/** Set where the list is opened from another screen. */
	readonly back?: () => void;
};

/** A tab: a list of things, what can be done with the selected one, and what to do when there is none yet. */
export function ListScreen<Row>({
	heading,
	name,
	rows: allRows,
	keyOf,
	columns,
	keys,
	empty,
	removal,
	asked: source,
	footer,
	back,
}: ListScreenProps<Row>) {
	const act = useAction();
	const {say} = useNotice();
	const [asked, setAsked] = useState<Removal>();
	const filter = useFilter(name);
	const rows =
		filter.text === ''
			? allRows
			: allRows.filter(row =>
					fitsFilter(
						columns.map(({text}) => text(row)),
						filter.text,
					),
				);
	const {index, selected, keys: moves} = useSelection(name, rows, keyOf);

	if (asked !== undefined) {
		const remove = ({remove: work, done}: Pick<Removal, 'remove' | 'done'>) => {
			setAsked(undefined);
			return act(
				`${asked.question} Yes.`,
				() => work(),
				() => say(done),
			);
		};
		const {label = 'Yes', other} = asked;
		return (
			<Confirm
				heading={heading}
				question={asked.question}
				details={asked.details}
				answers={[
					{key: 'y', label, run: () => remove(asked)},
					...(other ? [{key: other.key, label: other.label, run: () => remove(other)}] : []),
					{key: 'n', label: 'No', run: () => setAsked(undefined)},
				]}
			/>
		);
	}

	const offered = selected === undefined ? undefined : removal?.(selected);
	const removeKey: readonly KeyBinding[] =
		removal === undefined
			? []
			: [
					{
						key: ['d', 'delete'],
						label: 'Remove',
						disabledReason: offered === undefined ? empty.text : offered.disabledReason,
						run: () => setAsked(offered),
					},
				];
	const isAllHidden = allRows.length > 0 && rows.length === 0;
	const isAwaited = source !== undefined && source.value === undefined && source.error === undefined;
	const noRow = isAllHidden ? nothingFits : isAwaited ? 'The list is being looked up. One moment.' : empty.text;
	const rowKeys = [...keys(selected), ...removeKey].map(binding =>
		binding.disabledReason === empty.text ? {...binding, disabledReason: noRow} : binding,
	);
	const moveKeys = rows.length === 0 ? [] : moves;
	const backKeys: readonly KeyBinding[] = back === undefined ? [] : [{key: 'escape', label: 'Back', run: back}];
	const isFiltering = filter.isTyping || filter.text !== '';
	return (
		<Screen
			heading={heading}
			keys={
				filter.isTyping
					? [...filter.keys, ...moveKeys.map(arrowsOnly)]
					: [...rowKeys, ...(allRows.length === 0 ? [] : filter.keys), ...backKeys, ...moveKeys]
			}
			onText={filter.onText}
		>
			{({width, height}) => {
				if (allRows.length === 0) {
					return <NoRows area={{width, height}} empty={empty} source={source} />;
				}

				const footerHeight = footer === undefined ? 0 : footerLines + 1;
				const tableHeight = height - footerHeight - (isFiltering ? 1 : 0);
				return (
					<>
						{isFiltering && <FilterLine filter={filter} shown={rows.length} all={allRows.length} width={width} />}
						<Table columns={columns} rows={rows} selected={index} keyOf={keyOf} area={{width, height: tableHeight}} />
						{footer !== undefined && <Footer text={selected === undefined ? '' : footer(selected)} width={width} />}
					</>
				);
			}}
		</Screen>
	);
}

const footerLines = 2;

function Footer({text, width}: {readonly text: string; readonly width: number}) {
	const lines = wrapLines(text, width - 2).slice(0, footerLines);
	return (
		<Box flexDirection="column" height={footerLines + 1} paddingTop={1} flexShrink={0}>
			{lines.map(line => (
				<Text key={line} wrap="truncate">
					{` ${line}`}
				</Text>
			))}
		</Box>
	);
}

const nothingFits = 'No row fits the filter; Esc shows all.';

/** While a filter is typed, letters belong to it. */
const arrowsOnly = (binding: KeyBinding): KeyBinding => ({
	...binding,
	key: keysOf(binding).filter(key => key.length > 1),
});

/** Why there are no rows: none exist, they cannot be had, or they are not there yet. */
function NoRows({
	area,
	empty,
	source,
}: {
	readonly area: Area;
	readonly empty: {readonly text: string; readonly hint: string};
	readonly source: {readonly value: unknown; readonly error: unknown} | undefined;
}) {
	if (source?.error !== undefined) {
		return <ErrorPanel lines={errorLines(source.error, area.width - 3)} width={area.width} />;
	}

	return source !== undefined && source.value === undefined ? (
		<Text> One moment</Text>
	) : (
		<EmptyState area={area} text={empty.text} hint={empty.hint} />
	);
}
