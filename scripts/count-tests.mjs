/** A reporter of Node's runner: one line of JSON for each test, which `run-tests.mjs` adds up. */
export default async function* countTests(source) {
	for await (const {type, data} of source) {
		if ((type === 'test:pass' || type === 'test:fail') && data.details.type !== 'suite') {
			const {name, skip, details} = data;
			const end = skip === undefined ? type.slice('test:'.length) : 'skip';
			yield `${JSON.stringify({name, end, why: skip, seconds: details.duration_ms / 1000})}\n`;
		}
	}
}
