import type {Use} from '../../actions/d2cm.js';
import type {Field} from './form-field.js';

/** Names what needs the thing that is about to be changed; nothing where nothing does. */
export function usesNote(uses: readonly Use[] | undefined): readonly Field[] {
	return uses === undefined || uses.length === 0
		? []
		: [{kind: 'note', key: 'uses', label: 'Used by', lines: [`Used by ${usesText(uses)}.`]}];
}

/** `cloud sci, AMI ami-0a1b2c3d and 3 more` */
export function usesText(uses: readonly Use[], most = 3): string {
	const named = uses.slice(0, most).map(({what, name}) => `${what} ${name}`);
	return uses.length > most ? `${named.join(', ')} and ${uses.length - most} more` : named.join(', ');
}
