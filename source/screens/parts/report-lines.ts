import {formatBytes} from '../../engine/host/format-bytes.js';
import type {ImageReport} from '../../engine/images/image-report.js';
import {wrapLines} from './fit.js';
import {formatTime} from './format.js';
import type {ScrollLine} from './scroll-lines.js';
import {verdictColor, verdictText} from './verdict.js';

const marks = {fits: 'fits          ', 'will-be-fixed': 'will be fixed ', 'cannot-run': 'CANNOT RUN    '} as const;

/**
What the inspection found, worst findings first.

@param addedAt When the image was added; left out before that.
*/
export function reportLines(report: ImageReport, addedAt: string | undefined, width: number): readonly ScrollLine[] {
	const order = ['cannot-run', 'will-be-fixed', 'fits'] as const;
	const room = width - 18;
	const facts: ReadonlyArray<readonly [string, string]> = [
		['System', `${systemName(report)}, ${report.architecture}, ${report.bootMode}`],
		[
			'Disk',
			`${formatBytes(report.vdi.virtualBytes)}, ${formatBytes(report.vdi.allocatedBytes)} in use, ${report.vdi.kind} VDI`,
		],
		[
			'Root',
			`partition ${report.root.number}, ${report.root.fileSystem ?? 'unknown'}, ${formatBytes(report.root.sizeBytes)}`,
		],
		...(addedAt === undefined ? [] : [['Added', formatTime(addedAt)] as const]),
		['Users', report.users.map(({name}) => name).join(', ') || 'none'],
	];
	return [
		{text: ` ${report.file}`},
		...facts.map(([name, value]) => ({text: ` ${name.padEnd(14)} ${value}`})),
		{text: ''},
		{text: ` Verdict:       ${verdictText(report.verdict)}`, color: verdictColor(report.verdict), isBold: true},
		{text: ''},
		...order.flatMap(verdict =>
			report.findings
				.filter(finding => finding.verdict === verdict)
				.flatMap(({subject, found, remark}) => {
					const text = `${subject}: ${found}${remark === undefined ? '' : ` ${remark}`}`;
					return wrapLines(text, room).map((line, index) => ({
						text: ` ${index === 0 ? marks[verdict] : ' '.repeat(14)} ${line}`,
						color: verdict === 'fits' ? undefined : verdictColor(verdict),
					}));
				}),
		),
	];
}

/** Most systems have their version in their name already. */
function systemName({os}: ImageReport): string {
	return os.name.includes(os.version) ? os.name : `${os.name} ${os.version}`;
}
