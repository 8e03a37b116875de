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

/** The instance lets its user in and offers no way to bring files. */
export class NoSftpError extends AppError {
	override readonly name = 'NoSftpError';
	override readonly hint =
		"Install sftp-server in the image (Debian's openssh-sftp-server), or set Subsystem sftp internal-sftp in its sshd_config.";

	constructor(
		readonly target: string,
		why: string,
		options?: ErrorOptions,
	) {
		super(`${target} has no SFTP, by which files travel: ${why}.`, options);
	}
}

/** The login works, and the login shell runs no command. */
export class LoginShellError extends AppError {
	override readonly name = 'LoginShellError';
	override readonly hint =
		'Give the user an ordinary login shell in the image, and look for exec, exit or a question in .bashrc, /etc/bash.bashrc and .profile.';

	constructor(readonly target: string) {
		super(`${target} runs no commands: its login shell, or a start file of that shell, ends or waits before them.`);
	}
}
