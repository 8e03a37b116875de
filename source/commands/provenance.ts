import {dollars} from '../engine/cloud/prices/dollars.js';
import {plannedUser} from '../engine/deployments/login-user.js';
import type {Provenance} from '../engine/deployments/provenance.js';
import {formatDuration} from '../engine/host/format-duration.js';
import {columns} from './columns.js';
import type {Command} from './command.js';

export const provenance: Command = {
	name: 'provenance',
	summary: 'Tell what a deployment ran, with what outcome and cost',
	arguments: [{name: 'ID'}],
	details: ['Results check with sha256sum alone: cd FOLDER && sha256sum -c SHA256SUMS'],
	examples: ['d2cm provenance A1B2C3', 'd2cm provenance A1B2C3 --json'],
	async run({arguments: {id = ''}, json, output, open}) {
		const told = await (await open()).provenance(id);
		if (json) {
			output.printJson(told);
		} else {
			output.print(provenanceText(told));
		}

		return 0;
	},
};

export function provenanceText({
	deployment,
	versions,
	states,
	instances,
	commands,
	results,
	end,
	durationSeconds,
	costUsd,
}: Provenance): readonly string[] {
	const {launchKey, cloud, problemSize, createdAt, roles} = deployment;
	const parts = [
		columns([
			['Deployment', launchKey],
			['Cloud', cloud],
			['Problem size', String(problemSize)],
			['Made', createdAt],
			['D2CM', versions.join(', ') || '-'],
			['End', end ? `${end.state} ${end.at}${end.cause === undefined ? '' : `: ${end.cause}`}` : 'not yet'],
			['Duration', durationSeconds === undefined ? '-' : formatDuration(durationSeconds * 1000)],
			['Cost', costUsd === undefined ? 'unknown' : `about ${dollars(costUsd)}`],
		]),
		...roles.map(role =>
			columns([
				[
					`Role ${role.name}`,
					`${role.count} x ${role.instanceType}${plannedUser(role) === undefined ? '' : ` as ${plannedUser(role)}`}`,
				],
				[
					'Price',
					role.hourlyUsd === undefined
						? 'unknown'
						: `${dollars(role.hourlyUsd)} per hour${role.priceSource ? `, from ${role.priceSource}` : ''}`,
				],
				['AMI', role.image === role.imageId ? role.imageId : `${role.imageId} of image ${role.image}`],
				['VDI', `${role.origin?.file ?? '-'} ${role.origin?.vdiFingerprint ?? ''}`],
				...(role.origin?.fixUps ?? []).map(text => ['Fix-up', text]),
			]),
		),
		columns([
			['STATE', 'ENTERED', 'SECONDS'],
			...states.map(({state, at, seconds}) => [state, at, seconds === undefined ? '-' : seconds.toFixed(1)]),
		]),
		columns([
			['NODE', 'INSTANCE', 'LOGIN', 'TYPE', 'USD/H', 'FROM', 'UNTIL'],
			...instances.map(({name, instanceId, user, instanceType, spot, hourlyUsd, reservedAt, endedAt}) => [
				name,
				instanceId,
				user ?? '-',
				`${instanceType}${spot ? ' (spot)' : ''}`,
				hourlyUsd === undefined ? 'unknown' : dollars(hourlyUsd),
				reservedAt ?? '-',
				endedAt ?? '-',
			]),
		]),
		columns([
			['NODE', 'SCRIPT', 'CODE', 'COMMAND'],
			...commands.map(({node, kind, exitCode, command}) => [
				node,
				kind,
				String(exitCode ?? '-'),
				command.replaceAll('\n', ' ; '),
			]),
		]),
		columns([['SHA-256', 'RESULT'], ...results.map(({path, sha256}) => [sha256, path])]),
	];
	return parts.flatMap((part, index) => (index === 0 ? part : ['', ...part]));
}
