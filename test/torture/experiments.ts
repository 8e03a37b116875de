import type {Deployment} from '../../source/engine/deployments/deployment.js';
import {roleSchema} from '../../source/engine/templates/template.js';
import {simInputs} from './sim-inputs.js';

/** What a deployment comes to when nothing goes wrong. */
export type Experiment = {
	readonly name: string;
	readonly deployment: Deployment;
	/** On a cloud with an object store, to which large inputs go. */
	readonly isStaged?: boolean;
	readonly naturalEnd: 'COMPLETED' | 'FAILED';
	/** What a natural failure is called. */
	readonly naturalCause?: RegExp;
	/** The done checks come to hold a little after what fails; where both are seen at once, they decide. */
	readonly mayBeDone?: boolean;
	/** What ends it, in whatever state it is. */
	readonly limit?: 'cap' | 'time';
};

type Changes = {readonly master?: object; readonly slave?: object; readonly slaves?: number};

function deployment({master, slave, slaves = 2}: Changes = {}): Deployment {
	const role = (fields: object) => ({
		...roleSchema.parse({image: 'worker', ...fields}),
		imageId: 'ami-00000001',
		instanceType: 'test.small',
		hourlyUsd: 0.01,
		user: 'root',
	});
	return {
		id: 'SIM001',
		template: 'pi',
		launchKey: 'pi.SIM001',
		installation: '00000000-0000-4000-8000-000000000003',
		createdAt: '2026-11-22T10:00:00.000Z',
		cloud: 'sim',
		problemSize: 42,
		maxRunMinutes: 120,
		holdMinutes: 30,
		roles: [
			role({
				name: 'Master',
				uploads: [{local: '/etc/hostname', remote: '/root/input'}],
				startScripts: ['write /root/ready yes'],
				asyncScripts: [
					'append /root/log begun\nsleep 20\nappend /root/log pi = 3.14\nwrite /root/out master\nwrite /root/done yes',
				],
				doneChecks: [
					{kind: 'file', path: '/root/done'},
					{kind: 'log', path: '/root/log', pattern: '^pi = 3'},
				],
				downloads: ['/root/out'],
				monitoring: true,
				...master,
			}),
			role({
				name: 'Slave',
				count: slaves,
				startScripts: ['append /root/runs one', 'sleep 3\nappend /root/runs two'],
				asyncScripts: ['append /root/runs three\nsleep 10\nwrite /root/out slave'],
				downloads: ['/root/out', '/root/runs'],
				...slave,
			}),
		],
	};
}

/** Something to bring home at once, and no end that anybody would wait for. */
const endless = {
	asyncScripts: ['append /root/runs three\nwrite /root/out early\nsleep 40000'],
	doneChecks: [{kind: 'file', path: '/root/never'}],
};

export const experiments: readonly Experiment[] = [
	{name: 'plain', deployment: deployment(), naturalEnd: 'COMPLETED'},
	{
		name: 'failing',
		deployment: deployment({
			slave: {asyncScripts: ['append /root/runs three\nsleep 8\nwrite /root/out early\nexit 3']},
		}),
		naturalEnd: 'FAILED',
		naturalCause: /ended with exit code 3/,
		mayBeDone: true,
	},
	{
		name: 'handed-on',
		deployment: deployment({
			master: {
				asyncScripts: [
					'append /root/log pi = 3.14\nlater 80 write /root/out master\nlater 600 write /root/done yes',
					'sleep 5\nexit 4',
				],
				onScriptError: 'continue',
			},
			slave: {
				// Names are bytes, and need not be UTF-8.
				asyncScripts: [
					'append /root/runs three\nwrite /root/results/r\uDCE9sultat slave\nwrite /root/results/\uDCFF/-e\u0301 deep\nexit 3',
				],
				downloads: ['/root/results', '/root/runs'],
				onScriptError: 'continue',
			},
		}),
		naturalEnd: 'COMPLETED',
	},
	{
		name: 'missing',
		deployment: deployment({slave: {downloads: ['/root/out', '/root/never', '/root/runs']}}),
		naturalEnd: 'FAILED',
		naturalCause: /is missing, and the hold time/,
	},
	{
		name: 'alone',
		deployment: {...deployment({slave: {asyncScripts: [], downloads: ['/root/runs']}, slaves: 1}), leaseHours: 6},
		naturalEnd: 'COMPLETED',
	},
	{
		name: 'capped',
		deployment: {...deployment({slave: endless}), capUsd: 0.002},
		naturalEnd: 'FAILED',
		naturalCause: /of its cap of/,
		limit: 'cap',
	},
	{
		name: 'endless',
		deployment: {...deployment({slave: endless}), maxRunMinutes: 1},
		naturalEnd: 'FAILED',
		naturalCause: /not over after 1 minute,/,
		limit: 'time',
	},
	{
		name: 'staged',
		deployment: deployment({
			master: {uploads: []},
			slave: {
				uploads: [...simInputs.keys()].map(local => ({local, remote: local.replace('simulated', 'root')})),
			},
		}),
		isStaged: true,
		naturalEnd: 'COMPLETED',
	},
];
