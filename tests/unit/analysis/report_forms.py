"""A report's CSV beside its JSON, and beside what people read."""
import csv
import io

HEADER = ["section", "row", "column", "value", "lo", "hi", "of", "unanswered"]
FACTS = ("cname_shares", "protocol_shares", "probe")
TEXT_COLUMNS = {("run_info", "value"), ("extended_errors", "of"),
                ("alias_providers", "alias_provider"), ("dane_broken_hosts", "provider"),
                ("dane_broken_hosts", "reason")}
# where one of its tables of protocols ends and the next begins: columns
TABLES_OF_SAMPLES = {("secure", "dane_complete"), ("dane_ready", "sts")}


def read_csv(octets):
    reader = csv.DictReader(io.StringIO(octets.decode("utf-8"), newline=""), strict=True)
    assert reader.fieldnames == HEADER
    return list(reader)


def number(text):
    return None if text == "" else float(text)


def page_value(exact, text):
    """A cell of the page: its exact numbers to 12 digits, a count, words; None for a dash"""
    if exact:
        return [float(x) for x in exact.split()]
    return word_value(text)


def word_value(text):
    """A cell of the page that has no exact value: a dash, a count, or words"""
    if text == "\u2013":
        return None
    bare = text.replace(",", "")
    if bare.isdigit():
        return [float(bare)]
    return ["words"]


def cell_value(row):
    if (row["section"], row["column"]) in TEXT_COLUMNS:
        return ["words"]
    numbers = [float("%.12g" % float(row[key])) for key in ("value", "lo", "hi") if row[key] != ""]
    return numbers or None


def alike(got, expected):
    """Text columns hold anything"""
    return len(got) == len(expected) and all(
        len(one) == len(other) and all(b == ["words"] or a == b for a, b in zip(one, other))
        for one, other in zip(got, expected))


def tables(rows):
    """[(word, [[the value of each cell but the name], ...])], in the document's order"""
    found, before = [], ""
    ends = TABLES_OF_SAMPLES if any(row["column"] == "list_share" for row in rows) else ()
    for row in rows:
        if row["section"] in FACTS:
            continue
        if not found or found[-1][0] != row["section"] or (before, row["column"]) in ends:
            found.append((row["section"], []))
            last = None
        before = row["column"]
        if row["row"] != last or row["column"] in seen:
            found[-1][1].append([])
            seen = set()
        last = row["row"]
        seen.add(row["column"])
        found[-1][1][-1].append(cell_value(row))
    return found


def missing_in_words(rows, text):
    """Counts of the CSV that the text does not have"""
    words = set(text.replace("(", " ").replace(")", " ").split())
    found = []
    for row in rows:
        if row["value"].isdigit() and (row["section"], row["column"]) not in TEXT_COLUMNS:
            if f"{int(row['value']):,}" not in words:
                found.append((row["section"], row["row"], row["column"], row["value"]))
    return found


# --- CSV and JSON ---

def csv_differences(rows, right):
    by_key = {(row["section"], row["row"], row["column"]): row for row in rows}
    assert len(by_key) == len(rows), "a key is there twice"
    expected = dict(of_estimates(right))
    expected.update(of_breakdowns(right))
    expected.update(of_counts(right))
    found = []
    for key, values in expected.items():
        row = by_key.get(key)
        if row is None:
            found.append((key, "is not there"))
            continue
        got = {name: number(row[name]) for name in values}
        if any(not same(got[name], values[name]) for name in values):
            found.append((key, got, values))
    return found


def same(one, other):
    if one is None or other is None:
        return one is None and other is None
    return abs(one - other) <= 1e-12 * max(abs(one), abs(other), 1)


def share(estimate):
    return {"value": estimate["share"], "of": estimate["of"] if estimate["of"] else None,
            "unanswered": estimate["unanswered"] if estimate["of"] else None}


def interval(values):
    return {"value": None, "lo": values[0] if values else None, "hi": values[1] if values else None}


def of_estimates(right):
    kind = right["design"]["kind"]
    for at, estimate in enumerate(right["estimates"]):
        section = "cname_shares" if at < 6 else "protocol_shares" if at < 15 else "probe"
        word = estimate["name"]
        if estimate["stratum"] != "all":
            word += "." + estimate["stratum"]
        if estimate["of"] == 0 and estimate["unanswered"] == 0:
            continue
        yield (section, word, "share"), share(estimate)
        if estimate["of"] == 0:
            continue
        if kind != "partial":
            yield (section, word, "other_lists"), interval(estimate["cluster95"])
        if estimate["sample95"]:
            yield (section, word, "list_share"), interval(estimate["sample95"])
        if estimate["unanswered"] or estimate["unseen"]:
            yield (section, word, "bounds"), interval(estimate["bounds"])


def of_breakdowns(right):
    for by, key in (("suffix", "suffix"), ("rank", "ranks"), ("dnssec", "dnssec"), ("stratum", "stratum")):
        rows = right["breakdowns"][by]
        if by == "rank" and [row[key] for row in rows] == [None]:
            continue
        for row in rows[:20]:
            name = row[key] or ""
            cname = row["domains_with_cname_mx"]
            yield (f"by_{by}", name, "share"), share(cname)
            yield (f"by_{by}", name, "cname"), {"value": cname["count"]}
            yield (f"by_{by}", name, "domains"), {"value": cname["of"]}
            if right["design"]["kind"] != "partial" and cname["of"]:
                yield (f"by_{by}", name, "other_lists"), interval(cname["cluster95"])
            for column, estimate in (("secure", "secure_domains"),
                                     ("dane_complete", "domains_dane_complete"),
                                     ("sts", "domains_with_sts"),
                                     ("dane_ready", "domains_dane_ready")):
                yield (f"by_{by}_protocols", name, column), share(row[estimate])


