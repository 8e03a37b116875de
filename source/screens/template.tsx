import {useD2cm} from './hooks/use-d2cm.js';
import {useDatabase} from './hooks/use-database.js';
import {useRoute} from './hooks/use-route.js';
import {EmptyState} from './parts/empty-state.js';
import {Screen} from './parts/screen.js';
import {ScrollLines, useScroll} from './parts/scroll-lines.js';

/** A template as the YAML it is exported as. */
export function TemplateScreen({name}: {readonly name: string}) {
	const d2cm = useD2cm();
	const {open, back} = useRoute();
	const isKnown = useDatabase().templates.some(one => one.name === name);
	const lines = isKnown
		? d2cm
				.exportTemplate(name)
				.trimEnd()
				.split('\n')
				.map(text => ({text: ` ${text}`}))
		: [];
	const scroll = useScroll(lines.length);
	const gone = isKnown ? undefined : 'The template is no longer known.';
	return (
		<Screen
			heading={`Template ${name}`}
			keys={[
				{key: 'escape', label: 'Back', run: back},
				{key: 'e', label: 'Edit', disabledReason: gone, run: () => open({screen: 'template-form', name})},
				{
					key: 's',
					label: 'Deploy',
					disabledReason: gone,
					run: () => open({screen: 'deployment-form', request: {template: name}}),
				},
				{key: 'x', label: 'Export', disabledReason: gone, run: () => open({screen: 'template-export', name})},
				...scroll.keys,
			]}
		>
			{area =>
				gone === undefined ? (
					<ScrollLines lines={lines} scroll={scroll} area={area} />
				) : (
					<EmptyState area={area} text={gone} hint="Press Escape to go back." />
				)
			}
		</Screen>
	);
}
