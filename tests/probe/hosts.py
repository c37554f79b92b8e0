"""The mail hosts of the world, and the truth about each: what a probe must find, written by hand
from what the host is, and from nothing that the program says.

A host is described by `Host`, and what is to be found by the same call: what nobody says is what a
host has that is well: a certificate for the exchange, of an authority that is trusted.
"""

import dataclasses
import itertools

DAYS = 100  # to the end of a certificate of which nobody says more
OPERATOR = "large.net"  # of several hosts
PREFIX = "5.60.250.{}"  # of several operators
PREFIX6 = "2a00:60:250::{}"


def only(*versions):
    """Postfix's word for: none of the others."""
    every = ("TLSv1", "TLSv1.1", "TLSv1.2", "TLSv1.3")
    return {"smtpd_tls_protocols": ",".join("!" + one for one in every if one not in versions)}


@dataclasses.dataclass(frozen=True)
class Tlsa:
    """A TLSA record: parameters, whose data it has (certificates.py: `leaf` is the host's own,
    `next` a key that nothing is signed with yet; `short` is no digest), and what must be found."""

    parameters: str
    of: str
    match: str


def matched(parameters, of="leaf"):
    return Tlsa(parameters, of, "matched")


def stale(parameters, of="next"):
    return Tlsa(parameters, of, "no_match")


def unreached(parameters, of="leaf"):
    return Tlsa(parameters, of, "not_reached")


@dataclasses.dataclass
class Host:
    """slug.net is its domain.  Below `truth:` are the columns of views, see schema/README.md."""

    slug: str
    server: str = "postfix"  # or exim; scripted (its manner is scripts.py's); none, nobody listens
    host: str = ""  # mx.slug.net
    alias: str = ""  # the exchange is an alias of this name
    signed: bool = True  # slug.net
    addresses: tuple = ()  # one IPv4 address, of a prefix of its own
    settings: dict = dataclasses.field(default_factory=dict)  # of Postfix's smtpd
    # the certificate
    names: tuple = None  # DNS-IDs; that of the exchange
    subject: str = "mail host"
    start: int = -100  # days from now
    days: int = DAYS  # and half a day
    made: str = ""  # self-signed, stranger, sha1, rsa1024, client
    chain: tuple = ("leaf", "issuer")
    tlsa: tuple = ()
    tlsa_at: str = ""  # the base domain: the end of the alias chain, else the exchange
    # truth:
    outcome: str = "tls"
    phase: str = "quit"
    reply: int = 220
    plaintext: int = 0
    tls_version: str = "TLSv1.3"
    tls_alert: str = None
    met: str = ""  # the address that is met: the first
    pkix: str = "valid"
    names_host: int = 1
    names_target: int = None
    name_match: int = 1
    target_match: int = None
    dane_match: int = None

    number = 0

    def __post_init__(self):
        self.number = next(NUMBERS)
        self.domain = f"{self.slug}.net"
        self.host = self.host or f"mx.{self.domain}"
        self.addresses = self.addresses or (f"5.60.{self.number}.25",)
        self.met = self.met or self.addresses[0]
        self.names = (self.host,) if self.names is None else self.names
        self.tlsa_at = self.tlsa_at or self.alias or self.host
        self.expires_in_days = self.days
        if self.outcome != "tls":
            self.tls_version = None

    @property
    def operator(self):
        """Its registrable domain, below a public suffix of one label."""
        return ".".join(self.host.split(".")[-2:])

    @property
    def shows(self):
        """Is a chain shown?"""
        return self.outcome == "tls"


NUMBERS = itertools.count(1)
INVALID = {"name_match": 0}
UNNAMED = {"names_host": 0, "name_match": 0}




