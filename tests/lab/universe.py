"""What the lab is made of: servers, zones, records, listed domains.

The description that everything else is made from: zone files, server
configurations and the truth.  Whoever declares a zone says here what is wrong
with it, so that the truth needs to ask nobody.
"""

import dataclasses

import labdns
import signer

TTL = 3600
NEGATIVE_TTL = 300
INFRASTRUCTURE = labdns.name("lab-dns.net")  # the zone of all name servers' names


@dataclasses.dataclass(frozen=True)
class Fault:
    """What goes wrong when a server is asked; qtypes empty: whatever the question."""

    action: str  # drop, delay, truncate, truncate-dead, nodata, or a key of servers.RCODES
    qtypes: tuple = ()
    delay: int = 0  # ms
    failure: str = ""  # the failure word that it leads to; "" none

    def failure_for(self, qtype):
        return self.failure if not self.qtypes or qtype in self.qtypes else ""


@dataclasses.dataclass
class Server:
    """A set of name servers that are alike.

    program: `nsd` (an NSD process named as the server), `dnsdist` (in front of the NSD named
    faulty), `responder` (responder.py), `none` (nobody listens).
    """

    name: str
    program: str
    addresses: tuple
    fault: Fault = None

    def host(self, at):
        """The name of its at-th address."""
        return labdns.join(f"{'abcdefgh'[at]}.{self.name}", INFRASTRUCTURE)

    @property
    def backend(self):
        """The NSD process that has the zones."""
        return "faulty" if self.program == "dnsdist" else self.name


@dataclasses.dataclass(frozen=True)
class Web:
    """An HTTPS server: one address, port 443.

    program: `nginx`, `scripted` (webserver.py), `none` (nobody listens), `absent` (no route to
    the address).
    """

    name: str
    program: str
    address: str
    behaviour: str = ""  # of a scripted one; `tls1.0`, `tls1.2`, `http2` of nginx
    detail: str = ""  # the word for why nothing comes from it; "" it serves the sites
    status: int = None  # the HTTP status that it gives before it fails


@dataclasses.dataclass
class Site:
    """What every web server that works has for one policy host."""

    body: bytes = None  # of /.well-known/mta-sts.txt; None: there is no such file
    status: int = 200
    certificate: str = "good"  # a kind of webca.py; all but the good ones fail
    media_type: str = "text/plain"  # a character for each octet


@dataclasses.dataclass
class Zone:
    name: bytes
    server: Server
    signed: bool = False
    denial: str = "nsec"  # nsec, nsec3, nsec3-optout; none: nothing proves what is not there
    ds: str = "good"  # good, none, wrong, algorithm, digest: the last two are unknown ones
    flaw: str = ""  # expired, no-dnskey, signatures: what a signed zone suffers from
    failure: str = ""  # the failure word of every question, where the server alone does not say
    served: bool = True  # False: no server has it (a lame delegation)
    records: dict = dataclasses.field(default_factory=dict)  # owner -> type -> [rdata]
    spoiled: set = dataclasses.field(default_factory=set)  # (owner, type) with a bad signature
    stripped: set = dataclasses.field(default_factory=set)  # of these, those without any
    key: signer.Key = None
    parent: "Zone" = None
    ttl: int = TTL
    negative_ttl: int = NEGATIVE_TTL
    denied: set = dataclasses.field(default_factory=set)  # (owner, type) there, and answered NODATA

    def add(self, owner, rtype, *rdatas):
        """owner: a name, or text below the zone; "@" is the zone itself."""
        self.records.setdefault(self.at(owner), {}).setdefault(rtype, []).extend(rdatas)

    def at(self, owner):
        if isinstance(owner, bytes):
            return owner
        return self.name if owner == "@" else labdns.join(owner, self.name)

    @property
    def security(self):
        """secure, insecure or bogus: what a validator with the root's anchor finds."""
        above = self.parent.security if self.parent else "secure"
        if above != "secure":
            return above
        if not self.signed or self.ds in ("none", "algorithm", "digest"):
            return "insecure"
        return "bogus" if self.flaw or self.ds == "wrong" else "secure"


