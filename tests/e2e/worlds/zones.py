"""A scripted World as zones of the lab: the same names, signed and served by real name servers."""
import json
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "lab"))
# pylint: disable=wrong-import-position
import infrastructure
import labdns
import servers
import signer
import webservers
from inside import RESPONDER
from universe import Universe

SEED = 3
UNBOUND = '    local-zone: "test." nodefault\n'  # else it answers for that domain by itself (RFC 6761)
FAULTS = {  # the types of which a name's questions fail: the server that does so
    ("MX",): "fault-no-mx", ("A", "AAAA"): "fault-no-address", ("AAAA",): "fault-no-aaaa",
    ("TLSA",): "fault-tlsa-servfail", ("TXT",): "fault-no-txt", ("DNAME",): "fault-dname-servfail"}
DENIALS = {("DNAME",): "fault-dname-denied"}
TLSA_LEAST = 4  # octets; not all versions of NSD load a record of fewer


class Zones:
    """Where zones begin and which server has them: as the first world needs it, for all that follow."""

    def __init__(self, world):
        names = ({name for name, _ in world.records} | set(world.dnames) | set(world.signed)) - {""}
        self.apexes = {".".join(name.split(".")[-labels:]) for name in names for labels in (1, 2)}
        self.faulty = {name for name, kind in world.faults if self.server_of(world, name, [kind])}
        self.unloadable = {name for (name, kind), records in world.records.items() if kind == "TLSA"
                           and any(len(data_of(kind, text)) < TLSA_LEAST for text in records)}
        self.apexes |= self.faulty | self.unloadable
        self.apexes |= {name for name in world.signed if "." in name
                        and signed(world, name) != signed(world, name.partition(".")[2])}
        assert not {name for name, kind in world.records if kind == "CNAME"} & self.apexes

    @staticmethod
    def server_of(world, name, kinds=None):
        """The fault's, or None: Unbound answers CNAME questions by what an address question brought; it
        gives up on loops by itself; and bogus is no server."""
        faults = {kind: fault for (owner, kind), fault in world.faults.items()
                  if owner == name and (name, "CNAME") not in world.records and not fault["unchecked"]}
        key = tuple(sorted(faults))
        if any(fault["denied"] for fault in faults.values()):
            return DENIALS[key]
        if any(fault["rcode"] is not None for fault in faults.values()):
            return FAULTS[key]
        return None

    def write(self, world, folder, serial):
        """Zones and all else that the lab's servers read; returns where each of them has one of these:
        {address: zone}."""
        universe, ours = Universe(SEED), {}
        infrastructure.declare(universe)
        for name in sorted(self.apexes, key=lambda name: name.count(".")):
            home = "faulty" if name in self.faulty else "odd" if name in self.unloadable \
                else "cases" if "." in name else "tld"
            zone = universe.zone(name, self.server_of(world, name) or home, signed=signed(world, name))
            ours[universe.servers[home].addresses[0]] = name
            soa, = zone.records[zone.name]["SOA"]
            zone.records[zone.name]["SOA"] = [soa[:2] + (serial,) + soa[3:]]
        for zone in map(universe.zones.get, map(labdns.name, self.apexes)):
            secure = signed(world, labdns.text(zone.name))
            assert zone.security == ("secure" if secure else "insecure"), zone.name
        self._fill(world, universe)
        servers.write(universe, folder)
        webservers.write(universe, folder, slow=False)
        with open(folder / "unbound-include.conf", "a", encoding="ascii") as file:
            file.write(UNBOUND)
        answers = {}
        for name in self.unloadable:
            answers.update(scripted(universe.zones[labdns.name(name)]))
        script = {"address": RESPONDER, "zone": "odd", "answers": answers}
        (folder / "odd.json").write_text(json.dumps(script), encoding="ascii")
        return ours

    @staticmethod
    def _fill(world, universe):
        for owner, target in world.dnames.items():
            universe.add(owner, "DNAME", labdns.name(target))
        for (name, kind), records in world.records.items():
            hidden = any(name.endswith("." + owner) for owner in world.dnames)  # RFC 6672 s2.4
            if name == "" or hidden:
                continue
            if kind == "CNAME":
                records = records[:1]  # no server loads two
            universe.add(name, kind, *(data_of(kind, text) for text in records))
        for (name, kind), fault in world.faults.items():
            if fault["unchecked"]:  # bogus
                universe.zone_of(labdns.name(name)).spoiled.add((labdns.name(name), kind))


def signed(world, name):
    """Where nobody says so, because nothing is there: as what is below."""
    labels = name.split(".")
    if any(".".join(labels[at:]) in world.signed for at in range(len(labels))):
        return world.secure(name)
    return any(is_so for below, is_so in world.signed.items() if below.endswith("." + name))


def scripted(zone):
    """All that is at a signed zone's apex, as responder.py answers with it."""
    assert set(zone.records) == {zone.name}, zone.name
    owner, answers = labdns.text(zone.name), {}
    for kind, records in [*zone.records[zone.name].items(), ("DNSKEY", [zone.key.dnskey])]:
        signature = signer.rrsig(zone.key, zone.name, kind, zone.ttl, records)
        wires = [(kind, labdns.rdata_wire(kind, data)) for data in records] + [("RRSIG", signature)]
        answers[f"{owner} {kind}"] = {
            "records": [[owner, what, f"\\# {len(wire)} {wire.hex()}"] for what, wire in wires]}
    return answers


def data_of(kind, text):
    """Record data as the World has it to that of the lab."""
    if kind in ("A", "AAAA"):
        return text
    if kind == "CNAME":
        return labdns.name(text)
    if kind == "MX":
        preference, exchange = text.split(" ", 1)
        return int(preference), labdns.name(exchange)
    if kind == "TXT":
        return (text.strip('"').encode(),)
    assert kind == "TLSA", kind
    if text.startswith(r"\# "):
        return bytes.fromhex(text.split(" ", 2)[2])
    *numbers, data = text.split(" ")
    return bytes(map(int, numbers)) + bytes.fromhex(data)
