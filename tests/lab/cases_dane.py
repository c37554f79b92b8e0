"""DANE (DANE-01..DANE-31): where TLSA is looked for, what comes back, and whether it is usable."""

import datetime
import hashlib

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from cryptography.x509.oid import NameOID

from ca_keys import CA_KEYS, JUNK, X2_KEY, YE1_KEY_SHA512, now, ta
from cases_names import long_name

BOTH = "A, AAAA"
NOT_ASKED = dict(tlsa_outcome="not_asked", tlsa_base=None, tlsa_dnssec=None, tlsa_count=None,
                 tlsa_usable_count=None)
INSECURE = dict(NOT_ASKED, dane="insecure", dane_exim="insecure")
UNREACHABLE = dict(NOT_ASKED, dane="unreachable", dane_exim="unreachable")
NOT_RESOLVED = dict(NOT_ASKED, dane="failed", dane_exim="failed")


def declare(book, slow):
    _parameters(book)
    _unusable(book)
    _der(book)
    _keys(book)
    _domains(book)
    _without(book)
    _rfc7672(book)
    _aliases(book)
    _dname(book)
    _wildcards(book)
    _tlsa_alias(book)
    _tlsa_cut(book)
    _names(book)
    _bogus(book)
    _servers(book, slow)
    _ber(book)


def digest(label, octets=32):
    """A digest that no CA's key has."""
    return hashlib.sha512(label.encode()).hexdigest()[:2 * octets]


def ee(label):
    return "TLSA 3 1 1 " + digest(label)


def usable(base, count=1, of=None):
    """The columns of a host with usable records at a base domain."""
    return dict(tlsa_outcome="answer", tlsa_base=base, tlsa_dnssec="secure",
                tlsa_count=of or count, tlsa_usable_count=count, dane="usable")


def unusable(base, count=1):
    return dict(usable(base), tlsa_count=count, tlsa_usable_count=0, dane="unusable")


def none(base, outcome="nxdomain", dnssec="secure", count=0):
    return dict(tlsa_outcome=outcome, tlsa_base=base, tlsa_dnssec=dnssec, tlsa_count=count,
                tlsa_usable_count=0, dane="none")


def failed(base, dnssec="indeterminate"):
    return dict(tlsa_outcome="failed", tlsa_base=base, tlsa_dnssec=dnssec, tlsa_count=None,
                tlsa_usable_count=None, dane="failed")


def _one(book, what, records, columns, dane, tlsa=None, zone="case.org"):
    """A domain with one mail host, mail.~, and these TLSA records."""
    book.case(f"dane-{what}.{zone}", ["10 mail.~"],
              {"mail.~": BOTH, "_25._tcp.mail.~": ", ".join(records)},
              dict(dane=dane, tlsa_failures=0), {"mail.~": columns},
              {"mail.~": tlsa} if tlsa else None)


def _parameters(book):
    """What is usable by its numbers and lengths."""
    for parameters, octets in (("3 1 1", 32), ("2 1 1", 32), ("3 0 1", 32), ("2 0 1", 32),
                               ("3 1 2", 64), ("2 0 2", 64)):
        _one(book, parameters.replace(" ", "-"), [f"TLSA {parameters} {digest('p', octets)}"],
             usable("mail.~"), "complete", dict(reasons="None", keys=""))
    _one(book, "nsec3", [ee("nsec3")], usable("mail.~"), "complete", zone="case.com")
    _one(book, "optout", [ee("optout")], usable("mail.~"), "complete", zone="optout.org")
    _one(book, "rollover", [ee("now"), ee("next")], usable("mail.~", 2), "complete",
         dict(reasons="None None"))
    _one(book, "agility", [ee("agile"), "TLSA 3 1 2 " + digest("agile", 64)],
         usable("mail.~", 2), "complete")
    _one(book, "many", [ee(f"many {at}") for at in range(40)], usable("mail.~", 40), "complete")


