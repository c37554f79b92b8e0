"""What the benchmarks share: servers on loopback, timed children, dnsperf, tables."""

import json
import os
import re
import shutil
import signal
import socket
import sqlite3
import struct
import subprocess
import sys
import time

REPOSITORY = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
BENCH = os.path.join(REPOSITORY, "tests", "bench")


class Failed(Exception):
    """Something did not run: one line, exit status 1.  A slow result is not that."""


def program(name):
    path = shutil.which(name, path=os.environ.get("PATH", "") + ":/usr/sbin:/usr/local/sbin")
    if path is None:
        raise Failed(f"{name} is not installed")
    return path


def pinned(core, command):
    """The command on one core; as it is on a machine with a single one."""
    if core is None or os.cpu_count() < 2:
        return command
    return [program("taskset"), "-c", str(core), *command]


# ---- building ----


def build(directory, wanted):
    """Sets up (where there is none) and builds; {target: path}."""
    if not os.path.exists(os.path.join(directory, "build.ninja")):
        checked([program("meson"), "setup", directory, REPOSITORY])
    targets = json.loads(
        subprocess.run(
            [program("meson"), "introspect", "--targets", directory],
            check=True,
            stdout=subprocess.PIPE,
        ).stdout
    )
    paths = {
        target["name"]: target["filename"][0]
        for target in targets
        if target["type"] == "executable" and target["name"] in wanted
    }
    for name in wanted:
        if name not in paths:
            raise Failed(f"{directory}: the build has no program {name}")
    checked(
        [program("ninja"), "-C", directory]
        + [os.path.relpath(path, os.path.realpath(directory)) for path in paths.values()]
    )
    return paths


def checked(command):
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    if done.returncode:
        raise Failed(f"{' '.join(command)}:\n{done.stdout}")


# ---- a child and what it took ----


class Took:
    """What a finished child used.  Its peak memory is never below this script's own at the
    moment it was started (Linux carries the high-water mark over fork and exec): some 20 MB."""

    def __init__(self, output, wall, usage):
        self.output = output
        self.wall = wall
        self.cpu = usage.ru_utime + usage.ru_stime
        self.peak_rss = usage.ru_maxrss * 1024


def timed(command, log):
    """Runs to the end; standard output is returned, standard error goes to the file log."""
    with open(log, "wb") as errors:
        start = time.perf_counter()
        child = subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=errors, text=True
        )
        try:
            output = child.stdout.read()
            _, status, usage = os.wait4(child.pid, 0)
        except BaseException:
            child.kill()
            raise
        wall = time.perf_counter() - start
        child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode:
        with open(log, errors="replace") as errors:
            last = errors.read()[-2000:]
        raise Failed(f"status {child.returncode} of {' '.join(command)}\n{output[-2000:]}{last}")
    return Took(output, wall, usage)


def floor_figures(took):
    """`key value` lines of the floor."""
    figures = dict(line.split(" ", 1) for line in took.output.splitlines())
    return {key: float(value) for key, value in figures.items() if key not in ("cares", "libuv")}


def dnsperf(questions, address, port, in_flight, timeout, log, core=None, clients=1):
    """One pass over a file of questions: wall time, questions a second, lost."""
    took = timed(
        pinned(
            core,
            [program("dnsperf"), "-s", address, "-p", str(port), "-d", questions]
            + ["-n", "1", "-q", str(in_flight), "-c", str(clients), "-T", "1", "-e"]
            + ["-b", "4096", "-t", str(timeout)],
        ),
        log,
    )

    def figure(label):
        found = re.search(rf"{label}:\s+([0-9.]+)", took.output)
        if found is None:
            raise Failed(f"dnsperf printed no `{label}`:\n{took.output[-2000:]}")
        return float(found.group(1))

    return {
        "wall": figure(r"Run time \(s\)"),
        "rate": figure("Queries per second"),
        "lost": int(figure("Queries lost")),
    }


# ---- servers ----


