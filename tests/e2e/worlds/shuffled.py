"""Random worlds in which the two address families of a host seldom look alike: chains that differ in
what they show and in what is signed, one family that fails, is denied, or has no AD."""
import random

import dns.rcode

from worlds.scripted import GOOD, World

DOMAINS = 90


def shuffled(seed):
    """(World, its domains), the same for the same seed."""
    rng = random.Random(seed)
    world = World()
    world.host("mx.sec.test", True, GOOD)
    world.host("mx.ins.test", False, GOOD)
    names = [f"d{at}.test" for at in range(DOMAINS)]
    for name in names:
        exchanges = [f"{10 * at} {_exchange(world, rng, name, at)}." for at in range(rng.randint(1, 2))]
        world.domain(name, *exchanges, signed=rng.random() < 0.7)
    return world, names


def _exchange(world, rng, domain, at):
    """Declares a mail host of the domain; its name."""
    signed = rng.random() < 0.7
    zone = f"h{at}.{domain[:-5]}-{at}.test"
    world.signed[zone] = signed
    name, target = "mx." + zone, "t." + zone
    kind = rng.choice(["host", "host", "cname", "cname", "dname", "chain", "dangling", "loop"])
    if kind == "host":
        target = name
    elif kind == "cname":
        target = rng.choice([target, target, "mx.sec.test", "mx.ins.test"])
        world.alias(name, target)
    elif kind == "dname":
        name, target = "mx.old." + zone, "mx.new." + zone
        world.dname("old." + zone, "new." + zone)
    elif kind == "chain":
        world.chain(name, "a." + zone, "b." + zone, target)
        world.signed["b." + zone] = rng.random() < 0.7
    elif kind == "dangling":
        world.alias(name, "gone." + zone)
        target = None
    else:
        world.alias(name, target)
        world.alias(target, name)
        world.fault(name, "A", "AAAA", rcode=dns.rcode.SERVFAIL)
        target = None
    if target and target.endswith(zone):
        _addresses(world, rng, target)
    for base in (name, target):
        if base and base.endswith(zone) and rng.random() < 0.5:
            world.tlsa(base, *rng.sample([GOOD, "1" + GOOD[1:], GOOD[:-2]], rng.randint(1, 3)))
    if kind != "loop":
        _faults(world, rng, name)
    return name


def _addresses(world, rng, name):
    families = rng.choice(["A", "AAAA", "both", "both", "both", "none"])
    if families in ("A", "both"):
        world.add(name, "A", f"198.51.100.{rng.randint(1, 250)}")
    if families in ("AAAA", "both"):
        world.add(name, "AAAA", f"2001:db8::{rng.randint(1, 9999):x}")
    if families == "none":
        world.add(name, "TXT", "x")


def _faults(world, rng, name):
    """One question about the name goes wrong, or none."""
    fault = rng.choice([None, None, dict(rcode=dns.rcode.SERVFAIL), dict(rcode=dns.rcode.NOTIMP),
                        dict(bogus=True, ede=[6]), dict(ede=[rng.randint(1, 3)]), dict(ad=False),
                        dict(denied=True), dict(ede=[33], ad=False), dict(plain=True),
                        dict(via="mx.sec.test"), dict(via="mx.ins.test")])
    if fault:
        kinds = rng.choice([["A"], ["AAAA"], ["A", "AAAA"], ["CNAME"]])
        world.fault(name, *kinds, **fault)
