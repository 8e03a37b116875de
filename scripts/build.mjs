// Type-checks and compiles everything to build/ (tests and benches run from there), then bundles the program to dist/.
import {execFileSync} from 'node:child_process';
import {existsSync, globSync, mkdirSync, rmSync} from 'node:fs';
import {build} from 'esbuild';
import {bundleOptions} from './bundle-options.mjs';

// What was compiled from files that are gone must not be run as a test; of the rest, only what has changed is compiled again.
for (const compiled of globSync('build/**/*.js')) {
	const source = compiled.slice('build/'.length, -'.js'.length);
	if (!existsSync(`${source}.ts`) && !existsSync(`${source}.tsx`)) {
		rmSync(compiled);
	}
}

execFileSync('node_modules/.bin/tsc', ['-p', '.'], {stdio: 'inherit'});

rmSync('dist', {recursive: true, force: true});
mkdirSync('dist', {recursive: true});
await build({
	...bundleOptions,
	entryPoints: {d2cm: 'source/cli.tsx', 'switch-program': 'source/engine/cloud/local/switch-program.ts'},
	outdir: 'dist',
	sourcemap: true,
});
