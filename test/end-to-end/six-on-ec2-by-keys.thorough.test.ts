import assert from 'node:assert/strict';
import test from 'node:test';
import {testKeys} from '../helpers/ec2-server/ec2-server.js';
import {askD2cm, d2cmFile, runD2cm} from '../helpers/run-d2cm.js';
import {motoSix, type SixCloud, strictSix} from '../helpers/six-clouds.js';
import {mustHaveRunSix, sixHome} from '../helpers/six-home.js';
import {openTerminal, type Terminal} from '../helpers/terminal.js';

const what = '3 roles with 6 instances run by keys alone at 80x24, from the plan and its price to the results';

test(`${what}, on the strict server`, async t => {
	await runSix(await strictSix(t));
});

test(`${what}, on moto`, async t => {
	await runSix(await motoSix(t));
});

async function runSix(cloud: SixCloud): Promise<void> {
	const home = await sixHome(cloud);
	const terminal = await openTerminal([process.execPath, d2cmFile], {
		env: {D2CM_HOME: home, TZ: 'UTC', LANG: 'C.UTF-8', LC_ALL: 'C.UTF-8'},
	});
	try {
		await setPrice(terminal, cloud.name, 'm5.large', '0.096');
		await setPrice(terminal, cloud.name, 't3.micro', '0.0104');
		const shown = [await plan(terminal, cloud.name), await follow(terminal)];
		assert.ok(!shown.join().includes(testKeys.secretAccessKey));
		await mustHaveRunSix(home, cloud);
	} finally {
		await terminal.close();
		for (const {id} of await askD2cm<Array<{id: string}>>(home, 'status')) {
			await runD2cm(home, 'cancel', id);
		}
	}
}

/** In the table of prices, found by the filter. */
async function setPrice(terminal: Terminal, cloud: string, type: string, usd: string): Promise<void> {
	await terminal.press('2');
	await terminal.waitFor('[2Clouds]');
	await terminal.press('End');
	await terminal.waitFor(`❯ ${cloud}`);
	await terminal.press('p');
	await terminal.waitFor(`Prices of ${cloud}`);
	await terminal.waitFor(/vCPUs[\s\S]*MiB/);
	await terminal.press('/');
	await terminal.type(type);
	await terminal.waitFor(`/${type}`);
	await terminal.press('Enter', 'e');
	await terminal.waitFor(`${type} on ${cloud}: Price`);
	await terminal.type(usd);
	await terminal.press('Enter');
	await terminal.waitFor(`$${usd} per hour.`);
	// Ends the filter; another Escape too soon would be part of the same key.
	await terminal.press('Escape');
	await terminal.waitFor(/MiB[\s\S]*MiB/);
	await terminal.press('Escape');
	await terminal.waitFor('── Clouds');
}

async function plan(terminal: Terminal, cloud: string): Promise<string> {
	await terminal.press('6');
	await terminal.waitFor('There is no deployment yet.');
	await terminal.press('n');
	// The only cloud with an AMI of the image is chosen already.
	await terminal.waitFor(new RegExp(`Cloud +${cloud}`));
	await terminal.press('Tab', 'BSpace');
	await terminal.type('42');
	await terminal.waitFor(/❯ Problem size +42/);
	await terminal.press('C-n');
	await terminal.waitFor('Instance types and counts (2 of 3)');
	await terminal.waitFor(/❯ Master: type +\S+\d/);
	await terminal.type('m5.large');
	await terminal.waitFor(/❯ Master: type +m5\.large/);
	await terminal.press('Tab', 'Tab', 'Tab', 'Tab');
	await terminal.waitFor('❯ Worker: type');
	await terminal.type('t3.micro');
	await terminal.waitFor(/❯ Worker: type +t3\.micro/);
	await terminal.press('Tab', 'Tab', 'Tab', 'Tab');
	await terminal.waitFor('❯ Store: type');
	await terminal.type('t3.micro');
	await terminal.waitFor(/❯ Store: type +t3\.micro/);
	await terminal.press('C-n');
	await terminal.waitFor('Limits (3 of 3)');
	// Wrong at first: it says so, and what was typed stays.
	await terminal.type('-1');
	await terminal.press('C-s');
	await terminal.waitFor('Spend cap (USD) must be a number above 0');
	await terminal.press('BSpace', 'BSpace');
	await terminal.type('5');
	await terminal.waitFor(/❯ Spend cap \(USD\) +5/);
	await terminal.press('C-s');
	const shown = await terminal.waitFor(
		new RegExp(`AWS charges will start at the rate of \\$0\\.1480 per hour \\(6 instances on\\s+${cloud}\\)\\.`),
	);
	assert.match(shown, /Master +1 of m5\.large +\$0\.0960 +\$0\.0960/);
	assert.match(shown, /Worker +3 of t3\.micro +\$0\.0104 +\$0\.0312/);
	assert.match(shown, /Together +6 +\$0\.1480/);
	await terminal.press('End');
	const rest = await terminal.waitFor('Start it?');
	assert.match(`${shown}${rest}`, /The cap is \$5\.00/);
	return shown + rest;
}

/** Its states come and go; that it is over stays. */
async function follow(terminal: Terminal): Promise<string> {
	await terminal.press('y');
	await terminal.waitFor(/Deployment six\.[A-Z0-9]{6}/);
	const overview = await terminal.waitFor(/State +COMPLETED/, 180_000);
	await terminal.press('BTab');
	const results = await terminal.waitFor('[Results]');
	await terminal.waitFor('root/out/result');
	await terminal.press('q');
	await terminal.waitFor('Jobs go on without D2CM');
	return overview + results;
}
