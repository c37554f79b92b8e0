"""Domains with one fault each, or two that belong together: what `check` has an advice for."""
import dns.rcode

from worlds.scripted import DIGEST

FRESH = "3 1 1 " + "ab" * 32
EXPIRED = "2 1 1 60b87575447dcba2a36b7d11ac09fb24a9db406fee12d2cc90180517616e8a18"
UNUSABLE = "1 1 1 " + DIGEST
PROBED = {  # codes of mail hosts that were met, which test_check_probe has
    "finding": {"not_met", "no_starttls", "tls_failed", "tls_old", "plaintext", "dane_mismatch",
                "tlsa_stale", "certificate_invalid", "certificate_name", "certificate_target",
                "certificate_expires"},
    "step": {"mend_tls", "renew_certificate", "certify_name"}}
EXCLUDED = "out.test"
FAULT = {"rcode": dns.rcode.SERVFAIL}
LONG = ".".join(["l" * 62] * 3 + ["l" * 46])  # below room.test nine octets more are one too many
BOGUS = {"bogus": True, "ede": [6]}


def declare(world):
    for group in (names, addresses, aliases, hidden, records, lookups, policies):
        group(world)


def healthy(world, domain, *tlsa, signed=True, exchange=None):
    exchange = exchange or "mx." + domain
    world.domain(domain, f"10 {exchange}.", signed=signed)
    world.host(exchange, signed, *(tlsa or [FRESH]))


def names(world):
    world.add("silent.test", "TXT", '"x"', signed=True)
    for name, exchange in (("null", "."), ("address", "192.0.2.1."), ("bracket", r"[192\.0\.2\.1]."),
                           ("local", "localhost."), ("label", "mail."), ("odd", "a!b.odd.test."),
                           ("score", "m_x.score.test.")):
        healthy(world, name + ".test")
        world.add(name + ".test", "MX", ("0 " if exchange == "." else "20 ") + exchange)
    world.host("mail", True, FRESH)
    world.host("a!b.odd.test", True, FRESH)
    world.host("m_x.score.test", True, FRESH)
    world.domain("preference.test", "10 .")
    healthy(world, "again.test")
    world.records["mx.again.test", "A"] = ["10.0.0.1"]
    world.add("again.test", "MX", "20 mx.again.test.")
    healthy(world, "opted.test")
    world.add("opted.test", "MX", f"10 mx.{EXCLUDED}.")


def addresses(world):
    world.domain("empty.test", "10 mx.empty.test.")
    world.add("mx.empty.test", "TXT", '"x"')
    healthy(world, "special.test")
    world.records["mx.special.test", "A"] = ["10.0.0.1"]
    world.domain("onlyv6.test", "10 mx.onlyv6.test.")
    world.add("mx.onlyv6.test", "AAAA", "2600::1")
    world.host("implicit6.test", True, FRESH)
    del world.records["implicit6.test", "A"]
    world.domain("room.test", f"10 {LONG}.room.test.")
    world.host(LONG + ".room.test", True)
    world.host(LONG + ".lone.test", True)
    healthy(world, "roombeside.test")  # nothing to publish at the other one
    world.add("roombeside.test", "MX", f"20 {LONG}.room.test.")
    world.domain("roomalias.test", "10 mx.roomalias.test.")
    world.alias("mx.roomalias.test", LONG + ".room.test")
    world.tlsa("mx.roomalias.test", FRESH)


def aliases(world):
    for name in ("named", "either", "both", "foreign", "gone", "loop", "long", "two", "bare", "contrary"):
        world.domain(name + ".test", f"10 mx.{name}.test.")
    world.alias("mx.named.test", "host.named.test")
    world.host("host.named.test", True, FRESH)
    world.alias("mx.either.test", "host.either.test")
    world.host("host.either.test", True)
    world.alias("mx.both.test", "host.both.test")  # TLSA at the exchange alone
    world.host("host.both.test", True)
    world.tlsa("mx.both.test", FRESH)
    world.alias("mx.foreign.test", "mx.provider-plain.test")
    world.host("mx.provider-plain.test", False)
    world.alias("mx.gone.test", "nowhere.gone.test")
    world.alias("mx.loop.test", "m2.loop.test")
    world.alias("m2.loop.test", "mx.loop.test")
    world.fault("mx.loop.test", "A", "AAAA", **FAULT)
    world.chain("mx.long.test", *(f"h{hop}.long.test" for hop in range(18)))
    world.host("h17.long.test", True, FRESH)
    world.fault("mx.long.test", "A", **FAULT)
    world.add("mx.two.test", "CNAME", "a.two.test.", "b.two.test.")
    world.host("a.two.test", True, FRESH)
    world.host("b.two.test", True, FRESH)
    world.alias("mx.bare.test", "host.bare.test")
    world.add("host.bare.test", "TXT", '"x"')
    world.alias("mx.contrary.test", "host.contrary-plain.test")
    world.host("host.contrary-plain.test", False)
    world.fault("mx.contrary.test", "CNAME", denied=True)
    for name, signed, fault in (("fails-dname", True, FAULT), ("contrary-dname", False, {"denied": True})):
        world.domain(name + ".test", f"10 mx.old.{name}.test.")
        world.dname(f"old.{name}.test", f"new.{name}-plain.test")
        world.signed[f"old.{name}.test"] = signed
        world.host(f"mx.new.{name}-plain.test", False)
        world.fault(f"old.{name}.test", "DNAME", **fault)
    world.domain("dname.test", "10 mx.old.dname.test.")
    world.dname("old.dname.test", "new.dname.test")
    world.host("mx.new.dname.test", True)
    world.tlsa("mx.old.dname.test", FRESH)  # nobody can publish it there: below a DNAME
    world.domain("between.test", "10 mx.between.test.")
    world.alias("mx.between.test", "host.between-plain.test")
    world.host("host.between-plain.test", False)
    world.tlsa("mx.between.test", FRESH)


