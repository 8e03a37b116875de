import {writeFile} from 'node:fs/promises';
import {runSwitch} from './run-switch.js';

/** The process that joins the guests of one private network; see `keep-switch.ts`, which starts it under a lock. */
const [network = '', lock = ''] = process.argv.slice(2);
await writeFile(lock, `${process.pid}\n`);
await runSwitch(network);
process.exit(0);
