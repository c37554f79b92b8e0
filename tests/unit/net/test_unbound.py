#!/usr/bin/python3
"""The private Unbound, against a signed root of its own in a network namespace of its own:
start, restart after kill -9, end with its parent, and what is said when it cannot start."""
import os
import pathlib
import shutil
import signal
import subprocess
import sys
import tempfile
import time

SKIPPED = 77
NSD_CONF = """
server:
  ip-address: 127.0.0.2
  port: 53
  username: ""
  chroot: ""
  pidfile: ""
  database: ""
  zonesdir: "{folder}"
  logfile: "{folder}/nsd.log"
  xfrdfile: "{folder}/xfrd"
  zonelistfile: "{folder}/zonelist"
remote-control:
  control-enable: no
"""
ZONE = """$TTL 3600
{name}. SOA ns.lab. hostmaster.lab. 1 3600 900 604800 300
{name}. NS ns.lab.
"""
# what ldns can sign with (this one: signable()); the digests it can make
ALGORITHMS = {1: "RSAMD5", 3: "DSA", 5: "RSASHA1", 7: "RSASHA1-NSEC3-SHA1", 8: "RSASHA256", 10: "RSASHA512",
              13: "ECDSAP256SHA256", 14: "ECDSAP384SHA384", 15: "ED25519", 16: "ED448"}
DIGESTS = {1: "-1", 2: "-2", 4: "-4"}


def other_users():
    """Root, that can become somebody else: not of a user namespace with root alone."""
    return os.geteuid() == 0 and \
        pathlib.Path("/proc/self/uid_map").read_text().split()[2] == str(2 ** 32 - 1)


def inside_namespace():
    """Runs this file again in a user, network and PID namespace; root also without the first."""
    statuses = []
    for user in ["--user", "--map-root-user"], []:
        command = ["unshare", *user, "--net", "--pid", "--fork", "--mount-proc", "--kill-child",
                   sys.executable, __file__, sys.argv[1], "inside"]
        statuses.append(subprocess.run(command).returncode)
        if not other_users():
            break
    sys.exit(max(statuses))


def tools_missing():
    path = os.environ["PATH"] + ":/usr/sbin:/usr/local/sbin"
    os.environ["PATH"] = path
    tools = ["unshare", "nsd", "unbound", "ldns-keygen", "ldns-signzone", "drill", "ip"]
    missing = [tool for tool in tools if shutil.which(tool) is None]
    probe = ["unshare", "--user", "--map-root-user", "--net", "--pid", "--fork", "--mount-proc", "true"]
    if not missing and subprocess.run(probe, capture_output=True).returncode != 0:
        missing = ["user namespaces"]
    return missing


class Driver:
    def __init__(self, program, *arguments, **environment):
        self.process = subprocess.Popen([program, *arguments], stdin=subprocess.PIPE,
                                        stdout=subprocess.PIPE, text=True,
                                        env={**os.environ, **environment})
        self.first = self.process.stdout.readline().split(None, 1)

    def unbound(self):
        """The id of its child that runs; None: none."""
        children = pathlib.Path("/proc/%d/task/%d/children" % (self.process.pid, self.process.pid))
        for child in children.read_text().split():
            if state(int(child)) != "Z":
                return int(child)
        return None

    def says(self):
        self.process.stdin.write("\n")
        self.process.stdin.flush()
        return self.process.stdout.readline().split()

    def restarts(self):
        return int(self.says()[1])

    def stop(self):
        self.process.stdin.close()
        last = self.process.stdout.read()
        return self.process.wait(), last


def state(pid):
    try:
        return pathlib.Path("/proc/%d/stat" % pid).read_text().rsplit(")", 1)[1].split()[0]
    except (FileNotFoundError, ProcessLookupError):  # gone before it was opened, or read
        return "Z"


def eventually(what, condition, seconds=10):
    end = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > end:
            sys.exit("not within %d s: %s" % (seconds, what))
        time.sleep(0.05)


def expect(what, true):
    if not true:
        sys.exit("failed: " + what)


def signable():
    known = subprocess.run(["ldns-keygen", "-a", "list"], capture_output=True, text=True).stdout
    return {number: word for number, word in ALGORITHMS.items() if word in known.split()}


def sign(folder, name, algorithm, more=""):
    """A zone, signed with an algorithm; its key's files, without suffix."""
    zone = folder / ("zone-" + name)
    zone.write_text(ZONE.format(name=name) + more)
    key = subprocess.run(["ldns-keygen", "-k", "-a", algorithm, name + "."], cwd=folder, check=True,
                         capture_output=True, text=True).stdout.strip()
    subprocess.run(["ldns-signzone", "-f", zone.name + ".signed", zone.name, key], cwd=folder,
                   check=True, capture_output=True)
    with open(folder / "nsd.conf", "a", encoding="ascii") as conf:
        conf.write("zone:\n  name: %s.\n  zonefile: %s.signed\n" % (name, zone.name))
    return key


