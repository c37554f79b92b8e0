#!/usr/bin/python3
"""Reports of small surveys, against numbers worked out here, by other means.

usage: test_report.py REPORT_DRIVER REPORT_SCHEMA

Most files have plain tables in the place of the views: only the contract's
columns and words are relied on.  One is made of the real tables and views,
which lie beside the report's schema.
"""
import json
import math
import os
import random
import re
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import unicodedata
import unittest

DRIVER, SCHEMA = sys.argv[1:3]
APPLICATION_ID = 0x6D787376
COLUMNS = {
    "domains": "domain rank suffix mx_outcome null_mx_flaw failure ede dnssec alias_target mx_count"
    " cname_mx_count provider dane tlsa_failures sts sts_cname_effect tlsrpt surveyed_at",
    "mx_records": "domain preference exchange exchange_class is_primary is_alias sts_match_name"
    " sts_match_target",
    "hosts": "host provider address_outcome failure ede ipv4_count ipv6_count special_count dnssec"
    " alias alias_hops alias_target alias_dnssec alias_problem tlsa_outcome tlsa_base tlsa_dnssec"
    " tlsa_count tlsa_usable_count dane",
    "failures": "kind name failure ede tries",
    "tlsa_records": "host base usage selector matching_type data usable reason known_key key_status",
    "rejected_lines": "list line text reason",
    "run_info": "key value",
}


class Survey:
    """Rows of a survey file as dictionaries; absent columns are NULL."""

    def __init__(self, finished=True, listed=None):
        self.rows = {view: [] for view in COLUMNS}
        self.info(state="finished" if finished else "interrupted", started_at="1606158365")
        if listed is not None:
            self.info(**{"total.listed": str(listed)})

    def add(self, view, **row):
        self.rows[view].append(row)

    def info(self, **pairs):
        for key, value in pairs.items():
            self.add("run_info", key=key, value=value)

    def host(self, host, provider, alias="none", outcome="answer", dnssec="insecure", **more):
        self.add("hosts", host=host, provider=provider, alias=alias, address_outcome=outcome,
                 dnssec=dnssec, **more)

    def domain(self, domain, outcome="mx", exchanges=(), provider=None, dnssec="insecure", **more):
        """exchanges: (name, class); whether one is an alias is looked up in hosts"""
        aliases = {row["host"]: row["alias"] for row in self.rows["hosts"]}
        known = 0
        for at, (name, word) in enumerate(exchanges):
            alias = aliases.get(name) if word in ("host", "single_label", "invalid") else None
            is_alias = None if alias is None else int(alias != "none")
            known += is_alias == 1
            self.add("mx_records", domain=domain, preference=at, exchange=name,
                     exchange_class=word, is_primary=int(at == 0), is_alias=is_alias)
        failed = outcome == "failed"
        self.add("domains", domain=domain, mx_outcome=outcome, provider=provider, dnssec=dnssec,
                 mx_count=None if failed else len(exchanges),
                 cname_mx_count=None if failed else known, surveyed_at=1606158400, **more)

    def tlsa(self, host, usage, selector, matching_type, usable=1, reason=None, key=None,
             status=None):
        self.add("tlsa_records", host=host, base=host, usage=usage, selector=selector,
                 matching_type=matching_type, data="00", usable=usable, reason=reason,
                 known_key=key, key_status=status)

    def write(self, path, application_id=APPLICATION_ID, user_version=1):
        db = sqlite3.connect(path)
        db.execute(f"PRAGMA application_id = {application_id}")
        db.execute(f"PRAGMA user_version = {user_version}")
        for view, columns in COLUMNS.items():
            names = columns.split()
            db.execute(f"CREATE TABLE {view} ({', '.join(names)})")
            db.executemany(
                f"INSERT INTO {view} VALUES ({', '.join('?' * len(names))})",
                [[row.get(name) for name in names] for row in self.rows[view]])
        db.commit()
        db.close()


# --- the contract's estimates again, from the rows, by definition ---

def t_quantile(freedom):
    """0.975 quantile of Student's t: Simpson's rule and bisection"""
    scale = math.exp(math.lgamma((freedom + 1) / 2) - math.lgamma(freedom / 2))
    scale /= math.sqrt(freedom * math.pi)

    def area(x, steps=600):
        def density(u):  # t = tan u: the integrand is smooth and bounded
            return math.cos(u) ** -2 * (1 + math.tan(u) ** 2 / freedom) ** (-(freedom + 1) / 2)
        width = math.atan(x) / steps
        terms = [density(i * width) * (1 if i in (0, steps) else 4 if i % 2 else 2)
                 for i in range(steps + 1)]
        return scale * math.fsum(terms) * width / 3

    low, high = 0.0, 20.0
    for _ in range(50):
        middle = (low + high) / 2
        low, high = (middle, high) if area(middle) < 0.475 else (low, middle)
    return low


def wilson(k, n):
    """The roots of (p - k/n)^2 = z^2 p (1 - p) / n"""
    z = statistics.NormalDist().inv_cdf(0.975)
    a, b, c = 1 + z * z / n, -(2 * k / n + z * z / n), (k / n) ** 2
    root = math.sqrt(max(0, b * b - 4 * a * c))
    return [(-b - root) / (2 * a), (-b + root) / (2 * a)]


def estimate(name, unit, units, unanswered, stratum="all"):
    """units: (cluster or None, has the property)"""
    clusters = {}
    for at, (cluster, has) in enumerate(units):
        clusters.setdefault(("alone", at) if cluster is None else cluster, []).append(bool(has))
    n, k = len(units), sum(bool(has) for _, has in units)
    result = dict(name=name, unit=unit, stratum=stratum, count=k, of=n, clusters=len(clusters),
                  unanswered=unanswered, share=None, wilson95=None, bounds=None,
                  largest_cluster_share=None, design_effect=None, cluster95=None)
    if n == 0:
        return result
    p = k / n
    result.update(share=p, wilson95=wilson(k, n),
                  bounds=[k / (n + unanswered), (k + unanswered) / (n + unanswered)],
                  largest_cluster_share=max(map(len, clusters.values())) / n)
    m = len(clusters)
    if m < 2 or k in (0, n):
        return result
    variance = m / (m - 1) * math.fsum((sum(c) - p * len(c)) ** 2 for c in clusters.values()) / n**2
    half = t_quantile(m - 1) * math.sqrt(variance) / (p * (1 - p))
    centre = math.log(p / (1 - p))
    result.update(design_effect=variance / (p * (1 - p) / n),
                  cluster95=[1 / (1 + math.exp(-(centre + sign * half))) for sign in (-1, 1)])
    return result


