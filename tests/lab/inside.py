"""The half of `lab run` that is in the namespace: servers up, command, servers down.

Process 1 of its PID namespace: its end is the end of everything that it started.
"""

import contextlib
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time

START_SECONDS = 120  # NSD reads 50,000 zone files in a few; a loaded machine may take longer
RESOLVER = "127.0.0.53"
RESPONDER = "127.1.10.1"

UNBOUND = """\
server:
    interface: {address}
    port: 53
    username: ""
    chroot: ""
    directory: "{folder}"
    pidfile: ""
    use-syslog: no
    logfile: "run/unbound.log"
    root-hints: "root.hints"
    trust-anchor-file: "trust-anchor.key"
    module-config: "validator iterator"
    ede: yes
    qname-minimisation: yes
    aggressive-nsec: yes
    outgoing-range: 8192
    num-queries-per-thread: 4096
    so-rcvbuf: 4m
    max-query-restarts: 20
    discard-timeout: 0
    wait-limit: 0
    val-log-level: 2
    val-bogus-ttl: 0
    include: "unbound-include.conf"
remote-control:
    control-enable: no
"""


class Failed(Exception):
    pass


def inside(options):
    options.cwd = os.getcwd()
    os.chdir(options.folder)
    subprocess.run(["ip", "link", "set", "lo", "up"], check=True)
    for number in (signal.SIGINT, signal.SIGTERM):  # the command decides, we wait for it
        signal.signal(number, lambda number, frame: None)
    try:
        started = _start_servers(options)
        return _command(options, started)
    except Failed as error:
        print(f"lab: {error}", file=sys.stderr)
        return 1


def _start_servers(options):
    """Starts all that is configured; returns {process: what it is}."""
    started, asked, connected = {}, [], []
    shutil.rmtree("run", ignore_errors=True)  # of the last time
    os.mkdir("run")
    for name in sorted(os.listdir("conf")):
        if name.startswith("nsd-"):
            _start(started, name[:-5], [_program("nsd"), "-d", "-c", f"conf/{name}"])
            with open(f"conf/{name}", encoding="ascii") as file:
                asked += [line.split()[1] for line in file if "ip-address:" in line]
    # -C: no file of the system; --supervised: no console on standard input
    _start(started, "dnsdist", [_program("dnsdist"), "-C", "conf/dnsdist.lua", "--supervised"])
    with open("conf/dnsdist.lua", encoding="ascii") as file:
        connected += [(line.split("'")[1].split(":")[0], 53) for line in file if "Local(" in line]
    here = os.path.dirname(os.path.realpath(__file__))
    _start(started, "responder", [sys.executable, os.path.join(here, "responder.py"), "odd.json"])
    connected.append((RESPONDER, 53))
    connected += _start_web(started, here)
    _await(started, asked, _answers)
    _await(started, connected, _listens)
    _check_zones()
    if options.resolver:
        with open("run/unbound.conf", "w", encoding="utf-8") as file:
            file.write(_unbound_text(options.folder))
        _start(started, "unbound", [_program("unbound"), "-d", "-c", "run/unbound.conf"])
        _await(started, [RESOLVER], _answers)
    return started


def _start_web(started, here):
    """The HTTPS servers, on addresses that the loopback gets for them; returns where they are."""
    with open("web/servers.json", encoding="ascii") as file:
        servers = json.load(file)
    del servers["moment"]
    for address, server in servers.items():
        if server["program"] != "absent" and not address.startswith("127."):
            length = 128 if ":" in address else 32
            subprocess.run(["ip", "address", "add", f"{address}/{length}", "dev", "lo"], check=True)
    # -e: before it has read where to write errors
    _start(started, "nginx", [_program("nginx"), "-e", "run/nginx.log", "-p", os.getcwd(), "-c",
                              "conf/nginx.conf"])
    _start(started, "webserver", [sys.executable, os.path.join(here, "webserver.py"),
                                  "web/servers.json"])
    return [(address, 443) for address, server in servers.items()
            if server["program"] in ("nginx", "scripted") and server["behaviour"] != "no-connect"]


