/** Sections by name, each with its settings by name in lower case. Nested settings (indented) are left out. */
export type Ini = ReadonlyMap<string, ReadonlyMap<string, string>>;

/** Reads a file of the shared AWS configuration. */
export function parseIni(text: string): Ini {
	const sections = new Map<string, Map<string, string>>();
	let current: Map<string, string> | undefined;
	for (const line of text.replace(/^\uFEFF/, '').split(/\r?\n/)) {
		const section = /^\[([^\]]+)\]/.exec(line)?.[1]?.trim();
		const [, name, value] = /^([\w.-]+)\s*=(.*)$/s.exec(line) ?? [];
		if (section !== undefined) {
			current = sections.get(section) ?? new Map();
			sections.set(section, current);
		} else if (current && name !== undefined && value !== undefined) {
			// A comment after a value begins with a blank.
			current.set(
				name.toLowerCase(),
				value
					.trimStart()
					.replace(/\s[#;].*$/s, '')
					.trim(),
			);
		}
	}

	return sections;
}
