"""What a stub is told: the answer to one question, from the description alone.

Says what a validating resolver with the lab's root as its anchor must hand on
(RFC 1034 s4.3.2, 4035 s4, 6672, 6604), knowing which zone is signed how and
which server fails how.  It asks no server and shares no code with the survey.
"""

import dataclasses

import labdns

HOPS_MAX = 17  # over 16 the survey stops walking (schema/README.md: too_long)


@dataclasses.dataclass
class Hop:
    owner: bytes
    target: bytes
    kind: str  # cname, dname
    secure: bool
    dname_owner: bytes = None


@dataclasses.dataclass
class Reply:
    outcome: str  # answer, nodata, nxdomain, failed
    failure: str = None
    secure: bool = False
    hops: list = dataclasses.field(default_factory=list)
    records: list = dataclasses.field(default_factory=list)
    end: bytes = None  # owner of the records
    cut: Hop = None  # the DNAME whose target would be too long (YXDOMAIN)

    @property
    def ok(self):
        return self.outcome != "failed"


class Oracle:
    def __init__(self, universe):
        self.universe = universe
        self.existing = {}  # zone name -> owners and empty non-terminals

    def resolve(self, name, qtype):
        """One question with the alias chain followed, however long it is."""
        secure, hops, seen = True, [], {name}
        while True:
            step = self.step(name, qtype)
            secure = secure and step.secure
            if not step.ok:
                return Reply("failed", step.failure, hops=hops)
            if not step.hops or qtype in ("CNAME", "DNAME"):
                return Reply(step.outcome, None, secure, hops + step.hops, step.records, name,
                             step.cut)
            hops.append(step.hops[0])
            name = step.hops[0].target
            if name in seen:
                return Reply("failed", "servfail", hops=hops)
            seen.add(name)

    def step(self, name, qtype):
        """One question answered by the one zone that it belongs to."""
        zone = self.universe.zone_of(name)
        failure = self._failure(zone, qtype)
        if failure:
            return Reply("failed", failure)
        hop = self._dname(zone, name)
        if hop and len(hop.target) > labdns.NAME_MAX:
            # YXDOMAIN (RFC 6672 s2.2): NXDOMAIN of a name that cannot be
            return Reply("nxdomain", None, hop.secure, cut=hop)
        if hop:
            return self._alias(zone, hop, (hop.dname_owner, "DNAME"))
        sets = zone.records.get(name)
        wildcard = None
        if sets is None and name not in self._existing(zone):
            wildcard = self._wildcard(zone, name)
            sets = zone.records.get(wildcard)
            if sets is None:
                if zone.security == "secure" and zone.denial == "none":
                    return Reply("failed", "bogus")
                opt_out = zone.denial == "nsec3-optout"
                return Reply("nxdomain", None, zone.security == "secure" and not opt_out)
        if (name, qtype) in zone.denied:
            return Reply("nodata", None, zone.security == "secure")
        sets = sets or {}
        owner = wildcard or name
        if "CNAME" in sets and qtype != "DNAME":
            target = sets["CNAME"][0]
            return self._alias(zone, Hop(name, target, "cname", zone.security == "secure"),
                               (owner, "CNAME"))
        if zone.security == "secure" and (owner, qtype) in zone.spoiled:
            return Reply("failed", "bogus")
        found = sets.get(qtype, [])
        if zone.security == "secure" and zone.denial == "none" and not found:
            return Reply("failed", "bogus")
        return Reply("answer" if found else "nodata", None, zone.security == "secure", [], found)

    def _failure(self, zone, qtype):
        """Why nothing comes from a zone, or None: it or one above it is broken."""
        above = zone
        while above:
            fault = above.server.fault
            failure = above.failure or (fault.failure_for(qtype) if fault else "")
            if failure and (above is zone or not fault or not fault.qtypes):
                return failure
            above = above.parent
        return "bogus" if zone.security == "bogus" else None

    def _alias(self, zone, hop, rrset):
        if zone.security == "secure" and rrset in zone.spoiled:
            return Reply("failed", "bogus")
        return Reply("answer", None, hop.secure, [hop])

    def _dname(self, zone, name):
        above = name
        while above != zone.name:
            above = labdns.parent(above)
            target = zone.records.get(above, {}).get("DNAME")
            if target:
                made = name[:len(name) - len(above)] + target[0]
                return Hop(name, made, "dname", zone.security == "secure", above)
        return None

    def _wildcard(self, zone, name):
        existing = self._existing(zone)
        above = labdns.parent(name)
        while above not in existing and above != zone.name:
            above = labdns.parent(above)
        return b"\x01*" + above

    def _existing(self, zone):
        """Owners with the empty non-terminals between them and the zone."""
        if zone.name not in self.existing:
            names = set(zone.records)
            for owner in zone.records:
                while owner != zone.name:
                    owner = labdns.parent(owner)
                    names.add(owner)
            self.existing[zone.name] = names
        return self.existing[zone.name]
