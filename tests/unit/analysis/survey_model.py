"""A survey file's estimates once more, from its views, unit by unit: what `report` and `compare`
say as JSON is worked out here by definition, for any file whose rows fit into memory."""
import collections
import csv
import math
import pathlib
import re
import sqlite3
import sys

import statistics_model as model

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "lab"))
from psl import PublicSuffixes  # noqa: E402  pylint: disable=wrong-import-position

# state: 1 has the property, 0 has it not, None is unanswered; domain: its row, None of a host
Unit = collections.namedtuple("Unit", "key cluster state domain")

SHARES = [("domains_with_cname_mx", "all", "domain"),
          ("domains_with_cname_mx", "dnssec_secure", "domain"),
          ("domains_with_cname_mx", "dnssec_insecure", "domain"),
          ("domains_all_primary_cname", "all", "domain"), ("cname_mx_records", "all", "mx_record"),
          ("cname_mx_hosts", "all", "host"), ("secure_domains", "all", "domain"),
          ("secure_hosts", "all", "host"), ("hosts_with_tlsa", "all", "host"),
          ("domains_dane_complete", "all", "domain"), ("domains_dane_ready", "all", "domain"),
          ("domains_with_sts", "all", "domain"),
          ("sts_refused_by_target_matching", "enforce", "domain"),
          ("sts_refused_by_target_matching", "testing", "domain"),
          ("domains_with_ipv6_mx", "all", "domain"),
          ("hosts_with_starttls", "all", "host"), ("tlsa_hosts_failing", "all", "host"),
          ("alias_exchanges_certificate_names_host", "all", "host"),
          ("alias_exchanges_certificate_names_target", "all", "host"),
          ("alias_exchanges_name_match", "all", "host"),
          ("alias_exchanges_target_match", "all", "host"),
          ("sts_refused_as_probed", "enforce", "domain"),
          ("sts_refused_by_target_matching_as_probed", "enforce", "domain")]
WEIGHED = ("domains_with_cname_mx", "secure_domains", "domains_dane_complete", "domains_with_sts")
RESOLVED = ("host", "single_label", "invalid")
CONCLUSIVE = ("tls", "no_starttls", "tls_failed")
JUDGED = ("complete", "primary", "partial", "none")
BANDS = {"1-1000": range(1, 1001), "1001-10000": range(1001, 10001),
         "10001-100000": range(10001, 100001)}
ALL_BANDS = BANDS | {"100001-1000000": range(100001, 1000001),
                     "1000001-10000000": range(1000001, 10000001),
                     "over 10000000": range(10000001, 1 << 62)}
LABEL = re.compile(r"[a-z0-9]([a-z0-9-]*[a-z0-9])?")

suffixes = PublicSuffixes()


def sends_to(exchange):
    """Senders use it: of those that are no host names, where an underscore is all that is wrong"""
    if exchange["exchange_class"] in ("host", "single_label", "address"):
        return True
    labels = exchange["exchange"].replace("_", "a").split(".")
    return exchange["exchange_class"] == "invalid" and not labels[-1].isdigit() \
        and all(map(LABEL.fullmatch, labels))


def read_pairs(path, head):
    """A CSV of names and what belongs to them, as --operators and --weights take it"""
    pairs = {}
    with open(path, encoding="utf-8", newline="") as file:
        lines = [line for line in file if line.strip() and not line.startswith("#")]
    for name, value in csv.reader(lines):
        name = name.strip().lower().rstrip(".")
        if name != head:
            pairs[name] = value.strip()
    return pairs


def rows(db, view):
    """As dictionaries, which find a column sooner than sqlite3.Row does"""
    found = db.execute(f"SELECT * FROM {view}")
    names = [column[0] for column in found.description]
    return [dict(zip(names, row)) for row in found]