def hidden(world):
    """TLSA records that the change would bring into force."""
    for name, target in (("hid", "host.hid.test"), ("hidfail", "host.hidfail.test"), ("own", "host.own.test")):
        world.domain(name + ".test", f"10 mx.{name}.test.")
        world.alias(f"mx.{name}.test", target)
    world.host("host.hid.test", True, UNUSABLE)
    world.tlsa("mx.hid.test", EXPIRED)
    world.host("host.hidfail.test", True, UNUSABLE)
    world.fault("_25._tcp.mx.hidfail.test", "TLSA", **FAULT)
    world.domain("unsigned.test", "10 mx.unsigned-plain.test.")
    world.alias("mx.unsigned-plain.test", "mx.provider.test")
    world.signed["unsigned-plain.test"] = False
    world.host("mx.provider.test", True, EXPIRED)
    world.host("host.own.test", False)
    world.fault("mx.own.test", "CNAME", **FAULT)
    world.tlsa("mx.own.test", EXPIRED)


def records(world):
    healthy(world, "expired.test", EXPIRED)
    healthy(world, "leftover.test", EXPIRED, FRESH)
    healthy(world, "unusable.test", UNUSABLE)
    healthy(world, "some.test", FRESH, *(f"3 1 1 {number:02x}" for number in range(18)))
    healthy(world, "nodata.test", FRESH, r"\# 3 030101")
    healthy(world, "astray.test")
    world.records["_25._tcp.mx.astray.test", "CNAME"] = ["tlsa.astray-plain.test."]
    del world.records["_25._tcp.mx.astray.test", "TLSA"]
    world.add("tlsa.astray-plain.test", "TLSA", FRESH, signed=False)
    healthy(world, "partly.test")
    world.add("partly.test", "MX", "10 b.partly.test.", "20 c.partly-plain.test.")
    world.host("b.partly.test", True)
    world.host("c.partly-plain.test", False)
    healthy(world, "ready.test", exchange="mx.ready-signed.test")
    world.signed["ready.test"] = False


def lookups(world):
    for name, question, kinds, fault in (
            ("mx", "", ["MX"], FAULT), ("bogus", "", ["MX"], BOGUS),
            ("host", "mx.", ["A", "AAAA"], FAULT), ("family", "mx.", ["AAAA"], FAULT),
            ("tlsa", "_25._tcp.mx.", ["TLSA"], FAULT), ("tlsabogus", "_25._tcp.mx.", ["TLSA"], BOGUS),
            ("sts", "_mta-sts.", ["TXT"], FAULT), ("tlsrpt", "_smtp._tls.", ["TXT"], FAULT)):
        healthy(world, f"fails-{name}.test")
        world.fault(f"{question}fails-{name}.test", *kinds, **fault)
    world.host("fails-itself.test", True, FRESH)
    world.fault("fails-itself.test", "A", "AAAA", **FAULT)
    world.domain("fails-alias.test", "10 mx.fails-alias.test.")
    world.alias("mx.fails-alias.test", "host.fails-alias-plain.test")
    world.host("host.fails-alias-plain.test", False)
    world.fault("mx.fails-alias.test", "CNAME", **FAULT)
    for question, kinds in (("", ["MX"]), ("mx.", ["A", "AAAA"])):
        world.fault(question + "anchor.test", *kinds, ede=[33], ad=False)
    healthy(world, "anchor.test")


