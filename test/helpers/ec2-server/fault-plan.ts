/** Decides what goes wrong with a request; undefined: nothing. */
export type FaultPlan = (request: PlannedRequest) => Fault | undefined;

export type PlannedRequest = {
	/** From 1, over all requests since the start. */
	readonly number: number;
	/** `PutSnapshotBlock`, `RegisterImage`, ... */
	readonly action: string;
	/** From 1, over the requests with this action. */
	readonly ofAction: number;
};

export type Fault =
	| {readonly kind: 'throttle'}
	/** 503, as in a bad quarter of an hour of the service. */
	| {readonly kind: 'unavailable'}
	/** The connection ends before anything has happened. */
	| {readonly kind: 'cut'}
	/** It happens, and the connection ends before the reply. */
	| {readonly kind: 'lose-reply'}
	/** The answer comes only then. */
	| {readonly kind: 'wait'; readonly until: Promise<void>}
	/** No answer, ever; the connection stays. */
	| {readonly kind: 'hang'}
	/** This error, whatever was asked. */
	| {readonly kind: 'refuse'; readonly status: number; readonly code: string; readonly reason?: string};

export const everyNth =
	(n: number, fault: Fault): FaultPlan =>
	({number}) =>
		number % n === 0 ? fault : undefined;

export const onceAt =
	(action: string, ofAction: number, fault: Fault): FaultPlan =>
	request =>
		request.action === action && request.ofAction === ofAction ? fault : undefined;
