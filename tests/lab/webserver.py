#!/usr/bin/python3
"""HTTPS servers that behave as no sane one does; each address has its own way.

webserver.py servers.json, from the lab's folder.  Certificates and policies are those of nginx.
run/webserver.log: a line for each connection, "address connections-open way".

    one-at-a-time   a policy after "moment" seconds, but 503 to whoever has two connections open
    closes          the connection ends at once
    plain-http      no TLS
    no-http         TLS, then words that are no HTTP
    cut             half of the policy that was promised
    large           1 MB; large-chunked: without saying before how much; drip-large: piece by piece
    silent          accepts, and that is all; mute: TLS, and that is all
    drip            one octet a second of the policy; drip-header: of the header
    endless-header  header lines as long as someone reads them
    no-connect      the kernel's queue is full: not even a connection
"""

import json
import socket
import ssl
import sys
import threading
import time

PORT = 443
LIFE = 120  # seconds, whoever waits
MEGABYTE = b"version: STSv1\nmode: enforce\nmx: *.case.org\n" + b"x: " + b"y" * (1 << 20) + b"\n"

with open(sys.argv[1], encoding="ascii") as script:
    servers = json.load(script)
moment = servers.pop("moment")
open_now = {}
lock = threading.Lock()
log = open("run/webserver.log", "a", buffering=1, encoding="ascii")


class Contexts:
    """One TLS context for each name that a client asks for."""

    def __init__(self):
        self.made = {}
        self.first = self._context()
        self.first.sni_callback = self._choose

    def _context(self):
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.minimum_version = ssl.TLSVersion.TLSv1_2
        return context

    def _choose(self, connection, name, _):
        if name not in self.made:
            try:
                made = self._context()
                made.load_cert_chain(f"web/certs/{name}.pem")
            except (OSError, TypeError):
                return ssl.ALERT_DESCRIPTION_UNRECOGNIZED_NAME
            self.made[name] = made
        connection.context = self.made[name]
        connection.host = name
        return None


def answer(body, status="200 OK", length=True):
    head = f"HTTP/1.1 {status}\r\nContent-Type: text/plain\r\nConnection: close\r\n"
    if length:
        head += f"Content-Length: {len(body)}\r\n"
    return head.encode() + b"\r\n", body


def policy(host):
    try:
        with open(f"web/policies/{host}", "rb") as file:
            return file.read()
    except OSError:
        return b""


def request(connection):
    """Reads a request to its empty line."""
    seen = b""
    while b"\r\n\r\n" not in seen and len(seen) < 65536:
        piece = connection.recv(4096)
        if not piece:
            break
        seen += piece


def slowly(connection, octets, size=1, pause=1.0):
    for at in range(0, len(octets), size):
        connection.sendall(octets[at:at + size])
        time.sleep(pause)


class Turn:
    """A connection to an address, while it counts as open."""

    def __init__(self, address, way):
        self.address, self.open = address, True
        with lock:
            self.others = open_now.get(address, 0)
            open_now[address] = self.others + 1
            print(address, self.others + 1, way, file=log)

    def end(self):
        with lock:
            open_now[self.address] -= self.open
            self.open = False


def one_at_a_time(connection, turn):
    time.sleep(moment)
    if turn.others:
        octets = b"".join(answer(b"", "503 One at a time"))
    else:
        octets = b"".join(answer(policy(connection.host)))
    # ended before the client can know: its next connection may come at once
    connection.sendall(octets[:-1])
    turn.end()
    connection.sendall(octets[-1:])


def cut(connection, _):
    head, body = answer(policy(connection.host))
    connection.sendall(head + body[:len(body) // 2])


def large_chunked(connection, _):
    head, body = answer(MEGABYTE, length=False)
    connection.sendall(head[:-2] + b"Transfer-Encoding: chunked\r\n\r\n")
    for at in range(0, len(body), 1000):
        piece = body[at:at + 1000]
        connection.sendall(b"%x\r\n%s\r\n" % (len(piece), piece))
    connection.sendall(b"0\r\n\r\n")


def drip(connection, _):
    head, body = answer(policy(connection.host))
    connection.sendall(head)
    slowly(connection, body)


def drip_large(connection, _):
    head, body = answer(MEGABYTE, length=False)
    connection.sendall(head)
    slowly(connection, body, 4096, 0.05)


def endless_header(connection, _):
    connection.sendall(b"HTTP/1.1 200 OK\r\n")
    end = time.monotonic() + LIFE
    while time.monotonic() < end:
        connection.sendall(b"X-More: " + b"y" * 1000 + b"\r\n")
        time.sleep(0.001)


WAYS = {
    "one-at-a-time": one_at_a_time,
    "no-http": lambda connection, _: connection.sendall(b"220 mail.example ESMTP\r\n"),
    "cut": cut,
    "large": lambda connection, _: connection.sendall(b"".join(answer(MEGABYTE))),
    "large-chunked": large_chunked,
    "mute": lambda connection, _: time.sleep(LIFE),
    "drip": drip,
    "drip-header": lambda connection, _: slowly(connection, b"".join(answer(b""))),
    "drip-large": drip_large,
    "endless-header": endless_header,
}


def serve(plain, address, way, contexts):
    turn = Turn(address, way)
    plain.settimeout(LIFE)
    connection = plain
    try:
        if way == "silent":
            plain.recv(1 << 16)
            time.sleep(LIFE)
        elif way == "plain-http":
            plain.recv(1 << 16)
            plain.sendall(b"".join(answer(b"no TLS here")))
        elif way != "closes":
            connection = contexts.first.wrap_socket(plain, server_side=True)
            request(connection)
            WAYS[way](connection, turn)
    except OSError:
        pass  # they go when they have enough
    turn.end()
    try:
        if isinstance(connection, ssl.SSLSocket):
            connection.settimeout(0.2)
            connection.unwrap()
    except (OSError, ValueError):
        pass
    connection.close()


def accept(listener, address, way, contexts):
    while True:
        plain, _ = listener.accept()
        threading.Thread(target=serve, args=(plain, address, way, contexts), daemon=True).start()


def main():
    contexts = Contexts()
    kept = []
    for address, server in servers.items():
        if server["program"] != "scripted":
            continue
        way = server["behaviour"]
        listener = socket.create_server((address, PORT), backlog=0 if way == "no-connect" else 128)
        kept.append(listener)
        if way == "no-connect":
            for _ in range(4):
                filler = socket.socket()
                filler.setblocking(False)
                filler.connect_ex((address, PORT))
                kept.append(filler)
        else:
            threading.Thread(target=accept, args=(listener, address, way, contexts),
                             daemon=True).start()
    threading.Event().wait()


if __name__ == "__main__":
    main()
