"""What the parts of a report beside its estimates must say of a survey, worked out from its rows by
definition; for estimates: survey_model.py."""

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


def effective(records):
    """What senders go by (RFC 7671 s9): {host: records}"""
    stronger = {(r["host"], r["usage"], r["selector"]) for r in records
                if r["usable"] and r["matching_type"] == 2}
    by_host = {}
    for r in records:
        if r["usable"] and not (r["matching_type"] == 1
                                and (r["host"], r["usage"], r["selector"]) in stronger):
            by_host.setdefault(r["host"], []).append(r)
    return by_host


def expected_keys(records):
    def stale(record):
        """Matches no certificate of today: usage 3 is for the server's own key, and of a root that
        is not sent only its digests are of no use (RFC 7671 s5.2.2)."""
        if record["known_key"] is None:
            return False
        unsent = record["key_status"] == "unsent" and record["matching_type"] != 0
        return (record["usage"] == 3 or unsent
                or record["key_status"] in ("expired", "retired", "junk"))

    def unused(record):
        return stale(record) or (record["known_key"] is not None
                                 and record["key_status"] == "backup")

    by_host = effective(records)
    broken = {h for h, rrset in by_host.items() if all(map(stale, rrset))}
    idle = {h for h, rrset in by_host.items() if all(map(unused, rrset))} - broken
    leftover = {h for h, rrset in by_host.items() if any(map(stale, rrset))} - broken - idle
    keys = {}
    for host, rrset in by_host.items():
        for record in rrset:
            if record["known_key"] is not None:
                item = keys.setdefault((record["known_key"], record["key_status"]),
                                       [set(), set(), set(), set()])
                item[0].add(host)
                if host in idle:
                    item[2].add(host)
                elif stale(record):
                    item[1 if host in broken else 3].add(host)
    return {"hosts_only_stale": len(broken), "hosts_only_backup": len(idle),
            "hosts_with_leftovers": len(leftover), "keys": [
                {"key": name, "status": status, "hosts": len(sets[0]), "only_stale": len(sets[1]),
                 "only_backup": len(sets[2]), "leftover": len(sets[3])}
                for (name, status), sets in sorted(keys.items(), key=lambda i: (-len(i[1][0]), i[0]))]}


def expected_outlook(survey):
    records = survey.rows["tlsa_records"]
    by_host = effective(records)
    providers = {row["host"]: row["provider"] for row in survey.rows["hosts"]}
    unknown = {}
    for r in records:
        if (r["usable"] and r["usage"] == 2 and r["matching_type"] in (1, 2)
                and r["known_key"] is None and r["data"] != ""):
            unknown.setdefault((r["data"], r["selector"], r["matching_type"]),
                               set()).add(r["host"])
    order = sorted(unknown, key=lambda key: (-len(unknown[key]), key))[:10]
    empty = {r["host"] for r in records if r["data"] == ""}
    return {
        "hosts_one_record": sum(len(rrset) == 1 for rrset in by_host.values()),
        "hosts_certificate_only": sum(
            all((r["usage"], r["selector"]) == (3, 0) for r in rrset)
            for rrset in by_host.values()),
        "hosts_without_data": len(empty), "without_data": sorted(empty)[:10],
        "unknown_keys": [
            {"selector": selector, "matching_type": matching_type, "data": data,
             "hosts": len(unknown[data, selector, matching_type]),
             "providers": len({providers[host] for host in unknown[data, selector, matching_type]}
                              - {None})}
            for data, selector, matching_type in order]}


def expected_parameters(records):
    groups = {}
    for record in records:
        key = tuple(record[c] for c in ("usage", "selector", "matching_type", "usable", "reason"))
        groups.setdefault(key, []).append(record["host"])
    order = sorted(groups, key=lambda key: (-len(set(groups[key])), -len(groups[key]), key[:3],
                                            key[4] or "", key[3]))
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


