"""What senders make of it (RFC 7672 s2.1.2, s2.2.2; DANE-10b..DANE-10d, DANE-29): the question for
the first alias record fails, one address family fails, an exchange is no host, the MX alone is not
signed, a sender looks at the expanded name only."""

from cases_dane import INSECURE, NOT_ASKED, NOT_RESOLVED, digest, ee, failed, none, unusable, usable
from cases_names import long_name

BOTH = "A, AAAA"
TLSA = "_25._tcp.mail.~"


def declare(book, slow):
    _first_alias(book, slow)
    _families(book)
    _addresses(book)
    _names(book)
    _ready(book)
    _exim(book)
    _unknown(book)


def _first_alias(book, slow):
    """Insecure addresses hang on one more question (s2.1.3).  For a CNAME Unbound answers it by
    what the address lookup brought, for a DNAME it asks the server."""
    def declare_zone(name, server, signed):
        target = f"new.{name}.elsewhere.net"
        book.zone(name, server, signed=signed)
        book.case(name, ["10 mail.old.~"],
                  {"old.~": "DNAME " + target, "mail." + target: BOTH,
                   "_25._tcp.mail." + target: ee("unsigned")},
                  dict(dane="none" if signed else "insecure", tlsa_failures=1, dane_ready=0,
                       cname_mx_count=1, unknown_mx_count=0),
                  {"mail.old.~": dict(
                      NOT_ASKED, dane="failed", dane_exim="insecure", address_outcome="answer",
                      failure=None, dnssec="insecure", alias="dname", alias_hops=1,
                      alias_target="mail." + target, alias_dnssec="indeterminate",
                      alias_problem=None)})

    for word in ["servfail", "unproven"] + (["drop"] if slow else []):
        declare_zone(f"first-{word}.org", "fault-dname-" + word, True)
        # nobody needs the question where the addresses are secure
        book.case(f"secure.first-{word}.org", ["10 mail.old.~"],
                  {"old.~": "DNAME new.~", "mail.new.~": BOTH, "_25._tcp.mail.new.~": ee("new")},
                  dict(dane="complete", tlsa_failures=0),
                  {"mail.old.~": dict(usable("mail.new.~"), alias_dnssec="secure")})
    for word in ("servfail", "denied"):  # in no zone that is signed: the host is left all the same
        declare_zone(f"first-{word}.net", "fault-dname-" + word, False)
    book.deny("old.first-denied.net", "DNAME")
    book.case("first-beside.case.org", ["10 mail.old.first-servfail.org", "20 mail.~"],
              {"mail.~": BOTH, TLSA: ee("beside")},
              dict(dane="partial", tlsa_failures=1, cname_mx_count=1))


def _families(book):
    """One family that answers is enough; the other's failure stays beside it."""
    half = dict(address_outcome="answer", failure="servfail")
    no_a, no_aaaa = dict(half, ipv4_count=None), dict(half, ipv6_count=None)
    book.zone("family-no-a.org", "fault-no-a", signed=True)
    book.case("family-no-a.org", ["10 mail.~"], {"mail.~": BOTH, TLSA: ee("half")},
              dict(dane="complete", tlsa_failures=0), {"mail.~": dict(usable("mail.~"), **no_a)})
    book.case("none.family-no-a.org", ["10 mail.~"], {"mail.~": BOTH},
              dict(dane="none", tlsa_failures=0), {"mail.~": dict(none("mail.~"), **no_a)})
    book.case("alias.dane-no-aaaa.org", ["10 mail.~"],
              {"mail.~": "CNAME real.~", "real.~": BOTH, TLSA: ee("initial")},
              dict(dane="complete", tlsa_failures=0),
              {"mail.~": dict(usable("mail.~"), dane_exim="none", alias_dnssec="secure",
                              **no_aaaa)})
    # what answers has no address, what fails might have one
    book.case("ipv6-only.dane-no-aaaa.org", ["10 mail.~"], {"mail.~": "AAAA", TLSA: ee("half")},
              dict(dane="none", tlsa_failures=0),
              {"mail.~": dict(NOT_RESOLVED, address_outcome="failed", failure="servfail")})
    for what, columns in (("no-a", no_a), ("no-aaaa", no_aaaa)):
        book.case(f"family.{what}.net", ["10 mail.~"], {"mail.~": BOTH, TLSA: ee("half")},
                  dict(dane="insecure", tlsa_failures=0, dane_ready=0),
                  {"mail.~": dict(INSECURE, dnssec="insecure", **columns)})


