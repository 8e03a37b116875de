import {Text} from './text.js';

export const pages = ['Overview', 'Log / Events', 'Monitoring', 'Results'] as const;

export type DeploymentPage = (typeof pages)[number];

/** The pages of a deployment. */
export function SubTabs({current}: {readonly current: DeploymentPage}) {
	return (
		<Text wrap="truncate">
			{pages.map(page => (
				<Text key={page} bold={page === current} inverse={page === current}>
					{page === current ? `[${page}]` : ` ${page} `}
				</Text>
			))}
		</Text>
	);
}
