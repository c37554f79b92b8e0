"""A mail server with as many addresses as a test wants, each with its own manners, and a log of who
came when.  Inside a network namespace: it listens on port 25 of all of them."""
import contextlib
import pathlib
import socket
import ssl
import struct
import subprocess
import sys
import threading
import time

from harness import ROOT

sys.path.insert(0, str(ROOT / "tests/lab"))
from webca import WebCA  # pylint: disable=import-error,wrong-import-position

PATIENCE_S = 60


class Gone(Exception):
    """The client has closed the connection."""


class Conversation:
    """One connection, as a manner sees it."""

    def __init__(self, mailer, sock):
        self.mailer = mailer
        self.sock = sock
        self.heard = []
        self.waiting = b""

    def say(self, *lines):
        self.sock.sendall(b"".join(line.encode() + b"\r\n" for line in lines))

    def raw(self, octets):
        self.sock.sendall(octets)

    def hear(self, verb):
        while b"\n" not in self.waiting:
            octets = self.sock.recv(4096)
            if not octets:
                raise Gone
            self.waiting += octets
        line, self.waiting = self.waiting.split(b"\n", 1)
        line = line.decode().rstrip("\r")
        self.heard.append(line)
        assert line.split()[0] == verb, (verb, line)

    def reset(self):
        """The connection breaks off: RST."""
        self.sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        raise Gone

    def until_closed(self):
        while self.sock.recv(4096):
            pass
        raise Gone

    def greet(self):
        self.say("220 mail.example ESMTP")

    def offer(self):
        self.hear("EHLO")
        self.say("250-mail.example", "250-SIZE 10240000", "250 STARTTLS")

    def ready(self):
        self.greet()
        self.offer()
        self.hear("STARTTLS")
        self.say("220 go ahead")

    def shake(self, context):
        def see(_sock, name, _context):
            self.mailer.names.append(name)
        context.sni_callback = see
        self.sock = context.wrap_socket(self.sock, server_side=True)
        self.hear("QUIT")
        self.say("221 bye")
        self.until_closed()


def silent(address):
    """Nobody who connects to this IPv6 address hears anything: its queue is full.  Keep what this
    returns."""
    subprocess.run(["ip", "-6", "addr", "add", address + "/128", "dev", "lo", "nodad"],
                   check=True)
    listening = socket.socket(socket.AF_INET6, socket.SOCK_STREAM)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
    listening.bind((address, 25))
    listening.listen(0)
    kept = [listening]
    for _ in range(3):
        sock = socket.socket(socket.AF_INET6, socket.SOCK_STREAM)
        sock.setblocking(False)
        sock.connect_ex((address, 25))
        kept.append(sock)
    return kept


class Mailer:
    """manners: address -> function of a Conversation."""

    def __init__(self, directory, manners):
        self.ca = WebCA("probe")
        self.directory = directory
        self.manners = manners
        self.log = []    # (address, start, end, what was heard)
        self.names = []  # of SNI
        self.lock = threading.Lock()
        self.ca_file = directory / "ca.pem"
        self.ca_file.write_text(self.ca.root_pem())
        self.sockets = []
        for family, any_address in ((socket.AF_INET, ""), (socket.AF_INET6, "::")):
            sock = socket.socket(family, socket.SOCK_STREAM)
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
            if family == socket.AF_INET6:
                sock.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
            sock.bind((any_address, 25))
            sock.listen(512)
            self.sockets.append(sock)
            threading.Thread(target=self.accept, args=(sock,), daemon=True).start()

    def context(self, host, kind="good", **settings):
        path = pathlib.Path(self.directory, "%s-%s.pem" % (host, kind))
        path.write_text(self.ca.chain_pem(host, kind))
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(path)
        for name, value in settings.items():
            setattr(context, name, value)
        return context

    def accept(self, listening):
        while True:
            try:
                sock, _ = listening.accept()
            except OSError:
                return
            threading.Thread(target=self.serve, args=(sock,), daemon=True).start()

    def serve(self, sock):
        start = time.monotonic()
        address = sock.getsockname()[0]
        sock.settimeout(PATIENCE_S)
        conversation = Conversation(self, sock)
        with contextlib.suppress(Gone, OSError, ssl.SSLError, AssertionError, IndexError):
            self.manners[address](conversation)
        end = time.monotonic()  # before the client can know of it
        conversation.sock.close()
        with self.lock:
            self.log.append((address, start, end, conversation.heard))

    def heard(self, address):
        return [heard for at, _, _, heard in self.log if at == address]

    def close(self):
        for sock in self.sockets:
            with contextlib.suppress(OSError):
                sock.shutdown(socket.SHUT_RDWR)
            sock.close()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()