def expected_estimates(survey):
    hosts = {row["host"]: row for row in survey.rows["hosts"]}
    domains = survey.rows["domains"]
    provider = {row["domain"]: row["provider"] for row in domains}
    resolved = [r for r in survey.rows["mx_records"]
                if r["exchange_class"] in ("host", "single_label", "invalid")
                and r["exchange"] in hosts]
    by_domain = {}
    for record in resolved:
        by_domain.setdefault(record["domain"], []).append(record["is_alias"])
    failed = sum(d["mx_outcome"] == "failed" for d in domains)

    def cname_mx(name, members, stratum):
        units, unknown = [], 0
        for d in members:
            states = by_domain.get(d["domain"], [])
            if d["mx_outcome"] != "mx":
                continue
            if 1 in states or None not in states:
                units.append((d["provider"], 1 in states))
            else:
                unknown += 1
        return estimate(name, "domain", units, failed + unknown, stratum)

    def share(name, unit, rows, of, count, unanswered):
        return estimate(name, unit, [(r["provider"], count(r)) for r in rows if of(r)], unanswered)

    secure = [d for d in domains if d["dnssec"] == "secure"]
    known = [r for r in survey.rows["mx_records"] if r["is_alias"] is not None]
    named = {r["exchange"] for r in resolved}
    mail = [h for h in hosts.values() if h["host"] in named]
    return [
        cname_mx("domains_with_cname_mx", domains, "all"),
        cname_mx("domains_with_cname_mx", secure, "dnssec_secure"),
        estimate("cname_mx_records", "mx_record",
                 [(provider[r["domain"]], r["is_alias"]) for r in known],
                 sum(r["is_alias"] is None for r in resolved)),
        share("cname_mx_hosts", "host", mail, lambda h: h["alias"] is not None,
              lambda h: h["alias"] != "none", sum(h["alias"] is None for h in mail)),
        share("secure_domains", "domain", domains, lambda d: d["mx_outcome"] != "failed",
              lambda d: d["dnssec"] == "secure", failed),
        share("secure_hosts", "host", hosts.values(), lambda h: h["address_outcome"] == "answer",
              lambda h: h["dnssec"] == "secure",
              sum(h["address_outcome"] == "failed" for h in hosts.values())),
        share("hosts_with_tlsa", "host", hosts.values(),
              lambda h: h.get("dane") in ("none", "unusable", "usable"),
              lambda h: h["dane"] != "none", sum(h.get("dane") == "failed" for h in hosts.values())),
        share("domains_dane_complete", "domain", domains,
              lambda d: d.get("dane") in ("complete", "primary", "partial", "none"),
              lambda d: d["dane"] == "complete", failed),
        share("domains_with_sts", "domain", domains,
              lambda d: d.get("sts") not in (None, "failed"),
              lambda d: d["sts"] in ("enforce", "testing", "off"),
              sum(d["mx_outcome"] == "failed" or d.get("sts") == "failed" for d in domains)),
        share("sts_refused_by_target_matching", "domain", domains,
              lambda d: d.get("sts_cname_effect") is not None,
              lambda d: d["sts_cname_effect"] in ("name_only", "mixed"),
              sum(1 in by_domain.get(d["domain"], []) and d.get("sts") in ("failed", "unavailable")
                  for d in domains)),
    ]


# --- the part about DANE again, by definition ---

def ranked(rows, of, count, limit):
    """rows: dictionaries with a provider"""
    sums = {}
    for row in filter(of, rows):
        if row["provider"] is not None:
            pair = sums.setdefault(row["provider"], [0, 0])
            pair[0] += bool(count(row))
            pair[1] += 1
    order = sorted(sums, key=lambda name: (-sums[name][0], name.encode()))
    return [{"provider": name, "count": sums[name][0], "of": sums[name][1]}
            for name in order if sums[name][0] > 0][:limit]


def count_of(count, of):
    return {"count": count, "of": of, "share": count / of if of else None}


def expected_keys(records):
    def stale(record):
        return (record["usage"] == 2 and record["known_key"] is not None
                and record["key_status"] in ("expired", "retired"))

    by_host = {}
    for record in records:
        if record["usable"]:
            by_host.setdefault(record["host"], []).append(record)
    broken = {h for h, rrset in by_host.items() if all(map(stale, rrset))}
    leftover = {h for h, rrset in by_host.items() if any(map(stale, rrset))} - broken
    keys = {}
    for host, rrset in by_host.items():
        for record in rrset:
            if record["usage"] == 2 and record["known_key"] is not None:
                item = keys.setdefault((record["known_key"], record["key_status"]),
                                       [set(), set(), set()])
                item[0].add(host)
                if stale(record):
                    item[1 if host in broken else 2].add(host)
    return {"hosts_only_stale": len(broken), "hosts_with_leftovers": len(leftover), "keys": [
        {"key": name, "status": status, "hosts": len(sets[0]), "only_stale": len(sets[1]),
         "leftover": len(sets[2])}
        for (name, status), sets in sorted(keys.items(), key=lambda i: (-len(i[1][0]), i[0]))]}


def expected_parameters(records):
    groups = {}
    for record in records:
        key = tuple(record[c] for c in ("usage", "selector", "matching_type", "usable", "reason"))
        groups.setdefault(key, []).append(record["host"])
    order = sorted(groups, key=lambda key: (-len(set(groups[key])), -len(groups[key]), key[:3],
                                            key[4] or ""))
    return [{"usage": key[0], "selector": key[1], "matching_type": key[2], "usable": key[3] == 1,
             "reason": key[4], "hosts": len(set(groups[key])), "records": len(groups[key])}
            for key in order]


