import {strangeAnswer} from '../answer-errors.js';

const hex = '[0-9a-f]{8,17}';

/**
What a cloud's ids and names look like. They come to stand in files, folders, requests and addresses: what a cloud gives in their
place is none.
*/
const shapes = {
	address: new RegExp(`^eipalloc-${hex}$`),
	/** Some clouds number them in hexadecimal. */
	account: /^[\w-]{1,64}$/,
	AMI: new RegExp(`^[ae]mi-${hex}$`),
	/** Of whatever makes one: 128 characters are Amazon's most for the name of an AMI, 255 for that of a key pair. */
	name: /^[ -~]{1,255}$/,
	'import task': /^import-snap-[0-9a-z]{8,17}$/,
	instance: new RegExp(`^i-${hex}$`),
	'instance type': /^[A-Za-z0-9][\w.-]{0,63}$/,
	kernel: new RegExp(`^[ae][kr]i-${hex}$`),
	/** A region or a zone. */
	place: /^[A-Za-z0-9][\w.-]{0,62}$/,
	'security group': new RegExp(`^sg-${hex}$`),
	snapshot: new RegExp(`^snap-${hex}$`),
	volume: new RegExp(`^vol-${hex}$`),
} as const;

export type Shape = keyof typeof shapes;

export const isShaped = (shape: Shape, text: string | undefined): text is string =>
	text !== undefined && shapes[shape].test(text);

/** @throws {CloudAnswerError} For an answer that nothing goes on without. */
export function mustBeShaped(shape: Shape, text: string): string {
	if (!isShaped(shape, text)) {
		throw strangeAnswer(shape, text);
	}

	return text;
}
