import type {Deployment} from '../../source/engine/deployments/deployment.js';
import {roleSchema} from '../../source/engine/templates/template.js';

/** A master and two slaves that use every part of a template, in the language of the fake world. */
export function sampleDeployment(
	changes: {
		readonly master?: object;
		readonly slave?: object;
		readonly maxRunMinutes?: number;
		readonly holdMinutes?: number;
	} = {},
): Deployment {
	const role = (fields: object) => ({
		...roleSchema.parse({image: 'worker', ...fields}),
		imageId: 'ami-00000001',
		instanceType: 'test.small',
		hourlyUsd: 0.01,
		user: 'root',
	});
	return {
		id: 'ABC123',
		template: 'pi',
		launchKey: 'pi.ABC123',
		installation: '00000000-0000-4000-8000-000000000001',
		createdAt: '2026-11-22T10:00:00.000Z',
		cloud: 'fake',
		problemSize: 42,
		maxRunMinutes: changes.maxRunMinutes ?? 60,
		holdMinutes: changes.holdMinutes ?? 10,
		roles: [
			role({
				name: 'Master',
				uploads: [{local: '/etc/hostname', remote: '/root/input'}],
				startScripts: ['write /root/ready yes'],
				asyncScripts: ['append /root/log pi = 3.14\nwrite /root/out result of master\nwrite /root/done yes'],
				doneChecks: [
					{kind: 'file', path: '/root/done'},
					{kind: 'log', path: '/root/log', pattern: '^pi = 3'},
				],
				downloads: ['/root/out'],
				monitoring: true,
				...changes.master,
			}),
			role({
				name: 'Slave',
				count: 2,
				startScripts: ['write /root/one 1', 'write /root/two 2'],
				asyncScripts: ['write /root/out result of slave'],
				downloads: ['/root/out'],
				...changes.slave,
			}),
		],
	};
}
