import {AppError} from '../errors/app-error.js';
import type {Finding, ImageReport} from '../images/image-report.js';
import {shellQuote} from '../ssh/shell-quote.js';

/** What is in the image would not run in a cloud, whatever we change. */
export class ImageCannotRunError extends AppError {
	override readonly name = 'ImageCannotRunError';
	override readonly hint: string;
	readonly findings: readonly Finding[];

	constructor(
		readonly file: string,
		report: Pick<ImageReport, 'findings'>,
	) {
		const findings = report.findings.filter(({verdict}) => verdict === 'cannot-run');
		super(`${file} cannot run in a cloud: ${findings.map(({found}) => found).join(' ')}`);
		this.findings = findings;
		this.hint = findings.flatMap(({remark}) => remark ?? []).join(' ') || `See \`d2cm inspect ${shellQuote(file)}\`.`;
	}
}
