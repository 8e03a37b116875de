// Inspects one file in a process of its own and prints what it cost, as one line of JSON.
import {inspectImage} from '../source/engine/images/inspect-image.js';
import {wallMs} from './wall-ms.js';

const [file = ''] = process.argv.slice(2);
const inspectMs = await wallMs(async () => inspectImage(file));
console.log(JSON.stringify({inspectMs, rssMib: process.resourceUsage().maxRSS / 1024}));
