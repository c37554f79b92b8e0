"""Exchanges whose mending needs thought: a stale TLSA record that an alias hides, a provider's
addresses, a loop, a dangling alias, IPv6 alone."""
import dns.rcode

from worlds.scripted import DIGEST, GOOD, NOT_ASKED, domain, found, host, nothing, to

EXPIRED = "2 1 1 60b87575447dcba2a36b7d11ac09fb24a9db406fee12d2cc90180517616e8a18"


def declare(world):
    for what, target in (("hid", "mx.prov.test"), ("goog", "aspmx.bigprovider-ins.test"),
                         ("loop", "m2.loop.test"), ("cnsf2", "t.cnsf2-ins.test")):
        world.domain(what + ".test", f"10 mx.{what}.test.")
        world.alias(f"mx.{what}.test", target)
    world.host("mx.prov.test", True, "1 1 1 " + DIGEST)
    world.tlsa("mx.hid.test", EXPIRED)
    world.host("aspmx.bigprovider-ins.test", False)
    world.domain("unsig.test", "10 mx.unsig-h.test.")
    world.alias("mx.unsig-h.test", "mx.prov2.test", signed=False)
    world.host("mx.prov2.test", True, GOOD)
    world.alias("m2.loop.test", "mx.loop.test")
    world.fault("mx.loop.test", "A", "AAAA", rcode=dns.rcode.SERVFAIL)
    world.domain("dang.test", "10 mx.dang.test.", "20 mx.prov2.test.")
    world.alias("mx.dang.test", "gone.dang.test")
    world.domain("onlyv6.test", "10 mx.onlyv6.test.")
    world.add("mx.onlyv6.test", "AAAA", "2600::1", signed=True)
    world.host("t.cnsf2-ins.test", False)
    world.fault("mx.cnsf2.test", "CNAME", rcode=dns.rcode.SERVFAIL)
    world.tlsa("mx.cnsf2.test", EXPIRED)


DOMAINS = {
    "hid.test": domain("none", cname_mx_count=1),
    "unsig.test": domain("none", cname_mx_count=1),
    "goog.test": domain("none", cname_mx_count=1),
    "loop.test": domain("none", cname_mx_count=1),
    "dang.test": domain("complete", cname_mx_count=1),
    "onlyv6.test": domain("none"),
    "cnsf2.test": domain("none", 1, cname_mx_count=1),
}

HOSTS = {
    "mx.hid.test": host("unusable", **to("mx.prov.test"), **found("mx.prov.test", 0, of=1)),
    "mx.unsig-h.test": host("insecure", dnssec="insecure", **to("mx.prov2.test", "insecure"),
                            **NOT_ASKED),
    "mx.goog.test": host("none", "insecure", **to("aspmx.bigprovider-ins.test"),
                         **nothing("mx.goog.test")),
    "mx.loop.test": host("failed", address_outcome="failed", failure="servfail",
                         dnssec="indeterminate", **to("mx.loop.test", hops=2, problem="loop"),
                         **NOT_ASKED),
    "mx.dang.test": host("unreachable", address_outcome="nxdomain", dnssec="secure",
                         **to("gone.dang.test", problem="dangling"), **NOT_ASKED),
    "mx.prov2.test": host("usable", **found("mx.prov2.test")),
    "mx.onlyv6.test": host("none", ipv4_count=0, ipv6_count=1, **nothing("mx.onlyv6.test")),
    "mx.cnsf2.test": host("failed", "insecure", dnssec="insecure",
                          **to("t.cnsf2-ins.test", "indeterminate"), **NOT_ASKED),
}

FAILURES = {
    ("address", "mx.loop.test"): "servfail",
    ("alias", "mx.cnsf2.test"): "servfail",
}