CERTIFICATES = (
    Host("exchange"),
    Host("exchange-exim", "exim"),
    Host("upper-case", names=("MX.UPPER-CASE.NET",)),
    Host("many-names", names=tuple(f"mx.n{at}.org" for at in range(150)) + ("mx.many-names.net",)),
    Host("wildcard", "exim", names=("*.wildcard.net",)),
    Host("wildcard-below", host="mx.in.wildcard-below.net", names=("*.wildcard-below.net",),
         **UNNAMED),
    Host("wildcard-part", names=("m*.wildcard-part.net",), **UNNAMED),
    Host("wrong-name", "exim", names=("mx.exchange.net",), **UNNAMED),
    Host("common-name", names=(), subject="mx.common-name.net", **UNNAMED),
    Host("expired", "exim", days=-3, pkix="expired", **INVALID),
    Host("not-yet", start=10, pkix="not_yet_valid", **INVALID),
    Host("ends-soon", days=9),
    Host("self-signed", "exim", made="self-signed", chain=("leaf",), pkix="self_signed", **INVALID),
    Host("untrusted", made="stranger", chain=("leaf", "stranger"), pkix="untrusted", **INVALID),
    Host("sha1", made="sha1", chain=("leaf", "issuer-rsa"), pkix="weak", **INVALID),
    Host("rsa1024", made="rsa1024", pkix="weak", **INVALID),
    Host("client-only", made="client", pkix="other", **INVALID),
    Host("incomplete", chain=("leaf",), pkix="incomplete", **INVALID),
    Host("with-root", chain=("leaf", "issuer", "root")),
    Host("wrong-order", chain=("leaf", "root", "issuer")),
    Host("fifty", chain=("leaf", "issuer", *(f"filler{at}" for at in range(48)))),
    Host("three-hundred", chain=("leaf", "issuer", *(f"filler{at}" for at in range(298))),
         outcome="tls_failed", phase="handshake", tls_alert="any"),  # over 100 KiB: nobody takes it
    Host("expired-neither", names=("www.exchange.net",), days=-30, pkix="expired", **UNNAMED),
)

ALIASES = (
    Host("alias-exchange", alias="in.alias-exchange.org", names_target=0, target_match=0),
    Host("alias-target", alias="in.alias-target.org", names=("in.alias-target.org",),
         names_target=1, target_match=1, **UNNAMED),
    Host("alias-both", "exim", alias="in.alias-both.org",
         names=("mx.alias-both.net", "in.alias-both.org"), names_target=1, target_match=1),
    Host("alias-neither", alias="in.alias-neither.org", names=("www.alias-neither.org",),
         names_target=0, target_match=0, **UNNAMED),
    Host("alias-expired", alias="in.alias-expired.org", days=-1, pkix="expired", names_target=0,
         target_match=0, **INVALID),
    Host("alias-wildcard", alias="in.alias-wildcard.org", names=("*.alias-wildcard.org",),
         names_target=1, target_match=1, **UNNAMED),
    # without TLSA records SNI is the exchange's name
    Host("alias-sni", "scripted", alias="in.alias-sni.org", names_target=0, target_match=0),
)

# The base domain of an alias is the end of its chain, where that has records (RFC 7672 s2.2.2).
ALIAS_TLSA = (
    Host("alias-ta", alias="in.alias-ta.org", names=("in.alias-ta.org",), names_target=1,
         target_match=1, tlsa=(matched("2 1 1", "issuer"),), dane_match=1, **UNNAMED),
    Host("alias-ta-exchange", alias="in.alias-ta-exchange.org", names_target=0, target_match=0,
         tlsa=(stale("2 1 1", "issuer"),), dane_match=0),  # names the exchange, which is no base
    Host("alias-ta-initial", alias="in.alias-ta-initial.org", tlsa_at="mx.alias-ta-initial.net",
         names_target=0, target_match=0, tlsa=(matched("2 1 1", "issuer"),), dane_match=1),
    Host("alias-ee", "exim", alias="in.alias-ee.org", names_target=0, target_match=0,
         tlsa=(matched("3 1 1"),), dane_match=1),
    Host("alias-ee-stale", alias="in.alias-ee-stale.org", names_target=0, target_match=0,
         tlsa=(stale("3 1 1"),), dane_match=0),
    # with records SNI is the base domain (RFC 7672 s8.1)
    Host("alias-sni-base", "scripted", alias="in.alias-sni-base.org",
         names=("in.alias-sni-base.org",), names_target=1, target_match=1,
         tlsa=(matched("2 1 1", "issuer"),), dane_match=1, **UNNAMED),
)

