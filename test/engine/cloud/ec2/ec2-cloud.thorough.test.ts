import {traitsOf} from '../../../../source/engine/cloud/cloud-traits.js';
import {createEc2Cloud} from '../../../../source/engine/cloud/ec2/ec2-cloud.js';
import {systemClock} from '../../../../source/engine/host/system-clock.js';
import {cloudSuite} from '../../../helpers/cloud-suite.js';
import {addAmi, ec2CloudOn} from '../../../helpers/ec2-cloud-on.js';
import {startEc2Server} from '../../../helpers/ec2-server/ec2-server.js';
import {startMotoServer} from '../../../helpers/moto-server.js';

cloudSuite(
	'EC2 on the strict server',
	async () => {
		const server = await startEc2Server();
		const {id: imageId} = addAmi(server);
		return {
			cloud: ec2CloudOn(server),
			imageId,
			restart: async () => ec2CloudOn(server),
			close: async () => server.close(),
		};
	},
	{patienceMs: 60_000},
);

cloudSuite(
	'EC2 on moto',
	async () => {
		const {endpoint, region, credentials, end} = await startMotoServer();
		const open = () =>
			createEc2Cloud({
				name: 'moto',
				access: {region, keys: credentials, ec2Url: endpoint},
				// moto says of no AMI whether it has ENA.
				traits: {...traitsOf('ec2'), tellsEna: false},
				clock: systemClock,
				headnode: async () => '192.0.2.17',
				// Its list of all types takes seconds to make.
				patience: {attemptTimeoutMs: 300_000},
			});
		return {cloud: open(), imageId: await registerAmi(endpoint), restart: async () => open(), close: end};
	},
	{
		patienceMs: 10_000,
		tooMany: 3,
		lacks: {
			'the same client token gives the same instances again, also to another process': 'it launches anew',
			'the same client token at the same time starts nothing twice': 'it launches anew',
			'a client token that comes with other parameters is refused and starts nothing': 'it launches anew',
			'a client token whose instances are terminated gives these, and no new ones': 'it launches anew',
			'what does not fit is refused with figures, before and at the reservation, and nothing is left':
				'it has neither limits nor an end of capacity',
			'a refused client token may be used again': 'it refuses none',
			'an unknown instance type and an unknown AMI are refused with a hint': 'it starts any type',
		},
	},
);

/** Of a snapshot of an empty volume: moto looks at no more than the name. */
async function registerAmi(endpoint: string): Promise<string> {
	const form = new URLSearchParams({Action: 'RegisterImage', Version: '2016-11-15', Name: 'worker'});
	const answer = await fetch(endpoint, {
		method: 'POST',
		body: form,
		headers: {authorization: 'AWS4-HMAC-SHA256 Credential=AKIDTEST/20261122/us-east-1/ec2/aws4_request'},
	});
	return /<imageId>(ami-[0-9a-f]+)</.exec(await answer.text())?.[1] ?? 'none';
}
