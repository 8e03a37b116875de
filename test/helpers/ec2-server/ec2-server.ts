import {createServer, type IncomingMessage, type ServerResponse} from 'node:http';
import type {AddressInfo, Socket} from 'node:net';
import {type BillLine, bill, liveResources} from './bill.js';
import type {ReadManifest} from './bundle-source.js';
import {type Account, checkSignature} from './check-signature.js';
import {ebsAction} from './ebs-direct.js';
import {ec2Action} from './ec2-query.js';
import {createEc2World, type Ec2World} from './ec2-world.js';
import type {Fault, FaultPlan} from './fault-plan.js';
import {iamAction, iamVersion} from './iam-actions.js';
import type {ImportRules} from './import-actions.js';
import {createInstanceWorld, type InstanceRules, usualRules} from './instance-world.js';
import {type Machines, paperMachines} from './machines.js';
import {Query} from './query.js';
import {ServiceError} from './service-error.js';
import {isStsQuery, stsAction} from './sts-actions.js';
import {toXml} from './xml.js';

export type Ec2ServerOptions = {
	readonly faults?: FaultPlan;
	/** What its clock shows more than ours. */
	readonly clockAheadMs?: number;
	/** How many looks do not yet show what is new: eventual consistency. */
	readonly unseen?: number;
	/** How often a sealed snapshot is looked at before it is completed. */
	readonly looksUntilCompleted?: number;
	/** Whether blocks can be read back. */
	readonly keepData?: boolean;
	readonly imports?: ImportRules;
	/** Where the query API lies, as `/services/compute` with Eucalyptus; what is asked elsewhere is not there. Default: `/`. */
	readonly queryPath?: string;
	/** What differs from the usual. */
	readonly rules?: Partial<InstanceRules>;
	/** What is behind instances. Default: nothing but paper. */
	readonly machines?: Machines;
	/** Where bundles are registered from; left out: there are none. */
	readonly readManifest?: ReadManifest;
};

export type Ec2Server = {
	readonly url: string;
	readonly world: Ec2World;
	/** By access key; `AKIDTEST` is there from the start. Tests change them while it runs. */
	readonly accounts: Map<string, Account>;
	readonly counts: RequestCounts;
	/** May be changed while it runs. */
	faults: FaultPlan;
	/** These, too. */
	imports: ImportRules;
	clockAheadMs: number;
	/** Whether questions are answered as they are asked; `everything`: whatever there is is shown, as if no id and no filter had been given. */
	shows: 'what was asked' | 'everything';
	/** What is there and nobody wants, in words. */
	leftovers(): readonly string[];
	/** What its instances have cost so far. */
	bill(): readonly BillLine[];
	/** Instances, volumes, security groups and key pairs that nobody has taken away. */
	liveResources(): readonly string[];
	close(): Promise<void>;
};

export type RequestCounts = {
	requests: number;
	readonly byAction: Map<string, number>;
	/** Of request bodies. */
	bodyBytes: number;
	/** Everything that came over connections that are closed, headers included. */
	wireBytes: number;
	/** Most requests that were under way at once. */
	mostAtOnce: number;
};

export const testKeys = {accessKeyId: 'AKIDTEST', secretAccessKey: 'test/secret+key'};