def policies(world):
    def over(name, *lines, **record):
        healthy(world, name + ".test")
        world.sts(name + ".test", *lines, **record)
    enforce = ["mode: enforce", "max_age: 86400"]
    good = ["mx: *.{0}"]
    for name, record in (("twice", '"v=STSv1; id=1;"'), ("record", '"v=STSv1; id=not/this;"')):
        over(name, *enforce, *(line.format(name + ".test") for line in good), record=record)
    world.add("_mta-sts.twice.test", "TXT", '"v=STSv1; id=2;"')
    over("unserved")
    over("lacking", *enforce)
    over("spoilt", *enforce, "mx: a!b.spoilt.test")
    over("short", "mode: enforce", "max_age: 86399", "mx: mx.short.test")
    over("unlisted", *enforce, "mx: other.unlisted.test")
    over("unlistable", *enforce, "mx: mx.unlistable.test")
    world.add("unlistable.test", "MX", "20 m_x.unlistable.test.")
    world.host("m_x.unlistable.test", True, FRESH)
    healthy(world, "report.test")
    world.add("_smtp._tls.report.test", "TXT", '"v=TLSRPTv1; rua=nobody"')
    healthy(world, "reports.test")
    world.add("_smtp._tls.reports.test", "TXT", '"v=TLSRPTv1; rua=mailto:a@b.test"',
              '"v=TLSRPTv1; rua=mailto:c@b.test"')
    world.host("itself.test", True, FRESH)
    world.sts("itself.test", *enforce, "mx: mx.itself.test")
    world.host("lone", True, FRESH)
    world.sts("lone", *enforce, "mx: mx.fresh.test")
    for name, listed in (("target-listed", ["host"]), ("name-listed", ["mx"]), ("none-listed", ["other"])):
        domain = name + ".test"
        world.domain(domain, f"10 mx.{domain}.")
        world.alias("mx." + domain, "host." + domain)
        world.host("host." + domain, True, *([FRESH] if name == "name-listed" else []))
        world.sts(domain, *enforce, *(f"mx: {label}.{domain}" for label in listed))
    world.domain("name-kept.test", "10 mx.name-kept.test.")  # the addresses move, to what is not listed
    world.alias("mx.name-kept.test", "host.name-kept.test")
    world.host("host.name-kept.test", True)
    world.tlsa("mx.name-kept.test", FRESH)
    world.sts("name-kept.test", *enforce, "mx: host.name-kept.test")


DOMAINS = tuple(name + ".test" for name in """
    silent null address bracket local label odd score preference again opted
    empty special onlyv6 implicit6 room roomalias roombeside
    named either both foreign gone loop long two bare contrary dname fails-dname contrary-dname between
    hid hidfail unsigned own
    expired leftover unusable some nodata astray partly ready
    fails-mx fails-bogus fails-host fails-family fails-tlsa fails-tlsabogus fails-sts fails-tlsrpt
    fails-itself fails-alias anchor
    twice record unserved lacking spoilt short unlisted unlistable report reports itself
    target-listed name-listed none-listed name-kept
    nowhere out""".split()) + ("lone", LONG + ".lone.test")


def alias_by_chance(world, rng, domain):
    """A domain whose one exchange is an alias: whose, what is signed, which TLSA records are where,
    which question fails, which names a policy lists, as it falls out."""
    kind = rng.choice(["cname", "cname", "chain", "dname"])
    zone = rng.choice([domain, "provider-of-" + domain])
    name, target = "mx." + domain, "host." + zone
    world.domain(domain, f"10 {'mx.old.' + domain if kind == 'dname' else name}.")
    if kind == "dname":
        name, target = "mx.old." + domain, "mx.new." + domain
        world.dname("old." + domain, "new." + domain)
    elif kind == "cname":
        world.alias(name, target)
    else:
        world.chain(name, "middle.between-" + domain, target)
        world.signed["between-" + domain] = rng.random() < 0.7
    world.signed[name if kind != "dname" else "old." + domain] = rng.random() < 0.8
    if rng.random() < 0.9:
        world.host(target, rng.random() < 0.7)
    else:
        world.add(target, "TXT", '"x"')
    for base in [target] + [name] * (kind != "dname"):
        if rng.random() < 0.5:
            world.tlsa(base, *rng.sample([FRESH, EXPIRED, UNUSABLE], rng.randint(1, 2)))
        if rng.random() < 0.15:
            world.fault("_25._tcp." + base, "TLSA", **FAULT)
    if rng.random() < 0.2:
        world.fault(*((name, "CNAME") if kind != "dname" else ("old." + domain, "DNAME")), **FAULT)
    if rng.random() < 0.5:
        listed = rng.choice([[name], [target], [name, target], ["other." + domain]])
        world.sts(domain, "mode: enforce", "max_age: 86400", *("mx: " + one for one in listed))
