/** A way in which the engine could be wrong, and cases that must notice. */
export type Sabotage = {
	readonly name: string;
	/** End of the path of the compiled module. */
	readonly file: string;
	readonly find: string;
	readonly replace: string;
	/** Part of the names of the cases. */
	readonly only: string;
};

export const sabotages: readonly Sabotage[] = [
	{
		name: 'a refused question is taken for the end of what runs',
		file: 'cloud/may-pass.js',
		find: "error.sort !== 'final'",
		replace: "error.sort === 'wait'",
		only: 'plain/refuse/',
	},
	{
		name: 'an instance is forgotten',
		file: 'steps/terminate-instances.js',
		find: 'cloud.terminate(ids)',
		replace: 'cloud.terminate(ids.slice(1))',
		only: 'plain/calm',
	},
	{
		name: 'the instances do not carry our tags',
		file: 'deployments/deployment-run.js',
		find: 'return { installation: deployment.installation,',
		replace: "return { installation: 'nobody',",
		only: 'plain/calm',
	},
	{
		name: 'what the cloud does not show is taken for gone',
		file: 'steps/terminate-instances.js',
		find: 'quiet.passedMs() >= settleMs',
		replace: 'true',
		only: 'plain/lag-cancel/',
	},
	{
		name: 'instances are ended before their data are here',
		file: 'deployments/life-cycle.js',
		find: 'collectData,',
		replace: '',
		only: 'plain/calm',
	},
	{
		name: 'a file is dropped',
		file: 'deployments/collection.js',
		find: 'node.role.downloads.map(',
		replace: 'node.role.downloads.slice(0, 1).map(',
		only: 'plain/calm',
	},
	{
		name: 'a file that could not be had is not missed',
		file: 'deployments/collection.js',
		find: 'if (failure && item.wanted)',
		replace: 'if (false)',
		only: 'missing/calm',
	},
	{
		name: 'a file is not in SHA256SUMS',
		file: 'deployments/collection.js',
		find: 'await sums.add(',
		replace: 'await Promise.resolve(',
		only: 'plain/calm',
	},
	{
		name: 'a name that is not synced is taken for lasting',
		file: 'deployments/sums-writer.js',
		find: 'await this.#syncNames(added.keys());',
		replace: '',
		only: 'plain/power/power-after@cloud-',
	},
	{
		name: 'a script runs twice',
		file: 'steps/start-async-scripts.js',
		find: 'tasks.start(shell, {',
		replace: "(tasks.start(shell, { id: 'again', command, environment }), tasks).start(shell, {",
		only: 'plain/calm',
	},
	{
		name: 'a cancelled run is called COMPLETED',
		file: 'deployments/run-deployment.js',
		find: "isCancelled(journal.records) ? 'CANCELLED' :",
		replace: '',
		only: 'plain/cancel/cancel@record-5',
	},
	{
		name: 'a failed run is called COMPLETED',
		file: 'deployments/run-deployment.js',
		find: "failure || left.length > 0 ? 'FAILED'",
		replace: "left.length > 0 ? 'FAILED'",
		only: 'failing/calm',
	},
	{
		name: 'the token of a reservation is not the same the next time',
		file: 'deployments/client-token.js',
		find: "createHash('sha256')",
		replace: "createHash('sha256').update(String(Math.random()))",
		only: '/lag-kill/lag-60@cloud-1+kill-after@cloud-4',
	},
	{
		name: 'one bad answer of the cloud ends a run',
		file: 'deployments/cloud-patience.js',
		find: 'if (!isBorne(error))',
		replace: 'if (true)',
		only: 'plain/cloud/fail-server-error-before',
	},
	{
		name: 'one broken connection ends a run',
		file: 'deployments/is-passing.js',
		find: 'error instanceof ConnectionLostError',
		replace: 'false',
		only: 'plain/shell/fail-reset-before',
	},
	{
		name: 'a command that hangs is waited for',
		file: 'host/within.js',
		find: 'throw late();',
		replace: 'return new Promise(() => undefined);',
		only: 'plain/shell/hang@shell-1',
	},
	{
		name: 'the key pair stays',
		file: 'steps/clean-up-cloud.js',
		find: 'cloud.cleanUp(whose)',
		replace: 'undefined',
		only: 'plain/calm',
	},
	{
		name: 'what is left is not said',
		file: 'deployments/remaining.js',
		find: "record.step === 'remains'",
		replace: 'false',
		only: 'plain/immortal',
	},
	{
		name: 'the spend cap is not kept',
		file: 'deployments/run-limit.js',
		find: 'spent.usd >= capUsd - forResults - leastUsd',
		replace: 'false',
		only: 'capped/calm',
	},
	{
		name: 'a staged object stays',
		file: 'staging/remove-staged.js',
		find: 'await store.removeAll(',
		replace: 'await Promise.resolve(',
		only: 'staged/calm',
	},
	{
		name: 'an unfinished upload stays',
		file: 'staging/remove-staged.js',
		find: 'await abandonUploads(',
		replace: 'await Promise.resolve(',
		only: 'staged/store-end/kill-before',
	},
	{
		name: 'nothing staged is taken away after a cancel',
		file: 'deployments/life-cycle.js',
		find: 'terminateInstances, unstageInputs,',
		replace: 'terminateInstances,',
		only: 'staged/store-end/',
	},
	{
		name: 'keys that are refused for a time are the end of cleaning up',
		file: 'cloud/may-pass.js',
		find: 'return ((error instanceof AppError',
		replace: 'return false && ((error instanceof AppError',
		only: 'staged/store-end/expire',
	},
	{
		name: 'a fetch that ends badly is taken for a good one',
		file: 'staging/fetch-staged.js',
		find: "outcome?.state === 'stored'",
		replace: 'outcome',
		only: 'staged/fetch/',
	},
	{
		name: 'the security group stays',
		file: 'ec2/security-group.js',
		find: "await ask('DeleteSecurityGroup'",
		replace: "await (async () => undefined)('DeleteSecurityGroup'",
		only: 'ec2/ec2-call/throttled@RunInstances-1',
	},
];
