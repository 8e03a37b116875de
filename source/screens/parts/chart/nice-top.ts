/** The smallest of 1, 2, 4, 5 and 8 times a power of ten that is not below the value: a scale that is easily read. */
export function niceTop(value: number): number {
	if (!(value > 0)) {
		return 1;
	}

	const power = 10 ** Math.floor(Math.log10(value));
	const factor = [1, 2, 4, 5, 8, 10].find(candidate => candidate * power >= value * (1 - 1e-12)) ?? 10;
	return Number((factor * power).toPrecision(1 + (factor === 10 ? 1 : 0)));
}
