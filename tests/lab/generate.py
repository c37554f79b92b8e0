"""lab generate: description, zones, list and truth into a folder."""

import os
import random
import shutil
import sys

import cases
import filler
import infrastructure
import labdns
import servers
import webservers
from truth import Truth
from universe import Universe

OURS = ("zones", "conf", "web", "run", "truth.db", "list.txt", "root.hints", "trust-anchor.key",
        "unbound-include.conf", "odd.json", "exchanges.txt")
EXCHANGES = "exchanges.org"


def generate(options):
    folder = options.folder
    os.makedirs(folder, exist_ok=True)
    _clear(folder)
    universe = Universe(options.seed)
    infrastructure.declare(universe)
    odd = cases.declare(universe, slow=not options.no_slow)
    if not options.cases_only:
        filler.declare(universe, options.domains - len(universe.listed), slow=not options.no_slow)
    truth = Truth(universe)
    truth.build()
    wrong = list(truth.disagreements())
    if wrong:
        print("\n".join(wrong), file=sys.stderr)
        raise ValueError(f"{len(wrong)} declared facts are not what the description gives")
    if options.exchanges:
        _declare_exchanges(universe, sorted(truth.hosts), os.path.join(folder, "exchanges.txt"))
    servers.write(universe, folder)
    webservers.write(universe, folder, slow=not options.no_slow)
    with open(os.path.join(folder, "odd.json"), "w", encoding="ascii") as file:
        file.write(odd)
    rejected = _write_list(universe, os.path.join(folder, "list.txt"))
    truth.write(os.path.join(folder, "truth.db"), rejected)
    signed = sum(zone.signed for zone in universe.zones.values())
    print(f"{len(universe.listed)} domains, {len(truth.hosts)} mail hosts,"
          f" {len(universe.zones)} zones ({signed} signed)")
    return 0


def _declare_exchanges(universe, hosts, path):
    """A signed zone with one domain for each mail host, whose only exchange it is.

    Nobody lists these domains, so the truth knows nothing of them.  The file has a line for each:
    domain, blank, mail host.
    """
    universe.zone(EXCHANGES, "hosting", signed=True)
    with open(path, "w", encoding="ascii") as file:
        for number, host in enumerate(hosts):
            domain = f"x{number}.{EXCHANGES}"
            universe.add(domain, "MX", (10, labdns.name(host)))
            file.write(f"{domain} {host}\n")


def _clear(folder):
    """Removes an earlier lab, and only that."""
    found = os.listdir(folder)
    if found and "truth.db" not in found and set(found) - set(OURS):
        raise ValueError(f"{folder} holds something else than a lab: give an empty folder")
    for name in OURS:
        path = os.path.join(folder, name)
        if os.path.isdir(path):
            shutil.rmtree(path)
        elif os.path.exists(path):
            os.remove(path)


def _write_list(universe, path):
    """The list in a seeded order with its noise; returns (line, text) of what is to be rejected."""
    rng = random.Random(f"list {universe.seed}")
    lines = [(listed.line or labdns.text(listed.domain)).encode() for listed in universe.listed]
    rng.shuffle(lines)
    lines = [b"# the lab's list: domains as they come, with noise", b""] + lines
    for line in universe.noise:
        lines.insert(rng.randrange(2, len(lines) + 1), line)
    for line in universe.repeated:
        lines.append(line.encode())
    with open(path, "wb") as file:
        file.write(b"\n".join(lines) + b"\n")
    noise = set(universe.noise)
    return [(number, line.decode(errors="replace")[:200])
            for number, line in enumerate(lines, 1) if line in noise]
