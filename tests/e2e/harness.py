"""What the end-to-end tests share: running the program, a resolver that says what a test wants,
and counting.  Only the standard library and dnspython."""
import concurrent.futures
import contextlib
import functools
import multiprocessing
import os
import pathlib
import socket
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time
import traceback

import dns.flags
import dns.message
import dns.rcode
import dns.rdataclass
import dns.rdatatype
import dns.rrset

ROOT = pathlib.Path(__file__).resolve().parents[2]
PROGRAM = os.environ.get("MXSURVEY", str(ROOT / "build/crawler/cli/mxsurvey"))


class Resolver:
    """A DNS server on loopback, UDP only: answer(query) gives the response, or None for silence."""

    def __init__(self, answer=None, port=0, host="127.0.0.1"):
        self.answer = answer or nxdomain
        self.asked = []
        self.sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 20)
        self.sock.bind((host, port))
        self.address = "%s:%d" % (host, self.sock.getsockname()[1])
        self.thread = threading.Thread(target=self.serve, daemon=True)
        self.thread.start()

    def serve(self):
        while True:
            try:
                octets, peer = self.sock.recvfrom(65535)
            except OSError:
                return
            if not octets:  # shut down
                return
            name, used = dns.name.from_wire(octets, 12)
            rdtype = int.from_bytes(octets[12 + used:14 + used], "big")
            self.asked.append((name.to_text(omit_final_dot=True), rdtype))
            nothing = getattr(self.answer, "nothing", lambda *_: None)(name, rdtype)
            if nothing is not None:
                response = without_records(octets, 16 + used, *nothing)
            else:
                response = self.answer(dns.message.from_wire(octets))
            if response is not None:
                self.send(response if isinstance(response, bytes) else response.to_wire(), peer,
                          dns.rrset.RRset(name, dns.rdataclass.IN, rdtype))

    def send(self, octets, peer, _question):
        self.sock.sendto(octets, peer)

    def close(self):
        # shutdown wakes the thread up; on an unconnected socket it also complains
        try:
            self.sock.shutdown(socket.SHUT_RDWR)
        except OSError:
            pass
        self.sock.close()
        self.thread.join()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()


@functools.lru_cache(maxsize=None)
def record(text):
    """Whoever changes it changes it for all."""
    owner, ttl, rdclass, rdtype, rest = text.split(None, 4)
    return dns.rrset.from_text(owner, int(ttl), rdclass, rdtype, rest)


def response(query, rcode=dns.rcode.NOERROR, records=(), ad=False):
    """records: texts such as 'example.org. 300 IN MX 10 mail.example.org.'"""
    message = dns.message.make_response(query)
    message.flags |= dns.flags.RA
    if ad:
        message.flags |= dns.flags.AD
    message.set_rcode(rcode)
    message.answer += map(record, records)
    return message


def without_records(query, end, rcode, ad=False):
    """response() to the octets of a query whose question ends there, in a tenth of its time."""
    flags = dns.flags.QR | dns.flags.RA | rcode | int.from_bytes(query[2:4], "big") & dns.flags.RD \
        | (dns.flags.AD if ad else 0)
    opt = bytes([0, 0, dns.rdatatype.OPT, 0x20, 0]) + bytes(6)  # takes 8192 octets, without DO
    return query[:2] + flags.to_bytes(2, "big") + bytes([0, 1, 0, 0, 0, 0, 0, query[11]]) \
        + query[12:end] + (opt if query[11] else b"")


class Unknown:
    """Every name is unknown, but for the root, whose SOA and NS the program asks for its health."""

    @staticmethod
    def nothing(name, _rdtype):
        """The rcode of an answer without records, and its AD; None: there are records."""
        return dns.rcode.NOERROR if name == dns.name.root else dns.rcode.NXDOMAIN, False

    def __call__(self, query):
        return response(query, self.nothing(query.question[0].name, None)[0])


nxdomain = Unknown()


ROOT_KEY = ". 300 IN DNSKEY 257 3 13 " + "A" * 88


def validating(answer):
    """The same, of a resolver that validates: the root's keys with AD=1."""
    def with_keys(query):
        question = query.question[0]
        if (question.name, question.rdtype) == (dns.name.root, dns.rdatatype.DNSKEY):
            return response(query, records=[ROOT_KEY], ad=True)
        return answer(query)
    return with_keys


