"""Aliases, address families, null MX, odd exchanges and TLSA of all kinds: what senders make of them
(RFC 7672 s2.1.2, s2.1.3, s2.2; Postfix, Exim, danecheck)."""
import dns.rcode

from worlds.scripted import DIGEST, GOOD, NOT_ASKED, domain, found, host, nothing, searched, to

EXCLUDED = "excl.test"
INSECURE = dict(NOT_ASKED, dnssec="insecure")
LOST = dict(INSECURE, alias_dnssec="indeterminate")  # the first alias record is not known
PKIX = "1 1 1 " + DIGEST


def declare(world):
    _first_alias(world)
    _families(world)
    _chains(world)
    _mx(world)
    _implicit(world)
    _exchanges(world)
    _records(world)
    _bases(world)


def _aliased(world, name, target, *tlsa):
    """A domain whose exchange mx.<domain> is an alias, with these TLSA records at the exchange."""
    world.domain(name, f"10 mx.{name}.")
    world.alias("mx." + name, target)
    if tlsa:
        world.tlsa("mx." + name, *tlsa)


def _own(world, name, host_name, signed, *tlsa, **words):
    world.domain(name, f"10 {host_name}.")
    world.host(host_name, signed, *tlsa, **words)


def _first_alias(world):
    """Insecure addresses, TLSA at the exchange, and the question for its CNAME record goes wrong."""
    for what, fault in (("cnsf", dict(rcode=dns.rcode.SERVFAIL)), ("cnbog", dict(bogus=True, ede=[6])),
                        ("cnto", dict(silent=True)), ("cnno", dict(denied=True))):
        _aliased(world, what + ".test", f"t.{what}-ins.test", GOOD)
        world.host(f"t.{what}-ins.test", False)
        world.fault(f"mx.{what}.test", "CNAME", **fault)
    for what in ("dn", "dnsf"):
        world.domain(what + ".test", f"10 mx.sub.{what}.test.")
        world.dname(f"sub.{what}.test", f"{what}t.test")
        world.host(f"mx.{what}t.test", False)
    world.fault("sub.dnsf.test", "DNAME", rcode=dns.rcode.SERVFAIL)


def _families(world):
    """One address family fails."""
    servfail = dict(rcode=dns.rcode.SERVFAIL)
    _own(world, "v6sf.test", "mx.v6sf.test", True, GOOD, ipv6=False)
    world.fault("mx.v6sf.test", "AAAA", ede=[22], **servfail)
    for what, fault in (("v6ins", servfail), ("v6to", dict(silent=True)),
                        ("v6ni", dict(rcode=dns.rcode.NOTIMP))):
        _own(world, what + ".test", f"mx.{what}-h.test", False, ipv6=False)
        world.fault(f"mx.{what}-h.test", "AAAA", **fault)
    world.domain("v6insmx.test", "10 mx.v6ins-h.test.", signed=False)
    _own(world, "bog4.test", "mx.bog4.test", True, GOOD)
    world.fault("mx.bog4.test", "A", bogus=True, ede=[7])
    _own(world, "bogh.test", "mx.bogh-h.test", True)
    world.fault("mx.bogh-h.test", "A", "AAAA", bogus=True, ede=[6])
    world.domain("v6only.test", "10 mx.v6only.test.")
    world.add("mx.v6only.test", "AAAA", "2600::5", signed=True)
    world.tlsa("mx.v6only.test")


def _chains(world):
    for hops in (16, 17):
        zone = f"chain{hops}.test"
        world.domain(zone, f"10 h0.{zone}.")
        world.chain(*(f"h{at}.{zone}" for at in range(hops + 1)))
        world.host(f"h{hops}.{zone}", True, GOOD)


def _mx(world):
    world.host("mx.sec-h.test", True, GOOD)
    _own(world, "insh.test", "mx.insh-h.test", False, GOOD)
    world.domain("insmx.test", "10 mx.sec-h.test.", signed=False)
    world.domain("ede.test", "10 mx.ede-h.test.", signed=False)
    world.host("mx.ede-h.test", False)
    world.fault("ede.test", "MX", ede=[2, 27])
    world.fault("mx.ede-h.test", "A", ede=[1, 3])
    world.fault("mx.ede-h.test", "AAAA", ede=[27])
    world.domain("nullmix.test", "0 .", "10 mx.sec-h.test.")
    world.domain("nullhigh.test", "20 .", "10 mx.sec-h.test.")
    world.domain("nullpref.test", "10 .")
    world.domain("nulltwo.test", "0 .", "10 .")


