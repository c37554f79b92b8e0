"""A server that fails once or twice and then answers: whatever it is, it is not bogus."""
from worlds.scripted import GOOD, domain, found, host

EDE = "22,23"


def declare(world):
    for what in ("flap0", "flap1", "flap2"):
        world.domain(what + ".test", "10 mx.h.test.")
    world.fault("flap1.test", "MX", times=1, ede=[22, 23])
    world.fault("flap2.test", "MX", times=2, ede=[22, 23])
    world.host("mx.h.test", True, GOOD)


STEADY = domain("complete", mx_outcome="mx", failure=None)
DOMAINS = {"flap0.test": dict(STEADY, ede=None)}
ANSWERED = dict(STEADY, ede=EDE)  # flap1, flap2: the one or the other
FAILED = dict(dane="failed", mx_outcome="failed", failure="servfail", ede=EDE, tlsa_failures=None,
              dane_ready=0, cname_mx_count=None, unknown_mx_count=None)
HOSTS = {"mx.h.test": host("usable", **found("mx.h.test"))}
FAILURES = {}
