import {cloudSuite} from '../../../helpers/cloud-suite.js';
import {addAmi, ec2CloudOn} from '../../../helpers/ec2-cloud-on.js';
import {startEc2Server} from '../../../helpers/ec2-server/ec2-server.js';

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
