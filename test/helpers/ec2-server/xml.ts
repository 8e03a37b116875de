/** A tree of elements: arrays are lists of `item`, undefined is left out. */
export type XmlTree = {readonly [name: string]: XmlValue};
export type XmlValue = string | number | boolean | undefined | XmlTree | readonly XmlValue[];

export function toXml(value: XmlValue): string {
	if (Array.isArray(value)) {
		return value.map(entry => `<item>${toXml(entry)}</item>`).join('');
	}

	if (typeof value === 'object') {
		return Object.entries(value as XmlTree)
			.filter(([, entry]) => entry !== undefined)
			.map(([name, entry]) => `<${name}>${toXml(entry)}</${name}>`)
			.join('');
	}

	return String(value).replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
