import assert from 'node:assert/strict';
import {test} from 'node:test';
import xterm from '@xterm/headless';
import type {Route} from '../../source/screens/route.js';
import type {Database} from '../../source/store/database.js';
import {FakeD2cm} from '../helpers/fake-d2cm.js';
import {fakeDatabase, fakeOrphans} from '../helpers/fake-data.js';
import {keys, walkScreens} from '../helpers/screen-walk.js';

const oddNames: Readonly<Record<string, string>> = {
	wide: '実験室の計算機',
	'half as wide': 'ﾃｽﾄ',
	combining: 'Zu\u0308rich e\u0301te\u0301',
	'a mark first': '\u0301lab',
	Korean: '\u1112\u1161\u11AB\u1100\u1173\u11AF',
	ambiguous: 'α±°×…─❯',
	'zero width': 'a\u200Bb\u00ADc\u2060d\uFEFF',
	'right to left': 'a\u202Ecba\u202C',
	Persian: 'می\u200Cخواهم',
	Hindi: 'क्षि नमस्ते',
	Thai: 'กำลัง',
	emoji: '🎉 party',
	'emoji of several parts': '👩‍🔬👨‍👩‍👧 lab',
	'skin tone': '👍🏽 lab',
	flags: '🇩🇪 lab 🇪🇪',
	'a form chosen': '❤️ 1️⃣ ☺︎',
	filler: 'a\u3164b',
	'half of a character': 'a\uDCE9b',
	'control characters': 'a\u001B[31mb\u0007\n',
	'longer than its column': '漢'.repeat(60),
};

/** Every list of the screens, and texts beside the names whose columns must not move. */
const lists: ReadonlyArray<{readonly first: Route; readonly beside: readonly string[]; readonly walk?: string}> = [
	{first: {screen: 'credentials'}, beside: ['AKIAEXAMPLE']},
	{first: {screen: 'clouds'}, beside: ['Eucalyptus', 'QEMU']},
	{first: {screen: 'images'}, beside: ['will be fixed', 'cannot run', '20.0 GiB']},
	{first: {screen: 'amis'}, beside: ['ami-0a1b2c3d', '20.0 GiB']},
	{first: {screen: 'deployments'}, beside: ['ROLES_STARTED', '1000']},
	{first: {screen: 'orphans'}, beside: ['pi.GONE55', 'i-0']},
	{first: {screen: 'kernels'}, beside: ['aki-11111111', 'x86_64']},
	{first: {screen: 'ramdisks'}, beside: ['ari-22222222', 'x86_64']},
	// What a form offers to choose from, and what is said of each.
	{first: {screen: 'clouds'}, walk: `n${keys.down}`, beside: ['Amazon', 'Name']},
];

test('columns stay straight on a terminal, whatever characters the names have', async () => {
	for (const {first, beside, walk = ''} of lists) {
		const d2cm = new FakeD2cm();
		d2cm.orphans = async () => renamed(fakeOrphans, Object.values(oddNames).join(''));
		await walkScreens(
			async ({press}) => {
				await press(walk);
				const cellsOf = async (name: string) => {
					d2cm.change(namesTo(name));
					return drawn(await press(''));
				};
				const plain = await cellsOf('lab');
				for (const text of beside) assert.notDeepEqual(placeOf(plain, text), [], `${text}:\n${shown(plain)}`);
				for (const [kind, name] of Object.entries(oddNames)) {
					const cells = await cellsOf(name);
					for (const text of beside) {
						assert.deepEqual(placeOf(cells, text), placeOf(plain, text), `${kind}, ${text}:\n${shown(cells)}`);
					}
				}
			},
			{d2cm, first},
		);
	}
});

/** The same data with everything named so. */
function namesTo(name: string): Partial<Database> {
	const {credentials, clouds, images, amis, kernels, deployments} = fakeDatabase();
	return {
		credentials: renamed(credentials, name),
		clouds: renamed(clouds, name).map((cloud, index) => ({...cloud, kind: clouds[index]?.kind ?? cloud.kind})),
		images: renamed(images, name),
		amis: renamed(amis, name),
		kernels: renamed(kernels, name),
		deployments: renamed(deployments, name),
	};
}

const names = ['lab', 'sci', 'worker', 'local', 'linux 3.2 xen', 'initrd 3.2'];

function renamed<Value>(value: Value, name: string): Value {
	return JSON.parse(JSON.stringify(value), (_, one) => (names.includes(one) ? `${name}${names.indexOf(one)}` : one));
}

/** The cells of a terminal that draws a frame. */
async function drawn(frame: string): Promise<readonly (readonly string[])[]> {
	const terminal = new xterm.Terminal({cols: 80, rows: 24, allowProposedApi: true, convertEol: true});
	terminal.unicode.register(addsUp);
	terminal.unicode.activeVersion = addsUp.version;
	await new Promise<void>(resolve => terminal.write(frame, resolve));
	const {active} = terminal.buffer;
	return Array.from({length: 24}, (_, row) =>
		Array.from({length: 80}, (_, column) => active.getLine(row)?.getCell(column)?.getChars() || ' '),
	);
}

/** Row and column of each place where the text stands. */
function placeOf(cells: readonly (readonly string[])[], text: string): ReadonlyArray<readonly [number, number]> {
	return cells.flatMap((row, y) =>
		row.flatMap((_, x) => (row.slice(x, x + text.length).join('') === text ? [[y, x] as const] : [])),
	);
}

const shown = (cells: readonly (readonly string[])[]) => cells.map(row => row.join('')).join('\n');

/** Widths as a terminal gives them that adds up what each character takes, as most do. */
const addsUp = {
	version: 'adds up',
	wcwidth(code: number): 0 | 1 | 2 {
		const character = String.fromCodePoint(code);
		if (/[\p{Mn}\p{Me}\u200B-\u200F\u202A-\u202E\u2060-\u2064\uFEFF\u1160-\u11FF]/u.test(character)) return 0;
		return /[\p{Emoji_Presentation}\p{sc=Han}\p{sc=Hiragana}\p{sc=Katakana}\p{sc=Hangul}\u3000-\u303F]/u.test(
			character,
		) && !/[\uFF61-\uFFDC]|\p{Regional_Indicator}/u.test(character)
			? 2
			: 1;
	},
	/** As xterm's own tables have it: what takes no column joins what is before it. */
	charProperties(code: number, before: number): number {
		const width = this.wcwidth(code);
		const widthBefore = (before >> 1) & 3;
		const joins = width === 0 && before !== 0 && widthBefore > 0;
		return ((joins ? widthBefore : width) << 1) | (joins ? 1 : 0);
	},
};
