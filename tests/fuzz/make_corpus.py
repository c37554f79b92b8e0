#!/usr/bin/python3
"""Writes the seeds of the fuzz corpora: make_corpus.py FOLDER

Messages come from dnspython, chains of certificates from python3-cryptography, implementations of
their own; FOLDER/message, FOLDER/name, FOLDER/smtp, ... get one file a case.  What fuzzing added
lies beside them.
"""
import datetime
import hashlib
import pathlib
import sys

import dns.edns
import dns.flags
import dns.message
import dns.rcode
import dns.rrset
from cryptography import x509
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ed25519
from cryptography.x509.oid import NameOID

TYPES = ["MX", "A", "AAAA", "CNAME", "TXT", "DNAME", "TLSA", "NS"]

# case: type, name, answer section, further settings
MESSAGES = {
    "mx": ("MX", "example.com", ["example.com 60 IN MX 10 mx1.example.com",
                                 "example.com 60 IN MX 20 mx2.example.net"], {"ad": True}),
    "mx_null": ("MX", "example.com", ["example.com 60 IN MX 0 ."], {}),
    "mx_alias": ("MX", "example.com", ["example.com 60 IN CNAME example.net",
                                       "example.net 60 IN MX 10 mx.example.net"], {}),
    "a": ("A", "mx.example.com", ["mx.example.com 60 IN A 192.0.2.1",
                                  "mx.example.com 60 IN A 192.0.2.2"], {}),
    "a_cname": ("A", "mx.example.com", ["mx.example.com 60 IN CNAME host.example.net",
                                        "host.example.net 60 IN A 192.0.2.1"], {}),
    "a_dangling": ("A", "mx.example.com", ["mx.example.com 60 IN CNAME gone.example.com"],
                   {"rcode": dns.rcode.NXDOMAIN}),
    "a_dname": ("A", "mx.old.example", ["old.example 60 IN DNAME new.example",
                                        "mx.old.example 60 IN CNAME mx.new.example",
                                        "mx.new.example 60 IN A 192.0.2.1"], {}),
    "a_dname_alone": ("A", "mx.old.example", ["old.example 60 IN DNAME new.example",
                                              "mx.new.example 60 IN A 192.0.2.1"], {}),
    "a_loop": ("A", "a.example", ["a.example 60 IN CNAME b.example",
                                  "b.example 60 IN CNAME a.example"], {}),
    "a_two_cnames": ("A", "a.example", ["a.example 60 IN CNAME b.example",
                                        "a.example 60 IN CNAME c.example"], {}),
    "a_chain": ("A", "h0.example",
                [f"h{i}.example 60 IN CNAME h{i + 1}.example" for i in range(18)]
                + ["h18.example 60 IN A 192.0.2.1"], {}),
    "aaaa": ("AAAA", "mx.example.com", ["mx.example.com 60 IN AAAA 2001:db8::1"], {}),
    "cname": ("CNAME", "mx.example.com", ["mx.example.com 60 IN CNAME host.example.net"], {}),
    "dname": ("DNAME", "old.example", ["old.example 60 IN DNAME new.example"], {}),
    "txt": ("TXT", "_mta-sts.example.com", ['_mta-sts.example.com 60 IN TXT "v=STSv1; " "id=1;"'],
            {}),
    "txt_again": ("TXT", "_smtp._tls.example.com",
                  ['_smtp._tls.example.com 60 IN TXT "v=TLSRPTv1; rua=mailto:a@example.com"',
                   '_smtp._tls.example.com 60 IN TXT "v=TLSRPTv1;" " rua=mailto:a@example.com"',
                   '_smtp._tls.example.com 60 IN TXT "v=TLSRPTv1; rua=mailto:a@example.com"'],
                  {}),
    "tlsa": ("TLSA", "_25._tcp.mx.example.com",
             ["_25._tcp.mx.example.com 60 IN TLSA 3 1 1 " + "ab" * 32], {"ad": True}),
    "ns": ("NS", "example.com", ["example.com 60 IN NS ns1.example.com"], {}),
    "nodata": ("MX", "example.com", [], {"soa": True}),
    "nxdomain": ("MX", "example.com", [], {"soa": True, "rcode": dns.rcode.NXDOMAIN}),
    "servfail_ede": ("MX", "example.com", [], {"rcode": dns.rcode.SERVFAIL, "ede": [(9, "no key"),
                                                                                   (6, None)]}),
    "badvers": ("MX", "example.com", [], {"rcode": dns.rcode.BADVERS}),
    "refused": ("MX", "example.com", [], {"rcode": dns.rcode.REFUSED}),
    "cut": ("MX", "example.com", [], {"tc": True}),
}

