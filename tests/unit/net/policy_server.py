#!/usr/bin/python3
"""An HTTPS server on loopback that misbehaves by request, for the tests of policy fetches.

    policy_server.py < PIPE

What it does is said by the name asked, mta-sts.CASE.example (CERTIFICATES, REPLIES),
or by the address (ADDRESSES).  It prints one line when it is ready: its port, the file
with its authority, whether it serves on ::1, whether TLS 1.1 works.  Beside that file is
openssl.cnf, with which OpenSSL takes part in anything.  It ends, and its files go, when its
standard input does.

The case `stats` replies with a line for each address: connections at a time (at most),
connections in all; `*` stands for all addresses together.
"""

import collections
import datetime
import os
import pathlib
import socket
import ssl
import sys
import tempfile
import threading
import time
import warnings

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509.oid import NameOID

ADDRESSES_MAX = 64  # 127.0.0.1 ...
FULL = "127.0.0.61"  # drops what connects
POLICY = b"version: STSv1\r\nmode: enforce\r\nmx: mail.example\r\nmax_age: 86400\r\n"
PERMISSIVE = """\
openssl_conf = all
[all]
ssl_conf = programs
[programs]
system_default = any
[any]
MinProtocol = TLSv1
CipherString = ALL:@SECLEVEL=0
"""
NOW = datetime.datetime.utcnow()
DAY = datetime.timedelta(days=1)
warnings.simplefilter("ignore", DeprecationWarning)  # TLS 1.1 is, on purpose


# Certificates


class Authority:
    def __init__(self, title):
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, title)])
        self.certificate = (
            self.builder(self.name, self.key.public_key(), NOW - DAY, NOW + DAY)
            .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
            .sign(self.key, hashes.SHA256())
        )

    def builder(self, subject, public_key, begin, end):
        return (
            x509.CertificateBuilder()
            .subject_name(subject)
            .issuer_name(self.name)
            .public_key(public_key)
            .serial_number(x509.random_serial_number())
            .not_valid_before(begin)
            .not_valid_after(end)
        )

    def issue(self, key, names, common_name="server", begin=NOW - DAY, end=NOW + DAY):
        subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common_name)])
        builder = self.builder(subject, key.public_key(), begin, end)
        if names:
            names = x509.SubjectAlternativeName([x509.DNSName(name) for name in names])
            builder = builder.add_extension(names, critical=False)
        return builder.sign(self.key, hashes.SHA256())


def self_signed(key, name):
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(NOW - DAY)
        .not_valid_after(NOW + DAY)
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
        .sign(key, hashes.SHA256())
    )


def pem(thing):
    return thing.public_bytes(serialization.Encoding.PEM)


class Certificates:
    """A context for each name; made when the name is met."""

    def __init__(self, folder):
        self.folder = folder
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.weak_key = rsa.generate_private_key(65537, 1024)
        self.authority = Authority("test authority")
        self.stranger = Authority("stranger")
        self.ca_file = folder / "authority.pem"
        self.ca_file.write_bytes(pem(self.authority.certificate))
        (folder / "openssl.cnf").write_text(PERMISSIVE)
        self.contexts = {}
        self.lock = threading.Lock()

    def certificate(self, case, name):
        authority, key = self.authority, self.key
        if case == "wrong-name":
            return authority.issue(key, ["mta-sts.other.example"], common_name=name)
        if case == "common-name":
            return authority.issue(key, [], common_name=name)
        if case == "expired":
            return authority.issue(key, [name], begin=NOW - 3 * DAY, end=NOW - DAY)
        if case == "not-yet":
            return authority.issue(key, [name], begin=NOW + DAY, end=NOW + 3 * DAY)
        if case == "self-signed":
            return self_signed(key, name)
        if case == "stranger":
            return self.stranger.issue(key, [name])
        if case == "wildcard":
            return authority.issue(key, ["*.wildcard.example"])
        if case == "partial-wildcard":
            return authority.issue(key, ["mta-*.partial-wildcard.example"])
        if case == "deep-wildcard":
            return authority.issue(key, ["*.example"])
        if case == "weak-key":
            return authority.issue(self.weak_key, [name])
        return authority.issue(key, [name])

    def context(self, name, tls11=False):
        with self.lock:
            if (name, tls11) not in self.contexts:
                self.contexts[name, tls11] = self.make(name, tls11)
            return self.contexts[name, tls11]

    def make(self, name, tls11):
        case = name.split(".")[1]
        file = self.folder / f"{name}.pem"
        key = (self.weak_key if case == "weak-key" else self.key).private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
        file.write_bytes(key + pem(self.certificate(case, name)))
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.set_ciphers("ALL:@SECLEVEL=0")
        if tls11:
            context.minimum_version = ssl.TLSVersion.TLSv1
            context.maximum_version = ssl.TLSVersion.TLSv1_1
        context.load_cert_chain(file)
        return context


# Replies


