/** What was asked for one role; a role may be called `constructor`, which every object answers to. */
export const ofRole = <Value>(
	byRole: Readonly<Record<string, Value>> | undefined,
	{name}: {readonly name: string},
): Value | undefined => (byRole !== undefined && Object.hasOwn(byRole, name) ? byRole[name] : undefined);
