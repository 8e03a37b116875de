import {dollars} from '../../engine/cloud/prices/dollars.js';

/** `2026-11-22 14:03`, in the time zone of this machine. */
export function formatTime(iso: string): string {
	const date = new Date(iso);
	if (Number.isNaN(date.getTime())) return iso;
	const two = (value: number) => String(value).padStart(2, '0');
	const day = `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
	return `${day} ${two(date.getHours())}:${two(date.getMinutes())}`;
}

/** `14:03:07`, in the time zone of this machine. */
export function formatClock(iso: string): string {
	const date = new Date(iso);
	const two = (value: number) => String(value).padStart(2, '0');
	return Number.isNaN(date.getTime())
		? iso
		: `${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}`;
}

/** Never $0.00 for a price that is not known. */
export function formatPrice(usd: number | undefined): string {
	return usd === undefined ? 'unknown' : dollars(usd);
}

export function plural(count: number, noun: string, many = `${noun}s`): string {
	return `${count} ${count === 1 ? noun : many}`;
}