class SurveyFile:
    """The units of each share: units[name, stratum]"""

    def __init__(self, path, operators=None):
        self.operators = read_pairs(operators, "domain") if operators else {}
        db = sqlite3.connect(f"file:{path}?mode=ro", uri=True)
        self.info = dict(db.execute("SELECT key, value FROM run_info"))
        self.hosts = {h["host"]: h for h in rows(db, "hosts")}
        self.domains = rows(db, "domains")
        self.exchanges = collections.defaultdict(list)
        for record in rows(db, "mx_records"):
            self.exchanges[record["domain"]].append(record)
        self.probes = {p["host"]: p["outcome"] for p in rows(db, "probes")}
        self.matches = {m["host"]: m for m in rows(db, "probe_matches")}
        db.close()
        for records in self.exchanges.values():
            records.sort(key=lambda r: (r["preference"], r["exchange"].encode()))
        self.design = model.design(self.info, len(self.domains))
        self.suffix_sizes = collections.Counter(d["suffix"] for d in self.domains)
        self.weights = self.strata_weights()
        self.units = collections.defaultdict(list)
        self.grouped = {}
        self.estimated = {}
        for domain in self.domains:
            self.take_domain(domain)
        self.named = {r["exchange"] for records in self.exchanges.values() for r in records
                      if r["exchange_class"] in RESOLVED}
        for host in self.hosts.values():
            self.take_host(host)
        for name in self.named - set(self.hosts):  # opted out: it may be an alias, too
            self.units["cname_mx_hosts", "all"].append(Unit(name, ("alone", name), None, None))

    # --- a sample from strata ---

    def stratum(self, domain):
        """Of those that were drawn by themselves; None: one of the others"""
        by, rank = self.info["setting.sample_by"], domain["rank"]
        name = domain[by]
        if by == "rank":
            name = next((word for word, band in ALL_BANDS.items() if rank is not None and rank in band),
                        None)
        name = name or ""
        return name if "stratum.names." + name in self.info else None

    def strata_weights(self):
        """{domain: (N / n of its stratum, n / N)}; None: every domain weighs 1"""
        if self.design["kind"] != "sample" or self.info.get("setting.sample", "0") == "0":
            return None
        drawn = collections.Counter(map(self.stratum, self.domains))
        names = {stratum: int(self.info["strata.others" if stratum is None
                                        else "stratum.names." + stratum]) for stratum in drawn}
        of = {stratum: (names[stratum] / n, n / names[stratum]) for stratum, n in drawn.items()}
        return {d["domain"]: of[self.stratum(d)] for d in self.domains}

    def strata_json(self):
        if self.weights is None:
            return None
        drawn = set(map(self.stratum, self.domains))
        names = {key[14:]: int(value) for key, value in self.info.items()
                 if key.startswith("stratum.names.")}
        names[None] = int(self.info.get("strata.others", 0))
        return {"by": self.info["setting.sample_by"], "count": len(drawn),
                "covered": sum(names[stratum] for stratum in drawn) / sum(names.values())}

    def partly_drawn(self, column):
        """(weight, fraction) of the domains of strata that were not drawn whole; of none where the
        column says itself which stratum a unit is of"""
        if column == self.info["setting.sample_by"]:
            return []
        return [one for one in self.weights.values() if one[1] < 1]

    def weight(self, unit):
        return 1 if self.weights is None or unit.domain is None \
            else self.weights[unit.domain["domain"]][0]

    # --- clusters ---

    def operator(self, name):
        return self.operators.get(name, name)

    def target_operator(self, host):
        """Of the registrable domain that an alias leads to; None without"""
        target = host["alias_target"] if host is not None else None
        registrable = None if target in (None, ".") else suffixes.registrable(target)
        return None if registrable is None else self.operator(registrable)

    def domain_operator(self, domain):
        for record in self.exchanges[domain["domain"]]:
            if record["is_alias"] == 1:
                found = self.target_operator(self.hosts.get(record["exchange"]))
                if found is not None:
                    return found
        return self.operator(domain["provider"])

    # --- domains ---

    def take_domain(self, domain):
        name, failed = domain["domain"], domain["mx_outcome"] == "failed"
        operator = self.domain_operator(domain)
        cluster = ("alone", name) if operator is None else operator
        records = self.exchanges[name]

        def unit(share, state, stratum="all"):
            self.units[share, stratum].append(Unit(name, cluster, state, domain))

        def either(share, of, count, unanswered, stratum="all"):
            if unanswered:
                unit(share, None, stratum)
            elif of:
                unit(share, int(count), stratum)

        self.take_cname(domain, either)
        lowest = [r for r in records if r["is_primary"]]
        plain = any(r["is_alias"] == 0 or r["exchange_class"] not in RESOLVED for r in lowest)
        unknown = any(r["is_alias"] is None and r["exchange_class"] in RESOLVED for r in lowest)
        mx = domain["mx_outcome"] == "mx"
        either("domains_all_primary_cname", mx, not plain, failed or (mx and unknown and not plain))
        known = domain["dnssec"] in ("secure", "insecure")
        there = domain["mx_outcome"] != "nxdomain"
        either("secure_domains", known and there, domain["dnssec"] == "secure",
               failed or (there and not known))
        sts = domain["sts"]
        either("domains_with_sts", sts is not None, sts in ("enforce", "testing", "off"),
               failed or sts == "failed")
        for stratum in ("enforce", "testing"):
            effect = domain["sts_cname_effect"]
            either("sts_refused_by_target_matching", effect is not None and sts == stratum,
                   effect in ("name_only", "mixed"),
                   (domain["cname_mx_count"] or 0) > 0 and sts in ("failed", "unavailable"), stratum)
        self.take_mail_hosts(domain, either)
        if self.probes:
            self.take_probed(domain, either)
        for record in records:
            if record["is_alias"] is not None or record["exchange_class"] in RESOLVED:
                self.units["cname_mx_records", "all"].append(
                    Unit(None, cluster, record["is_alias"], domain))

    @staticmethod
    def take_cname(domain, either):
        failed, mx = (domain["mx_outcome"] == word for word in ("failed", "mx"))
        aliases = (domain["cname_mx_count"] or 0) > 0
        unknown = mx and not aliases and domain["unknown_mx_count"] > 0
        either("domains_with_cname_mx", mx, aliases, failed or unknown)
        for word in ("secure", "insecure"):
            inside = domain["dnssec"] == word
            either("domains_with_cname_mx", mx and inside, aliases,
                   failed or (unknown and inside) or (mx and domain["dnssec"] == "indeterminate"),
                   "dnssec_" + word)

    def take_mail_hosts(self, domain, either):
        name, failed = domain["domain"], domain["mx_outcome"] == "failed"
        implicit = domain["mx_outcome"] == "implicit_mx"
        mail = [name] if implicit else [r["exchange"] for r in self.exchanges[name]
                                        if r["exchange_class"] in RESOLVED]
        counts = [self.hosts[h]["ipv6_count"] if h in self.hosts else None for h in mail]
        with_ipv6 = any(count is not None and count > 0 for count in counts)
        either("domains_with_ipv6_mx", mail, with_ipv6,
               failed or (None in counts and not with_ipv6))
        used = mail if implicit else [r["exchange"] for r in self.exchanges[name] if sends_to(r)]
        # an address, and what opted out, has no row: senders go there without DANE
        words = [self.hosts[h]["dane"] if h in self.hosts else "none" for h in used]
        words = [word for word in words if word != "unreachable"]
        hidden = "failed" in words and set(words) <= {"usable", "failed"}
        dane = domain["dane"]
        for share, of, count in (
                ("domains_dane_complete", dane in JUDGED, dane == "complete"),
                ("domains_dane_ready", dane == "insecure", domain["dane_ready"] == 1)):
            either(share, of, count, failed or (dane is None and mail) or (of and hidden))

    def take_probed(self, domain, either):
        """Does a sender refuse the mail of a policy to enforce?  It delivers where it can to any
        exchange that the policy has and whose certificate is good."""
        over_alias = (domain["cname_mx_count"] or 0) > 0
        for share, target in (("sts_refused_as_probed", False),
                              ("sts_refused_by_target_matching_as_probed", True)):
            good = [self.is_good(r, target) for r in self.exchanges[domain["domain"]]
                    if sends_to(r) and self.has_address(r["exchange"])]
            of = domain["sts"] == "enforce" and domain["sts_cname_effect"] and over_alias and good
            open_ = of and None in good and 1 not in good
            unknown = over_alias and domain["sts"] in ("failed", "unavailable")
            either(share, of, of and 1 not in good, open_ or unknown, "enforce")

    def has_address(self, exchange):
        """Of one that was not asked about nobody knows"""
        return exchange not in self.hosts or self.hosts[exchange]["address_outcome"] == "answer"

    def is_good(self, record, target):
        """1, 0; None: not known"""
        name = record["exchange"]
        by_target = target and record["is_alias"] == 1
        if record["sts_match_target" if by_target else "sts_match_name"] != 1:
            return 0
        if self.probes.get(name) not in CONCLUSIVE:
            return None
        match = self.matches.get(name)
        return int(self.probes[name] == "tls" and match is not None
                   and match["target_match" if by_target else "name_match"] == 1)

    # --- hosts ---

    def take_probed_host(self, host, unit):
        name, outcome = host["host"], self.probes.get(host["host"])
        address, met = host["address_outcome"] == "answer", outcome in CONCLUSIVE
        match = self.matches.get(name)
        if address:
            unit("hosts_with_starttls", int(outcome == "tls") if met else None)
        if host["dane"] in ("failed", None):
            unit("tlsa_hosts_failing", None)
        elif host["dane"] == "usable" and address:
            unit("tlsa_hosts_failing",
                 int(match is None or match["dane_match"] != 1) if met else None)
        if not address or name not in self.named or host["alias"] == "none":
            return
        for column, share in (("names_host", "certificate_names_host"),
                              ("names_target", "certificate_names_target"),
                              ("name_match", "name_match"), ("target_match", "target_match")):
            if match is None and not met:
                unit("alias_exchanges_" + share, None)
            elif match is not None:
                unit("alias_exchanges_" + share,
                     None if host["alias"] is None else int(match[column] == 1))

    def take_host(self, host):
        name, alias = host["host"], host["alias"]
        operator = self.target_operator(host) if alias in ("cname", "dname") else None
        operator = operator or self.operator(host["provider"])
        cluster = ("alone", name) if operator is None else operator

        def unit(share, state):
            self.units[share, "all"].append(Unit(name, cluster, state, None))

        if name in self.named:
            unit("cname_mx_hosts", None if alias is None else int(alias != "none"))
        known, answer = host["dnssec"] in ("secure", "insecure"), host["address_outcome"] == "answer"
        if host["address_outcome"] == "failed" or (answer and not known):
            unit("secure_hosts", None)
        elif answer:
            unit("secure_hosts", int(host["dnssec"] == "secure"))
        if host["dane"] in ("failed", None):
            unit("hosts_with_tlsa", None)
        elif host["dane"] in ("none", "unusable", "usable"):
            unit("hosts_with_tlsa", int(host["dane"] != "none"))
        if self.probes:
            self.take_probed_host(host, unit)

    # --- what the JSON says ---

    def unseen(self, unit):
        """Of MX records and hosts: those of the domains whose MX lookup failed"""
        if unit == "domain":
            return 0
        outcomes = collections.Counter(d["mx_outcome"] for d in self.domains)
        return model.unseen(outcomes["failed"], outcomes["mx"],
                            len(self.units["cname_mx_records", "all"]))

    def share_json(self, units, unit, unseen, column=None, clusters=None):
        """clusters: the tally of the units, where it is at hand"""
        clusters = tally(units, self.weight) if clusters is None else clusters
        found = model.cluster_interval(list(clusters.values()))
        of, count, kind = found["of"], found["count"], self.design["kind"]
        unanswered = [u for u in units if u.state is None]
        found |= {"unanswered": len(unanswered), "unseen": unseen, "bounds": None, "sample95": None,
                  "wilson95": model.wilson(count / of, of) if of > 0 else None,
                  "sample_reason": "design" if kind != "sample" else "hosts" if unit == "host" else
                                   "no_units" if of == 0 else None}
        if of > 0:  # of names that stand for others: what these would be
            weight = math.fsum(self.weight(u) for u in units if u.state is not None)
            unknown = math.fsum(map(self.weight, unanswered)) + unseen * weight / of
            found["bounds"] = model.bounds(found["share"] * weight, weight, unknown)
        if found["sample_reason"] is None:
            found["sample95"] = self.sample_interval(units, unit, column)
        return found

    def sample_interval(self, units, unit, column):
        names = collections.defaultdict(lambda: [0, 0])
        for one in units:
            if one.state is not None:
                names[one.domain["domain"]][0] += 1
                names[one.domain["domain"]][1] += one.state
        if self.weights is not None:
            return model.stratified_interval([self.weights[name] + tuple(counts)
                                              for name, counts in names.items()],
                                             self.partly_drawn(column))
        fraction = self.design["fraction"]
        if unit == "mx_record":
            return model.sample_interval_of_records(list(names.values()), fraction)
        return model.sample_interval(sum(y for _, y in names.values()), len(names), fraction)

    @staticmethod
    def largest(clusters):
        """The largest cluster, a set of names: equals may be named at will"""
        result = {"largest_cluster": {None}, "share_without_largest": None}
        if clusters:
            top = max((c.of, c.count) for c in clusters.values())
            found = {name: c for name, c in clusters.items() if (c.of, c.count) == top}
            result["largest_cluster"] = {name if isinstance(name, str) else None for name in found}
            rest = [[getattr(c, key) - getattr(one, key) for key in ("weighted_count", "weight")]
                    for one in found.values()
                    for c in [model.Cluster(*map(math.fsum, zip(*clusters.values())))]]
            if top[0] < sum(c.of for c in clusters.values()):
                result["share_without_largest"] = {y / x for y, x in rest}
        return result

    def estimates(self, weights=None):
        """{(name, stratum): the object of `estimates`}"""
        if weights not in self.estimated:
            self.estimated[weights] = self.estimate(weights)
        return self.estimated[weights]

    def estimate(self, weights):
        sizes = {name: float(size) for name, size in
                 read_pairs(weights, "suffix").items()} if weights else None
        found = {}
        for name, stratum, unit in SHARES:
            units = self.units[name, stratum]
            clusters = tally(units, self.weight)
            one = self.share_json(units, unit, self.unseen(unit), clusters=clusters)
            one |= {"name": name, "unit": unit, "stratum": stratum, "poststratified": None}
            one |= self.largest(clusters)
            if sizes and name in WEIGHED and stratum == "all":
                one["poststratified"] = poststratified(units, sizes, self.suffix_sizes)
            found[name, stratum] = one
        return found

    def groups(self, name, column):
        """The units of a share by a column of their domains"""
        if (name, column) not in self.grouped:
            found = self.grouped[name, column] = collections.defaultdict(list)
            for unit in self.units[name, "all"]:
                found[unit.domain[column]].append(unit)
        return self.grouped[name, column]

    def breakdown_row(self, name, column, value):
        """One share among the domains whose column has this value, or one in this range"""
        groups = self.groups(name, column)
        units = groups.get(value, []) if not isinstance(value, range) else [
            u for one, group in groups.items() if one in value for u in group]
        return self.share_json(units, "domain", 0, column)

    def signed_difference(self):
        sides = [{key: one[key] for key in ("count", "of", "share", "cluster95", "sample95", "reason")}
                 for one in (self.estimates()["domains_with_cname_mx", "dnssec_" + word]
                             for word in ("secure", "insecure"))]
        shares = [side["share"] for side in sides]
        result = {"signed": sides[0], "unsigned": sides[1], "reason": None,
                  "difference": None if None in shares else shares[0] - shares[1]}
        for key in ("cluster95", "sample95"):
            one, other = sides[0][key], sides[1][key]
            result[key] = None
            if one is not None and other is not None:
                result[key] = model.difference(shares[0], one, shares[1], other)
        for side in reversed(sides):
            reason = side.pop("reason")
            if side["cluster95"] is None:
                result["reason"] = reason
        return result


