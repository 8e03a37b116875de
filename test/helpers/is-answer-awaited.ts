/** Whether a request to the file system or the network is under way, which takes its time on a busy machine. */
export function isAnswerAwaited(): boolean {
	return process.getActiveResourcesInfo().some(name => request.test(name));
}

/** `FSReqPromise`, `FileHandleCloseReq`, `GetAddrInfoReqWrap`, `TCPConnectWrap`... */
const request = /Req|(Connect|Write|Shutdown)Wrap$/;
