type Process = {
	readonly pid: number;
	/** Left out where it is ours, empty where it is not known. */
	readonly host?: string | undefined;
};

/** `process 4711 on node2` */
export function processWords({pid, host}: Process): string {
	return host === undefined ? `process ${pid}` : `process ${pid} on ${host === '' ? 'another host' : host}`;
}

/** `nothing was heard of process 4711 on node2 for 50 s` */
export function silenceWords(process: Process & {readonly silentMs: number}): string {
	return `nothing was heard of ${processWords(process)} for ${Math.round(process.silentMs / 1000)} s`;
}
