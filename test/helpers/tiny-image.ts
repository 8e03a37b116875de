import {mkdir, writeFile} from 'node:fs/promises';
import {join} from 'node:path';
import {type LocalImage, localImageFolder, stampVdi} from '../../source/engine/cloud/local/local-image.js';
import {runProgram} from '../../source/engine/host/run-program.js';

/** What the guest does once it has said its line on the serial console. */
export type Ending = 'halts' | 'powers off after 2 s';

const diskBytes = 1024 * 1024;

/** A real local AMI over a real VDI whose guest is one boot sector: up in a second even when emulated. */
export async function makeTinyImage(cloudFolder: string, id: string, ending: Ending = 'halts'): Promise<LocalImage> {
	const folder = localImageFolder(cloudFolder, id);
	await mkdir(folder, {recursive: true, mode: 0o700});
	const raw = join(cloudFolder, `${id}.raw`);
	const vdi = join(cloudFolder, `${id}.vdi`);
	await writeFile(raw, bootDisk(ending));
	await runProgram('qemu-img', ['convert', '-O', 'vdi', raw, vdi]);
	await runProgram('qemu-img', ['create', '-q', '-f', 'qcow2', '-F', 'vdi', '-b', vdi, join(folder, 'disk.qcow2')]);
	const image: LocalImage = {
		id,
		name: 'tiny',
		createdAt: new Date().toISOString(),
		virtualBytes: diskBytes,
		tags: {},
		vdi: {...(await stampVdi(vdi)), fingerprint: 'tiny'},
		drivers: {virtio: true},
	};
	await writeFile(join(folder, 'image.json'), JSON.stringify(image));
	return image;
}

export const tinyLine = 'A tiny guest is up.';

/** 16-bit code at 0x7c00: writes the line, with colours as kernels do, to the first serial port. */
function bootDisk(ending: Ending): Buffer {
	const message = Buffer.from(`\u001B[1;32m${tinyLine}\u001B[0m\r\n\0`);
	// cld; xor ax,ax; mov ds,ax; mov si,message; mov dx,0x3f8; loop: lodsb; test al,al; jz +3; out dx,al; jmp loop
	const print = [
		0xfc, 0x31, 0xc0, 0x8e, 0xd8, 0xbe, 0, 0, 0xba, 0xf8, 0x03, 0xac, 0x84, 0xc0, 0x74, 0x03, 0xee, 0xeb, 0xf8,
	];
	// sti; mov bx,[0x46c]; add bx,36; wait: hlt; cmp [0x46c],bx; jb wait; mov dx,0x604; mov ax,0x2000; out dx,ax
	const powerOff = [
		...[0xfb, 0x8b, 0x1e, 0x6c, 0x04, 0x83, 0xc3, 0x24, 0xf4, 0x39, 0x1e, 0x6c, 0x04, 0x72, 0xf9],
		...[0xba, 0x04, 0x06, 0xb8, 0x00, 0x20, 0xef],
	];
	// cli; hlt; jmp to the hlt
	const halt = [0xfa, 0xf4, 0xeb, 0xfd];
	const code = Buffer.from([...print, ...(ending === 'halts' ? [] : powerOff), ...halt]);
	code.writeUInt16LE(0x7c00 + code.length, 6);
	const disk = Buffer.alloc(diskBytes);
	Buffer.concat([code, message]).copy(disk);
	disk.set([0x55, 0xaa], 510);
	return disk;
}