def zone_of(name):
    """The names of these surveys lie two labels below no public suffix but the last"""
    return ".".join(name.split(".")[-2:])


def expected_sets(records):
    """{host: its usable records}, and what they are together"""
    hosts, bases = {}, set()
    for r in records:
        if r["usable"]:
            hosts.setdefault(r["host"], []).append(
                (r["usage"], r["selector"], r["matching_type"], r["data"]))
            bases.add(r["base"])
    return {"hosts": len(hosts), "names": len(bases),
            "contents": len({tuple(sorted(rrset)) for rrset in hosts.values()}),
            "zones": len({zone_of(base) for base in bases})}


def expected_zones(survey, by_tlsa):
    """by_tlsa: hosts whose TLSA lookup fails"""
    zones = {}
    for host in survey.rows["hosts"]:
        if host["host"] not in by_tlsa:
            continue
        domains = {r["domain"] for r in survey.rows["mx_records"] if r["exchange"] == host["host"]}
        domains |= {d["domain"] for d in survey.rows["domains"]
                    if d["mx_outcome"] == "implicit_mx" and d["domain"] == host["host"]}
        if domains:
            found = zones.setdefault(zone_of(host["tlsa_base"]), [set(), set()])
            found[0].add(host["host"])
            found[1].update(domains)
    return [{"zone": zone, "hosts": len(zones[zone][0]), "domains": len(zones[zone][1])}
            for zone in sorted(zones, key=lambda zone: (-len(zones[zone][1]), zone))]


def expected_dane(survey, setting, counted, ready):
    """counted: domains that the share of complete ones is of; ready: that of ready ones"""
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

    by_tlsa = {h["host"] for h in hosts if h["dane"] == "failed" and h["tlsa_outcome"] == "failed"
               and "secure" in (h["dnssec"], h.get("alias_dnssec"))}
    failing_tlsa = {r["domain"] for r in survey.rows["mx_records"] if r["exchange"] in by_tlsa}
    failing_tlsa |= {d["domain"] for d in domains
                     if d["mx_outcome"] == "implicit_mx" and d["domain"] in by_tlsa}

    return {
        "tlsa_setting": setting,
        "hosts": {word: sum(h["dane"] == word for h in hosts) for word in
                  ("usable", "unusable", "none", "insecure", "failed", "unreachable")},
        "domains": {word: sum(d.get("dane") == word for d in domains) for word in
                    ("complete", "primary", "partial", "none", "insecure", "failed")},
        "complete_of_secure": count_of(complete, len(judged)),
        "primary_of_secure": count_of(complete + sum(d["dane"] == "primary" for d in judged),
                                      len(judged)),
        "providers": ranked(judged, lambda d: d["domain"] in counted,
                            lambda d: d["dane"] == "complete", 100),
        "ready_providers": ranked([d for d in domains if d["domain"] in ready], lambda d: True,
                                  lambda d: d.get("dane_ready"), 100),
        "tlsa_sets": expected_sets(survey.rows["tlsa_records"]),
        "addresses": {"ipv4": 0, "ipv6": 0},  # test_networks.py has some
        "lookup_failures": {
            "domains": count_of(sum(map(failing, mail)), len(mail)),
            "domains_by_tlsa": len(failing_tlsa),
            "hosts": sum(h["dane"] == "failed" for h in hosts),
            "hosts_by_tlsa": len(by_tlsa),
            "providers": ranked(mail, lambda d: True, failing, 100),
            "zones": expected_zones(survey, by_tlsa)},
        "parameters": expected_parameters(survey.rows["tlsa_records"]),
        "ca_keys": expected_keys(survey.rows["tlsa_records"]),
        "outlook": expected_outlook(survey),
        "insecure_zone": unprotected("insecure"),
        "insecure_alias": unprotected("none"),
        "aliases": expected_aliases(survey),
    }


# --- what mail servers showed, from the views ---

