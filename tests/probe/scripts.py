"""Mail servers that do what no mail server does: a manner for each host that is `scripted`.

A manner is a function of a Conversation (tests/e2e/mailer.py) and the host's context (TLS).
"""

import contextlib
import pathlib
import socket
import ssl
import sys
import threading
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "e2e"))
# pylint: disable=wrong-import-position
from mailer import PATIENCE_S, Conversation, Gone

GREETING = b"220 one octet a second, of a greeting that takes its time and then some\r\n"


def none_reached(conversation, _):
    conversation.greet()
    conversation.hear("EHLO")
    conversation.say("250-mail.test", "250 SIZE 1")
    conversation.hear("QUIT")


def reply_421_later(conversation, _):
    conversation.greet()
    conversation.hear("EHLO")
    conversation.say("421 4.3.2 shutting down")
    conversation.until_closed()


def plaintext(conversation, context):
    """Octets that are no reply, in the same segment as the reply to STARTTLS."""
    conversation.greet()
    conversation.offer()
    conversation.hear("STARTTLS")
    conversation.raw(b"220 go ahead\r\nand now something else")
    conversation.shake(context)


def injected(conversation, context):
    """Replies to commands that have not been said yet."""
    conversation.greet()
    conversation.offer()
    conversation.hear("STARTTLS")
    conversation.say("220 go ahead", "250-mail.test", "250 AUTH PLAIN", "250 ok", "250 ok")
    conversation.shake(context)


def ten_megabytes(conversation, _):
    conversation.raw(b"220-" + b"x" * 10_000_000 + b"\r\n")
    conversation.until_closed()


def million_lines(conversation, _):
    conversation.raw(b"220-hello\r\n" * 1_000_000)
    conversation.until_closed()


def drip(conversation, _):
    for octet in GREETING:
        conversation.raw(bytes([octet]))
        time.sleep(1)


def no_tls(conversation, _):
    conversation.ready()
    conversation.sock.recv(1)
    conversation.say("500 what was that?")
    conversation.until_closed()


def reset_greeting(conversation, _):
    conversation.reset()


def reset_ehlo(conversation, _):
    conversation.greet()
    conversation.hear("EHLO")
    conversation.reset()


def reset_starttls(conversation, _):
    conversation.greet()
    conversation.offer()
    conversation.hear("STARTTLS")
    conversation.reset()


def reset_handshake(conversation, _):
    conversation.ready()
    conversation.sock.recv(10)
    conversation.reset()


def well(conversation, context):
    conversation.ready()
    conversation.shake(context)


MANNERS = {"alias-sni": well, "alias-sni-base": well, "none-reached": none_reached,
           "reply-421-later": reply_421_later, "plaintext": plaintext, "injected": injected,
           "ten-megabytes": ten_megabytes, "million-lines": million_lines, "drip": drip,
           "no-tls": no_tls, "reset-greeting": reset_greeting, "reset-ehlo": reset_ehlo,
           "reset-starttls": reset_starttls, "reset-handshake": reset_handshake}


class Scripted:
    """The servers of these hosts.  names: those that SNI asked for, in their order, by slug."""

    def __init__(self, hosts, folder):
        self.names = {host.slug: [] for host in hosts}
        for host in hosts:
            listening = socket.create_server((host.addresses[0], 25), backlog=64)
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(folder / f"{host.slug}.pem")
            threading.Thread(target=self._accept, args=(listening, host.slug, context),
                             daemon=True).start()

    def _accept(self, listening, slug, context):
        while True:
            sock, _ = listening.accept()
            threading.Thread(target=self._serve, args=(sock, slug, context), daemon=True).start()

    def _serve(self, sock, slug, context):
        sock.settimeout(PATIENCE_S)
        log = type("Log", (), {"names": self.names[slug]})
        conversation = Conversation(log, sock)
        with contextlib.suppress(Gone, OSError, ssl.SSLError, AssertionError, IndexError):
            MANNERS[slug](conversation, context)
        conversation.sock.close()
