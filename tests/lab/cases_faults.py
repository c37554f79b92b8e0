"""Servers that fail (MX-03, SEC-05): each case a zone of its own, on its own faulty address."""

import labdns

BOTH = "A, AAAA"
MAIL = {"mail.~": BOTH}
SERVFAIL = dict(mx_outcome="failed", failure="servfail", dnssec="indeterminate", mx_count=None)
EITHER = "timeout|servfail"
DEAD_HOST = dict(address_outcome="failed", ipv4_count=None, ipv6_count=None, special_count=None,
                 alias=None, dnssec="indeterminate")


def declare(book, slow):
    _rcodes(book)
    _lame(book, slow)
    _by_type(book)
    _tcp(book)
    _malformed(book, slow)
    if slow:
        _silent(book)
        _delays(book)


def _trio(book, what, zone_words, failure):
    """A domain, a mail host and an alias's target in a zone that fails whole."""
    name = f"{what}.net"
    book.zone(name, **zone_words)
    book.case(name, ["10 mail.~"], MAIL, dict(SERVFAIL, failure=failure))
    book.case(f"host-{what}.case.org", [f"10 mx.{name}"], {f"mx.{name}": BOTH},
              dict(mx_outcome="mx", dnssec="secure", cname_mx_count=0),
              {f"mx.{name}": dict(DEAD_HOST, failure=failure)})
    book.case(f"mx-cname-to-{what}.case.org", ["10 mail.~"], {"mail.~": f"CNAME mx.{name}"},
              dict(mx_outcome="mx", cname_mx_count=1),
              {"mail.~": dict(DEAD_HOST, failure=failure, alias="cname", alias_hops=1,
                              alias_dnssec="secure", alias_problem=None)})


def _rcodes(book):
    for rcode in ("refused", "servfail", "notimp", "formerr"):
        _trio(book, "server-" + rcode, dict(server="fault-" + rcode), "servfail")


def _lame(book, slow):
    _trio(book, "lame", dict(server="hosting", served=False, failure="servfail"), "servfail")
    _trio(book, "lame-signed", dict(server="hosting", served=False, failure="servfail",
                                    signed=True), "servfail")
    # a CNAME question below a signed DNAME: Unbound 1.17 answers SERVFAIL, 1.26 the CNAME;
    # below an unsigned one to a lame name either, by what else it is busy with: as little the same
    # from one survey to the next as what is slow
    for tld in ("org", "net") if slow else ():
        book.case("mx-dname-to-lame.case." + tld, ["10 mail.old.~"], {"old.~": "DNAME lame.net"},
                  dict(mx_outcome="mx", cname_mx_count="*"),
                  {"mail.old.~": dict(DEAD_HOST, failure="servfail", alias="*")})
        book.universe.doubtful.add(labdns.name("mail.old.mx-dname-to-lame.case." + tld))
    book.case("one-host-lame.case.org", ["10 mx.lame.net", "20 mail.~"], MAIL,
              dict(mx_count=2, provider="lame.net"), {"mail.~": dict(address_outcome="answer")})


