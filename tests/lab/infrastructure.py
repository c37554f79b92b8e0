"""The root, the TLDs, the servers and their faults: what every lab has.

Every server is one or two addresses in 127.0.0.0/8 on port 53 of a network
namespace, so that delegations, lame servers and silence are real.
"""

import labdns
from universe import INFRASTRUCTURE, Fault

SILENT = "timeout|servfail"  # which of them depends on who gives up first

# name -> (signed, denial)
TLDS = {
    "com": (True, "nsec3-optout"),
    "net": (True, "nsec"),
    "org": (True, "nsec"),
    "nl": (True, "nsec3"),
    "se": (True, "nsec"),
    "de": (True, "nsec3-optout"),
    "uk": (True, "nsec"),
    "co.uk": (True, "nsec"),
    "info": (False, "nsec"),
}

FAULTS = {
    "slow": Fault("delay", delay=1500),
    "slower": Fault("delay", delay=3000),
    "drop": Fault("drop", failure=SILENT),
    "refused": Fault("refused", failure="servfail"),
    "servfail": Fault("servfail", failure="servfail"),
    "notimp": Fault("notimp", failure="servfail"),
    "formerr": Fault("formerr", failure="servfail"),
    "truncate": Fault("truncate"),
    "truncate-dead": Fault("truncate-dead", failure="servfail"),
    "no-mx": Fault("servfail", ("MX",), failure="servfail"),
    "no-a": Fault("servfail", ("A",), failure="servfail"),
    "no-aaaa": Fault("servfail", ("AAAA",), failure="servfail"),
    "no-address": Fault("refused", ("A", "AAAA"), failure="servfail"),
    "slow-mx": Fault("delay", ("MX",), delay=1500),
    "tlsa-drop": Fault("drop", ("TLSA",), failure=SILENT),
    "tlsa-refused": Fault("refused", ("TLSA",), failure="servfail"),
    "tlsa-servfail": Fault("servfail", ("TLSA",), failure="servfail"),
    "tlsa-notimp": Fault("notimp", ("TLSA",), failure="servfail"),
    "slow-tlsa": Fault("delay", ("TLSA",), delay=1500),
    "slow-address": Fault("delay", ("A", "AAAA"), delay=1500),
}


def declare(universe):
    for number, name in enumerate(("root", "tld", "providers", "customers", "hosting", "cases")):
        universe.server(name, "nsd", [f"127.1.{number}.1", f"127.1.{number}.2"])
    universe.server("faulty", "nsd", ["127.1.8.1"])  # behind dnsdist
    for number, (name, fault) in enumerate(FAULTS.items(), 1):
        universe.server("fault-" + name, "dnsdist", [f"127.1.9.{number}"], fault)
    universe.server("odd", "responder", ["127.1.10.1"])
    universe.server("dead", "none", ["127.1.11.1"], Fault("drop", failure=SILENT))

    universe.zone(".", "root", signed=True)
    for name, (signed, denial) in TLDS.items():
        universe.zone(name, "tld", signed=signed, denial=denial)
    universe.zone(INFRASTRUCTURE, "providers")
    for server in universe.servers.values():
        for at, address in enumerate(server.addresses):
            universe.add(server.host(at), "A", address)
    # glue: a referral must be followable before lab-dns.net is known
    for zone, names in ((labdns.ROOT, ("root", "tld")), (labdns.name("net"), ("providers",))):
        for name in names:
            server = universe.servers[name]
            for at, address in enumerate(server.addresses):
                universe.zones[zone].add(server.host(at), "A", address)