# DER, made by the openssl command: a certificate for mail.example.org, and its key
CERTIFICATE = bytes.fromhex(
    "3082018b30820131a003020102021449df0c0f6afd1e676c9cb4e5d3267d5046f5459b300a06082a8648ce3d04"
    "0302301b3119301706035504030c106d61696c2e6578616d706c652e6f7267301e170d32363131323332303237"
    "34375a170d3336313132303230323734375a301b3119301706035504030c106d61696c2e6578616d706c652e6f"
    "72673059301306072a8648ce3d020106082a8648ce3d03010703420004e0d211cad5aefb48d6221e94f4c1bb5b"
    "f289e6ac92e57aa4320c25a79f593cfa9abbf4cc97e8e06e0c752c69de720b44c39cc0abeadf70321e5d15280d"
    "9631f6a3533051301d0603551d0e04160414ab2d9367cae31c32f9b16d6f61d9f0cf4ef1f3e3301f0603551d23"
    "041830168014ab2d9367cae31c32f9b16d6f61d9f0cf4ef1f3e3300f0603551d130101ff040530030101ff300a"
    "06082a8648ce3d0403020348003045022100e71b6f028e5e7554df4ed88bff1aad74c3418b1b89c176eb139b9c"
    "ece498b71b02202a36cd8866616e219b379f56f3ef3386de493b482009e6dfbbe823f7ffab5548")
KEY = bytes.fromhex(
    "3059301306072a8648ce3d020106082a8648ce3d03010703420004e0d211cad5aefb48d6221e94f4c1bb5bf289"
    "e6ac92e57aa4320c25a79f593cfa9abbf4cc97e8e06e0c752c69de720b44c39cc0abeadf70321e5d15280d9631"
    "f6")

NAMES = {
    "root": ".",
    "host": "MX1.Example.com.",
    "escapes": r"a\.b\032\255\@.\$x",
    "ipv4": "[192.0.2.1]",
    "ipv6": "[IPv6:2001:db8::1]",
    "localhost": "a.localhost",
    "service": "_25._tcp.mx.example.com",
    "hyphens": "-a.b-",
    "longest": ".".join(["x" * 63, "x" * 63, "x" * 63, "x" * 61]),
    "too_long": ".".join(["x" * 63, "x" * 63, "x" * 63, "x" * 62]),
    "many_labels": ".".join(["a"] * 127),
    "bad_escape": r"a\25",
}

# RDATA: three numbers, then the data
TLSA = {
    "ee_key_sha256": (3, 1, 1, b"\xab" * 32),
    "ee_key_sha512": (3, 1, 2, b"\xab" * 64),
    "ta_certificate_sha256": (2, 0, 1, b"\xab" * 32),
    "known_key": (2, 1, 1, bytes.fromhex(
        "60b87575447dcba2a36b7d11ac09fb24a9db406fee12d2cc90180517616e8a18")),
    "junk_of_no_selector": (3, 255, 1, bytes.fromhex(
        "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")),
    "whole_key": (2, 1, 0, KEY),
    "whole_key_and_more": (2, 1, 0, KEY + b"\0"),
    "whole_certificate": (2, 0, 0, CERTIFICATE),
    "cut_certificate": (2, 0, 0, CERTIFICATE[:-1]),
    # BER: indefinite lengths, lengths of too many octets
    "indefinite_certificate": (2, 0, 0, b"\x30\x80" + CERTIFICATE[4:] + b"\0\0"),
    "long_length_certificate": (2, 0, 0, b"\x30\x83\0" + CERTIFICATE[2:]),
    "indefinite_key": (2, 1, 0, b"\x30\x80" + KEY[2:] + b"\0\0"),
    "long_length_key": (2, 1, 0, b"\x30\x81" + KEY[1:]),
    "pkix": (0, 0, 1, b"\xab" * 32),
    "unknown": (255, 255, 255, b"\xab"),
    "empty": (3, 1, 1, b""),
}

