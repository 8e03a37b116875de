import assert from 'node:assert/strict';
import {type TestContext, test} from 'node:test';
import {amiProperties} from '../../../../source/engine/cloud/ami-properties.js';
import {type CloudKind, traitsOf} from '../../../../source/engine/cloud/cloud-traits.js';
import {createAwsCalls} from '../../../../source/engine/cloud/ec2/aws-calls.js';
import {findKernel} from '../../../../source/engine/cloud/ec2/describe-kernels.js';
import {type AmiRequest, registration} from '../../../../source/engine/migration/ebs-direct/register-ami.js';
import {MigrationOptionError} from '../../../../source/engine/migration/migration-option-error.js';
import type {RemoteWay} from '../../../../source/engine/migration/to-cloud/cloud-migration.js';
import {plannedAmi} from '../../../../source/engine/migration/to-cloud/planned-ami.js';
import {wayFacts} from '../../../../source/engine/migration/way-facts.js';
import {hastyClock} from '../../../helpers/ebs-upload.js';
import {startEc2Server, testKeys} from '../../../helpers/ec2-server/ec2-server.js';

const {signal} = new AbortController();
const snapshotId = 'snap-0000000000000abcd';

/** Of those that the strict server offers. */
const kernels = [undefined, 'aki-52a34525', 'aki-68a3451f', 'aki-4feec43b'] as const;
const ramdisks = [undefined, 'ari-61ddde08'] as const;
const architectures = ['x86_64', 'i386', 'arm64'] as const;
const bootModes = ['legacy-bios', 'uefi'] as const;
const combinations = kernels.flatMap(kernel =>
	ramdisks.flatMap(ramdisk =>
		architectures.flatMap(architecture =>
			bootModes.flatMap(bootMode => [true, false].map(nvme => ({architecture, bootMode, nvme, kernel, ramdisk}))),
		),
	),
);

/** A cloud with a snapshot and bundles of every architecture, to register AMIs of. */
async function place(t: TestContext, kind: CloudKind) {
	const manifest = (architecture: string) =>
		`<architecture>${architecture}</architecture><user>123456789012</user><part index="0"></part><signature>${'0'.repeat(256)}</signature>`;
	const server = await startEc2Server({readManifest: async location => manifest(location.split('/')[1] ?? '')});
	server.world.dialect = kind === 'eucalyptus' ? 'eucalyptus' : 'amazon';
	server.world.snapshots.set(snapshotId, {
		...{
			id: snapshotId,
			status: 'completed',
			unseen: 0,
			looksLeft: 0,
			volumeGib: 8,
			description: '',
			parentId: undefined,
		},
		...{tags: new Map(), encrypted: false, startedAt: new Date(), written: new Map()},
	} as never);
	const access = {region: 'us-east-1', keys: testKeys, ec2Url: server.url};
	const calls = createAwsCalls(access, hastyClock, {mostAttempts: 1});
	t.after(async () => {
		calls.close();
		await server.close();
	});
	return {server, calls};
}

for (const kind of ['ec2', 'eucalyptus', 'compatible'] as const) {
	for (const way of traitsOf(kind).migrationWays as readonly RemoteWay[]) {
		test(`${kind} by ${way}: what the check lets pass is registered, and what it refuses would be refused`, async t => {
			const {calls} = await place(t, kind);
			const rules = traitsOf(kind);
			const {rootDevice} = wayFacts[way];
			const passed = new Set<string | undefined>();
			let refused = 0;
			for (const [index, {kernel, ramdisk, ...machine}] of combinations.entries()) {
				const offered = {
					kernel: kernel && (await findKernel(calls, {kind: 'kernel', id: kernel}, signal)),
					ramdisk: ramdisk && (await findKernel(calls, {kind: 'ramdisk', id: ramdisk}, signal)),
				};
				let said = 'nothing is known against it';
				try {
					const migration = {way, ...(kernel && {kernel}), ...(ramdisk && {ramdisk})};
					plannedAmi({migration: migration as never, rules}, machine, offered);
				} catch (error) {
					assert.ok(error instanceof MigrationOptionError);
					said = error.message;
				}

				const bundled = machine.architecture === 'i386' ? 'i386' : 'x86_64';
				const request: AmiRequest = {
					name: `worker-${index}`,
					description: '',
					...(rootDevice === 'ebs' ? {snapshotId, volumeGib: 8} : {location: `bucket/${bundled}`}),
					properties: amiProperties({...machine, rootDevice, ...offered}, rules),
					tags: {},
					kernel,
					ramdisk,
					rules,
				};
				const answer = await calls
					.ec2(
						'RegisterImage',
						async (client, sdk, options) => client.send(new sdk.RegisterImageCommand(registration(request)), options),
						signal,
					)
					.then(
						() => 'registered',
						(error: Error) => `${error.name}: ${error.message}`,
					);
				const isPassed = said === 'nothing is known against it';
				if (isPassed && machine.nvme) passed.add(kernel);
				refused += isPassed ? 0 : 1;
				const what = JSON.stringify({kernel, ramdisk, ...machine});
				assert.equal(answer === 'registered', isPassed, `${what}: the check says "${said}", the cloud "${answer}"`);
			}

			assert.deepEqual(passed, new Set(kernels), 'none and each of the kernels can be had for some machine');
			assert.ok(refused > 0);
		});
	}
}
