import type {LeaseEnd, Role, WhenFull} from '../templates/template.js';

/** The states of a deployment, named as in the original tool; the last two it lacked. */
export const deploymentStates = [
	'NOT_RUN',
	'LAUNCHING_INSTANCES',
	'INSTANCES_LAUNCHED',
	'ROLES_CONTEXTUALIZED',
	'ROLES_STARTED',
	'JOB_COMPLETED',
	'COLLECTING_DATA',
	'DATA_COLLECTED',
	'SHUTTING_DOWN',
	'COMPLETED',
	'CANCELLED',
	'FAILED',
] as const;

export type DeploymentState = (typeof deploymentStates)[number];

/** What is to be run: frozen in `deployment.json` when the deployment is made, never changed after. */
export type Deployment = {
	/** Six characters of A-Z0-9. */
	readonly id: string;
	readonly template: string;
	/** `<template>.<ID>` */
	readonly launchKey: string;
	/** Of the D2CM_HOME it belongs to. */
	readonly installation: string;
	/** ISO 8601. */
	readonly createdAt: string;
	/** Name of the cloud. */
	readonly cloud: string;
	/** Handed to the scripts as D2CM_PROBLEM_SIZE. */
	readonly problemSize: number;
	readonly roles: readonly DeployedRole[];
	readonly maxRunMinutes: number;
	/** Asked for in place of the template's; undefined when it was not. */
	readonly maxHours?: number | undefined;
	readonly holdMinutes: number;
	/** The run is ended, results first, before it has cost more. Undefined without a cap. */
	readonly capUsd?: number | undefined;
	/** Instances end themselves when no job has looked after them for so long. Undefined in those made before there were leases. */
	readonly leaseHours?: number | undefined;
	/** As the user chose; a role tells whether its instances can stop. Left out: they terminate. */
	readonly leaseEnds?: LeaseEnd | undefined;
	/** Left out: it ends where there is no room for it now. */
	readonly whenFull?: WhenFull | undefined;
};

/** An instance type at its price. */
export type PricedType = {
	readonly instanceType: string;
	/** As the user confirmed it; undefined when the price is not known. */
	readonly hourlyUsd: number | undefined;
	/** Where the price is from: `Amazon's price list of 2026-11-22`; undefined where the cloud itself says it. */
	readonly priceSource?: string | undefined;
};

export type DeployedRole = Role &
	PricedType & {
		/** The AMI its image has on this cloud. */
		readonly imageId: string;
		/** What may be had in place of the instance type, the first that there is room for. */
		readonly others?: readonly PricedType[] | undefined;
		/** Its instances stop when their lease is over, and keep their disks. Else they end for good. */
		readonly stops?: boolean | undefined;
		/** US dollars per hour for the disks of one that has stopped, where that is known. */
		readonly keptUsd?: number | undefined;
		/** What its AMI was made of. */
		readonly origin?: ImageOrigin | undefined;
		/** What its uploads were when it was planned. Undefined in those made before this was noted. */
		readonly inputs?: {readonly files: number; readonly bytes: number; readonly modifiedAt: number} | undefined;
		/** Who may be the login user, in the order of trying. Left out by older versions, whose `user` is not the template's. */
		readonly logins?: readonly string[] | undefined;
	};

/** From which VDI an AMI was made, and what was changed in it. */
export type ImageOrigin = {
	readonly image: string;
	readonly migration: string;
	readonly file?: string | undefined;
	readonly vdiFingerprint?: string | undefined;
	/** As they were told: `fstab: ...` */
	readonly fixUps: readonly string[];
};

/** `master-1`: role and index from 1, in lower case; also the host name the instances know each other by. */
export function nodeName(role: string, index: number): string {
	return `${role.toLowerCase()}-${index}`;
}
