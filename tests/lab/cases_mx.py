"""MX answers: present, absent, null, implicit; domains that are aliases (MX-01..MX-05, MX-13,
MX-22..MX-25, MX-31..MX-33)."""

import labdns

BOTH = "A, AAAA"


def declare(book, slow):
    del slow
    _plain(book)
    _without_mx(book)
    _null(book)
    _domain_alias(book)
    _addresses(book)
    _list_forms(book)


def _plain(book):
    case = book.case
    case("mx-one.case.org", ["10 mail.~"], {"mail.~": BOTH},
         dict(mx_outcome="mx", mx_count=1, cname_mx_count=0, dnssec="secure", suffix="org",
              provider="case.org", failure=None, null_mx_flaw=None, alias_target=None),
         {"mail.~": dict(address_outcome="answer", ipv4_count=1, ipv6_count=1, special_count=0,
                         dnssec="secure", alias="none", alias_hops=None, alias_problem=None)})
    case("mx-one.case.net", ["10 mail.~"], {"mail.~": BOTH},
         dict(mx_outcome="mx", dnssec="insecure", suffix="net"),
         {"mail.~": dict(dnssec="insecure", alias="none")})
    case("mx-one.case.com", ["10 mail.~"], {"mail.~": BOTH}, dict(dnssec="secure"))
    case("mx-several.case.org", ["10 b.~", "20 a.~", "30 mail.elsewhere.org"],
         {"a.~": BOTH, "b.~": "A"}, dict(mx_count=3, provider="case.org"))
    case("mx-equal-preference.case.org", ["10 mail.elsewhere.org", "10 mx.elsewhere.net",
                                          "20 mail.~"],
         {"mail.~": "A", "mx.elsewhere.net": "A"}, dict(mx_count=3, provider="elsewhere.org"))
    case("mx-other-provider.case.org", ["10 mail.elsewhere.net"], None,
         dict(provider="elsewhere.net", dnssec="secure"),
         {"mail.elsewhere.net": dict(dnssec="insecure", provider="elsewhere.net")})
    case("mx-twice.case.org", ["10 mail.~", "20 mail.~"], {"mail.~": BOTH}, dict(mx_count=2))
    case("mx-self.case.org", ["10 ~"], {"~": BOTH}, dict(mx_outcome="mx", mx_count=1),
         {"~": dict(address_outcome="answer")})
    case("mx-upper-case.case.org", ["10 MAIL.~"], {"mail.~": "A"}, dict(mx_count=1))
    case("mx-preference-extremes.case.org", ["0 first.~", "65535 last.~"],
         {"first.~": "A", "last.~": "A"}, dict(mx_count=2))
    case("mx-of-mx.case.org", ["10 inner.~"], {"inner.~": "A, MX 10 mail.elsewhere.org"},
         dict(mx_count=1, provider="case.org"))
    case("mx-unused-own-address.case.org", ["10 no-address.~"], {"~": "A", "no-address.~": "TXT x"},
         dict(mx_outcome="mx"), {"no-address.~": dict(address_outcome="nodata", dnssec="secure")})
    case("mx-60.case.org", [f"{at % 7 * 10} mx{at}.~" for at in range(60)],
         {f"mx{at}.~": "A" for at in range(60)}, dict(mx_count=60))
    case("mx-200.case.net", [f"{at} mx{at}.~" for at in range(200)],
         {f"mx{at}.~": "A" for at in range(200)}, dict(mx_count=200))
    case("wildcard.case.org", ["10 any.sub.~"], {"*.sub.~": BOTH},
         dict(dnssec="secure"), {"any.sub.~": dict(address_outcome="answer", dnssec="secure")})
    case("wildcard.case.com", ["10 any.sub.~"], {"*.sub.~": BOTH}, dict(dnssec="secure"),
         {"any.sub.~": dict(address_outcome="answer", dnssec="secure")})
    book.universe.add("*.wildcard-mx.case.org", "MX", (10, labdns.name("mail.elsewhere.org")))
    book.listed("below.wildcard-mx.case.org", dict(mx_outcome="mx", dnssec="secure",
                                                   provider="elsewhere.org"))
    book.zone("uk-example.co.uk", "hosting")
    case("uk-example.co.uk", ["10 mx.~"], {"mx.~": "A"},
         dict(suffix="co.uk", provider="uk-example.co.uk"))
    book.zone("dyndns.org", "hosting")  # a private rule of the Public Suffix List
    case("private-suffix.case.org", ["10 mail.shop.dyndns.org"], {"mail.shop.dyndns.org": "A"},
         dict(provider="shop.dyndns.org"))
    book.zone("post", "tld", signed=True)
    case("post", ["10 mail.elsewhere.org"], None,
         dict(mx_outcome="mx", suffix="post", dnssec="secure"))
    book.zone("xn--bcher-kva.de", "hosting", signed=True)
    case("xn--bcher-kva.de", ["10 xn--mil-0na.~"], {"xn--mil-0na.~": BOTH},
         dict(suffix="de", provider="xn--bcher-kva.de", dnssec="secure"))


