// Type-checks and compiles everything to build/ (tests and benches run from there), then bundles the program to dist/.
// The bundle is split, so that what a command does not use (Ink, ssh2, the AWS SDK) is not loaded by it.
import {execFileSync} from 'node:child_process';
import {mkdirSync, rmSync} from 'node:fs';
import {build} from 'esbuild';

// What was compiled from files that are gone must not be run as a test.
rmSync('build', {recursive: true, force: true});
execFileSync('node_modules/.bin/tsc', ['-p', '.'], {stdio: 'inherit'});

rmSync('dist', {recursive: true, force: true});
mkdirSync('dist', {recursive: true});
await build({
	entryPoints: {d2cm: 'source/cli.tsx'},
	bundle: true,
	splitting: true,
	platform: 'node',
	target: 'node22',
	format: 'esm',
	outdir: 'dist',
	sourcemap: true,
	jsx: 'automatic',
	minifySyntax: true,
	// CommonJS dependencies inside an ES module bundle still ask for these.
	banner: {
		js: [
			"import {createRequire as __createRequire} from 'node:module';",
			'const require = __createRequire(import.meta.url);',
			'const __dirname = import.meta.dirname, __filename = import.meta.filename;',
		].join(' '),
	},
	// Ink loads its developer tools only when asked; ssh2's native parts are optional and not used.
	alias: {'react-devtools-core': './scripts/empty-module.mjs'},
	external: ['cpu-features', '*.node'],
	define: {'process.env.NODE_ENV': '"production"'},
	logLevel: 'warning',
});