def _by_type(book):
    """Some questions fail, others do not."""
    book.zone("no-mx.net", "fault-no-mx")
    book.case("no-mx.net", ["10 mail.~"], MAIL, SERVFAIL)
    book.zone("no-a.net", "fault-no-a")
    book.case("no-a.net", ["10 mail.~"], MAIL, dict(mx_outcome="mx"),
              {"mail.~": dict(address_outcome="answer", failure="servfail", ipv4_count=None,
                              ipv6_count=1, special_count=0, alias="none", dnssec="insecure")})
    book.zone("no-aaaa.net", "fault-no-aaaa")
    book.case("no-aaaa.net", ["10 mail.~"], MAIL, dict(mx_outcome="mx"),
              {"mail.~": dict(address_outcome="answer", failure="servfail", ipv4_count=1,
                              ipv6_count=None, alias="none", dnssec="insecure")})
    book.case("no-aaaa-ipv6-only.no-aaaa.net", ["10 mail.~"], {"mail.~": "AAAA"}, None,
              {"mail.~": dict(address_outcome="failed", failure="servfail", ipv4_count=0,
                              ipv6_count=None, special_count=0, alias="none")})
    book.case("implicit.no-aaaa.net", (), {"~": "A"},
              dict(mx_outcome="implicit_mx", failure=None),
              {"~": dict(address_outcome="answer", failure="servfail")})
    book.case("no-service.no-aaaa.net", (), {"~": "TXT x"},
              dict(mx_outcome="failed", failure="servfail", mx_count=0, dnssec="insecure"))
    book.zone("no-address.net", "fault-no-address")
    book.case("no-address.net", ["10 mail.~"], MAIL, dict(mx_outcome="mx", cname_mx_count=0),
              {"mail.~": dict(DEAD_HOST, failure="servfail", alias="none")})
    book.case("implicit.no-address.net", (), {"~": "A"},
              dict(mx_outcome="failed", failure="servfail", mx_count=0))
    book.case("mx-cname.no-address.net", ["10 mail.~"],
              {"mail.~": "CNAME real.~", "real.~": BOTH}, dict(cname_mx_count=1),
              {"mail.~": dict(DEAD_HOST, failure="servfail", alias="cname", alias_hops=1,
                              alias_dnssec="insecure")})


def _tcp(book):
    book.zone("truncating.net", "fault-truncate")
    book.case("truncating.net", ["10 mail.~"], MAIL, dict(mx_outcome="mx", dnssec="insecure"),
              {"mail.~": dict(address_outcome="answer")})
    book.zone("truncating.org", "fault-truncate", signed=True)
    book.case("truncating.org", ["10 mail.~"], MAIL, dict(mx_outcome="mx", dnssec="secure"))
    book.zone("tcp-dead.net", "fault-truncate-dead")
    book.case("tcp-dead.net", ["10 mail.~"], MAIL, SERVFAIL)


def _malformed(book, slow):
    """Through Unbound a malformed answer is a server that fails."""
    kinds = {
        "garbage": ("servfail", {"raw": "garbage"}),
        "pointer": ("servfail", {"raw": "pointer"}),
        "no-tcp": ("servfail", {"no_tcp": True}),
        "yxdomain": ("other|servfail", {"rcode": 6}),  # Unbound 1.17 hands it on, 1.26 does not
        "wrong-question": ("servfail", {"question": "other.odd.net"}),
        "rcode-15": ("servfail", {"rcode": 15}),
    }
    if slow:  # too short to be taken for an answer at all
        kinds["short"] = (EITHER, {"raw": "short"})
    for what, (failure, answer) in kinds.items():
        name = f"odd-{what}.net"
        book.zone(name, "odd", served=False, failure=failure)
        for owner in (name, "mail." + name):
            for qtype in ("MX", "A", "AAAA", "CNAME", "NS", "SOA", "TXT", "DS"):
                book.answers[f"{owner} {qtype}"] = answer
        book.case(name, ["10 mail.~"], MAIL, dict(mx_outcome="failed", failure=failure))


def _silent(book):
    _trio(book, "silent", dict(server="fault-drop"), EITHER)
    _trio(book, "dead", dict(server="dead", served=False), EITHER)


def _delays(book):
    for what in ("slow", "slower", "slow-mx", "slow-address"):
        book.zone(f"{what}.net", "fault-" + what)
        book.case(f"{what}.net", ["10 mail.~"], MAIL, dict(mx_outcome="mx"),
                  {"mail.~": dict(address_outcome="answer")})
    book.zone("slow.org", "fault-slow", signed=True)
    book.case("slow.org", ["10 mail.~"], MAIL, dict(mx_outcome="mx", dnssec="secure"))
    book.records("slow-host.slow.net", BOTH)
    book.case("mx-cname-to-slow.case.org", ["10 mail.~"], {"mail.~": "CNAME slow-host.slow.net"},
              dict(cname_mx_count=1), {"mail.~": dict(address_outcome="answer")})