def _implicit(world):
    """No MX: the domain is its own mail host, and may be an alias."""
    for at, (signed, at_target, at_domain) in enumerate(
            ((True, [GOOD], []), (True, [], [GOOD]), (False, [GOOD], [GOOD])), 1):
        name, target = f"impl{at}.test", f"tgt.impl{at}-t.test"
        world.alias(name, target, signed=True)
        world.host(target, signed, *at_target)
        if at_domain:
            world.tlsa(name, *at_domain)
    world.host("impl4.test", True, GOOD)


def _exchanges(world):
    """Beside a host with DANE, something that is none."""
    for name, low in (("addr", "192.0.2.1."), ("lhlow", "localhost."), ("exlow", "mx.excl.test.")):
        world.domain(name + ".test", "5 " + low, "10 mx.sec-h.test.")
    world.domain("addronly.test", "5 192.0.2.1.")
    world.host("mx.excl.test", False)
    world.domain("exonly.test", "5 mx.excl.test.")
    for name, tlsa in (("extarget", []), ("exown", [GOOD])):
        _aliased(world, name + ".test", f"{name}.excl.test", *tlsa)
        world.host(name + ".excl.test", True, GOOD)
    world.domain("exready.test", "5 mx.excl.test.", "10 mx.sec-h.test.", signed=False)
    world.domain("under.test", "5 _mx.under.test.", "10 mx.sec-h.test.")
    world.host("_mx.under.test", True)
    world.domain("odd.test", "5 mx-.odd.test.", "10 mx.sec-h.test.")
    world.host("mx-.odd.test", True)


def _records(world):
    _own(world, "agil.test", "mx.agil.test", True, GOOD, "3 1 2 " + 2 * DIGEST, "2 0 1 " + DIGEST,
         PKIX, "3 2 1 " + DIGEST, "3 1 3 " + DIGEST, GOOD[:-2], "3 1 0 3000")
    _own(world, "short.test", "mx.short.test", True, r"\# 2 0301", GOOD)
    _own(world, "shorts.test", "mx.shorts.test", True, r"\# 2 0301", r"\# 0 ")
    _own(world, "pkix.test", "mx.pkix.test", True, PKIX, "0 0 1 " + DIGEST)
    _own(world, "tlcn.test", "mx.tlcn.test", True)
    world.alias("_25._tcp.mx.tlcn.test", "tlsa.tlcn-ins.test")
    world.add("tlsa.tlcn-ins.test", "TLSA", GOOD, signed=False)
    _own(world, "tldn.test", "mx.tldn.test", True)
    world.dname("_tcp.mx.tldn.test", "_tcp.mx.sec-h.test")


def _bases(world):
    """An alias over secure names: the expanded name comes first, then the exchange."""
    for what in ("c1err", "c1ins", "c1unu"):
        _aliased(world, what + ".test", f"t.{what}-t.test", GOOD)
        world.host(f"t.{what}-t.test", True, *([PKIX] if what == "c1unu" else []))
    world.fault("_25._tcp.t.c1err-t.test", "TLSA", rcode=dns.rcode.SERVFAIL)
    world.alias("_25._tcp.t.c1ins-t.test", "x.c1ins-i.test")
    world.add("x.c1ins-i.test", "TLSA", GOOD, signed=False)
    world.domain("mid.test", "10 mx.mid.test.")
    world.chain("mx.mid.test", "m.mid.test", "t.mid.test")
    world.host("t.mid.test", True)
    world.tlsa("m.mid.test")
    _aliased(world, "midins.test", "m.midins-i.test")
    world.alias("m.midins-i.test", "t.midins-s.test", signed=False)
    world.host("t.midins-s.test", True, GOOD)


