import {useD2cm} from './hooks/use-d2cm.js';
import {useDatabase} from './hooks/use-database.js';
import {usePolled} from './hooks/use-polled.js';
import {useRoute} from './hooks/use-route.js';
import {EmptyState} from './parts/empty-state.js';
import {ErrorPanel, errorLines} from './parts/error-panel.js';
import type {KeyBinding} from './parts/key-binding.js';
import {ReportScreen} from './parts/report-screen.js';
import {Screen} from './parts/screen.js';
import {Text} from './parts/text.js';

/** What is in a registered image now. */
export function ImageScreen({name}: {readonly name: string}) {
	const d2cm = useD2cm();
	const {open, back} = useRoute();
	const image = useDatabase().images.find(one => one.name === name);
	const {value: report, error} = usePolled(
		`inspect ${name}`,
		async () => (image === undefined ? undefined : d2cm.inspect(image.file)),
		60_000,
	);
	const backKey: KeyBinding = {key: 'escape', label: 'Back', run: back};
	const migrate: KeyBinding = {
		key: 'm',
		label: 'Migrate',
		disabledReason: report?.verdict === 'cannot-run' ? 'The image cannot run in a cloud as it is.' : undefined,
		run: () => open({screen: 'migration-form', image: name}),
	};

	if (report !== undefined) {
		return (
			<ReportScreen heading={`Image ${name}`} report={report} addedAt={image?.addedAt} keys={[migrate, backKey]} />
		);
	}

	return (
		<Screen heading={`Image ${name}`} keys={[backKey]}>
			{area =>
				error !== undefined ? (
					<ErrorPanel lines={errorLines(error, area.width - 3)} width={area.width} />
				) : image === undefined ? (
					<EmptyState area={area} text={`The image ${name} is no longer known.`} hint="Press Escape to go back." />
				) : (
					<Text> Looking into {image.file}</Text>
				)
			}
		</Screen>
	);
}
