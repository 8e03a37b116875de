import type {Step} from '../jobs/step.js';
import type {DeploymentRun} from './deployment-run.js';
import {armLease} from './steps/arm-lease.js';
import {checkCapacity} from './steps/check-capacity.js';
import {checkUploads} from './steps/check-uploads.js';
import {cleanUpCloud} from './steps/clean-up-cloud.js';
import {collectData} from './steps/collect-data.js';
import {contextualize} from './steps/contextualize.js';
import {finishMonitoring} from './steps/finish-monitoring.js';
import {forgetKeys} from './steps/forget-keys.js';
import {keepLease} from './steps/keep-lease.js';
import {makeKeys} from './steps/make-keys.js';
import {prepareCloud} from './steps/prepare-cloud.js';
import {reserveInstances} from './steps/reserve-instances.js';
import {runStartScripts} from './steps/run-start-scripts.js';
import {salvageData} from './steps/salvage-data.js';
import {stageInputs} from './steps/stage-inputs.js';
import {startAsyncScripts} from './steps/start-async-scripts.js';
import {stopScripts} from './steps/stop-scripts.js';
import {terminateInstances} from './steps/terminate-instances.js';
import {unstageInputs} from './steps/unstage-inputs.js';
import {uploadFiles} from './steps/upload-files.js';
import {waitForBoot} from './steps/wait-for-boot.js';
import {waitForCompletion} from './steps/wait-for-completion.js';
import {wakeInstances} from './steps/wake-instances.js';
import {watchMonitoring} from './steps/watch-monitoring.js';

type Steps = ReadonlyArray<Step<DeploymentRun>>;

/**
A deployment's way, while all goes well. What goes wrong, or the user's cancel, leads from any of them to the release; that they want
the end, results first, leads from any before the run is over to the finish.
*/
export const lifeCycle: {
	readonly work: Steps;
	readonly finish: Steps;
	readonly salvage: Steps;
	readonly release: Steps;
} = {
	work: [
		makeKeys,
		checkUploads,
		checkCapacity,
		stageInputs,
		prepareCloud,
		reserveInstances,
		wakeInstances,
		waitForBoot,
		armLease,
		keepLease,
		contextualize,
		watchMonitoring,
		uploadFiles,
		runStartScripts,
		startAsyncScripts,
		waitForCompletion,
		collectData,
		finishMonitoring,
	],
	/** When the user wants the end, results first, and instances are up. */
	finish: [wakeInstances, keepLease, stopScripts, collectData, finishMonitoring],
	/** After a failure, where instances were up. */
	salvage: [wakeInstances, keepLease, salvageData, finishMonitoring],
	/** Always; no cancel stops it. */
	release: [terminateInstances, unstageInputs, cleanUpCloud, forgetKeys],
};
