import {useWindowSize} from 'ink';
import {traitsOf} from '../engine/cloud/cloud-traits.js';
import type {CredentialProblem} from '../engine/credentials/credential-problem.js';
import {useAsked} from './hooks/use-asked.js';
import {useD2cm} from './hooks/use-d2cm.js';
import {useDatabase} from './hooks/use-database.js';
import {useRoute} from './hooks/use-route.js';
import {credentialLines, problemLines} from './parts/credential-lines.js';
import {errorLines} from './parts/error-panel.js';
import type {KeyBinding} from './parts/key-binding.js';
import {Screen} from './parts/screen.js';
import {type ScrollLine, ScrollLines, useScroll} from './parts/scroll-lines.js';
import {Text} from './parts/text.js';

const noProblems: readonly CredentialProblem[] = [];

/** Whom keys belong to, and what they may do on one cloud; the arrow keys ask another cloud. */
export function CredentialTestScreen({name, cloud}: {readonly name: string; readonly cloud: string}) {
	const d2cm = useD2cm();
	const {back, replace} = useRoute();
	const {columns} = useWindowSize();
	const {credentials, clouds} = useDatabase();
	const credential = credentials.find(one => one.name === name);
	const entry = clouds.find(one => one.name === cloud);
	const problems = useAsked(`check ${name} ${cloud}`, async () =>
		credential === undefined ? noProblems : d2cm.checkCredential(credential, entry),
	);
	const test = useAsked(`test ${name} ${cloud}`, async () => d2cm.testCredential(name, cloud));
	const others = clouds.filter(({kind}) => traitsOf(kind).credential).map(one => one.name);
	const other = others[(others.indexOf(cloud) + 1) % others.length] ?? cloud;
	const width = columns - 2;
	const answer: readonly ScrollLine[] =
		test.error !== undefined
			? errorLines(test.error, width).map(({text, part}) => ({
					text: ` ${text}`,
					color: part === 'sentence' ? 'red' : undefined,
				}))
			: test.value === undefined
				? [{text: ` Asking ${cloud}. Nothing is changed there.`}]
				: credentialLines(test.value, width);
	const lines = [...problemLines(problems.value ?? noProblems, width), ...answer];
	const scroll = useScroll(lines.length);
	const keys: readonly KeyBinding[] = [
		{key: 'escape', label: 'Back', run: back},
		{key: 'r', label: 'Test again', run: async () => void (await Promise.all([problems.again(), test.again()]))},
		{
			key: ['tab', 'right'],
			label: 'Next cloud',
			disabledReason: others.length < 2 ? 'There is no other cloud to ask.' : undefined,
			run: () => replace({screen: 'credential-test', name, cloud: other}),
		},
	];
	return (
		<Screen heading={`Test of ${name} on ${cloud}`} keys={[...keys, ...scroll.keys]}>
			{area =>
				credential === undefined ? (
					<Text> The credentials {name} are no longer known.</Text>
				) : (
					<ScrollLines lines={lines} scroll={scroll} area={area} />
				)
			}
		</Screen>
	);
}
