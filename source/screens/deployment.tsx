import {Box} from 'ink';
import {useState} from 'react';
import type {DeploymentView} from '../actions/d2cm.js';
import {DeploymentOverview} from './deployment-overview.js';
import {useD2cm} from './hooks/use-d2cm.js';
import {useDeploymentActions} from './hooks/use-deployment-actions.js';
import {useHostKeys} from './hooks/use-host-keys.js';
import {useJobRecords} from './hooks/use-job-records.js';
import {useJobs} from './hooks/use-jobs.js';
import {useLogLines} from './hooks/use-log-lines.js';
import {useLogView} from './hooks/use-log-view.js';
import {useMetricKeys} from './hooks/use-metric-keys.js';
import {usePolled} from './hooks/use-polled.js';
import {useRoute} from './hooks/use-route.js';
import {useSelection} from './hooks/use-selection.js';
import {EmptyState} from './parts/empty-state.js';
import {ErrorPanel, errorLines} from './parts/error-panel.js';
import type {KeyBinding} from './parts/key-binding.js';
import {LogView} from './parts/log-view.js';
import {MetricCharts} from './parts/metric-charts.js';
import {resultLines} from './parts/result-lines.js';
import {type Area, Screen} from './parts/screen.js';
import {ScrollLines, useScroll} from './parts/scroll-lines.js';
import {type DeploymentPage, pages, SubTabs} from './parts/sub-tabs.js';
import {Text} from './parts/text.js';
import {UnrunOverview} from './unrun-overview.js';

/** One deployment, live or after its end: what it is, what happened, what was measured, what came out. */
export function DeploymentScreen({id}: {readonly id: string}) {
	const d2cm = useD2cm();
	const {open, back, memory} = useRoute();
	const {value: view, error} = usePolled(`deployment ${id}`, async () => d2cm.deployment(id), 2000);
	const [page, setPage] = useState<DeploymentPage>(
		() => (memory.get(`page ${id}`) as DeploymentPage | undefined) ?? 'Overview',
	);
	// The list is known at once, also where the cloud has to be waited for.
	const listed = useJobs().value?.find(job => job.id === id);
	const summary = view?.summary ?? listed;
	const {question, keys: jobKeys} = useDeploymentActions({onDeleted: back});
	const records = useJobRecords(id);
	const hostKeys = useHostKeys(summary === undefined ? [] : [summary]);
	const log = useLogView(useLogLines(records));
	const nodes = useSelection(`nodes ${id}`, view?.nodes ?? [], ({name}) => name);
	const {value: series = []} = usePolled(
		`metrics ${id} ${page === 'Monitoring'}`,
		async () => (page === 'Monitoring' ? d2cm.metrics(id) : []),
		15_000,
	);
	const metrics = useMetricKeys(series);
	const results = resultLines(view);
	const scroll = useScroll(results.length);

	const toAnswer = question ?? hostKeys.question;
	if (toAnswer !== undefined) {
		return toAnswer;
	}

	const goTo = (by: 1 | -1) => {
		const next = pages[(pages.indexOf(page) + by + pages.length) % pages.length] ?? 'Overview';
		memory.set(`page ${id}`, next);
		setPage(next);
	};
	const node = nodes.selected;
	const consoleKey: KeyBinding = {
		key: ['o', ...(page === 'Overview' ? ['enter'] : [])],
		label: 'Console',
		isMinor: summary?.isUnrun === true,
		disabledReason: node === undefined ? 'There is no instance yet.' : undefined,
		run: () => node && open({screen: 'console', id, node: node.name}),
	};
	const exportKey: KeyBinding = {
		key: 'e',
		label: 'Export template',
		disabledReason: d2cm.database().templates.some(({name}) => name === view?.definition.template)
			? undefined
			: 'Its template was deleted.',
		run: () => view && open({screen: 'template-export', name: view.definition.template}),
	};
	const pageKeys: Readonly<Record<DeploymentPage, readonly KeyBinding[]>> = {
		Overview: nodes.keys,
		'Log / Events': log.keys,
		Monitoring: metrics.keys,
		Results: scroll.keys,
	};
	const keys: readonly KeyBinding[] = [
		{key: 'escape', label: 'Back', run: back},
		{key: ['tab', 'right'], label: 'Next page', run: () => goTo(1)},
		{key: ['shift+tab', 'left'], label: 'Previous page', isMinor: true, run: () => goTo(-1)},
		...(page === 'Overview' ? [] : pageKeys[page]),
		...hostKeys.keys(summary),
		...jobKeys(summary, 'It is not known yet.'),
		consoleKey,
		...(summary?.isUnrun ? [] : [exportKey]),
		...(page === 'Overview' ? pageKeys.Overview : []),
	];

	const body = (area: Area) => {
		if (view === undefined) {
			return error === undefined ? (
				<Text>{listed === undefined ? ' Looking for it' : ` Asking ${listed.cloud} for its instances`}</Text>
			) : (
				<ErrorPanel lines={errorLines(error, area.width - 3)} width={area.width} />
			);
		}

		switch (page) {
			case 'Overview':
				if (view.summary.isUnrun) return <UnrunOverview view={view} area={area} />;
				return <DeploymentOverview view={view} records={records} selected={nodes.index} area={area} />;
			case 'Log / Events':
				return <LogView view={log} width={area.width} height={area.height} />;
			case 'Monitoring':
				return series.length === 0 && whyNoMeasurements(view) ? (
					<EmptyState area={area} text="There are no measurements." hint={whyNoMeasurements(view) ?? ''} />
				) : (
					<MetricCharts series={series} width={area.width} height={area.height} {...metrics.selected} />
				);
			default:
				return view.results.length === 0 ? (
					<EmptyState
						area={area}
						text={view.summary.end === undefined ? 'Nothing was collected yet.' : 'Nothing was collected.'}
						hint={
							view.summary.end === undefined
								? `What the roles ask for is fetched when the run is done, into ${view.summary.folder}`
								: 'Log / Events says how the run went.'
						}
					/>
				) : (
					<ScrollLines lines={results} scroll={scroll} area={area} />
				);
		}
	};
	return (
		<Screen
			heading={`Deployment ${summary?.title ?? id}`}
			keys={page === 'Log / Events' && log.onText !== undefined ? log.keys : keys}
			onText={page === 'Log / Events' ? log.onText : undefined}
		>
			{({width, height}) => (
				<>
					<SubTabs current={page} />
					<Box height={height - 1} flexDirection="column" overflow="hidden">
						{body({width, height: height - 1})}
					</Box>
				</>
			)}
		</Screen>
	);
}

/** Undefined where some may still come. */
function whyNoMeasurements({definition, summary}: DeploymentView): string | undefined {
	if (!definition.roles.some(({monitoring}) => monitoring)) {
		return 'No role of its template asks for monitoring. Switch it on under Templates, for the next run.';
	}

	return summary.end === undefined ? undefined : 'The run ended before the first could be brought here.';
}
