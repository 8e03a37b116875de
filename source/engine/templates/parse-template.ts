import {isAbsolute, resolve} from 'node:path';
import {LineCounter, parseDocument} from 'yaml';
import {describeIssue} from './describe-issue.js';
import {type Template, templateSchema} from './template.js';
import {TemplateError} from './template-error.js';

/**
Reads a template from YAML text. Relative paths of uploads are taken from `folder`.

@throws {TemplateError} Naming every place that is wrong.
*/
export function parseTemplate(yaml: string, folder: string): Template {
	const template = checkedTemplate(readYaml(yaml));
	return {
		...template,
		roles: template.roles.map(role => ({
			...role,
			uploads: role.uploads.map(({local, remote}) => ({
				local: isAbsolute(local) ? local : resolve(folder, local),
				remote,
			})),
		})),
	};
}

/** @throws {TemplateError} */
export function checkedTemplate(value: unknown): Template {
	const result = templateSchema.safeParse(value);
	if (!result.success) {
		throw new TemplateError(result.error.issues.flatMap(describeIssue));
	}

	return result.data;
}

function readYaml(yaml: string): unknown {
	const lineCounter = new LineCounter();
	const document = parseDocument(yaml, {lineCounter, prettyErrors: false});
	const faults = document.errors.map(({message, pos}) => {
		const {line, col} = lineCounter.linePos(pos[0]);
		return `line ${line}, column ${col}: ${message.split('\n')[0]?.replace(/\.$/, '')}`;
	});
	if (faults.length > 0) {
		throw new TemplateError(faults);
	}

	try {
		return document.toJS({maxAliasCount: 100});
	} catch (error) {
		throw new TemplateError([error instanceof Error ? error.message : String(error)], {cause: error});
	}
}
