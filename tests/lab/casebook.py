"""How a case is written down: one call, records and expected words side by side.

    book.case("cname-1hop.case.org", ["10 mail.~"],
              {"mail.~": "CNAME real.~", "real.~": "A, AAAA"},
              dict(mx_outcome="mx", cname_mx_count=1),
              {"mail.~": dict(alias="cname", alias_hops=1)})

`~` is the domain.  `A` and `AAAA` alone take a free address.  The expected words
are written by hand; generation stops where the description gives others.
"""

import labdns

NAMES = ("alias_target", "tlsa_base")  # columns with a `~`

class Casebook:
    def __init__(self, universe):
        self.universe = universe
        self.answers = {}  # the responder's script

    def zone(self, name, server="cases", **flaws):
        """A zone of a case's own."""
        zone = self.universe.zone(name, server, **flaws)
        return zone

    def case(self, domain, mx=(), records=None, expect=None, hosts=None, tlsa=None, sts=None):
        """Lists a domain and puts its records where they belong.

        tlsa: {host: {"reasons": why each record is unusable, "None" of usable ones, in text
        order; "keys": the CA keys among them, with their states}}.
        sts: columns of its row in sts_policies; "matches": for each MX record in order
        sts_match_name and sts_match_target, "1-" without alias.
        """
        for line in mx:
            preference, exchange = line.split(" ", 1)
            self.universe.add(domain, "MX",
                              (int(preference), labdns.name(_full(exchange, domain))))
        for owner, sets in (records or {}).items():
            self.records(_full(owner, domain), sets, domain)
        self.listed(domain, expect, hosts, tlsa=tlsa, sts=sts)

    def listed(self, domain, expect=None, hosts=None, line=None, tlsa=None, sts=None):
        """Lists a domain whose records are elsewhere."""
        text = labdns.text(labdns.name(domain))
        expected = [("domains", text, {column: _text(value, domain) if column == "alias_target"
                                       else value for column, value in (expect or {}).items()})]
        for host, columns in (hosts or {}).items():
            columns = {column: _text(value, domain) if column in NAMES else value
                       for column, value in columns.items()}
            expected.append(("hosts", _text(host, domain), columns))
        for host, columns in (tlsa or {}).items():
            expected.append(("tlsa", _text(host, domain), columns))
        if sts:
            expected.append(("sts", text, sts))
        self.universe.list(domain, line, expected)

    def records(self, owner, sets, domain=""):
        """sets: "A, AAAA 2001:db8::1, CNAME real.~"."""
        for one in sets.split(", "):
            rtype, _, data = one.partition(" ")
            if rtype in ("CNAME", "DNAME"):
                data = labdns.name(_full(data, domain))
            elif rtype == "MX":
                preference, exchange = data.split()
                data = (int(preference), labdns.name(_full(exchange, domain)))
            elif rtype == "TXT":
                data = (data.encode(),)
            elif rtype == "TLSA":
                *numbers, data = data.split(" ")
                data = bytes(map(int, numbers)) + bytes.fromhex(data)
            elif rtype == "A":
                data = data or self.universe.next_ipv4()
            elif rtype == "AAAA":
                data = data or self.universe.next_ipv6()
            self.universe.add(owner, rtype, data)

    def spoil(self, owner, rtype):
        """Breaks the signature of one RRset."""
        wire = labdns.name(owner)
        self.universe.zone_of(wire).spoiled.add((wire, rtype))

    def strip(self, owner, rtype):
        """Leaves one RRset without a signature."""
        wire = labdns.name(owner)
        zone = self.universe.zone_of(wire)
        zone.spoiled.add((wire, rtype))
        zone.stripped.add((wire, rtype))

    def codes(self, ede, domains=(), hosts=()):
        """Extended errors that these must have at least: "7", "6|9"."""
        for view, names in (("domains", domains), ("hosts", hosts)):
            self.universe.codes.update({(view, name): ede for name in names})

    def chain(self, first, last, hops, target="A, AAAA"):
        """first -> h1.last -> ... -> h<hops>.last, which has the records `target`."""
        names = [first] + [f"h{hop}.{last}" for hop in range(1, hops + 1)]
        for owner, following in zip(names, names[1:]):
            self.universe.add(owner, "CNAME", labdns.name(following))
        if target:
            self.records(names[-1], target)

    def deny(self, owner, rtype):
        """The server denies what is there."""
        wire = labdns.name(owner)
        self.universe.zone_of(wire).denied.add((wire, rtype))


def _full(text, domain):
    return domain if text == "~" else text.replace(".~", "." + domain)


def _text(value, domain):
    return value if value is None else labdns.text(labdns.name(_full(value, domain)))