def _unusable(book):
    kinds = {
        "pkix-ta": (f"0 0 1 {digest('u')}", "usage"),
        "pkix-ee": (f"1 1 1 {digest('u')}", "usage"),
        "usage-4": (f"4 1 1 {digest('u')}", "usage"),
        "usage-255": (f"255 1 1 {digest('u')}", "usage"),
        "selector-2": (f"3 2 1 {digest('u')}", "selector"),
        "selector-255": (f"2 255 1 {digest('u')}", "selector"),
        "matching-3": (f"3 1 3 {digest('u', 48)}", "matching_type"),
        "matching-255": (f"3 1 255 {digest('u')}", "matching_type"),
        "all-unknown": (f"9 9 9 {digest('u')}", "usage"),
        "usage-and-length": ("1 1 1 00", "usage"),
        "sha256-31": (f"3 1 1 {digest('u', 31)}", "length"),
        "sha256-33": (f"3 1 1 {digest('u', 33)}", "length"),
        "sha256-64": (f"3 1 1 {digest('u', 64)}", "length"),
        "sha512-32": (f"3 1 2 {digest('u', 32)}", "length"),
        "sha512-63": (f"2 1 2 {digest('u', 63)}", "length"),
        # no data at all is for the unit tests: NSD 4.12 loads no such record
        "sha256-1": ("3 1 1 00", "length"),
        "sha512-1": ("3 1 2 00", "length"),
        "full-1": ("3 1 0 30", "malformed"),
    }
    for what, (record, reason) in kinds.items():
        _one(book, what, ["TLSA " + record], unusable("mail.~"), "none", dict(reasons=reason))
    _one(book, "mixed", ["TLSA " + record for record, _ in kinds.values()] + [ee("good")],
         usable("mail.~", 1, of=len(kinds) + 1), "complete",
         dict(reasons=" ".join(sorted(["None"] + [reason for _, reason in kinds.values()]))))


def _der(book):
    """Whole certificates and keys."""
    certificate, key = _certificate()
    spoiled = certificate[:-2]
    good = dict(reasons="None", keys="")
    for what, parameters, data in (("full-certificate", "3 0 0", certificate),
                                   ("full-ta-certificate", "2 0 0", certificate),
                                   ("full-key", "3 1 0", key), ("full-ta-key", "2 1 0", key)):
        _one(book, what, [f"TLSA {parameters} {data.hex()}"], usable("mail.~"), "complete", good)
    for what, parameters, data in (("certificate-cut", "3 0 0", spoiled),
                                   ("certificate-and-more", "3 0 0", certificate + b"\0"),
                                   ("certificate-is-key", "3 0 0", key),
                                   ("certificate-is-text", "2 0 0", b"-----BEGIN CERTIFICATE-----"),
                                   ("key-cut", "3 1 0", key[:-1]),
                                   ("key-and-more", "3 1 0", key + key),
                                   ("key-is-certificate", "3 1 0", certificate),
                                   ("key-is-digest", "2 1 0", bytes.fromhex(digest("k"))),
                                   ("key-is-sequence", "3 1 0", b"\x30\0")):
        _one(book, what, [f"TLSA {parameters} {data.hex()}"], unusable("mail.~"), "none",
             dict(reasons="malformed"))
    # RFC 7671 s9: the whole key stays beside the strongest digest
    _one(book, "agility-full", [f"TLSA 3 1 0 {key.hex()}",
                                "TLSA 3 1 1 " + hashlib.sha256(key).hexdigest(),
                                "TLSA 3 1 2 " + hashlib.sha512(key).hexdigest()],
         usable("mail.~", 3), "complete")


def _certificate():
    """A certificate and its key in DER, always the same octets."""
    private = Ed25519PrivateKey.from_private_bytes(hashlib.sha256(b"lab certificate").digest())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "mail.case.org")])
    certificate = (x509.CertificateBuilder().subject_name(name).issuer_name(name)
                   .public_key(private.public_key()).serial_number(1)
                   .not_valid_before(datetime.datetime(2020, 1, 1))
                   .not_valid_after(datetime.datetime(2038, 1, 1)).sign(private, None))
    return (certificate.public_bytes(Encoding.DER),
            private.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo))


