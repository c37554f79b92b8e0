"""Mail hosts that are aliases (MX-07, MX-08, MX-16..MX-21): chains, loops, DNAME, their ends."""

import labdns

BOTH = "A, AAAA"
ALIAS = dict(mx_outcome="mx", mx_count=1, cname_mx_count=1)
# YXDOMAIN (RFC 6672 s2.2): the alias of a name that cannot be
TOO_LONG = dict(alias="dname", alias_hops=0, alias_target=None, alias_problem="dangling",
                address_outcome="nxdomain", failure=None, ipv4_count=0, dane="unreachable",
                dane_exim="unreachable")


def declare(book, slow):
    _chains(book, slow)
    _ends(book)
    _loops(book)
    _dname(book)
    _security(book)
    _links(book)
    _shared(book)
    _odd(book)


def _chains(book, slow):
    """Behind more than 16 aliases a resolver gives up, or does not, as its cache happens to be: such
    hosts are as little the same from one survey to the next as what is slow."""
    for hops in (1, 2, 3, 11, 12, 16, *((17, 18, 20) if slow else ())):
        for zone in ("case.org", "case.net"):
            domain = f"mx-cname-{hops}hop.{zone}"
            book.chain("mail." + domain, domain, hops)
            shown = min(hops, 17)
            columns = dict(alias="cname", alias_hops=shown, alias_target=f"h{shown}.~",
                           alias_dnssec="secure" if zone == "case.org" else "insecure",
                           alias_problem="too_long" if hops > 16 else None)
            if hops <= 16:
                columns.update(address_outcome="answer", ipv4_count=1, ipv6_count=1, failure=None)
            book.case(domain, ["10 mail.~"], None, ALIAS, {"mail.~": columns})
    book.case("mx-cname-of-several.case.org", ["10 a.~", "20 b.~", "30 c.~"],
              {"a.~": "CNAME real.~", "b.~": "A", "c.~": "CNAME real.~", "real.~": BOTH},
              dict(mx_count=3, cname_mx_count=2))
    book.case("mx-cname-and-target.case.org", ["10 alias.~", "20 real.~"],
              {"alias.~": "CNAME real.~", "real.~": BOTH}, dict(mx_count=2, cname_mx_count=1))
    book.case("mx-cname-to-domain.case.org", ["10 mail.~"], {"mail.~": "CNAME ~", "~": "A"}, ALIAS)
    book.case("mx-is-domain-alias.case.org", ["10 mx-alias-target.case.org"],
              {"mx-alias-target.case.org": "CNAME mx-self.case.org"}, ALIAS,
              {"mx-alias-target.case.org": dict(alias_target="mx-self.case.org")})
    book.case("mx-cname-wildcard.case.org", ["10 any.w.~"],
              {"*.w.~": "CNAME real.~", "real.~": BOTH}, ALIAS,
              {"any.w.~": dict(alias="cname", alias_dnssec="secure", dnssec="secure")})


