import type {DeploymentView} from '../../actions/d2cm.js';
import {formatBytes} from '../../engine/jobs/format-bytes.js';
import {plural} from './format.js';
import type {ScrollLine} from './scroll-lines.js';

/** Where the results are, and every file of them. */
export function resultLines(view: DeploymentView | undefined): readonly ScrollLine[] {
	if (view === undefined) {
		return [];
	}

	const {results, summary} = view;
	const total = results.reduce((sum, {bytes}) => sum + bytes, 0);
	return [
		{text: ` ${plural(results.length, 'file')}, ${formatBytes(total)}, in`},
		{text: ` ${summary.folder}`, isBold: true},
		{text: ''},
		...results.map(({path, bytes}) => ({text: ` ${formatBytes(bytes).padStart(10)}  ${path}`})),
	];
}
