import {useWindowSize} from 'ink';
import {useD2cm} from './hooks/use-d2cm.js';
import {usePolled} from './hooks/use-polled.js';
import {useRoute} from './hooks/use-route.js';
import {EmptyState} from './parts/empty-state.js';
import {ErrorPanel, errorLines} from './parts/error-panel.js';
import {cutText, wrapLines} from './parts/fit.js';
import {Screen} from './parts/screen.js';
import {ScrollLines, useScroll} from './parts/scroll-lines.js';

/** What an instance wrote to its serial console: for when SSH does not come. */
export function ConsoleScreen({id, node}: {readonly id: string; readonly node: string}) {
	const d2cm = useD2cm();
	const {back} = useRoute();
	const {
		value: output,
		error,
		reload,
	} = usePolled(`console ${id} ${node}`, async () => d2cm.consoleOutput(id, node), 5000, {followsChanges: false});
	const {columns} = useWindowSize();
	const texts = (output ?? '')
		.trimEnd()
		.split(/(?<!\r)\r*\n/)
		.flatMap(text => wrapLines(cutText(text, Number.POSITIVE_INFINITY), columns));
	const scroll = useScroll(texts.length, 'end');
	return (
		<Screen
			heading={`Console of ${node}`}
			keys={[{key: 'escape', label: 'Back', run: back}, {key: 'r', label: 'Read again', run: reload}, ...scroll.keys]}
		>
			{area =>
				error !== undefined ? (
					<ErrorPanel lines={errorLines(error, area.width - 3)} width={area.width} />
				) : (output ?? '').trim() === '' ? (
					<EmptyState
						area={area}
						text={output === undefined ? 'Asking the cloud.' : 'Nothing was written to the console yet.'}
						hint="It is read again every few seconds."
					/>
				) : (
					<ScrollLines lines={texts.map(text => ({text}))} scroll={scroll} area={area} />
				)
			}
		</Screen>
	);
}
