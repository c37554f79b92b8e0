#!/usr/bin/python3
"""The cold bench's universe: every domain a signed zone of its own below signed TLDs and root.

    cold.py DIRECTORY [--domains N] [--hosts N] [--seed N]

Writes into DIRECTORY (and does nothing if it already holds the same):

    domains.txt, questions.txt, truth.json      as warm.py does
    root/, tld/, leaf/                          zone files, one folder for each NSD
    layout.json                                 which server has which zones and addresses
    root.hints, trust-anchor.key                for Unbound

Names and their mail hosts are shaped as in warm.py; a host lies in its provider's or its domain's
own zone.  ECDSA P-256 (RFC 6605), one key a zone, NSEC.  Each level has its own NSD: one server
with parent and child zones would answer for the child where a referral is asked for.
"""

import argparse
import base64
import hashlib
import ipaddress
import json
import os
import random
import struct
import sys
import time

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

import warm

TYPES = {"A": 1, "NS": 2, "CNAME": 5, "SOA": 6, "MX": 15, "AAAA": 28, "DS": 43, "RRSIG": 46}
TYPES |= {"NSEC": 47, "DNSKEY": 48}
ALGORITHM = 13
INCEPTION, EXPIRATION = 1577836800, 2145916800  # 2020 to 2038
TTL = 86400
ECDSA = ec.ECDSA(hashes.SHA256())
HOSTERS = 64  # of name servers: ns.dns0.net, ...
ROOT, TLD = "127.0.1.1", "127.0.2.1"
LEAVES = [f"127.0.3.{number}" for number in range(1, 17)]


def wire(name):
    labels = [label for label in name.split(".") if label]
    return b"".join(bytes([len(label)]) + label.encode() for label in labels) + b"\0"


def canonical(name):
    """Sort key of RFC 4034 s6.1."""
    return [label.encode() for label in reversed(name.split(".")) if label]