def tally(units, weigh):
    """Clusters of what was answered; units without a weight are left out"""
    sums = {}
    for unit in units:
        state, weight = unit.state, weigh(unit)
        if state is None or weight is None:
            continue
        one = sums.get(unit.cluster)
        if one is None:
            one = sums[unit.cluster] = [0, 0, 0, 0, 0]
        one[0] += 1
        one[1] += state
        one[2] += weight
        one[3] += weight * state
        one[4] += weight * weight
    return {name: model.Cluster(*numbers) for name, numbers in sums.items()}


def poststratified(units, sizes, surveyed):
    weights, covered, thin = model.stratum_weights(sizes, surveyed)
    found = model.cluster_interval(list(tally(units, lambda u: weights.get(u.domain["suffix"])).values()))
    answered = sum(u.state is not None for u in units)
    if not weights:
        found["reason"] = "no_strata"
    return {key: found[key] for key in ("share", "cluster95", "reason", "reliability", "of")} | {
        "strata": len(weights), "left_out": answered - found["of"], "weight_covered": covered,
        "thin_weight": thin}


# --- two surveys ---

def change(old, new):
    """Of the units of one share in two files: {paired, bounds, mcnemar}, p_holm left out"""
    before, after = ({u.key: u for u in units} for units in (old, new))
    pairs, lost_sight, came_in_sight, neither = [], [0, 0], [0, 0], 0
    for key in before.keys() & after.keys():
        was, now = before[key], after[key]
        if was.state is not None and now.state is not None:
            pairs.append(model.Pair(was.cluster, now.cluster, now.state - was.state))
        elif was.state is not None:
            lost_sight[was.state] += 1
        elif now.state is not None:
            came_in_sight[now.state] += 1
        else:
            neither += 1
    paired = model.paired_change(pairs)
    n, gained, lost = paired["of"], paired["gained"], paired["lost"]
    return {"paired": paired,
            "bounds": model.change_bounds(n, gained, lost, lost_sight, came_in_sight, neither),
            "mcnemar": {"exact_p": model.exact_mcnemar(gained, lost)} if n > 0 else None}


