import assert from 'node:assert/strict';
import {randomUUID} from 'node:crypto';
import {after, afterEach, before, describe, test} from 'node:test';
import {setTimeout as delay} from 'node:timers/promises';
import {CapacityError} from '../../source/engine/cloud/capacity-error.js';
import {
	type Cloud,
	type Instance,
	type InstanceState,
	type Owner,
	type ReserveRequest,
	tagNames,
} from '../../source/engine/cloud/cloud.js';
import {IdempotentParameterMismatchError} from '../../source/engine/cloud/idempotent-parameter-mismatch-error.js';
import {UnknownImageError} from '../../source/engine/cloud/unknown-image-error.js';
import {UnknownInstanceTypeError} from '../../source/engine/cloud/unknown-instance-type-error.js';
import {userData} from '../../source/engine/deployments/user-data.js';
import {makeKeyPair} from '../../source/engine/ssh/make-key-pair.js';

export type CloudUnderTest = {
	readonly cloud: Cloud;
	/** An AMI that may be started often. */
	readonly imageId: string;
	/** The same cloud as another process would find it: made anew, with nothing remembered. */
	restart(): Promise<Cloud>;
	/** Ends and removes everything. */
	close(): Promise<void>;
};

export type SuiteOptions = {
	/** How long a state or a console line may take to come. */
	readonly patienceMs?: number;
	/** A count of the smallest type that no such cloud can give. */
	readonly tooMany?: number;
	/** What a test server cannot do, by the title of the promise, and why. That it still cannot is tested, too. */
	readonly lacks?: Readonly<Record<string, string>>;
};

