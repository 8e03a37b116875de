import {createHash, randomBytes} from 'node:crypto';
import {mkdir, readdir, readFile, rm} from 'node:fs/promises';
import {join} from 'node:path';
import * as z from 'zod';
import {isMissing} from '../../host/is-missing.js';
import {writeJson} from '../../host/write-json.js';
import type {ReserveRequest} from '../cloud.js';
import {IdempotentParameterMismatchError} from '../idempotent-parameter-mismatch-error.js';
import {DamagedInstanceError} from './damaged-instance-error.js';

const schema = z.object({
	clientToken: z.string(),
	/** Of all parameters. Kept instead of them, for there is a secret key among them. */
	parameters: z.string(),
	reservedAt: z.string(),
	instances: z.array(z.object({id: z.string(), privateAddress: z.string()})),
});

/** What a client token stands for; written down before anything is made. */
export type Reservation = Readonly<z.infer<typeof schema>>;

/** @throws {RangeError} When the token or the count are not what the port allows; our bug. */
export function newReservation(request: ReserveRequest, addresses: readonly string[], reservedAt: string): Reservation {
	if (!/^[\u0021-\u007E]{1,64}$/.test(request.clientToken)) {
		throw new RangeError('A client token has 1 to 64 printable ASCII characters.');
	}

	if (!Number.isInteger(request.count) || request.count < 1) {
		throw new RangeError(`A reservation of ${request.count} instances makes no sense.`);
	}

	return {
		clientToken: request.clientToken,
		parameters: parametersDigest(request),
		reservedAt,
		instances: addresses.map(privateAddress => ({id: `i-${randomBytes(4).toString('hex')}`, privateAddress})),
	};
}

/**
The reservation made with this token before; undefined when there is none.

@throws {IdempotentParameterMismatchError} When it was made with other parameters.
*/
export async function findReservation(cloudFolder: string, request: ReserveRequest): Promise<Reservation | undefined> {
	const file = reservationFile(cloudFolder, request.clientToken);
	let text: string;
	try {
		text = await readFile(file, 'utf8');
	} catch (error) {
		if (isMissing(error)) {
			return undefined;
		}

		throw error;
	}

	const reservation = parse(text, file, cloudFolder);
	if (reservation.parameters !== parametersDigest(request)) {
		throw new IdempotentParameterMismatchError(request.clientToken);
	}

	return reservation;
}

/** All that are remembered. */
export async function listReservations(cloudFolder: string): Promise<readonly Reservation[]> {
	const folder = join(cloudFolder, 'reservations');
	try {
		const names = (await readdir(folder)).filter(name => name.endsWith('.json'));
		return await Promise.all(
			names.map(async name => parse(await readFile(join(folder, name), 'utf8'), join(folder, name), cloudFolder)),
		);
	} catch (error) {
		if (isMissing(error)) {
			return [];
		}

		throw error;
	}
}

export async function writeReservation(cloudFolder: string, reservation: Reservation): Promise<void> {
	await mkdir(join(cloudFolder, 'reservations'), {recursive: true, mode: 0o700});
	await writeJson(reservationFile(cloudFolder, reservation.clientToken), reservation);
}

export const forgetReservation = (cloudFolder: string, clientToken: string): Promise<void> =>
	rm(reservationFile(cloudFolder, clientToken), {force: true});

function parse(text: string, file: string, cloudFolder: string): Reservation {
	try {
		return schema.parse(JSON.parse(text));
	} catch (error) {
		throw new DamagedInstanceError(file, join(cloudFolder, 'instances'), {cause: error});
	}
}

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

/** A token may have characters that a file name may not. */
const reservationFile = (cloudFolder: string, clientToken: string): string =>
	join(cloudFolder, 'reservations', `${sha256(clientToken).slice(0, 32)}.json`);

function parametersDigest({owner, role, imageId, instanceType, count, userData}: ReserveRequest): string {
	const {installation, launchKey, publicKey} = owner;
	return sha256(JSON.stringify([installation, launchKey, publicKey, role, imageId, instanceType, count, userData]));
}