def _keys(book):
    """Keys of CAs, the seed's set among them."""
    seeds = [ta("Let's Encrypt " + name) for name in ("X3", "E1", "R3", "E2", "R4")]
    expired = ", ".join(f"Let's Encrypt {name} expired" for name in ("E1", "E2", "R3", "R4", "X3"))
    _one(book, "seed", seeds + [ee("seed")], usable("mail.~", 6), "complete",
         dict(reasons=" ".join(["None"] * 6), keys=expired))
    _one(book, "seed-ta-only", seeds, usable("mail.~", 5), "complete", dict(keys=expired))
    for what, records, keys in (
            ("stale", [ta("Let's Encrypt X3")], "Let's Encrypt X3 expired"),
            ("retired", [ta("Let's Encrypt R10")], now("Let's Encrypt R10")),
            ("active", [ta("Let's Encrypt YR1")], now("Let's Encrypt YR1")),
            ("backup", [ta("Let's Encrypt YE3")], now("Let's Encrypt YE3")),
            # roots: in no chain, in today's chains; of one by itself, of one by another root
            ("root-unsent", [ta("ISRG Root X1")], "ISRG Root X1 unsent"),
            ("root", [ta("Root YR")], "Root YR active"),
            ("root-crossed", ["TLSA 2 0 1 ee5f7abd6981bb0255632cd8f49283451b4b18844d12040b44ee00f07b8"
                              "fe2c6"], "ISRG Root X2 active"),
            ("root-revoked", ["TLSA 2 0 1 00beaef280277e38999d3c60b27736e8f21e782c3d4b444ac34d465a7ab2"
                              "87c5"], "ISRG Root X2 retired"),
            ("stale-certificate", ["TLSA 2 0 1 " + CA_KEYS["Let's Encrypt R3"][1]],
             "Let's Encrypt R3 expired"),
            ("x3-certificate", ["TLSA 2 0 1 " + CA_KEYS["Let's Encrypt X3"][1]],
             "Let's Encrypt X3 expired"),
            ("root-certificate", ["TLSA 2 0 1 " + CA_KEYS["ISRG Root X2"][1]],
             "ISRG Root X2 unsent"),
            ("root-full", ["TLSA 2 1 0 " + X2_KEY], "ISRG Root X2 active"),
            ("root-sha512", ["TLSA 2 1 2 " + hashlib.sha512(bytes.fromhex(X2_KEY)).hexdigest()],
             "ISRG Root X2 active"),
            ("ee-of-ca", ["TLSA 3 1 1 " + CA_KEYS["Let's Encrypt R3"][0]],
             "Let's Encrypt R3 expired"),
            # a digest of the other thing is no match
            ("key-as-certificate", ["TLSA 2 0 1 " + CA_KEYS["Let's Encrypt R3"][0]], ""),
            ("certificate-as-key", ["TLSA 2 1 1 " + CA_KEYS["Let's Encrypt R3"][1]], "")):
        _one(book, what, records, usable("mail.~"), "complete", dict(reasons="None", keys=keys))
    for name, digests in JUNK.items():
        for number, octets in enumerate(digests, 1):
            _one(book, f"junk-{name.replace(' ', '-').lower()}-{number}",
                 [f"TLSA 3 {number % 2} {number} {octets}"], usable("mail.~"), "complete",
                 dict(reasons="None", keys=f"{name} junk"))
    nothing = JUNK["digest of nothing"][0]
    _one(book, "junk-ta", ["TLSA 2 0 1 " + nothing], usable("mail.~"), "complete",
         dict(reasons="None", keys="digest of nothing junk"))
    _one(book, "junk-and-good", ["TLSA 3 1 1 " + nothing, ee("good")], usable("mail.~", 2),
         "complete", dict(reasons="None None", keys="digest of nothing junk"))
    _one(book, "junk-unusable", ["TLSA 3 9 1 " + nothing, "TLSA 1 1 1 " + nothing],
         unusable("mail.~", 2), "none", dict(reasons="selector usage",
                                             keys="digest of nothing junk, digest of nothing junk"))
    _one(book, "junk-whole", ["TLSA 3 1 0 " + nothing], unusable("mail.~"), "none",
         dict(reasons="malformed", keys=""))
    _one(book, "pkix-ca", ["TLSA 0 1 1 " + CA_KEYS["Let's Encrypt YR1"][0]], unusable("mail.~"),
         "none", dict(reasons="usage", keys=now("Let's Encrypt YR1")))


