import {readFile} from 'node:fs/promises';
import {join} from 'node:path';
import {runProgram} from '../../source/engine/host/run-program.js';

export type TreeCost = {
	readonly wallMs: number;
	/** Of the process and all it started, daemons too. */
	readonly cpuMs: number;
	/** Of all processes together, as sampled four times a second. */
	readonly peakRssMib: number;
	/** Of the largest single process, as the kernel noted it. */
	readonly largestRssMib: number;
	readonly code: number;
};

/**
The ControlMaster processes of ssh leave their parents; only a process that adopts them (PR_SET_CHILD_SUBREAPER, which Node
cannot ask for) learns what they cost.
*/
const script = `
import ctypes, json, os, resource, subprocess, sys, threading, time
ctypes.CDLL(None).prctl(36, 1, 0, 0, 0)
peak = 0
stop = threading.Event()
def tree():
    found, todo = [], [os.getpid()]
    while todo:
        pid = todo.pop()
        try:
            for task in os.listdir('/proc/%s/task' % pid):
                with open('/proc/%s/task/%s/children' % (pid, task)) as file:
                    children = file.read().split()
                found += children
                todo += children
        except OSError:
            pass
    return found
def sample():
    global peak
    while not stop.wait(0.25):
        pages = 0
        for pid in tree():
            try:
                with open('/proc/%s/statm' % pid) as file:
                    pages += int(file.read().split()[1])
            except (OSError, IndexError):
                pass
        peak = max(peak, pages * 4096)
log = open(sys.argv[1], 'wb')
began = time.monotonic()
child = subprocess.Popen(sys.argv[2:], stdin=subprocess.DEVNULL, stdout=log, stderr=log)
sampler = threading.Thread(target=sample)
sampler.start()
code = child.wait()
wall = time.monotonic() - began
stop.set()
sampler.join()
deadline = time.monotonic() + 10
while time.monotonic() < deadline:
    try:
        if os.waitpid(-1, os.WNOHANG) == (0, 0):
            time.sleep(0.02)
    except ChildProcessError:
        break
usage = resource.getrusage(resource.RUSAGE_CHILDREN)
print(json.dumps({'wallMs': wall * 1000, 'cpuMs': (usage.ru_utime + usage.ru_stime) * 1000, 'peakRssMib': peak / 2**20,
    'largestRssMib': usage.ru_maxrss / 1024, 'code': code}))
`;

/**
Wall and processor time of a command and of everything it leaves behind.

@throws When it fails, with the last of what it wrote.
*/
export async function measureTree(command: readonly string[], folder: string): Promise<TreeCost> {
	const log = join(folder, 'log');
	const {stdout} = await runProgram('python3', ['-c', script, log, ...command], {cwd: folder});
	const cost = JSON.parse(stdout) as TreeCost;
	if (cost.code !== 0) {
		throw new Error(`${command.join(' ')} ended with ${cost.code}: ${(await readFile(log, 'utf8')).slice(-2000)}`);
	}

	return cost;
}
