import type {Verdict} from '../../engine/images/image-report.js';

const texts: Readonly<Record<Verdict, string>> = {
	fits: 'fits',
	'will-be-fixed': 'will be fixed',
	'cannot-run': 'cannot run',
};

const colors: Readonly<Record<Verdict, string>> = {fits: 'green', 'will-be-fixed': 'yellow', 'cannot-run': 'red'};

export function verdictText(verdict: Verdict): string {
	return texts[verdict];
}

export function verdictColor(verdict: Verdict): string {
	return colors[verdict];
}