DANE = (
    Host("ee-311", "exim", tlsa=(matched("3 1 1"),), dane_match=1),
    Host("ee-301", tlsa=(matched("3 0 1"),), dane_match=1),
    Host("ee-312", tlsa=(matched("3 1 2"),), dane_match=1),
    Host("ee-302", "exim", tlsa=(matched("3 0 2"),), dane_match=1),
    Host("ee-310", tlsa=(matched("3 1 0"),), dane_match=1),
    Host("ee-300", tlsa=(matched("3 0 0"),), dane_match=1),
    Host("ee-311-stale", "exim", tlsa=(stale("3 1 1"),), dane_match=0),
    Host("ee-301-stale", tlsa=(stale("3 0 1", "issuer"),), dane_match=0),
    Host("ee-312-stale", tlsa=(stale("3 1 2"),), dane_match=0),
    Host("ee-310-stale", tlsa=(stale("3 1 0"),), dane_match=0),
    Host("ee-rollover", tlsa=(matched("3 1 1"), stale("3 1 1")), dane_match=1),
    # DANE-EE: neither names nor times nor issuers (RFC 7672 s3.1.1)
    Host("ee-expired", "exim", days=-3, tlsa=(matched("3 1 1"),), dane_match=1, pkix="expired",
         **INVALID),
    Host("ee-wrong-name", names=("www.exchange.net",), tlsa=(matched("3 1 1"),), dane_match=1,
         **UNNAMED),
    Host("ee-self-signed", made="self-signed", chain=("leaf",), tlsa=(matched("3 1 1"),),
         dane_match=1, pkix="self_signed", **INVALID),
    # of a key only its digest is asked; a chain's signatures must be worth something: certificate.h
    Host("ee-rsa1024", made="rsa1024", tlsa=(matched("3 1 1"),), dane_match=1, pkix="weak",
         **INVALID),
    Host("ee-tls1-0", settings=only("TLSv1"), tls_version="TLSv1", tlsa=(matched("3 1 1"),),
         dane_match=1),
    Host("ta-rsa1024", made="rsa1024", tlsa=(matched("2 1 1", "issuer"),), dane_match=1, pkix="weak",
         **INVALID),
    Host("ta-sha1", made="sha1", chain=("leaf", "issuer-rsa"), pkix="weak",
         tlsa=(stale("2 1 1", "issuer-rsa"),), dane_match=0, **INVALID),
    # DANE-TA: the anchor in the chain, or whole in the record; names and times (s3.1.2)
    Host("ta-211", tlsa=(matched("2 1 1", "issuer"),), dane_match=1),
    Host("ta-211-root", chain=("leaf", "issuer", "root"), tlsa=(matched("2 1 1", "root"),),
         dane_match=1),
    Host("ta-211-unsent", "exim", tlsa=(stale("2 1 1", "root"),), dane_match=0),
    Host("ta-201", "exim", tlsa=(matched("2 0 1", "issuer"),), dane_match=1),
    Host("ta-201-stale", tlsa=(stale("2 0 1", "stranger"),), dane_match=0),
    Host("ta-200-unsent", tlsa=(matched("2 0 0", "root"),), dane_match=1),
    Host("ta-stranger", made="stranger", chain=("leaf", "stranger"), pkix="untrusted",
         tlsa=(matched("2 1 1", "stranger"),), dane_match=1, **INVALID),
    Host("ta-wrong-name", names=("www.exchange.net",), tlsa=(stale("2 1 1", "issuer"),),
         dane_match=0, **UNNAMED),
    Host("ta-next-hop", names=("ta-next-hop.net",), tlsa=(stale("2 1 1", "issuer"),),
         dane_match=0, **UNNAMED),  # a sender to that domain takes it: differences.py
    Host("ta-expired", days=-3, pkix="expired", tlsa=(stale("2 1 1", "issuer"),), dane_match=0,
         **INVALID),
    Host("ta-leaf", tlsa=(stale("2 1 1", "leaf"),), dane_match=0),  # no authority
    Host("ta-or-ee", tlsa=(stale("2 1 1", "stranger"), matched("3 1 1")), dane_match=1),
    # digest agility (RFC 7671 s9): of a usage and selector the strongest digest alone counts
    Host("agility", tlsa=(stale("3 1 1"), matched("3 1 2")), dane_match=1),
    Host("agility-stale", tlsa=(matched("3 1 1"), stale("3 1 2")), dane_match=0),
    Host("agility-whole", tlsa=(matched("3 1 0"), stale("3 1 2")), dane_match=1),
    Host("agility-selectors", tlsa=(matched("3 0 1"), stale("3 1 2")), dane_match=1),
    # records of no use for SMTP (RFC 7672 s3.1.3, RFC 6698 s4.1)
    Host("pkix-ee", tlsa=(unreached("1 1 1"),)),
    Host("pkix-ta", tlsa=(unreached("0 1 1", "issuer"),)),
    Host("short", tlsa=(unreached("3 1 1", "short"),)),
    Host("some-of-use", "exim", tlsa=(unreached("1 1 1"), matched("3 1 1")), dane_match=1),
    Host("some-of-use-stale", tlsa=(unreached("1 1 1"), stale("3 1 1")), dane_match=0),
    Host("insecure", signed=False),  # has records, which nobody may believe: world.py
    Host("none-reached", "scripted", tlsa=(unreached("3 1 1"),), outcome="no_starttls",
         phase="ehlo", reply=250, plaintext=None),
)

