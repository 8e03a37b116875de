const amazonHosts = /(?:^|\.)amazonaws\.com(?:\.cn)?$/;

const hostOf = (url: string): string => (URL.canParse(url) ? new URL(url).hostname : '');

/** Whether an address is Amazon's own. */
export const isAmazonAddress = (url: string): boolean => amazonHosts.test(hostOf(url));

/** `https://ec2.eu-west-1.amazonaws.com` is in `eu-west-1`; empty where the address does not say. */
export const regionOfAddress = (url: string): string =>
	(isAmazonAddress(url) && /\.([a-z]{2}(?:-[a-z]+)+-\d)\./.exec(hostOf(url))?.[1]) || '';
