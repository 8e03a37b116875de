import assert from 'node:assert/strict';
import {test} from 'node:test';
import {formatTemplate} from '../../../source/engine/templates/format-template.js';
import {parseTemplate} from '../../../source/engine/templates/parse-template.js';
import {TemplateError} from '../../../source/engine/templates/template-error.js';

const whole = `
name: pi
description: Estimates pi.
maxRunMinutes: 30
holdMinutes: 5
roles:
  - name: Master
    image: worker
    uploads:
      - {local: input, remote: /root/input}
      - {local: /etc/hostname, remote: /root/name}
    startScripts: [make -C /root]
    asyncScripts:
      - |
        mpirun --hostfile "$D2C_MPI_HOSTFILE" ./pi
        touch /root/done
    doneChecks:
      - {kind: file, path: /root/done}
      - {kind: log, path: /root/log, pattern: "^pi = 3\\\\.14"}
    downloads: [/root/out]
    monitoring: true
  - name: Slave
    image: worker
    count: 2
    spot: true
    otherTypes: [m5.large, m6i.large]
    asyncScripts: ["./slave"]
    downloads: [/root/slave-out]
`;

test('a template is read with all actions of every role, uploads relative to its folder', () => {
	const template = parseTemplate(whole, '/data/pi');
	assert.deepEqual(template.roles[0]?.uploads, [
		{local: '/data/pi/input', remote: '/root/input'},
		{local: '/etc/hostname', remote: '/root/name'},
	]);
	assert.equal(template.roles[1]?.count, 2);
	assert.deepEqual(template.roles[1]?.asyncScripts, ['./slave']);
	assert.deepEqual(template.roles[1]?.downloads, ['/root/slave-out']);
	assert.deepEqual(template.roles[1]?.otherTypes, ['m5.large', 'm6i.large']);
	assert.deepEqual(
		template.roles.map(({spot}) => spot),
		[false, true],
	);
});

test('a template survives being written and read again', () => {
	const template = parseTemplate(whole, '/data/pi');
	assert.deepEqual(parseTemplate(formatTemplate(template), '/elsewhere'), template);
	const bounded = {...template, capUsd: 2.5, leaseHours: 12, leaseEnds: 'stop' as const};
	const paid = {...bounded, roles: bounded.roles.map(role => ({...role, spotMaxUsd: 0.05}))};
	assert.deepEqual(parseTemplate(formatTemplate(paid), '/elsewhere'), paid);
	assert.throws(
		() => parseTemplate(formatTemplate(paid).replaceAll('0.05', '0'), '/'),
		/roles\[0\]\.spotMaxUsd must be more than 0\.001/,
	);
	assert.deepEqual(parseTemplate(formatTemplate(bounded), '/elsewhere'), bounded);
	const sized = {...template, problemSize: 500};
	assert.deepEqual(parseTemplate(formatTemplate(sized), '/elsewhere'), sized);
	assert.throws(() => parseTemplate(formatTemplate(bounded).replace('2.5', '-1'), '/'), /capUsd/);
	const halted = formatTemplate(bounded).replace('stop', 'halt');
	assert.throws(() => parseTemplate(halted, '/'), /leaseEnds must be `terminate` or `stop`/);
});