VERSIONS = (
    Host("tls1-0", settings=only("TLSv1"), tls_version="TLSv1"),
    Host("tls1-1", settings=only("TLSv1.1"), tls_version="TLSv1.1"),
    Host("tls1-2", "exim", settings={"priority": "NORMAL:-VERS-ALL:+VERS-TLS1.2"},
         tls_version="TLSv1.2"),
    Host("tls1-3", settings=only("TLSv1.3")),
    Host("no-cipher", settings={**only("TLSv1.2"), "smtpd_tls_exclude_ciphers": "aECDSA,aNULL"},
         outcome="tls_failed", phase="handshake", tls_alert="handshake_failure"),
)

TALK = (
    Host("not-offered", settings={"smtpd_tls_security_level": "none"}, outcome="no_starttls",
         phase="ehlo", reply=250, plaintext=None),
    Host("refused", "exim", settings={"unfurnished": "yes"}, outcome="no_starttls",
         phase="starttls", reply=454, plaintext=None),
    Host("reply-421", "exim", settings={"greeting": "defer 421 too busy"}, outcome="greeting_4xx",
         phase="greeting", reply=421, plaintext=None),
    Host("reply-451", "exim", settings={"greeting": "defer 451 not now"}, outcome="greeting_4xx",
         phase="greeting", reply=451, plaintext=None),
    Host("reply-554", "exim", settings={"greeting": "deny 554 not to you"}, outcome="greeting_5xx",
         phase="greeting", reply=554, plaintext=None),
    Host("reply-421-later", "scripted", outcome="greeting_4xx", phase="ehlo", reply=421,
         plaintext=None),
    Host("plaintext", "scripted", plaintext=1),
    Host("injected", "scripted", plaintext=1),
    Host("ten-megabytes", "scripted", outcome="malformed", phase="greeting", reply=None,
         plaintext=None),
    Host("million-lines", "scripted", outcome="malformed", phase="greeting", reply=None,
         plaintext=None),
    Host("drip", "scripted", outcome="timeout", phase="greeting", reply=None, plaintext=None),
    Host("no-tls", "scripted", outcome="tls_failed", phase="handshake"),
    Host("reset-greeting", "scripted", outcome="closed", phase="greeting", reply=None,
         plaintext=None),
    Host("reset-ehlo", "scripted", outcome="closed", phase="ehlo", plaintext=None),
    Host("reset-starttls", "scripted", outcome="closed", phase="starttls", reply=250,
         plaintext=None),
    Host("reset-handshake", "scripted", outcome="closed", phase="handshake"),
    Host("closed-port", "none", outcome="refused", phase="connect", reply=None, plaintext=None),
)

FAMILIES = (
    Host("ipv6-only", addresses=("2a00:60:1::25",)),
    Host("ipv6-first", addresses=("2a00:60:2::25", "5.60.248.25")),
    Host("ipv6-silent", addresses=("2a00:60:3::25", "5.60.249.25"), met="5.60.249.25"),
)

# Each a second after the last one: of one operator, of one /24, of one /48.
MANNERS = (
    *(Host(f"shop-{at}", ("postfix", "exim")[at % 2], host=f"mx{at}.{OPERATOR}")
      for at in range(4)),
    *(Host(f"neighbour-{at}", ("postfix", "exim")[at % 2], addresses=(PREFIX.format(at),))
      for at in range(1, 5)),
    *(Host(f"neighbour6-{at}", addresses=(PREFIX6.format(at),)) for at in range(1, 4)),
)

HOSTS = CERTIFICATES + ALIASES + ALIAS_TLSA + DANE + VERSIONS + TALK + FAMILIES + MANNERS
