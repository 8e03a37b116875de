import {AppError} from '../errors/app-error.js';

/** The instance answers with the right host key and does not accept our key. Trying again does not help. */
export class LoginRefusedError extends AppError {
	override readonly name = 'LoginRefusedError';

	constructor(
		readonly target: string,
		/** Who tried to log in; several where the login user of the AMI was looked for. */
		users: string | readonly string[],
		options?: ErrorOptions,
		override readonly hint = 'Check that the image lets this user log in by key, and that its first-boot unit installed the key (console output).',
	) {
		const tried = [users].flat();
		super(
			tried.length === 1
				? `${target} refuses the login of ${tried[0]}.`
				: `${target} refuses the login of each of ${tried.join(', ')}.`,
			options,
		);
	}
}

/** The login user of an instance cannot do there what needs root. */
export class RootRefusedError extends AppError {
	override readonly name = 'RootRefusedError';
	override readonly hint =
		"Let this user run sudo without a password in the image, or give the role a user who may: user, in the role's template.";

	constructor(
		readonly target: string,
		why: string,
		options?: ErrorOptions,
	) {
		super(`${target} cannot be set up: ${why}.`, options);
	}
}

/** The login shell of an instance takes the connection and does not come to what it is to run. */
export class LoginShellError extends AppError {
	override readonly name = 'LoginShellError';
	override readonly hint =
		'Give this user sh or bash as login shell in the image, and take out of its start-up files (~/.bashrc, /etc/bash.bashrc, ~/.profile, /etc/profile) what asks something, ends, or starts another shell.';

	constructor(target: string, ended: string, said: string) {
		super(`The login shell of ${target} runs no commands: ${ended}${said === '' ? '' : `, and says “${said}”`}.`);
	}
}

/** There is no SFTP server on an instance. */
export class NoSftpError extends AppError {
	override readonly name = 'NoSftpError';
	override readonly hint =
		'Install it in the image: Debian and its like call it openssh-sftp-server, others have it in openssh-server.';

	constructor(target: string, options?: ErrorOptions) {
		super(
			`${target} has no SFTP: its sshd starts none, and no program sftp-server is where distributions put it.`,
			options,
		);
	}
}
