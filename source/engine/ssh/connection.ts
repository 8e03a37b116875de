import type {Client} from 'ssh2';
import {CancelledError} from '../errors/cancelled-error.js';
import type {BegunCommand} from './begun-command.js';
import {ConnectionLostError} from './connection-lost-error.js';
import {limited} from './limited.js';

/** OpenSSH allows ten sessions on a connection; SFTP is one of them, and one that ends counts a little longer. */
const mostSessions = 7;

/**
One SSH connection and everything that waits for it. ssh2 forgets the callbacks of calls that are under way when a connection
ends; here every call settles.
*/
export class Connection {
	readonly #waiting = new Set<(error: Error) => void>();
	readonly #user: Connection | undefined;
	readonly #another: () => Promise<Connection>;
	#root: Connection | undefined;
	#end: ConnectionLostError | undefined;

	/** Runs something that needs a session of its own, when one is free. */
	readonly oneOfSessions: <T>(work: () => Promise<T>) => Promise<T>;

	constructor(
		/** The instance's name, for messages. */
		readonly name: string,
		readonly client: Client,
		another: () => Promise<Connection>,
		/** Given, it is the same connection, over which the user's sudo runs everything. */
		user?: Connection,
	) {
		this.#another = another;
		this.#user = user;
		this.oneOfSessions = user?.oneOfSessions ?? limited(mostSessions);
	}

	/** The same connection, for commands that root is to run: `sudo -n`, which asks for no password. */
	asRoot(): Connection {
		this.#root ??= new Connection(this.name, this.client, this.#another, this);
		return this.#root;
	}

	/** A command as the login shell is to have it. */
	wordsOf({words}: BegunCommand): string {
		return this.#user ? `sudo -n -H ${words}` : words;
	}

	/** Does something on a connection of its own: for a server that allows fewer sessions on one than are needed (`MaxSessions`). */
	async apart<T>(work: (other: Connection) => Promise<T>): Promise<T> {
		const other = await this.#another();
		try {
			return await work(this.#user ? other.asRoot() : other);
		} finally {
			other.end('it was closed here');
		}
	}

	/** Another connection that lives and ends with this one, for a session that stays where this one allows no more. */
	async aside(): Promise<Connection> {
		const other = await this.#another();
		other.client.once('close', () => this.end('the connection beside it ended'));
		if (this.#end) {
			other.end('it was closed here');
			throw this.#end;
		}

		this.client.once('close', () => other.end('it was closed here'));
		return this.#user ? other.asRoot() : other;
	}

	/** Whether root does here what a login user asks for. */
	get isRoot(): boolean {
		return this.#user !== undefined;
	}

	get closed(): boolean {
		return this.#end !== undefined;
	}

	/** Ends the connection for everybody who waits. Only the first reason counts. */
	end(reason: string, cause?: unknown): void {
		if (this.#end) {
			return;
		}

		this.#end = new ConnectionLostError(this.name, reason, {cause});
		for (const reject of this.#waiting) {
			reject(this.#end);
		}

		this.#waiting.clear();
		this.#root?.end(reason, cause);
		this.#user?.end(reason, cause);
		// A server that answers no more would keep the socket, and with it this process; one that answers is not waited for.
		const timer = setTimeout(() => this.client.destroy(), 500);
		this.client.once('close', () => clearTimeout(timer));
		this.client.end();
	}

	/**
	One call to ssh2, settled at the latest when the connection ends or the signal is aborted.

	@throws {ConnectionLostError}
	@throws {CancelledError}
	*/
	async call<T>(
		begin: (resolve: (value: T) => void, reject: (error: Error) => void) => void,
		signal?: AbortSignal,
	): Promise<T> {
		if (this.#end) {
			throw this.#end;
		}

		if (signal?.aborted) {
			throw new CancelledError();
		}

		return new Promise<T>((resolve, reject) => {
			const settle = () => {
				this.#waiting.delete(fail);
				signal?.removeEventListener('abort', cancel);
			};
			const fail = (error: Error) => {
				settle();
				reject(error);
			};
			const cancel = () => fail(new CancelledError());
			this.#waiting.add(fail);
			signal?.addEventListener('abort', cancel, {once: true});
			try {
				begin(value => {
					settle();
					resolve(value);
				}, fail);
			} catch (error) {
				// ssh2 throws at once when the socket is not writable any more, before it says that it is closed.
				fail(error instanceof Error && error.message === 'Not connected' ? this.#lostBy(error) : (error as Error));
			}
		});
	}

	#lostBy(cause: Error): Error {
		this.end('it is not connected any more', cause);
		return this.#end ?? cause;
	}
}
