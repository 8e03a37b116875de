import assert from 'node:assert/strict';
import {mkdtemp, readFile, rm, writeFile} from 'node:fs/promises';
import {join} from 'node:path';
import {test} from 'node:test';
import {fileURLToPath} from 'node:url';
import {bundleModule} from '../helpers/bundle-module.js';

/** What we want of those that are not called Client. */
const wanted: Readonly<Record<string, RegExp>> = {
	'@aws-sdk/credential-provider-ini': /^fromIni$/,
	'@aws-sdk/s3-request-presigner': /^getSignedUrl$/,
};

const root = fileURLToPath(new URL('../../../', import.meta.url));

test('each SDK that is imported when it is needed has its exports in the bundle, too', async t => {
	const {devDependencies} = JSON.parse(await readFile(join(root, 'package.json'), 'utf8')) as {
		devDependencies: Readonly<Record<string, string>>;
	};
	const sdks = Object.keys(devDependencies).filter(name => name.startsWith('@aws-sdk/'));
	assert.ok(Object.keys(wanted).every(name => sdks.includes(name)));
	// Within the project, so that its modules are found.
	const folder = await mkdtemp(join(root, 'build/bundle-'));
	t.after(async () => rm(folder, {recursive: true, force: true}));
	const entry = join(folder, 'entry.mjs');
	const loads = sdks.map(name => `${JSON.stringify(name)}: Object.keys(await import(${JSON.stringify(name)}))`);
	await writeFile(entry, `export const names = {${loads.join(', ')}};`);
	const bundled = await bundleModule(entry, join(folder, 'out'));
	const {names} = (await import(bundled.replace(/\.mjs$/, '.js'))) as {names: Record<string, string[]>};
	for (const sdk of sdks) {
		assert.ok(
			names[sdk]?.some(name => (wanted[sdk] ?? /^[A-Z].*Client$/).test(name)),
			`${sdk} exports ${names[sdk]?.slice(0, 5)}`,
		);
	}
});
