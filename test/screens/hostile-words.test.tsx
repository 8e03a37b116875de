import assert from 'node:assert/strict';
import {readdir, readFile} from 'node:fs/promises';
import {join} from 'node:path';
import {test} from 'node:test';
import xterm from '@xterm/headless';
import {projectFolder} from '../../source/engine/host/project-folder.js';
import type {Route} from '../../source/screens/route.js';
import type {FakeD2cm} from '../helpers/fake-d2cm.js';
import {hostileD2cm, hostileWords} from '../helpers/hostile-d2cm.js';
import {keys, walkScreens} from '../helpers/screen-walk.js';

/** Every screen there is, on the made-up data. */
const routes: {readonly [Screen in Route['screen']]: Route} = {
	credentials: {screen: 'credentials'},
	clouds: {screen: 'clouds'},
	images: {screen: 'images'},
	amis: {screen: 'amis'},
	templates: {screen: 'templates'},
	deployments: {screen: 'deployments'},
	kernels: {screen: 'kernels'},
	ramdisks: {screen: 'ramdisks'},
	'credential-form': {screen: 'credential-form', name: 'lab'},
	'credential-import': {screen: 'credential-import'},
	'credential-test': {screen: 'credential-test', name: 'lab', cloud: 'sci'},
	'cloud-form': {screen: 'cloud-form', name: 'sci'},
	prices: {screen: 'prices', cloud: 'sci'},
	'price-form': {screen: 'price-form', cloud: 'sci', type: `m5.large${hostileWords}`},
	'image-form': {screen: 'image-form'},
	image: {screen: 'image', name: 'worker'},
	'ami-form': {screen: 'ami-form', cloud: 'sci', id: 'ami-0a1b2c3d'},
	'migration-form': {screen: 'migration-form', image: 'worker'},
	migration: {screen: 'migration', id: 'mig-00000001'},
	'template-form': {screen: 'template-form', name: 'pi'},
	template: {screen: 'template', name: 'pi'},
	'template-import': {screen: 'template-import'},
	'template-export': {screen: 'template-export', name: 'pi'},
	'deployment-form': {screen: 'deployment-form'},
	deployment: {screen: 'deployment', id: 'OLD777'},
	orphans: {screen: 'orphans'},
	console: {screen: 'console', id: 'ABC123', node: `master-1${hostileWords}`},
	'kernel-form': {screen: 'kernel-form', kind: 'kernel', id: 'aki-11111111', cloud: 'sci'},
};

/** What a terminal of 100x30 becomes when a frame is drawn into its first 80x24 cells. */
async function drawn(frame: string) {
	const terminal = new xterm.Terminal({cols: 100, rows: 30, allowProposedApi: true});
	const acts: string[] = [];
	terminal.onTitleChange(title => acts.push(`title ${title}`));
	terminal.onBell(() => acts.push('bell'));
	for (const command of [8, 52]) {
		terminal.parser.registerOscHandler(command, data => {
			acts.push(`OSC ${command} ${data}`);
			return true;
		});
	}

	const rows = frame.split('\n').map((line, row) => `\u001B[${row + 1};1H${line}`);
	await new Promise<void>(resolve => terminal.write(`${'#'.repeat(3000)}${rows.join('')}`, resolve));
	const {active} = terminal.buffer;
	const beyond = Array.from({length: 30}, (_, row) =>
		Array.from({length: 100}, (_, column) =>
			row < 24 && column < 80 ? '' : (active.getLine(row)?.getCell(column)?.getChars() ?? ''),
		),
	);
	return {acts, beyond: beyond.flat().join('')};
}

const untouched = '#'.repeat(100 * 30 - 80 * 24);
/** Ink's own colours and weights. */
const styles = new RegExp(String.raw`${'\u001B'}\[[\d;]*m`, 'g');
const raw = /[^\P{Cc}\n]|[\u00AD\u061C\u200B-\u200F\u2028-\u202E\u2060-\u2069\uFEFF]/u;

for (const [screen, first] of Object.entries(routes)) {
	test(`on the screen ${screen} nothing that the world says acts on the terminal`, async () => {
		for (const fails of [undefined, 'error'] as const) {
			const d2cm = hostileD2cm({folder: '/home/ada/.d2c', ...(fails && {fails})}) as FakeD2cm;
			await walkScreens(
				async ({press, raw: frame}) => {
					for (const packet of ['', keys.right, keys.right, keys.right, keys.down, keys.enter, keys.enter]) {
						await press(packet);
						const now = frame();
						const found = raw.exec(now.replaceAll(styles, ''));
						assert.equal(found, null, `${JSON.stringify(found?.[0])}:\n${JSON.stringify(now)}`);
						assert.deepEqual(await drawn(now), {acts: [], beyond: untouched}, now);
					}
				},
				{d2cm, first, words: [hostileWords]},
			);
		}
	});
}

test('screens draw all text by the one part that makes it harmless', async () => {
	const folder = join(projectFolder(), 'source', 'screens');
	for (const file of await readdir(folder, {recursive: true})) {
		const text = /\.tsx?$/.test(file) ? await readFile(join(folder, file), 'utf8') : '';
		const isText = /import \{[^}]*\b(?:Text|Transform|Static)\b[^}]*\} from 'ink'/.test(text);
		assert.ok(!isText || file === join('parts', 'text.tsx'), `${file} takes Text from Ink`);
	}
});
