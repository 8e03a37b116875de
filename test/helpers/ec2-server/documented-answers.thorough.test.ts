import assert from 'node:assert/strict';
import {join} from 'node:path';
import {test} from 'node:test';
import {fileURLToPath} from 'node:url';
import {isDeepStrictEqual} from 'node:util';
import {runProgram} from '../../../source/engine/host/run-program.js';
import {addAmi, strictAmi} from '../ec2-cloud-on.js';
import {mustLookLike} from '../golden-frames.js';
import {motoEnvironment, startMotoServer} from '../moto-server.js';
import {type DocumentedCall, documentedCalls, sources} from './documented-answers.js';
import {startEc2Server, testKeys} from './ec2-server.js';

type Answer = {readonly code: string} | {readonly shows: unknown};

test('boto3 gets from the strict server what Amazon documents, call by call; what moto answers is written beside it', async t => {
	const server = await startEc2Server();
	t.after(async () => server.close());
	addAmi(server);
	const moto = await startMotoServer();
	t.after(async () => moto.end());

	const strictAnswers = await askByBoto3({endpoint: server.url, keys: testKeys, names: {image: strictAmi}});
	const register = {call: 'RegisterImage', parameters: {Name: 'worker'}, keeps: {image: 'ImageId'}};
	const [, ...motoAnswers] = await askByBoto3({endpoint: moto.endpoint, keys: moto.credentials, names: {}}, register);
	const rows = documentedCalls.map((documented, n) => ({
		documented,
		strict: strictAnswers[n] ?? {code: 'none'},
		moto: motoAnswers[n] ?? {code: 'none'},
	}));
	const differing = rows.filter(({documented, strict}) => !isAsDocumented(documented, strict));
	const otherwise = rows.filter(({documented, moto: answer}) => !isAsDocumented(documented, answer));
	t.diagnostic(`${rows.length} calls; moto answers ${otherwise.length} otherwise than the documents`);
	assert.deepEqual(differing.map(rowText), []);
	await mustLookLike('boto3/documented-answers.txt', rows.map(rowText).join('\n'));
});

const isAsDocumented = ({answer}: DocumentedCall, got: Answer): boolean =>
	'code' in got
		? 'length' in answer && answer.includes(got.code)
		: 'shows' in answer && isDeepStrictEqual(got.shows, answer.is);

type Row = {readonly documented: DocumentedCall; readonly strict: Answer; readonly moto: Answer};

function rowText({documented, strict, moto}: Row): string {
	const {call, parameters, answer, source} = documented;
	const told = 'length' in answer ? answer.join(' or ') : `${answer.shows} is ${JSON.stringify(answer.is)}`;
	return [
		`${call} ${shortened(JSON.stringify(parameters))}`,
		`  documented  ${told}, by ${sources[source]}`,
		`  strict      ${answerText(strict)}`,
		`  moto        ${answerText(moto)}${isAsDocumented(documented, moto) ? '' : '  (otherwise)'}`,
	].join('\n');
}

const answerText = (answer: Answer): string =>
	'code' in answer ? answer.code : answer.shows === null ? 'answers' : JSON.stringify(answer.shows);

const shortened = (text: string): string => (text.length > 150 ? `${text.slice(0, 150)}… (${text.length})` : text);

async function askByBoto3(
	to: {readonly endpoint: string; readonly keys: object; readonly names: Readonly<Record<string, string>>},
	...before: readonly object[]
): Promise<readonly Answer[]> {
	const script = fileURLToPath(new URL('../../../../test/helpers/ec2-server/ask-by-boto3.py', import.meta.url));
	const calls = documentedCalls.map(({call, parameters, answer, keeps}) => ({
		call,
		parameters,
		keeps,
		shows: 'shows' in answer ? answer.shows : undefined,
	}));
	const {stdout} = await runProgram(join(await motoEnvironment(), 'bin/python'), [script], {
		input: JSON.stringify({...to, calls: [...before, ...calls]}),
		timeoutMs: 120_000,
	});
	return JSON.parse(stdout) as readonly Answer[];
}
