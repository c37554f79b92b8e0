"""What DNSSEC makes of a domain or a host (SEC-01..SEC-06, SEC-09)."""

BOTH = "A, AAAA"
MAIL = {"mail.~": BOTH}
BOGUS_DOMAIN = dict(mx_outcome="failed", failure="bogus", dnssec="bogus", mx_count=None,
                    cname_mx_count=None, provider=None)
BOGUS_HOST = dict(address_outcome="failed", failure="bogus", dnssec="bogus", ipv4_count=None,
                  ipv6_count=None, special_count=None, alias_hops=None)


def declare(book, slow):
    del slow
    _whole_zones(book)
    _single_sets(book)
    _without(book)
    _denials(book)
    _depths(book)


def _whole_zones(book):
    """Zones that are broken, or insecure, as a whole: as a domain, and as another's mail host."""
    broken = {
        "bogus-expired": ("7", dict(flaw="expired")),
        "bogus-signatures": ("6|9", dict(flaw="signatures")),
        "bogus-no-dnskey": ("9", dict(flaw="no-dnskey")),
        "bogus-ds-mismatch": ("6|9", dict(ds="wrong")),
    }
    insecure = {
        "insecure-unsigned": None,
        "insecure-no-ds": dict(ds="none"),
        "insecure-unknown-algorithm": dict(ds="algorithm"),
        "insecure-unknown-digest": dict(ds="digest"),
    }
    for what, (code, flaws) in broken.items():
        book.codes(code, [f"{what}.org"],
                   [f"mx.{what}.org", f"mail.mx-cname-to-{what}.case.org"])
        book.zone(f"{what}.org", signed=True, **flaws)
        book.case(f"{what}.org", ["10 mail.~"], MAIL, BOGUS_DOMAIN)
        book.case(f"host-{what}.case.org", [f"10 mx.{what}.org"], {f"mx.{what}.org": BOTH},
                  dict(mx_outcome="mx", dnssec="secure", cname_mx_count=0),
                  {f"mx.{what}.org": dict(BOGUS_HOST, alias=None)})
        book.case(f"mx-cname-to-{what}.case.org", ["10 mail.~"],
                  {"mail.~": f"CNAME mx.{what}.org"},
                  dict(mx_outcome="mx", cname_mx_count=1),
                  {"mail.~": dict(BOGUS_HOST, alias="cname", alias_hops=1, alias_dnssec="secure",
                                  alias_problem=None)})
    for what, flaws in insecure.items():
        book.zone(f"{what}.org", signed=flaws is not None, **(flaws or {}))
        book.case(f"{what}.org", ["10 mail.~"], MAIL, dict(mx_outcome="mx", dnssec="insecure"),
                  {"mail.~": dict(dnssec="insecure", alias="none")})
        book.case(f"host-{what}.case.org", [f"10 mx.{what}.org"], {f"mx.{what}.org": BOTH},
                  dict(dnssec="secure"), {f"mx.{what}.org": dict(dnssec="insecure")})
    for zone, denial in (("secure-nsec.org", "nsec"), ("secure-nsec3.com", "nsec3"),
                         ("secure-optout.nl", "nsec3-optout")):
        book.zone(zone, "hosting", signed=True, denial=denial)
        book.case(zone, ["10 mail.~"], MAIL, dict(dnssec="secure"),
                  {"mail.~": dict(dnssec="secure")})