def _domains(book):
    """A domain's word from its hosts'."""
    def several(what, mx, with_tlsa, dane, zone="case.org", **more):
        records = {f"{host}.~": BOTH for host in "abc"}
        records.update({f"_25._tcp.{host}.~": ee(host) for host in with_tlsa})
        records.update(more.pop("records", {}))
        book.case(f"dane-{what}.{zone}", mx, records, dict(dane=dane, tlsa_failures=0, **more))

    several("all-of-two", ["10 a.~", "20 b.~"], "ab", "complete")
    several("primary", ["10 a.~", "20 b.~"], "a", "primary")
    several("two-primaries", ["10 a.~", "10 b.~", "20 c.~"], "ab", "primary")
    several("one-of-two-primaries", ["10 a.~", "10 b.~"], "a", "partial")
    several("backup-only", ["10 a.~", "20 b.~"], "b", "partial")
    several("backup-of-three", ["10 a.~", "20 b.~", "30 c.~"], "ac", "primary")
    several("host-twice", ["10 a.~", "20 a.~", "20 b.~"], "a", "primary")
    several("primary-unreachable", ["10 gone.~", "20 b.~"], "b", "complete")
    several("primaries-unreachable", ["10 gone.~", "20 b.~", "30 c.~"], "b", "partial")
    several("one-primary-unreachable", ["10 gone.~", "10 a.~", "30 c.~"], "a", "primary")
    several("backup-unreachable", ["10 a.~", "20 gone.~"], "a", "complete")
    several("beside-null", ["0 .", "10 a.~"], "a", "complete", null_mx_flaw="mixed")
    several("beside-localhost", ["10 localhost", "20 b.~"], "b", "complete")
    several("localhost-first", ["10 localhost", "20 b.~", "30 c.~"], "b", "partial")
    several("beside-insecure-host", ["10 a.~", "20 mail.elsewhere.net"], "a", "primary")
    several("insecure-host-first", ["10 mail.elsewhere.net", "20 a.~"], "a", "partial")
    several("mx-insecure", ["10 mail.dane-3-1-1.case.org"], "", "insecure", "case.net")
    several("mx-insecure-own", ["10 a.~"], "a", "insecure", "case.net")
    several("shared-host", ["10 mail.dane-3-1-1.case.org"], "", "complete")
    several("null-mx", ["0 ."], "", None, mx_outcome="null_mx")
    several("localhost-only", ["10 localhost"], "", None, mx_outcome="mx")
    book.case("dane-implicit.case.org", (), {"~": BOTH, "_25._tcp.~": ee("implicit")},
              dict(mx_outcome="implicit_mx", dane="complete"), {"~": usable("~")})
    book.case("dane-implicit-none.case.org", (), {"~": "A"},
              dict(mx_outcome="implicit_mx", dane="none"), {"~": none("~")})
    book.case("dane-implicit.case.net", (), {"~": BOTH, "_25._tcp.~": ee("implicit")},
              dict(mx_outcome="implicit_mx", dane="insecure"), {"~": INSECURE})
    book.case("dane-implicit-alias.case.org", (), {"~": "CNAME dane-implicit.case.org"},
              dict(mx_outcome="implicit_mx", dane="complete"),
              {"~": usable("dane-implicit.case.org")})
    book.case("dane-domain-alias.case.org", (), {"~": "CNAME dane-primary.case.org"},
              dict(mx_outcome="mx", dane="primary"))
    book.case("dane-usable-and-unusable.case.org", ["10 a.~", "20 b.~"],
              {"a.~": "A", "b.~": "A", "_25._tcp.a.~": ee("a"), "_25._tcp.b.~": "TLSA 1 1 1 00"},
              dict(dane="primary"), {"b.~": unusable("b.~")})


def _without(book):
    """No TLSA, or none to be asked for."""
    def plain(what, records, columns, dane, zone="case.org"):
        book.case(f"dane-{what}.{zone}", ["10 mail.~"], dict({"mail.~": BOTH}, **records),
                  dict(dane=dane, tlsa_failures=0), {"mail.~": columns})

    plain("none", {}, none("mail.~"), "none")
    plain("none", {}, none("mail.~"), "none", "case.com")
    plain("none", {}, none("mail.~", dnssec="insecure"), "none", "optout.org")
    plain("nodata", {"_25._tcp.mail.~": "TXT x"}, none("mail.~", "nodata"), "none")
    plain("nodata", {"_25._tcp.mail.~": "TXT x"}, none("mail.~", "nodata"), "none", "case.com")
    plain("nodata", {"_25._tcp.mail.~": "TXT x"}, none("mail.~", "nodata"), "none", "optout.org")
    plain("other-port", {"_465._tcp.mail.~": ee("465")}, none("mail.~"), "none")
    plain("empty-non-terminal", {"x._25._tcp.mail.~": ee("x")}, none("mail.~", "nodata"), "none")
    plain("at-the-domain", {"_25._tcp.~": ee("domain")}, none("mail.~"), "none")
    plain("at-the-host", {"mail.~": BOTH + ", " + ee("host")}, none("mail.~"), "none")
    plain("insecure-zone", {"_25._tcp.mail.~": ee("insecure")}, INSECURE, "insecure", "case.net")
    book.case("dane-insecure-host.case.org", ["10 mail.~.elsewhere.net"],
              {"mail.~.elsewhere.net": BOTH, "_25._tcp.mail.~.elsewhere.net": ee("insecure")},
              dict(dane="none"), {"mail.~.elsewhere.net": INSECURE})
    book.case("dane-no-address.case.org", ["10 mail.~"],
              {"mail.~": "TXT x", "_25._tcp.mail.~": ee("unreachable")},
              dict(dane="none", tlsa_failures=0), {"mail.~": UNREACHABLE})
    book.case("dane-no-host.case.org", ["10 mail.~"], {"_25._tcp.mail.~": ee("unreachable")},
              dict(dane="none"), {"mail.~": UNREACHABLE})
    book.case("dane-dangling.case.org", ["10 mail.~"],
              {"mail.~": "CNAME nothing.~", "_25._tcp.mail.~": ee("dangling")},
              dict(dane="none"), {"mail.~": UNREACHABLE})


