"""Writes what the servers read: zone files and configurations.

Everything in the lab's folder is relative to it: servers are started there, so
the folder may be moved.
"""

import collections
import os

import labdns
import signer

NSD = """\
server:
    username: ""
    chroot: ""
    zonesdir: "zones/{name}"
    database: ""
    pidfile: "{up}run/nsd-{name}.pid"
    logfile: "{up}run/nsd-{name}.log"
    xfrdfile: ""
    zonelistfile: "{up}run/nsd-{name}.list"
    xfrdir: "{up}run"
    zonefiles-write: 0
    verbosity: 1
    server-count: 1
    hide-version: yes
    rrl-ratelimit: 0
    rrl-whitelist-ratelimit: 0
    port: 53
{addresses}
remote-control:
    control-enable: no
"""

# what a validating Unbound needs to live in the lab, whoever starts it
UNBOUND_INCLUDE = """\
server:
    do-not-query-localhost: no
    do-ip6: no
"""

RCODES = {"refused": "DNSRCode.REFUSED", "servfail": "DNSRCode.SERVFAIL",
          "notimp": "DNSRCode.NOTIMP", "formerr": "DNSRCode.FORMERR"}


def write(universe, folder):
    """Zones, server configurations, root hints, trust anchor."""
    for name in ("zones", "conf", "run"):
        os.makedirs(os.path.join(folder, name), exist_ok=True)
    served = collections.defaultdict(list)
    for zone in universe.zones.values():
        if zone.served:
            served[zone.server.backend].append(zone)
    for server in universe.servers.values():
        if server.program == "nsd":
            _write_nsd(folder, server, served[server.name])
    with open(os.path.join(folder, "conf", "dnsdist.lua"), "w", encoding="ascii") as file:
        file.write(_dnsdist(universe))
    root = universe.zones[labdns.ROOT]
    with open(os.path.join(folder, "root.hints"), "w", encoding="ascii") as file:
        for at, address in enumerate(root.server.addresses):
            host = labdns.absolute(root.server.host(at))
            file.write(f". 3600000 NS {host}\n{host} 3600000 A {address}\n")
    with open(os.path.join(folder, "trust-anchor.key"), "w", encoding="ascii") as file:
        file.write(". IN DS " + labdns.rdata_text("DS", root.key.ds()) + "\n")
    with open(os.path.join(folder, "unbound-include.conf"), "w", encoding="ascii") as file:
        file.write(UNBOUND_INCLUDE)


def _write_nsd(folder, server, zones):
    zonesdir = os.path.join(folder, "zones", server.name)
    os.makedirs(zonesdir, exist_ok=True)
    addresses = "\n".join(f"    ip-address: {address}" for address in server.addresses)
    parts = [NSD.format(name=server.name, addresses=addresses, up="../../")]
    for zone in zones:
        text = labdns.text(zone.name)
        file_name = "root" if text == "." else text
        parts.append(f'zone:\n    name: "{text}"\n    zonefile: "{file_name}.zone"\n')
        with open(os.path.join(zonesdir, file_name + ".zone"), "w", encoding="ascii") as file:
            file.write(zone_text(zone))
    with open(os.path.join(folder, "conf", f"nsd-{server.name}.conf"), "w",
              encoding="ascii") as file:
        file.write("".join(parts))


def zone_text(zone):
    lines = []
    for owner, sets in zone.records.items():
        at = labdns.absolute(owner)
        for rtype, rdatas in sets.items():
            lines.extend(f"{at} {zone.ttl} {rtype} {labdns.rdata_text(rtype, data)}\n"
                         for data in rdatas)
    if zone.signed:
        for owner, rtype, rdata in signer.sign(zone):
            ttl = zone.negative_ttl if rtype in ("NSEC", "NSEC3") else zone.ttl
            lines.append(f"{labdns.absolute(owner)} {ttl} {rtype} {rdata}\n")
    return "".join(lines)


def _dnsdist(universe):
    """One dnsdist for all faults: the address that is asked says which."""
    backend = universe.servers["faulty"].addresses[0]
    lines = [
        "setSecurityPollSuffix('')",
        "setACL('127.0.0.0/8')",
        # checks by TCP or of the clock make no sense for one backend that is always there
        f"newServer({{address='{backend}:53', healthCheckMode='up', useClientSubnet=false}})",
    ]
    first = True
    for server in universe.servers.values():
        if server.program != "dnsdist":
            continue
        address = server.addresses[0]
        lines.append(f"{'setLocal' if first else 'addLocal'}('{address}:53')")
        first = False
        lines.append(f"local at = newNMG(); at:addMask('{address}/32')")
        to_it = "NetmaskGroupRule(at, false)"
        types = [f"QTypeRule(DNSQType.{qtype})" for qtype in server.fault.qtypes]
        if types:
            to_it = f"AndRule({{{to_it}, OrRule({{{', '.join(types)}}})}})"
        lines.extend(f"addAction({rule}, {action})" for rule, action in _actions(server, to_it))
    return "\n".join(lines) + "\n"


def _actions(server, rule):
    fault = server.fault
    if fault.action == "drop":
        yield rule, "DropAction()"
    elif fault.action == "delay":
        yield rule, f"DelayAction({fault.delay})"
    elif fault.action.startswith("truncate"):
        yield f"AndRule({{{rule}, TCPRule(false)}})", "TCAction()"
        if fault.action == "truncate-dead":
            yield rule, "DropAction()"
    elif fault.action == "nodata":
        yield rule, "RCodeAction(DNSRCode.NOERROR, {aa=true, ra=false, ad=false})"
    else:
        yield rule, f"RCodeAction({RCODES[fault.action]})"
