import {useWindowSize} from 'ink';
import type {ImageReport} from '../../engine/images/image-report.js';
import type {KeyBinding} from './key-binding.js';
import {reportLines} from './report-lines.js';
import {Screen} from './screen.js';
import {ScrollLines, useScroll} from './scroll-lines.js';

/** The findings of an inspection, with their verdicts. */
export function ReportScreen({
	heading,
	report,
	addedAt,
	keys,
}: {
	readonly heading: string;
	readonly report: ImageReport;
	/** Of an image that is registered. */
	readonly addedAt?: string | undefined;
	readonly keys: readonly KeyBinding[];
}) {
	const {columns} = useWindowSize();
	const lines = reportLines(report, addedAt, columns);
	const scroll = useScroll(lines.length);
	return (
		<Screen heading={heading} keys={[...keys, ...scroll.keys]}>
			{area => <ScrollLines lines={lines} scroll={scroll} area={area} />}
		</Screen>
	);
}
