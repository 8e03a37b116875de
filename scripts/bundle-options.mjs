// How the program is bundled by esbuild. Split, so that what a command does not use (Ink, ssh2, the AWS SDK) is not loaded by it.
import {fileURLToPath} from 'node:url';

export const bundleOptions = {
	bundle: true,
	splitting: true,
	platform: 'node',
	target: 'node22',
	format: 'esm',
	// A CommonJS package that is imported lazily would have no named exports: the AWS SDK has both forms.
	mainFields: ['module', 'main'],
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
	alias: {'react-devtools-core': fileURLToPath(new URL('empty-module.mjs', import.meta.url))},
	external: ['cpu-features', '*.node'],
	define: {'process.env.NODE_ENV': '"production"'},
	logLevel: 'warning',
};