def bitmap(types):
    """RFC 4034 s4.1.2; all types here are below 256."""
    octets = bytearray(32)
    for number in types:
        octets[number // 8] |= 0x80 >> number % 8
    used = bytes(octets).rstrip(b"\0")
    return bytes([0, len(used)]) + used


class Zone:
    """Records by owner and type, as RDATA octets."""

    def __init__(self, name, server):
        self.name = name
        self.records = {}
        self.key = ec.generate_private_key(ec.SECP256R1())
        point = self.key.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
        self.dnskey = struct.pack("!HBB", 257, 3, ALGORITHM) + point[1:]
        total = sum(octet << 8 if at % 2 == 0 else octet for at, octet in enumerate(self.dnskey))
        self.tag = (total + (total >> 16)) & 0xFFFF
        self.add(name, "SOA", wire(server) + wire("admin.bench.net") + struct.pack(
            "!IIIII", 1, 7200, 3600, 1209600, 300))
        self.add(name, "NS", wire(server))
        self.add(name, "DNSKEY", self.dnskey)

    def add(self, owner, rtype, data):
        self.records.setdefault(owner, {}).setdefault(rtype, []).append(data)

    def delegate(self, child, server):
        self.add(child.name, "NS", wire(server))
        self.add(child.name, "DS", child.ds())

    def ds(self):
        digest = hashlib.sha256(wire(self.name) + self.dnskey).digest()
        return struct.pack("!HBB", self.tag, ALGORITHM, 2) + digest

    def rrsig(self, owner, rtype, data):
        """RFC 4034 s3.1.8.1."""
        labels = owner.count(".") + 1 if owner else 0
        header = struct.pack("!HBBIIIH", TYPES[rtype], ALGORITHM, labels, TTL, EXPIRATION,
                             INCEPTION, self.tag) + wire(self.name)
        fixed = wire(owner) + struct.pack("!HHI", TYPES[rtype], 1, TTL)
        body = b"".join(fixed + struct.pack("!H", len(item)) + item for item in sorted(data))
        r, s = decode_dss_signature(self.key.sign(header + body, ECDSA))
        return header + r.to_bytes(32, "big") + s.to_bytes(32, "big")

    def lines(self):
        """The signed zone in RFC 3597 notation: this file needs no text form of any type."""
        owners = sorted((owner for owner in self.records if not self.is_glue(owner)),
                        key=canonical)
        following = dict(zip(owners, owners[1:] + owners[:1]))
        for owner, sets in self.records.items():
            if owner in following:
                cut = "DS" in sets
                types = [TYPES[rtype] for rtype in sets] + [TYPES["NSEC"], TYPES["RRSIG"]]
                nsec = wire(following[owner]) + bitmap(types)
                signed = {"DS": sets["DS"]} if cut else sets
                signed = {**signed, "NSEC": [nsec]}
                sets = {**sets, "NSEC": [nsec],
                        "RRSIG": [self.rrsig(owner, *item) for item in signed.items()]}
            for rtype, data in sets.items():
                for item in data:
                    yield f"{owner}. {TTL} {rtype} \\# {len(item)} {item.hex()}\n"

    def is_glue(self, owner):
        """Name servers' addresses: here always below a cut, with the prefix `ns.`."""
        return self.is_parent() and owner.startswith("ns.")

    def is_parent(self):
        return "." not in self.name


def registrable(host):
    return ".".join(host.split(".")[-2:])


class Universe:
    def __init__(self, domain_count, host_count, seed):
        self.rng = random.Random(seed)
        self.domains = warm.names(self.rng, domain_count)
        big = sum(hosts for _, _, hosts in warm.PROVIDERS)
        self.tail = warm.Tail(self.rng, host_count - big)
        self.root = Zone("", "ns.root-servers.net")
        self.tlds = {}
        self.leaves = {}
        self.hosts = {}  # host: its alias's target or None
        self.questions = []
        self.mx_records = self.alias_mx_records = 0
        for tld, _ in warm.SUFFIXES:
            self.tlds[tld] = Zone(tld, f"ns.{tld}-servers.net")
        self.servers()
        for tld, zone in self.tlds.items():
            self.root.delegate(zone, f"ns.{tld}-servers.net")
        for domain in self.domains:
            self.domain(domain)

    def servers(self):
        """Name servers of all levels lie in .net, in signed zones, with glue above."""
        for number in range(HOSTERS):
            zone, host = f"dns{number}.net", f"ns.dns{number}.net"
            address = ipaddress.ip_address(LEAVES[number % len(LEAVES)]).packed
            self.leaf(zone, host).add(host, "A", address)
            self.tlds["net"].add(host, "A", address)
        for zone, address in [("root-servers.net", ROOT)] + [
            (f"{tld}-servers.net", TLD) for tld in self.tlds
        ]:
            address = ipaddress.ip_address(address).packed
            self.leaf(zone, "ns.dns0.net").add(f"ns.{zone}", "A", address)
            self.root.add(f"ns.{zone}", "A", address)

    def leaf(self, name, server=None):
        if name not in self.leaves:
            server = server or f"ns.dns{self.rng.randrange(HOSTERS)}.net"
            zone = self.leaves[name] = Zone(name, server)
            self.tlds[name.rpartition(".")[2]].delegate(zone, server)
        return self.leaves[name]

    def domain(self, domain):
        zone = self.leaf(domain)
        self.questions.append(f"{domain} MX\n")
        for preference, host in warm.exchanges(self.rng, domain, self.tail):
            self.mx_records += 1
            zone.add(domain, "MX", struct.pack("!H", preference) + wire(host))
            if host not in self.hosts:
                self.host(host)
            self.alias_mx_records += self.hosts[host] is not None

    def host(self, host):
        zone = self.leaf(registrable(host))
        target = host
        number = len(self.hosts)
        self.hosts[host] = None
        if host.startswith("mail.") and number % 333 == 100:
            self.hosts[host] = target = f"smtp.{host}"
            zone.add(host, "CNAME", wire(target))
        v6 = ipaddress.ip_address("2001:db8::") + number
        zone.add(target, "A", (ipaddress.ip_address("198.18.0.0") + number).packed)
        zone.add(target, "AAAA", v6.packed)
        self.questions += [f"{host} A\n", f"{host} AAAA\n"]

    def truth(self):
        return {
            "domains": len(self.domains),
            "hosts": len(self.hosts),
            "aliases": sum(target is not None for target in self.hosts.values()),
            "mx_records": self.mx_records,
            "alias_mx_records": self.alias_mx_records,
            "questions": len(self.questions),
            "zones": 1 + len(self.tlds) + len(self.leaves),
        }


def write_lines(path, lines):
    with open(path, "w", encoding="ascii") as file:
        file.writelines(lines)


def write(universe, directory):
    layout = {}
    for server, addresses, zones in (
        ("root", [ROOT], [universe.root]),
        ("tld", [TLD], universe.tlds.values()),
        ("leaf", LEAVES, universe.leaves.values()),
    ):
        folder = os.path.join(directory, server)
        os.makedirs(folder, exist_ok=True)
        layout[server] = {"addresses": addresses, "zones": []}
        for zone in zones:
            path = os.path.join(folder, (zone.name or "root") + ".zone")
            write_lines(path, zone.lines())
            layout[server]["zones"].append([zone.name or ".", path])
    with open(os.path.join(directory, "layout.json"), "w", encoding="ascii") as file:
        json.dump(layout, file)
    write_lines(os.path.join(directory, "root.hints"),
                [". 3600000 NS ns.root-servers.net.\n", f"ns.root-servers.net. 3600000 A {ROOT}\n"])
    key = base64.b64encode(universe.root.dnskey[4:]).decode()
    write_lines(os.path.join(directory, "trust-anchor.key"), [f". IN DNSKEY 257 3 13 {key}\n"])
    write_lines(os.path.join(directory, "domains.txt"), [f"{name}\n" for name in universe.domains])
    write_lines(os.path.join(directory, "questions.txt"), universe.questions)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("directory")
    parser.add_argument("--domains", type=int, default=20_000)
    parser.add_argument("--hosts", type=int, default=4_000)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    made_by = warm.made_by([__file__, warm.__file__], options)
    if warm.made_already(options.directory, made_by):
        return
    start = time.monotonic()
    universe = Universe(options.domains, options.hosts, options.seed)
    write(universe, os.path.abspath(options.directory))
    warm.write_truth(options.directory, made_by, universe.truth())
    print(f"cold.py: generated in {time.monotonic() - start:.1f} s", file=sys.stderr)


if __name__ == "__main__":
    main()
