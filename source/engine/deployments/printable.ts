/** What a console wrote, without the escape sequences and control characters of a boot loader. */
export function printable(text: string): string {
	// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is taken out
	return text.replace(/\x1b\[[0-9;?]*[A-Za-z]/g, '').replace(/[^\n\t\x20-\x7e\u00a0-\uffff]/g, '');
}