DOMAINS = {
    "cnsf.test": domain("none", 1, cname_mx_count=1),
    "cnbog.test": domain("none", 1, cname_mx_count=1),
    "cnto.test": domain("none", 1, cname_mx_count=1),
    "cnno.test": domain("none", 1, cname_mx_count=1),
    "dn.test": domain("none", cname_mx_count=1),
    "dnsf.test": domain("none", 1, cname_mx_count=1),
    "v6sf.test": domain("complete"),
    "v6ins.test": domain("none"),
    "v6to.test": domain("none"),
    "v6ni.test": domain("none"),
    "v6insmx.test": domain("insecure"),
    "bog4.test": domain("complete"),
    "bogh.test": domain("none"),  # no address: no lookup of TLSA records failed
    "v6only.test": domain("complete"),
    "chain16.test": domain("complete", cname_mx_count=1),
    "chain17.test": domain("none", cname_mx_count=1),
    "insh.test": domain("none"),
    "insmx.test": domain("insecure", dane_ready=1),
    "ede.test": domain("insecure", ede="2,27", failure=None),
    "nullmix.test": domain("complete", mx_outcome="mx", null_mx_flaw="mixed"),
    "nullhigh.test": domain("complete", mx_outcome="mx", null_mx_flaw="mixed"),
    "nullpref.test": domain(None, dane_ready=None, mx_outcome="null_mx", null_mx_flaw="preference"),
    "nulltwo.test": domain(None, dane_ready=None, mx_outcome="null_mx", null_mx_flaw="preference"),
    "impl1.test": domain("complete", mx_outcome="implicit_mx", alias_target=None),
    "impl2.test": domain("complete", mx_outcome="implicit_mx"),
    "impl3.test": domain("insecure", dane_ready=1, mx_outcome="implicit_mx"),
    "impl4.test": domain("complete", mx_outcome="implicit_mx"),
    "addr.test": domain("partial"),
    "addronly.test": domain(None, dane_ready=None),  # an address is no mail host
    "lhlow.test": domain("complete"),
    "exlow.test": domain("partial", unknown_mx_count=1),
    "exonly.test": domain(None, dane_ready=None, unknown_mx_count=1),  # nor what nobody resolves
    "extarget.test": domain("none", cname_mx_count=1),
    "exown.test": domain("complete", cname_mx_count=1),
    "exready.test": domain("insecure", unknown_mx_count=1),
    "under.test": domain("partial"),
    "odd.test": domain("complete"),
    "agil.test": domain("complete"),
    "short.test": domain("complete"),
    "shorts.test": domain("none"),
    "pkix.test": domain("none"),
    "tlcn.test": domain("none"),
    "tldn.test": domain("complete"),
    "c1err.test": domain("none", 1, cname_mx_count=1),
    "c1ins.test": domain("complete", cname_mx_count=1),
    "c1unu.test": domain("none", cname_mx_count=1),
    "mid.test": domain("none", cname_mx_count=1),
    "midins.test": domain("none", cname_mx_count=1),
}

