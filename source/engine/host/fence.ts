import {AsyncLocalStorage} from 'node:async_hooks';

/**
Returns while the process that awaits it is the only one that may work on its job. In one that may have been replaced by a process
on another host it never returns: that one ends.
*/
export type Fence = () => Promise<void>;

/**
The same port, where each of these methods stands behind the fence: what it does is begun right after a look.

@param others Properties to be had in place of the port's own, such as ports that are fenced themselves.
*/
export function behind<Port extends object>(
	fence: Fence,
	port: Port,
	effects: ReadonlyArray<keyof Port>,
	others: Partial<Port> = {},
): Port {
	return new Proxy(port, {
		get(target, name) {
			if (name in others) {
				return others[name as keyof Port];
			}

			const value: unknown = Reflect.get(target, name);
			if (typeof value !== 'function') {
				return value;
			}

			return effects.includes(name as keyof Port)
				? async (...given: unknown[]) => {
						await fence();
						return value.apply(target, given);
					}
				: value.bind(target);
		},
	});
}

const fences = new AsyncLocalStorage<Fence>();

/** Does work in which whole files are put in their places behind the fence. */
export async function whileFenced<Result>(fence: Fence, work: () => Promise<Result>): Promise<Result> {
	return fences.run(fence, work);
}

/** Awaits the fence of the work this is part of, if it has one. */
export async function passFence(): Promise<void> {
	await fences.getStore()?.();
}