def _without_mx(book):
    case = book.case
    denied = dict(mx_outcome="implicit_mx", mx_count=0, cname_mx_count=0, provider="case.org",
                  dnssec="secure")
    case("implicit-a.case.org", (), {"~": "A"}, denied,
         {"~": dict(address_outcome="answer", ipv4_count=1, ipv6_count=0)})
    case("implicit-aaaa.case.org", (), {"~": "AAAA"}, denied,
         {"~": dict(address_outcome="answer", ipv4_count=0, ipv6_count=1)})
    case("implicit-both.case.org", (), {"~": BOTH}, denied)
    case("implicit.case.net", (), {"~": "A"}, dict(mx_outcome="implicit_mx", dnssec="insecure"))
    case("implicit-special.case.org", (), {"~": "A 127.0.0.1"}, denied,
         {"~": dict(special_count=1)})
    nothing = dict(mx_outcome="no_service", mx_count=0, provider=None, dnssec="secure",
                   failure=None)
    case("no-service.case.org", (), {"~": "TXT x"}, nothing)
    case("empty-non-terminal.case.org", (), {"x.~": "A"}, nothing)
    case("empty-non-terminal.case.com", (), {"x.~": "A"}, nothing)
    case("no-service.case.net", (), {"~": "TXT x"}, dict(nothing, dnssec="insecure"))
    absent = dict(mx_outcome="nxdomain", mx_count=0, provider=None, failure=None)
    book.listed("no-such-name.case.org", dict(absent, dnssec="secure"))
    book.listed("no-such-name.case.net", dict(absent, dnssec="insecure"))
    book.listed("no-such-name.case.com", dict(absent, dnssec="secure"))
    book.listed("no-such-domain.org", dict(absent, dnssec="secure"))
    book.listed("no-such-domain.com", dict(absent, dnssec="insecure"))  # opt-out
    book.listed("no-such-domain.info", dict(absent, dnssec="insecure"))
    book.listed("no-such-tld", dict(absent, dnssec="secure", suffix="no-such-tld"))


def _null(book):
    case = book.case
    null = dict(mx_outcome="null_mx", null_mx_flaw=None, mx_count=1, provider=None)
    case("null-mx.case.org", ["0 ."], None, dict(null, dnssec="secure"))
    case("null-mx.case.net", ["0 ."], {"~": "A"}, dict(null, dnssec="insecure"))
    case("null-mx-preference.case.org", ["10 ."], None, dict(null, null_mx_flaw="preference"))
    case("null-mx-twice.case.org", ["0 .", "10 ."], None,
         dict(null, null_mx_flaw="preference", mx_count=2))
    mixed = dict(mx_outcome="mx", null_mx_flaw="mixed", mx_count=2, provider="case.org")
    case("null-mx-mixed.case.org", ["0 .", "10 mail.~"], {"mail.~": "A"}, mixed)
    case("null-mx-mixed-last.case.org", ["20 .", "10 mail.~"], {"mail.~": "A"}, mixed)
    case("null-mx-zero-host.case.org", ["0 0"], None,
         dict(mx_outcome="mx", null_mx_flaw=None, provider=None),
         {"0": dict(address_outcome="nxdomain", dnssec="secure", provider=None)})


def _domain_alias(book):
    case = book.case
    case("domain-alias.case.org", (), {"~": "CNAME mx-one.case.org"},
         dict(mx_outcome="mx", alias_target="mx-one.case.org", mx_count=1, dnssec="secure",
              cname_mx_count=0, provider="case.org"))
    case("domain-alias-2hops.case.org", (),
         {"~": "CNAME hop.~", "hop.~": "CNAME mx-one.case.net"},
         dict(mx_outcome="mx", alias_target="mx-one.case.net", dnssec="insecure"))
    case("domain-alias-null-mx.case.org", (), {"~": "CNAME null-mx.case.org"},
         dict(mx_outcome="null_mx", alias_target="null-mx.case.org"))
    case("domain-alias-implicit.case.org", (), {"~": "CNAME implicit-a.case.org"},
         dict(mx_outcome="implicit_mx", alias_target=None, mx_count=0, provider="case.org",
              cname_mx_count=0),
         {"~": dict(alias="cname", alias_hops=1, alias_target="implicit-a.case.org")})
    case("domain-alias-no-service.case.org", (), {"~": "CNAME no-service.case.org"},
         dict(mx_outcome="no_service", alias_target=None, dnssec="secure"))
    case("domain-alias-dangling.case.org", (), {"~": "CNAME nothing-here.case.org"},
         dict(mx_outcome="nxdomain", alias_target=None, mx_count=0, dnssec="secure"))
    case("domain-alias-dangling.case.net", (), {"~": "CNAME nothing-here.case.net"},
         dict(mx_outcome="nxdomain", alias_target=None, dnssec="insecure"))
    case("domain-alias-loop.case.org", (), {"~": "CNAME a.~", "a.~": "CNAME ~"},
         dict(mx_outcome="failed", failure="servfail", mx_count=None, dnssec="indeterminate",
              alias_target=None))
    book.records("dname-domains.case.org", "DNAME targets.case.org")
    book.records("one.targets.case.org", "MX 10 mail.elsewhere.org")
    book.listed("one.dname-domains.case.org",
                dict(mx_outcome="mx", alias_target="one.targets.case.org", dnssec="secure"))


