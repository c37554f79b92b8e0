#!/usr/bin/python3
"""A mail server for every address of the lab: port 25, STARTTLS, takes what it gets and drops it.

    server.py FOLDER     (its key and certificate are written there)

One wildcard socket: `run` makes every address a local one.  The certificate is made here and no
TLSA record of the lab names it, so a sender that authenticates refuses it: what is asked is which
policy a sender finds, not whether a certificate fits.
"""

import asyncio
import datetime
import os
import socket
import ssl
import sys

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

LINE_MAX = 65536


def certificate(folder):
    """A context with a key of its own and a self-signed certificate."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "mail server of the lab")])
    now = datetime.datetime.now(datetime.timezone.utc)
    day = datetime.timedelta(days=1)
    signed = (x509.CertificateBuilder().subject_name(name).issuer_name(name)
              .public_key(key.public_key()).serial_number(1)
              .not_valid_before(now - day).not_valid_after(now + day)
              .sign(key, hashes.SHA256()))
    path = os.path.join(folder, "server.pem")
    with open(path, "wb") as file:
        file.write(key.private_bytes(serialization.Encoding.PEM,
                                     serialization.PrivateFormat.PKCS8,
                                     serialization.NoEncryption()))
        file.write(signed.public_bytes(serialization.Encoding.PEM))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(path)
    return context


async def talk(reader, writer, context):
    """One connection, RFC 5321 as far as a sender needs it."""
    def say(text):
        writer.write(text.encode() + b"\r\n")

    say("220 lab ESMTP")
    encrypted = False
    while line := await reader.readline():
        verb = line.strip().upper()
        if verb.startswith(b"EHLO"):
            say("250 lab" if encrypted else "250-lab\r\n250 STARTTLS")
        elif verb == b"STARTTLS":
            say("220 go on")
            await writer.drain()
            await writer.start_tls(context)
            encrypted = True
        elif verb == b"DATA":
            say("354 go on")
            while await reader.readline() not in (b".\r\n", b""):
                pass
            say("250 dropped")
        elif verb == b"QUIT":
            say("221 bye")
            await writer.drain()
            return
        else:
            say("250 ok")


async def serve(context):
    async def connected(reader, writer):
        try:
            await talk(reader, writer, context)
        except (OSError, ValueError, ssl.SSLError):  # the sender went away, or refused us
            pass
        finally:
            writer.close()

    listener = socket.create_server(("::", 25), family=socket.AF_INET6, backlog=1024,
                                    dualstack_ipv6=True)
    server = await asyncio.start_server(connected, sock=listener, limit=LINE_MAX)
    print("listening", flush=True)
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(serve(certificate(sys.argv[1])))