def _addresses(book):
    """Senders connect to an address as exchange, and no TLSA record speaks of it (s2.2)."""
    def beside(what, mx, dane, zone="case.org", **more):
        book.case(f"senders-address-{what}.{zone}", mx, {"mail.~": BOTH, TLSA: ee("beside")},
                  dict(dane=dane, tlsa_failures=0, **more))

    beside("first", ["5 192.0.2.1", "10 mail.~"], "partial", provider=None)
    beside("last", ["5 mail.~", "10 192.0.2.1"], "primary")
    beside("equal", ["10 mail.~", "10 192.0.2.1"], "partial")
    beside("ipv6", ["5 mail.~", "10 2001:db8::1"], "primary")
    beside("one-label", ["5 mail.~", r"10 192\.0\.2\.1"], "primary")
    beside("brackets", ["5 [192.0.2.1]", "10 mail.~"], "complete")
    beside("localhost", ["5 localhost", "10 mail.~"], "complete")
    beside("first", ["5 192.0.2.1", "10 mail.senders-address-first.case.org"], "insecure",
           "case.net", dane_ready=0)
    for kind, what in (("bare", "192.0.2.1"), ("brackets", "[192.0.2.1]")):
        for zone in ("case.org", "case.net"):  # alone it is no mail host
            book.case(f"senders-only-{kind}.{zone}", ["10 " + what], None,
                      dict(dane=None, dane_ready=None, tlsa_failures=0, unknown_mx_count=0,
                           sts=None))


def _names(book):
    """An exchange that is no host name is used only if underscores are all that is wrong."""
    def beside(what, exchange, tlsa, dane, columns=None, failures=0, zone="case.org"):
        book.case(f"senders-name-{what}.{zone}", ["10 mail.~", "20 " + exchange],
                  {"mail.~": BOTH, exchange: BOTH, TLSA: ee("beside"),
                   **({"_25._tcp." + exchange: ee("odd")} if tlsa else {})},
                  dict(dane=dane, tlsa_failures=failures, mx_count=2),
                  {exchange: columns or (usable(exchange) if tlsa else none(exchange))})

    beside("underscore", "_mx.~", False, "primary")
    beside("underscore-tlsa", "_mx.~", True, "complete")
    beside("underscore-inside", "mx_1.~", False, "primary")
    beside("underscore-only", "_.~", False, "primary")
    beside("space", r"a\ b.~", False, "complete")
    beside("hyphen", "mx-.~", False, "complete")
    beside("underscore-and-hyphen", "_mx-.~", False, "complete")
    beside("underscore-and-slash", "_a/b.~", False, "complete")
    # nobody looks at the TLSA records of a host that nobody uses
    beside("space-bogus", r"a\ b.~", True, "complete", failed(r"a\ b.~", "bogus"),
           zone="spoiled.org")
    book.spoil(r"_25._tcp.a\ b.senders-name-space-bogus.spoiled.org", "TLSA")
    book.case("senders-name-alone.case.org", [r"10 a\ b.~"],
              {r"a\ b.~": BOTH, r"_25._tcp.a\ b.~": ee("odd")},
              dict(dane="none", tlsa_failures=0, dane_ready=0), {r"a\ b.~": usable(r"a\ b.~")})
    book.case("senders-name-first.case.org", [r"10 a\ b.~", "20 mail.~", "30 c.~"],
              {r"a\ b.~": BOTH, "mail.~": BOTH, TLSA: ee("beside"), "c.~": BOTH},
              dict(dane="partial"))
    # the top label is all digits: neither an address nor a host name (RFC 1123 s2.1)
    for what, exchange in (("too-large", "192.0.2.300"), ("three", "1.2.3"), ("one", "7")):
        book.case(f"senders-numbers-{what}.case.org", ["5 " + exchange, "10 mail.~"],
                  {"mail.~": BOTH, TLSA: ee("beside")}, dict(dane="complete", mx_count=2),
                  {exchange: dict(address_outcome="nxdomain", dane="unreachable")})
        book.case(f"senders-numbers-{what}.case.net", ["5 " + exchange], None,
                  dict(dane="insecure", dane_ready=0))


