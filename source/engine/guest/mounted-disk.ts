import type {GuestDisk} from './guest-disk.js';

/**
Shows one more file system at a folder of a guest, as a separate `/boot` is. Links lead out of the mounted file system only
when they are relative to its own root, which is how those in `/boot` are written.
*/
export function mountedDisk(root: GuestDisk, mounted: GuestDisk, folder: string): GuestDisk {
	const route = (path: string): readonly [GuestDisk, string] => {
		const plain = path.replaceAll(/\/+/g, '/');
		const isInside = plain === folder || plain.startsWith(`${folder}/`);
		return isInside ? [mounted, plain.slice(folder.length) || '/'] : [root, plain];
	};

	return {
		fileSystem: root.fileSystem,
		uuid: root.uuid,
		async stat(path) {
			const [disk, inner] = route(path);
			return disk.stat(inner);
		},
		async readFile(path, mostBytes) {
			const [disk, inner] = route(path);
			return disk.readFile(inner, mostBytes);
		},
		readChunks(path) {
			const [disk, inner] = route(path);
			return disk.readChunks(inner);
		},
		async list(path) {
			const [disk, inner] = route(path);
			return disk.list(inner);
		},
		async readLink(path) {
			const [disk, inner] = route(path);
			return disk.readLink(inner);
		},
	};
}
