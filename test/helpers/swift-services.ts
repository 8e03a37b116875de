/**
The services of Swift as one Python program: it loads Debian's modules once, for they take seconds, and forks a process for
each of them. They die with it, even if it is killed. Arguments: a configuration file for each service, the proxy's last.
*/
export const swiftServices = `
import ctypes, gc, os, signal, sys
from swift.common.wsgi import run_wsgi
from swift.common.middleware import copy, dlo, gatekeeper, slo, tempauth, versioned_writes
from swift.common.middleware.s3api import s3api
import swift.account.server, swift.container.server, swift.obj.server, swift.proxy.server

names = ['account', 'container', 'object', 'proxy']
# eventlet collects garbage once for each lock it finds, a second and more in each process: what is loaded is none.
gc.freeze()
parent = os.getpid()
children = []
for name, conf in zip(names, sys.argv[1:]):
    pid = os.fork()
    if pid == 0:
        ctypes.CDLL(None).prctl(1, signal.SIGKILL)
        if os.getppid() != parent:
            os._exit(1)
        own = {'object': swift.obj.server}.get(name)
        sys.exit(run_wsgi(conf, name + '-server', **({'global_conf_callback': own.global_conf_callback} if own else {})))
    children.append(pid)

def end(*_):
    for pid in children:
        os.kill(pid, signal.SIGTERM)

signal.signal(signal.SIGTERM, end)
for pid in children:
    os.waitpid(pid, 0)
`;
