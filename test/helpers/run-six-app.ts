// Starts a strict EC2 server with real sshd instances and a data folder that knows it, to try the program by hand:
// node build/test/helpers/run-strict-app.js [cloud-only]; it says how, and ends with Ctrl-C and all its instances.
import {startSshdServer} from './ec2-deployment.js';
import {testKeys} from './ec2-server/ec2-server.js';
import {strictHome} from './strict-home.js';

const ends: Array<() => unknown> = [];
const server = await startSshdServer({after: (end: () => unknown) => ends.push(end)});
const home = await strictHome(server);
process.stdout.write(
	[
		`server  ${server.server.url}`,
		`keys    ${testKeys.accessKeyId} ${testKeys.secretAccessKey}`,
		`D2CM_HOME=${home} node dist/d2cm.js`,
		'',
	].join('\n'),
);
process.once('SIGINT', async () => {
	for (const end of ends) await end();
	process.exit(0);
});