def alias_effect(host):
    if host["dane"] in ("usable", "unusable"):
        return "expanded" if host["tlsa_base"] == host["alias_target"] else "initial"
    return "lost" if host["dane"] == "insecure" else host["dane"]


def expected_aliases(survey):
    secure = {d["domain"] for d in survey.rows["domains"] if d["dnssec"] == "secure"}
    aliases = {h["host"]: alias_effect(h) for h in survey.rows["hosts"]
               if h["alias"] in ("cname", "dname")}
    found = {word: (set(), set())
             for word in ("expanded", "initial", "lost", "none", "failed", "unreachable")}
    for record in survey.rows["mx_records"]:
        if record["domain"] in secure and record["exchange"] in aliases:
            hosts, domains = found[aliases[record["exchange"]]]
            hosts.add(record["exchange"])
            domains.add(record["domain"])
    return {word: {"hosts": len(hosts), "domains": len(domains)}
            for word, (hosts, domains) in found.items()}


def expected_dane(survey, setting):
    domains, hosts = survey.rows["domains"], survey.rows["hosts"]
    judged = [d for d in domains if d.get("dane") in ("complete", "primary", "partial", "none")]
    mail = [d for d in domains if d.get("dane") not in (None, "failed")]
    complete = sum(d["dane"] == "complete" for d in judged)

    def failing(domain):
        return (domain["tlsa_failures"] or 0) > 0

    def unprotected(word):
        having = [h["tlsa_count"] for h in hosts
                  if h["dane"] == word and h["tlsa_dnssec"] == "insecure" and h["tlsa_count"]]
        return {"hosts": len(having), "records": sum(having)}

    return {
        "tlsa_setting": setting,
        "hosts": {word: sum(h["dane"] == word for h in hosts) for word in
                  ("usable", "unusable", "none", "insecure", "failed", "unreachable")},
        "domains": {word: sum(d.get("dane") == word for d in domains) for word in
                    ("complete", "primary", "partial", "none", "insecure", "failed")},
        "complete_of_secure": count_of(complete, len(judged)),
        "primary_of_secure": count_of(complete + sum(d["dane"] == "primary" for d in judged),
                                      len(judged)),
        "providers": ranked(judged, lambda d: True, lambda d: d["dane"] == "complete", 20),
        "lookup_failures": {
            "domains": count_of(sum(map(failing, mail)), len(mail)),
            "hosts": sum(h["dane"] == "failed" for h in hosts),
            "hosts_by_tlsa": sum(h["dane"] == "failed" and h["tlsa_outcome"] == "failed"
                                 for h in hosts),
            "providers": ranked(mail, lambda d: True, failing, 10)},
        "parameters": expected_parameters(survey.rows["tlsa_records"]),
        "ca_keys": expected_keys(survey.rows["tlsa_records"]),
        "insecure_zone": unprotected("insecure"),
        "insecure_alias": unprotected("none"),
        "aliases": expected_aliases(survey),
    }


# --- surveys ---

def dane_made(setting="secure"):
    """Every rule of the part about DANE has a host, counted by hand in test_dane_by_hand()"""
    s = Survey()
    s.info(**{"setting.tlsa": setting, "resolver": "private Unbound",
              "resolver_version": "Version 1.17.1"})

    def host(name, dane, tlsa_outcome, base=None, dnssec=None, count=None, **more):
        s.host(name, name.split(".", 1)[1], dane=dane, tlsa_outcome=tlsa_outcome, tlsa_base=base,
               tlsa_dnssec=dnssec, tlsa_count=count, **more)

    def alias(name, target, dane, outcome, base, status="secure", **more):
        host(name, dane, outcome, base, alias="cname", alias_hops=1, alias_target=target,
             alias_dnssec=status, **more)

    def domain(name, dane, exchanges, failures=0, dnssec="secure", **more):
        s.domain(name, exchanges=[(e, "host") for e in exchanges], dnssec=dnssec, dane=dane,
                 provider=exchanges[0].split(".", 1)[1], tlsa_failures=failures, **more)

    host("good.big.example", "usable", "answer", "good.big.example", "secure", 2)
    host("leftover.big.example", "usable", "answer", "leftover.big.example", "secure", 3)
    host("stale.old.example", "usable", "answer", "stale.old.example", "secure", 2)
    host("odd.old.example", "unusable", "answer", "odd.old.example", "secure", 2)
    host("plain.old.example", "none", "nxdomain", "plain.old.example", "secure", 0)
    host("via.old.example", "none", "answer", "via.old.example", "insecure", 3)
    host("broken.bad.example", "failed", "failed", "broken.bad.example", "bogus", 0)
    host("lame.bad.example", "failed", "not_asked")
    host("dead.bad.example", "unreachable", "not_asked", outcome="nodata")
    if setting == "all":
        host("unsigned.plain.example", "insecure", "answer", "unsigned.plain.example", "insecure",
             4)
    else:
        host("unsigned.plain.example", "insecure", "not_asked")
    alias("a1.alias.example", "good.big.example", "usable", "answer", "good.big.example")
    alias("a2.alias.example", "unsigned.plain.example", "unusable", "answer", "a2.alias.example")
    alias("a3.alias.example", "good.big.example", "insecure", "not_asked", None, "insecure")
    alias("a4.alias.example", "plain.old.example", "none", "nodata", "a4.alias.example")
    alias("a5.alias.example", "unsigned.plain.example", "insecure", "not_asked", None, "insecure")
    domain("complete1.example", "complete", ["good.big.example"])
    domain("complete2.example", "complete", ["leftover.big.example", "good.big.example"])
    domain("complete3.example", "complete", ["stale.old.example"])
    domain("complete4.example", "complete", ["a1.alias.example"])
    domain("primary.example", "primary", ["good.big.example", "plain.old.example"])
    domain("partial.example", "partial", ["lame.bad.example", "good.big.example"], 1)
    domain("none1.example", "none", ["broken.bad.example", "lame.bad.example"], 2)
    domain("none2.example", "none", ["odd.old.example", "via.old.example"])
    domain("none3.example", "none", ["a2.alias.example", "a3.alias.example", "a4.alias.example"])
    domain("none4.example", "none", ["dead.bad.example"])
    domain("none5.example", "none", ["a3.alias.example"])
    domain("insecure1.example", "insecure", ["a5.alias.example"], dnssec="insecure")
    domain("insecure2.example", "insecure", ["broken.bad.example"], 1, dnssec="insecure")
    s.domain("null.example", "null_mx", [(".", "null")], dnssec="secure", tlsa_failures=0)
    s.domain("gone.example", "failed", dane="failed", dnssec="bogus", ede="6,22")
    x3, yr1 = ("Let's Encrypt X3", "expired"), ("Let's Encrypt YR1", "active")
    e6 = ("Let's Encrypt E6", "retired")
    for name in ("good.big.example", "a1.alias.example"):
        s.tlsa(name, 3, 1, 1)
        s.tlsa(name, 3, 1, 1)
    s.tlsa("leftover.big.example", 2, 1, 1, 1, None, *x3)
    s.tlsa("leftover.big.example", 2, 1, 1, 1, None, *yr1)
    s.tlsa("leftover.big.example", 2, 0, 1)
    # its record of usage 3 cannot be used: what is left is stale
    s.tlsa("stale.old.example", 2, 1, 1, 1, None, *x3)
    s.tlsa("stale.old.example", 2, 0, 1, 1, None, *e6)
    s.tlsa("stale.old.example", 3, 1, 1, 0, "length")
    s.tlsa("odd.old.example", 1, 1, 1, 0, "usage", *x3)
    s.tlsa("odd.old.example", 3, 1, 9, 0, "matching_type")
    s.tlsa("via.old.example", 2, 1, 1, 0, None, *x3)
    for number, codes in enumerate(("6,22", "22", "49152", "", "x,7,99999,-1,7")):
        s.add("failures", kind="tlsa", name=f"n{number}", failure="bogus", ede=codes, tries=1)
    s.rows["hosts"][6]["ede"] = "6"
    return s


