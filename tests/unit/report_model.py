"""What a report must say of a survey, worked out from its rows by definition."""
import math
import statistics

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
                  largest_cluster_share=None, design_effect=None, cluster95=None,
                  effective_clusters=None, largest_cluster=None, share_without_largest=None,
                  bootstrap=None, poststratified=None)
    if n == 0:
        return result
    p = k / n
    result.update(share=p, wilson95=wilson(k, n),
                  bounds=[k / (n + unanswered), (k + unanswered) / (n + unanswered)],
                  largest_cluster_share=max(map(len, clusters.values())) / n,
                  effective_clusters=n * n / sum(len(c) ** 2 for c in clusters.values()))
    largest = max(clusters.values(), key=lambda c: (len(c), sum(c)))
    # equals may be named at will
    result["largest_cluster"] = {
        name if isinstance(name, str) else None for name, c in clusters.items()
        if (len(c), sum(c)) == (len(largest), sum(largest))}
    if len(largest) < n:
        result["share_without_largest"] = (k - sum(largest)) / (n - len(largest))
    m = len(clusters)
    if m < 2 or k in (0, n):
        return result
    variance = m / (m - 1) * math.fsum((sum(c) - p * len(c)) ** 2 for c in clusters.values()) / n**2
    half = t_quantile(m - 1) * math.sqrt(variance) / (p * (1 - p))
    centre = math.log(p / (1 - p))
    result.update(design_effect=variance / (p * (1 - p) / n),
                  cluster95=[1 / (1 + math.exp(-(centre + sign * half))) for sign in (-1, 1)])
    return result


def status_known(row):
    """Its DNSSEC status"""
    return row["dnssec"] in ("secure", "insecure")


def expected_estimates(survey):
    hosts = {row["host"]: row for row in survey.rows["hosts"]}
    domains = survey.rows["domains"]
    provider = {row["domain"]: row["provider"] for row in domains}
    resolved = [r for r in survey.rows["mx_records"]
                if r["exchange_class"] in ("host", "single_label", "invalid")]  # or opted out
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
        share("secure_domains", "domain", domains,
              lambda d: d["mx_outcome"] not in ("failed", "nxdomain") and status_known(d),
              lambda d: d["dnssec"] == "secure",
              failed + sum(d["mx_outcome"] not in ("failed", "nxdomain") and not status_known(d)
                           for d in domains)),
        share("secure_hosts", "host", hosts.values(),
              lambda h: h["address_outcome"] == "answer" and status_known(h),
              lambda h: h["dnssec"] == "secure",
              sum(h["address_outcome"] == "failed"
                  or (h["address_outcome"] == "answer" and not status_known(h))
                  for h in hosts.values())),
        share("hosts_with_tlsa", "host", hosts.values(),
              lambda h: h.get("dane") in ("none", "unusable", "usable"),
              lambda h: h["dane"] != "none",
              sum(h.get("dane") in ("failed", None) for h in hosts.values())),
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
        "providers": ranked(judged, lambda d: True, lambda d: d["dane"] == "complete", 20),
        "lookup_failures": {
            "domains": count_of(sum(map(failing, mail)), len(mail)),
            "domains_by_tlsa": len(failing_tlsa),
            "hosts": sum(h["dane"] == "failed" for h in hosts),
            "hosts_by_tlsa": len(by_tlsa),
            "providers": ranked(mail, lambda d: True, failing, 10)},
        "parameters": expected_parameters(survey.rows["tlsa_records"]),
        "ca_keys": expected_keys(survey.rows["tlsa_records"]),
        "outlook": expected_outlook(survey),
        "insecure_zone": unprotected("insecure"),
        "insecure_alias": unprotected("none"),
        "aliases": expected_aliases(survey),
    }