def delegate(folder, name, algorithm, digest="-2"):
    """A TLD, signed: its delegation with a DS."""
    key = sign(folder, name, algorithm)
    ds = subprocess.run(["ldns-key2ds", "-n", digest, key + ".key"], cwd=folder, check=True,
                        capture_output=True, text=True).stdout
    return "%s. NS ns.lab.\n%s\n" % (name, ds)


def serve_root(folder):
    (folder / "nsd.conf").write_text(NSD_CONF.format(folder=folder))
    more = "ns.lab. A 127.0.0.2\n"
    more += "".join(delegate(folder, "algorithm%d" % number, word)
                    for number, word in signable().items())
    more += "".join(delegate(folder, "digest%d" % number, "ECDSAP256SHA256", option)
                    for number, option in DIGESTS.items())
    key = sign(folder, "", "ECDSAP256SHA256", more)
    (folder / "hints").write_text(". 3600 NS ns.lab.\nns.lab. 3600 A 127.0.0.2\n")
    shutil.copy(folder / (key + ".key"), folder / "anchor")
    (folder / "include").write_text("server:\ndo-not-query-localhost: no\n")
    subprocess.run(["ip", "link", "set", "lo", "up"], check=True)
    return subprocess.Popen(["nsd", "-d", "-c", folder / "nsd.conf"], stdout=subprocess.DEVNULL,
                            stderr=subprocess.DEVNULL)


def test_life(program, files):
    driver = Driver(program, *files)
    expect("ready: %s" % driver.first, driver.first[0] == "ready")
    port = driver.first[1].split()[0]
    first = driver.unbound()
    expect("it runs", first is not None)
    expect("no restart", driver.restarts() == 0)
    os.kill(first, signal.SIGKILL)
    eventually("a new one runs", lambda: driver.unbound() not in (None, first))
    expect("one restart", driver.restarts() == 1)
    answer = []
    eventually("the new one answers on the same port", lambda: validated(port, answer))
    second = driver.unbound()
    status, last = driver.stop()
    expect("closed: %r %r" % (status, last), (status, last) == (0, "closed 0\n"))
    expect("gone with stop", state(second) == "Z")


def has_wide_sockets():
    """Of the server's port, which is not NSD's; the kernel doubles what it is asked for."""
    said = subprocess.run(["ss", "-Hulnm", "sport", "!=", ":53"], capture_output=True, text=True).stdout
    return not other_users() or said.count("rb%d," % (2 * (4 << 20))) >= 1


def test_gives_root_up(program, files):
    """It is somebody else's before it runs, also after a restart, but where its files are root's."""
    for mode, root in ((0o644, not other_users()), (0o600, True)):
        files[1].chmod(mode)
        driver = Driver(program, *files)
        expect("ready: %s" % driver.first, driver.first[0] == "ready")
        for _ in range(2):
            child = driver.unbound()
            status = dict(line.split(":", 1) for line in
                          pathlib.Path("/proc/%d/status" % child).read_text().splitlines())
            expect("user of %o: %s" % (mode, status["Uid"]),
                   (set(status["Uid"].split()) == {"0"}) == root)
            expect("groups: %s" % status["Groups"], root or not status["Groups"].split())
            expect("rights: %s" % status["CapEff"], root or int(status["CapEff"], 16) == 0)
            os.kill(child, signal.SIGKILL)
            eventually("a new one runs", lambda: driver.unbound() not in (None, child))
            time.sleep(0.2)
        eventually("its sockets take 4 MB", has_wide_sockets)
        driver.stop()
    files[1].chmod(0o644)


def validated(port, answer, name=""):
    """Asks without the crawler's code: drill shows the AD flag."""
    answer[:] = [subprocess.run(["drill", "-D", "-p", port, "@127.0.0.1", name + ".", "SOA"],
                                capture_output=True, text=True).stdout]
    return any(line.startswith(";; flags:") and " ad" in line for line in answer[0].splitlines())


def test_refused(program, files):
    """What it says that it refuses, against real zones signed so: they are insecure, all others
    validate."""
    driver = Driver(program, *files)
    port = driver.first[1].split()[0]
    algorithms, digests = ([int(number) for number in numbers.split(",")]
                           for numbers in driver.says()[3:])
    for what, refused, signed in (("algorithm", algorithms, signable()),
                                  ("digest", digests, DIGESTS)):
        for number in signed:
            answer = []
            secure = validated(port, answer, "%s%d" % (what, number))
            expect("NOERROR: " + answer[0], "NOERROR" in answer[0])
            expect("%s %d: secure %s, refused %s" % (what, number, secure, refused),
                   secure == (number not in refused))
    # must not be validated (RFC 8624 s3.1); or no Unbound can
    expect("refused: %s" % algorithms, {1, 17, 23}.issubset(algorithms) and 200 not in algorithms)
    expect("refused: %s" % digests, {5, 6}.issubset(digests) and 200 not in digests)
    driver.stop()