def hand_made():
    """Small enough to count on fingers; every rule about what counts has a domain"""
    s = Survey()
    s.host("mx.big.example", "big.example", dnssec="secure")
    s.host("alias.big.example", "big.example", alias="cname", alias_hops=1)
    s.host("dname.tiny.example", "tiny.example", alias="dname", alias_hops=3,
           alias_problem="dangling", outcome="nxdomain")
    s.host("lost.example", "lost.example", alias=None, outcome="failed", dnssec="indeterminate")
    s.host("self.example", "self.example", alias="cname", alias_hops=1)  # of implicit MX only
    big, alias = ("mx.big.example", "host"), ("alias.big.example", "host")
    lost = ("lost.example", "host")
    s.domain("plain.example", exchanges=[big], provider="big.example", dnssec="secure")
    s.domain("one-alias.example", exchanges=[big, alias], provider="big.example")
    s.domain("alias-and-lost.example", exchanges=[alias, lost], provider="big.example",
             dnssec="secure")
    s.domain("lost-only.example", exchanges=[big, lost], provider="big.example", dnssec="secure")
    s.domain("insecure-lost.example", exchanges=[lost], provider="lost.example")
    s.domain("tiny.example", exchanges=[("dname.tiny.example", "host")], provider="tiny.example")
    s.domain("address.example", exchanges=[("192.0.2.1", "address"), ("localhost", "localhost")])
    s.domain("opted-out.example", exchanges=[("mx.excluded.example", "host")],
             provider="excluded.example")  # not resolved: no row in hosts
    s.domain("mixed.example", exchanges=[(".", "null"), big], provider="big.example")
    s.domain("null.example", "null_mx", exchanges=[(".", "null")], dnssec="secure")
    s.domain("self.example", "implicit_mx", provider="self.example")
    s.domain("gone.example", "nxdomain", dnssec="secure")
    s.domain("silent.example", "no_service")
    s.domain("broken.example", "failed", dnssec="indeterminate")
    s.domain("half-broken.example", "failed", dnssec="secure")  # MX denied, addresses failed
    s.add("failures", kind="mx", name="broken.example", failure="timeout", tries=4)
    s.add("failures", kind="address", name="lost.example", failure="servfail", tries=2)
    s.add("failures", kind="address", name="half-broken.example", failure="servfail", tries=2)
    for text in ("192.0.2.1", "192.0.2.2", "a..b"):
        s.add("rejected_lines", list="list.txt", line=9, text=text,
              reason="empty label" if text == "a..b" else "address")
    s.info(**{"total.listed": "15", "total.duplicates": "2", "total.excluded": "1"})
    return s


def random_tlsa(s, r, name):
    """Columns of a host about TLSA; its records are added"""
    dane = r.choice(["none", "usable", "unusable", "failed", "insecure", "unreachable"])
    for _ in range(r.choice([0, 1, 2, 6])):
        usable = r.choices([1, 0], [3, 1])[0]
        key = r.choice([None, ("X3", "expired"), ("E6", "retired"), ("YR1", "active")])
        s.tlsa(name, r.choices([1, 2, 3], [1, 8, 2])[0], r.randrange(2), r.randrange(3), usable,
               None if usable else r.choice([None, "length", "usage"]), *(key or (None, None)))
    return dict(
        dane=dane, alias_target="target.example", tlsa_base=r.choice([name, "target.example"]),
        alias_dnssec="insecure" if dane == "insecure" else "secure",
        tlsa_outcome=r.choice(["answer", "nodata", "failed", "not_asked"]),
        tlsa_dnssec=r.choice(["secure", "insecure", None]), tlsa_count=r.choice([0, 1, 5, None]))