def _ends(book):
    case = book.case
    for zone, dnssec in (("case.org", "secure"), ("case.net", "insecure"), ("case.com", "secure")):
        case(f"mx-cname-dangling.{zone}", ["10 mail.~"], {"mail.~": "CNAME nothing.~"}, ALIAS,
             {"mail.~": dict(alias="cname", alias_problem="dangling", address_outcome="nxdomain",
                             alias_hops=1, alias_target="nothing.~", dnssec=dnssec,
                             alias_dnssec=dnssec, ipv4_count=0)})
        case(f"mx-cname-nodata.{zone}", ["10 mail.~"],
             {"mail.~": "CNAME text.~", "text.~": "TXT x"}, ALIAS,
             {"mail.~": dict(alias="cname", alias_problem=None, address_outcome="nodata",
                             dnssec=dnssec)})
        case(f"mx-cname-ipv4-only.{zone}", ["10 mail.~"], {"mail.~": "CNAME v4.~", "v4.~": "A"},
             ALIAS, {"mail.~": dict(address_outcome="answer", ipv4_count=1, ipv6_count=0)})
        case(f"mx-cname-ipv6-only.{zone}", ["10 mail.~"], {"mail.~": "CNAME v6.~", "v6.~": "AAAA"},
             ALIAS, {"mail.~": dict(address_outcome="answer", ipv4_count=0, ipv6_count=1)})
    case("mx-cname-2hop-dangling.case.org", ["10 mail.~"],
         {"mail.~": "CNAME h1.~", "h1.~": "CNAME nothing.~"}, ALIAS,
         {"mail.~": dict(alias_problem="dangling", alias_hops=2)})
    case("mx-cname-dangling-elsewhere.case.org", ["10 mail.~"],
         {"mail.~": "CNAME gone.elsewhere.org"}, ALIAS,
         {"mail.~": dict(alias_problem="dangling", dnssec="secure", alias_dnssec="secure")})
    case("mx-cname-dangling-domain.case.org", ["10 mail.~"], {"mail.~": "CNAME mx.lapsed-name.com"},
         ALIAS, {"mail.~": dict(alias_problem="dangling", dnssec="insecure",
                                alias_dnssec="secure")})
    case("mx-cname-to-address.case.org", ["10 mail.~"], {"mail.~": "CNAME 192.0.2.1"}, ALIAS,
         {"mail.~": dict(alias_problem="dangling", alias_target="192.0.2.1")})
    case("mx-cname-to-root.case.org", ["10 mail.~"], {"mail.~": "CNAME ."}, ALIAS,
         {"mail.~": dict(alias_target=".", address_outcome="nodata")})
    case("mx-cname-special.case.org", ["10 mail.~"],
         {"mail.~": "CNAME inner.~", "inner.~": "A 10.1.1.1"}, ALIAS,
         {"mail.~": dict(special_count=1)})


def _loops(book):
    case = book.case
    failed = dict(alias="cname", alias_problem="loop", address_outcome="failed",
                  failure="servfail", ipv4_count=None, ipv6_count=None, special_count=None,
                  dnssec="indeterminate")
    for zone, dnssec in (("case.org", "secure"), ("case.net", "insecure")):
        columns = dict(failed, alias_dnssec=dnssec)
        case(f"mx-cname-self.{zone}", ["10 mail.~"], {"mail.~": "CNAME mail.~"}, ALIAS,
             {"mail.~": dict(columns, alias_hops=1, alias_target="mail.~")})
        case(f"mx-cname-loop2.{zone}", ["10 mail.~"],
             {"mail.~": "CNAME b.~", "b.~": "CNAME mail.~"}, ALIAS,
             {"mail.~": dict(columns, alias_hops=2, alias_target="mail.~")})
        case(f"mx-cname-loop3.{zone}", ["10 mail.~"],
             {"mail.~": "CNAME b.~", "b.~": "CNAME c.~", "c.~": "CNAME mail.~"}, ALIAS,
             {"mail.~": dict(columns, alias_hops=3, alias_target="mail.~")})
        case(f"mx-cname-into-loop.{zone}", ["10 mail.~"],
             {"mail.~": "CNAME in.~", "in.~": "CNAME x.~", "x.~": "CNAME y.~", "y.~": "CNAME x.~"},
             ALIAS, {"mail.~": dict(columns, alias_hops=4, alias_target="x.~")})
    case("mx-cname-loop-across.case.org", ["10 mail.~"],
         {"mail.~": "CNAME loop.elsewhere.net", "loop.elsewhere.net": "CNAME mail.~"}, ALIAS,
         {"mail.~": dict(failed, alias_hops=2, alias_dnssec="secure")})