def _rfc7672(book):
    """The example of s3.2.2, under names of the lab."""
    backup = "mxbackup-rfc7672.elsewhere.org"
    book.case("rfc7672.case.org", ["10 mx10.~", "15 mx15.~", "20 mx20.~"],
              {"mx10.~": "A", "_25._tcp.mx10.~": "TLSA 2 0 1 " + digest("mx10"),
               "mx15.~": "CNAME mxbackup.~", "mxbackup.~": "A",
               "_25._tcp.mx15.~": "TLSA 2 0 1 " + digest("mx15"),
               "mx20.~": "CNAME " + backup, backup: "A",
               "_25._tcp." + backup: "TLSA 2 0 1 " + digest("mx20")},
              dict(mx_count=3, cname_mx_count=2, dane="complete"),
              {"mx10.~": usable("mx10.~"), "mx15.~": usable("mx15.~"), "mx20.~": usable(backup)})


def _aliases(book):
    """The TLSA base domain of an exchange that is an alias (s2.2.2, s2.2.3)."""
    def alias(what, records, columns, dane, zone="case.org"):
        book.case(f"dane-alias-{what}.{zone}", ["10 mail.~"], records,
                  dict(dane=dane, cname_mx_count=1), {"mail.~": columns})

    within = {"mail.~": "CNAME real.~", "real.~": BOTH}
    chain = {"mail.~": "CNAME h1.~", "h1.~": "CNAME h2.~", "h2.~": BOTH}
    initial, expanded = "_25._tcp.mail.~", "_25._tcp.real.~"
    alias("none", within, none("mail.~"), "none")
    alias("initial", dict(within, **{initial: ee("i")}), usable("mail.~"), "complete")
    alias("expanded", dict(within, **{expanded: ee("e")}), usable("real.~"), "complete")
    alias("expanded", dict(within, **{expanded: ee("e")}), usable("real.~"), "complete", "case.com")
    alias("both", dict(within, **{expanded: ee("e"), initial: ee("i") + ", " + ee("j")}),
          usable("real.~"), "complete")
    alias("expanded-unusable", dict(within, **{expanded: "TLSA 1 1 1 00", initial: ee("i")}),
          unusable("real.~"), "none")
    alias("expanded-nodata", dict(within, **{expanded: "TXT x", initial: ee("i")}),
          usable("mail.~"), "complete")
    alias("nodata-last", dict(within, **{initial: "TXT x"}), none("mail.~", "nodata"), "none")
    alias("middle", dict(chain, **{"_25._tcp.h1.~": ee("m")}), none("mail.~"), "none")
    alias("middle-and-initial", dict(chain, **{"_25._tcp.h1.~": ee("m"), initial: ee("i")}),
          usable("mail.~"), "complete")
    alias("chain-expanded", dict(chain, **{"_25._tcp.h1.~": ee("m"), "_25._tcp.h2.~": ee("e")}),
          usable("h2.~"), "complete")
    # two customers of one server: the base is the same
    alias("to-provider", {"mail.~": "CNAME mail.dane-3-1-1.case.org"},
          usable("mail.dane-3-1-1.case.org"), "complete")

    unsigned = {"mail.~": "CNAME real.~.elsewhere.net", "real.~.elsewhere.net": BOTH,
                "_25._tcp.real.~.elsewhere.net": ee("unsigned")}
    alias("to-unsigned", unsigned, none("mail.~"), "none")
    alias("to-unsigned-initial", dict(unsigned, **{initial: ee("i")}), usable("mail.~"),
          "complete")
    signed = {"mail.~": "CNAME real.~.elsewhere.org", "real.~.elsewhere.org": BOTH,
              "_25._tcp.real.~.elsewhere.org": ee("signed")}
    alias("to-signed", signed, usable("real.~.elsewhere.org"), "complete")
    alias("from-unsigned", dict(signed, **{initial: ee("i")}), INSECURE, "insecure", "case.net")
    # signed, unsigned, signed: only the first alias is secure
    across = {"mail.~": "CNAME back.~.elsewhere.net", "back.~.elsewhere.net":
              "CNAME real.~.elsewhere.org", "real.~.elsewhere.org": BOTH,
              "_25._tcp.real.~.elsewhere.org": ee("signed")}
    alias("across", across, none("mail.~"), "none")
    alias("across-initial", dict(across, **{initial: ee("i")}), usable("mail.~"), "complete")
    book.case("dane-alias-insecure-mx.case.net", ["10 mail.dane-alias-initial.case.org",
                                                  "20 mail.~"], {"mail.~": "A"},
              dict(dane="insecure", tlsa_failures=0))


