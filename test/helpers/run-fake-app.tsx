// Shows the screens on made-up data, to try them by hand: node build/test/helpers/run-fake-app.js [empty]
import {runApp} from '../../source/app.js';
import {standardOutput} from '../../source/commands/output.js';
import {FakeD2cm} from './fake-d2cm.js';

await runApp(new FakeD2cm({isEmpty: process.argv[2] === 'empty'}), {output: standardOutput()});
process.exit(0);