def _ready(book):
    """Hosts that are usable under an MX that is not: signing the zone is all that is missing."""
    def insecure(what, mx, ready, records=None, failures=0):
        book.case(f"senders-ready-{what}.case.net", mx, records,
                  dict(dane="insecure", dane_ready=ready, tlsa_failures=failures))

    good, alias = "mail.dane-3-1-1.case.org", "mail.dane-alias-initial.case.org"
    insecure("one", ["10 " + good], 1)
    insecure("two", ["10 " + good, "20 " + alias], 1)
    insecure("and-unreachable", ["10 gone.~", "20 " + good], 1)
    insecure("unreachable", ["10 gone.~"], 0)
    insecure("and-none", ["10 " + good, "20 mail.dane-none.case.org"], 0)
    insecure("and-unusable", ["10 " + good, "20 mail.dane-pkix-ta.case.org"], 0)
    insecure("and-insecure", ["10 " + good, "20 mail.~"], 0, {"mail.~": BOTH})
    insecure("and-failed", ["10 " + good, "20 mail.dane-bogus-tlsa.spoiled.org"], 0, failures=1)
    insecure("and-not-resolved", ["10 " + good, "20 mail.dane-bogus-addresses.spoiled.org"], 0)
    insecure("and-address", ["10 " + good, "20 192.0.2.1"], 0)
    insecure("and-brackets", ["10 " + good, "20 [192.0.2.1]"], 1)
    book.case("senders-ready-already.case.org", ["10 " + good], None,
              dict(dane="complete", dane_ready=0))
    book.case("senders-ready-null.case.net", ["0 ."], None, dict(dane=None, dane_ready=None))


def _exim(book):
    """The expanded name as the only candidate."""
    def exim(what, records, columns, word, dane, exchange="mail.~"):
        book.case(f"senders-exim-{what}.case.org", ["10 " + exchange], records, dict(dane=dane),
                  {exchange: dict(columns, dane_exim=word)})

    within = {"mail.~": "CNAME real.~", "real.~": BOTH}
    expanded, bad = "_25._tcp.real.~", "TLSA 1 1 1 " + digest("exim")
    exim("no-alias", {"mail.~": BOTH, TLSA: ee("i")}, usable("mail.~"), "usable", "complete")
    exim("no-alias-none", {"mail.~": BOTH}, none("mail.~"), "none", "none")
    exim("initial", dict(within, **{TLSA: ee("i")}), usable("mail.~"), "none", "complete")
    exim("initial-unusable", dict(within, **{TLSA: bad}), unusable("mail.~"), "none", "none")
    exim("expanded", dict(within, **{expanded: ee("e")}), usable("real.~"), "usable", "complete")
    exim("expanded-unusable", dict(within, **{expanded: bad, TLSA: ee("i")}), unusable("real.~"),
         "unusable", "none")
    exim("expanded-insecure", dict(within, **{expanded: "CNAME tlsa.elsewhere.net",
                                              TLSA: ee("i")}), usable("mail.~"), "none", "complete")
    exim("neither", within, none("mail.~"), "none", "none")
    exim("to-failed", {"mail.~": "CNAME mail.dane-bogus-tlsa.spoiled.org", TLSA: ee("i")},
         failed("mail.dane-bogus-tlsa.spoiled.org", "bogus"), "failed", "none")
    exim("to-unsigned", {"mail.~": "CNAME mail.elsewhere.net", TLSA: ee("i")}, usable("mail.~"),
         "insecure", "complete")
    exim("to-unsigned-none", {"mail.~": "CNAME mail.elsewhere.net"}, none("mail.~"), "insecure",
         "none")
    exim("dangling", {"mail.~": "CNAME nothing.~", TLSA: ee("i")},
         dict(NOT_ASKED, dane="unreachable"), "unreachable", "none")
    over = long_name(247, "senders-exim-room.case.org")  # one octet too many for `_25._tcp.`
    exim("room", {"mail.~": "CNAME " + over, over: "A", TLSA: ee("i")}, usable("mail.~"), "failed",
         "complete")
    exim("room-none", {"mail.~": "CNAME " + over}, none("mail.~"), "failed", "none")
    alone = long_name(247, "senders-exim-alone.case.org")
    exim("alone", {alone: "A"}, dict(NOT_ASKED, dane="none"), "failed", "none", exchange=alone)


def _unknown(book):
    """Whether an exchange is an alias is not known where its lookups fail."""
    book.case("senders-unknown.case.org", ["10 mx.lame.net", "20 b.~", "30 mx.lame-signed.net",
                                           "40 192.0.2.1"],
              {"b.~": "CNAME mail.elsewhere.org"},
              dict(mx_count=4, cname_mx_count=1, unknown_mx_count=2, tlsa_failures=0))
    book.case("senders-unknown-twice.case.org", ["10 mx.lame.net", "20 mx.lame.net"], None,
              dict(mx_count=2, cname_mx_count=0, unknown_mx_count=2))
    book.case("senders-known.case.org", ["10 mail.elsewhere.org"], None,
              dict(cname_mx_count=0, unknown_mx_count=0))
