import {Box} from 'ink';
import type {DeploymentView} from '../actions/d2cm.js';
import type {DeployedRole, Deployment} from '../engine/deployments/deployment.js';
import {cutStart, cutText} from './parts/fit.js';
import {formatPrice, formatTime} from './parts/format.js';
import {useLook} from './parts/look.js';
import type {Area} from './parts/screen.js';
import {type Column, Table} from './parts/table.js';
import {Text} from './parts/text.js';
import {lengthText} from './plan-details.js';

const columns: readonly Column<DeployedRole>[] = [
	{title: 'Role', text: ({name}) => name},
	{title: 'Image', text: ({image}) => image},
	{title: 'AMI', width: 21, text: ({imageId}) => imageId || 'the newest'},
	{title: 'Count', width: 5, align: 'right', text: ({count}) => String(count)},
	{
		title: 'Type',
		width: 18,
		text: ({instanceType, spot}) => `${instanceType || 'smallest that fits'}${spot ? ' (spot)' : ''}`,
	},
];

/** A deployment that was made and not started: what it would run, and on what. */
export function UnrunOverview({view, area}: {readonly view: DeploymentView; readonly area: Area}) {
	const look = useLook();
	const {summary, definition} = view;
	const facts: ReadonlyArray<readonly [string, string]> = [
		['State', `${summary.state}: nothing of it is reserved or charged`],
		[
			'Template',
			`${definition.template}, its own copy; problem size ${definition.problemSize}, on ${definition.cloud}`,
		],
		['Made', formatTime(summary.createdAt)],
		['Limits', limitsText(definition)],
		['Folder', cutStart(summary.folder, area.width - 12, look.ellipsis)],
	];
	return (
		<Box flexDirection="column" height={area.height} overflow="hidden">
			{facts.map(([name, value]) => (
				<Text key={name} wrap="truncate">
					{` ${name.padEnd(9)} ${cutText(value, area.width - 12, look.ellipsis)}`}
				</Text>
			))}
			<Text> </Text>
			<Table
				columns={columns}
				rows={definition.roles}
				selected={-1}
				keyOf={({name}) => name}
				area={{width: area.width, height: Math.max(2, area.height - facts.length - 3)}}
			/>
			<Text> </Text>
			<Text wrap="truncate" dimColor>
				{' Its price is that of the time when it is started, and is asked then.'}
			</Text>
		</Box>
	);
}

const limitsText = ({maxRunMinutes, capUsd, leaseHours, leaseEnds}: Deployment): string =>
	[
		`ended after ${lengthText(maxRunMinutes)}`,
		...(capUsd === undefined ? [] : [`or before it costs more than ${formatPrice(capUsd)}`]),
		...(leaseHours === undefined ? [] : [`lease ${leaseHours} h${leaseEnds === 'stop' ? ', then stopped' : ''}`]),
	].join('; ');
