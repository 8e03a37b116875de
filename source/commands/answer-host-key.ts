import type {JobSummary} from '../actions/d2cm.js';
import type {HostKeyAnswer} from '../engine/deployments/host-key/answer-host-keys.js';
import {CancelledError} from '../engine/errors/cancelled-error.js';
import {UsageError} from '../engine/errors/usage-error.js';
import type {Call} from './command.js';
import {hostKeyTable} from './host-key-table.js';
import {NotConfirmedError} from './not-confirmed-error.js';

export type NamedHostKey = {readonly node: string; readonly fingerprint: string};

/** Gives the user's word on one host key, or on all that wait for it. Returns which these were. */
export async function answerHostKey(call: Call, answer: HostKeyAnswer): Promise<readonly NamedHostKey[]> {
	const {
		arguments: {id = '', node, fingerprint},
		options,
		open,
	} = call;
	const isOne = node !== undefined && fingerprint !== undefined;
	if (options.has('all') ? node !== undefined : !isOne) {
		throw new UsageError(
			`d2cm host-key ${answer} needs either NODE and FINGERPRINT or --all.`,
			`Run \`d2cm host-key list ${id}\` to see which wait.`,
		);
	}

	const d2cm = await open();
	const keys = isOne ? [{node, fingerprint}] : await allOf(await d2cm.job(id), answer, call);
	if (keys.length > 0) {
		await d2cm.answerHostKeys(id, keys, answer);
	}

	return keys;
}

/** Those that are shown here, and no other: what comes while the user reads is another question. */
async function allOf(
	{title, openHostKeys = []}: JobSummary,
	answer: HostKeyAnswer,
	{json, options, output}: Call,
): Promise<readonly NamedHostKey[]> {
	if (!json) {
		output.print(hostKeyTable(title, openHostKeys));
	}

	if (openHostKeys.length > 0 && answer === 'accept' && !options.has('yes')) {
		if (json || !output.isTerminal) {
			throw new NotConfirmedError(
				'The host keys were not agreed to, so none was accepted.',
				'Compare them with what you know from elsewhere, then add --yes.',
			);
		}

		if (!(await output.confirm(`Accept ${openHostKeys.length === 1 ? 'it' : `all ${openHostKeys.length}`}?`))) {
			throw new CancelledError('Accepting host keys');
		}
	}

	return openHostKeys.map(({node, fingerprint}) => ({node, fingerprint}));
}
