import {isUtf8} from 'node:buffer';
import {isAbsolute, resolve} from 'node:path';
import {LineCounter, parseDocument} from 'yaml';
import {formatBytes} from '../host/format-bytes.js';
import {describeIssue} from './describe-issue.js';
import {type Template, templateSchema} from './template.js';
import {TemplateError} from './template-error.js';

/** More than thousands of roles, and no more than is read in a moment. */
const mostBytes = 256 * 1024;

/**
Reads a template from YAML, as text or as the bytes of its file. Relative paths of uploads are taken from `folder`.

@throws {TemplateError} Naming every place that is wrong.
*/
export function parseTemplate(yaml: string | Uint8Array, folder: string): Template {
	const template = checkedTemplate(readYaml(textOf(yaml)));
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

/** @throws {TemplateError} When it is too much, or no text. */
function textOf(yaml: string | Uint8Array): string {
	const bytes = Buffer.from(yaml as Uint8Array);
	if (bytes.length > mostBytes) {
		throw new TemplateError([`it has ${formatBytes(bytes.length)}, and a template at most ${formatBytes(mostBytes)}`]);
	}

	if (isUtf8(bytes)) {
		return bytes.toString('utf8');
	}

	// Each character that is none stands for one broken place; the first tells the line.
	const before = bytes.toString('utf8').split('\uFFFD')[0] ?? '';
	const line = before.split('\n').length;
	throw new TemplateError([`line ${line} holds bytes that are no UTF-8; save the file as UTF-8`]);
}

function readYaml(yaml: string): unknown {
	const lineCounter = new LineCounter();
	const document = parseDocument(yaml, {lineCounter, prettyErrors: false, logLevel: 'error'});
	const faults = document.errors.map(({code, message, pos}) => {
		const {line, col} = lineCounter.linePos(pos[0]);
		if (code === 'MULTIPLE_DOCS') {
			return `line ${line}: a second document begins, and a file holds one template`;
		}

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
