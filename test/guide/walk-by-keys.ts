import {join} from 'node:path';
import type {Terminal} from '../helpers/terminal.js';

/** Somebody who does what the user guide says, by keys. */
export type Walk = {
	readonly terminal: Terminal;
	/** Looks at what is shown, by a name for it. */
	readonly look: (name: string, shown: string) => Promise<void>;
};

/** Adds the disk `worker.vdi` of a folder as the image `worker`. */
export async function addImage({terminal, look}: Walk, folder: string): Promise<void> {
	await terminal.press('3');
	await terminal.waitFor('There is no image yet.');
	await terminal.press('n');
	await terminal.waitFor('New image: Name and file');
	await terminal.type('worker');
	await terminal.press('Tab');
	// Wrong at first: it says so, and what was typed stays.
	await terminal.type(join(folder, 'worker.vd'));
	await terminal.press('Enter');
	await terminal.waitFor(/worker\.vd\b.*(not|no such)/is);
	await terminal.type('i');
	await look('01-new-image', await terminal.waitFor('worker.vdi'));
	await terminal.press('Enter');
	await terminal.waitFor('New image worker: what is in it');
	await terminal.waitFor(/Verdict: +will be fixed/);
	await terminal.press('Enter');
	await look('02-images', await terminal.waitFor('The image worker is added.'));
}

/** The guide's template: one Master that does all, with `exp1.sh` of a folder, and two Slaves. */
export async function makeTemplate({terminal, look}: Walk, folder: string): Promise<void> {
	await terminal.press('5');
	await terminal.waitFor('There is no template yet.');
	await terminal.press('n');
	await terminal.waitFor('New template: Template (1 of 2)');
	await terminal.type('experiment');
	await terminal.press('Tab', 'Tab');
	await terminal.type('500');
	await terminal.waitFor(/❯ Problem size +500/);
	await terminal.press('C-n');
	await terminal.waitFor('New template: Roles (2 of 2)');
	await terminal.type('Master');
	await terminal.press('Enter');
	await terminal.waitFor('1. Master');
	// Typed and not added: going on adds it.
	await terminal.type('Slave');
	await terminal.press('C-n');

	await chooseImage(terminal, 'Master');
	await terminal.press('Tab', 'Tab', 'Space');
	await look('05-master', await terminal.waitFor('[x] yes'));
	await terminal.press('C-n');
	await addUpload(terminal, folder);
	await fillPage(terminal, 'Master, start scripts', 'ssh-keyscan -f /tmp/d2c.context -t rsa >> ~/.ssh/known_hosts');
	await fillPage(terminal, 'Master, async scripts', 'bash /tmp/exp1.sh');
	await fillPage(terminal, 'Master, done checks', '/tmp/done.txt');
	await terminal.waitFor('Master, data to collect');
	await terminal.type('/tmp/output.txt');
	await look('06-master-data', await terminal.waitFor('/tmp/output.txt'));
	await terminal.press('C-n');

	// As in the guide it has neither files nor scripts nor a check of its own.
	await chooseImage(terminal, 'Slave');
	await terminal.press('Tab', 'BSpace', '2', 'Tab', 'Space');
	await look('07-slave', await terminal.waitFor('[x] yes'));
	for (const page of ['uploads', 'start scripts', 'async scripts', 'done checks', 'data to collect']) {
		await terminal.press('C-n');
		await terminal.waitFor(`Slave, ${page}`);
	}

	await terminal.press('C-s');
	await look('08-templates', await terminal.waitFor('Template experiment is saved.'));
}

async function chooseImage(terminal: Terminal, role: string): Promise<void> {
	const shown = await terminal.waitFor(`${role}, image and count`);
	if (shown.includes('(not chosen)')) {
		await terminal.press('Down');
	}

	await terminal.waitFor(/❯ Image +worker/);
}

async function addUpload(terminal: Terminal, folder: string): Promise<void> {
	await terminal.waitFor(/, uploads \(/);
	await terminal.type(join(folder, 'exp1.sh'));
	await terminal.press('Enter');
	await terminal.type('/tmp/exp1.sh');
	await terminal.press('Enter');
	await terminal.waitFor('-> /tmp/exp1.sh');
	await terminal.press('C-n');
}

/** What is typed need not be added first. */
async function fillPage(terminal: Terminal, title: string, text: string): Promise<void> {
	await terminal.waitFor(title);
	await terminal.type(text);
	// Of a line that is too long its end is shown.
	await terminal.waitFor(text.slice(-20));
	await terminal.press('C-n');
}
