import {createReadStream} from 'node:fs';
import {type Staging, stagedPrefix} from '../../cloud/staging.js';
import {onDisk} from '../../host/byte-names.js';
import type {JournalData} from '../../jobs/journal.js';
import {stepRecord} from '../../jobs/step-marks.js';
import {type ResumePoint, uploadObject} from '../../object-store/upload-object.js';
import {hashFile} from '../../ssh/hash-file.js';
import {LocalFileError} from '../../ssh/local-file-error.js';
import type {DeploymentRun} from '../deployment-run.js';
import {Progress} from '../progress.js';
import type {FileToStage} from './files-to-stage.js';

/** Brings a file into the bucket, under its SHA-256; a process that was killed at it is followed by one that sends the rest. */
export async function stageFile(
	run: DeploymentRun,
	{store, bucket}: Staging,
	{local, bytes, count}: FileToStage,
): Promise<JournalData> {
	const {deployment, journal, cancel: signal} = run;
	const sha256 = await localSum(local);
	const key = stagedPrefix(deployment.installation, deployment.launchKey) + sha256;
	const staged = {bucket, key, sha256, bytes};
	if ((await store.head(bucket, key))?.bytes === bytes) {
		return staged;
	}

	await run.say('info', `Uploading ${local} once, to the bucket ${bucket}, from where ${count} instances fetch it`);
	const progress = new Progress(run, `stage ${local}`);
	try {
		await uploadObject({
			store,
			bucket,
			key,
			bytes,
			open: () => createReadStream(onDisk(local), {highWaterMark: 1024 * 1024}),
			resume: resumePoint(run, key),
			onBegin: async point =>
				journal.append({kind: 'step', step: 'stage-upload', subject: key, mark: 'started', data: point}),
			onProgress: ({doneBytes, totalBytes}) => progress.note({bytes: doneBytes, totalBytes}),
			signal,
		});
	} catch (error) {
		await progress.abandon();
		signal.throwIfAborted();
		throw error;
	}

	await progress.end();
	return staged;
}

async function localSum(path: string): Promise<string> {
	try {
		return (await hashFile(path)).digest('hex');
	} catch (cause) {
		throw new LocalFileError(path, {cause});
	}
}

function resumePoint({journal}: DeploymentRun, key: string): ResumePoint | undefined {
	const {uploadId, partBytes} = stepRecord(journal.records, 'stage-upload', 'started', key)?.data ?? {};
	return typeof uploadId === 'string' && typeof partBytes === 'number' ? {uploadId, partBytes} : undefined;
}
