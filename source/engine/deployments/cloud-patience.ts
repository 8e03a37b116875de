import {CloudFailingError} from '../cloud/cloud-failing-error.js';
import {CloudSilentError} from '../cloud/cloud-silent-error.js';
import {isNoAnswer, mayPass} from '../cloud/may-pass.js';
import {AppError} from '../errors/app-error.js';
import type {Clock} from '../host/clock.js';
import {Stopwatch} from '../host/stopwatch.js';
import {within} from '../host/within.js';
import type {Timing} from './deployment-context.js';

type Needs = {
	readonly clock: Clock;
	readonly timing: Pick<Timing, 'cloudCallLimitMs' | 'cloudSilenceLimitMs'>;
	readonly say: (level: 'info' | 'warning', message: string, about?: {readonly hint?: string}) => Promise<void>;
};

const longestPauseMs = 30_000;

/** Asks the cloud, whatever the network does meanwhile: silence is an event, and an end only when it lasts. */
export class CloudPatience {
	readonly #needs: Needs;
	#isSilent = false;

	constructor(needs: Needs) {
		this.#needs = needs;
	}

	/**
	Asks again, with growing pauses, until there is an answer. The question must be one that may be put twice.

	@param isBorne Which errors are asked past; by default what may pass by itself.
	@throws {CloudFailingError} Or the error itself where it says more, when the limit is over; at once what will not pass.
	*/
	async ask<T>(question: () => Promise<T>, signal?: AbortSignal, isBorne = mayPass): Promise<T> {
		const {clock, timing} = this.#needs;
		const waited = new Stopwatch(clock, timing.cloudCallLimitMs + longestPauseMs);
		for (let attempt = 0; ; attempt++) {
			try {
				return await this.#answer(question, signal);
			} catch (error) {
				mustBeBorne(error, signal, isBorne);
				if (waited.passedMs() >= timing.cloudSilenceLimitMs) {
					throw error instanceof AppError ? error : new CloudFailingError(messageOf(error), {cause: error});
				}

				if (attempt > 0) {
					await this.#noteSilence(error);
				}

				await clock.sleep(Math.min(1000 * 2 ** Math.min(attempt, 10), longestPauseMs), signal);
			}
		}
	}

	/** Asks once; undefined when there is no answer now, or a refusal. Silence is said at once. */
	async askOnce<T>(question: () => Promise<T>, signal?: AbortSignal): Promise<T | undefined> {
		try {
			return await this.#answer(question, signal);
		} catch (error) {
			mustBeBorne(error, signal, isNoAnswer);
			await this.#noteSilence(error);
			return undefined;
		}
	}

	async #answer<T>(question: () => Promise<T>, signal?: AbortSignal): Promise<T> {
		const {clock, timing, say} = this.#needs;
		const limitMs = timing.cloudCallLimitMs;
		const late = () => new CloudSilentError(`it did not answer within ${limitMs / 1000} s.`);
		const answer = await within({clock, limitMs, late, signal}, question);
		if (this.#isSilent) {
			this.#isSilent = false;
			await say('info', 'The cloud answers again.');
		}

		return answer;
	}

	async #noteSilence(error: unknown): Promise<void> {
		if (!this.#isSilent) {
			this.#isSilent = true;
			const hint = error instanceof AppError ? {hint: error.hint} : {};
			await this.#needs.say('warning', `The cloud cannot be asked now: ${messageOf(error)} Trying again.`, hint);
		}
	}
}

/** Throws what no patience mends: the user's own cancel, or an error that will not pass. */
function mustBeBorne(error: unknown, signal: AbortSignal | undefined, isBorne: (error: unknown) => boolean): void {
	signal?.throwIfAborted();
	if (!isBorne(error)) {
		throw error;
	}
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