def test_validation(program, files, folder):
    """What is in force is asked for, with what an included file and one that it includes say."""
    hints, anchor, include = files
    inner, outer = folder / "inner", folder / "outer"
    inner.write_text("domain-insecure: one.example\ndomain-insecure: two.example\n")
    outer.write_text("include: %s\nserver:\nval-permissive-mode: yes\n"
                     "val-nsec3-keysize-iterations: \"1024 7 4096 9\"\ninclude: %s\n"
                     % (include, inner))
    for file, parts in ((include, ["val-permissive-mode: no", "ignore-cd-flag: no",
                                   "module-config: validator iterator",
                                   "trust-anchor-file: %s" % anchor]),
                        (outer, ["nsec3 1024 7 4096 9", "val-permissive-mode: yes",
                                 "domain-insecure: two.example, one.example"])):
        driver = Driver(program, hints, anchor, file)
        expect("ready: %s" % driver.first, driver.first[0] == "ready")
        said = driver.first[1].strip().split("; ")
        for part in parts:
            expect("%s in %s" % (part, said), part in said)
        expect("limit in %s" % said, said[1].startswith("nsec3 1024 "))
        driver.stop()


def test_relative(program, folder):
    """Names below the current directory, which is not that of the resolver."""
    before = os.getcwd()
    os.chdir(folder)
    driver = Driver(os.path.join(before, program), "hints", "anchor", "include")
    os.chdir(before)
    expect("ready: %s" % driver.first, driver.first[0] == "ready")
    driver.stop()


def test_long_names(program, files, folder):
    """Three files whose names are nearly as long as names may be."""
    deep = folder.joinpath(*["d" * 200] * 18)
    deep.mkdir(parents=True)
    copies = [shutil.copy(file, deep / (file.name + "x" * 100)) for file in files]
    driver = Driver(program, *copies)
    expect("ready: %s" % driver.first, driver.first[0] == "ready")
    driver.stop()


def test_dies_with_parent(program, files):
    driver = Driver(program, *files)
    child = driver.unbound()
    expect("it runs", child is not None)
    driver.process.kill()
    driver.process.wait()
    eventually("it is gone", lambda: state(child) == "Z", 3)


def test_lost(program, files):
    driver = Driver(program, *files)
    seen = set()

    def killed_again():
        child = driver.unbound()
        if child is not None and child not in seen:
            seen.add(child)
            os.kill(child, signal.SIGKILL)
        return driver.restarts() == -1

    eventually("given up", killed_again)
    expect("tried several times: %d" % len(seen), 3 <= len(seen) <= 6)
    expect("stops", driver.stop()[0] == 0)


def test_errors(program, files, folder):
    hints, anchor, include = files
    (folder / "wr[o]ng").write_text("")
    (folder / "wrong").write_text("server:\nno-such-thing: 3\n")
    (folder / "other-anchor").write_text(
        ". IN DS 1 13 2 " + "00" * 32 + "\n")
    cases = [
        ("not installed", [hints, anchor, include], {"UNBOUND": "/nonexistent"},
         ["not installed", "apt-get install unbound", "--resolver"]),
        ("no Unbound", [hints, anchor, include], {"UNBOUND": "/bin/true"}, ["/bin/true", "no Unbound"]),
        ("missing include", [hints, anchor, folder / "none"], {}, ["none", "No such file"]),
        ("missing hints", ["no-hints", anchor, include], {}, ["no-hints", "No such file"]),
        ("missing anchor", [hints, "no-anchor", include], {}, ["no-anchor", "No such file"]),
        ("a pattern", [hints, anchor, folder / "wr[o]ng"], {}, ["wr[o]ng", "may not hold", "*?[{~"]),
        ("wrong include", [hints, anchor, folder / "wrong"], {}, ["wrong:2", "no-such-thing"]),
        ("wrong anchor", [hints, folder / "other-anchor", include], {},
         ["validated", "servfail", "--resolver"]),
    ]
    for what, arguments, environment, words in cases:
        driver = Driver(program, *arguments, **environment)
        expect("%s: %s" % (what, driver.first), driver.first[0] == "error")
        for word in words:
            expect("%s: %r in %r" % (what, word, driver.first[1]), word in driver.first[1])
        expect(what + ": status", driver.stop()[0] == 1)


def main():
    if len(sys.argv) < 3:
        missing = tools_missing()
        if missing:
            print("skipped: needs " + ", ".join(missing))
            sys.exit(SKIPPED)
        inside_namespace()
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        folder.chmod(0o755)
        files = [folder / file for file in ("hints", "anchor", "include")]
        nsd = serve_root(folder)
        try:
            test_life(sys.argv[1], files)
            test_gives_root_up(sys.argv[1], files)
            test_relative(sys.argv[1], folder)
            test_long_names(sys.argv[1], files, folder)
            test_refused(sys.argv[1], files)
            test_validation(sys.argv[1], files, folder)
            test_dies_with_parent(sys.argv[1], files)
            test_lost(sys.argv[1], files)
            test_errors(sys.argv[1], files, folder)
        finally:
            nsd.terminate()
            nsd.wait()
    print("passed")


main()