def status(code, *lines, body=b""):
    head = [f"HTTP/1.1 {code} Something", *lines, f"Content-Length: {len(body)}", "", ""]
    return "\r\n".join(head).encode() + body


def chunks(size):
    yield b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
    for _ in range(size // 1024):
        yield b"400\r\n" + b"#" * 1024 + b"\r\n"
    if size % 1024:
        yield b"%x\r\n" % (size % 1024) + b"#" * (size % 1024) + b"\r\n"
    yield b"0\r\n\r\n"


def drip():
    yield status(200, body=POLICY)[:-len(POLICY)]
    for octet in POLICY:
        time.sleep(0.2)
        yield bytes([octet])


def endless(head, piece):
    yield head
    while True:
        yield piece


def silence(first=b""):
    yield first
    time.sleep(30)


def slow():
    time.sleep(0.3)
    yield status(200, body=POLICY)


REPLIES = {
    "h204": lambda: [status(204)],
    "h206": lambda: [status(206, body=POLICY)],
    "h301": lambda: [status(301, "Location: https://mta-sts.good.example/", body=b"elsewhere")],
    "h401": lambda: [status(401, 'WWW-Authenticate: Basic realm="x"')],
    "h404": lambda: [status(404, body=POLICY)],
    "h500": lambda: [status(500)],
    "h404-silent": lambda: silence(b"HTTP/1.1 404 No\r\nContent-Length: 9\r\n\r\n"),
    "h404-large": lambda: [status(404, body=b"#" * 1000000)],
    "h100": lambda: [b"HTTP/1.1 100 Continue\r\n\r\n" + status(200, body=POLICY)],
    "h100-endless": lambda: endless(b"", b"HTTP/1.1 100 Continue\r\n\r\n"),
    "h100-silent": lambda: silence(b"HTTP/1.1 100 Continue\r\n\r\n"),
    "empty": lambda: [status(200)],
    "chunked": lambda: chunks(1000),
    "full": lambda: [status(200, body=b"#" * 65536)],
    "over": lambda: [status(200, body=b"#" * 65537)],
    "full-chunked": lambda: chunks(65536),
    "over-chunked": lambda: chunks(65537),
    "large": lambda: [status(200, body=b"#" * (1 << 20))],
    "large-silent": lambda: silence(b"HTTP/1.1 200 OK\r\nContent-Length: 65537\r\n\r\n"),
    "endless": lambda: endless(b"HTTP/1.1 200 OK\r\n\r\n", b"#" * 1000),
    "endless-header": lambda: endless(b"HTTP/1.1 200 OK\r\n", b"X: " + b"#" * 1000 + b"\r\n"),
    "endless-line": lambda: endless(b"HTTP/1.1 200 OK\r\nX: ", b"#" * 1000),
    "gzip": lambda: [status(200, "Content-Encoding: gzip", body=b"no gzip at all")],
    "until-close": lambda: [b"HTTP/1.1 200 OK\r\n\r\n" + POLICY],
    "until-cut": lambda: [b"HTTP/1.1 200 OK\r\n\r\n" + POLICY],
    "drip": drip,
    "slow": slow,
    "silent-reply": silence,
    "no-reply": lambda: [],
    "no-http": lambda: [b"220 mail.example ESMTP\r\n"],
    "cut": lambda: [status(200, body=POLICY)[:-10]],
    "type-plain": lambda: [status(200, "Content-Type: text/plain; charset=utf-8", body=POLICY)],
    "type-404": lambda: [status(404, "content-type:\t Text/HTML \t")],
    "type-empty": lambda: [status(200, "Content-Type: ", body=POLICY)],
    "type-octets": lambda: [status(200, "Content-Type: @", body=POLICY).replace(
        b"@", b"\x1b]0;\xe9\x07/\xff")],
    "type-long": lambda: [status(200, "Content-Type: " + "x" * 5000, body=POLICY)],
    "type-cut": lambda: [status(200, "Content-Type: text/plain", body=POLICY)[:-10]],
    "type-h103-silent": lambda: silence(b"HTTP/1.1 103 Hints\r\nContent-Type: a/b\r\n\r\n"),
    "type-h103": lambda: [b"HTTP/1.1 103 Hints\r\nContent-Type: a/b\r\n\r\n"
                          + status(200, body=POLICY)],
}


# Connections


class Stats:
    """Connections by address, as the kernel knows them when a new one comes: one that
    the client has closed does not count, though its thread may not know yet."""

    def __init__(self):
        self.lock = threading.Lock()
        self.open = collections.defaultdict(set)
        self.most = collections.Counter()
        self.total = collections.Counter()

    def begin(self, address, connection):
        with self.lock:
            for key in (address, "*"):
                self.open[key].add(connection)
                established = sum(is_established(other) for other in self.open[key])
                self.most[key] = max(self.most[key], established)
                self.total[key] += 1

    def end(self, address, connection):
        with self.lock:
            for key in (address, "*"):
                self.open[key].discard(connection)

    def text(self):
        with self.lock:
            return "".join(f"{key} {self.most[key]} {self.total[key]}\n" for key in self.total)


def is_established(connection):
    state = connection.getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, 1)
    return state[0] == 1


