#!/usr/bin/python3
"""A survey file of N made-up domains, for timing reports and checking their numbers.

    generate_survey.py --domains N --seed SEED FILE

The tables of schema/*.sql, filled as a survey would leave them.  Shares are those published of
large zones (MX present on 42 %, four operators behind two thirds of the MX domains, 98 % of the
distinct hosts used by one domain) or, where nobody published any, plausible ones (implicit MX on
60 % of the rest; MTA-STS records on 2 % of the domains with mail, 80 % of those over
aliases, every flaw among them).  The same seed and N give the same rows.
"""
import argparse
import itertools
import pathlib
import random
import sqlite3

SCHEMA = pathlib.Path(__file__).resolve().parents[2] / "schema"
APPLICATION_ID, VERSION = 0x6D787376, 4

# crawler/core/words.h
MX, NULL_MX, IMPLICIT_MX, NO_SERVICE, NXDOMAIN, FAILED = range(1, 7)
SECURE, INSECURE, BOGUS, INDETERMINATE = range(1, 5)
ANSWER, NODATA, HOST_NXDOMAIN, HOST_FAILED = range(1, 5)
CLASS_NULL, CLASS_ADDRESS, CLASS_LOCALHOST, CLASS_HOST = 1, 2, 3, 6
ALIAS_NONE, ALIAS_CNAME = 1, 2
UNREACHABLE, DANE_FAILED, DANE_INSECURE, DANE_NONE, DANE_UNUSABLE, USABLE = range(1, 7)
COMPLETE, PRIMARY, PARTIAL, NONE, DOMAIN_INSECURE, DOMAIN_FAILED = range(1, 7)
STS_NONE, ENFORCE, TESTING, OFF, INVALID_RECORD, INVALID_POLICY, UNAVAILABLE, STS_FAILED = range(1, 9)
RECORD_VALID, RECORD_MULTIPLE, RECORD_INVALID = range(2, 5)
NOT_ASKED, POLICY_VALID, POLICY_INVALID, POLICY_UNAVAILABLE = range(1, 5)
SAME, NAME_ONLY, TARGET_ONLY, MIXED, NEITHER = range(1, 6)
HTTP_STATUS = 5  # of the seven details

SUFFIXES = {"com": 54, "net": 5, "org": 5, "de": 6, "co.uk": 4, "nl": 3, "info": 2, "se": 1,
            "xyz": 3, "online": 2, "shop": 2, "top": 2}
SIGNED = {"nl": 0.6, "se": 0.5}
OPERATORS = (  # share of the MX domains, exchanges of a domain, hosts in its pool
    ("google.example", 0.34, 5, 5), ("secureserver.example", 0.14, 2, 2),
    ("registrar-servers.example", 0.135, 5, 5))
OWN_NAME_SHARE, OWN_NAME_OPERATOR = 0.047, "outlook.example"  # a host for each customer
TAIL_SHARE = 0.058                                            # behind smaller providers
STS_SHARE, STS_SHARE_OVER_ALIASES = 0.02, 0.8
MEDIA_TYPES = ("text/plain", "text/plain; charset=utf-8", "text/html", None)
FAULTS = ("no version", "no mode", "no max_age", "no mx", "mode: enforced", "no mx at all")
BATCH = 20000
AT = 1606158400
HAS_DETAIL, HAS_TLSA = 1, 2  # _host.details


