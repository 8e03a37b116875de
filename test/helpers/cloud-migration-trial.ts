import {cp, mkdir} from 'node:fs/promises';
import {join} from 'node:path';
import type {TestContext} from 'node:test';
import {traitsOf} from '../../source/engine/cloud/cloud-traits.js';
import type {AwsCalls} from '../../source/engine/cloud/ec2/aws-calls.js';
import {createAwsCalls} from '../../source/engine/cloud/ec2/aws-calls.js';
import {runProgram} from '../../source/engine/host/run-program.js';
import type {JournalEntry, JournalRecord} from '../../source/engine/jobs/journal.js';
import {migrateToCloud} from '../../source/engine/migration/migrate-to-cloud.js';
import {openPlainFile} from '../../source/engine/migration/plain-file/open-plain-file.js';
import type {CloudMigrationRequest, MigratedAmi} from '../../source/engine/migration/to-cloud/cloud-migration.js';
import {troubleNews} from '../../source/engine/migration/to-cloud/trouble-news.js';
import {hastyClock} from './ebs-upload.js';
import {type Ec2Server, type Ec2ServerOptions, startEc2Server, testKeys} from './ec2-server/ec2-server.js';
import {SimulatedCrash} from './fake-world.js';
import {memoryJournal} from './memory-journal.js';

export type Crash = (seq: number, entry: JournalEntry) => boolean;

export type Run = {
	/** The process dies right before, or after, the record it says yes to. */
	readonly crashBefore?: Crash;
	readonly crashAfter?: Crash;
	/** The user cancels right after the record it says yes to. */
	readonly cancelAfter?: Crash;
	/** The user has cancelled before the process began. */
	readonly cancelled?: boolean;
	readonly request?: Partial<CloudMigrationRequest>;
	readonly migration?: Partial<CloudMigrationRequest['migration']>;
};

/** A cloud migration of a small desktop to a strict server; each `run` is one process of its job. */
export class CloudMigrationTrial {
	readonly records: JournalRecord[];
	/** The disk as it was when it was registered. */
	disk: string | undefined;

	constructor(
		readonly server: Ec2Server,
		readonly folder: string,
		readonly vdi: string,
		records: readonly JournalRecord[] = [],
	) {
		this.records = [...records];
	}

	static async start(
		t: TestContext,
		folder: string,
		vdi: string,
		{records, ...options}: Ec2ServerOptions & {readonly records?: readonly JournalRecord[]} = {},
	): Promise<CloudMigrationTrial> {
		await mkdir(folder, {recursive: true});
		const server = await startEc2Server(options);
		t.after(async () => server.close());
		return new CloudMigrationTrial(server, folder, vdi, records);
	}

	get messages(): readonly string[] {
		return this.records.flatMap(record => (record.kind === 'event' ? [record.message] : []));
	}

	get id(): string {
		return 'mig-0123abcd';
	}

	/** What is in the cloud, in words. */
	get listing(): readonly string[] {
		const {images, snapshots} = this.server.world;
		return [...images.values(), ...snapshots.values()].map(({id}) => id.slice(0, id.indexOf('-')));
	}

	callsAs(patience: Parameters<typeof createAwsCalls>[2]): AwsCalls {
		const {url} = this.server;
		const urls = {ec2Url: url, ebsUrl: url, iamUrl: url};
		return createAwsCalls({region: 'us-east-1', keys: testKeys, ...urls}, hastyClock, patience);
	}

	async run({crashBefore, crashAfter, cancelAfter, cancelled, request, migration}: Run = {}): Promise<MigratedAmi> {
		const cancel = new AbortController();
		if (cancelled) {
			cancel.abort();
		}

		let isDead = false;
		const journal = memoryJournal(this.records, {
			beforeAppend: async (seq, entry) => {
				isDead ||= crashBefore?.(seq, entry) ?? false;
				if (isDead) {
					throw new SimulatedCrash();
				}
			},
			afterAppend: async (seq, entry) => {
				if (entry.kind === 'step' && entry.step === 'register' && entry.mark === 'started') {
					this.disk = join(this.folder, 'as-registered.qcow2');
					await cp(join(this.folder, 'work', 'disk.qcow2'), this.disk);
				}

				if (cancelAfter?.(seq, entry)) {
					cancel.abort();
				}

				isDead ||= crashAfter?.(seq, entry) ?? false;
				if (isDead) {
					throw new SimulatedCrash();
				}
			},
		});
		const calls = this.callsAs({attemptTimeoutMs: 30_000, onTrouble: troubleNews({journal, clock: hastyClock})});
		try {
			return await migrateToCloud({
				migration: {
					id: this.id,
					image: 'worker',
					file: this.vdi,
					cloud: 'amazon',
					installation: 'here',
					createdAt: '',
					way: 'ebs-direct',
					...migration,
				},
				workFolder: this.folder,
				calls,
				rules: traitsOf('ec2'),
				accountId: '123456789012',
				version: '1.2.3',
				journal,
				signal: cancel.signal,
				clock: hastyClock,
				...request,
			});
		} finally {
			calls.close();
		}
	}

	/** The disk as it was registered, whole. */
	async diskBytes(): Promise<Buffer> {
		const raw = join(this.folder, 'as-registered.raw');
		await runProgram('qemu-img', ['convert', '-O', 'raw', this.disk ?? '', raw]);
		const source = await openPlainFile(raw);
		try {
			const chunks: Buffer[] = [];
			for (let offset = 0; offset < source.sizeBytes; offset += 2 ** 20) {
				chunks.push(await source.read(offset, Math.min(2 ** 20, source.sizeBytes - offset)));
			}

			return Buffer.concat(chunks);
		} finally {
			await source.close();
		}
	}
}

export const atStep =
	(step: string, mark: 'started' | 'finished'): Crash =>
	(_, entry) =>
		entry.kind === 'step' && entry.step === step && entry.mark === mark;
