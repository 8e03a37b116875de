/** To the cent; finer where rounding would change the amount, as with types of a fraction of a cent. Dust is nothing. */
export function dollars(price: number): string {
	const cents = price.toFixed(2);
	const isFine = price < 1 && Math.abs(Number(cents) - price) >= 5e-6;
	return `$${isFine ? price.toFixed(price < 0.0001 ? 5 : 4) : cents}`;
}
