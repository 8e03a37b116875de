import type {Template} from '../engine/templates/template.js';
import {useD2cm} from './hooks/use-d2cm.js';
import {useDatabase} from './hooks/use-database.js';
import {useRoute} from './hooks/use-route.js';
import {ListScreen} from './parts/list-screen.js';
import type {Column} from './parts/table.js';

const columns: readonly Column<Template>[] = [
	{title: 'Name', width: 20, text: ({name}) => name},
	{title: 'Roles', width: 28, text: ({roles}) => roles.map(({name, count}) => `${name} x${count}`).join(', ')},
	{title: 'Description', text: ({description}) => description},
];

/** What experiments are made of. */
export function TemplatesScreen() {
	const d2cm = useD2cm();
	const {templates} = useDatabase();
	const {open} = useRoute();
	const none = 'There is no template yet.';
	const needsOne = (selected: Template | undefined) => (selected === undefined ? none : undefined);
	return (
		<ListScreen
			heading="Templates"
			name="templates"
			rows={templates}
			keyOf={({name}) => name}
			columns={columns}
			empty={{
				text: none,
				hint: 'Press n to describe an experiment: its roles, what they run, and when they are done. Press i to import one from a YAML file.',
			}}
			removal={({name}) => ({
				question: `Delete the template ${name}?`,
				details: [
					'Deployments made from it keep their own copy and their results. Export it first to have it back later.',
				],
				remove: () => d2cm.removeTemplate(name),
				done: `The template ${name} is deleted.`,
			})}
			keys={selected => [
				{key: 'n', label: 'New', run: () => open({screen: 'template-form'})},
				{
					key: 'enter',
					label: 'Show',
					disabledReason: needsOne(selected),
					run: () => selected && open({screen: 'template', name: selected.name}),
				},
				{
					key: 'e',
					label: 'Edit',
					disabledReason: needsOne(selected),
					run: () => selected && open({screen: 'template-form', name: selected.name}),
				},
				{
					key: 's',
					label: 'Deploy',
					disabledReason: needsOne(selected),
					run: () => selected && open({screen: 'deployment-form', request: {template: selected.name}}),
				},
				{key: 'i', label: 'Import', run: () => open({screen: 'template-import'})},
				{
					key: 'x',
					label: 'Export',
					disabledReason: needsOne(selected),
					run: () => selected && open({screen: 'template-export', name: selected.name}),
				},
			]}
		/>
	);
}
