import type {CloudMigrationContext} from './cloud-migration.js';

/** Says at once that the user's wish was heard: what is under way may take a while to be given up and taken away. */
export function sayWhenCancelled({signal, say}: Pick<CloudMigrationContext, 'signal' | 'say'>) {
	let saying: Promise<unknown> = Promise.resolve();
	const onAbort = () => {
		// What cannot be written here cannot be written by the job either, which then ends.
		saying = say('The migration is being cancelled').catch(() => undefined);
	};
	signal.addEventListener('abort', onAbort, {once: true});
	return {
		async stop() {
			signal.removeEventListener('abort', onAbort);
			await saying;
		},
	};
}
