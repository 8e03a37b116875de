import type {z} from 'zod';
import {currentVersion, type Database, databaseSchema} from './database.js';
import {migrateDatabase} from './migrate-database.js';

export type ParsedDatabase =
	| {readonly kind: 'good'; readonly data: Database; readonly fromVersion: number}
	| {readonly kind: 'newer'; readonly version: number}
	/** `reason` says where and what, without a full stop. */
	| {readonly kind: 'damaged'; readonly reason: string};

export function parseDatabase(text: string): ParsedDatabase {
	let raw: unknown;
	try {
		raw = JSON.parse(text);
	} catch {
		return {kind: 'damaged', reason: text.trim() === '' ? 'it is empty' : 'it is not whole JSON'};
	}

	const {version} = (raw ?? {}) as {version?: unknown};
	if (typeof version !== 'number' || !Number.isInteger(version) || version < 1) {
		return {kind: 'damaged', reason: 'it has no version number'};
	}

	if (version > currentVersion) {
		return {kind: 'newer', version};
	}

	const parsed = databaseSchema.safeParse(migrateDatabase(raw as Record<string, unknown>));
	return parsed.success
		? {kind: 'good', data: parsed.data, fromVersion: version}
		: {kind: 'damaged', reason: describeIssue(parsed.error)};
}

/** The first thing that is wrong, never with the value itself: it may be a secret. */
export function describeIssue(error: z.ZodError): string {
	const [issue] = error.issues;
	const place = issue?.path.join('.') ?? '';
	return place === '' ? (issue?.message ?? 'unknown') : `${place}: ${issue?.message}`;
}