def _addresses(book):
    case = book.case
    case("host-nodata.case.org", ["10 mail.~"], {"mail.~": "TXT x"}, dict(mx_outcome="mx"),
         {"mail.~": dict(address_outcome="nodata", ipv4_count=0, ipv6_count=0, special_count=0,
                         dnssec="secure", alias="none")})
    case("host-nxdomain.case.org", ["10 nothing.~"], None, dict(mx_outcome="mx"),
         {"nothing.~": dict(address_outcome="nxdomain", dnssec="secure", alias="none")})
    case("host-nxdomain.case.net", ["10 nothing.~"], None, None,
         {"nothing.~": dict(address_outcome="nxdomain", dnssec="insecure")})
    case("host-ipv6-only.case.org", ["10 mail.~"], {"mail.~": "AAAA"}, None,
         {"mail.~": dict(address_outcome="answer", ipv4_count=0, ipv6_count=1)})
    case("host-special-only.case.org", ["10 mail.~"], {"mail.~": "A 10.0.0.1, A 192.168.1.1"}, None,
         {"mail.~": dict(special_count=2, ipv4_count=2)})
    case("host-special-some.case.org", ["10 mail.~"], {"mail.~": "A, A 127.0.0.1"}, None,
         {"mail.~": dict(special_count=1, ipv4_count=2)})
    ipv4 = ("0.0.0.0 10.255.255.255 100.64.0.1 127.0.0.1 169.254.1.1 172.31.255.255 192.0.0.1"
            " 192.0.2.1 192.88.99.1 192.168.0.1 198.19.255.255 198.51.100.1 203.0.113.1"
            " 240.0.0.1 255.255.255.255 224.0.0.1 239.255.255.255").split()
    case("host-special-ipv4.case.org", ["10 mail.~"],
         {"mail.~": ", ".join("A " + address for address in ipv4)}, None,
         {"mail.~": dict(special_count=17, ipv4_count=17)})
    ipv6 = ("::1 :: ::ffff:5.5.5.5 64:ff9b::1 100::1 2001::1 2001:2::1 2001:db8::1 2001:10::1"
            " 2002::1 fc00::1 fdff::1 fe80::1 febf::1 ff02::1").split()
    case("host-special-ipv6.case.org", ["10 mail.~"],
         {"mail.~": ", ".join("AAAA " + address for address in ipv6)}, None,
         {"mail.~": dict(special_count=15, ipv6_count=15)})
    near = ("9.255.255.255 11.0.0.0 100.63.255.255 100.128.0.0 126.255.255.255 128.0.0.1"
            " 172.15.255.255 172.32.0.0 192.0.1.0 192.0.3.0 192.167.255.255 198.17.255.255"
            " 198.20.0.0 223.255.255.255").split()
    case("host-nearly-special.case.org", ["10 mail.~"],
         {"mail.~": ", ".join("A " + address for address in near) +
          ", AAAA 2003::1, AAAA fbff::1, AAAA 2001:200::1"}, None,
         {"mail.~": dict(special_count=0, ipv4_count=14, ipv6_count=3)})
    case("host-many-addresses.case.org", ["10 mail.~"],
         {"mail.~": ", ".join(["A"] * 40 + ["AAAA"] * 40)}, None,
         {"mail.~": dict(ipv4_count=40, ipv6_count=40)})


def _list_forms(book):
    """Names as lists write them, and lines that are no names."""
    target = ["10 mail.elsewhere.org"]
    for domain, line in (
            ("list-upper-case.case.org", "LIST-Upper-CASE.case.ORG"),
            ("list-final-dot.case.org", "list-final-dot.case.org."),
            ("list-blanks.case.org", "  list-blanks.case.org \t"),
            ("xn--bcher-kva.case.org", "b\u00fccher.case.org"),
            ("xn--mnchen-3ya.case.org", "M\u00dcNCHEN.case.org"),
            ("xn--fiqs8s.case.org", "\u4e2d\u56fd.case.org"),
            ("under_score.case.org", None),
            ("3com.case.org", None)):
        book.universe.add(domain, "MX", (10, labdns.name("mail.elsewhere.org")))
        book.listed(domain, dict(mx_count=len(target)), line=line)
    book.universe.repeated += ["mx-one.case.org", "MX-ONE.case.org.", "xn--bcher-kva.case.org"]
    book.universe.noise += [
        b"192.0.2.1", b"2001:db8::1", b".", b"a" * 64 + b".case.org", b"http://www.case.org/",
        b"empty..label.case.org", b"postmaster@case.org", b"star.*.case.org",
        b"two words.case.org", b".".join([b"a" * 60] * 5) + b".org", b"bad\xffbyte.case.org",
        b"x" * 5000]
