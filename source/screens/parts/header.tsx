import {Box, Text} from 'ink';
import stringWidth from 'string-width';
import {type Tab, tabs} from '../route.js';
import {cutText} from './fit.js';
import {useLook} from './look.js';

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

/** The tabs, and below them a line with the name of the screen and what goes on in the background. */
export function Header({
	tab,
	heading,
	status,
	columns,
}: {
	readonly tab: Tab;
	readonly heading: string;
	readonly status: string;
	readonly columns: number;
}) {
	const look = useLook();
	const title = ` ${cutText(heading, columns - status.length - 12, look.ellipsis)} `;
	const left = look.rule.repeat(2) + title;
	const right = status === '' ? look.rule.repeat(2) : ` ${status} ${look.rule.repeat(2)}`;
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
				<Text dimColor>{look.rule.repeat(Math.max(0, columns - stringWidth(left) - stringWidth(right)))}</Text>
				<Text>{right}</Text>
			</Text>
		</Box>
	);
}
