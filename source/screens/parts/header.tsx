import {Box} from 'ink';
import {textWidth} from '../../engine/host/terminal-text.js';
import {type Tab, tabs} from '../route.js';
import {cutText} from './fit.js';
import {useLook} from './look.js';
import {Text} from './text.js';

export const tabTitles: Readonly<Record<Tab, string>> = {
	credentials: 'Credentials',
	clouds: 'Clouds',
	images: 'Images',
	amis: 'AMIs',
	templates: 'Templates',
	deployments: 'Deployments',
	kernels: 'Kernels',
	ramdisks: 'Ramdisks',
};

/** Rules and blanks around heading and status. */
const gaps = 9;

/** The tabs, and below them a line with the name of the screen and what goes on in the background. */
export function Header({
	tab,
	heading,
	status,
	columns,
}: {
	readonly tab: Tab;
	readonly heading: string;
	/** What goes on, the most urgent last: where there is no room for all of it beside the heading, that alone is shown. */
	readonly status: readonly string[];
	readonly columns: number;
}) {
	const look = useLook();
	const all = status.join(', ');
	const isRoom = textWidth(heading) + all.length + gaps <= columns;
	const shown = isRoom ? all : (status.at(-1) ?? '');
	const title = ` ${cutText(heading, columns - shown.length - gaps, look.ellipsis)} `;
	const left = look.rule.repeat(2) + title;
	const right = shown === '' ? look.rule.repeat(2) : ` ${shown} ${look.rule.repeat(2)}`;
	return (
		<Box flexDirection="column" height={2} flexShrink={0}>
			<Text wrap="truncate">
				{tabs.map((name, index) => {
					const label = `${index + 1}${tabTitles[name]}`;
					const isCurrent = name === tab;
					return (
						<Text key={name}>
							{index === 0 ? '' : ' '}
							<Text bold={isCurrent} inverse={isCurrent}>
								{isCurrent ? `[${label}]` : label}
							</Text>
						</Text>
					);
				})}
			</Text>
			<Text wrap="truncate">
				<Text bold>{left}</Text>
				<Text dimColor>{look.rule.repeat(Math.max(0, columns - textWidth(left) - textWidth(right)))}</Text>
				<Text>{right}</Text>
			</Text>
		</Box>
	);
}
