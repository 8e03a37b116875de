import {useInput, usePaste} from 'ink';
import {createContext, type ReactNode, useContext, useEffect, useLayoutEffect, useMemo, useRef, useState} from 'react';
import {type KeyBinding, keysOf} from './key-binding.js';
import {splitKeys} from './split-keys.js';

/** What takes the keys now: the one screen, or the question, that is shown. */
export type KeyLayer = {
	readonly bindings: readonly KeyBinding[];
	/** Takes characters that no binding takes, several at once when they came at once, and pastes. */
	readonly onText?: ((text: string) => void) | undefined;
	/** Called before every key, and with the reason why a key does nothing. */
	readonly onKey?: ((key: string, disabledReason?: string) => void) | undefined;
	/** Called after a key that no binding takes and that is no text. */
	readonly onUnknown?: ((key: string) => void) | undefined;
	/** Takes what a key's action failed with. */
	readonly onError?: ((error: unknown) => void) | undefined;
};

type Registry = {set(layer: KeyLayer): void; remove(layer: KeyLayer): void};

const RegistryContext = createContext<Registry>({set: () => undefined, remove: () => undefined});

/** How long keys wait for the action before them. */
const patienceMs = 400;

/** The only place that takes what the terminal says, as `InputFilter` lets it through. Gives the keys of a packet one by one, each to the screen the one before left. */
export function KeyDispatcher({children}: {readonly children: ReactNode}) {
	const dispatcher = useRef<Dispatcher>(undefined);
	dispatcher.current ??= new Dispatcher();
	const current = dispatcher.current;
	const [turn, setTurn] = useState(0);
	current.commit = () => setTurn(previous => previous + 1);

	useInput((input, key) => current.receive(splitKeys(input, key)));
	usePaste(text => current.paste(text));
	// Once what a key changed is on the screen, the next key may act on it.
	useEffect(() => current.resume(turn), [current, turn]);

	const registry = useMemo<Registry>(
		() => ({
			set(layer) {
				current.layer = layer;
			},
			remove(layer) {
				if (current.layer === layer) current.layer = undefined;
			},
		}),
		[current],
	);
	return <RegistryContext value={registry}>{children}</RegistryContext>;
}

/** Makes the calling component the one that takes the keys, for as long as it is shown. */
export function useKeyLayer(layer: KeyLayer): void {
	const registry = useContext(RegistryContext);
	useLayoutEffect(() => {
		registry.set(layer);
		return () => registry.remove(layer);
	});
}

type Item = {readonly key: string} | {readonly pasted: string};

class Dispatcher {
	layer: KeyLayer | undefined;
	commit: () => void = () => undefined;
	private readonly queue: Item[] = [];
	private isBusy = false;
	private turn = 0;

	receive(keys: readonly string[]): void {
		this.queue.push(...keys.map(key => ({key})));
		this.next();
	}

	paste(pasted: string): void {
		this.queue.push({pasted});
		this.next();
	}

	next(): void {
		if (this.isBusy || this.layer === undefined) {
			return;
		}

		const item = this.queue.shift();
		if (item === undefined) {
			return;
		}

		this.isBusy = true;
		const work = this.give(item, this.layer);
		const release = () => this.commit();
		if (work instanceof Promise) {
			const failed = (error: unknown) => this.layer?.onError?.(error);
			const patience = new Promise<void>(resolve => setTimeout(resolve, patienceMs));
			void Promise.race([work.catch(failed), patience]).then(release);
		} else {
			release();
		}
	}

	/** What the key of a turn has changed is on the screen. */
	resume(turn: number): void {
		if (turn > this.turn) {
			this.turn = turn;
			this.isBusy = false;
			this.next();
		}
	}

	private give(item: Item, layer: KeyLayer): void | Promise<void> {
		if ('pasted' in item) {
			layer.onKey?.('paste', layer.onText === undefined ? 'There is nothing to paste into here.' : undefined);
			layer.onText?.(item.pasted);
			return;
		}

		const binding = findBinding(layer, item.key);
		layer.onKey?.(item.key, binding?.disabledReason);
		if (binding !== undefined) {
			return binding.disabledReason === undefined ? binding.run(item.key) : undefined;
		}

		if (layer.onText !== undefined && isText(item.key)) {
			layer.onText(item.key + this.takeText(layer));
		} else {
			layer.onUnknown?.(item.key);
		}
	}

	/** The characters that follow in the queue, so that a long line costs one update and not one for each character. */
	private takeText(layer: KeyLayer): string {
		let text = '';
		for (let item = this.queue[0]; item !== undefined; item = this.queue[0]) {
			if ('pasted' in item || !isText(item.key) || findBinding(layer, item.key) !== undefined) {
				break;
			}

			text += item.key;
			this.queue.shift();
		}

		return text;
	}
}

function findBinding(layer: KeyLayer, key: string): KeyBinding | undefined {
	return layer.bindings.find(binding => keysOf(binding).includes(key));
}

const namedKeys = new Set(
	'enter escape tab shift+tab up down left right pageup pagedown home end backspace delete paste'.split(' '),
);

function isText(key: string): boolean {
	return !namedKeys.has(key) && !key.startsWith('ctrl+');
}
