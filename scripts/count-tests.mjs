/** A reporter of Node's runner: one line of JSON for each test, which `run-tests.mjs` adds up. */
export default async function* countTests(source) {
	for await (const {type, data} of source) {
		const isTest = data?.details !== undefined && (data.details.type !== 'suite' || hasOwnFailure(data.details));
		if ((type === 'test:pass' || type === 'test:fail') && isTest) {
			const {name, skip, details} = data;
			const end = skip === undefined ? type.slice('test:'.length) : 'skip';
			yield `${JSON.stringify({name, end, why: skip, seconds: details.duration_ms / 1000})}\n`;
		}
	}
}

/** A suite fails by a hook of its own, or by its tests, which are counted themselves. */
function hasOwnFailure({error}) {
	return error !== undefined && error.failureType !== 'subtestsFailed';
}