@dataclasses.dataclass
class Listed:
    """A domain of the survey's list."""

    domain: bytes
    line: str = None  # as the list writes it, where that is not the plain text
    expect: list = None  # [(table, name, columns)]: what its declaration says of the truth


class Universe:
    """Everything, by name."""

    def __init__(self, seed):
        self.seed = seed
        self.zones = {}
        self.servers = {}
        self.webs = {}
        self.web_addresses = {}  # address -> Web
        self.sites = {}  # policy host -> Site
        self.listed = []
        self.listed_names = set()
        self.noise = []  # list lines that are no names, as bytes
        self.repeated = []  # further lines that name a listed domain again
        self.doubtful = set()  # mail hosts whose alias depends on the resolver
        self.codes = {}  # (view, name) -> extended errors, as truth_codes.py has them
        self.addresses = 0  # given out

    def server(self, name, program, addresses, fault=None):
        self.servers[name] = Server(name, program, tuple(addresses), fault)
        return self.servers[name]

    def web(self, name, program, address, **words):
        self.webs[name] = Web(name, program, address, **words)
        self.web_addresses[address] = self.webs[name]

    def site(self, host, **words):
        self.sites[labdns.name(host)] = Site(**words)

    def zone(self, name, server, signed=False, **flaws):
        """A zone, delegated from the closest zone above it that is already there."""
        wire = labdns.name(name)
        zone = Zone(wire, self.servers[server], signed, **flaws)
        if wire != labdns.ROOT:
            zone.parent = self.zone_of(labdns.parent(wire))
        if wire in self.zones:
            raise ValueError("declared twice: zone " + labdns.text(wire))
        self.zones[wire] = zone
        if signed:
            zone.key = signer.Key(self.seed, wire, algorithm=250 if zone.ds == "algorithm" else 15)
        hosts = [zone.server.host(at) for at in range(len(zone.server.addresses))]
        zone.add(wire, "SOA", (hosts[0], labdns.join("hostmaster", wire), 1, 7200, 1800, 1209600,
                               zone.negative_ttl))
        zone.add(wire, "NS", *hosts)
        if zone.parent:
            self._delegate(zone, hosts)
        return zone

    def _delegate(self, zone, hosts):
        above = zone.parent
        above.add(zone.name, "NS", *hosts)
        if not zone.signed or zone.ds == "none":
            return
        tag, algorithm, digest_type, digest = zone.key.ds()
        if zone.ds == "wrong":
            digest = bytes([digest[0] ^ 1]) + digest[1:]
        elif zone.ds == "digest":
            digest_type = 200
        above.add(zone.name, "DS", (tag, algorithm, digest_type, digest))

    def zone_of(self, wire):
        """The zone that answers for a name."""
        while wire not in self.zones:
            wire = labdns.parent(wire)
        return self.zones[wire]

    def add(self, owner, rtype, *rdatas):
        """Records where they belong; owner is text or a name."""
        wire = labdns.name(owner)
        self.zone_of(wire).add(wire, rtype, *rdatas)

    def list(self, domain, line=None, expect=None):
        wire = labdns.name(domain)
        if wire not in self.listed_names:
            self.listed_names.add(wire)
            self.listed.append(Listed(wire, line, expect))

    def next_ipv4(self):
        """An address that is nobody's in the lab and special in no registry."""
        self.addresses += 1
        return "5.{}.{}.{}".format(self.addresses >> 16, self.addresses >> 8 & 255,
                                   self.addresses & 255)

    def next_ipv6(self):
        self.addresses += 1
        return "2a00:1:{:x}::{:x}".format(self.addresses >> 15, (self.addresses & 0x7FFF) + 1)