class Server:
    def __init__(self, certificates):
        self.certificates = certificates
        self.stats = Stats()
        self.contexts = {tls11: self.context(tls11) for tls11 in (False, True)}

    def context(self, tls11):
        """The certificate is chosen by the name that the client says."""
        context = self.certificates.make("mta-sts.nobody.example", tls11)

        def choose(tls, name, _):
            tls.asked = name or "mta-sts.nobody.example"
            tls.context = self.certificates.context(tls.asked, tls11)

        context.sni_callback = choose
        return context

    def serve(self, listener, address):
        context = self.contexts[address == "127.0.0.2"]
        while True:
            connection, _ = listener.accept()
            # the handshake is left for talk(): the socket is here, whatever comes of it
            tls = context.wrap_socket(
                connection, server_side=True, do_handshake_on_connect=False
            )
            self.stats.begin(address, tls)
            threading.Thread(target=self.handle, args=(tls, address), daemon=True).start()

    def handle(self, tls, address):
        try:
            self.talk(tls, address)
        except (OSError, ssl.SSLError):
            pass
        finally:
            self.stats.end(address, tls)
            tls.close()

    def talk(self, tls, address):
        if address == "127.0.0.3":  # silent
            time.sleep(30)
        if address == "127.0.0.4":  # closes at once
            return
        if address == "127.0.0.5":  # no TLS
            os.write(tls.fileno(), b"220 mail.example ESMTP\r\n")
            time.sleep(30)
        tls.do_handshake()
        request = b""
        while b"\r\n\r\n" not in request:
            piece = tls.recv(4096)
            if not piece:
                return
            request += piece
        for piece in self.reply(tls, request.decode()):
            tls.sendall(piece)
        if tls.asked.startswith("mta-sts.until-close."):
            tls.unwrap()  # says that this is the end

    def reply(self, tls, request):
        lines = request.split("\r\n")
        fields = dict(line.split(": ", 1) for line in lines[1:] if line)
        name = tls.asked
        if (
            lines[0] != "GET /.well-known/mta-sts.txt HTTP/1.1"
            or fields["Host"].split(":")[0] != name
            or not fields.get("User-Agent", "").startswith("mxsurvey/")
            or fields.keys() & {"Cookie", "Accept-Encoding", "Authorization", "Proxy-Connection"}
        ):
            return [status(400)]
        case = name.split(".")[1]
        if case == "stats":
            return [status(200, body=self.stats.text().encode())]
        return REPLIES.get(case, lambda: [status(200, body=POLICY)])()


def listen(family, address, port):
    listener = socket.socket(family, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listener.bind((address, port))
    listener.listen(0 if address == FULL else 256)
    return listener


def fill(port):
    """Nobody accepts at FULL: of these connections the kernel takes two, and drops what follows."""
    held = []
    for _ in range(4):
        connection = socket.socket()
        connection.setblocking(False)
        connection.connect_ex((FULL, port))
        held.append(connection)
    return held


def listen_everywhere():
    """The same port on all addresses: [(listener, address)]."""
    for _ in range(100):
        listeners = []
        try:
            first = listen(socket.AF_INET, "127.0.0.1", 0)
            listeners.append((first, "127.0.0.1"))
            port = first.getsockname()[1]
            for i in range(2, ADDRESSES_MAX + 1):
                address = f"127.0.0.{i}"
                listeners.append((listen(socket.AF_INET, address, port), address))
        except OSError:
            for listener, _ in listeners:
                listener.close()
            continue
        try:
            listeners.append((listen(socket.AF_INET6, "::1", port), "::1"))
        except OSError:
            pass
        return listeners
    sys.exit("no free port")


def speaks_tls11(port, ca_file):
    context = ssl.create_default_context(cafile=ca_file)
    context.set_ciphers("ALL:@SECLEVEL=0")
    context.minimum_version = ssl.TLSVersion.TLSv1
    context.maximum_version = ssl.TLSVersion.TLSv1_1
    try:
        with socket.create_connection(("127.0.0.2", port)) as connection:
            with context.wrap_socket(connection, server_hostname="mta-sts.tls11.example") as tls:
                return tls.version() == "TLSv1.1"
    except OSError:
        return False


def main():
    with tempfile.TemporaryDirectory() as folder:
        certificates = Certificates(pathlib.Path(folder))
        server = Server(certificates)
        listeners = listen_everywhere()
        for listener, address in listeners:
            if address != FULL:
                threading.Thread(target=server.serve, args=(listener, address), daemon=True).start()
        port = listeners[0][0].getsockname()[1]
        ipv6 = listeners[-1][1] == "::1"
        tls11 = speaks_tls11(port, certificates.ca_file)
        held = fill(port)
        print(port, certificates.ca_file, int(ipv6), int(tls11), flush=True)
        sys.stdin.read()
        del held
    os._exit(0)  # threads may be asleep


if __name__ == "__main__":
    main()
