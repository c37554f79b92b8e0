"""Exchanges that are odd names (MX-26..MX-30, MX-32, MX-34)."""

import labdns

BOTH = "A, AAAA"
NOT_RESOLVED = dict(mx_outcome="mx", mx_count=1, cname_mx_count=0, provider=None)

# file name of the case -> exchange in presentation form, not resolved
UNRESOLVED = {
    "address": "192.0.2.1",
    "address-public": "5.6.7.8",
    "address-brackets": "[192.0.2.1]",
    "address-one-label": r"192\.0\.2\.2",
    "address-one-label-brackets": r"[192\.0\.2\.3]",
    "address-ipv6": "2001:db8::1",
    "address-ipv6-brackets": "[2001:db8::1]",
    "localhost": "localhost",
    "localhost-below": "mail.localhost",
}

# label in front of the case's domain; resolved, though it is no host name
INVALID = {
    "underscore": "_mx",
    "underscore-inside": "mx_1",
    "space": r"a\ b",
    "star": "*",
    "at-sign": r"\@",
    "slash": "a/b",
    "control": r"a\001b",
    "nul": r"a\000b",
    "newline": r"a\010b",
    "high-byte": r"caf\233",
    "utf-8": r"m\195\188nchen",
    "dot-inside": r"a\.b",
    "backslash": r"a\\b",
    "quotes": r"a\"b'c",
    "html": r"\"><script>alert(1)<\047script>",
    "sql": r"'\; drop table domains\;--",
    "csv": "=1+1,2",
    "comment": r"a\;b",
    "dollar": r"\$a",
    "parentheses": r"\(a\)",
    "hyphen-first": "-a",
    "hyphen-last": "a-",
    "only-hyphen": "-",
    "percent": "%s%n",
}

# no addresses, and no host names either: the last label is a number (RFC 1123 s2.1)
NUMBERS = {
    "too-large": "300.1.1.1",
    "last-too-large": "192.0.2.300",
    "three": "1.2.3",
    "one": "0",
}


def declare(book, slow):
    del slow
    for what, exchange in UNRESOLVED.items():
        book.case(f"mx-{what}.case.org", ["10 " + exchange], None, NOT_RESOLVED)
    book.case("mx-address-beside-host.case.org", ["10 192.0.2.1", "20 mail.~"], {"mail.~": "A"},
              dict(mx_count=2, provider=None))
    book.case("mx-space-beside-host.case.org", [r"10 a\ b.~", "20 mail.~"], {"mail.~": "A"},
              dict(mx_count=2))
    book.case("mx-localhost-beside-host.case.org", ["20 localhost", "10 mail.~"], {"mail.~": "A"},
              dict(mx_count=2, provider="case.org"))
    book.case("mx-localhost-localdomain.case.org", ["10 localhost.localdomain"], None,
              dict(mx_outcome="mx"), {"localhost.localdomain": dict(address_outcome="nxdomain")})
    book.case("mx-origin-appended.case.org", ["10 1.2.3.4.~"], None, dict(provider="case.org"),
              {"1.2.3.4.~": dict(address_outcome="nxdomain")})
    for what, exchange in NUMBERS.items():
        book.case(f"mx-numbers-{what}.case.org", ["10 " + exchange], None,
                  dict(mx_outcome="mx", provider=None),
                  {exchange: dict(address_outcome="nxdomain", provider=None)})
    _single_labels(book)
    for what, label in INVALID.items():
        if what == "star":  # an answer for it is a wildcard for others: only asked for
            book.case("mx-star.case.org", ["10 *.~"], {"real.~": "A"}, dict(mx_outcome="mx"),
                      {"*.~": dict(address_outcome="nxdomain")})
            continue
        book.case(f"mx-{what}.case.org", [f"10 {label}.~"], {f"{label}.~": BOTH},
                  dict(mx_outcome="mx", provider="case.org"),
                  {f"{label}.~": dict(address_outcome="answer", dnssec="secure")})
    book.case("mx-underscore-alias.case.org", ["10 _mx.~"], {"_mx.~": "CNAME mail.elsewhere.org"},
              dict(cname_mx_count=1), {"_mx.~": dict(alias="cname", alias_hops=1)})
    book.case("mx-underscore-nxdomain.case.org", ["10 _mx.~"], None, dict(cname_mx_count=0),
              {"_mx.~": dict(address_outcome="nxdomain")})
    _long_names(book)


def _single_labels(book):
    single = dict(mx_outcome="mx", provider=None)
    book.case("mx-single-label.case.org", ["10 mail"], None, single,
              {"mail": dict(address_outcome="nxdomain", dnssec="secure", provider=None)})
    book.case("mx-tld-host.case.org", ["10 nl"], None, single,
              {"nl": dict(address_outcome="nodata", dnssec="secure")})
    book.zone("mailtld", "tld", signed=True)
    book.records("mailtld", BOTH)
    book.case("mx-tld-with-address.case.org", ["10 mailtld"], None, single,
              {"mailtld": dict(address_outcome="answer", dnssec="secure")})
    book.case("mx-single-label-invalid.case.org", ["10 _mail"], None, single,
              {"_mail": dict(address_outcome="nxdomain")})


def _long_names(book):
    """An NSEC zone: NSD 4.6.1 ends itself where `*.` before an NSEC3 zone's name has no room."""
    book.case("mx-label-63.case.org", [f"10 {'m' * 63}.~"], {f"{'m' * 63}.~": "A"})
    for length in (255, 254, 245, 246, 247):  # octets of wire form; `_25._tcp.` takes 9
        domain = f"mx-name-{length}.case.org"
        exchange = long_name(length, domain)
        book.case(domain, ["10 " + exchange], {exchange: "A"}, dict(mx_count=1),
                  {exchange: dict(address_outcome="answer")})
    book.zone("q", "tld", signed=True)
    exchange = "a." * 126 + "q"
    book.case("mx-127-labels.case.org", ["10 " + exchange], {exchange: "A"}, dict(provider="a.q"),
              {exchange: dict(address_outcome="answer", dnssec="secure")})
    book.case("mx-long-alias.case.org", ["10 mail.~"],
              {"mail.~": "CNAME " + long_name(255, "mx-name-255.case.org")},
              dict(cname_mx_count=1))
    domain = long_name(255, "domain-255.case.org")
    book.universe.add(domain, "MX", (10, labdns.name("mail.elsewhere.org")))
    book.listed(domain, dict(mx_outcome="mx"))


def long_name(octets, domain):
    """A name of so many octets in wire form below a domain."""
    room = octets - len(labdns.name(domain))
    labels = []
    while room:
        size = min(room - 1, 63)
        if room - 1 - size == 1:  # a label needs two octets
            size -= 1
        labels.append("l" * size)
        room -= size + 1
    return ".".join(labels) + "." + domain
