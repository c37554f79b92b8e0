"""Domains by the thousand, so that a survey of the lab looks like one of the world.

Shares: S from a published measurement, A an assumption.  All providers are
invented; their shares and the shape of the tail are not.
"""

import hashlib
import itertools
import random

import ca_keys
import labdns
from infrastructure import SILENT

# TLD: (share of the list A, signed share: 1-4 % in big gTLDs A, 60 % as in .nl S; 4 % overall S)
STRATA = {
    "com": (0.70, 0.015), "net": (0.07, 0.02), "org": (0.08, 0.02), "info": (0.02, 0.0),
    "de": (0.05, 0.02), "co.uk": (0.03, 0.01), "nl": (0.03, 0.60), "se": (0.02, 0.50),
}
MX_SHARE = 0.42  # S
NXDOMAIN = 0.02  # A
IMPLICIT = 0.60  # of the others A
NULL_MX, LOCALHOST, NULL_MIXED = 0.025, 0.019, 0.0002  # of MX domains S, S, A
IS_ADDRESS, BAD_NAME, TLD_HOST = 0.002, 0.0005, 0.0001  # of MX domains A
UNRESOLVABLE = 0.009  # of self-hosted: a mail host without address S
SELF_ALIAS = 0.012  # of self-hosted A; with the provider below about 0.35 % of MX domains (S)
CHAIN_LENGTHS = ((1, 0.978), (2, 0.018), (3, 0.004))  # S
DANGLING, LOOP = 0.03, 0.0005  # of aliases A
ALIAS_LEAVES_SIGNED = 0.30  # of aliases in signed zones A
SPECIAL = 0.002  # of self-hosted A
IPV6 = 0.27  # S
BOGUS, LAME, SILENT_SHARE = 0.002, 0.0004, 0.0001  # of signed A; of all S together
SELF_HOSTED = 0.60  # of what the four big ones leave A
ALIAS_PROVIDER = 0.0025  # of MX domains: one small provider whose host is an alias A

# name, share of MX domains (S), [(weight, MX hosts)], IPv6; "%" is the customer's name in a label
BIG = (
    ("mailgiant.com", 0.34,
     ((0.74, ["smtp"]), (0.26, ["aspmx", "alt1", "alt2", "alt3", "alt4"])), True),
    ("hostdaddy.com", 0.14, ((1, ["smtp.mail", "store1.mail"]),), False),
    ("budgetnames.net", 0.135, ((0.9, ["fwd1", "fwd2"]), (0.1, ["fwd1", "fwd2", "fwd3"])), False),
    ("blueoffice.com", 0.047, ((1, ["%.mail.protection"]),), True),
)
DANE = 0.17  # of signed MX domains S
DANE_OWN = 0.12  # of those: hosts of their own A
# what a domain's own TLSA looks like: all hosts; the primary alone (A); bogus (S: 0.37 %)
DANE_KINDS = ((0.955, "all"), (0.041, "primary"), (0.004, "bogus"))
DANE_SETS = (  # a host's records A
    (0.70, ("3 1 1",)), (0.15, ("3 1 1", "3 1 1")), (0.05, ("3 0 1",)), (0.02, ("1 1 1",)),
    (0.05, ("X3", "E1", "R3", "E2", "R4", "3 1 1")), (0.02, ("YR1",)), (0.01, ("X3",)))

# MTA-STS and TLSRPT, of MX domains: measured 0.3-0.7 % (S), more here, so that a small lab has some
STS, TLSRPT = 0.03, 0.04  # A
STS_MODES = ((0.60, "enforce"), (0.35, "testing"), (0.05, "none"))  # A
STS_CNAME, STS_HOSTED = 0.15, 0.50  # of the records, of the policies: they are a provider's A
STS_FLAWS = (  # of policies A
    (0.80, ""), (0.05, "id"), (0.05, "mx"), (0.03, "expired"), (0.03, "wrong-name"),
    (0.02, "no-file"), (0.02, "no-host"))

