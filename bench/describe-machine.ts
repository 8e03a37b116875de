import {cpus, loadavg, release, totalmem} from 'node:os';

/** What a figure depends on beside the program. */
export function describeMachine(): Readonly<Record<string, unknown>> {
	const processors = cpus();
	return {
		processor: processors[0]?.model.trim(),
		cores: processors.length,
		memoryMib: Math.round(totalmem() / 2 ** 20),
		kernel: release(),
		node: process.version,
		/** Of the last minute, before the run: others' work makes figures worse. */
		load: Math.round((loadavg()[0] ?? 0) * 100) / 100,
	};
}