def _dname(book):
    """A host below a DNAME: its initial `_25._tcp` name is below it too."""
    def dname(what, records, columns, dane, zone="case.org"):
        book.case(f"dane-dname-{what}.{zone}", ["10 mail.old.~"],
                  dict({"old.~": "DNAME new.~", "mail.new.~": BOTH}, **records),
                  dict(dane=dane, cname_mx_count=1), {"mail.old.~": columns})

    dname("secure", {"_25._tcp.mail.new.~": ee("new")}, usable("mail.new.~"), "complete")
    dname("secure", {"_25._tcp.mail.new.~": ee("new")}, usable("mail.new.~"), "complete",
          "case.com")
    dname("none", {}, none("mail.old.~"), "none")
    dname("then-cname", {"mail.new.~": "CNAME real.~", "real.~": BOTH,
                         "_25._tcp.mail.new.~": ee("new")}, usable("mail.old.~"), "complete")
    dname("insecure", {"_25._tcp.mail.new.~": ee("new")}, INSECURE, "insecure", "case.net")
    target = "new.~.elsewhere.net"
    dname("to-unsigned", {"old.~": "DNAME " + target, "mail." + target: BOTH}, none(
        "mail.old.~", dnssec="insecure"), "none")
    dname("to-unsigned-tlsa", {"old.~": "DNAME " + target, "mail." + target: BOTH,
                               "_25._tcp.mail." + target: ee("unsigned")},
          none("mail.old.~", "answer", "insecure", 1), "none")


def _wildcards(book):
    for zone in ("case.org", "case.com"):
        for what, owner, columns, dane in (
                ("tcp", "*._tcp.mail.~", usable("mail.~"), "complete"),
                ("host", "*.mail.~", usable("mail.~"), "complete"),
                # the host is there: nothing below it comes from a wildcard beside it
                ("domain", "*.~", none("mail.~"), "none")):
            book.case(f"dane-wildcard-{what}.{zone}", ["10 mail.~"],
                      {"mail.~": BOTH, owner: ee("wildcard")}, dict(dane=dane),
                      {"mail.~": columns})
        book.case(f"dane-wildcard-all.{zone}", ["10 mail.any.~"],
                  {"*.any.~": BOTH + ", " + ee("wildcard")}, dict(dane="complete"),
                  {"mail.any.~": usable("mail.any.~")})
        book.case(f"dane-wildcard-alias.{zone}", ["10 any.w.~"],
                  {"*.w.~": "CNAME real.~", "real.~": BOTH}, dict(dane="none"),
                  {"any.w.~": none("any.w.~", "nodata")})


def _tlsa_alias(book):
    """An alias at `_25._tcp` itself (DANE-18): followed, and the base domain stays."""
    def at_tlsa(what, target, columns, dane, records=None):
        book.case(f"dane-tlsa-cname-{what}.case.org", ["10 mail.~"],
                  dict({"mail.~": BOTH, "_25._tcp.mail.~": "CNAME " + target}, **(records or {})),
                  dict(dane=dane, tlsa_failures=0), {"mail.~": columns})

    book.records("tlsa.elsewhere.org", ee("shared") + ", " + ee("shared next"))
    book.records("tlsa.elsewhere.net", ee("shared") + ", " + ee("shared next"))
    at_tlsa("within", "_dane.~", usable("mail.~"), "complete", {"_dane.~": ee("within")})
    at_tlsa("secure", "tlsa.elsewhere.org", usable("mail.~", 2), "complete")
    at_tlsa("insecure", "tlsa.elsewhere.net", none("mail.~", "answer", "insecure", 2), "none")
    at_tlsa("insecure-nothing", "mail.elsewhere.net", none("mail.~", "nodata", "insecure"), "none")
    at_tlsa("dangling", "nothing.~", none("mail.~"), "none")
    at_tlsa("nodata", "mail.~", none("mail.~", "nodata"), "none")
    at_tlsa("two", "_a.~", usable("mail.~"), "complete",
            {"_a.~": "CNAME _b.~", "_b.~": ee("two")})
    book.case("dane-tlsa-dname.case.org", ["10 mail.~"],
              {"mail.~": BOTH, "_tcp.mail.~": "DNAME _dane.~", "_25._dane.~": ee("dname")},
              dict(dane="complete"), {"mail.~": usable("mail.~")})
    book.case("dane-tlsa-loop.case.org", ["10 mail.~"],
              {"mail.~": BOTH, "_25._tcp.mail.~": "CNAME _loop.~",
               "_loop.~": "CNAME _25._tcp.mail.~"},
              dict(dane="none", tlsa_failures=1), {"mail.~": failed("mail.~")})
    # an insecure answer at the expanded name is none: the initial name is next
    chain = {"mail.~": "CNAME real.~", "real.~": BOTH,
             "_25._tcp.real.~": "CNAME tlsa.elsewhere.net"}
    book.case("dane-tlsa-cname-expanded-insecure.case.org", ["10 mail.~"],
              dict(chain, **{"_25._tcp.mail.~": ee("initial")}), dict(dane="complete"),
              {"mail.~": usable("mail.~")})
    book.case("dane-tlsa-cname-expanded-insecure-alone.case.org", ["10 mail.~"], chain,
              dict(dane="none"), {"mail.~": none("mail.~")})