def _single_sets(book):
    """One bad signature in a zone that is good."""
    host = {"mail.~": dict(BOGUS_HOST, alias="none")}
    book.zone("spoiled.org", signed=True)
    book.case("bogus-mx.spoiled.org", ["10 mail.~"], MAIL, BOGUS_DOMAIN)
    book.spoil("bogus-mx.spoiled.org", "MX")
    book.case("bogus-address.spoiled.org", ["10 mail.~"], MAIL, dict(dnssec="secure"), host)
    book.spoil("mail.bogus-address.spoiled.org", "A")
    book.spoil("mail.bogus-address.spoiled.org", "AAAA")
    book.case("bogus-ipv4.spoiled.org", ["10 mail.~"], MAIL, dict(dnssec="secure"),
              {"mail.~": dict(address_outcome="answer", failure="bogus", ipv4_count=None,
                              ipv6_count=1, special_count=0, dnssec="secure", alias="none")})
    book.spoil("mail.bogus-ipv4.spoiled.org", "A")
    book.case("bogus-ipv6.spoiled.org", ["10 mail.~"], MAIL, dict(dnssec="secure"),
              {"mail.~": dict(address_outcome="answer", failure="bogus", ipv4_count=1,
                              ipv6_count=None, dnssec="secure")})
    book.spoil("mail.bogus-ipv6.spoiled.org", "AAAA")
    book.case("bogus-ipv4-alone.spoiled.org", ["10 mail.~"], {"mail.~": "A"}, None,
              {"mail.~": dict(address_outcome="failed", failure="bogus", ipv4_count=None,
                              ipv6_count=0, special_count=0, alias="none")})
    book.spoil("mail.bogus-ipv4-alone.spoiled.org", "A")
    book.case("bogus-cname.spoiled.org", ["10 mail.~"], {"mail.~": "CNAME mail.elsewhere.org"},
              dict(mx_outcome="mx", cname_mx_count=0),
              {"mail.~": dict(BOGUS_HOST, alias=None, alias_target=None, alias_dnssec=None)})
    book.spoil("mail.bogus-cname.spoiled.org", "CNAME")
    book.case("bogus-second-cname.spoiled.org", ["10 mail.~"],
              {"mail.~": "CNAME h1.~", "h1.~": "CNAME mail.elsewhere.org"},
              dict(mx_outcome="mx", cname_mx_count=1),
              {"mail.~": dict(BOGUS_HOST, alias="cname", alias_hops=1, alias_target="h1.~",
                              alias_dnssec="secure")})
    book.spoil("h1.bogus-second-cname.spoiled.org", "CNAME")
    book.case("bogus-domain-alias.spoiled.org", (), {"~": "CNAME mx-one.case.org"}, BOGUS_DOMAIN)
    book.spoil("bogus-domain-alias.spoiled.org", "CNAME")
    book.case("bogus-implicit.spoiled.org", (), {"~": BOTH},
              dict(mx_outcome="failed", failure="bogus", mx_count=0, provider=None))
    book.spoil("bogus-implicit.spoiled.org", "A")
    book.spoil("bogus-implicit.spoiled.org", "AAAA")
    book.case("bogus-one-of-two.spoiled.org", ["10 a.~", "20 b.~"], {"a.~": BOTH, "b.~": BOTH},
              dict(mx_outcome="mx", mx_count=2, dnssec="secure"))
    book.spoil("a.bogus-one-of-two.spoiled.org", "A")
    book.spoil("a.bogus-one-of-two.spoiled.org", "AAAA")


    book.codes("6", ["bogus-mx.spoiled.org", "bogus-domain-alias.spoiled.org",
                     "bogus-implicit.spoiled.org"],
               [f"{host}.spoiled.org" for host in (
                   "mail.bogus-address", "mail.bogus-ipv4", "mail.bogus-ipv6",
                   "mail.bogus-ipv4-alone", "mail.bogus-cname", "mail.bogus-second-cname",
                   "a.bogus-one-of-two")])


def _without(book):
    """Signatures, or proofs of what is not there, that are missing in a zone that is signed."""
    book.zone("stripped.org", signed=True)
    book.case("no-rrsig-mx.stripped.org", ["10 mail.~"], MAIL, BOGUS_DOMAIN)
    book.strip("no-rrsig-mx.stripped.org", "MX")
    book.case("no-rrsig-ipv6.stripped.org", ["10 mail.~"], MAIL, dict(dnssec="secure"),
              {"mail.~": dict(address_outcome="answer", failure="bogus", ipv4_count=1,
                              ipv6_count=None, dnssec="secure", alias="none")})
    book.strip("mail.no-rrsig-ipv6.stripped.org", "AAAA")
    book.codes("10", ["no-rrsig-mx.stripped.org"], ["mail.no-rrsig-ipv6.stripped.org"])
    book.zone("no-nsec.org", signed=True, denial="none")
    book.case("no-nsec-mx.no-nsec.org", (), {"~": "TXT x"}, BOGUS_DOMAIN)
    book.case("no-nsec-ipv6.no-nsec.org", ["10 mail.~"], {"mail.~": "A"}, dict(dnssec="secure"),
              {"mail.~": dict(address_outcome="answer", failure="bogus", ipv4_count=1,
                              ipv6_count=None, dnssec="secure", alias="none")})
    book.codes("12", ["no-nsec-mx.no-nsec.org"], ["mail.no-nsec-ipv6.no-nsec.org"])


def _denials(book):
    case = book.case
    case("optout-nxdomain-host.optout.org", ["10 nothing.~"], None, dict(dnssec="secure"),
         {"nothing.~": dict(address_outcome="nxdomain", dnssec="insecure")})
    case("optout-nodata-host.optout.org", ["10 text.~"], {"text.~": "TXT x"}, None,
         {"text.~": dict(address_outcome="nodata", dnssec="secure")})
    book.listed("no-such-name.optout.org", dict(mx_outcome="nxdomain", dnssec="insecure"))
    case("optout-no-service.optout.org", (), {"~": "TXT x"},
         dict(mx_outcome="no_service", dnssec="secure"))
    case("optout-dangling.optout.org", ["10 mail.~"], {"mail.~": "CNAME nothing.~"}, None,
         {"mail.~": dict(alias_problem="dangling", dnssec="insecure", alias_dnssec="secure")})


def _depths(book):
    """A broken zone breaks what is below it; an insecure one makes all below insecure."""
    book.zone("insecure-parent.org")
    book.zone("signed.insecure-parent.org", signed=True)
    book.case("signed.insecure-parent.org", ["10 mail.~"], MAIL, dict(dnssec="insecure"))
    book.zone("island.info", signed=True)
    book.case("island.info", ["10 mail.~"], MAIL, dict(dnssec="insecure", suffix="info"))
    book.zone("deep.case.org", "hosting", signed=True)
    book.zone("deeper.deep.case.org", "customers", signed=True, denial="nsec3")
    book.case("deeper.deep.case.org", ["10 mail.~"], MAIL, dict(dnssec="secure",
                                                                provider="case.org"))
    book.zone("unsigned.case.org", "hosting")
    book.case("unsigned.case.org", ["10 mail.~"], MAIL, dict(dnssec="insecure"))
