/** The times below a chart, in the time zone of this machine: its beginning, its end, and between them what has room. */
export function timeAxis(fromSeconds: number, toSeconds: number, width: number): string {
	const spanSeconds = toSeconds - fromSeconds;
	const label = (seconds: number) => clock(seconds, {withDay: spanSeconds > 86_400, withSeconds: spanSeconds < 3600});
	const labelWidth = label(fromSeconds).length;
	const count = Math.max(1, Math.min(5, Math.floor((width + 8) / (labelWidth + 8))));
	let line = '';
	for (let index = 0; index < count; index++) {
		const share = count === 1 ? 0 : index / (count - 1);
		const room = Math.round(share * (width - labelWidth));
		line = line.padEnd(room) + label(fromSeconds + share * spanSeconds);
	}

	return line.slice(0, width).padEnd(width);
}

function clock(seconds: number, {withDay, withSeconds}: {withDay: boolean; withSeconds: boolean}): string {
	const date = new Date(Math.round(seconds) * 1000);
	const two = (value: number) => String(value).padStart(2, '0');
	const time = `${two(date.getHours())}:${two(date.getMinutes())}${withSeconds ? `:${two(date.getSeconds())}` : ''}`;
	return withDay ? `${two(date.getMonth() + 1)}-${two(date.getDate())} ${time}` : time;
}