class Server:
    """A server of ours in the foreground; ends with the `with` block."""

    def __init__(self, command, log, address, port, name=".", patience=60):
        self.log = log
        with open(log, "wb") as output:
            self.child = subprocess.Popen(
                command,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        try:
            self.wait_for_answer(address, port, name, patience)
        except BaseException:
            self.stop()
            raise

    def wait_for_answer(self, address, port, name, patience):
        """Until it answers for an SOA: zones are loaded, or a resolver is primed."""
        until = time.monotonic() + patience
        labels = [label for label in name.split(".") if label]
        name = b"".join(bytes([len(label)]) + label.encode() for label in labels) + b"\0"
        question = struct.pack("!HHHHHH", 1, 0x0100, 1, 0, 0, 0) + name + struct.pack("!HH", 6, 1)
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
            sock.settimeout(0.2)
            sock.connect((address, port))
            while time.monotonic() < until:
                if self.child.poll() is not None:
                    break
                try:
                    sock.send(question)
                    if sock.recv(4096)[3] & 15 == 0:
                        return
                except OSError:
                    pass
                time.sleep(0.05)
        with open(self.log, errors="replace") as log:
            raise Failed(f"{self.child.args[0]} does not answer: {log.read()[-2000:]}")

    def cpu(self):
        """CPU seconds of the whole process group so far (NSD has three processes)."""
        ticks = 0
        for pid in filter(str.isdigit, os.listdir("/proc")):
            try:
                with open(f"/proc/{pid}/stat") as file:
                    fields = file.read().rpartition(")")[2].split()
            except OSError:
                continue
            if int(fields[2]) == self.child.pid:
                ticks += int(fields[11]) + int(fields[12])
        return ticks / os.sysconf("SC_CLK_TCK")

    def stop(self):
        if self.child.poll() is None:
            self.child.terminate()
            try:
                self.child.wait(10)
            except subprocess.TimeoutExpired:
                pass
        try:
            os.killpg(self.child.pid, signal.SIGKILL)
        except ProcessLookupError:
            pass
        self.child.wait()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.stop()


def free_port():
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        sock.bind(("127.0.0.1", 0))
        return sock.getsockname()[1]


def nsd_config(directory, addresses, zones):
    """Text of a configuration; zones are (name, file) pairs.

    Debian's NSD has response rate limiting compiled in, on at 200 answers a second, and counts all
    of loopback as one client: off.  Its default socket buffers of 208 KB lose questions."""
    lines = ["server:"]
    lines += [f"    ip-address: {address}" for address in addresses]
    lines += [
        "    server-count: 1",
        '    database: ""',
        '    username: ""',
        '    chroot: ""',
        '    zonesdir: ""',
        f'    pidfile: "{directory}/nsd.pid"',
        f'    xfrdfile: "{directory}/xfrd.state"',
        f'    zonelistfile: "{directory}/zone.list"',
        "    zonefiles-check: no",
        "    receive-buffer-size: 4194304",
        "    send-buffer-size: 4194304",
        "    minimal-responses: yes",
        "    rrl-ratelimit: 0",
        "    rrl-whitelist-ratelimit: 0",
        "    tcp-count: 200",
        "remote-control:",
        "    control-enable: no",
    ]
    for name, path in zones:
        lines += ["zone:", f'    name: "{name}"', f'    zonefile: "{path}"']
    return "\n".join(lines) + "\n"


def nsd(directory, addresses, zones, ask, core=None):
    config = os.path.join(directory, "nsd.conf")
    with open(config, "w") as file:
        file.write(nsd_config(directory, addresses, zones))
    command = pinned(core, [program("nsd"), "-d", "-c", config])
    return Server(command, os.path.join(directory, "nsd.log"), *ask)


# ---- the survey's file ----


def remove_survey(path):
    for suffix in ("", "-wal", "-shm", "-journal"):
        try:
            os.unlink(path + suffix)
        except FileNotFoundError:
            pass


def schema(name):
    with open(os.path.join(REPOSITORY, "schema", name), encoding="utf-8") as file:
        return file.read()


def copy_script(path):
    """SQL that copies the survey's tables into an empty file, with what a run sets (store/file.c),
    and builds the indexes."""
    database = sqlite3.connect(f"file:{path}?mode=ro", uri=True)
    try:
        tables = database.execute("SELECT name FROM sqlite_schema WHERE type = 'table'").fetchall()
    finally:
        database.close()
    return "\n".join(
        ["PRAGMA page_size = 8192; PRAGMA journal_mode = WAL; PRAGMA cache_size = -4000;"]
        + ["PRAGMA synchronous = NORMAL; PRAGMA wal_autocheckpoint = 2000;", schema("tables.sql")]
        + [f"ATTACH '{path}' AS survey;"]
        + [f"INSERT INTO main.{table} SELECT * FROM survey.{table};" for table, in tables]
        + ["PRAGMA cache_size = -1000; PRAGMA synchronous = FULL; BEGIN;", schema("indexes.sql")]
        + ["COMMIT;"]
    )


def survey_found(path):
    """What the file says, for comparison with the generator's truth."""
    database = sqlite3.connect(f"file:{path}?mode=ro", uri=True)
    try:
        domains, with_mx, mx_records, alias_mx = database.execute(
            "SELECT count(*), total(mx_outcome = 'mx'), total(mx_count), total(cname_mx_count)"
            " FROM domains"
        ).fetchone()
        hosts, answers, aliases = database.execute(
            "SELECT count(*), total(address_outcome = 'answer'), total(alias <> 'none') FROM hosts"
        ).fetchone()
        info = dict(database.execute("SELECT key, value FROM run_info"))
    except sqlite3.Error as error:
        raise Failed(f"{path}: {error}") from error
    finally:
        database.close()
    return {
        "domains": domains,
        "domains with MX": int(with_mx),
        "MX records": int(mx_records),
        "alias MX records": int(alias_mx),
        "hosts": hosts,
        "hosts with addresses": int(answers),
        "aliases": int(aliases),
    }, info


def survey_must_be(path, truth):
    """A fast survey that found something else is none."""
    found, info = survey_found(path)
    wanted = {
        "domains": truth["domains"],
        "domains with MX": truth["domains"],
        "MX records": truth["mx_records"],
        "alias MX records": truth["alias_mx_records"],
        "hosts": truth["hosts"],
        "hosts with addresses": truth["hosts"],
        "aliases": truth["aliases"],
    }
    wrong = [
        f"{key} {found[key]}, not {count}" for key, count in wanted.items() if found[key] != count
    ]
    if wrong:
        raise Failed(f"{path}: the survey is wrong: {'; '.join(wrong)}")
    return info


# ---- printing ----


def median(values):
    values = sorted(values)
    middle = len(values) // 2
    return values[middle] if len(values) % 2 else (values[middle - 1] + values[middle]) / 2


def print_table(header, rows):
    cells = [header] + [[str(cell) for cell in row] for row in rows]
    widths = [max(len(row[column]) for row in cells) for column in range(len(header))]
    for row in cells:
        first = row[0].ljust(widths[0])
        rest = [cell.rjust(width) for cell, width in zip(row[1:], widths[1:])]
        print("  ".join([first, *rest]).rstrip())
    sys.stdout.flush()


def run_main(main):
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # ends what was started, too
    try:
        main()
    except Failed as error:
        sys.exit(f"{os.path.basename(sys.argv[0])}: {error}")
    except KeyboardInterrupt:
        sys.exit(130)
