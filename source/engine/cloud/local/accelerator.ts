import {randomBytes} from 'node:crypto';
import {constants} from 'node:fs';
import {access, mkdir, readFile, rm, writeFile} from 'node:fs/promises';
import {join} from 'node:path';
import * as z from 'zod';
import {ProgramFailedError} from '../../host/program-failed-error.js';
import {runProgram} from '../../host/run-program.js';
import {writeJson} from '../../host/write-json.js';
import {bootId} from './boot-id.js';
import {type QemuBuild, readQemuBuild, sandboxArguments} from './qemu-build.js';

/** How QEMU runs the guest's instructions: by the processor itself, or translated. */
export type Accelerator = 'kvm' | 'tcg';

export type AcceleratorFinding = {
	readonly accelerator: Accelerator;
	/** For `d2cm doctor`: one sentence. */
	readonly why: string;
};

const cacheSchema = z.object({
	bootId: z.string(),
	qemuVersion: z.string(),
	accelerator: z.enum(['kvm', 'tcg']),
	why: z.string(),
});

const probeTimeoutMs = 8000;

/** QEMU's exit code once the guest has written 0x10 to the debug exit: `value << 1 | 1`. */
const probeExitCode = 0x21;

/**
KVM, if it has booted something on this machine since it was started; /dev/kvm may open and still run nothing. The answer
is kept in `accelerator.json`.

@throws {MissingProgramError} When there is no QEMU.
*/
export async function findAccelerator(cloudFolder: string): Promise<AcceleratorFinding> {
	const build = await readQemuBuild();
	const key = {bootId: await bootId(), qemuVersion: build.version};
	try {
		await access('/dev/kvm', constants.R_OK | constants.W_OK);
	} catch {
		return {accelerator: 'tcg', why: 'There is no /dev/kvm that may be used, so processors are emulated.'};
	}

	const file = join(cloudFolder, 'accelerator.json');
	const known = await readCache(file);
	if (known?.bootId === key.bootId && known.qemuVersion === key.qemuVersion) {
		return {accelerator: known.accelerator, why: known.why};
	}

	const found = await probe(cloudFolder, 'kvm', build);
	await writeJson(file, {...key, ...found});
	return found;
}

/** Boots one sector that does nothing but end QEMU with a code of ours. */
export async function probe(
	cloudFolder: string,
	accelerator: Accelerator,
	{hasSandbox}: Pick<QemuBuild, 'hasSandbox'>,
): Promise<AcceleratorFinding> {
	const disk = join(cloudFolder, `probe-${randomBytes(4).toString('hex')}.raw`);
	const start = performance.now();
	try {
		await mkdir(cloudFolder, {recursive: true, mode: 0o700});
		await writeFile(disk, probeDisk(), {mode: 0o600});
		await runProgram(
			'qemu-system-x86_64',
			[...(hasSandbox ? sandboxArguments : []), ...probeArguments(disk, accelerator)],
			{
				timeoutMs: probeTimeoutMs,
				okCodes: [probeExitCode],
			},
		);
		return {accelerator, why: `A probe booted by ${accelerator} in ${Math.round(performance.now() - start)} ms.`};
	} catch (error) {
		if (!(error instanceof ProgramFailedError)) {
			throw error;
		}

		return {
			accelerator: 'tcg',
			why: `A probe did not boot by ${accelerator}, so processors are emulated: ${probeWords(error)}`,
		};
	} finally {
		await rm(disk, {force: true});
	}
}

/** QEMU's own assertions and dumps of registers say nothing to whoever reads them. */
function probeWords({code, stderr}: ProgramFailedError): string {
	const said = stderr.split('\n').find(line => /^qemu-system-x86_64: (?!.*(?:[Aa]ssert|ERROR:))/.test(line));
	if (said !== undefined) {
		return `QEMU says “${said.replace('qemu-system-x86_64: ', '').trim().slice(0, 200)}”.`;
	}

	const how = code === undefined ? 'by a fault of its own, or hung' : `with exit code ${code}`;
	return `QEMU ended ${how}. This machine offers KVM and cannot run it, as happens in virtual machines.`;
}

function probeArguments(disk: string, accelerator: Accelerator): readonly string[] {
	return [
		...['-machine', 'pc', '-accel', accelerator, ...(accelerator === 'kvm' ? ['-cpu', 'host'] : []), '-m', '16M'],
		...['-nodefaults', '-no-user-config', '-vga', 'none', '-display', 'none', '-no-reboot'],
		...['-blockdev', JSON.stringify({driver: 'raw', 'node-name': 'disk', file: {driver: 'file', filename: disk}})],
		...['-device', 'ide-hd,drive=disk,bootindex=0', '-device', 'isa-debug-exit,iobase=0xf4,iosize=0x04'],
	];
}

function probeDisk(): Buffer {
	const sectors = Buffer.alloc(64 * 1024);
	// mov al, 0x10; out 0xf4, al; hlt; jmp to the hlt
	sectors.set([0xb0, 0x10, 0xe6, 0xf4, 0xf4, 0xeb, 0xfd]);
	sectors.set([0x55, 0xaa], 510);
	return sectors;
}

async function readCache(file: string): Promise<z.infer<typeof cacheSchema> | undefined> {
	try {
		return cacheSchema.parse(JSON.parse(await readFile(file, 'utf8')));
	} catch {
		return undefined; // Then the probe is run again.
	}
}
