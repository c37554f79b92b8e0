"""lab run: a namespace, the servers in it, a command, and nothing left behind.

The runner starts `unshare` with inside.py as process 1 of a new PID namespace:
when that ends, for whatever reason, the kernel ends every server.  It ends with
the runner too: unshare is killed with its parent (PR_SET_PDEATHSIG), and a pipe
from the runner, over which signals are handed on, closes.
"""

import os
import signal
import subprocess
import sys

NAMESPACES = ["unshare", "--user", "--map-root-user", "--net", "--mount", "--pid", "--fork",
              "--kill-child"]
HELP = """lab: cannot make a private network namespace ({reason}).
lab: allow it with `sysctl kernel.unprivileged_userns_clone=1` or \
`sysctl kernel.apparmor_restrict_unprivileged_userns=0`, or run as root."""


def run(options):
    folder = os.path.abspath(options.folder)
    if not os.path.exists(os.path.join(folder, "root.hints")):
        raise ValueError(f"{folder} is no lab: make one with `lab generate {options.folder}`")
    words = namespaces()
    if not words:
        return 1
    read, write = os.pipe()
    os.set_inheritable(read, True)
    process = subprocess.Popen(
        ["setpriv", "--pdeathsig", "KILL", *words, sys.executable or "/usr/bin/python3",
         os.path.join(os.path.dirname(os.path.realpath(__file__)), "lab"),
         "inside", folder, str(read), str(int(options.resolver)), *options.argv],
        close_fds=True, pass_fds=[read])
    os.close(read)
    # a terminal's Ctrl-C reaches the command by itself: it is in the same process group
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, lambda number, frame: os.write(write, bytes([number])))
    status = process.wait()
    return 128 - status if status < 0 else status


def namespaces():
    """The unshare command that works here, or None, said on standard error."""
    tries = [NAMESPACES + ["--mount-proc"], NAMESPACES]
    if os.geteuid() == 0:  # where user namespaces are forbidden, root needs none
        tries += [[part for part in words if part not in ("--user", "--map-root-user")]
                  for words in tries]
    for words in tries:
        done = subprocess.run(words + ["true"], capture_output=True, text=True, check=False)
        if done.returncode == 0:
            return words
    print(HELP.format(reason=done.stderr.strip()), file=sys.stderr)
    return None
