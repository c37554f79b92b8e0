#!/usr/bin/python3
"""The warm bench's list and zone: many domains, few hosts, one authoritative server.

    warm.py DIRECTORY [--domains N] [--hosts N] [--seed N]

Writes into DIRECTORY (and does nothing if it already holds the same):

    domains.txt     the list, one name a line
    questions.txt   every question of a survey, `name TYPE` a line, in its order: MX of each
                    domain; A and AAAA of a host where it is first named; CNAME where the host
                    is an alias (in an unsigned zone the alias needs a question of its own)
    questions-tlsa.txt  the same with TLSA of each host, as --tlsa all asks
    mx.txt          the MX questions alone, for dnsperf
    root.zone       one unsigned zone at the root that answers them all
    truth.json      counts that a survey must find

Shape: four providers serve 34, 14, 13.5 and 5 % of the domains with 5, 1, 2 and 3 hosts.  The
rest is a tail: 2,000 shared hosts by Zipf's law, and hosts that serve a single domain and lie in
it.  0.3 % of the hosts are aliases.  About 1.3 MX records a domain.
"""

import argparse
import bisect
import hashlib
import itertools
import json
import os
import random
import sys
import time

SYLLABLES = """al an ar au ba be bel ber bo bra can car ce cen co con cor da de del den di do du el
en er es fa fi flo for fu ga ge gra gri ha hel her ho in is ja jo ka ke ki kin ko la lan le len li
lo lu ma man mar me men mi mo mon na nau ne ni no nor o on or pa par pe per pi po pre pro ra re ri
ro ru sa san se sen si so sol ste su ta tan te ter ti to tor tra tri u un va ve ver vi vo wa we wel
wi wo ya za ze zi zo""".split()
ENDINGS = ["", "", "", "", "hub", "shop", "tech", "online", "bau", "media", "-group", "24", "web"]
SUFFIXES = [("com", 58), ("net", 9), ("org", 9), ("nl", 9), ("de", 15)]
PROVIDERS = [  # share of the domains, name, hosts
    (0.34, "bigmail.com", 5),
    (0.14, "officepost.com", 1),
    (0.135, "parkedmail.net", 2),
    (0.05, "hostpost.de", 3),
]
SHARED_HOSTS = 2000
ALIAS_SHARE = 0.003


def names(rng, count):
    """Distinct domain names of 10 to 20 characters."""
    suffixes, weights = zip(*SUFFIXES)
    bounds = list(itertools.accumulate(weights))
    seen = set()
    result = []
    uniform = rng.random
    while len(result) < count:
        suffix = suffixes[bisect.bisect(bounds, uniform() * bounds[-1])]
        wanted = 10 + int(11 * (uniform() + uniform()) / 2) - len(suffix) - 1
        label = ""
        while len(label) < wanted - 2:
            label += SYLLABLES[int(uniform() * len(SYLLABLES))]
        if len(label) < wanted - 4 or uniform() < 0.25:
            label += ENDINGS[int(uniform() * len(ENDINGS))]
        name = f"{label}.{suffix}"
        if 10 <= len(name) <= 20 and name not in seen:
            seen.add(name)
            result.append(name)
    return result


class Tail:
    """Hosts of the domains that no big provider serves; every host serves at least one."""

    def __init__(self, rng, count):
        self.rng = rng
        self.left = count  # hosts that no domain names yet
        self.count = count
        shared = min(SHARED_HOSTS, count)
        self.shared = [f"mx{i % 3 + 1}.provider{i // 3}.net" for i in range(shared)]
        self.zipf = list(itertools.accumulate(1 / (i + 1) for i in range(len(self.shared))))

    def shared_host(self):
        return self.shared[bisect.bisect(self.zipf, self.rng.random() * self.zipf[-1])]

    def host(self, domain):
        if self.left:
            self.left -= 1
            index = self.count - self.left - 1
            return self.shared[index] if index < len(self.shared) else f"mail.{domain}"
        return self.shared_host()


def exchanges(rng, domain, tail):
    """The (preference, host) pairs of a domain."""
    draw = rng.random()
    for number, (share, provider, hosts) in enumerate(PROVIDERS):
        if draw < share:
            if number == 0 and rng.random() > 0.04:  # the provider's one new name
                return [(1, f"mx1.{provider}")]
            return [(10 * i, f"mx{i}.{provider}") for i in range(1, hosts + 1)]
        draw -= share
    result = [(10, tail.host(domain))]
    if rng.random() < 0.1:
        backup = tail.shared_host()
        if backup != result[0][1]:
            result.append((20, backup))
    return result


