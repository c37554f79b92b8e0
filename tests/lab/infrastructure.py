"""The root, the TLDs, the servers and their faults: what every lab has.

Every server is one or two addresses in 127.0.0.0/8 on port 53 of a network
namespace, so that delegations, lame servers and silence are real.
"""

import os

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
    "no-txt": Fault("servfail", ("TXT",), failure="servfail"),
    "dname-servfail": Fault("servfail", ("DNAME",), failure="servfail"),
    "dname-drop": Fault("drop", ("DNAME",), failure=SILENT),
    "dname-unproven": Fault("nodata", ("DNAME",), failure="bogus"),  # for zones that are signed
    "dname-denied": Fault("nodata", ("DNAME",)),  # for others, which say so with `deny`
}

# name -> (program, behaviour, detail, HTTP status); every one has an address of its own, special
# in no registry, so that a survey that connects to no special-purpose address reaches them
WEBS = {
    "main": ("nginx", "", "", None),
    "hosting": ("nginx", "http2", "", None),
    "tls1.2": ("nginx", "tls1.2", "", None),
    "tls1.0": ("nginx", "tls1.0", "tls", None),
    "one-at-a-time": ("scripted", "one-at-a-time", "", None),
    "refused": ("none", "", "connect", None),
    "unreachable": ("absent", "", "connect", None),
    "closes": ("scripted", "closes", "tls", None),
    "plain-http": ("scripted", "plain-http", "tls", None),
    "no-http": ("scripted", "no-http", "connect", None),
    "cut": ("scripted", "cut", "connect", 200),
    "large": ("scripted", "large", "too_large", 200),
    "large-chunked": ("scripted", "large-chunked", "too_large", 200),
    "silent": ("scripted", "silent", "timeout", None),
    "mute": ("scripted", "mute", "timeout", None),
    "drip": ("scripted", "drip", "timeout", 200),
    "drip-header": ("scripted", "drip-header", "timeout", None),
    "drip-large": ("scripted", "drip-large", "too_large", 200),
    "no-connect": ("scripted", "no-connect", "timeout", None),
    "endless-header": ("scripted", "endless-header", "too_large", 200),
}
WEB_IPV6 = "2a00:253::1"  # the main one's other address
SPREAD = 8  # servers like the main one, so that a survey that is gentle to each takes no longer
HAS_IPV6 = os.path.exists("/proc/net/if_inet6")


def declare(universe):
    for number, name in enumerate(("root", "tld", "providers", "customers", "hosting", "cases")):
        universe.server(name, "nsd", [f"127.1.{number}.1", f"127.1.{number}.2"])
    universe.server("faulty", "nsd", ["127.1.8.1"])  # behind dnsdist
    for number, (name, fault) in enumerate(FAULTS.items(), 1):
        universe.server("fault-" + name, "dnsdist", [f"127.1.9.{number}"], fault)
    universe.server("odd", "responder", ["127.1.10.1"])
    universe.server("dead", "none", ["127.1.11.1"], Fault("drop", failure=SILENT))

    for number, (name, words) in enumerate(WEBS.items(), 1):
        program, behaviour, detail, status = words
        universe.web(name, program, f"5.253.0.{number}", behaviour=behaviour, detail=detail,
                     status=status)
    for number in range(1, SPREAD + 1):
        universe.web(f"spread-{number}", "nginx", f"5.253.1.{number}")
    # who goes there all the same gets a policy, and the comparison shows it
    universe.web("private", "nginx", "10.0.0.1")
    universe.web("loopback", "nginx", "127.0.0.1")
    if HAS_IPV6:
        universe.web("ipv6", "nginx", WEB_IPV6)

    universe.zone(".", "root", signed=True)
    for name, (signed, denial) in TLDS.items():
        universe.zone(name, "tld", signed=signed, denial=denial)
    universe.zone(INFRASTRUCTURE, "providers")
    universe.zone("root-servers.net", "root")  # unsigned, as everywhere
    for server in universe.servers.values():
        for at, address in enumerate(server.addresses):
            universe.add(server.host(at), "A", address)
    # glue: a referral must be followable before lab-dns.net is known
    for zone, names in ((labdns.ROOT, ("root", "tld")), (labdns.name("net"), ("providers",))):
        for name in names:
            server = universe.servers[name]
            for at, address in enumerate(server.addresses):
                universe.zones[zone].add(server.host(at), "A", address)