CONCLUSIVE = ("tls", "no_starttls", "tls_failed")
OUTCOMES = ("tls", "no_starttls", "refused", "timeout", "closed", "greeting_4xx", "greeting_5xx",
            "tls_failed", "unreachable", "malformed")
PKIX = ("valid", "expired", "not_yet_valid", "self_signed", "untrusted", "incomplete", "weak",
        "other")


def expected_probe(db):
    """db: a survey file, whose rows are sqlite3.Row"""
    def rows(view):
        return list(db.execute(f"SELECT * FROM {view}"))

    probes = {row["host"]: row for row in rows("probes")}
    matches = {row["host"]: row for row in rows("probe_matches")}
    hosts = {row["host"]: row for row in rows("hosts")}
    if not probes:
        return None
    outcomes = {word: sum(p["outcome"] == word for p in probes.values()) for word in OUTCOMES}
    outcomes["not_met"] = sum(h["address_outcome"] == "answer" and name not in probes
                              for name, h in hosts.items())
    named = {row["exchange"] for row in rows("mx_records")}
    shown = [m for name, m in matches.items()
             if name in named and hosts[name]["alias"] in ("cname", "dname")
             and hosts[name]["address_outcome"] == "answer"]
    aliases = {}
    for word, names in (("exchange", (1, 0)), ("target", (0, 1)), ("both", (1, 1)),
                        ("neither", (0, 0))):
        mine = [m for m in shown if (m["names_host"], m["names_target"] or 0) == names]
        aliases[word] = {"hosts": len(mine), "valid": sum(m["pkix"] == "valid" for m in mine)}
    expiry = {}
    for word, days in (("expired", range(-99999, 0)), ("within_7_days", range(7)),
                       ("within_14_days", range(14)), ("within_30_days", range(30))):
        mine = [m["certificate"] for m in matches.values() if m["expires_in_days"] in days]
        expiry[word] = {"hosts": len(mine), "certificates": len(set(mine))}
    return {
        "outcomes": outcomes,
        "tls_versions": {word: sum(p["tls_version"] == word for p in probes.values())
                         for word in ("TLSv1", "TLSv1.1", "TLSv1.2", "TLSv1.3")},
        "plaintext": sum(p["plaintext"] == 1 for p in probes.values()),
        "certificates": {word: sum(m["pkix"] == word for m in matches.values()) for word in PKIX},
        "expiry": expiry, "alias_exchanges": aliases,
        "dane_failing": expected_failing(rows, hosts, probes, matches)}


def expected_failing(rows, hosts, probes, matches):
    failing = [name for name, h in hosts.items()
               if h["dane"] == "usable" and h["address_outcome"] == "answer"
               and name in probes and probes[name]["outcome"] in CONCLUSIVE
               and (name not in matches or matches[name]["dane_match"] != 1)]
    secure = {d["domain"] for d in rows("domains") if d["dnssec"] == "secure"}
    over = {}
    for row in rows("mail_hosts"):
        if row["domain"] in secure:
            over.setdefault(row["host"], set()).add(row["domain"])

    def domains(names):
        return len(set().union(*(over.get(name, set()) for name in names)))

    providers = {}
    for name in failing:
        if hosts[name]["provider"] is not None:
            providers.setdefault(hosts[name]["provider"], []).append(name)
    by_provider = [{"provider": provider, "hosts": len(names), "domains": domains(names)}
                   for provider, names in providers.items()]
    by_host = [{"host": name, "provider": hosts[name]["provider"],
                "outcome": probes[name]["outcome"], "domains": domains([name])}
               for name in failing]
    by_provider.sort(key=lambda row: (-row["domains"], row["provider"]))
    by_host.sort(key=lambda row: (-row["domains"], row["host"]))
    return {"hosts": len(failing), "domains": domains(failing), "by_provider": by_provider[:100],
            "by_host": by_host[:100]}
