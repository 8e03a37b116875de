import * as z from 'zod';
import type {JournalRecord} from '../engine/jobs/journal.js';

const common = {seq: z.number().int().min(1), at: z.string()};

/** What must be there for a record to be understood. Further fields pass: a later D2CM may have written them. */
const knownKinds = {
	owner: z.looseObject({...common, pid: z.number(), version: z.string()}),
	state: z.looseObject({...common, state: z.string()}),
	step: z.looseObject({
		...common,
		step: z.string(),
		subject: z.string().optional(),
		mark: z.enum(['started', 'finished']),
		data: z.record(z.string(), z.unknown()).optional(),
	}),
	event: z.looseObject({...common, level: z.enum(['info', 'warning', 'error']), message: z.string()}),
	progress: z.looseObject({
		...common,
		task: z.string(),
		done: z.number(),
		total: z.number().optional(),
		unit: z.enum(['bytes', 'steps']),
		note: z.string().optional(),
	}),
	end: z.looseObject({
		...common,
		state: z.enum(['COMPLETED', 'CANCELLED', 'FAILED']),
		cause: z.string().optional(),
		hint: z.string().optional(),
		remaining: z.array(z.string()).optional(),
	}),
} as const satisfies Record<JournalRecord['kind'], z.ZodType>;

const anyKind = z.looseObject({...common, kind: z.string()});

/** Reads one line of a journal; a string says what is wrong with it, without a full stop. */
export function parseJournalRecord(line: string): JournalRecord | string {
	let value: unknown;
	try {
		value = JSON.parse(line);
	} catch {
		return line.trim() === '' ? 'it is empty' : 'it is not JSON';
	}

	const record = anyKind.safeParse(value);
	if (!record.success) {
		return 'it is not a record with seq, at and kind';
	}

	const schema = Object.entries(knownKinds).find(([kind]) => kind === record.data.kind)?.[1];
	const problem = schema?.safeParse(value).error?.issues[0];
	return problem ? `${record.data.kind} has a wrong ${problem.path.join('.') || 'shape'}` : (value as JournalRecord);
}