def changes(old, new):
    """{(name, stratum): what `changes` of a comparison says}"""
    found = {}
    for name, stratum, unit in SHARES:
        if unit == "mx_record":
            empty = dict.fromkeys(model.paired_change([])) | {"p_holm": None, "reason": "records"}
            found[name, stratum] = {"paired": empty, "bounds": None, "mcnemar": None}
        else:
            found[name, stratum] = change(old.units[name, stratum], new.units[name, stratum])
    tested = [one["paired"] for one in found.values() if one["paired"]["p_value"] is not None]
    for one in found.values():
        one["paired"].setdefault("p_holm", None)
    for one, p in zip(tested, model.holm([one["p_value"] for one in tested])):
        one["p_holm"] = p
    return found


# --- six digits ---

def differing(got, right, where):
    """What the program says otherwise, as texts.  right: what it must say; a set: one of these"""
    if isinstance(right, dict) and isinstance(got, dict):
        for key, value in right.items():
            if key in got:
                yield from differing(got[key], value, f"{where} {key}")
            else:
                yield f"{where} {key}: is not there"
    elif isinstance(right, list) and isinstance(got, list) and len(got) == len(right):
        for one, other in zip(got, right):
            yield from differing(one, other, where)
    elif isinstance(right, set):
        if all(next(differing(got, one, where), None) for one in right):
            yield f"{where}: {got}, not one of {right}"
    elif isinstance(right, float) and isinstance(got, (int, float)):
        if abs(got - right) > max(1e-12, 1e-6 * abs(right)):
            yield f"{where}: {got}, not {right}"
    elif got != right or isinstance(got, bool) != isinstance(right, bool):
        yield f"{where}: {got}, not {right}"


