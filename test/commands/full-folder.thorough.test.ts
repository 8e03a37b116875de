import assert from 'node:assert/strict';
import {mkdir} from 'node:fs/promises';
import {join} from 'node:path';
import {type TestContext, test} from 'node:test';
import {setTimeout as sleep} from 'node:timers/promises';
import {fileURLToPath} from 'node:url';
import {commands} from '../../source/commands/commands.js';
import {runProgram} from '../../source/engine/host/run-program.js';
import {templateSchema} from '../../source/engine/templates/template.js';
import {openStore} from '../../source/store/open-store.js';
import {addAmi, strictAmi} from '../helpers/ec2-cloud-on.js';
import {type Ec2Server, startEc2Server} from '../helpers/ec2-server/ec2-server.js';
import {stateOf} from '../helpers/ec2-server/instance-world.js';
import {privateMounts} from '../helpers/private-mounts.js';
import {d2cmFile, type Outcome} from '../helpers/run-d2cm.js';
import {sixHome} from '../helpers/six-home.js';
import {temporaryFolder} from '../helpers/temporary-folder.js';

const callInTurn = fileURLToPath(new URL('../helpers/call-in-turn.js', import.meta.url));

/** What each command that only looks is to say, whatever the data folder lets one write; of the running job, and the stopped one. */
const looks: Readonly<Record<string, (running: string, stopped: string) => readonly [string, RegExp]>> = {
	doctor: () => ['doctor', /data folder .*cannot be written: the (disk is full|file system is read-only)/],
	'image list': () => ['image list', /worker/],
	'credential list': () => ['credential list', /lab/],
	'cloud list': () => ['cloud list', /strict/],
	'ami list': () => ['ami list', /ami-/],
	'template export': () => ['template export one', /roles:/],
	'template list': () => ['template list', /one/],
	'price list': () => ['price list local', /./],
	status: (running, stopped) => ['status', new RegExp(`${running}[^]*${stopped}|${stopped}[^]*${running}`)],
	events: running => [`events ${running}`, /[Ii]nstance/],
	provenance: running => [`provenance ${running}`, new RegExp(running)],
	'host-key list': running => [`host-key list ${running}`, /./],
};

/** What ends something, tried one after the other below. */
const releases = ['cancel', 'finish', 'reap', 'resume'];

const writes =
	'inspect,image add,image remove,credential add,credential import,credential test,credential remove,cloud add,cloud remove,kernel list,migrate,ami register,ami remove,template import,template remove,price set,deploy,change,start,host-key accept,host-key refuse,clone,rerun,delete,demo,job'.split(
		',',
	);

test('every command is one that looks, that ends something, or that must write', () => {
	assert.deepEqual(
		commands.map(({name}) => name).toSorted(),
		[...Object.keys(looks), ...releases, ...writes].toSorted(),
	);
});

const ways = {
	'without a free byte': 'mount -o remount,size=1m "$0"; dd if=/dev/zero of="$0/fill" bs=4k 2>/dev/null || :',
	'without a free inode': 'n=0; while : >"$0/fill-$n"; do n=$((n + 1)); done 2>/dev/null; :',
	// What is open stays so, as the journal of a job is; every name leads to what nobody may write.
	'that has become read-only': 'mount --bind "$0" "$0"; mount -o remount,bind,ro "$0"',
};

for (const [way, fill] of Object.entries(ways)) {
	test(`in a data folder ${way} all is shown, a job is cancelled to its end, and what a dead one left is removed`, async t => {
		const {home, d2cm, inside, server, deploy} = await smallHome(t);
		const dead = await deploy();
		const journal = await inside('cat', join(home, 'deployments/one', dead, 'journal.jsonl'));
		process.kill(Number(/"pid":(\d+)/.exec(journal.stdout)?.[1]), 'SIGKILL');
		const running = await deploy();
		await inside('sh', '-c', fill, home);

		const all = Object.values(looks).map(look => look(running, dead));
		const outcomes = await inside(process.execPath, callInTurn, home, ...all.map(([words]) => words));
		for (const [index, {status: code, stdout, stderr}] of (JSON.parse(outcomes.stdout) as Outcome[]).entries()) {
			const [words, says] = all[index] ?? ['', /^$/];
			assert.equal(code, words === 'doctor' ? 3 : 0, `${words}: ${stdout}${stderr}`);
			assert.match(stdout, says, words);
		}

		const resumed = await d2cm('resume', dead);
		assert.equal(resumed.code, 3, resumed.stderr);
		assert.match(
			resumed.stderr,
			/^No process can work on job .*(the disk is full|the file system is read-only)\.\n.*d2cm reap --yes/,
		);

		const cancelled = await d2cm('cancel', running);
		assert.equal(cancelled.code, 0, cancelled.stderr);
		await until(() => livingOf(server, running) === 0, 'instances of the cancelled job to end');
		assert.equal(livingOf(server, dead), 1);

		const reaped = await d2cm('reap', '--yes');
		assert.equal(reaped.code, 0, reaped.stderr);
		assert.equal(livingOf(server, dead), 0);
	});
}

const livingOf = (server: Ec2Server, id: string): number =>
	[...server.world.compute.instances.values()].filter(
		one => stateOf(server.world.compute, one) !== 'terminated' && one.tags.get('d2cm:deployment') === `one.${id}`,
	).length;

async function until(isSo: () => boolean, what: string): Promise<void> {
	for (const deadline = Date.now() + 20_000; !isSo(); await sleep(50)) {
		assert.ok(Date.now() < deadline, `waited in vain for ${what}`);
	}
}

/** A data folder on a file system of its own, with room for little, whose cloud has instances on paper. */
async function smallHome(t: TestContext) {
	const server = await startEc2Server({rules: {pendingMs: 0, shuttingDownMs: 0}});
	t.after(async () => server.close());
	addAmi(server);
	const root = await temporaryFolder(t);
	const made = await sixHome({name: 'strict', url: server.url, sshPort: 22, imageId: strictAmi, root});
	await (await openStore(made)).update(draft => {
		draft.templates.push(
			templateSchema.parse({name: 'one', roles: [{name: 'Worker', image: 'worker', asyncScripts: ['true']}]}),
		);
	});
	const home = join(root, 'small');
	await mkdir(home);
	const prefix = await privateMounts(
		t,
		`mount -t tmpfs -o size=100m,nr_inodes=300,mode=700 tmpfs '${home}'; cp -a '${made}/.' '${home}'`,
	);
	const inside = async (...words: readonly string[]) => {
		const [program = '', ...args] = [...prefix, ...words];
		return runProgram(program, args, {okCodes: [0, 1, 2, 3, 130]});
	};
	const d2cm = async (...words: readonly string[]) =>
		inside('env', `D2CM_HOME=${home}`, process.execPath, d2cmFile, ...words);
	const deploy = async () => {
		const words = ['deploy', 'one', '--cloud', 'strict', '--size', '1', '--yes', '--unknown-price', '--detach'];
		const {stdout, stderr} = await d2cm(...words, '--json');
		const {id} = JSON.parse(stdout) as {id?: string};
		assert.ok(id, stdout + stderr);
		await until(() => livingOf(server, id) === 1, 'its instances');
		return id;
	};
	return {home, d2cm, inside, server, deploy};
}