def random_survey(seed, later=True):
    """later: with the columns that DANE and MTA-STS fill"""
    r = random.Random(seed)
    s = Survey()
    exchanges = [("192.0.2.7", "address"), (".", "null"), ("unresolved.example", "host")]
    for i in range(50):
        name = f"mx{i}.provider{i % 17}.example"
        alias = r.choices(["none", "cname", "dname", None], [80, 12, 4, 4])[0]
        s.host(name, None if i % 17 == 3 else f"provider{i % 17}.example", alias=alias,
               outcome=r.choices(["answer", "failed", "nxdomain"], [8, 1, 1])[0],
               dnssec=r.choice(["secure", "insecure"]),
               alias_hops=r.randrange(1, 4) if alias in ("cname", "dname") else None,
               **(random_tlsa(s, r, name) if later else {}))
        exchanges.append((name, r.choice(["host", "host", "invalid", "single_label"])))
    providers = {row["host"]: row["provider"] for row in s.rows["hosts"]}
    for i in range(800):
        name = f"domain{i}.example"
        outcome = r.choices(["mx", "null_mx", "implicit_mx", "no_service", "nxdomain", "failed"],
                            [80, 4, 4, 4, 4, 4])[0]
        chosen, provider = [], None
        if outcome == "mx":
            chosen = r.sample(exchanges, r.choices([1, 2, 5], [5, 3, 1])[0])
            provider = providers.get(chosen[0][0])
        elif outcome == "null_mx":
            chosen = [(".", "null")]
        later_columns = {}
        if later and outcome == "mx":
            later_columns = dict(
                dane=r.choice(["complete", "primary", "partial", "none", "insecure", "failed"]),
                tlsa_failures=r.choice([0, 0, 0, 1, 3]),
                sts=r.choice(["none", "enforce", "testing", "off", "unavailable", "failed"]),
                sts_cname_effect=r.choice([None, None, "same", "name_only", "mixed", "neither"]))
        s.domain(name, outcome, chosen, provider, r.choice(["secure", "insecure"]),
                 **later_columns)
    return s


HOSTILE = [
    "esc\x1b[2J\x1b]0;title\x07.example", "c1\x9b31m.example", "bidi\u202etxt.example",
    "isolate\u2066x\u2069.example", "lines\r\nForged: 100 %\u2028.example", "nul\x00end.example",
    "bom\ufeffzero\u200bwidth.example", "tag\U000e0041.example", "x" * 300 + ".example",
    "quote\"back\\slash.example", "del\x7f.example", "uml\u00e4ut.example",
]


def hostile():
    s = Survey(finished=False)
    s.host("alias.example", "p.example", alias="cname", alias_hops=1)
    s.host("mx.example", "p.example")
    for at, text in enumerate(HOSTILE):
        s.domain(f"d{at}.example", exchanges=[("alias.example", "host")], provider=text)
        s.info(**{text: text})
        s.add("rejected_lines", list=text, line=at, text=text, reason=text)
        s.add("failures", kind=text, name=text, failure=text, ede=text, tries=1)
        s.host(f"h{at}.example", "p.example", tlsa_outcome=text, dane=text)
        s.tlsa(f"h{at}.example", 2, 1, 1, 0, text)
        s.tlsa(f"h{at}.example", 2, 1, 1, 1, None, text, text)
    s.domain("plain.example", exchanges=[("mx.example", "host")], provider="p.example")
    return s