/** What the port `Cloud` promises, asked of one adapter. */
export function cloudSuite(
	name: string,
	makeCloud: () => Promise<CloudUnderTest>,
	{patienceMs = 20_000, tooMany = 100_000, lacks = {}}: SuiteOptions = {},
): void {
	describe(`the cloud port, by ${name}`, () => {
		let tested: CloudUnderTest;
		let cloud: Cloud;
		const begun: string[] = [];

		before(async () => {
			tested = await makeCloud();
			({cloud} = tested);
		});
		afterEach(async () => {
			await cloud.terminate(begun.splice(0));
		});
		after(async () => {
			await tested.close();
		});

		const [keys, hostKeys] = [makeKeyPair('suite'), makeKeyPair('host')];

		const newOwner = (): Owner => ({
			installation: randomUUID(),
			launchKey: `suite.${randomUUID().slice(0, 6).toUpperCase()}`,
			publicKey: keys.publicKey,
		});

		/** For a new owner, who is prepared. */
		const request = async (changes: Partial<ReserveRequest> = {}): Promise<ReserveRequest> => {
			const owner = newOwner();
			await cloud.prepare(owner);
			return {
				clientToken: randomUUID(),
				owner,
				role: 'worker',
				imageId: tested.imageId,
				instanceType: await smallestType(cloud),
				count: 1,
				userData: userData([hostKeys]),
				...changes,
			};
		};

		const reserve = async (wanted: ReserveRequest, from = cloud): Promise<readonly Instance[]> => {
			const instances = await from.reserve(wanted);
			begun.push(...ids(instances));
			return instances;
		};

		const reach = async (wanted: readonly Instance[], state: InstanceState, by = cloud): Promise<readonly Instance[]> =>
			until(patienceMs, async () => {
				const now = await by.describe({ids: ids(wanted)});
				return now.length === wanted.length && now.every(one => one.state === state) ? now : undefined;
			});

		const promised = new Set<string>();
		const promise = (title: string, isKept: () => Promise<void>): void => {
			promised.add(title);
			const reason = lacks[title];
			if (reason === undefined) {
				test(title, isKept);
			} else {
				test(`NOT: ${title} (${reason})`, async () => assert.rejects(isKept));
			}
		};

		promise('it has instance types with vCPUs, memory and a price that is known or unknown', async () => {
			const types = await cloud.instanceTypes();
			assert.ok(types.length > 0);
			for (const type of types) {
				assert.ok(type.vcpus >= 1 && type.memoryMib >= 64, type.name);
				assert.ok(type.hourlyUsd === undefined || type.hourlyUsd >= 0, type.name);
			}

			assert.equal(new Set(types.map(type => type.name)).size, types.length);
		});

		promise('it lists the AMI it can start', async () => {
			const image = (await cloud.images()).find(({id}) => id === tested.imageId);
			assert.equal(image?.state, 'available');
		});

		promise('a reservation gives instances with addresses, of this owner and role', async () => {
			const wanted = await request({count: 2});
			await cloud.prepare(wanted.owner); // May run again.
			const reserved = await reserve(wanted);
			assert.equal(new Set(ids(reserved)).size, 2);
			const instances = await reach(reserved, 'running');
			for (const instance of instances) {
				assert.equal(instance.imageId, wanted.imageId);
				assert.equal(instance.instanceType, wanted.instanceType);
				assert.equal(instance.clientToken, wanted.clientToken);
				assert.ok(Math.abs(Date.now() - Date.parse(instance.launchedAt)) < patienceMs + 60_000);
				assert.equal(instance.tags[tagNames.installation], wanted.owner.installation);
				assert.equal(instance.tags[tagNames.deployment], wanted.owner.launchKey);
				assert.equal(instance.tags[tagNames.role], 'worker');
				assert.match(instance.privateAddress ?? '', /^\d+\.\d+\.\d+\.\d+$/);
				assert.ok((instance.ssh?.port ?? 0) > 0);
			}

			assert.equal(new Set(instances.map(one => one.privateAddress)).size, 2);
			assert.equal(new Set(instances.map(one => `${one.ssh?.host}:${one.ssh?.port}`)).size, 2);
		});

		promise('two roles of one owner get different private addresses', async () => {
			const wanted = await request();
			const [one, other] = [await reserve(wanted), await reserve({...wanted, role: 'head', clientToken: randomUUID()})];
			const [a] = await reach(one, 'running');
			const [b] = await reach(other, 'running');
			assert.notEqual(a?.privateAddress, b?.privateAddress);
		});

		promise('the same client token gives the same instances again, also to another process', async () => {
			const wanted = await request({count: 2});
			const first = await reserve(wanted);
			assert.deepEqual(ids(await reserve(wanted)), ids(first));
			assert.deepEqual(ids(await reserve(wanted, await tested.restart())), ids(first));
			assert.deepEqual(ids(await cloud.describe({tags: tagsOf(wanted)})), ids(first));
		});

		promise('the same client token at the same time starts nothing twice', async () => {
			const wanted = await request();
			const other = await tested.restart();
			const [first, second] = await Promise.all([reserve(wanted), reserve(wanted, other)]);
			assert.deepEqual(ids(second), ids(first));
			assert.equal((await cloud.describe({tags: tagsOf(wanted)})).length, 1);
		});

		promise('a client token that comes with other parameters is refused and starts nothing', async () => {
			const wanted = await request();
			await reserve(wanted);
			await assert.rejects(reserve({...wanted, count: 2}), IdempotentParameterMismatchError);
			await assert.rejects(reserve({...wanted, role: 'other'}), IdempotentParameterMismatchError);
			assert.equal((await cloud.describe({tags: tagsOf(wanted)})).length, 1);
		});

		promise('a client token whose instances are terminated gives these, and no new ones', async () => {
			const wanted = await request();
			const first = await reserve(wanted);
			await cloud.terminate(ids(first));
			await reach(first, 'terminated');
			const again = await reserve(wanted);
			assert.deepEqual(ids(again), ids(first));
			assert.deepEqual(states(again), ['terminated']);
		});

		promise(
			'what does not fit is refused with figures, before and at the reservation, and nothing is left',
			async () => {
				const wanted = await request({count: tooMany});
				const asked = [{instanceType: wanted.instanceType, count: 1}];
				await cloud.checkCapacity(asked);
				await assert.rejects(cloud.checkCapacity([...asked, {...wanted}]), withFigures);
				await assert.rejects(reserve(wanted), withFigures);
				assert.deepEqual(await cloud.describe({tags: tagsOf(wanted)}), []);
			},
		);

		promise('a refused client token may be used again', async () => {
			const wanted = await request({count: tooMany});
			await assert.rejects(reserve(wanted), CapacityError);
			assert.equal((await reserve({...wanted, count: 1})).length, 1);
		});

		promise('an unknown instance type and an unknown AMI are refused with a hint', async () => {
			const unknownType = await request({instanceType: 'no.such'});
			await assert.rejects(reserve(unknownType), hintedBy(UnknownInstanceTypeError));
			await assert.rejects(cloud.checkCapacity([{instanceType: 'no.such', count: 1}]), UnknownInstanceTypeError);
			await assert.rejects(reserve(await request({imageId: 'ami-00000000'})), hintedBy(UnknownImageError));
			assert.deepEqual(await cloud.describe({tags: tagsOf(unknownType)}), []);
		});

		promise('another process finds the instances by their tags, all of which must match', async () => {
			const wanted = await request({count: 2});
			const instances = await reach(await reserve(wanted), 'running');
			const other = await tested.restart();
			const byId = (one: Instance, two: Instance) => one.id.localeCompare(two.id);
			assert.deepEqual((await other.describe({tags: tagsOf(wanted)})).toSorted(byId), instances.toSorted(byId));
			assert.deepEqual(await other.describe({tags: {...tagsOf(wanted), [tagNames.role]: 'other'}}), []);
			assert.deepEqual(await other.describe({tags: {...tagsOf(wanted), 'no-such-tag': 'x'}}), []);
		});

		promise('another process ends what this one began', async () => {
			const instances = await reach(await reserve(await request()), 'running');
			const other = await tested.restart();
			await other.terminate(ids(instances));
			await reach(instances, 'terminated', other);
			await reach(instances, 'terminated');
		});

		promise('only what was asked for is terminated; twice is fine, and it stays known for a while', async () => {
			const wanted = await request({count: 2});
			const [first, second] = await reach(await reserve(wanted), 'running');
			assert.ok(first && second);
			await cloud.terminate([first.id]);
			const [gone] = await reach([first], 'terminated');
			assert.ok(gone?.stateReason);
			await cloud.terminate([first.id, first.id]);
			assert.deepEqual(states(await cloud.describe({ids: [second.id]})), ['running']);
			assert.equal((await cloud.describe({tags: tagsOf(wanted)})).length, 2);
		});

		promise('ids it does not know are no instances, and their end is no error', async () => {
			const strange = ['i-00000000', 'i-0123456789abcdef0', '../etc'];
			assert.deepEqual(await cloud.describe({ids: strange}), []);
			await cloud.terminate(strange);
			await cloud.terminate([]);
			assert.equal(await cloud.consoleOutput('i-00000000'), '');
			await cloud.deregisterImage('ami-00000000');
		});

		promise('the console tells what the instance wrote, as text that does nothing to a terminal', async () => {
			const [instance] = await reserve(await request());
			assert.ok(instance);
			const text = await until(patienceMs, async () => (await cloud.consoleOutput(instance.id)) || undefined);
			assert.doesNotMatch(text, /[^\P{Cc}\n\t]/u);
			assert.ok(text.length <= 64 * 1024);
		});

		promise('cleaning up after an owner may be done twice', async () => {
			const owner = newOwner();
			await cloud.prepare(owner);
			await cloud.cleanUp(owner);
			await cloud.cleanUp(owner);
		});

		assert.deepEqual(
			Object.keys(lacks).filter(title => !promised.has(title)),
			[],
			'no such promises',
		);
	});
}

