import {CapacityError} from '../../source/engine/cloud/capacity-error.js';
import {type Cloud, type Instance, type ReserveRequest, tagNames} from '../../source/engine/cloud/cloud.js';
import {createMemoryObjectStore} from '../helpers/memory-object-store.js';
import {SimMachine} from './sim-machine.js';

/** Something the world keeps about one reservation, for the truth at the end. */
export type SimReservation = {readonly role: string; readonly token: string; readonly ids: readonly string[]};

/**
A cloud and its machines: the truth of a simulated run. It outlives the processes that use it, forgets nothing it was not told to
end, and bills by the millisecond.
*/
export class SimWorld {
	readonly machines: SimMachine[] = [];
	readonly reservations: SimReservation[] = [];
	readonly keyPairs = new Set<string>();
	readonly store = createMemoryObjectStore();
	/** How old an answer may be. */
	lagMs = 0;
	silentUntil = 0;
	storeSilentUntil = 0;
	refusesKeysUntil = 0;
	refusesRightsUntil = 0;
	/** Until when no instance answers. */
	stalledUntil = 0;

	constructor(
		readonly now: () => number,
		readonly random: () => number,
		/** Numbers of the machines that go from pending to terminated. */
		readonly diesPending: readonly number[] = [],
	) {}

	live(): readonly SimMachine[] {
		return this.machines.filter(machine => machine.state(this.now()) !== 'terminated');
	}

	/** What it cost so far, in milliseconds of one instance. */
	billedMs(): number {
		return this.machines.reduce((sum, machine) => sum + machine.billedMs(this.now()), 0);
	}

	/** Whether an instance takes a connection now. */
	reaches(machine: SimMachine | undefined): machine is SimMachine {
		return this.now() >= this.stalledUntil && machine?.answers(this.now()) === true;
	}

	machine(id: string): SimMachine | undefined {
		return this.machines.find(machine => machine.id === id);
	}

	/** The calls as the cloud answers them when nothing goes wrong. */
	readonly cloud: Omit<Cloud, 'name'> = {
		instanceTypes: async () => [{name: 'test.small', vcpus: 1, memoryMib: 512, hourlyUsd: 0.01}],
		images: async () => [],
		deregisterImage: async () => undefined,
		checkCapacity: async () => undefined,
		prepare: async ({launchKey}) => {
			this.keyPairs.add(launchKey);
		},
		reserve: async request => this.#reserve(request),
		describe: async filter => {
			const at = this.#answerAt();
			return this.machines
				.filter(({description: {id, tags}}) =>
					'ids' in filter
						? filter.ids.includes(id)
						: Object.entries(filter.tags).every(([tag, value]) => tags[tag] === value),
				)
				.flatMap(machine => machine.seen(at) ?? []);
		},
		terminate: async ids => {
			// What an old answer does not know is InvalidInstanceID.NotFound, which an adapter takes for gone.
			const at = this.#answerAt();
			for (const machine of this.machines.filter(({id}) => ids.includes(id))) {
				if (machine.state(at) !== undefined) {
					machine.end(this.now(), 'Client.UserInitiatedShutdown', true);
				}
			}
		},
		cleanUp: async ({launchKey}) => {
			if (this.live().some(({description}) => description.tags[tagNames.deployment] === launchKey)) {
				throw new Error('DependencyViolation');
			}

			this.keyPairs.delete(launchKey);
		},
		consoleOutput: async id => `kernel: all quiet on ${id}\n`,
	};

	/** As of when the part of the cloud that was asked knows the world. */
	#answerAt(): number {
		return this.now() - (this.lagMs > 0 && this.random() < 0.6 ? this.lagMs : 0);
	}

	#reserve(request: ReserveRequest): readonly Instance[] {
		if (!this.keyPairs.has(request.owner.launchKey)) {
			throw new Error('InvalidKeyPair.NotFound');
		}

		let reservation = this.reservations.find(({token}) => token === request.clientToken);
		if (!reservation) {
			if (request.count > 64) {
				throw new CapacityError('No room.');
			}

			const made = Array.from({length: request.count}, () => this.#make(request));
			reservation = {role: request.role, token: request.clientToken, ids: made.map(({id}) => id)};
			this.reservations.push(reservation);
		}

		const {ids} = reservation;
		return this.machines.filter(({id}) => ids.includes(id)).flatMap(machine => machine.seen(this.now()) ?? []);
	}

	#make(request: ReserveRequest): SimMachine {
		const number = this.machines.length + 1;
		const machine = new SimMachine(number, request.role, this.now(), this.diesPending.includes(number), {
			id: `i-${number.toString(16).padStart(8, '0')}`,
			imageId: request.imageId,
			instanceType: request.instanceType,
			clientToken: request.clientToken,
			tags: {
				[tagNames.installation]: request.owner.installation,
				[tagNames.deployment]: request.owner.launchKey,
				[tagNames.role]: request.role,
			},
			launchedAt: new Date(Date.UTC(2026, 10, 22, 10) + this.now()).toISOString(),
		});
		this.machines.push(machine);
		return machine;
	}
}
