// Starts a strict EC2 server, or moto, with real sshd instances, and a data folder that knows it, to try the program by
// hand: node build/test/helpers/run-six-app.js [moto]; it says how, and ends with Ctrl-C and all its instances.
import {testKeys} from './ec2-server/ec2-server.js';
import {motoSix, strictSix} from './six-clouds.js';
import {sixHome} from './six-home.js';

const ends: Array<() => unknown> = [];
const start = process.argv[2] === 'moto' ? motoSix : strictSix;
const cloud = await start({after: (end: () => unknown) => ends.push(end)});
const home = await sixHome(cloud);
process.stdout.write(
	[
		`server  ${cloud.url}`,
		`keys    ${testKeys.accessKeyId} ${testKeys.secretAccessKey}`,
		`D2CM_HOME=${home} node dist/d2cm.js`,
		'',
	].join('\n'),
);
process.once('SIGINT', async () => {
	for (const end of ends) await end();
	process.exit(0);
});
