/** Per GiB and month, by Amazon's list for us-east-1; elsewhere it is a little more. */
const usdPerGibMonth: Readonly<Record<string, number>> = {
	gp2: 0.1,
	gp3: 0.08,
	io1: 0.125,
	io2: 0.125,
	st1: 0.045,
	sc1: 0.015,
};
const hoursPerMonth = 730;

/** US dollars per hour of an EBS volume, whether it is used or not; undefined for a type without a known price. */
export function volumePrice(gib: number, type: string): number | undefined {
	const price = usdPerGibMonth[type];
	return price === undefined ? undefined : (gib * price) / hoursPerMonth;
}
