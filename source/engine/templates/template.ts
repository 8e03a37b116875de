import * as z from 'zod';

const remotePath = z.string().regex(/^\/[^\0\n]*$/, 'must be an absolute path on the instance, beginning with /');
const command = z.string().trim().min(1, 'must not be empty');

/** When a role is finished: a file is there, or a line of a file matches. */
export const doneCheckSchema = z.discriminatedUnion('kind', [
	z.strictObject({kind: z.literal('file'), path: remotePath}),
	z.strictObject({
		kind: z.literal('log'),
		path: remotePath,
		pattern: z.string().min(1).refine(isPattern, 'is not a regular expression'),
	}),
]);

/** Amazon refuses what is not more. */
export const leastSpotUsd = 0.001;

export const roleSchema = z.strictObject({
	/** Instances are named after it: `master-1`. */
	name: z
		.string()
		.regex(/^[A-Za-z][A-Za-z0-9-]{0,30}$/, 'must be letters, digits and hyphens, beginning with a letter, at most 31'),
	/** Name of a registered image, or the id of an AMI. */
	image: z.string().min(1),
	/** Whom D2CM and the scripts log in as. Left out: root in what D2CM migrated, else it is found out. */
	user: z
		.string()
		.regex(/^[a-z_][a-z0-9_-]{0,31}$/, 'must be a login name: small letters, digits, _ and -, at most 32')
		.optional(),
	count: z.number().int().min(1).max(200).default(1),
	/** Files and folders of this machine, copied to the path on every instance of the role. */
	uploads: z.array(z.strictObject({local: z.string().min(1), remote: remotePath})).default([]),
	/** Run one after the other on each instance, before any async script of any role. */
	startScripts: z.array(command).default([]),
	/** Run as daemons once every role is ready. */
	asyncScripts: z.array(command).default([]),
	/**
	All must hold on every instance of the role. None: the role is not waited for where another one has checks; where no role has
	any, it is done when its async scripts have ended.
	*/
	doneChecks: z.array(doneCheckSchema).default([]),
	/** What it means for the run when a script of the role fails: it ends, results first, or only a warning is given. Left out: end. */
	onScriptError: z.enum(['end', 'continue']).optional(),
	/** Files and folders collected from every instance of the role. */
	downloads: z.array(remotePath).default([]),
	monitoring: z.boolean().default(false),
	/** On spot instances, which cost less and which the cloud may end; where it has none, on ordinary ones. */
	spot: z.boolean().default(false),
	/** The most that one may cost an hour on spot, in US dollars. Left out: as much as an ordinary one. */
	spotMaxUsd: z.number().gt(leastSpotUsd).optional(),
	/** Instance types that will do where there is no room for the chosen one, in this order. */
	otherTypes: z.array(z.string().trim().min(1, 'must not be empty')).default([]),
});

/** What an instance does to itself once nobody looks after it any more. */
export const leaseEnds = ['terminate', 'stop'] as const;

/** What a deployment does where this machine has no room for it now. */
export const whenFulls = ['refuse', 'wait'] as const;

export const templateSchema = z.strictObject({
	name: z.string().regex(/^[A-Za-z0-9][A-Za-z0-9_-]{0,39}$/, 'must be letters, digits, _ and -, at most 40'),
	description: z.string().default(''),
	/** Of a deployment that is given none. Left out: each is given one. */
	problemSize: z.number().positive().optional(),
	roles: z.array(roleSchema).min(1, 'needs at least one role'),
	/** The run is ended, results first, after this time. */
	maxRunMinutes: z
		.number()
		.positive()
		.max(60 * 24 * 60)
		.default(24 * 60),
	/** How long instances are kept when data to collect cannot be had, so that the user can mend it. */
	holdMinutes: z
		.number()
		.min(0)
		.max(60 * 24 * 7)
		.default(60),
	/** The run is ended, results first, before it has cost more US dollars. Left out: no cap. */
	capUsd: z.number().positive().optional(),
	/** Instances end themselves when no job has looked after them for so long. Left out: a day. */
	leaseHours: z
		.number()
		.positive()
		.max(60 * 24)
		.optional(),
	/** What they do then. One that has stopped keeps its disk, which costs money, and can be started again. Left out: terminate. */
	leaseEnds: z.enum(leaseEnds).optional(),
});

export type DoneCheck = z.infer<typeof doneCheckSchema>;
export type Role = z.infer<typeof roleSchema>;
export type Template = z.infer<typeof templateSchema>;
export type LeaseEnd = (typeof leaseEnds)[number];
export type WhenFull = (typeof whenFulls)[number];

export type TemplateFinding = {
	/** A `fault` stops a deployment before it costs anything; a `remark` only makes the user think. */
	readonly level: 'fault' | 'remark';
	/** `role Master, upload 2: there is no /data/input`; for those too who never saw the file. */
	readonly text: string;
};

function isPattern(text: string): boolean {
	try {
		new RegExp(text);
		return true;
	} catch {
		return false;
	}
}
