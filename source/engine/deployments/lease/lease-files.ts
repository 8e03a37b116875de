import {createHash} from 'node:crypto';
import type {LeaseLimits} from './lease-limits.js';

/** Where the timer lies on an instance. */
export const leaseFolder = '/var/lib/d2cm/lease';

/**
The timer itself, for any POSIX shell. It counts by the kernel's uptime, since clocks are set; and by tokens, so that two of it
do no harm. What changes is in memory (`live`), since a disk that is full must not end an instance somebody works on; a copy
on the disk outlives a reboot.
*/
const timer = `# Ends this instance once nobody looks after it any more. D2CM put it here, and renews it while it works.
cd "\${0%/*}" || exit 1
live=/run/d2cm-lease uptime=/proc/uptime patience=120
. ./limits
umask 077
mkdir -p "$live" 2>/dev/null || live=.

take() { # FILE: what was counted before, as far as it is whole
	read -r one two three 2>/dev/null <"$1" || return 1
	case "\${one:-x}\${two:-x}" in *[!0-9]*) return 1 ;; esac
	idle=$one age=$two seen=$three
}

keep() {
	line="$idle $age $seen"
	echo "$line" >"$live/spent.new" && mv -f "$live/spent.new" "$live/spent"
	[ "$live" = . ] || { echo "$line" >spent.new && mv -f spent.new spent; }
} 2>/dev/null

look() {
	if read -r up rest 2>/dev/null <"$uptime"; then up=\${up%%.*}; else up=$((\${last:-0} + tick)); fi
}

end() {
	idle=0 # Whoever starts this machine again by hand has time to look at it.
	keep
	[ ! -c /dev/console ] || echo "d2cm: this instance ends itself: $1." >/dev/console
	echo "$1" >"$live/ended"
	while :; do
		for command in poweroff 'shutdown -h now' 'halt -p' 'poweroff -f'; do
			$command
			sleep "$patience"
		done
	done
} 2>/dev/null

idle=0 age=0 seen= counted=\${begun:-}
take "$live/spent" || take spent || :
look
last=$up
me="$$ $up"
echo "$me" >"$live/owner"
while sleep "$tick"; do
	owner=
	read -r owner 2>/dev/null <"$live/owner" || :
	[ "\${owner:-$me}" = "$me" ] || exit 0 # A later one has taken over.
	look
	if [ "$up" -gt "$last" ]; then
		idle=$((idle + up - last)) age=$((age + up - last))
	fi
	last=$up
	[ ! -r ./limits ] || . ./limits
	if [ "\${begun:-}" != "$counted" ]; then # It was set anew, and is not started anew for that.
		counted=\${begun:-} idle=0 age=0
	fi
	token=
	read -r token 2>/dev/null <"$live/renewed" || :
	if [ "\${token:-$seen}" != "$seen" ]; then
		seen=$token idle=0
	fi
	keep
	if [ "$idle" -ge "$lease" ]; then
		end "nobody has renewed its lease for $idle s"
	elif [ "$most" -gt 0 ] && [ "$age" -ge "$most" ] && [ "$idle" -ge "$grace" ]; then
		end "its longest time of $most s is over, and nobody has renewed its lease for $idle s"
	fi
done
`;

/**
As a service where there is systemd, so that it is there again after a reboot; else as a process of its own. It is enabled by
hand: `systemctl enable` would have systemd read all its units once more, which takes an emulated machine seconds. A unit that
is new it reads by itself; older versions must be told. Nothing is waited for, since the boot that calls this waits for us.
*/
const start = `cd "\${0%/*}" || exit 1
PATH=$PATH:/usr/local/sbin:/usr/sbin:/sbin
export PATH
systemd=/run/systemd/system units=/etc/systemd/system
. ./limits
if [ -d "$systemd" ] &&
	cp unit "$units/d2cm-lease.service" &&
	mkdir -p "$units/multi-user.target.wants" &&
	ln -sf ../d2cm-lease.service "$units/multi-user.target.wants/d2cm-lease.service" &&
	{
		systemctl --no-block restart d2cm-lease.service 2>/dev/null ||
			{ systemctl daemon-reload && systemctl --no-block restart d2cm-lease.service; }
	}; then
	exit 0
fi
(trap '' HUP; exec $(command -v setsid) sh "$PWD/timer" </dev/null >/dev/null 2>&1) &
`;

/** Prints what the timer had counted. One whose last token was never seen is dead, and started again; so is one that a boot has not started. */
const renew = `cd "\${0%/*}" || exit 1
live=/run/d2cm-lease
. ./limits
umask 077
mkdir -p "$live" 2>/dev/null || live=.
idle= age= seen= token=
read -r idle age seen 2>/dev/null <"$live/spent" || :
read -r token 2>/dev/null <"$live/renewed" || :
echo "$1" >"$live/renewed.new" && mv -f "$live/renewed.new" "$live/renewed" || exit
if [ "$seen" = "$token" ] && [ -e "$live/owner" ]; then
	echo "running \${idle:-0} \${age:-0}"
else
	sh ./start && echo started
fi
`;

const unit = `[Unit]
Description=Ends this instance once nobody looks after it any more
DefaultDependencies=no
RequiresMountsFor=${leaseFolder}
After=systemd-remount-fs.service
Conflicts=shutdown.target
Before=shutdown.target

[Service]
ExecStart=/bin/sh ${leaseFolder}/timer
Environment=PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
Restart=always
RestartSec=10
OOMScoreAdjust=-900

[Install]
WantedBy=multi-user.target
`;

/** Left out: as on a real machine. */
export type LeasePlaces = {
	/** Folder in memory. */
	readonly live?: string;
	readonly uptime?: string;
	/** Seconds between two ways to end the machine. */
	readonly patience?: number;
	/** Is there where systemd runs. */
	readonly systemd?: string;
	readonly units?: string;
};

/** Tells whether the timer that an instance has is this one. */
export const edition = createHash('sha256').update([timer, start, renew, unit].join('\0')).digest('hex').slice(0, 16);

/** The files of the timer, by name. `limits` is read by a shell, so it is made of numbers and paths of ours only. */
export function leaseFiles(
	{leaseSeconds, mostSeconds, graceSeconds, tickSeconds}: LeaseLimits,
	places: LeasePlaces = {},
): Readonly<Record<string, string>> {
	const settings = {
		edition,
		lease: Math.ceil(leaseSeconds),
		most: Math.ceil(mostSeconds ?? 0),
		grace: Math.ceil(graceSeconds),
		tick: tickSeconds,
		...places,
	};
	const limits = Object.entries(settings).map(([name, value]) => `${name}=${value}\n`);
	return {timer, start, renew, unit, limits: limits.join('')};
}
