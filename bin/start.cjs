// Read by whatever Node there is, so it is written for the oldest: a Node that is too old says so, instead of failing on our syntax.
var oldest = 22;
if (Number(process.versions.node.split('.')[0]) < oldest) {
	process.stderr.write(
		'D2CM needs Node ' +
			oldest +
			' or later, and ' +
			process.execPath +
			' is ' +
			process.version +
			'.\n' +
			'Install a newer Node, or put it first on the PATH.\n',
	);
	process.exit(3);
}

import('../dist/d2cm.js');
