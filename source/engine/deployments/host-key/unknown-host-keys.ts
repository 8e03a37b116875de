import {CloudSilentError} from '../../cloud/cloud-silent-error.js';
import {Stopwatch} from '../../host/stopwatch.js';
import {within} from '../../host/within.js';
import {isFinished} from '../../jobs/step-marks.js';
import {fingerprintOf} from '../../ssh/fingerprint-of.js';
import type {HostKeyError} from '../../ssh/host-key-error.js';
import {keyType} from '../../ssh/make-key-pair.js';
import type {DeploymentRun} from '../deployment-run.js';
import type {DeployedNode} from '../node.js';
import {hostKeyAnswers, hostKeyName} from './answer-host-keys.js';
import {consoleVerdict} from './console-host-keys.js';
import {HostKeyRefusedError} from './host-key-refused-error.js';
import {hostKeyShown} from './open-host-keys.js';
import {hostKeyStep} from './pinned-host-key.js';

/** What our first-boot unit writes once it has installed the key we made: then no other one is right. */
const unitWasHere = /d2cm: this is instance /;

/**
Settles host keys that we did not make, as instances have them whose AMI has neither our first-boot unit nor cloud-init to
install ours: the console of the instance knows, else the user. None is accepted in silence.
*/
export class UnknownHostKeys {
	readonly #run: DeploymentRun;
	readonly #looked = new Map<string, Stopwatch>();

	constructor(run: DeploymentRun) {
		this.#run = run;
	}

	/**
	Pins it, or asks; then it is not known yet whose it is.

	@throws {HostKeyError} When it is not that of the instance.
	@throws {HostKeyRefusedError} When the user says so.
	*/
	async settle(node: DeployedNode, error: HostKeyError): Promise<void> {
		const {folder} = this.#run;
		const {offered} = error;
		const fingerprint = fingerprintOf(offered);
		const answer = (await hostKeyAnswers(folder))({node: node.name, fingerprint});
		if (answer === 'refuse') {
			throw new HostKeyRefusedError(node.name, fingerprint, {cause: error});
		}

		if (answer === 'accept') {
			await this.#pin(node, offered, 'accepted by the user');
			return;
		}

		const output = await this.#console(node);
		const verdict = output === undefined ? 'silent' : consoleVerdict(output, offered);
		if (verdict === 'same') {
			await this.#pin(node, offered, 'which its console shows too');
			return;
		}

		if (verdict === 'other' || unitWasHere.test(output ?? '')) {
			throw error;
		}

		await this.#ask(node, offered);
	}

	/** The console, now and then; undefined when it was looked at just before. */
	async #console({instanceId}: DeployedNode): Promise<string | undefined> {
		const {cloud, clock, timing, cancel: signal} = this.#run;
		const looked = this.#looked.get(instanceId);
		if (looked && looked.passedMs() < timing.bootNewsMs) {
			return undefined;
		}

		this.#looked.set(instanceId, new Stopwatch(clock));
		const late = () => new CloudSilentError('it does not show a console.');
		// A console that cannot be had says nothing; there is still the user.
		return within({clock, limitMs: timing.cloudCallLimitMs, late, signal}, async () =>
			cloud.consoleOutput(instanceId),
		).catch(() => '');
	}

	async #pin(node: DeployedNode, key: string, why: string): Promise<void> {
		const {once, say} = this.#run;
		await once(hostKeyStep, node.instanceId, async () => {
			await say('info', `${node.name} has the host key ${fingerprintOf(key)}, ${why}.`, {node});
			return {key};
		});
	}

	async #ask(node: DeployedNode, offered: string): Promise<void> {
		const {deployment, journal, hostKeys, say, timing} = this.#run;
		const fingerprint = fingerprintOf(offered);
		const subject = hostKeyName({node: node.name, fingerprint});
		if (isFinished(journal.records, hostKeyShown, subject)) {
			return;
		}

		const ours = ((await hostKeys()).get(node.role.name) ?? []).map(({publicKey}) => publicKey);
		const expected = fingerprintOf(ours.find(key => keyType(key) === keyType(offered)) ?? ours[0] ?? '');
		const data = {node: node.name, instance: node.instanceId, fingerprint, expected};
		const minutes = Math.round(timing.hostKeyLimitMs / 60_000);
		await say(
			'warning',
			`${node.name} (${node.instanceId}) shows the host key ${fingerprint}, not ${expected}, which was made for it, and its console does not tell which is right. Nothing is sent there until that is known, for at most ${minutes} minutes.`,
			{
				node,
				hint: `If it is the key of this instance: d2cm host-key accept ${deployment.id} ${subject} (all that wait for your word: d2cm host-key list ${deployment.id})`,
			},
		);
		await journal.append({kind: 'step', step: hostKeyShown, subject, mark: 'finished', data});
	}
}
