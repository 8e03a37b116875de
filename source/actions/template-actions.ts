import {checkTemplate} from '../engine/templates/check-template.js';
import {formatTemplate} from '../engine/templates/format-template.js';
import {parseTemplate} from '../engine/templates/parse-template.js';
import type {ActionContext} from './action-context.js';
import type {D2cm} from './d2cm.js';
import {findNamed, removeNamed, replaceNamed} from './named-entries.js';

type TemplateActions = Pick<D2cm, 'saveTemplate' | 'removeTemplate' | 'importTemplate' | 'exportTemplate'>;

export function templateActions({store, changed}: ActionContext): TemplateActions {
	const save: TemplateActions['saveTemplate'] = async template => {
		await store.update(draft => replaceNamed(draft.templates, template));
		changed();
	};

	return {
		saveTemplate: save,
		async removeTemplate(name) {
			await store.update(draft => removeNamed('template', draft.templates, name));
			changed();
		},
		async importTemplate(yaml, folder) {
			const template = parseTemplate(yaml, folder);
			await save(template);
			const images = store.data().images.map(({name}) => name);
			return {name: template.name, findings: await checkTemplate(template, {images})};
		},
		exportTemplate: name => formatTemplate(findNamed('template', store.data().templates, name)),
	};
}