class World:
    """Answers from a dictionary: (name, type) -> records, all with or without AD; as a resolver that
    validates."""

    def __init__(self, records, ad=False):
        self.records = records
        self.ad = ad
        self.owners, self.counted = set(), None

    def knows(self, name):
        if self.counted != (id(self.records), len(self.records)):
            self.counted = id(self.records), len(self.records)
            self.owners = {owner for owner, _ in self.records}
        return name in self.owners or name == ""

    def nothing(self, name, rdtype):
        """The rcode of an answer without records, and its AD; None: there are records."""
        if (name, rdtype) == (dns.name.root, dns.rdatatype.DNSKEY):
            return None
        text = name.to_text(omit_final_dot=True).lower()
        if (text, dns.rdatatype.to_text(rdtype)) in self.records:
            return None
        return dns.rcode.NOERROR if self.knows(text) else dns.rcode.NXDOMAIN, self.ad

    def __call__(self, query):
        question = query.question[0]
        nothing = self.nothing(question.name, question.rdtype)
        if nothing is not None:
            return response(query, nothing[0], ad=nothing[1])
        if (question.name, question.rdtype) == (dns.name.root, dns.rdatatype.DNSKEY):
            return response(query, records=[ROOT_KEY], ad=True)
        name = question.name.to_text(omit_final_dot=True).lower()
        return response(query, records=self.records[name, dns.rdatatype.to_text(question.rdtype)],
                        ad=self.ad)


def run(*arguments, stdin=None, timeout=120, check=None):
    """Runs the program; check is the exit status that must come back."""
    done = subprocess.run([PROGRAM, *map(str, arguments)], input=stdin, timeout=timeout,
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE, check=False)
    done.stdout = done.stdout.decode("utf-8")
    done.stderr = done.stderr.decode("utf-8")
    if check is not None:
        assert done.returncode == check, "status %d, not %d, of %s\n%s" % (
            done.returncode, check, " ".join(map(str, arguments)), done.stderr[-2000:])
    return done


def survey(directory, resolver, *arguments, db="x.db", **options):
    return run("run", "--db", directory / db, "--resolver", resolver.address, "--timeout", 500,
               *arguments, **options)


def preload(source, directory, **more):
    """The environment of a program that is started with a library of tests/e2e, and more of it."""
    library = directory / (source + ".so")
    if not library.exists():
        subprocess.run([os.environ.get("CC", "cc"), "-D_GNU_SOURCE", "-shared", "-fPIC", "-o",
                        library, ROOT / "tests/e2e" / source], check=True)
    return {**os.environ, "LD_PRELOAD": str(library), **more}


def narrow_openssl(directory):
    """The machine's configuration of OpenSSL allows next to nothing, for programs that begin now."""
    os.environ["OPENSSL_CONF"] = str(write(directory / "openssl.cnf", """\
openssl_conf = all
[all]
ssl_conf = programs
[programs]
system_default = any
[any]
MaxProtocol = TLSv1.2
CipherString = DEFAULT:@SECLEVEL=4
Groups = X448
SignatureAlgorithms = ed448
"""))


def write(path, content):
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def one_line(done, *words):
    """The program said one line on standard error that has all these words in it."""
    lines = done.stderr.splitlines()
    assert len(lines) == 1, "not one line: %r" % done.stderr[:2000]
    for word in words:
        assert str(word) in lines[0], "%r is not in: %s" % (str(word), lines[0])
    assert all(31 < ord(c) < 127 or ord(c) > 159 for c in lines[0]), repr(lines[0])


def remarks(done):
    """What a run said on standard error, but for how it ended."""
    return [line for line in done.stderr.splitlines() if not line.startswith("mxsurvey: finished: ")]


def rows(db, sql, *values):
    with contextlib.closing(sqlite3.connect("file:%s?mode=ro" % db, uri=True)) as connection:
        return connection.execute(sql, values).fetchall()


def wait_for(condition, seconds=300, process=None):
    """Until it holds, however long a busy machine takes for it; no longer than the process runs that
    is to bring it about."""
    end = time.monotonic() + seconds
    while not condition():
        assert process is None or process.poll() is None, "it ended before that"
        assert time.monotonic() < end, "waited in vain"
        time.sleep(0.02)


def cpu_time():
    """Of this process, and of those that it has waited for."""
    return sum(os.times()[:4])


def run_test(test):
    """In a directory of its own; prints what failed; True: it passed."""
    start, cpu = time.monotonic(), cpu_time()
    verdict = "ok"
    with tempfile.TemporaryDirectory(prefix="mxsurvey-test-") as directory:
        try:
            test(pathlib.Path(directory))
        except Exception:  # pylint: disable=broad-except
            traceback.print_exc()
            verdict = "NOT OK"
    print("%s: %s (%.1f s, CPU %.1f s)" % (
        test.__name__, verdict, time.monotonic() - start, cpu_time() - cpu), flush=True)
    return verdict == "ok"


def main(tests, at_once=1):
    """Runs the tests, or those that the command line names, and prints the count.  Several at once,
    for most of their time they wait: each in a process that runs one at a time."""
    only = sys.argv[1:]
    tests = [test for test in tests if not only or test.__name__ in only]
    if at_once == 1:
        passed = sum(map(run_test, tests))
    else:
        fork = multiprocessing.get_context("fork")
        with concurrent.futures.ProcessPoolExecutor(at_once, fork) as pool:
            passed = sum(pool.map(run_test, tests))
    print("%d passed, %d failed" % (passed, len(tests) - passed))
    sys.exit(0 if passed == len(tests) else 1)