# first octet: 0 records (one a line), 1 a policy
STS = {
    "record": (0, b"v=STSv1; id=20261123;"),
    "record_extension": (0, b"v=STSv1;a.b_c-d=!:~ ;\tid=1"),
    "records": (0, b"v=STSv1; id=1;\nv=spf1 -all\nv=STSv1; id=2;"),
    "record_blanks": (0, b"v=STSv1 \t ; id=1\nv=STSv1\nv=STSv1 id=1\nv=STSv1 \nv=STSv1x; id=1"),
    "record_bad": (0, b"v=STSv1;; id=-;"),
    "tlsrpt": (0, b"v=TLSRPTv1; rua=mailto:tls@example.com , https://example.com/r?a=b ; x=y"),
    "tlsrpt_blanks": (0, b"v=TLSRPTv1\t ;rua=mailto:tls@example.com\nv=TLSRPTv1\nv=TLSRPTv1, ;"),
    "tlsrpt_bad": (0, b"v=TLSRPTv1; rua=mailto:a!b@example.com,"),
    "policy": (1, b"version: STSv1\nmode: enforce\nmx: mx1.example.com\nmx: *.example.net\n"
                  b"max_age: 604800\n"),
    "policy_crlf": (1, b"version: STSv1\r\nmode: none\r\nmax_age: 0"),
    "policy_again": (1, b"mode: testing\nmode: x\nversion:STSv1 \nmax_age:\t1\nx: \xc3\xbc b\n"
                        b"mx: a"),
    "policy_blank_line": (1, b"version: STSv1\n\nmode: enforce\n"),
    "policy_blank_lines": (1, b"\r\n \t\nversion: STSv1\n\nmode: none\n\n\r\nmax_age: 1\n\n \r\n\t"),
    "policy_blank_cr": (1, b"version: STSv1\n\r\r\nmode: none\nmax_age: 1\n\r"),
    "policy_bad_mx": (1, b"version: STSv1\nmx: *.*.example.com\n"),
    "policy_cr": (1, b"version: STSv1\rmode: enforce\r"),
}

# what a server says; first octet: how many octets at once, 0: all
SMTP = {
    "tls": (0, b"220 mx.example.com ESMTP\r\n250-mx\r\n250-SIZE 1000\r\n250 STARTTLS\r\n220 go\r\n"),
    "in_pieces": (7, b"220-mx\r\n220 mx\r\n250-mx\r\n250 StartTLS\r\n220 go\r\n"),
    "not_offered": (0, b"220 mx\n250-mx\n250 8BITMIME\n"),
    "no_ehlo": (0, b"220 mx\r\n502 what?\r\n"),
    "policy": (0, b"220 mx\r\n550 not you\r\n"),
    "refused": (0, b"220 mx\r\n250-mx\r\n250 STARTTLS\r\n454 not now\r\n"),
    "later": (0, b"450 later\r\n"),
    "closing": (0, b"220 mx\r\n421 closing\r\n"),
    "plaintext": (0, b"220 mx\r\n250-mx\r\n250 STARTTLS\r\n220 go\r\n250 injected\r\n"),
    "another_protocol": (0, b"SSH-2.0-OpenSSH_9.2\r\n"),
    "two_codes": (0, b"220-mx\r\n250 mx\r\n"),
    "long_line": (0, b"220 " + b"x" * 2100),
    "many_lines": (0, b"220-\n" * 201),
}


class Chain:
    """Root, issuer and leaf; Ed25519, whose signatures have no random part (RFC 8032)."""

    def __init__(self, names):
        self.root = self.make("Root", "Root")
        self.issuer = self.make("Issuer", "Root")
        self.leaf = self.make("Leaf", "Issuer", names)

    @staticmethod
    def key(name):
        return ed25519.Ed25519PrivateKey.from_private_bytes(hashlib.sha256(name.encode()).digest())

    def make(self, subject, issuer, names=None):
        subject_name, issuer_name = (
            x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)]) for text in (subject, issuer))
        made = x509.CertificateBuilder(
            issuer_name, subject_name, self.key(subject).public_key(), len(subject),
            datetime.datetime(2020, 1, 1), datetime.datetime(2099, 1, 1))
        made = made.add_extension(x509.BasicConstraints(names is None, None), True)
        if names:
            made = made.add_extension(x509.SubjectAlternativeName(names), False)
        return made.sign(self.key(issuer), None)


