/** What collectd measures every so many seconds; also the finest step of its RRDs. */
export const stepSeconds = 5;

/** How far back the RRDs keep that finest step; from there on 75 s for a day, 9 minutes for a week, 38 for a month. */
export const fineSeconds = 6000;

/**
Our own collectd's configuration. Everything it writes lies in one folder of ours, so that a collectd the guest runs
by itself is not disturbed. One .rrd file has 119 KB for each data source, the whole tree about 2 MB.

Where plug-ins and types.db lie is left out: each distribution's collectd knows its own places.
*/
export function collectdConf(folder: string): string {
	return `Hostname "node"
FQDNLookup false
BaseDir "${folder}"
PIDFile "${folder}/pid"
Interval ${stepSeconds}
ReadThreads 2
LoadPlugin logfile
<Plugin logfile>
	LogLevel warning
	File "${folder}/collectd.log"
</Plugin>
LoadPlugin cpu
LoadPlugin memory
LoadPlugin load
LoadPlugin rrdtool
<Plugin cpu>
	ReportByCpu false
	ReportByState true
	ValuesPercentage true
</Plugin>
<Plugin memory>
	ValuesAbsolute true
</Plugin>
<Plugin rrdtool>
	DataDir "${folder}/rrd"
	CreateFilesAsync false
	CacheTimeout ${stepSeconds}
	CacheFlush 30
	StepSize ${stepSeconds}
	HeartBeat ${6 * stepSeconds}
	RRARows 1200
	RRATimespan ${fineSeconds}
	RRATimespan 86400
	RRATimespan 604800
	RRATimespan 2678400
	XFF 0.1
</Plugin>
`;
}
