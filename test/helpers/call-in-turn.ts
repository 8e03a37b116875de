import {callHere} from './call-here.js';

// Runs commands one after the other and prints their outcomes as JSON: `node call-in-turn.js HOME 'image list' 'status ABC123' …`.
const [home = '', ...lines] = process.argv.slice(2);
const outcomes: object[] = [];
for (const line of lines) {
	outcomes.push(await callHere(home, line.split(' ')));
}

process.stdout.write(JSON.stringify(outcomes));
process.exit(0);
