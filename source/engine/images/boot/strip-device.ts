/** Takes `($root)` or `(hd0,msdos1)` from the front of a path in a boot loader's configuration. */
export function stripDevice(path: string): string {
	return path.replace(/^\([^)]*\)/, '');
}