def _dname(book):
    case = book.case
    for zone, dnssec in (("case.org", "secure"), ("case.net", "insecure"), ("case.com", "secure")):
        case(f"mx-dname.{zone}", ["10 mail.old.~"], {"old.~": "DNAME new.~", "mail.new.~": BOTH},
             ALIAS, {"mail.old.~": dict(alias="dname", alias_hops=1, alias_target="mail.new.~",
                                        alias_dnssec=dnssec, dnssec=dnssec,
                                        address_outcome="answer")})
    case("mx-dname-then-cname.case.org", ["10 mail.old.~"],
         {"old.~": "DNAME new.~", "mail.new.~": "CNAME real.~", "real.~": BOTH}, ALIAS,
         {"mail.old.~": dict(alias="dname", alias_hops=2)})
    case("mx-cname-then-dname.case.org", ["10 mail.~"],
         {"mail.~": "CNAME mail.old.~", "old.~": "DNAME new.~", "mail.new.~": BOTH}, ALIAS,
         {"mail.~": dict(alias="cname", alias_hops=2)})
    case("mx-dname-at-owner.case.org", ["10 old.~"], {"old.~": "A, DNAME new.~"},
         dict(cname_mx_count=0), {"old.~": dict(alias="none", address_outcome="answer")})
    case("mx-dname-dangling.case.org", ["10 mail.old.~"], {"old.~": "DNAME nowhere.~"}, ALIAS,
         {"mail.old.~": dict(alias="dname", alias_problem="dangling", dnssec="secure")})
    case("mx-dname-to-unsigned.case.org", ["10 mail.old.~"],
         {"old.~": "DNAME dname-target.elsewhere.net", "mail.dname-target.elsewhere.net": BOTH},
         ALIAS, {"mail.old.~": dict(alias="dname", alias_dnssec="secure", dnssec="insecure")})
    labels = ".".join(["m" * 63] * 2)
    case("mx-dname-too-long.case.org", [f"10 {labels}.old.~"],
         {"old.~": "DNAME " + ".".join(["n" * 63] * 2 + ["new.~"])},
         dict(ALIAS, unknown_mx_count=0, dane="none", tlsa_failures=0),
         {f"{labels}.old.~": dict(TOO_LONG, alias_dnssec="secure")})
    case("mx-dname-too-long.case.net", [f"10 {labels}.old.~"],
         {"old.~": "DNAME " + ".".join(["n" * 63] * 2 + ["new.~"])}, ALIAS,
         {f"{labels}.old.~": dict(TOO_LONG, alias_dnssec="insecure")})
    case("mx-of-too-long.case.org", (), {"old.~": "DNAME " + ".".join(["n" * 63] * 2 + ["new.~"])})
    book.listed(f"{labels}.old.mx-of-too-long.case.org",
                dict(mx_outcome="nxdomain", failure=None, mx_count=0, dane=None, dnssec="*"))
    case("mx-cname-then-too-long.case.org", ["10 mail.~"],
         {"mail.~": f"CNAME {labels}.old.~",
          "old.~": "DNAME " + ".".join(["n" * 63] * 2 + ["new.~"])}, ALIAS,
         {"mail.~": dict(TOO_LONG, alias="cname", alias_hops=1, alias_target=f"{labels}.old.~",
                         alias_dnssec="secure", address_outcome="*", failure="*", dnssec="*",
                         ipv4_count="*", ipv6_count="*", special_count="*", dane="*",
                         dane_exim="*")})
    case("mx-dname-loop.case.net", ["10 mail.a.~"], {"a.~": "DNAME b.~", "b.~": "DNAME a.~"}, ALIAS,
         {"mail.a.~": dict(alias="dname", alias_problem="loop", alias_hops=2,
                           address_outcome="failed")})


