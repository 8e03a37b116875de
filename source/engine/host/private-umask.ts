let usersUmask = 0o022;

/** Makes whatever this process and its children write from now on their user's alone, whatever umask it was started with. */
export function makeFilesPrivate(): void {
	usersUmask = process.umask(0o077);
}

/** The permissions of a file that a user asked for by name, outside the data folder: those which every other program would give it. */
export const usersFileMode = (): number => 0o666 & ~usersUmask;