const ids = (instances: readonly Instance[]): string[] => instances.map(({id}) => id).toSorted();
const states = (instances: readonly Instance[]): InstanceState[] => instances.map(({state}) => state);

const tagsOf = ({owner}: ReserveRequest): Record<string, string> => ({
	[tagNames.installation]: owner.installation,
	[tagNames.deployment]: owner.launchKey,
});

async function smallestType(cloud: Cloud): Promise<string> {
	const [smallest] = (await cloud.instanceTypes()).toSorted((a, b) => a.memoryMib - b.memoryMib);
	assert.ok(smallest);
	return smallest.name;
}

const withFigures = (error: unknown): boolean => {
	assert.ok(error instanceof CapacityError);
	assert.match(error.message, /\d[\d,]* \S+.*\d/);
	assert.notEqual(error.hint, '');
	return true;
};

const hintedBy =
	(expected: typeof UnknownImageError | typeof UnknownInstanceTypeError) =>
	(error: unknown): boolean => {
		assert.ok(error instanceof expected);
		assert.notEqual(error.hint, '');
		return true;
	};

async function until<Value>(patienceMs: number, look: () => Promise<Value | undefined>): Promise<Value> {
	const end = Date.now() + patienceMs;
	for (;;) {
		const seen = await look();
		if (seen !== undefined) {
			return seen;
		}

		assert.ok(Date.now() < end, `It did not come within ${patienceMs} ms.`);
		await delay(100);
	}
}
