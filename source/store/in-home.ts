import {isFileRefusal} from '../engine/host/file-reason.js';
import {UnusableHomeError} from './unusable-home-error.js';

/**
Works in the data folder, and says in a sentence when the folder does not allow it.

@throws {UnusableHomeError}
*/
export async function inHome<Value>(home: string, work: () => Promise<Value>): Promise<Value> {
	try {
		return await work();
	} catch (error) {
		throw isFileRefusal(error) ? new UnusableHomeError(home, {cause: error}) : error;
	}
}