def _tlsa_cut(book):
    """A zone of its own below the host, which its parent does not sign for."""
    for what, zone in (("tcp", "_tcp.mail.~"), ("port", "_25._tcp.mail.~")):
        domain = f"dane-cut-{what}.case.org"
        book.zone(zone.replace("~", domain))
        book.case(domain, ["10 mail.~"], {"mail.~": BOTH, "_25._tcp.mail.~": ee("cut")},
                  dict(dane="none", tlsa_failures=0),
                  {"mail.~": none("mail.~", "answer", "insecure", 1)}, {"mail.~": dict(reasons="None")})


def _names(book):
    """`_25._tcp.` takes nine octets: a host of 246 has room, one of 247 has none."""
    domain = "dane-long.case.org"
    fits, over = (long_name(octets, domain) for octets in (246, 247))
    book.case(domain, ["10 " + fits, "20 " + over],
              {fits: "A", over: "A", "_25._tcp." + fits: ee("long")},
              dict(dane="primary", tlsa_failures=0),
              {fits: usable(fits), over: dict(NOT_ASKED, dane="none")})
    book.case("dane-long-target.case.org", ["10 mail.~", "20 b.~"],
              {"mail.~": "CNAME " + over, "b.~": "CNAME " + over, "_25._tcp.mail.~": ee("short")},
              dict(dane="primary"), {"mail.~": usable("mail.~"), "b.~": none("b.~")})
    # the name asked for fits, what the DNAME makes of it does not (YXDOMAIN)
    target = ".".join(["t" * 63] * 3) + "." + "u" * 31 + ".~"
    book.case("dane-long-dname.case.org", ["10 m.old.~"],
              {"old.~": "DNAME " + target, "m." + target: "A"},
              dict(dane="none", tlsa_failures=0),
              {"m.old.~": dict(none("m.old.~", dnssec="*"), dane_exim="failed")})


def _bogus(book):
    """Bad signatures in zones that are good (spoiled.org), and zones that are bad."""
    def spoil(what, records, broken, columns, failures, dane="none"):
        book.case(f"dane-{what}.spoiled.org", ["10 mail.~"], records,
                  dict(dane=dane, tlsa_failures=failures), {"mail.~": columns})
        for owner, rtype in broken:
            book.spoil(owner.replace("~", f"dane-{what}.spoiled.org"), rtype)

    plain = {"mail.~": BOTH, "_25._tcp.mail.~": ee("bogus")}
    chain = {"mail.~": "CNAME real.~", "real.~": BOTH, "_25._tcp.real.~": ee("bogus"),
             "_25._tcp.mail.~": ee("initial")}
    spoil("bogus-tlsa", plain, [("_25._tcp.mail.~", "TLSA")], failed("mail.~", "bogus"), 1)
    # the family that answers is what a host is judged by
    spoil("bogus-ipv4", plain, [("mail.~", "A")], dict(
        usable("mail.~"), failure="bogus", ipv4_count=None, ipv6_count=1), 0, "complete")
    spoil("bogus-ipv6", plain, [("mail.~", "AAAA")], dict(
        usable("mail.~"), failure="bogus", ipv4_count=1, ipv6_count=None), 0, "complete")
    # without an address no TLSA lookup fails
    spoil("bogus-addresses", plain, [("mail.~", "A"), ("mail.~", "AAAA")], NOT_RESOLVED, 0)
    spoil("bogus-expanded", chain, [("_25._tcp.real.~", "TLSA")], failed("real.~", "bogus"), 1)
    spoil("bogus-tlsa-cname", dict(plain, **{"_25._tcp.mail.~": "CNAME tlsa.elsewhere.org"}),
          [("_25._tcp.mail.~", "CNAME")], failed("mail.~", "bogus"), 1)
    book.case("dane-bogus-initial.spoiled.org", ["10 mail.~"], chain,
              dict(dane="complete", tlsa_failures=0), {"mail.~": usable("real.~")})
    book.spoil("_25._tcp.mail.dane-bogus-initial.spoiled.org", "TLSA")  # never asked for
    book.case("dane-bogus-backup.spoiled.org", ["10 a.~", "20 b.~"],
              {"a.~": "A", "b.~": "A", "_25._tcp.a.~": ee("a"), "_25._tcp.b.~": ee("b")},
              dict(dane="primary", tlsa_failures=1), {"b.~": failed("b.~", "bogus")})
    book.spoil("_25._tcp.b.dane-bogus-backup.spoiled.org", "TLSA")
    book.case("dane-bogus-in-insecure.case.net", ["10 mail.dane-bogus-tlsa.spoiled.org"], None,
              dict(dane="insecure", tlsa_failures=1))
    book.case("dane-tlsa-cname-to-bogus.case.org", ["10 mail.~"],
              {"mail.~": BOTH, "_25._tcp.mail.~": "CNAME tlsa.bogus-expired.org"},
              dict(dane="none", tlsa_failures=1), {"mail.~": failed("mail.~", "bogus")})
    book.case("dane-tlsa-cname-to-lame.case.org", ["10 mail.~"],
              {"mail.~": BOTH, "_25._tcp.mail.~": "CNAME tlsa.lame.net"},
              dict(dane="none", tlsa_failures=1), {"mail.~": failed("mail.~")})