HOSTS = {
    "mx.cnsf.test": host("failed", "insecure", **dict(to("t.cnsf-ins.test"), **LOST)),
    "mx.cnbog.test": host("failed", "insecure", **dict(to("t.cnbog-ins.test"), **LOST)),
    "mx.cnto.test": host("failed", "insecure", **dict(to("t.cnto-ins.test"), **LOST)),
    "mx.cnno.test": host("failed", "insecure", **dict(to("t.cnno-ins.test"), **LOST)),
    "mx.sub.dn.test": host("none", "insecure", dnssec="insecure", **to("mx.dnt.test", kind="dname"),
                           **nothing("mx.sub.dn.test", "insecure")),
    "mx.sub.dnsf.test": host("failed", "insecure", **dict(to("mx.dnsft.test", kind="dname"), **LOST)),
    "mx.v6sf.test": host("usable", failure="servfail", ede="22", dnssec="secure", ipv4_count=1,
                         ipv6_count=None, special_count=0, **found("mx.v6sf.test")),
    "mx.v6ins-h.test": host("insecure", failure="servfail", **INSECURE),
    "mx.v6to-h.test": host("insecure", failure="timeout", **INSECURE),
    "mx.v6ni-h.test": host("insecure", failure="notimp", **INSECURE),
    "mx.bog4.test": host("usable", failure="bogus", ede="7", dnssec="secure", ipv4_count=None,
                         ipv6_count=1, **found("mx.bog4.test")),
    "mx.bogh-h.test": host("failed", address_outcome="failed", failure="bogus", ede="6",
                           dnssec="bogus", ipv4_count=None, ipv6_count=None, special_count=None,
                           **NOT_ASKED),
    "mx.v6only.test": host("usable", ipv4_count=0, ipv6_count=1, **found("mx.v6only.test")),
    "h0.chain16.test": host("usable", **to("h16.chain16.test", hops=16), **found("h16.chain16.test")),
    # over 16 hops the host itself is the only candidate
    "h0.chain17.test": host("none", **to("h17.chain17.test", hops=17, problem="too_long"),
                            **nothing("h0.chain17.test")),
    "mx.sec-h.test": host("usable", dnssec="secure", **found("mx.sec-h.test")),
    "mx.insh-h.test": host("insecure", **INSECURE),
    "mx.ede-h.test": host("insecure", ede="1,3,27", **INSECURE),
    "impl1.test": host("usable", **to("tgt.impl1-t.test"), **found("tgt.impl1-t.test")),
    "impl2.test": host("usable", "none", **to("tgt.impl2-t.test"), **found("impl2.test")),
    "impl3.test": host("usable", "insecure", dnssec="insecure", **to("tgt.impl3-t.test"),
                       **found("impl3.test")),
    "impl4.test": host("usable", **found("impl4.test")),
    # a target that opted out is a candidate without records
    "mx.extarget.test": host("none", **to("extarget.excl.test"), **nothing("mx.extarget.test")),
    "mx.exown.test": host("usable", "none", **to("exown.excl.test"), **found("mx.exown.test")),
    "_mx.under.test": host("none", **nothing("_mx.under.test")),
    "mx-.odd.test": host("none", **nothing("mx-.odd.test")),
    "mx.agil.test": host("usable", **found("mx.agil.test", 3, of=8)),
    "mx.short.test": host("usable", **found("mx.short.test", 1, of=1)),
    "mx.shorts.test": host("unusable", **found("mx.shorts.test", 0, of=0)),
    "mx.pkix.test": host("unusable", **found("mx.pkix.test", 0, of=2)),
    "mx.tlcn.test": host("none", **searched("mx.tlcn.test", dnssec="insecure")),
    "mx.tldn.test": host("usable", **found("mx.tldn.test")),
    "mx.c1err.test": host("failed", **to("t.c1err-t.test"),
                          **searched("t.c1err-t.test", "failed", "indeterminate", None, None)),
    "mx.c1ins.test": host("usable", "none", **to("t.c1ins-t.test"), **found("mx.c1ins.test")),
    "mx.c1unu.test": host("unusable", **to("t.c1unu-t.test"), **found("t.c1unu-t.test", 0, of=1)),
    "mx.mid.test": host("none", **to("t.mid.test", hops=2), **nothing("mx.mid.test")),
    "mx.midins.test": host("none", "insecure", dnssec="insecure", **to("t.midins-s.test", hops=2),
                           **nothing("mx.midins.test")),
}

FAILURES = {  # what was asked and never answered: (kind, name) -> failure
    ("alias", "mx.cnsf.test"): "servfail",
    ("alias", "mx.cnbog.test"): "bogus",
    ("alias", "mx.cnto.test"): "timeout",
    ("alias", "mx.cnno.test"): "other",
    ("alias", "mx.sub.dnsf.test"): "servfail",
    ("address", "mx.v6sf.test"): "servfail",
    ("address", "mx.v6ins-h.test"): "servfail",
    ("address", "mx.v6to-h.test"): "timeout",
    ("address", "mx.v6ni-h.test"): "notimp",
    ("address", "mx.bog4.test"): "bogus",
    ("address", "mx.bogh-h.test"): "bogus",
    ("tlsa", "mx.c1err.test"): "servfail",
}