def counts(section, values, column="count"):
    if any(values.values()):
        for word, count in values.items():
            yield (section, word, column), {"value": count}


def of_counts(right):
    yield from counts("mx_outcomes", right["coverage"]["mx_outcomes"])
    for row in right["providers"][:20]:
        if row["domains"] > 1:
            yield ("providers_by_domains", row["provider"], "domains"), {"value": row["domains"]}
            yield ("providers_by_domains", row["provider"], "dane_ready"), {
                "value": row["domains_dane_ready"]["count"]}
    concentration = right["concentration"]
    if concentration["of"]:
        yield ("concentration", "providers_with_cname", "count"), {
            "value": concentration["clusters_with_cname_mx"]}
        yield ("concentration", "providers", "count"), {"value": concentration["clusters"]}
        yield ("concentration", "herfindahl", "count"), {"value": concentration["herfindahl"]}
    for key, value in right["aliases"]["all"].items() if right["aliases"]["all"]["hosts"] else ():
        yield ("alias_targets", "all", key), {"value": value}
    for row in right["senders"]["by_sender"] if right["senders"]["domains"] else ():
        for word, value in row.items():
            if word != "sender":
                yield ("deliveries", row["sender"], word), {"value": value}
    for row in right["aliases"]["pairs"][:20]:
        if row["domains"] > 1:
            name = f"{row['provider'] or ''} {row['alias_provider']}"
            for key in ("hosts", "domains"):
                yield ("alias_providers", name, key), {"value": row[key]}
    if right["networks"]:
        yield from of_networks(right["networks"])
    if right["dane"]:
        yield from of_dane(right["dane"])
    if right["sts"]:
        yield from of_sts(right["sts"])
    if right["probe"]:
        yield from of_probe(right["probe"])


def of_networks(networks):
    for section, rows, word in (("by_country", "countries", lambda row: row["country"] or ""),
                                ("by_as", "systems",
                                 lambda row: f"AS{row['as']}" if row["as"] else "")):
        for row in networks[rows][:20]:
            for key in ("domains", "hosts", "dane_hosts", "dane_ipv4", "dane_ipv6"):
                yield (section, word(row), key), {"value": row[key]}
            yield (section, word(row), "share"), {
                "value": row["domains"] / networks["all"]["domains"]
                if networks["all"]["domains"] else None}


def of_dane(dane):
    yield from counts("dane_domains", dane["domains"])
    yield from counts("dane_hosts", dane["hosts"])
    failures = dane["lookup_failures"]
    yield from counts("dane_failures", {"failing_domains": failures["domains"]["count"],
                                        "tlsa_failing_domains": failures["domains_by_tlsa"],
                                        "tlsa_failed_hosts": failures["hosts_by_tlsa"]})
    yield from counts("dane_extent", dane["tlsa_sets"] | dane["addresses"])
    for row in failures["zones"][:20] if failures["domains"]["count"] else ():
        for key in ("hosts", "domains"):
            yield ("dane_failing_zones", row["zone"], key), {"value": row[key]}
    keys = dane["ca_keys"]
    if keys["keys"]:
        yield from counts("keys_out_of_use", {"only_stale": keys["hosts_only_stale"],
                                              "only_backup": keys["hosts_only_backup"],
                                              "leftover": keys["hosts_with_leftovers"]})
    for row in keys["keys"][:20]:
        key = f"{row['key']} ({row['status']})"
        for column in ("hosts", "only_stale", "only_backup", "leftover"):
            yield ("known_keys", key, column), {"value": row[column]}
    outlook = dane["outlook"]
    yield from counts("tlsa_outlook", {"single_record": outlook["hosts_one_record"],
                                       "certificate_only": outlook["hosts_certificate_only"],
                                       "without_data": outlook["hosts_without_data"]})
    for row in outlook["unknown_keys"]:
        name = f"2 {row['selector']} {row['matching_type']} {row['data']}"
        yield ("unknown_keys", name, "hosts"), {"value": row["hosts"]}


def of_sts(sts):
    yield from counts("sts_domains", sts["domains"])
    yield from counts("sts_records", sts["records"])
    yield from counts("tlsrpt_records", sts["tlsrpt"])
    yield from counts("sts_unavailable", sts["fetch_errors"])
    yield from counts("sts_faults", sts["policy_faults"])
    for word, key in (("with_policy", "of"), ("at_odds", "one_unmatched"),
                      ("none_matches", "none_matched")):
        row = sts["mx_records"][key]
        yield ("sts_matches", word, "domains"), {"value": row["domains"]}
        yield ("sts_matches", word, "enforce"), {"value": row["enforced"]}
    if sts["aliases"]["of"]["domains"]:
        for word, row in sts["aliases"]["effects"].items():
            yield ("sts_aliases", word, "domains"), {"value": row["domains"]}


def of_probe(probe):
    yield from counts("probe_outcomes", probe["outcomes"], "count")
    yield from counts("tls_versions", probe["tls_versions"])
    yield from counts("certificates", probe["certificates"])
    for word, row in probe["expiry"].items():
        for column, value in row.items():
            yield ("certificate_expiry", word, column), {"value": value}
    for word, row in probe["alias_exchanges"].items():
        if any(other["hosts"] for other in probe["alias_exchanges"].values()):
            for column, value in row.items():
                yield ("certificate_names", word, column), {"value": value}
    failing = probe["dane_failing"] or {"by_provider": [], "by_host": []}
    for row in failing["by_provider"][:20]:
        for column in ("hosts", "domains"):
            yield ("dane_broken_providers", row["provider"], column), {"value": row[column]}
    for row in failing["by_host"][:20]:
        yield ("dane_broken_hosts", row["host"], "domains"), {"value": row["domains"]}
