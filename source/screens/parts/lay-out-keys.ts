import {textWidth} from '../../engine/host/terminal-text.js';
import {type KeyBinding, keyName, keysOf} from './key-binding.js';

const mostLines = 2;

/**
The keys to show, line by line: all of them on one line where they fit, else on two. Keys that are said elsewhere (`isSpare`)
only take room that is left. Where even two lines are not enough, help is called what it then is: where more keys are.
*/
export function layOutKeys(keys: readonly KeyBinding[], width: number): ReadonlyArray<readonly KeyBinding[]> {
	const shown = keys.filter(({isMinor}) => !isMinor);
	const ordered = [...shown.filter(key => !leadsOut(key)), ...shown.filter(leadsOut)];
	const needed = ordered.filter(({isSpare}) => !isSpare);
	const whole = [ordered, needed].find(candidates => roomFor(candidates) <= width);
	if (whole !== undefined) {
		return [whole];
	}

	const lines = inLines(needed, width);
	return lines.length <= mostLines ? lines : cutShort(needed, width);
}

/** `n New` */
export function hintOf(binding: KeyBinding): string {
	return `${keyName(keysOf(binding)[0] ?? '')} ${binding.label}`;
}

const leadsOut = (binding: KeyBinding): boolean =>
	keysOf(binding).some(key => key === '?' || key === 'ctrl+g' || key === 'q' || key === 'escape');

const roomFor = (bindings: readonly KeyBinding[]): number =>
	bindings.reduce((sum, binding) => sum + textWidth(hintOf(binding)) + 2, 0);

function inLines(keys: readonly KeyBinding[], width: number): ReadonlyArray<readonly KeyBinding[]> {
	const lines: KeyBinding[][] = [];
	for (const key of keys) {
		const last = lines.at(-1);
		if (last !== undefined && roomFor([...last, key]) <= width) {
			last.push(key);
		} else {
			lines.push([key]);
		}
	}

	return lines;
}

/** Those that work now have the first claim to the room; the order stays. */
function cutShort(keys: readonly KeyBinding[], width: number): ReadonlyArray<readonly KeyBinding[]> {
	const renamed = keys.map(key => (keysOf(key).includes('?') ? {...key, label: 'More keys'} : key));
	const works = ({disabledReason}: KeyBinding) => disabledReason === undefined;
	const inOrderOfClaim = [
		...renamed.filter(leadsOut),
		...renamed.filter(key => !leadsOut(key) && works(key)),
		...renamed.filter(key => !leadsOut(key) && !works(key)),
	];
	const kept = new Set<KeyBinding>();
	for (const key of inOrderOfClaim) {
		const candidates = renamed.filter(other => kept.has(other) || other === key);
		if (inLines(candidates, width).length <= mostLines) {
			kept.add(key);
		}
	}

	return inLines(
		renamed.filter(key => kept.has(key)),
		width,
	);
}
