import type {Shell} from '../ssh/shell.js';

/** Watches one instance. Nothing here may fail or delay a deployment: what does not work is said through `say`. */
export interface Monitor {
	/** Sees to it that collectd runs: found there, or installed by the guest's package manager, in the background. */
	begin(target: MonitorTarget): Promise<void>;

	/** Fetches what is new since the last time into the folder, as an `rrdtool xport --json` document. */
	fetch(target: MonitorTarget): Promise<void>;

	/** Fetches the rest, and the .rrd files whole. */
	finish(target: MonitorTarget): Promise<void>;
}

export type MonitorTarget = {
	/** `master-1` */
	readonly name: string;
	readonly shell: Shell;
	/** `<deployment>/monitoring/<role>/<instance-id>` */
	readonly folder: string;
	readonly signal?: AbortSignal;
	readonly say: (level: 'info' | 'warning', message: string) => Promise<void>;
};
