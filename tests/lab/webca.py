"""The lab's certification authority: a root, an intermediate, certificates of policy hosts.

Everything follows from the seed, octet for octet: CAs sign with Ed25519 (RFC 8032 signatures
have no random part), the one key of all servers is a point of P-256 (TLS 1.0 knows no Ed25519)
that is computed, not drawn.
"""

import datetime
import hashlib

from cryptography import x509
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

P256_ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
START, END = datetime.datetime(2020, 1, 1), datetime.datetime(2099, 1, 1)
LONG_AGO, FAR_AHEAD = datetime.datetime(2021, 1, 1), datetime.datetime(2098, 1, 1)

# kind -> is it good for its host (RFC 8461 s3.3: DNS-ID only, no part of a label as wildcard)
KINDS = {"good": True, "wildcard": True, "upper-case": True, "many-names": True,
         "expired": False, "not-yet": False, "wrong-name": False, "self-signed": False,
         "unknown-issuer": False, "no-intermediate": False, "common-name-only": False,
         "wildcard-above": False, "wildcard-part": False, "client-only": False,
         "bare-domain": False}


class WebCA:
    def __init__(self, seed):
        self.seed = seed
        number = int.from_bytes(self._octets("server key") * 2, "big") % (P256_ORDER - 1) + 1
        self.server_key = ec.derive_private_key(number, ec.SECP256R1())
        self.root_key = self._ca_key("root")
        self.root = self._ca("Lab Root", self.root_key, "Lab Root", self.root_key)
        self.issuer_key = self._ca_key("issuer")
        self.issuer = self._ca("Lab Issuer", self.issuer_key, "Lab Root", self.root_key)

    def root_pem(self):
        return _pem(self.root)

    def chain_pem(self, host, kind):
        """What the server of a policy host (text) presents, and its key."""
        domain = host.split(".", 1)[1]
        names = {"wildcard": ["*." + domain], "upper-case": [host.upper()],
                 "many-names": [f"mta-sts.{at}.example" for at in range(60)] + [host],
                 "wrong-name": ["www." + domain], "wildcard-part": ["mta-*." + domain],
                 "wildcard-above": ["*." + domain.split(".", 1)[-1]],
                 "bare-domain": [domain], "common-name-only": []}.get(kind, [host])
        start = FAR_AHEAD if kind == "not-yet" else START
        end = LONG_AGO if kind == "expired" else END
        subject = host if kind in ("common-name-only", "self-signed") else "policy host"
        key, issuer, issuer_key = self.server_key, "Lab Issuer", self.issuer_key
        if kind == "unknown-issuer":
            issuer, issuer_key = "Other Root", self._ca_key("other")
        if kind == "self-signed":  # by Ed25519 too: ECDSA signatures differ each time
            key = issuer_key = self._ca_key("self " + host)
            issuer = subject
        usage = "CLIENT_AUTH" if kind == "client-only" else "SERVER_AUTH"
        made = self._builder(subject, key, issuer, issuer_key, start, end, host)
        made = made.add_extension(x509.BasicConstraints(False, None), True)
        made = made.add_extension(
            x509.ExtendedKeyUsage([getattr(ExtendedKeyUsageOID, usage)]), False)
        if names:
            made = made.add_extension(
                x509.SubjectAlternativeName([x509.DNSName(name) for name in names]), False)
        chain = _pem(made.sign(issuer_key, None))
        if issuer == "Lab Issuer" and kind != "no-intermediate":
            chain += _pem(self.issuer)
        return chain + key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption()).decode()

    def _ca(self, name, key, issuer, issuer_key):
        made = self._builder(name, key, issuer, issuer_key, START, END, name)
        made = made.add_extension(x509.BasicConstraints(True, None), True)
        made = made.add_extension(
            x509.KeyUsage(digital_signature=False, content_commitment=False,
                          key_encipherment=False, data_encipherment=False, key_agreement=False,
                          key_cert_sign=True, crl_sign=True, encipher_only=False,
                          decipher_only=False), True)
        return made.sign(issuer_key, None)

    def _builder(self, subject, key, issuer, issuer_key, start, end, serial):
        made = x509.CertificateBuilder(
            _name(issuer), _name(subject), key.public_key(),
            int.from_bytes(self._octets("serial " + serial)[:12], "big") + 1, start, end)
        made = made.add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()),
                                  False)
        return made.add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer_key.public_key()), False)

    def _ca_key(self, name):
        return ed25519.Ed25519PrivateKey.from_private_bytes(self._octets("CA " + name))

    def _octets(self, what):
        return hashlib.sha256(f"{self.seed} web {what}".encode()).digest()


def _name(text):
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text[-64:])])


def _pem(certificate):
    return certificate.public_bytes(serialization.Encoding.PEM).decode()