const faulty: ReadonlyArray<readonly [string, string, string]> = [
	['a problem size of nothing', `${whole}problemSize: 0\n`, 'problemSize must be more than 0'],
	['a problem size in words', `${whole}problemSize: large\n`, 'problemSize must be a number'],
	[
		'a bad pattern',
		whole.replace('"^pi = 3\\\\.14"', '"("'),
		'roles[0].doneChecks[1].pattern is not a regular expression',
	],
	['an unknown field', whole.replace('startScripts', 'startScript'), 'roles[0].startScript is not a known field'],
	['a missing name', whole.replace('name: pi\n', ''), 'name is missing'],
	['a missing image', whole.replace('image: worker', 'count: 1'), 'roles[0].image is missing'],
	['a count that is text', whole.replace('count: 2', 'count: two'), 'roles[1].count must be a number'],
	[
		'an upload of nothing',
		whole.replace(/local: [^,}\n]+/, "local: ''"),
		'roles[0].uploads[0].local must not be empty',
	],
	['a count of none', whole.replace('count: 2', 'count: 0'), 'roles[1].count must be at least 1'],
	['a broken count', whole.replace('count: 2', 'count: 1.5'), 'roles[1].count must be a whole number'],
	[
		'an unknown check',
		whole.replace('kind: file', 'kind: fifo'),
		'roles[0].doneChecks[0].kind must be `file` or `log`',
	],
	[
		'a relative download',
		whole.replace('[/root/out]', '[out]'),
		'roles[0].downloads[0] must be an absolute path on the instance, beginning with /',
	],
	['no role', 'name: x\nroles: []', 'roles needs at least one role'],
	['text alone', 'hello', 'the template must be a set of fields'],
	['an empty file', '', 'the template must be a set of fields'],
];

for (const [what, yaml, sentence] of faulty) {
	test(`${what} is named with its place`, () => {
		assert.throws(
			() => parseTemplate(yaml, '/'),
			(error: unknown) => {
				assert.ok(error instanceof TemplateError);
				assert.deepEqual(error.faults, [sentence]);
				return true;
			},
		);
	});
}

test('YAML that cannot be read is named with line and column', () => {
	assert.throws(() => parseTemplate('name: [a\nroles: b', '/'), /line 2, column 1/);
});

test('all faults are named at once', () => {
	assert.throws(
		() => parseTemplate('name: "a b"\nroles: [{name: 1, image: x}]', '/'),
		(error: unknown) => error instanceof TemplateError && error.faults.length === 2,
	);
});

const faultsOf = (yaml: string | Uint8Array) => {
	try {
		parseTemplate(yaml, '/data');
		return [];
	} catch (error) {
		assert.ok(error instanceof TemplateError);
		return error.faults;
	}
};

test('a second document, and bytes that are no UTF-8, are said in our words with their line', () => {
	assert.deepEqual(faultsOf(`${whole}---\nname: other\n`), [
		`line ${whole.split('\n').length}: a second document begins, and a file holds one template`,
	]);
	assert.deepEqual(faultsOf(Buffer.from('name: pi\ndescription: sch\xf6n\n', 'latin1')), [
		'line 2 holds bytes that are no UTF-8; save the file as UTF-8',
	]);
	assert.deepEqual(parseTemplate(Buffer.from(whole), '/data/pi'), parseTemplate(whole, '/data/pi'));
});

test('what is far too long is refused at once, and a thousand faults are told in a few sentences', () => {
	const begun = process.cpuUsage();
	assert.match(faultsOf(Buffer.alloc(12_000_000, '- [a, b]\n'))[0] ?? '', /^it has 11.4 MiB, and a template at most /);
	const many = `name: pi\nroles:\n${'  - {}\n'.repeat(500)}`;
	assert.ok(faultsOf(many).length >= 500);
	assert.throws(
		() => parseTemplate(many, '/data'),
		(error: Error) => error.message.length < 2000 && /and \d+ more/.test(error.message),
	);
	assert.ok(process.cpuUsage(begun).user < 5_000_000);
});

test('a fault that quotes a key as long as the file is told in some words, and nothing is written past the error', t => {
	const warn = t.mock.method(process, 'emitWarning', () => undefined);
	assert.throws(
		() => parseTemplate(`a: *${'x'.repeat(100_000)}\n`, '/home/me'),
		(error: Error) => error.name === 'TemplateError' && error.message.length < 1000,
	);
	assert.throws(() => parseTemplate('? [a, "\\e]0;title\\a"]\n: b\n', '/home/me'), {name: 'TemplateError'});
	assert.equal(warn.mock.callCount(), 0);
});
