/** Control characters and those that turn the direction of text: a guest's files must not steer the user's terminal. */
const unprintable = /[\p{Cc}\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu;

/** Replaces in every string of some plain data what a terminal would not print as it stands. */
export function printable<Value>(value: Value): Value {
	return clean(value) as Value;
}

function clean(value: unknown): unknown {
	if (typeof value === 'string') {
		return value.replace(unprintable, '\ufffd');
	}

	if (Array.isArray(value)) {
		return value.map(clean);
	}

	return typeof value === 'object' && value !== null
		? Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, clean(inner)]))
		: value;
}
