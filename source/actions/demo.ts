import {stat} from 'node:fs/promises';
import {homedir} from 'node:os';
import {join, resolve} from 'node:path';
import {installLine, missingFor} from '../engine/host/install-line.js';
import {ProgramFailedError} from '../engine/host/program-failed-error.js';
import {projectFolder} from '../engine/host/project-folder.js';
import {runProgram} from '../engine/host/run-program.js';
import {type Template, templateSchema} from '../engine/templates/template.js';
import type {D2cm, JobSummary} from './d2cm.js';
import {DemoFailedError} from './demo-failed-error.js';

export type DemoOptions = {
	/** A VDI of the user's own; left out, a small Debian desktop is made. */
	readonly vdi?: string;
	/** Samples of the Monte Carlo estimate, over all instances. */
	readonly problemSize?: number;
	readonly say: (line: string) => void;
};

const imageName = 'sample-desktop';
const cloud = 'local';

const outline = [
	'On this machine, free of charge, and with nothing left running at the end:',
	'  1. a sample desktop is made as a VirtualBox disk     about two minutes the first time, then none',
	'  2. it is migrated to an AMI of the local cloud       about ten seconds, the first time',
	'  3. three instances of it boot and know each other    half a minute by KVM, one to two without',
	'  4. they estimate pi together, watched                ten seconds',
	'  5. the results come home, verified, and all ends     ten seconds',
];

/** The main job from a desktop's disk to a running deployment; what is there from an earlier demo is used again. */
export async function startDemo(d2cm: D2cm, {vdi, problemSize = 1_500_000, say}: DemoOptions): Promise<JobSummary> {
	await mustBeAble(d2cm);
	if (vdi === undefined) {
		await mustBeAbleToMake();
	}

	for (const line of outline) {
		say(line);
	}

	const image = await demoImage(d2cm, vdi === undefined ? await makeSampleDesktop(say) : resolve(vdi), say);
	await migrateOnce(d2cm, image, say);

	const template = demoTemplate(image);
	await d2cm.saveTemplate(template);
	const plan = await d2cm.planDeployment({template: template.name, cloud, problemSize});
	say(plan.priceLine);
	for (const remark of plan.remarks) {
		say(remark);
	}

	return d2cm.startDeployment(plan);
}

/** A master and two slaves that estimate pi together; the master finds the slaves by /tmp/d2c.context. */
function demoTemplate(image: string): Template {
	const experiment = {local: join(projectFolder(), 'examples', 'estimate-pi'), remote: '/opt/experiment'};
	const role = {image, uploads: [experiment], startScripts: ['chmod +x /opt/experiment/*'], monitoring: true};
	return templateSchema.parse({
		name: 'estimate-pi',
		description: 'A master and two slaves that estimate pi together.',
		roles: [
			{
				...role,
				name: 'Master',
				count: 1,
				asyncScripts: ['/opt/experiment/run-master'],
				doneChecks: [{kind: 'file', path: '/root/results/done'}],
				downloads: ['/root/results'],
			},
			{...role, name: 'Slave', count: 2, downloads: ['/root/samples.log']},
		],
		maxRunMinutes: 60,
		holdMinutes: 10,
	});
}

/** What is missing is said before any work. */
async function mustBeAble(d2cm: D2cm): Promise<void> {
	const [lack] = (await d2cm.doctor()).filter(({ok}) => !ok);
	if (lack) {
		throw new DemoFailedError(`This machine cannot run the demo yet: ${lack.subject}: ${lack.found}.`, {
			hint: lack.hint,
		});
	}
}

/** What only the making of the sample desktop takes, by the same code as set-up's. */
async function mustBeAbleToMake(): Promise<void> {
	const [missing] = missingFor('demo');
	if (missing !== undefined) {
		throw new DemoFailedError(`The sample desktop cannot be made here: ${missing} is missing.`, {
			hint: installLine(missing),
		});
	}

	const script = join(projectFolder(), 'scripts', 'check-machine');
	const {code, stdout} = await runProgram('/bin/sh', [script, 'demo'], {okCodes: [0, 3]});
	if (code !== 0) {
		const said = stdout.trim();
		const end = said.search(/[.:]\s/) + 1;
		const sentence = end === 0 ? said : said.slice(0, end).replace(/:$/, '.');
		const hint = end === 0 ? undefined : said.slice(end).trim();
		throw new DemoFailedError(sentence.charAt(0).toUpperCase() + sentence.slice(1), {hint});
	}
}

async function makeSampleDesktop(say: (line: string) => void): Promise<string> {
	const cache = join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'd2cm');
	const file = join(cache, `${imageName}.vdi`);
	say('Making the sample desktop: a small Debian on a VirtualBox disk.');
	try {
		await runProgram(join(projectFolder(), 'scripts', 'make-sample-desktop'), [file], {
			onErrorLine: say,
			keepsEnvironment: true,
		});
	} catch (error) {
		throw error instanceof ProgramFailedError ? new DemoFailedError(error.message, {cause: error}) : error;
	}

	return file;
}

/** Registers the disk, under another name when the name is taken by another file. */
async function demoImage(d2cm: D2cm, file: string, say: (line: string) => void): Promise<string> {
	const images = d2cm.database().images;
	const known = images.find(image => image.file === file);
	if (known) {
		return known.name;
	}

	const names = new Set(images.map(image => image.name));
	const name = names.has(imageName) ? `${imageName}-${names.size + 1}` : imageName;
	const image = await d2cm.addImage(name, file);
	say(`Image ${name}: ${image.os}, ${image.architecture}, ${Math.round(image.virtualBytes / 2 ** 20)} MiB.`);
	return name;
}

/** Migrates unless the image has an AMI on the cloud that is younger than the file. */
async function migrateOnce(d2cm: D2cm, image: string, say: (line: string) => void): Promise<void> {
	const {images, amis} = d2cm.database();
	const file = images.find(entry => entry.name === image)?.file ?? '';
	const {mtime} = await stat(file);
	const ami = amis.find(entry => entry.image === image && entry.cloud === cloud && new Date(entry.createdAt) > mtime);
	if (ami) {
		say(`The image is on the local cloud already: ${ami.id}.`);
		return;
	}

	const job = await d2cm.startMigration({image, cloud});
	await new Promise<void>((resolve, reject) => {
		const stop = d2cm.followJob(job.id, record => {
			if (record.kind === 'event') {
				say(record.message);
			} else if (record.kind === 'end') {
				stop();
				if (record.state === 'COMPLETED') {
					resolve();
				} else {
					reject(new DemoFailedError(record.cause ?? `The migration ended as ${record.state}.`));
				}
			}
		});
	});
}
