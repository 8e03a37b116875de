// Reserves on a local cloud and kills itself when the given point is reached for the nth time: reserve-and-die.js FOLDER
// POINT NTH REQUEST
import type {ReserveRequest} from '../../source/engine/cloud/cloud.js';
import {createLocalCloud} from '../../source/engine/cloud/local/local-cloud.js';

const [folder = '', point = '', nth = '1', request = ''] = process.argv.slice(2);
let left = Number(nth);
const cloud = createLocalCloud({
	folder,
	cpuOvercommit: 8,
	extraTypes: [{name: 'local.tiny', vcpus: 1, memoryMib: 64}],
	trace(reached) {
		if (reached === point && --left === 0) {
			process.kill(process.pid, 'SIGKILL');
		}
	},
});
await cloud.reserve(JSON.parse(request) as ReserveRequest);
