import assert from 'node:assert/strict';
import {readdir, readFile, writeFile} from 'node:fs/promises';
import {join} from 'node:path';
import test from 'node:test';
import type {DeploymentView} from '../../source/actions/d2cm.js';
import {foreignAmis} from '../helpers/guest-users.js';
import {needsRoot} from '../helpers/needs.js';
import {askD2cm, runD2cm} from '../helpers/run-d2cm.js';
import {motoSix, type SixCloud, strictSix} from '../helpers/six-clouds.js';
import {sixHome} from '../helpers/six-home.js';

/** An instance has users beside root only where this process is root. */

const what =
	'a template that names AMIs of Ubuntu and of Amazon Linux by their ids runs as their users, watched and with a lease';

test(`${what}, on the strict server`, needsRoot, async t => deployForeign(await strictSix(t)));

test(`${what}, on moto`, needsRoot, async t => deployForeign(await motoSix(t)));

const template = `
name: foreign
roles:
  - name: Master
    image: ${foreignAmis.ubuntu.id}
    uploads: [{local: ./input, remote: /opt/input}]
    startScripts: ['cp /opt/input result']
    asyncScripts:
      - |
        ssh slave-1 'id -un; sudo -n true && hostname' >>result
        for name in $(cat "$D2C_MPI_HOSTFILE"); do ssh $name id -un; done >>result
        sleep 15
        touch done
    doneChecks: [{kind: file, path: /home/ubuntu/done}]
    downloads: [/home/ubuntu/result]
    monitoring: true
  - name: Slave
    image: ${foreignAmis.amazon.id}
    user: ec2-user
    startScripts: ['id -un >who']
    downloads: [/home/ec2-user/who, /root/.ssh]
`;

async function deployForeign(cloud: SixCloud): Promise<void> {
	const home = await sixHome(cloud);
	const file = join(cloud.root, 'foreign.yaml');
	await writeFile(file, template);
	await writeFile(join(cloud.root, 'input'), 'brought\n');
	await askD2cm(home, 'template', 'import', file);
	const words = [
		'deploy',
		'foreign',
		'--cloud',
		cloud.name,
		'--size',
		'42',
		'--lease',
		'2',
		'--yes',
		'--unknown-price',
	];

	const {status, stdout, stderr} = await runD2cm(home, ...words);

	assert.equal(status, 0, `${stdout}${stderr}`);
	const [{id} = {id: ''}] = await askD2cm<Array<{id: string}>>(home, 'status');
	const {summary, nodes} = await askD2cm<DeploymentView>(home, 'status', id);
	assert.deepEqual(
		nodes.map(({name, user}) => [name, user]),
		[
			['master-1', 'ubuntu'],
			['slave-1', 'ec2-user'],
		],
	);
	const [master = '', slave = ''] = nodes.map(({role, instance}) => join(summary.folder, role, instance.id));
	assert.equal(
		await readFile(join(master, 'home/ubuntu/result'), 'utf8'),
		'brought\nec2-user\nslave-1\nubuntu\nec2-user\n',
	);
	assert.equal(await readFile(join(slave, 'home/ec2-user/who'), 'utf8'), 'ec2-user\n');
	const watched = await readdir(join(summary.folder, 'monitoring/Master', nodes[0]?.instance.id ?? ''), {
		recursive: true,
	});
	assert.ok(
		watched.some(name => name.startsWith('rrd/') && name.endsWith('.rrd')),
		watched.join(),
	);
	const journal = await readFile(join(summary.folder, 'journal.jsonl'), 'utf8');
	assert.match(journal, /"step":"lease","subject":"master-1","mark":"finished"/);
	assert.doesNotMatch(journal, /"level":"warning"/);
	const told = await runD2cm(home, 'provenance', id);
	assert.match(told.stdout, /^master-1 +i-\w+ +ubuntu /m);
	assert.deepEqual(await cloud.left(), []);
}
