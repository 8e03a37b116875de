export type BufferPool = {
	/** Waits until one is free. */
	take(): Promise<Buffer>;
	give(buffer: Buffer): void;
};

/** So many buffers and no more, each used again and again: what bounds the memory of an upload. */
export function createBufferPool(count: number, bytes: number): BufferPool {
	const free: Buffer[] = [];
	const waiting: Array<(buffer: Buffer) => void> = [];
	let made = 0;
	return {
		async take() {
			const buffer = free.pop();
			if (buffer) {
				return buffer;
			}

			if (made < count) {
				made++;
				return Buffer.allocUnsafeSlow(bytes);
			}

			return new Promise(resolve => {
				waiting.push(resolve);
			});
		},
		give(buffer) {
			const next = waiting.shift();
			if (next) {
				next(buffer);
			} else {
				free.push(buffer);
			}
		},
	};
}
