"""A World with MTA-STS policies behind one HTTPS server, and with all CNAME records that are there."""
import http.server
import pathlib
import ssl
import sys
import tempfile
import threading

import dns.rcode
import dns.rrset

from worlds.scripted import World

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "lab"))
from webca import WebCA  # pylint: disable=wrong-import-position

SERVER = "127.0.0.2"
STS, TLSRPT, POLICY = "_mta-sts.", "_smtp._tls.", "mta-sts."


class PolicyWorld(World):
    def __init__(self):
        super().__init__()
        self.overflows = {}  # owner of a DNAME -> its target
        self.policies = {}  # domain -> the policy's text; without one there is status 404
        self.statuses = {}  # domain -> another status, of its next reply alone

    def sts(self, domain, *lines, record='"v=STSv1; id=1;"'):
        """A record, a server, and what it serves."""
        self.add(STS + domain, "TXT", record)
        self.add(POLICY + domain, "A", SERVER)
        if lines:
            self.policies[domain] = policy(*lines)

    def too_long(self, owner, target):
        """A DNAME that makes names below it too long, whatever target is shown: YXDOMAIN."""
        self.overflows[owner] = target

    def __call__(self, query):
        message = super().__call__(query)
        name = query.question[0].name.to_text(omit_final_dot=True)
        for owner, target in self.overflows.items():
            if name.endswith("." + owner):
                message.set_rcode(dns.rcode.YXDOMAIN)
                message.answer = [dns.rrset.from_text(owner + ".", 60, "IN", "DNAME", target + ".")]
        return message

    def _alias(self, name, kind):
        alias = super()._alias(name, kind)
        data = self.records.get((name, "CNAME"), [])
        if alias and len(data) > 1:
            alias[1].extend((name + ".", 60, "IN", "CNAME", other) for other in data[1:])
        return alias


def policy(*lines):
    return "".join(line + "\n" for line in ("version: STSv1", *lines))


class Policies:
    """The server of whatever world is `world`; certificates of a CA whose root is ca_file."""

    def __init__(self, directory):
        self.world, self.ca, self.contexts = None, WebCA("policies"), {}
        self.ca_file = directory / "ca.pem"
        self.ca_file.write_text(self.ca.root_pem(), encoding="ascii")
        policies = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self):  # pylint: disable=invalid-name
                domain = self.headers["Host"].split(":")[0][len(POLICY):]
                text = policies.world.policies.get(domain)
                self.send_response(policies.world.statuses.pop(domain, 200 if text else 404))
                octets = text if isinstance(text, bytes) else (text or "").encode()
                self.send_header("Content-Type", "text/plain")
                self.send_header("Content-Length", str(len(octets)))  # else TLS would have to end it
                self.end_headers()
                self.wfile.write(octets)

            def log_message(self, *_):  # pylint: disable=arguments-differ
                pass

        self.server = http.server.ThreadingHTTPServer((SERVER, 443), Handler)
        outer = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        outer.sni_callback = self._choose
        self.server.socket = outer.wrap_socket(self.server.socket, server_side=True)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def _choose(self, connection, name, _):
        if name not in self.contexts:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            with tempfile.NamedTemporaryFile("w", suffix=".pem") as file:
                file.write(self.ca.chain_pem(name, "good"))
                file.flush()
                context.load_cert_chain(file.name)
            self.contexts[name] = context
        connection.context = self.contexts[name]
