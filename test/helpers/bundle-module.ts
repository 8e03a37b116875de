import {writeFile} from 'node:fs/promises';
import {basename, join} from 'node:path';
import {build} from 'esbuild';

/** Bundles a compiled module as the program is bundled, and gives the path of what came of it. */
export async function bundleModule(file: string, folder: string): Promise<string> {
	await build({
		entryPoints: [file],
		bundle: true,
		splitting: true,
		platform: 'node',
		target: 'node22',
		format: 'esm',
		outdir: folder,
		minifySyntax: true,
		banner: {
			js: "import {createRequire as __createRequire} from 'node:module';const require = __createRequire(import.meta.url);",
		},
		logLevel: 'error',
	});
	await writeFile(join(folder, 'package.json'), '{"type": "module"}');
	return join(folder, basename(file));
}
