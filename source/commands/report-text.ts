import {basename} from 'node:path';
import type {Finding, ImageReport, KernelSummary, PartitionSummary, Verdict} from '../engine/images/image-report.js';

const columns = 80;
const labelColumns = 12;
const verdictColumns = 15;
const verdictWords: Readonly<Record<Verdict, string>> = {
	fits: 'fits',
	'will-be-fixed': 'will be fixed',
	'cannot-run': 'CANNOT RUN',
};
const mostUsers = 12;

/** A report for people: at most 80 columns wide, the worst findings first. */
export function reportText(report: ImageReport): readonly string[] {
	const {vdi, os, architecture, bootMode, users, findings} = report;
	const order: readonly Verdict[] = ['cannot-run', 'will-be-fixed', 'fits'];
	const sections = order.flatMap(verdict => findings.filter(finding => finding.verdict === verdict));
	const shown = users.slice(0, mostUsers).map(({name}) => name);
	const more = users.length > shown.length ? ` and ${users.length - shown.length} more` : '';
	return [
		...wrap(`${basename(report.file)}: ${summarize(findings)}`, 0),
		'',
		...field('Disk', [
			`${vdi.kind} VDI ${vdi.version}, ${formatBytes(vdi.virtualBytes)}, of which ${formatBytes(vdi.allocatedBytes)} are in the file`,
		]),
		...field('System', [`${os.name}, ${architecture}, ${bootMode === 'uefi' ? 'UEFI' : 'BIOS'}`]),
		...field(
			'Partitions',
			report.partitions.map(partition => partitionLine(partition, partition.number === report.root.number)),
		),
		...field('Kernels', report.kernels.length === 0 ? ['none'] : report.kernels.map(kernelLine)),
		...field('Users', [`${shown.join(', ') || 'none'}${more}`]),
		'',
		...sections.flatMap(findingLines),
		'',
	];
}

function summarize(findings: readonly Finding[]): string {
	const count = (verdict: Verdict) => findings.filter(finding => finding.verdict === verdict).length;
	const obstacles = count('cannot-run');
	if (obstacles > 0) {
		return `cannot run in a cloud as it is (${obstacles} ${obstacles === 1 ? 'obstacle' : 'obstacles'})`;
	}

	const fixes = count('will-be-fixed');
	return fixes === 0
		? 'runs in a cloud as it is'
		: `will run in a cloud; ${fixes} ${fixes === 1 ? 'thing' : 'things'} will be fixed in the copy`;
}

function partitionLine({number, sizeBytes, fileSystem, label, bootable}: PartitionSummary, isRoot: boolean): string {
	const words = [
		fileSystem ?? 'unknown',
		formatBytes(sizeBytes),
		isRoot ? '/' : '',
		label ? `"${label}"` : '',
		bootable ? 'bootable' : '',
	];
	return [String(number), ...words.filter(Boolean)].join('  ');
}

function kernelLine({release, isDefault, drivers}: KernelSummary): string {
	const names = Object.entries(drivers).flatMap(([name, has]) => (has === true ? [name] : []));
	return `${release}${isDefault ? ', started by default' : ''}${names.length > 0 ? ` (${names.join(', ')})` : ''}`;
}

function findingLines({subject, found, verdict, remark}: Finding): readonly string[] {
	return [
		...labelled(verdictWords[verdict], `${subject}: ${found}`, verdictColumns),
		...(remark ? wrap(`-> ${remark}`, verdictColumns) : []),
	];
}

function field(label: string, values: readonly string[]): readonly string[] {
	return values.flatMap((value, index) => labelled(index === 0 ? label : '', value, labelColumns));
}

/** Wrapped text with a label before its first line. */
function labelled(label: string, text: string, indent: number): readonly string[] {
	const [first = '', ...rest] = wrap(text, indent);
	return [label.padEnd(indent) + first.slice(indent), ...rest];
}

/** Breaks text into lines that start with `indent` blanks; words longer than a line are cut. */
function wrap(text: string, indent: number): readonly string[] {
	const width = columns - indent;
	const lines: string[] = [];
	for (const word of text.split(' ')) {
		const line = lines.at(-1);
		if (line !== undefined && line.length + 1 + word.length <= width) {
			lines[lines.length - 1] = `${line} ${word}`;
			continue;
		}

		for (let start = 0; start < Math.max(1, word.length); start += width) {
			lines.push(word.slice(start, start + width));
		}
	}

	return lines.map(line => (' '.repeat(indent) + line).trimEnd());
}

/** Binary units, one decimal where it matters: `4.0 GiB`, `422 MiB`. */
function formatBytes(bytes: number): string {
	const units = ['bytes', 'KiB', 'MiB', 'GiB', 'TiB'];
	const power = bytes < 1024 ? 0 : Math.min(units.length - 1, Math.floor(Math.log2(bytes) / 10));
	const value = bytes / 1024 ** power;
	return `${power > 2 ? value.toFixed(1) : Math.round(value)} ${units[power]}`;
}