/** Our own Amazon on the loopback: EC2 query API and EBS direct, as strict as the documents, with failures as planned. */
export async function startEc2Server(options: Ec2ServerOptions = {}): Promise<Ec2Server> {
	const {unseen = 0, looksUntilCompleted = 0, keepData = true, queryPath = '/'} = options;
	const compute = createInstanceWorld({...usualRules(), ...options.rules}, options.machines ?? paperMachines());
	const world = createEc2World(compute);
	const counts: RequestCounts = {requests: 0, byAction: new Map(), bodyBytes: 0, wireBytes: 0, mostAtOnce: 0};
	let atOnce = 0;
	// SDKs end the path with a slash of their own, or not.
	const isQueryPath = (path: string) => path === queryPath || path === `${queryPath}/`;

	const answer = async (request: IncomingMessage, response: ServerResponse) => {
		const body = await readBody(request);
		const path = new URL(request.url ?? '/', 'http://host').pathname;
		const form = new URLSearchParams(isQueryPath(path) ? body.toString() : '');
		const query = new Query(server.shows === 'everything' ? withoutChoice(form) : form);
		const direct = ebsAction({method: request.method ?? '', path});
		const action = direct?.action ?? query.text('Action') ?? 'unknown';
		counts.requests++;
		counts.bodyBytes += body.length;
		const ofAction = (counts.byAction.get(action) ?? 0) + 1;
		counts.byAction.set(action, ofAction);

		const fault = server.faults({number: counts.requests, action, ofAction});
		const now = new Date(Date.now() + server.clockAheadMs);
		response.setHeader('Date', now.toUTCString());
		if (fault?.kind === 'hang') {
			return;
		}

		if (fault?.kind === 'wait') {
			await fault.until;
		}

		if (fault?.kind === 'cut') {
			request.socket.destroy();
			return;
		}

		try {
			const isIam = query.text('Version') === iamVersion;
			const isSts = isStsQuery(query);
			const service = direct ? 'ebs' : isIam ? 'iam' : isSts ? 'sts' : 'ec2';
			const account = checkSignature(request, body, {accounts: server.accounts, now, service});
			throwFault(fault, direct !== undefined);
			if (!direct && !isQueryPath(path)) {
				throw new ServiceError(404, 'InvalidAction', `There is no service at ${path}.`);
			}

			if (direct && account.denied.has(action)) {
				throw new ServiceError(403, 'AccessDeniedException', 'Not authorized.', 'UNAUTHORIZED_ACCOUNT');
			}

			const reply = direct?.answer(
				world,
				{
					method: request.method ?? '',
					path,
					query: new URL(request.url ?? '/', 'http://host').searchParams,
					headers: request.headers,
					body,
				},
				{keepData, unseen, looksUntilCompleted},
			);
			const {imports} = server;
			const location = query.text('ImageLocation');
			const manifest = location === undefined ? undefined : await options.readManifest?.(location);
			const xml = reply
				? undefined
				: isIam
					? iamAction(query, account, imports)
					: isSts
						? stsAction(world, query)
						: ec2Action(world, query, account, {unseen, imports, manifest});
			if (fault?.kind === 'lose-reply') {
				request.socket.destroy();
			} else if (reply) {
				response.writeHead(reply.status, {'Content-Type': 'application/json', ...reply.headers});
				response.end(reply.body ?? JSON.stringify(reply.json));
			} else {
				response.writeHead(200, {'Content-Type': 'text/xml'});
				response.end(toXml({[`${action}Response`]: {requestId: 'test', ...xml}}));
			}
		} catch (error) {
			sendError(response, error, direct !== undefined, query.text('Version') !== iamVersion && !isStsQuery(query));
		}
	};

	const http = createServer({requestTimeout: 0, keepAliveTimeout: 60_000}, (request, response) => {
		atOnce++;
		counts.mostAtOnce = Math.max(counts.mostAtOnce, atOnce);
		response.once('close', () => atOnce--);
		// A client that went away in the middle of its request is nothing to us.
		answer(request, response).catch(() => request.socket.destroy());
	});
	const sockets = new Set<Socket>();
	http.on('connection', socket => {
		sockets.add(socket);
		socket.on('close', () => settle(socket));
	});
	const settle = (socket: Socket) => {
		if (sockets.delete(socket)) {
			counts.wireBytes += socket.bytesRead;
		}
	};
	await new Promise<void>(resolve => http.listen(0, '127.0.0.1', resolve));

	const origin = `http://127.0.0.1:${(http.address() as AddressInfo).port}`;
	const server: Ec2Server = {
		url: queryPath === '/' ? origin : `${origin}${queryPath}`,
		world,
		accounts: new Map([
			[testKeys.accessKeyId, {secretKey: testKeys.secretAccessKey, state: 'valid', denied: new Set()}],
		]),
		counts,
		faults: options.faults ?? (() => undefined),
		clockAheadMs: options.clockAheadMs ?? 0,
		shows: 'what was asked',
		imports: options.imports ?? {hasRole: true, volumeGib: 1},
		leftovers: () => [
			...[...world.snapshots.values()]
				.filter(({id, status}) => status !== 'completed' || ![...world.images.values()].some(i => i.snapshotId === id))
				.map(({id, status}) => `${status} snapshot ${id}`),
			...[...world.importTasks.values()]
				.filter(({status}) => status === 'active' || status === 'deleting')
				.map(({id, status}) => `${status} import ${id}`),
		],
		bill: () => bill(compute),
		liveResources: () => liveResources(compute),
		async close() {
			for (const socket of sockets) {
				settle(socket);
			}

			http.closeAllConnections();
			await new Promise(resolve => http.close(resolve));
			await compute.machines.close();
		},
	};
	return server;
}

/** A question without what it asks about. */
function withoutChoice(form: URLSearchParams): URLSearchParams {
	const isChoice =
		/^(?:Filter|ImageId|InstanceId|KeyName|GroupId|SnapshotId|VolumeId|AllocationId|Owner|ExecutableBy)\./;
	const isQuestion = form.get('Action')?.startsWith('Describe');
	return isQuestion ? new URLSearchParams([...form].filter(([name]) => !isChoice.test(name))) : form;
}

function throwFault(fault: Fault | undefined, isDirect: boolean): void {
	switch (fault?.kind) {
		case 'throttle':
			throw isDirect
				? new ServiceError(400, 'RequestThrottledException', 'Slow down.', 'ACCOUNT_THROTTLED')
				: new ServiceError(503, 'RequestLimitExceeded', 'Request limit exceeded.');
		case 'unavailable':
			throw new ServiceError(503, isDirect ? 'ServiceUnavailableException' : 'Unavailable', 'Try again.');
		case 'refuse':
			throw new ServiceError(fault.status, fault.code, 'As planned.', fault.reason);
		default:
	}
}

function sendError(response: ServerResponse, error: unknown, isDirect: boolean, isEc2: boolean): void {
	const {status, code, message, reason} =
		error instanceof ServiceError ? error : new ServiceError(500, 'InternalError', String(error));
	if (isDirect) {
		response.writeHead(status, {'Content-Type': 'application/json', 'x-amzn-ErrorType': code});
		response.end(JSON.stringify({Message: message, Reason: reason}));
	} else {
		response.writeHead(status, {'Content-Type': 'text/xml'});
		// EC2 has a shape of its own, the other query APIs have another.
		const ofEc2 = {Response: {Errors: {Error: {Code: code, Message: message}}, RequestID: 'test'}};
		response.end(toXml(isEc2 ? ofEc2 : {ErrorResponse: {Error: {Type: 'Sender', Code: code, Message: message}}}));
	}
}

async function readBody(request: IncomingMessage): Promise<Buffer> {
	const chunks: Buffer[] = [];
	for await (const chunk of request) {
		chunks.push(chunk as Buffer);
	}

	return Buffer.concat(chunks);
}
