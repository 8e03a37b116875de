import {readdir} from 'node:fs/promises';
import {connect, type Socket} from 'node:net';
import {join} from 'node:path';
import {setTimeout as delay} from 'node:timers/promises';
import {isMissing} from '../../host/is-missing.js';
import {instanceIdPattern, readFacts} from './instance-record.js';
import {networkOf, outwardNetwork, privateMac, switchSockets} from './network.js';
import {addressNumber, macNumber, mayLeave, type Station, type WayOut} from './switch/frame-rules.js';
import {createFilter, createSegment, type Port, type Segment} from './switch/segment.js';

const lookMs = 500;
/** How long it waits for guests that are to come, and for those that do not answer and are not said to have ended. */
const graceMs = 30_000;
/** What may wait for a guest that does not take it: more than two TCP windows. What comes then is lost, as on any Ethernet. */
const mostWaitingBytes = 8 * 1024 * 1024;

/**
Joins the guests of one private network for as long as there are any. Each QEMU listens on a socket in the folder of its instance, so
whoever is plugged in where is known by the folder, and a switch that comes after another one finds all guests again.

The folder of all instances is the working folder, for the path of a socket may have 107 bytes at most.
*/
export async function runSwitch(network: string): Promise<void> {
	const segment = createSegment();
	const foreign = new Set<string>();
	const links = new Map<string, Link>();
	for (let aliveAt = performance.now(); ; await delay(lookMs)) {
		let isAwaited = false;
		for (const id of await instanceIds()) {
			const isKnown = foreign.has(id) || links.get(id)?.isOpen();
			const facts = isKnown ? undefined : await readFacts(id).catch(() => undefined);
			if (facts && (facts.ended || networkOf(facts.record) !== network)) {
				foreign.add(id);
			} else if (facts) {
				isAwaited = true;
				links.get(id)?.close();
				links.set(id, plugIn(segment, id, facts.record.privateAddress));
			}
		}

		const now = performance.now();
		if ([...links.values()].some(link => link.isOpen())) {
			aliveAt = now;
		} else if (now - aliveAt > (isAwaited ? graceMs : lookMs)) {
			return;
		}
	}
}

/** The three connections to the QEMU of one instance. They end together, so that each begins with a whole frame. */
type Link = {readonly isOpen: () => boolean; readonly close: () => void};

/** Tries once; who does not listen yet is tried again at the next look. */
function plugIn(segment: Segment, id: string, privateAddress: string): Link {
	const [own, card, outside] = [switchSockets.private, switchSockets.public, switchSockets.outside].map(name =>
		connect(join(id, name)),
	) as [Socket, Socket, Socket];
	const sockets = [own, card, outside];
	const port: Port = {
		station: stationOf(privateAddress),
		send(frames) {
			if (own.writableLength < mostWaitingBytes) {
				own.write(frames);
			}
		},
	};
	const close = () => {
		segment.unplug(port);
		for (const socket of sockets) {
			socket.destroy();
		}
	};
	for (const socket of sockets) {
		socket.on('error', close);
		socket.once('close', close);
	}

	own.once('connect', () => own.on('data', orClose(segment.plug(port), close)));
	const wayOut = wayOutOf(privateAddress);
	const filter = createFilter(frame => mayLeave(frame, wayOut));
	const leave = (chunk: Buffer) => {
		if (!outside.write(filter(chunk))) {
			card.pause();
			outside.once('drain', () => card.resume());
		}
	};
	card.on('data', orClose(leave, close));
	outside.pipe(card);
	return {isOpen: () => sockets.every(socket => socket.readyState === 'open'), close};
}

/** Bytes that are no frames come of being out of step with QEMU; a new connection begins with a whole one. */
const orClose = (take: (chunk: Buffer) => void, close: () => void) => (chunk: Buffer) => {
	try {
		take(chunk);
	} catch (error) {
		if (!(error instanceof RangeError)) {
			throw error;
		}

		close();
	}
};

const stationOf = (privateAddress: string): Station => ({
	mac: macNumber(privateMac(privateAddress)),
	addresses: [privateAddress, outwardNetwork(privateAddress).guest].map(addressNumber),
});

function wayOutOf(privateAddress: string): WayOut {
	const {first, gateway, nameServer} = outwardNetwork(privateAddress);
	return {network: addressNumber(first), gateway: addressNumber(gateway), nameServer: addressNumber(nameServer)};
}

/** A folder that was removed has none. */
async function instanceIds(): Promise<readonly string[]> {
	try {
		return (await readdir('.')).filter(name => instanceIdPattern.test(name));
	} catch (error) {
		if (isMissing(error)) {
			return [];
		}

		throw error;
	}
}