def _security(book):
    case = book.case
    case("mx-cname-secure-to-secure.case.org", ["10 mail.~"],
         {"mail.~": "CNAME mail.elsewhere.org"}, ALIAS,
         {"mail.~": dict(dnssec="secure", alias_dnssec="secure")})
    case("mx-cname-secure-to-insecure.case.org", ["10 mail.~"],
         {"mail.~": "CNAME mail.elsewhere.net"}, ALIAS,
         {"mail.~": dict(dnssec="insecure", alias_dnssec="secure")})
    case("mx-cname-insecure-to-secure.case.net", ["10 mail.~"],
         {"mail.~": "CNAME mail.elsewhere.org"}, ALIAS,
         {"mail.~": dict(dnssec="insecure", alias_dnssec="insecure")})
    case("mx-cname-secure-insecure-secure.case.org", ["10 mail.~"],
         {"mail.~": "CNAME back.elsewhere.net", "back.elsewhere.net": "CNAME mail.elsewhere.org"},
         ALIAS, {"mail.~": dict(dnssec="insecure", alias_dnssec="secure", alias_hops=2)})


def _links(book):
    """Not on the list: for `check`, which shows each link's own security."""
    records = book.records
    records("links-mixed.case.org", "MX 10 mail.~", "links-mixed.case.org")
    records("mail.links-mixed.case.org", "CNAME one.links.elsewhere.net")
    records("one.links.elsewhere.net", "CNAME two.links.elsewhere.org")
    records("two.links.elsewhere.org", "CNAME mail.elsewhere.net")
    records("links-dname.case.net", "MX 10 mail.~", "links-dname.case.net")
    records("mail.links-dname.case.net", "CNAME mail.old.links.elsewhere.org")
    records("old.links.elsewhere.org", "DNAME elsewhere.org")


def _shared(book):
    """Many customers behind one alias: one host, resolved once."""
    book.records("shared-alias.elsewhere.org", "CNAME mail.elsewhere.org")
    for number in range(1, 31):
        zone = "case.org" if number % 3 == 0 else "case.net"
        book.case(f"customer-{number}.{zone}", ["10 shared-alias.elsewhere.org"], None,
                  dict(ALIAS, provider="elsewhere.org"))


def _odd(book):
    """Served by the responder: what a real server refuses to load."""
    book.zone("odd.net", "odd", served=False)
    answers = book.answers
    domain = "two-cnames.odd.net"
    answers[f"{domain} MX"] = {"records": [[domain, "MX", f"10 mail.{domain}"]]}
    for qtype in ("A", "AAAA", "CNAME"):
        answers[f"mail.{domain} {qtype}"] = {"records": [
            [f"mail.{domain}", "CNAME", f"one.{domain}"],
            [f"mail.{domain}", "CNAME", f"two.{domain}"]]}
    for host in ("one", "two"):
        answers[f"{host}.{domain} A"] = {"records": [[f"{host}.{domain}", "A", "5.255.0.1"]]}
        book.universe.add(f"{host}.{domain}", "A", "5.255.0.1")
    # Unbound hands on the first alone: `multiple` is for resolvers that show both
    book.universe.add(f"mail.{domain}", "CNAME", labdns.name(f"one.{domain}"))
    book.universe.add(domain, "MX", (10, labdns.name(f"mail.{domain}")))
    book.listed(domain, ALIAS, {f"mail.{domain}": dict(alias="cname", alias_hops=1,
                                                       alias_problem=None)})

    domain = "mixed-case.odd.net"
    alias = ["MAIL.mixed-CASE.odd.NET", "CNAME", "Real.MIXED-case.odd.net"]
    address = ["REAL.mixed-case.odd.net", "A", "5.255.0.2"]
    answers[f"{domain} MX"] = {
        "records": [["MIXED-case.ODD.net", "MX", "10 MaIl.mIxEd-CASE.Odd.NET"]]}
    answers[f"mail.{domain} A"] = {"records": [alias, address]}
    answers[f"mail.{domain} AAAA"] = answers[f"mail.{domain} CNAME"] = {"records": [alias]}
    answers[f"real.{domain} A"] = {"records": [address]}
    book.universe.add(domain, "MX", (10, labdns.name(f"mail.{domain}")))
    book.universe.add(f"mail.{domain}", "CNAME", labdns.name(f"real.{domain}"))
    book.universe.add(f"real.{domain}", "A", "5.255.0.2")
    book.listed(domain, ALIAS, {f"mail.{domain}": dict(alias_target=f"real.{domain}")})