def host_records(number, alias):
    """A and AAAA of a host or, for an alias, of its target."""
    high, low = divmod(number, 65536)
    records = f" A 198.{18 + high}.{low >> 8}.{low & 255}\n", f" AAAA 2001:db8::{high:x}:{low:x}\n"
    if alias is None:
        return lambda host: f"{host}.{records[0]}{host}.{records[1]}"
    return lambda host: f"{host}. CNAME {alias}.\n{alias}.{records[0]}{alias}.{records[1]}"


def generate(directory, domain_count, host_count, seed):
    rng = random.Random(seed)
    domains = names(rng, domain_count)
    big = sum(hosts for _, _, hosts in PROVIDERS)
    tail = Tail(rng, host_count - big)
    hosts = {}
    aliases = mx_records = alias_mx_records = 0

    def opened(name):
        return open(os.path.join(directory, name), "w", encoding="ascii", buffering=1 << 20)

    def ask(*lines):
        for file in (questions, with_tlsa):
            file.writelines(line + "\n" for line in lines)

    with opened("questions.txt") as questions, opened("questions-tlsa.txt") as with_tlsa, opened(
        "mx.txt"
    ) as mx, opened("root.zone") as zone:
        zone.write(
            "$ORIGIN .\n$TTL 86400\n"
            ". SOA ns.bench. admin.bench. 1 7200 3600 1209600 300\n"
            ". NS ns.bench.\nns.bench. A 127.0.0.1\n"
            ". DNSKEY 257 3 13 AwEAAQ==\n"  # else it would be taken for no resolver
        )
        for domain in domains:
            ask(f"{domain} MX")
            mx.write(f"{domain} MX\n")
            for preference, host in exchanges(rng, domain, tail):
                mx_records += 1
                zone.write(f"{domain}. MX {preference} {host}.\n")
                alias = hosts.get(host, 0)
                if alias == 0:
                    # none of the big providers' hosts: 0.3 % of the hosts, not of the records
                    is_alias = len(hosts) % round(1 / ALIAS_SHARE) == 100 and "provider" not in host
                    alias = hosts[host] = f"smtp.{host}" if is_alias else None
                    zone.write(host_records(len(hosts), alias)(host))
                    zone.write(f"_25._tcp.{host}. TLSA 3 1 1 {len(hosts):064x}\n")
                    ask(f"{host} A", f"{host} AAAA")
                    if is_alias:
                        aliases += 1
                        ask(f"{host} CNAME")
                    with_tlsa.write(f"_25._tcp.{host} TLSA\n")
                alias_mx_records += alias is not None
    with opened("domains.txt") as listing:
        listing.writelines(f"{domain}\n" for domain in domains)
    if tail.left:
        sys.exit(f"warm.py: {domain_count} domains are too few to name {host_count} hosts")
    return {
        "domains": len(domains),
        "hosts": len(hosts),
        "aliases": aliases,
        "mx_records": mx_records,
        "alias_mx_records": alias_mx_records,
        "questions": len(domains) + 2 * len(hosts) + aliases,
        "mean_name_length": sum(map(len, domains)) / len(domains),
    }


def made_by(programs, options):
    """What generated files depend on."""
    digest = hashlib.sha256()
    for path in programs:
        with open(path, "rb") as program:
            digest.update(program.read())
    return [digest.hexdigest(), options.domains, options.hosts, options.seed]


def made_already(directory, maker):
    try:
        with open(os.path.join(directory, "truth.json"), encoding="ascii") as file:
            return json.load(file)["made_by"] == maker
    except (FileNotFoundError, ValueError, KeyError):
        return False


def write_truth(directory, maker, counts):
    """Written last: it says that the rest is whole."""
    with open(os.path.join(directory, "truth.json"), "w", encoding="ascii") as file:
        json.dump({**counts, "made_by": maker}, file, indent=1)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("directory")
    parser.add_argument("--domains", type=int, default=500_000)
    parser.add_argument("--hosts", type=int, default=50_000)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    maker = made_by([__file__], options)
    if made_already(options.directory, maker):
        return
    os.makedirs(options.directory, exist_ok=True)
    start = time.monotonic()
    counts = generate(options.directory, options.domains, options.hosts, options.seed)
    write_truth(options.directory, maker, counts)
    print(f"warm.py: generated in {time.monotonic() - start:.1f} s", file=sys.stderr)


if __name__ == "__main__":
    main()
