import type {DeploymentView} from '../../actions/d2cm.js';
import {shownName} from '../../engine/host/byte-names.js';
import {formatBytes} from '../../engine/host/format-bytes.js';
import {plural} from './format.js';
import type {ScrollLine} from './scroll-lines.js';

type Result = DeploymentView['results'][number];

/** Where the results are, and every file of them: first what the roles asked for, then what their scripts wrote. */
export function resultLines(view: DeploymentView | undefined): readonly ScrollLine[] {
	if (view === undefined) {
		return [];
	}

	const {results, summary} = view;
	const scripts = results.filter(isOfScript);
	const total = results.reduce((sum, {bytes}) => sum + bytes, 0);
	return [
		{text: ` ${plural(results.length, 'file')}, ${formatBytes(total)}, in`},
		{text: ` ${summary.folder}`, isBold: true},
		{text: ''},
		...results.filter(result => !isOfScript(result)).map(line),
		...(scripts.length === 0 ? [] : [{text: ''}, {text: ' Output of the scripts', isBold: true}, ...scripts.map(line)]),
	];
}

/** `<role>/<instance>/scripts/start-1/out` */
const isOfScript = ({path}: Result) => path.split('/')[2] === 'scripts';

const line = ({path, bytes}: Result): ScrollLine => ({text: ` ${formatBytes(bytes).padStart(10)}  ${shownName(path)}`});
