"""The certificates of the hosts, and the data of their TLSA records: made anew each time.

An authority that is trusted (`root`) with one below it (`issuer`), one that is not (`stranger`), and
any number of others that have nothing to do with anything (`filler0` ...).  make() writes them into
a folder: SLUG.pem with key and chain as servers read them, root.pem, and the rest for Certificates.
"""

import datetime
import hashlib
import json

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

DER, PEM = serialization.Encoding.DER, serialization.Encoding.PEM
AUTHORITY_DAYS = 1000  # before now, and after
NAMES = {"root": "Root of the test", "issuer": "Issuer of the test", "stranger": "Stranger",
         "issuer-rsa": "Issuer by RSA"}
ABOVE = {"issuer": "root", "issuer-rsa": "root"}  # all others sign themselves
ISSUERS = {"stranger": "stranger", "sha1": "issuer-rsa"}  # of what is made so, else the issuer
SHA256_BY_RSA, SHA1_BY_RSA = (bytes.fromhex("06092a864886f70d0101" + last) for last in ("0b", "05"))
DIGESTS = {"0": bytes, "1": lambda octets: hashlib.sha256(octets).digest(),
           "2": lambda octets: hashlib.sha512(octets).digest()}


def make(hosts, folder):
    """Keys and certificates of all."""
    maker = _Maker(datetime.datetime.now(datetime.timezone.utc).replace(microsecond=0))
    for label in [*NAMES, *(label for host in hosts for label in host.chain
                            if label.startswith("filler"))]:
        maker.authority(label)
    leaves = {}
    for host in hosts:
        key, leaf = maker.leaf(host)
        leaves[host.slug] = leaf
        chain = [leaf if label == "leaf" else maker.authorities[label] for label in host.chain]
        (folder / f"{host.slug}.pem").write_bytes(
            key.private_bytes(PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
            + b"".join(certificate.public_bytes(PEM) for certificate in chain))
    (folder / "root.pem").write_bytes(maker.authorities["root"].public_bytes(PEM))
    made = {"now": int(maker.now.timestamp()), "next": _spki(_new_key().public_key()).hex(),
            "leaves": _hex(leaves), "authorities": _hex(maker.authorities)}
    (folder / "made.json").write_text(json.dumps(made), encoding="ascii")


def _hex(certificates):
    return {name: certificate.public_bytes(DER).hex() for name, certificate in certificates.items()}


def _new_key():
    return ec.generate_private_key(ec.SECP256R1())


def _spki(key):
    return key.public_bytes(DER, serialization.PublicFormat.SubjectPublicKeyInfo)


def name_of(label):
    """The authority's."""
    return NAMES.get(label, label)


def issuer_of(host):
    """Of the host's own certificate."""
    if host.made == "self-signed":
        return host.subject
    return name_of(ISSUERS.get(host.made, "issuer"))


class _Maker:
    def __init__(self, now):
        self.now, self.keys, self.authorities = now, {}, {}

    def authority(self, label):
        if label in self.keys:
            return
        key = rsa.generate_private_key(65537, 2048) if label == "issuer-rsa" else _new_key()
        self.keys[label] = key
        above = ABOVE.get(label, label)
        self.authorities[label] = (
            self._begin(name_of(label), name_of(above), key, self.keys[above], -AUTHORITY_DAYS,
                        AUTHORITY_DAYS)
            .add_extension(x509.BasicConstraints(True, None), True)
            .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), False)
            .sign(self.keys[above], hashes.SHA256()))

    def leaf(self, host):
        """Key and certificate."""
        key = rsa.generate_private_key(65537, 1024) if host.made == "rsa1024" else _new_key()
        signing = key if host.made == "self-signed" else self.keys[ISSUERS.get(host.made, "issuer")]
        usage = "CLIENT_AUTH" if host.made == "client" else "SERVER_AUTH"
        made = (self._begin(host.subject, issuer_of(host), key, signing, host.start,
                            host.days + 0.5)
                .add_extension(x509.BasicConstraints(False, None), True)
                .add_extension(x509.ExtendedKeyUsage([getattr(ExtendedKeyUsageOID, usage)]), False))
        if host.names:
            names = x509.SubjectAlternativeName(list(map(x509.DNSName, host.names)))
            made = made.add_extension(names, False)
        made = made.sign(signing, hashes.SHA256())
        return key, _by_sha1(made, signing) if host.made == "sha1" else made

    def _begin(self, subject, issuer, key, signing, start, end):
        def name(text):
            return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)])
        return (x509.CertificateBuilder().subject_name(name(subject)).issuer_name(name(issuer))
                .public_key(key.public_key()).serial_number(x509.random_serial_number())
                .not_valid_before(self.now + datetime.timedelta(days=start))
                .not_valid_after(self.now + datetime.timedelta(days=end))
                .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(
                    signing.public_key()), False))


def _by_sha1(certificate, key):
    """Signed anew, as no builder does it any more; RSA's names of the two have one length."""
    signed = certificate.tbs_certificate_bytes.replace(SHA256_BY_RSA, SHA1_BY_RSA)
    signature = key.sign(signed, padding.PKCS1v15(), hashes.SHA1())
    algorithm = bytes([0x30, len(SHA1_BY_RSA) + 2]) + SHA1_BY_RSA + bytes([5, 0])
    body = signed + algorithm + _der(3, b"\0" + signature)
    return x509.load_der_x509_certificate(_der(0x30, body))


def _der(tag, octets):
    """Of 256 octets and more."""
    return bytes([tag, 0x82]) + len(octets).to_bytes(2, "big") + octets


class Certificates:
    """What make() made."""

    def __init__(self, folder):
        made = json.loads((folder / "made.json").read_text(encoding="ascii"))
        self.now, self.next_spki = made["now"], bytes.fromhex(made["next"])
        self.leaves, self.authorities = made["leaves"], made["authorities"]

    def of(self, host, label):
        """DER of a certificate of the host's chain, or of an authority."""
        return bytes.fromhex(self.leaves[host.slug] if label == "leaf" else self.authorities[label])

    def spki(self, host, label):
        return _spki(x509.load_der_x509_certificate(self.of(host, label)).public_key())

    def digest(self, host, label):
        return hashlib.sha256(self.of(host, label)).hexdigest()

    def tlsa(self, host, record):
        """(usage, selector, matching type, octets)"""
        usage, selector, matching_type = record.parameters.split()
        if record.of == "short":
            octets = bytes(20)
        elif record.of == "next":
            octets = DIGESTS[matching_type](self.next_spki)
        else:
            part = self.spki if selector == "1" else self.of
            octets = DIGESTS[matching_type](part(host, record.of))
        return int(usage), int(selector), int(matching_type), octets

    def row(self, host, label):
        """What the view `certificates` has of it, but for the number: from its description."""
        if label == "leaf":
            subject, issuer, names = host.subject, issuer_of(host), host.names
            start, end = host.start, host.days + 0.5
        else:
            subject, issuer, names = name_of(label), name_of(ABOVE.get(label, label)), ()
            start, end = -AUTHORITY_DAYS, AUTHORITY_DAYS
        return {"sha256": self.digest(host, label),
                "spki_sha256": hashlib.sha256(self.spki(host, label)).hexdigest(),
                "subject": "CN=" + subject, "issuer": "CN=" + issuer,
                "names": json.dumps([name.lower() for name in names], separators=(",", ":")),
                "not_before": self.now + int(start * 86400),
                "not_after": self.now + int(end * 86400)}