def _check_zones():
    """NSD goes on with the zones that it could read: the lab does not."""
    for name in sorted(os.listdir("run")):
        if name.startswith("nsd-") and name.endswith(".log"):
            with open(f"run/{name}", encoding="utf-8", errors="replace") as file:
                bad = [line.strip() for line in file if "error:" in line]
            if bad:
                raise Failed(f"{name[:-4]}: {bad[0]} (run/{name})")


def _unbound_text(folder):
    """The resolver's configuration, without the lines that this version does not know."""
    text = UNBOUND.format(address=RESOLVER, folder=folder)
    for option in ("discard-timeout", "wait-limit", "max-query-restarts"):
        done = subprocess.run([_program("unbound-checkconf"), "-o", option], capture_output=True,
                              check=False)
        if done.returncode:
            text = "".join(line for line in text.splitlines(True) if option not in line)
    return text


def _program(name):
    for folder in os.environ.get("PATH", "").split(":") + ["/usr/sbin", "/usr/local/sbin"]:
        path = os.path.join(folder, name)
        if os.access(path, os.X_OK):
            return path
    raise Failed(f"{name} is not installed")


def _start(started, name, argv):
    with open(f"run/{name}.out", "wb") as out:
        process = subprocess.Popen(argv, stdin=subprocess.DEVNULL, stdout=out, stderr=out,
                                   start_new_session=True)
    started[process] = name


def _last_words(name):
    """Of a program that has ended: its folder may go before anybody can look."""
    for kind in ("log", "out"):
        with contextlib.suppress(OSError), open(f"run/{name}.{kind}", errors="replace",
                                                encoding="utf-8") as file:
            lines = file.read().split("\n")
            if any(lines):
                return [line for line in lines if line][-1]
    return f"see run/{name}.out and run/{name}.log"


def _await(started, addresses, is_up):
    deadline = time.monotonic() + START_SECONDS
    for address in addresses:
        while not is_up(address):
            for process, name in started.items():
                if process.poll() is not None:
                    raise Failed(f"{name} ended at once: {_last_words(name)}")
            if time.monotonic() > deadline:
                raise Failed(f"no server answers at {address}")
            time.sleep(0.05)


def _answers(address):
    """Anything will do: NSD listens before it has read its zones."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as udp:
        udp.settimeout(0.5)
        try:
            udp.connect((address, 53))
            udp.send(b"\0\1\1\0\0\1\0\0\0\0\0\0\0\0\6\0\1")  # . SOA
            return len(udp.recv(4096)) >= 12
        except OSError:
            return False


def _listens(address):
    """(address, port); a fault's address may drop every question."""
    try:
        with socket.create_connection(address, timeout=1):
            return True
    except OSError:
        return False


def _command(options, started):
    folder = options.folder
    environment = dict(
        os.environ, LAB_DIR=folder, LAB_LIST=f"{folder}/list.txt",
        LAB_ROOT_HINTS=f"{folder}/root.hints", LAB_TRUST_ANCHOR=f"{folder}/trust-anchor.key",
        LAB_UNBOUND_INCLUDE=f"{folder}/unbound-include.conf", LAB_CA_FILE=f"{folder}/web/ca.pem")
    if options.resolver:
        environment["LAB_RESOLVER"] = RESOLVER
    try:
        process = subprocess.Popen(options.argv, env=environment, cwd=options.cwd)
    except OSError as error:
        raise Failed(f"{options.argv[0]}: {error.strerror}") from None
    threading.Thread(target=_hand_on, args=(options.control, process), daemon=True).start()
    status = process.wait()
    for server, name in started.items():
        if server.poll() is not None:
            print(f"lab: {name} had ended before the command did: see {folder}/run",
                  file=sys.stderr)
    return 128 - status if status < 0 else status


def _hand_on(control, process):
    """Signals from the runner; its end is ours, and with us everything here ends."""
    while True:
        number = os.read(control, 1)
        if not number:
            os._exit(137)
        process.send_signal(number[0])