class Generator:
    def __init__(self, db, domains, seed):
        self.db, self.count, self.r = db, domains, random.Random(seed)
        self.sts_random = random.Random(seed + 1)
        self.rows = {name: [] for name in TABLES}
        self.host_ids = itertools.count(1)
        self.set_ids = itertools.count(1)
        self.hosts = {}  # id: (class, dnssec, alias, dane) of what later domains need
        self.sets = {}   # numbers of sets of MX records
        self.null = self.host(".", None, CLASS_NULL, resolved=False)
        self.localhost = self.host("localhost", None, CLASS_LOCALHOST, resolved=False)
        tail = max(20, domains // 5000)
        self.pools = [self.pool(name, size, count, False)
                      for name, _, count, size in OPERATORS]
        self.tail = [self.pool(f"provider{i}.example", 2, 1 + i % 2, i % 50 == 7)
                     for i in range(tail)]
        self.tail_weights = list(itertools.accumulate(1 / (i + 1) for i in range(tail)))
        rare = {f"suffix{i}": 11 / (i + 4) ** 1.3 for i in range(300)}
        self.suffixes = list(SUFFIXES | rare)
        self.suffix_weights = list(itertools.accumulate((SUFFIXES | rare).values()))

    def add(self, table, *row):
        self.rows[table].append(row)

    def host(self, name, provider, kind=CLASS_HOST, alias=ALIAS_NONE, dane=None, resolved=True,
             secure=False, shared=True, sound=False):
        number = next(self.host_ids)
        outcome, dnssec, details = None, None, 0
        if not resolved:
            alias = None
        else:
            draw = 1 if sound else self.r.random()
            outcome = HOST_FAILED if draw < 0.004 else HOST_NXDOMAIN if draw < 0.009 else ANSWER
            dnssec = SECURE if secure else INSECURE
            if outcome == HOST_FAILED:
                dnssec, dane = INDETERMINATE, DANE_FAILED
                alias = alias if alias == ALIAS_CNAME else None
                self.add("_host_detail", number, 2, "22,23", None, None, None)
                self.add("_failure", 2, name, 2, "22,23", 2)
            elif outcome == HOST_NXDOMAIN:
                dane = UNREACHABLE
            if alias == ALIAS_CNAME:
                self.alias(number, provider, outcome)
            if outcome == HOST_FAILED or alias == ALIAS_CNAME:
                details |= HAS_DETAIL
        addresses = 1 if outcome == ANSWER else None if outcome == HOST_FAILED else 0
        if dane is None and resolved:
            dane = DANE_NONE if secure else DANE_INSECURE
        if dane in (DANE_NONE, USABLE):
            self.tlsa(number, dane)
            details |= HAS_TLSA
        self.add("_host", number, name, provider and len(provider), kind, outcome, dnssec, alias,
                 addresses, addresses, 0, dane, AT if resolved else None, details or None)
        if shared:
            self.hosts[number] = (kind, dnssec, alias, dane)
        self.last = (kind, dnssec, alias, dane)
        return number

    def alias(self, number, provider, outcome):
        r = self.r
        hops = r.choices([1, 2, 3], [978, 18, 4])[0]
        other = r.random() < 0.6
        for hop in range(1, hops + 1):
            target = f"t{hop}.{'hosting%d.example' % r.randrange(40) if other else provider}"
            self.add("_alias", number, hop, 2, target, 3600)
        problem = 1 if outcome == HOST_NXDOMAIN else None
        if outcome != HOST_FAILED:
            self.add("_host_detail", number, None, None, INSECURE, problem, len(target) - len("tN."))

    def tlsa(self, number, dane):
        if dane == DANE_NONE:
            self.add("_host_tlsa", number, 3, 0, SECURE, 0, 0)
            return
        self.add("_host_tlsa", number, 1, 0, SECURE, 2, 2)
        for usage in (3, 2):
            self.add("_tlsa", number, usage, 1, 1, number.to_bytes(32, "big"), 1,
                     "Let's Encrypt YR1" if usage == 2 else None, 1 if usage == 2 else None)

    def pool(self, provider, size, count, aliases):
        """Hosts of a provider, exchanges for each of its domains"""
        secure = self.r.random() < 0.2
        dane = USABLE if secure and self.r.random() < 0.3 else None
        return count, [self.host(f"mx{i}.{provider}", provider, secure=secure, dane=dane, sound=True,
                                 alias=ALIAS_CNAME if aliases else ALIAS_NONE)
                       for i in range(size)]

    def exchanges(self, number, domain):
        """(preference, host, facts) of a domain with MX records"""
        r, draw, at = self.r, self.r.random(), 0
        if draw < 0.02:
            return [(10, self.localhost, self.hosts[self.localhost])]
        draw = r.random()
        for at, operator in enumerate(OPERATORS):
            draw -= operator[1]
            if draw < 0:
                break
        if draw < 0:
            count, pool = self.pools[at]
        elif draw < OWN_NAME_SHARE:
            own = self.host(f"d{number}.mail.{OWN_NAME_OPERATOR}", OWN_NAME_OPERATOR, shared=False)
            return [(0, own, self.last)]
        elif draw < OWN_NAME_SHARE + TAIL_SHARE:
            count, pool = r.choices(self.tail, cum_weights=self.tail_weights)[0]
        else:
            alias = ALIAS_CNAME if r.random() < 0.012 else ALIAS_NONE
            own = self.host(f"mail.{domain}", domain, alias=alias, shared=False,
                            secure=self.secure and r.random() < 0.9)
            found = [(10, own, self.last)]
            if r.random() < 0.1:
                backup = self.tail[number % len(self.tail)][1][0]
                found.append((20, backup, self.hosts[backup]))
            return found
        start = r.randrange(len(pool)) if count < len(pool) else 0
        return [(10 * (i + 1), host, self.hosts[host])
                for i, host in enumerate((pool[start:] + pool[:start])[:count])]

    def domain_dane(self, records):
        usable = [facts[3] == USABLE for _, _, facts in records if facts[3] != UNREACHABLE]
        if not self.secure:
            self.ready = 1 if usable and all(usable) else None
            return DOMAIN_INSECURE
        if usable and all(usable):
            return COMPLETE
        return PARTIAL if any(usable) else NONE

    def sts(self, number, records):
        """The columns sts, tlsrpt of a domain with mail; records: (preference, host, facts)"""
        r = self.sts_random
        tlsrpt = r.choices([1, 2, 3, 4, 5], [960, 30, 2, 5, 3])[0]
        alias = any(facts[2] == ALIAS_CNAME for _, _, facts in records)
        draw = r.random()
        if draw > (STS_SHARE_OVER_ALIASES if alias else STS_SHARE):
            return (STS_FAILED if draw > 0.997 else STS_NONE), tlsrpt
        sts = r.choices([ENFORCE, TESTING, OFF, INVALID_RECORD, INVALID_POLICY, UNAVAILABLE],
                        [40, 30, 3, 8, 7, 12])[0]
        if sts == INVALID_RECORD:
            self.add("_sts_policy", number, r.choice([RECORD_MULTIPLE, RECORD_INVALID]), NOT_ASKED,
                     *[None] * 6)
        elif sts == UNAVAILABLE:
            detail = r.randrange(1, 8)
            self.add("_sts_policy", number, RECORD_VALID, POLICY_UNAVAILABLE, detail, None,
                     404 if detail == HTTP_STATUS else None, None,
                     "text/html" if detail == HTTP_STATUS else None, None)
        elif sts == INVALID_POLICY:
            self.add("_sts_policy", number, RECORD_VALID, POLICY_INVALID, None, r.choice(FAULTS),
                     200, None, MEDIA_TYPES[number % 4], None)
        else:
            effect = self.matches(number, records)
            self.add("_sts_policy", number, RECORD_VALID, POLICY_VALID, None, None, 200, sts - 1,
                     MEDIA_TYPES[number % 4], effect if sts != OFF else None)
        return sts, tlsrpt

    def matches(self, number, records):
        """Of a valid policy; what it makes of aliases"""
        kinds = []
        for host, (_, _, alias, _) in {host: facts for _, host, facts in records}.items():
            name = int(self.sts_random.random() < 0.8)
            target = int(self.sts_random.random() < 0.5) if alias == ALIAS_CNAME else None
            kinds += [] if target is None else [(name, target)]
            self.add("_sts_match", number, host, name, target)
        name_only, target_only = (1, 0) in kinds, (0, 1) in kinds
        if not kinds:
            return None
        if name_only or target_only:
            return MIXED if name_only and target_only else NAME_ONLY if name_only else TARGET_ONLY
        return NEITHER if (0, 0) in kinds else SAME

    def mx_set(self, records):
        """The number of a set of (preference, host, role)"""
        known = self.sets.get(tuple(records))
        if known is not None:
            return known
        number = next(self.set_ids)
        if records[0][1] in self.hosts:  # others have a host of their own
            self.sets[tuple(records)] = number
        for place, record in enumerate(records):
            self.add("_mx_record", number, place, *record)
        return number

    def surveyed(self, number, *columns):
        mx_ttl = 60 if columns[2] else None
        ready = self.ready if columns[6] == DOMAIN_INSECURE else None
        self.add("_surveyed", number, AT, *columns, mx_ttl, ready)

    def domain(self, number):
        r = self.r
        suffix = r.choices(self.suffixes, cum_weights=self.suffix_weights)[0]
        domain = f"{r.randrange(36 ** 6):07d}{number:x}.{suffix}"
        self.secure = r.random() < SIGNED.get(suffix, 0.03)
        dnssec = SECURE if self.secure else INSECURE
        self.add("_listed", number, domain, 0, len(suffix))
        draw = r.random()
        if draw < 0.0008:
            self.surveyed(number, FAILED, INDETERMINATE, None, None, None, None, DOMAIN_FAILED, None,
                          None, 1)
            self.add("_surveyed_detail", number, None, r.choice([1, 2, 3]), "22", None, None, None)
            self.add("_failure", 1, domain, 2, "22", 6)
        elif draw < 0.0108:
            self.surveyed(number, NULL_MX, dnssec, 1, 0, self.mx_set([(0, self.null, 0)]), None, None,
                          None, None, None)
        elif draw < 0.42:
            records = self.exchanges(number, domain)
            aliases = sum(facts[2] == ALIAS_CNAME for _, _, facts in records)
            failures = sum(facts[3] == DANE_FAILED for _, _, facts in records)
            unknown = sum(facts[0] == CLASS_HOST and facts[2] is None for _, _, facts in records)
            chosen = self.mx_set([(preference, host, int(preference == records[0][0]))
                                  for preference, host, _ in records])
            self.surveyed(number, MX, dnssec, len(records), aliases, chosen, records[0][1],
                          self.domain_dane(records), *self.sts(number, records), 1 if failures or unknown else None)
            if failures or unknown:
                self.add("_surveyed_detail", number, None, None, None, None, unknown or None,
                         failures or None)
        elif draw < 0.77:
            host = self.host(domain, domain, shared=False, secure=self.secure)
            self.surveyed(number, IMPLICIT_MX, dnssec, 0, 0, self.mx_set([(None, host, 1)]),
                          -len(domain), self.domain_dane([(0, host, self.last)]),
                          *self.sts(number, []), None)
        else:
            outcome = NXDOMAIN if draw > 0.98 else NO_SERVICE
            self.surveyed(number, outcome, dnssec, 0, 0, None, None, None, None, None, None)

    def store(self):
        for table, columns in TABLES.items():
            names = columns.split()
            self.db.executemany(f"INSERT INTO {table} ({', '.join(names)}) "
                                f"VALUES ({', '.join('?' * len(names))})", self.rows[table])
            self.rows[table].clear()

    def run(self):
        for number in range(1, self.count + 1):
            self.domain(number)
            if number % BATCH == 0:
                self.store()
        self.store()
        self.db.executemany("INSERT INTO _run VALUES (?, ?)", [
            ("state", "finished"), ("started_at", "1606158365"), ("ended_at", "1606168365"),
            ("total.listed", str(self.count)), ("setting.tlsa", "secure"),
            ("resolver", "none: generated by tests/bench/generate_survey.py")])


TABLES = {
    "_listed": "id domain rank_offset suffix_stratum",
    "_host": "id name provider_length class address_outcome dnssec alias ipv4_count ipv6_count"
             " special_count dane resolved_at details",
    "_host_detail": "id failure ede alias_dnssec alias_problem alias_provider_length",
    "_alias": "host hop kind target ttl",
    "_host_tlsa": "id outcome base_hop dnssec count usable_count",
    "_tlsa": "host usage selector matching_type data usable known_key key_status",
    "_mx_record": "mx_set place preference host role",
    "_surveyed": "id surveyed_at mx_outcome dnssec mx_count cname_mx_count mx_set provider dane sts"
                 " tlsrpt detailed mx_ttl dane_ready",
    "_surveyed_detail": "id null_mx_flaw failure ede alias_target unknown_mx_count tlsa_failures",
    "_sts_policy": "id record_outcome policy_outcome detail fault http_status mode media_type"
                   " cname_effect",
    "_sts_match": "domain host name target",
    "_failure": "kind name failure ede tries",
}


def generate(path, domains, seed):
    db = sqlite3.connect(path, isolation_level=None)
    db.executescript(f"PRAGMA application_id = {APPLICATION_ID}; PRAGMA user_version = {VERSION};"
                     "PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; BEGIN;")
    for name in ("tables.sql", "views.sql"):
        db.executescript((SCHEMA / name).read_text(encoding="utf-8"))
    db.execute("BEGIN")
    Generator(db, domains, seed).run()
    db.execute("COMMIT")
    indexes = SCHEMA / "indexes.sql"
    if indexes.exists():
        db.executescript(indexes.read_text(encoding="utf-8"))
    db.close()


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--domains", type=int, default=100000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("file")
    options = parser.parse_args()
    generate(options.file, options.domains, options.seed)


if __name__ == "__main__":
    main()
