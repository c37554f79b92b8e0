"""The zones of the hosts, in the lab's root and TLDs, and the list of their domains."""

import json
import os
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "lab"))
# pylint: disable=wrong-import-position
import infrastructure
import labdns
import servers
import webservers
from inside import RESPONDER
from universe import Universe

from hosts import Tlsa

SEED = 17


def write(hosts, certificates, folder):
    """Everything that the lab's servers read."""
    universe = Universe(SEED)
    infrastructure.declare(universe)
    for host in hosts:
        _declare(universe, certificates, host)
    os.makedirs(folder)
    servers.write(universe, folder)
    webservers.write(universe, folder, slow=False)
    files = {"list.txt": "".join(host.domain + "\n" for host in hosts),
             "odd.json": json.dumps({"address": RESPONDER, "zone": "odd", "answers": {}})}
    for name, text in files.items():
        with open(os.path.join(folder, name), "w", encoding="ascii") as file:
            file.write(text)


def _declare(universe, certificates, host):
    for name in (host.domain, host.host, host.alias):
        apex = ".".join(name.split(".")[-2:])
        if apex and labdns.name(apex) not in universe.zones:
            universe.zone(apex, "customers", signed=host.signed)
    universe.add(host.domain, "MX", (10, labdns.name(host.host)))
    if host.alias:
        universe.add(host.host, "CNAME", labdns.name(host.alias))
    for address in host.addresses:
        universe.add(host.alias or host.host, "AAAA" if ":" in address else "A", address)
    records = host.tlsa if host.signed else [Tlsa("3 1 1", "leaf", "")]  # that nobody believes
    for record in records:
        usage, selector, matching_type, octets = certificates.tlsa(host, record)
        universe.add("_25._tcp." + host.tlsa_at, "TLSA",
                     bytes([usage, selector, matching_type]) + octets)