# name, share of the others (the largest: 31 % of all, S; the rest A), MX hosts
DANE_PROVIDERS = (
    ("dane-one.nl", 0.36, ["mx1", "mx2"]), ("dane-point.nl", 0.26, ["mx"]),
    ("dane-maniac.org", 0.22, ["mta1", "mta2", "mta3"]), ("dane-web.se", 0.16, ["mx1", "mx2"]))
SYLLABLES = """
    ba be bi bo bu da de di do du fa fe fi fo ga ge go ka ke ki ko la le li lo lu ma me mi mo na ne
    ni no pa pe pi po ra re ri ro sa se si so ta te ti to va ve vi vo wa we wi wo za zo""".split()


class Filler:
    def __init__(self, universe, slow):
        self.universe = universe
        self.slow = slow
        self.rng = random.Random(f"filler {universe.seed}")
        self.dane_rng = random.Random(f"dane {universe.seed}")
        self.sts_rng = random.Random(f"sts {universe.seed}")
        self.used = {labdns.text(zone) for zone in universe.zones}
        self.tail, self.tail_weights = [], []
        self.alias_host = None

    def providers(self, count):
        """The big ones, and a tail with Zipf's weights, about one to 60 domains."""
        for name, _, sets, ipv6 in BIG:
            self.universe.zone(name, "providers")
            for host in sorted({host for _, hosts in sets for host in hosts if "%" not in host}):
                self._addresses(f"{host}.{name}", ipv6)
        for rank in range(1, max(8, count // 60) + 1):
            tld = self._pick([(share, tld) for tld, (share, _) in STRATA.items()])
            name = self._name("mail", tld)
            signed = self.rng.random() < max(STRATA[tld][1], 0.1) and tld != "info"
            self.universe.zone(name, "providers", signed=signed)
            hosts = [f"mx{number}.{name}" for number in range(1, self.rng.choice((1, 2, 2, 3)) + 1)]
            for host in hosts:
                self._addresses(host, self.rng.random() < IPV6)
            self.tail.append(hosts)
            self.tail_weights.append(1 / rank)
        self.tail_weights = list(itertools.accumulate(self.tail_weights))
        for name, _, hosts in DANE_PROVIDERS:
            self.universe.zone(name, "providers", signed=True)
            for host in hosts:
                self._addresses(f"{host}.{name}", True)
                self._tlsa(f"{host}.{name}", ("3 1 1",))
        self.universe.zone("policy-hosting.net", "providers")
        self.universe.add("web.policy-hosting.net", "A", self.universe.webs["hosting"].address)
        self.universe.add("_mta-sts.policy-hosting.net", "TXT", (b"v=STSv1; id=1;",))
        self.universe.zone("alias-hosting.com", "providers")
        self._addresses("cluster.alias-hosting.com", True)
        self.alias_host = "mx.alias-hosting.com"
        self.universe.add(self.alias_host, "CNAME", labdns.name("cluster.alias-hosting.com"))

    def domain(self):
        rng = self.rng
        tld = self._pick([(share, tld) for tld, (share, _) in STRATA.items()])
        domain = self._name("", tld)
        self.universe.list(domain)
        if rng.random() < NXDOMAIN:
            return
        zone = self._zone(domain, STRATA[tld][1])
        if rng.random() < MX_SHARE:
            if rng.random() < 0.9:
                zone.add("@", "A", self.universe.next_ipv4())
            exchanges = self._exchanges(domain, zone)
            for preference, exchange in exchanges:
                zone.add("@", "MX", (preference, labdns.name(exchange)))
            self._sts(domain, zone, [exchange for _, exchange in exchanges])
        elif rng.random() < IMPLICIT:
            zone.add("@", "A", self.universe.next_ipv4())
            if rng.random() < IPV6:
                zone.add("@", "AAAA", self.universe.next_ipv6())

    def _zone(self, domain, signed_share):
        rng = self.rng
        flaws = {}
        server = rng.choice(("customers", "customers", "hosting"))
        signed = rng.random() < signed_share
        draw = rng.random()
        if signed:
            flaws["denial"] = rng.choice(("nsec", "nsec", "nsec3"))
            if draw < BOGUS:
                flaws["flaw"] = "expired"
        if draw > 1 - LAME:
            flaws.update(failure="servfail", served=False)
        elif draw > 1 - LAME - SILENT_SHARE and self.slow:
            server = "fault-drop"
            flaws.update(failure=SILENT)
        return self.universe.zone(domain, server, signed=signed, **flaws)

    def _exchanges(self, domain, zone):
        """[(preference, exchange)] of one domain with MX."""
        rng = self.rng
        if zone.signed and self.dane_rng.random() < DANE:
            return self._dane(domain, zone)
        draw = rng.random()
        for share, oddity in ((NULL_MX, [(0, ".")]), (LOCALHOST, [(0, "localhost")]),
                              (IS_ADDRESS, [(10, self.universe.next_ipv4())]),
                              (TLD_HOST, [(10, "mail")]),
                              (BAD_NAME, [(10, "mail_1." + domain)]),
                              (NULL_MIXED, [(0, "."), (10, "mail." + domain)]),
                              (ALIAS_PROVIDER, [(10, self.alias_host)])):
            if draw < share:
                if oddity[-1][1].endswith(domain):
                    self._addresses(oddity[-1][1], False)
                return oddity
            draw -= share
        draw = rng.random()
        for name, share, sets, ipv6 in BIG:
            if draw < share:
                return self._big(domain, name, sets, ipv6)
            draw -= share
        if rng.random() < SELF_HOSTED:
            return self._own(domain, zone)
        hosts = rng.choices(self.tail, cum_weights=self.tail_weights)[0]
        return [(10 * (at + 1), host) for at, host in enumerate(hosts)]

    def _big(self, domain, name, sets, ipv6):
        hosts = self._pick(sets)
        if "%" in hosts[0]:
            host = hosts[0].replace("%", domain.replace(".", "-")) + "." + name
            self._addresses(host, ipv6)
            return [(0, host)]
        return [(10 * (at + 1), f"{host}.{name}") for at, host in enumerate(hosts)]

    def _own(self, domain, zone):
        """Mail hosts of the domain's own."""
        rng = self.rng
        count = self._pick(((0.55, 1), (0.33, 2), (0.06, 3), (0.03, 4), (0.02, 5), (0.01, 12)))
        hosts = [f"{rng.choice(('mail', 'mx', 'smtp')) if at == 0 else f'mx{at + 1}'}.{domain}"
                 for at in range(count)]
        for at, host in enumerate(hosts):
            draw = rng.random()
            if at == 0 and draw < SELF_ALIAS:
                self._alias(host, domain, zone)
            elif draw > 1 - UNRESOLVABLE:
                continue
            elif draw > 1 - UNRESOLVABLE - SPECIAL:
                self.universe.add(host, "A", "192.168.1.10")
            else:
                self._addresses(host, rng.random() < IPV6)
        return [(10 * (at + 1), host) for at, host in enumerate(hosts)]

    def _dane(self, domain, zone):
        """Hosts with TLSA: of one of the few large providers, or of the domain's own."""
        rng = self.dane_rng
        if rng.random() >= DANE_OWN:
            name, hosts = rng.choices([(name, hosts) for name, _, hosts in DANE_PROVIDERS],
                                      weights=[share for _, share, _ in DANE_PROVIDERS])[0]
            return [(10 * (at + 1), f"{host}.{name}") for at, host in enumerate(hosts)]
        kind = rng.choices([kind for _, kind in DANE_KINDS],
                           weights=[share for share, _ in DANE_KINDS])[0]
        count = 2 if kind == "primary" else rng.choice((1, 2))
        hosts = [f"mx{at}.{domain}" for at in range(1, count + 1)]
        for at, host in enumerate(hosts):
            self._addresses(host, rng.random() < IPV6)
            if kind != "primary" or at == 0:
                self._tlsa(host, rng.choices([kinds for _, kinds in DANE_SETS],
                                             weights=[share for share, _ in DANE_SETS])[0])
            if kind == "bogus":
                zone.spoiled.add((labdns.name("_25._tcp." + host), "TLSA"))
        return [(10 * (at + 1), host) for at, host in enumerate(hosts)]

    def _sts(self, domain, zone, exchanges):
        """MTA-STS and TLSRPT, at some."""
        rng = self.sts_rng
        if rng.random() < TLSRPT:
            zone.add("_smtp._tls", "TXT", (f"v=TLSRPTv1; rua=mailto:tls@{domain}".encode(),))
        if rng.random() >= STS:
            return
        flaw, mode = self._pick(STS_FLAWS, rng), self._pick(STS_MODES, rng)
        if rng.random() < STS_CNAME and flaw != "id":
            zone.add("_mta-sts", "CNAME", labdns.name("_mta-sts.policy-hosting.net"))
        else:
            identifier = "2026-11-23" if flaw == "id" else "20261123T120000"
            zone.add("_mta-sts", "TXT", (f"v=STSv1; id={identifier};".encode(),))
        own = all(exchange.endswith("." + domain) for exchange in exchanges)
        patterns = ["old." + domain] if flaw == "mx" else ["*." + domain] if own else exchanges
        lines = ["version: STSv1", "mode: " + mode, *("mx: " + mx for mx in patterns),
                 "max_age: 604800", ""]
        host = "mta-sts." + domain
        if flaw == "no-host":
            return
        if rng.random() < STS_HOSTED:
            self.universe.add(host, "CNAME", labdns.name("web.policy-hosting.net"))
        else:
            self.universe.add(host, "A", self.universe.webs["main"].address)
        self.universe.site(host, body=None if flaw == "no-file" else "\r\n".join(lines).encode(),
                           certificate=flaw if flaw in ("expired", "wrong-name") else "good")

    def _tlsa(self, host, kinds):
        """kinds: parameters, for a digest of the host's own, or a CA's key by its short name."""
        for at, kind in enumerate(kinds):
            if kind[0].isdigit():
                numbers = bytes(map(int, kind.split()))
                data = hashlib.sha256(f"{host} {at}".encode()).digest()
            else:
                numbers = bytes((2, 1, 1))
                data = bytes.fromhex(ca_keys.CA_KEYS["Let's Encrypt " + kind][0])
            self.universe.add("_25._tcp." + host, "TLSA", numbers + data)

    def _alias(self, host, domain, zone):
        rng = self.rng
        hops = self._pick([(weight, hops) for hops, weight in CHAIN_LENGTHS])
        names = [host] + [f"alias{hop}.{domain}" for hop in range(1, hops)]
        draw = rng.random()
        if draw < LOOP:
            names.append(host)
        elif draw < LOOP + DANGLING:
            names.append("gone." + domain)
        elif zone.signed and rng.random() < ALIAS_LEAVES_SIGNED:
            names.append("cluster.alias-hosting.com")
        else:
            names.append("server." + domain)
            self._addresses(names[-1], rng.random() < IPV6)
        for owner, target in zip(names, names[1:]):
            self.universe.add(owner, "CNAME", labdns.name(target))

    def _addresses(self, host, ipv6):
        self.universe.add(host, "A", self.universe.next_ipv4())
        if ipv6:
            self.universe.add(host, "AAAA", self.universe.next_ipv6())

    def _name(self, prefix, tld):
        """A name that nobody has."""
        while True:
            word = "".join(self.rng.choices(SYLLABLES, k=self.rng.choice((3, 4, 4, 5))))
            name = f"{prefix}{word}.{tld}"
            if name not in self.used:
                self.used.add(name)
                return name

    def _pick(self, weighted, rng=None):
        return (rng or self.rng).choices([item for _, item in weighted],
                                         weights=[weight for weight, _ in weighted])[0]


def declare(universe, count, slow):
    if count <= 0:
        return
    filler = Filler(universe, slow)
    filler.providers(count)
    for _ in range(count):
        filler.domain()