SURPLUS = {"p", "n_e", "jackknife", "model", "kish"}  # of the model, not of the JSON


def said(one):
    return {key: value for key, value in one.items() if key not in SURPLUS}


def report_differences(report, survey, weights=None):
    yield from differing(report["design"], survey.design | {"strata": survey.strata_json()},
                         "design")
    yield from differing(report["signed_difference"], survey.signed_difference(),
                         "signed_difference")
    expected = survey.estimates(weights)
    found = {(one["name"], one["stratum"]): one for one in report["estimates"]}
    if found.keys() != expected.keys() or len(report["estimates"]) != len(expected):
        yield f"estimates: {sorted(found)}, not {sorted(expected)}"
    for key in found.keys() & expected.keys():
        yield from differing(found[key], said(expected[key]), " ".join(key))
    columns = {"suffix": "suffix", "rank": "ranks", "dnssec": "dnssec", "stratum": "stratum"}
    strata = {domain["stratum"] for domain in survey.domains}
    found = [row["stratum"] for row in report["breakdowns"]["stratum"]]
    if len(found) != len(set(found)) or set(found) != (set() if strata == {None} else strata):
        yield f"by stratum: {found}, not {strata}"
    for column, rows in report["breakdowns"].items():
        for row in rows:
            value = row[columns[column]]
            if column == "rank" and value not in BANDS:
                continue
            for name in (*WEIGHED, "domains_dane_ready"):
                right = survey.breakdown_row(name, column, BANDS.get(value, value))
                del right["unseen"]
                yield from differing(row[name], said(right), f"{column} {value} {name}")


def comparison_differences(comparison, old, new):
    expected = changes(old, new)
    found = {(one["name"], one["stratum"]): one for one in comparison["changes"]}
    if found.keys() != expected.keys():
        yield f"changes: {sorted(found)}, not {sorted(expected)}"
    for key in found.keys() & expected.keys():
        yield from differing(found[key], expected[key], " ".join(key))
        for side, survey in (("old", old), ("new", new)):
            right = survey.estimates()[key]
            yield from differing(found[key][side], {
                name: right[name] for name in found[key][side]}, " ".join(key) + " " + side)
