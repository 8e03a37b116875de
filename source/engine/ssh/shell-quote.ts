/** One word for sh, whatever is in the text: nothing in it is expanded. A NUL cannot be in any argument and is refused. */
export function shellQuote(text: string): string {
	if (text.includes('\0')) {
		throw new RangeError('A word of a command cannot contain a NUL.');
	}

	return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}