class Reports(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.path = os.path.join(self.folder.name, "survey.db")

    def tearDown(self):
        self.folder.cleanup()

    def run_driver(self, form, path=None, **more):
        return subprocess.run([DRIVER, form, path or self.path], stderr=subprocess.PIPE,
                              timeout=60, **{"stdout": subprocess.PIPE, **more})

    def report(self, survey, form="json"):
        if os.path.exists(self.path):
            os.remove(self.path)
        survey.write(self.path)
        done = self.run_driver(form)
        self.assertEqual(done.stderr, b"")
        self.assertEqual(done.returncode, 0)
        self.assertEqual(os.listdir(self.folder.name), ["survey.db"])
        return self.check_text(done.stdout) if form == "text" else self.check_json(done.stdout)

    def check_text(self, octets):
        """Whatever a survey holds, its text is fit for any terminal and mail"""
        text = octets.decode("utf-8")
        for line in text.split("\n"):
            self.assertLessEqual(len(line), 78, line)
            self.assertEqual(line, line.rstrip(), "blanks at the end")
            for char in line:
                self.assertNotIn(unicodedata.category(char), ("Cc", "Cf", "Cs", "Zl", "Zp"), line)
        self.assertNotRegex(text, r"\bnan\b|\binf\b|\(null\)")
        return text

    def check_json(self, octets):
        self.assertTrue(octets.isascii() and b"\x7f" not in octets)
        report = json.loads(octets, parse_constant=lambda word: self.fail(word))
        try:
            import jsonschema
        except ImportError:
            return report
        with open(SCHEMA, encoding="ascii") as file:
            jsonschema.validate(report, json.load(file),
                                cls=getattr(jsonschema, "Draft202012Validator", None))
        return report

    def assert_same(self, got, expected):
        self.assertEqual(len(got), len(expected))
        for one, other in zip(got, expected):
            self.assertEqual(set(one), set(other))
            for key in other:
                where = f"{other['name']}, {other['stratum']}: {key}"
                pairs = [(one[key], other[key])]
                if isinstance(other[key], list):
                    pairs = list(zip(one[key], other[key], strict=True))
                for value, right in pairs:
                    if isinstance(right, float):
                        self.assertAlmostEqual(value, right, 9, where)
                    else:
                        self.assertEqual(value, right, where)

    def test_counted_by_hand(self):
        report = self.report(hand_made())
        counts = {(e["name"], e["stratum"]): (e["count"], e["of"], e["unanswered"], e["clusters"])
                  for e in report["estimates"]}
        self.assertEqual(counts, {
            # judged: plain, one-alias, alias-and-lost, tiny, address, opted-out, mixed;
            # unanswered: lost-only, insecure-lost, broken, half-broken;
            # clusters: big, tiny, address (alone), excluded
            ("domains_with_cname_mx", "all"): (3, 7, 4, 4),
            # plain, alias-and-lost; lost-only, and the two whose status is not known
            ("domains_with_cname_mx", "dnssec_secure"): (1, 2, 3, 1),
            # plain 1, one-alias 2, alias-and-lost 1, lost-only 1, tiny 1, mixed 1
            ("cname_mx_records", "all"): (3, 7, 3, 2),
            # mx.big, alias.big, dname.tiny; lost is not known; self is no exchange
            ("cname_mx_hosts", "all"): (2, 3, 1, 2),
            # secure: plain, alias-and-lost, lost-only, null, gone; clusters: big, lost, tiny,
            # excluded, self, and address, null, gone, silent alone
            ("secure_domains", "all"): (5, 13, 2, 9),
            ("secure_hosts", "all"): (1, 3, 1, 2),
            ("hosts_with_tlsa", "all"): (0, 0, 0, 0),
            ("domains_dane_complete", "all"): (0, 0, 2, 0),
            ("domains_with_sts", "all"): (0, 0, 2, 0),
            ("sts_refused_by_target_matching", "all"): (0, 0, 0, 0),
        })
        records = report["estimates"][2]
        # clusters (6, 2), (1, 1): p = 3/7, e = -4/7 and 4/7, v = 2 * 2 * (4/7)^2 / 49
        self.assertAlmostEqual(records["design_effect"], 2 * 2 * (4 / 7) ** 2 / 49 / (12 / 49 / 7))
        self.assertAlmostEqual(records["largest_cluster_share"], 6 / 7)
        self.assertEqual(records["bounds"], [0.3, 0.6])
        self.assertEqual(report["coverage"], {
            "finished": True, "listed": 15, "surveyed": 15, "excluded": 1, "left": 0,
            "duplicates": 2, "rejected_lines": 3, "hosts": 5,
            "rejected_by_reason": [{"reason": "address", "lines": 2},
                                   {"reason": "empty label", "lines": 1}],
            "mx_outcomes": {"mx": 9, "null_mx": 1, "implicit_mx": 1, "no_service": 1,
                            "nxdomain": 1, "failed": 2},
            "failures": [{"kind": "address", "failure": "servfail", "lookups": 2},
                         {"kind": "mx", "failure": "timeout", "lookups": 1}],
        })
        self.assertEqual(report["alias_chains"], [
            {"kind": "cname", "hops": 1, "problem": None, "hosts": 1},
            {"kind": "dname", "hops": 3, "problem": "dangling", "hosts": 1}])
        self.assertEqual(report["alias_providers"], [
            {"provider": "big.example", "count": 2, "of": 4},
            {"provider": "tiny.example", "count": 1, "of": 1}])
        self.assertEqual(report["run"]["started_at"], "1606158365")

    def test_against_definitions(self):
        for seed in range(4):
            for later in (False, True):
                survey = random_survey(seed, later)
                self.assert_same(self.report(survey)["estimates"], expected_estimates(survey))
        self.assert_same(self.report(hand_made())["estimates"], expected_estimates(hand_made()))

    def test_dane_against_definitions(self):
        for seed in range(4):
            survey = random_survey(seed)
            for row in survey.rows["domains"]:
                row.setdefault("tlsa_failures", None)
                if row.get("dane") == "failed":
                    row["tlsa_failures"] = None
            self.assertEqual(self.report(survey)["dane"], expected_dane(survey, None))
            self.report(survey, "text")
        for setting in ("secure", "all"):
            survey = dane_made(setting)
            self.assertEqual(self.report(survey)["dane"], expected_dane(survey, setting))

    def test_dane_by_hand(self):
        report = self.report(dane_made())
        dane = report["dane"]
        self.assertEqual(dane["hosts"], {"usable": 4, "unusable": 2, "none": 3, "insecure": 3,
                                         "failed": 2, "unreachable": 1})
        self.assertEqual(dane["domains"], {"complete": 4, "primary": 1, "partial": 1, "none": 5,
                                           "insecure": 2, "failed": 1})
        self.assertEqual(dane["complete_of_secure"], {"count": 4, "of": 11, "share": 4 / 11})
        self.assertEqual(dane["primary_of_secure"], {"count": 5, "of": 11, "share": 5 / 11})
        self.assertEqual(dane["providers"], [  # big: complete 1 and 2, primary
            {"provider": "big.example", "count": 2, "of": 3},
            {"provider": "alias.example", "count": 1, "of": 3},
            {"provider": "old.example", "count": 1, "of": 2}])
        self.assertEqual(dane["lookup_failures"], {
            "domains": {"count": 3, "of": 13, "share": 3 / 13}, "hosts": 2, "hosts_by_tlsa": 1,
            "providers": [{"provider": "bad.example", "count": 3, "of": 4}]})
        self.assertEqual([tuple(row.values()) for row in dane["parameters"]], [
            (3, 1, 1, True, None, 2, 4), (2, 1, 1, True, None, 2, 3),
            (2, 0, 1, True, None, 2, 2), (1, 1, 1, False, "usage", 1, 1),
            (2, 1, 1, False, None, 1, 1), (3, 1, 1, False, "length", 1, 1),
            (3, 1, 9, False, "matching_type", 1, 1)])
        self.assertEqual(dane["ca_keys"], {"hosts_only_stale": 1, "hosts_with_leftovers": 1, "keys": [
            {"key": "Let's Encrypt X3", "status": "expired", "hosts": 2, "only_stale": 1,
             "leftover": 1},
            {"key": "Let's Encrypt E6", "status": "retired", "hosts": 1, "only_stale": 1,
             "leftover": 0},
            {"key": "Let's Encrypt YR1", "status": "active", "hosts": 1, "only_stale": 0,
             "leftover": 0}]})
        self.assertEqual(dane["insecure_zone"], {"hosts": 0, "records": 0})
        self.assertEqual(dane["insecure_alias"], {"hosts": 1, "records": 3})
        self.assertEqual(dane["aliases"], {  # a5: of an insecure domain only
            "expanded": {"hosts": 1, "domains": 1}, "initial": {"hosts": 1, "domains": 1},
            "lost": {"hosts": 1, "domains": 2}, "none": {"hosts": 1, "domains": 1},
            "failed": {"hosts": 0, "domains": 0}, "unreachable": {"hosts": 0, "domains": 0}})
        self.assertEqual(report["dnssec"], {
            "resolver": {"resolver": "private Unbound", "resolver_version": "Version 1.17.1"},
            "extended_errors": [
                {"code": 6, "name": "DNSSEC Bogus", "domains": 1, "hosts": 1, "lookups": 1},
                {"code": 7, "name": "Signature Expired", "domains": 0, "hosts": 0, "lookups": 2},
                {"code": 22, "name": "No Reachable Authority", "domains": 1, "hosts": 0,
                 "lookups": 2},
                {"code": 49152, "name": None, "domains": 0, "hosts": 0, "lookups": 1}]})
        self.assertEqual(self.report(dane_made("all"))["dane"]["insecure_zone"],
                         {"hosts": 1, "records": 4})

    def test_dane_in_words(self):
        words = " ".join(self.report(dane_made(), "text").split())
        for line in ("12 domains with DNSSEC: validated answers",  # 11 and the null MX
                     "4 usable: secure TLSA", "4 complete: usable", "1 primary:", "1 partial:",
                     "DANE TLSA is deployed on ~36.4 % of domains with DNSSEC: complete on 4 of 11",
                     "posts to dane-users do: 45.5 %.", "2 3 66.7 % big.example",
                     "3 domains with a mail host that fails", "3 4 75.0 % bad.example",
                     "1 mail hosts whose TLSA lookup fails", "1 mail hosts of which an address",
                     "2 4 3 1 1 usable", "1 1 3 1 1 unusable: length",
                     "1 1 2 1 1 of an insecure answer: not judged",
                     "1 mail hosts with stale keys only", "1 mail hosts with stale keys beside",
                     "2 1 1 Let's Encrypt X3 (expired)", "were not asked for TLSA: that takes --tlsa all",
                     "1 secure mail hosts whose TLSA is reached over an insecure alias (3 records)",
                     "1 1 expanded:", "1 1 initial:", "1 2 lost:",
                     "resolver_version: Version 1.17.1", "1 1 1 6 DNSSEC Bogus",
                     "0 0 1 49152 (not known)"):
            self.assertIn(" " + line, words)
        words = " ".join(self.report(dane_made("all"), "text").split())
        self.assertIn(" 1 mail hosts with TLSA where DNSSEC does not reach (4 records)", words)
        self.assertNotIn("that takes --tlsa all", words)

    def test_no_tlsa_lookups(self):
        report = self.report(hand_made())
        self.assertIsNone(report["dane"])
        self.assertEqual(report["dnssec"], {"resolver": {}, "extended_errors": []})
        text = self.report(hand_made(), "text")
        self.assertNotIn("DANE for SMTP", text)
        self.assertNotIn("as this resolver sees it", text)

    def test_worked_example(self):
        """Published sizes (x, y): 10,000 domains of eight providers"""
        s = Survey()
        s.host("mx.example", "mx.example")
        s.host("alias.example", "alias.example", alias="cname", alias_hops=1)
        sizes = [(5000, 0), (3000, 0), (800, 8), (500, 50), (300, 0), (200, 2), (100, 0), (100, 40)]
        for at, (x, y) in enumerate(sizes):
            for i in range(x):
                exchange = "alias.example" if i < y else "mx.example"
                s.add("domains", domain=f"{i}.of{at}", mx_outcome="mx", dnssec="insecure",
                      provider=f"p{at}.example", mx_count=1, cname_mx_count=int(i < y))
                s.add("mx_records", domain=f"{i}.of{at}", preference=1, exchange=exchange,
                      exchange_class="host", is_primary=1, is_alias=int(i < y))
        first = self.report(s)["estimates"][0]
        self.assertAlmostEqual(first["design_effect"], 80.300144, 6)
        self.assertAlmostEqual(first["cluster95"][0], 0.00119938921, 11)
        self.assertAlmostEqual(first["cluster95"][1], 0.0783126466, 10)
        self.assertEqual(first["largest_cluster_share"], 0.5)
        text = self.report(s, "text")
        self.assertIn("1.00 % (95 % interval 0.82 - 1.21 %; clustered by provider 0.12 - 7.83 %)",
                      " ".join(text.split()))
        self.assertIn("100 of 10,000 domains", text)
        self.assertIn("8 providers; the largest holds 50.0 % of the units; design effect 80.3.",
                      " ".join(text.split()))
        self.assertIn("Without it: 2.00 %.", " ".join(text.split()))  # 100 of 5000

    def test_text_by_hand(self):
        text = self.report(hand_made(), "text")
        words = " ".join(text.split())
        self.assertNotIn("PARTIAL", text)
        self.assertIn("3 of 7 domains with MX records", words)
        self.assertIn("Unanswered domains: 4. Whatever they are, the share is within 27.3 - 63.6 %.",
                      words)
        self.assertIn("started_at: 2020-11-23 19:06:05 UTC", words)
        for line in ("15 domains surveyed, of which", "2 domains whose lookup failed",
                     "15 domains listed", "2 names met again in the lists",
                     "1 domains beside these, excluded", "3 list lines rejected", "2 address",
                     "2 address: servfail", "1 mx: timeout", "1 hosts whose first step is a DNAME",
                     "1 dangling", "1 chains of 3 steps", "2 4 50.0 % big.example"):
            self.assertIn(" " + line, words)

    def test_real_views(self):
        db = sqlite3.connect(self.path)
        db.execute(f"PRAGMA application_id = {APPLICATION_ID}")
        db.execute("PRAGMA user_version = 1")
        for name in ("tables.sql", "views.sql"):
            with open(os.path.join(os.path.dirname(SCHEMA), name), encoding="utf-8") as file:
                db.executescript(file.read())
        names = ["plain.example", "alias.example", "lost.example", "self.example", "gone.example"]
        db.executemany("INSERT INTO listed (id, domain) VALUES (?, ?)", enumerate(names, 1))
        db.executemany(  # class 6: host; address outcomes, dnssec, alias by their numbers
            "INSERT INTO host (id, name, provider, class, address_outcome, dnssec, alias)"
            " VALUES (?, ?, ?, 6, ?, ?, ?)",
            [(1, "mx.p.example", "p.example", 1, 1, 1), (2, "a.p.example", "p.example", 1, 2, 2),
             (3, "lost.q.example", "q.example", 4, 4, None), (4, names[3], names[3], 1, 2, 2),
             (5, "excluded.example", "excluded.example", None, None, None)])
        db.executemany("INSERT INTO alias VALUES (?, 1, 2, 'target.example')", [(2,), (4,)])
        db.executemany(
            "INSERT INTO surveyed (id, surveyed_at, mx_outcome, dnssec, mx_count, cname_mx_count,"
            " preference, host) VALUES (?, 0, ?, ?, ?, ?, ?, ?)",
            [(1, 1, 1, 2, 0, 10, 1), (2, 1, 2, 2, 1, 10, 1), (3, 1, 2, 1, 0, 10, 3),
             (4, 3, 2, 0, 0, None, 4), (5, 5, 1, 0, 0, None, None)])
        db.executemany("INSERT INTO more_mx VALUES (?, 20, ?)", [(1, 5), (2, 2)])
        db.execute("INSERT INTO run VALUES ('state', 'finished')")
        db.commit()
        db.close()
        report = self.check_json(self.run_driver("json").stdout)
        self.assertEqual([(e["count"], e["of"], e["unanswered"]) for e in report["estimates"]],
                         [(1, 2, 1), (0, 1, 0), (1, 3, 1), (1, 2, 1), (2, 5, 0), (1, 3, 1),
                          (0, 0, 0), (0, 0, 0), (0, 0, 0), (0, 0, 0)])
        self.assertEqual(report["alias_chains"],
                         [{"kind": "cname", "hops": 1, "problem": None, "hosts": 1}])
        self.check_text(self.run_driver("text").stdout)

    def test_empty(self):
        survey = Survey(listed=0)
        report = self.report(survey)
        self.assert_same(report["estimates"], expected_estimates(survey))
        self.assertEqual(report["coverage"]["surveyed"], 0)
        text = self.report(survey, "text")
        self.assertIn("No domain has been surveyed: there is nothing to estimate.", text)
        self.assertNotIn("PARTIAL", text)
        self.assertEqual(text.count("Not known: 0 "), 10)

    def test_partial(self):
        survey = Survey(finished=False, listed=5000)
        survey.domain("broken.example", "failed")
        coverage = self.report(survey)["coverage"]
        self.assertEqual((coverage["finished"], coverage["listed"], coverage["left"]),
                         (False, 5000, 4999))
        words = " ".join(self.report(survey, "text").split())
        self.assertIn("PARTIAL: this survey is not finished. 1 of 5,000 listed domains are "
                      "surveyed, 4,999 are left.", words)
        survey = Survey(finished=False)
        self.assertIsNone(self.report(survey)["coverage"]["left"])
        self.assertIn("PARTIAL", self.report(survey, "text"))

    def test_all_and_none(self):
        for alias, share in (("none", 0), ("cname", 1)):
            s = Survey()
            s.host("mx.example", "mx.example", alias=alias)
            for i in range(3):
                s.domain(f"{i}.example", exchanges=[("mx.example", "host")], provider=f"p{i % 2}")
            first = self.report(s)["estimates"][0]
            self.assertEqual((first["share"], first["clusters"]), (share, 2))
            self.assertIsNone(first["design_effect"])
            self.assertIsNone(first["cluster95"])
            self.assertEqual(first["wilson95"][share], share)
            self.assertIn("clustered by provider not defined",
                          " ".join(self.report(s, "text").split()))

    def test_hostile(self):
        survey = hostile()
        text = self.report(survey, "text")
        self.assertIn("esc\\u{1b}[2J", text)
        self.assertIn("bidi\\u{202e}txt", text)
        self.assertIn("uml\u00e4ut", text)
        self.assertIn("\\u{d}\\u{a}Forged", text)
        report = self.report(survey)
        self.assertEqual(report["run"]["bidi\u202etxt.example"], "bidi\u202etxt.example")
        self.assertEqual(len(report["alias_providers"]), 10)  # of 12
        names = [row["provider"] for row in report["alias_providers"]]
        self.assertEqual(names, sorted(names, key=lambda name: name.encode()))

    def test_invalid_utf8(self):
        survey = hostile()
        survey.write(self.path)
        db = sqlite3.connect(self.path)
        for octets in ("ff", "c0af", "eda080", "f4908080", "e2", "61c3"):
            db.execute(f"INSERT INTO run_info VALUES ('k' || hex(x'{octets}'), CAST(x'{octets}' AS TEXT))")
            db.execute("INSERT INTO failures (kind, name, failure) "
                       f"VALUES ('mx', 'x', CAST(x'{octets}' AS TEXT))")
        db.commit()
        db.close()
        report = self.check_json(self.run_driver("json").stdout)
        self.assertEqual(report["run"]["k61C3"], "a\ufffd")
        self.assertEqual(report["run"]["kFF"], "\ufffd")
        self.assertEqual(report["run"]["kC0AF"], "\ufffd\ufffd")
        self.check_text(self.run_driver("text").stdout)

    def assert_error(self, pattern, path=None, **more):
        for form in ("text", "json"):
            done = self.run_driver(form, path, **more)
            self.assertEqual(done.returncode, 1)
            self.assertIn(done.stdout, (None, b""))
            self.assertRegex(done.stderr.decode(), "^[^\n]*" + pattern + "[^\n]*\n$")
            self.assertIn("survey", done.stderr.decode())

    def test_errors_are_one_line(self):
        self.assert_error("No such file")
        self.assert_error(re.escape(self.folder.name), self.folder.name)
        self.assertEqual(os.listdir(self.folder.name), [])
        with open(self.path, "w", encoding="ascii") as file:
            file.write("example.com\n" * 500)
        self.assert_error("no SQLite database")
        open(self.path, "w", encoding="ascii").close()
        self.assert_error("another program")
        hand_made().write(self.path, application_id=1)
        self.assert_error("another program")
        os.remove(self.path)
        hand_made().write(self.path, user_version=99)
        self.assert_error("newer mxsurvey .schema 99")
        os.remove(self.path)
        hand_made().write(self.path)
        db = sqlite3.connect(self.path)
        db.execute("DROP TABLE mx_records")
        db.close()
        self.assert_error("no such table: mx_records")

    def test_contradictions_are_refused(self):
        survey = hand_made()
        survey.rows["domains"][1]["mx_count"] = -7000  # fewer than its aliases
        survey.write(self.path)
        self.assert_error("contradict each other .cname_mx_records")

    def test_full_disk(self):
        hand_made().write(self.path)
        with open("/dev/full", "wb") as full:
            self.assert_error("No space left", stdout=full)


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