def _servers(book, slow):
    """TLSA questions that a server fails, whatever else it answers (DANE-06, DANE-16)."""
    words = ["refused", "servfail", "notimp"] + (["drop"] if slow else [])
    for word in words:
        server, zone = "fault-tlsa-" + word, f"tlsa-{word}.org"
        book.zone(zone, server, signed=True)
        book.case(zone, ["10 mail.~"], {"mail.~": BOTH, "_25._tcp.mail.~": ee(word)},
                  dict(dane="none", tlsa_failures=1), {"mail.~": failed("mail.~")})
        # of an alias's target, in a zone of its own.  The name must be there: where a minimised
        # question finds nothing at `_tcp`, Unbound denies all below and asks for no TLSA
        target = f"tlsa-{word}-target.org"
        book.zone(target, server, signed=True)
        book.case(f"dane-alias-to-{word}.case.org", ["10 mail.~"],
                  {"mail.~": "CNAME mx." + target, "mx." + target: BOTH,
                   "_25._tcp.mx." + target: ee("target"), "_25._tcp.mail.~": ee("initial")},
                  dict(dane="none", tlsa_failures=1), {"mail.~": failed("mx." + target)})
        # where DANE does not apply nobody asks, and nothing breaks (DANE-08)
        book.zone(f"tlsa-{word}.net", server)
        book.case(f"tlsa-{word}.net", ["10 mail.~"], {"mail.~": BOTH},
                  dict(dane="insecure", tlsa_failures=0), {"mail.~": INSECURE})
    book.zone("dane-no-aaaa.org", "fault-no-aaaa", signed=True)
    book.case("dane-no-aaaa.org", ["10 mail.~"],
              {"mail.~": "A", "_25._tcp.mail.~": ee("half")},
              dict(dane="complete", tlsa_failures=0),
              {"mail.~": dict(usable("mail.~"), address_outcome="answer", failure="servfail",
                              ipv4_count=1, ipv6_count=None, dnssec="secure")})
    if slow:
        book.zone("slow-tlsa.org", "fault-slow-tlsa", signed=True)
        book.case("slow-tlsa.org", ["10 mail.~"],
                  {"mail.~": BOTH, "_25._tcp.mail.~": ee("slow")}, dict(dane="complete"),
                  {"mail.~": usable("mail.~")})


def _ber(book):
    """Whole objects as BER has them and DER has not: lengths that are indefinite or of too many
    octets; a certificate whose key is of no known algorithm.  And a key known by SHA-512."""
    certificate, key = _certificate()
    ed25519 = bytes.fromhex("06032b6570")
    spki = certificate.index(key)
    for what, parameters, data in (
            ("indefinite-certificate", "3 0 0", b"\x30\x80" + certificate[4:] + b"\0\0"),
            ("indefinite-key", "3 1 0", b"\x30\x80" + key[2:] + b"\0\0"),
            ("long-length-certificate", "2 0 0", b"\x30\x83\0" + certificate[2:]),
            ("long-length-key", "3 1 0", b"\x30\x81" + key[1:]),
            ("certificate-of-unknown-key", "3 0 0", certificate[:spki] + key.replace(
                ed25519, b"\x06\x03\x2b\x65\x7f") + certificate[spki + len(key):])):
        _one(book, what, [f"TLSA {parameters} {data.hex()}"], unusable("mail.~"), "none",
             dict(reasons="malformed"))
    _one(book, "issuer-sha512", ["TLSA 2 1 2 " + YE1_KEY_SHA512], usable("mail.~"), "complete",
         dict(reasons="None", keys=now("Let's Encrypt YE1")))
