import assert from 'node:assert/strict';
import {readFile, writeFile} from 'node:fs/promises';
import {test} from 'node:test';
import stringWidth from 'string-width';
import type {Orphans} from '../../source/actions/d2cm.js';
import type {Route} from '../../source/screens/route.js';
import {FakeD2cm} from '../helpers/fake-d2cm.js';
import {fakeOrphans} from '../helpers/fake-data.js';
import {keys, type Walk, walkScreens} from '../helpers/screen-walk.js';

// Frames of 80x24 as text. D2CM_UPDATE_FRAMES=1 writes them anew; look at what changed before it is kept.
const folder = new URL('../../../test/fixtures/screens/', import.meta.url);

type Shot = {
	readonly first: Route;
	readonly see: string;
	readonly isEmpty?: boolean;
	readonly left?: Orphans;
	readonly walk?: (walk: Walk) => Promise<unknown>;
};

const shots: Readonly<Record<string, Shot>> = {
	credentials: {first: {screen: 'credentials'}, see: 'AKIAEXAMPLE'},
	clouds: {first: {screen: 'clouds'}, see: 'Eucalyptus'},
	images: {first: {screen: 'images'}, see: 'cannot run'},
	image: {first: {screen: 'image', name: 'windows'}, see: 'CANNOT RUN'},
	amis: {first: {screen: 'amis'}, see: 'ami-0a1b2c3d'},
	templates: {first: {screen: 'templates'}, see: 'Slave x2'},
	deployments: {first: {screen: 'deployments'}, see: 'INTERRUPTED'},
	orphans: {first: {screen: 'orphans'}, see: 'pi.GONE55', left: fakeOrphans},
	'orphans-removal': {
		first: {screen: 'orphans'},
		see: 'Remove what is left of',
		left: fakeOrphans,
		walk: async ({press, see}) => {
			await see('pi.GONE55');
			await press(`${keys.down}d`);
		},
	},
	'no-orphans': {first: {screen: 'orphans'}, see: 'Nothing is without a living job.'},
	kernels: {first: {screen: 'kernels'}, see: 'aki-11111111'},
	ramdisks: {first: {screen: 'ramdisks'}, see: 'ari-22222222'},
	'deployment-overview': {
		first: {screen: 'deployment', id: 'ABC123'},
		see: 'slave-2',
		walk: ({see}) => see('● Run'),
	},
	'deployment-unrun': {
		first: {screen: 'deployments'},
		see: 'NOT_RUN: nothing of it',
		walk: async ({press, see}) => {
			await press(`${keys.down}${keys.down}l`);
			await see('Problem size');
			await press(keys.escape);
			await see('pi.KEPT01');
			await press('\r');
		},
	},
	'deployment-log': {
		first: {screen: 'deployment', id: 'ABC123'},
		see: 'Creating session key',
		walk: async ({press, see}) => {
			await see('slave-2');
			await press('\t');
		},
	},
	'deployment-monitoring': {
		first: {screen: 'deployment', id: 'ABC123'},
		see: 'Memory',
		walk: ({press}) => press('\t\t'),
	},
	'deployment-results': {
		first: {screen: 'deployment', id: 'OLD777'},
		see: 'result.txt',
		walk: ({press}) => press('\t\t\t'),
	},
	'deployment-interrupted': {
		first: {screen: 'deployment', id: 'DEAD99'},
		see: 'its process died; r resumes it',
		// The records of the job come one after the other.
		walk: ({see}) => see('● Run'),
	},
	'deployment-cancel': {
		first: {screen: 'deployment', id: 'ABC123'},
		see: 'Cancel pi.ABC123?',
		walk: async ({press, see}) => {
			await see('slave-2');
			await press('c');
		},
	},
	console: {first: {screen: 'console', id: 'ABC123', node: 'master-1'}, see: 'console line 59'},
	migration: {first: {screen: 'migration', id: 'mig-00000001'}, see: '40%'},
	'migration-form': {first: {screen: 'migration-form'}, see: 'Migrate an image'},
	'migration-way': {
		first: {screen: 'migration-form'},
		see: 'The way there',
		walk: ({press}) => press(`\r${keys.down}\r`),
	},
	'migration-plan': {
		first: {screen: 'migration-form'},
		see: 'Start the migration?',
		walk: async ({press, see}) => {
			await press(`\r${keys.down}${keys.next.repeat(3)}`);
			await see('Ready');
			await press('\r');
		},
	},
	'ami-form': {first: {screen: 'ami-form', cloud: 'local', id: 'ami-0a1b2c3d'}, see: 'Stands for image'},
	'template-form': {first: {screen: 'template-form'}, see: 'Description'},
	'template-role': {
		first: {screen: 'template-form', name: 'pi'},
		see: 'Master, uploads',
		walk: ({press}) => press(keys.next.repeat(3)),
	},
	'template-role-general': {
		first: {screen: 'template-form', name: 'pi'},
		see: 'Slave, image and count',
		walk: ({press}) => press(`${keys.next.repeat(8)}\t\t\t\t`),
	},
	'deployment-limits': {
		first: {screen: 'deployment-form'},
		see: 'Limits (3 of 3)',
		walk: async ({press, see}) => {
			await press(keys.next);
			await see('local.small');
			await press(keys.next);
		},
	},
	'deployment-form': {first: {screen: 'deployment-form'}, see: 'Problem size'},
	'deployment-plan': {
		first: {screen: 'deployment-form'},
		see: 'Charges will start',
		walk: async ({press, see}) => {
			await press(keys.next);
			await see('Instance types and counts');
			await press(keys.save);
		},
	},
	'image-form': {first: {screen: 'image-form'}, see: 'VDI file'},
	'cloud-form': {first: {screen: 'cloud-form', name: 'sci'}, see: 'Walrus'},
	'cloud-form-amazon': {
		first: {screen: 'cloud-form'},
		see: 'eu-central-1',
		walk: ({press}) => press('far\r\r'),
	},
	'cloud-form-rare': {
		first: {screen: 'cloud-form'},
		see: 'Where sshd listens',
		walk: ({press}) => press(`far\r\r${'\t'.repeat(7)}`),
	},
	prices: {
		first: {screen: 'prices', cloud: 'local'},
		see: 'local.large',
		walk: async ({press, see}) => {
			await see('local.large');
			await press('eunknown\r');
			await see('not known.');
		},
	},
	'price-form': {first: {screen: 'price-form', cloud: 'sci', type: 'm1.large'}, see: 'USD per hour'},
	'credential-import': {first: {screen: 'credential-import'}, see: 'Profile single'},
	'credential-test': {first: {screen: 'credential-test', name: 'lab', cloud: 'sci'}, see: 'ec2:RunInstances'},
	'credential-form': {first: {screen: 'credential-form'}, see: 'Secret key'},
	help: {first: {screen: 'deployments'}, see: 'Deployments: keys', walk: ({press}) => press('?')},
	'no-deployments': {first: {screen: 'deployments'}, see: 'no deployment yet', isEmpty: true},
	'no-images': {first: {screen: 'images'}, see: 'no image yet', isEmpty: true},
};

for (const [name, {first, see, isEmpty = false, left, walk: steps}] of Object.entries(shots)) {
	test(`the ${name} screen is drawn on 80x24 as kept`, () => {
		const d2cm = new FakeD2cm({isEmpty});
		d2cm.left = left ?? d2cm.left;
		return walkScreens(
			async walk => {
				await steps?.(walk);
				await walk.see(see);
				const frame = await walk.press('');
				const lines = frame.split('\n');
				assert.equal(lines.length, 24);
				assert.deepEqual(
					lines.filter(line => stringWidth(line) > 80),
					[],
				);
				const file = new URL(`${name}.txt`, folder);
				const text = `${lines.map(line => line.trimEnd()).join('\n')}\n`;
				if (process.env['D2CM_UPDATE_FRAMES'] === '1') await writeFile(file, text);
				assert.equal(text, await readFile(file, 'utf8'));
			},
			{first, d2cm},
		);
	});
}