def der(certificate):
    return certificate.public_bytes(serialization.Encoding.DER)


def key_der(certificate):
    return certificate.public_key().public_bytes(
        serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)


def chains():
    """case: octets, as fuzz_certificate.c reads them"""
    names = [x509.DNSName("mail.example.org"), x509.DNSName("*.example.net"),
             x509.RFC822Name("a@example.org")]
    one, many = Chain(names), Chain([x509.DNSName(f"n{i}.example") for i in range(260)])
    odd = Chain([x509.DNSName("a\0b\"\\.example")])

    def digest(octets):
        return hashlib.sha256(octets).digest()

    def case(records, certificates):
        written = bytes([len(records)])
        for usage, selector, matching_type, data in records:
            written += (len(data) + 3).to_bytes(2, "big")
            written += bytes([usage, selector, matching_type]) + data
        return written + b"".join(der(certificate) for certificate in certificates)

    return {
        "ee": case([(3, 1, 1, digest(key_der(one.leaf)))], [one.leaf]),
        "ta": case([(2, 0, 1, digest(der(one.issuer)))], [one.leaf, one.issuer]),
        "whole_ta": case([(2, 0, 0, der(one.root)), (2, 1, 0, key_der(one.root))],
                         [one.leaf, one.issuer]),
        "stale": case([(3, 1, 2, b"\xab" * 64), (3, 1, 1, digest(key_der(one.leaf)))],
                      [one.leaf, one.issuer, one.root]),
        "unusable": case([(0, 0, 1, digest(der(one.root)))], [one.leaf, one.root, one.issuer]),
        "many_names": case([], [many.leaf, many.issuer, many.root]),
        "odd_names": case([], [odd.leaf]),
        "self_signed": bytes(1) + CERTIFICATE,
        "many": case([], [one.leaf] + [one.root] * 32 + [one.issuer]),
        "cut": case([], [one.leaf])[:-1],
    }


def message(kind, name, answers, settings):
    query = dns.message.make_query(name, kind)
    options = [dns.edns.EDEOption(code, text) for code, text in settings.get("ede", [])]
    query.id = 0x1234
    response = dns.message.make_response(query, recursion_available=True)
    response.use_edns(0, payload=1232, options=options)
    for line in answers:
        owner, ttl, rdclass, rdtype, rdata = line.split(" ", 4)
        if rdtype in ("CNAME", "DNAME", "NS", "MX") and not rdata.endswith("."):
            rdata += "."
        response.answer.append(dns.rrset.from_text(owner + ".", int(ttl), rdclass, rdtype, rdata))
    if settings.get("soa"):
        response.authority.append(dns.rrset.from_text(
            name + ".", 60, "IN", "SOA", "ns1.example.com. hostmaster.example.com. 1 2 3 4 5"))
    response.set_rcode(settings.get("rcode", dns.rcode.NOERROR))
    if settings.get("ad"):
        response.flags |= dns.flags.AD
    if settings.get("tc"):
        response.flags |= dns.flags.TC
    return bytes([TYPES.index(kind)]) + response.to_wire()


def main():
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    folder = pathlib.Path(sys.argv[1])
    for name in ("certificate", "message", "name", "smtp", "sts", "tlsa"):
        (folder / name).mkdir(parents=True, exist_ok=True)
    for case, parts in MESSAGES.items():
        (folder / "message" / case).write_bytes(message(*parts))
    for case, text in NAMES.items():
        (folder / "name" / case).write_text(text, encoding="ascii")
    for case, (usage, selector, matching_type, data) in TLSA.items():
        (folder / "tlsa" / case).write_bytes(bytes([usage, selector, matching_type]) + data)
    for case, octets in chains().items():
        (folder / "certificate" / case).write_bytes(octets)
    for case, (piece, text) in SMTP.items():
        (folder / "smtp" / case).write_bytes(bytes([piece]) + text)
    for case, (kind, text) in STS.items():
        (folder / "sts" / case).write_bytes(bytes([kind]) + text)


if __name__ == "__main__":
    main()
