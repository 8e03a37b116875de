import type {InstanceType} from '../cloud.js';
import {UnknownInstanceTypeError} from '../unknown-instance-type-error.js';

/** An instance type as the user adds it in the settings. */
export type LocalType = {readonly name: string; readonly vcpus: number; readonly memoryMib: number};

export const builtInTypes: readonly LocalType[] = [
	{name: 'local.small', vcpus: 1, memoryMib: 512},
	{name: 'local.medium', vcpus: 2, memoryMib: 1024},
	{name: 'local.large', vcpus: 4, memoryMib: 4096},
];

/** All types, the built-in ones first; an extra one of the same name takes the built-in one's place. */
export function localTypes(extra: readonly LocalType[]): readonly InstanceType[] {
	const named = new Map([...builtInTypes, ...extra].map(type => [type.name, type]));
	return [...named.values()].map(({name, vcpus, memoryMib}) => ({name, vcpus, memoryMib, hourlyUsd: 0}));
}

/** @throws {UnknownInstanceTypeError} */
export function findType(types: readonly InstanceType[], name: string, cloud: string): InstanceType {
	const type = types.find(candidate => candidate.name === name);
	if (!type) {
		throw new UnknownInstanceTypeError(
			name,
			cloud,
			types.map(candidate => candidate.name),
		);
	}

	return type;
}
