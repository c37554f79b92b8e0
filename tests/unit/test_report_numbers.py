#!/usr/bin/python3
"""The report of a generated survey, every number worked out again by SQL and numpy.

usage: test_report_numbers.py REPORT_DRIVER REPORT_SCHEMA GENERATOR

What the report counts by passes and hashes is counted here by joins and groups of
SQLite over the views; shares and intervals come from numpy and scipy.
"""
import importlib.util
import os
import sqlite3
import sys
import unittest

import numpy
from scipy import stats

from report_case import ReportCase

GENERATOR = sys.argv[3]
DOMAINS = 30000

# every domain: provider, suffix, rank, status, and a triple (of, count, unanswered) for each share
DOMAIN_SQL = """
WITH records AS (
  SELECT domain, sum(is_alias IS 1) AS aliases,
         sum(is_alias IS NULL AND exchange_class IN ('host', 'single_label', 'invalid')
             AND exchange IN (SELECT host FROM hosts WHERE alias IS NULL)) AS unknown
  FROM mx_records GROUP BY domain)
SELECT provider, suffix, rank, dnssec,
       mx_outcome = 'mx' AND (coalesce(aliases, 0) > 0 OR coalesce(unknown, 0) = 0),
       mx_outcome = 'mx' AND coalesce(aliases, 0) > 0,
       mx_outcome = 'failed'
         OR (mx_outcome = 'mx' AND coalesce(aliases, 0) = 0 AND coalesce(unknown, 0) > 0),
       mx_outcome NOT IN ('failed', 'nxdomain') AND dnssec IN ('secure', 'insecure'),
       mx_outcome NOT IN ('failed', 'nxdomain') AND dnssec IS 'secure',
       mx_outcome = 'failed' OR (mx_outcome <> 'nxdomain'
                                 AND coalesce(dnssec, '') NOT IN ('secure', 'insecure')),
       dane IN ('complete', 'primary', 'partial', 'none') IS 1, dane IS 'complete',
       mx_outcome = 'failed',
       mx_outcome = 'mx', mx_outcome = 'failed'
FROM domains LEFT JOIN records USING (domain)
"""
NAMES = ("domains_with_cname_mx", "secure_domains", "domains_dane_complete")
RECORD_SQL = "SELECT provider, is_alias FROM mx_records JOIN domains USING (domain) WHERE is_alias >= 0"
HOST_SQL = """
SELECT provider,
       host IN (SELECT exchange FROM mx_records) AND alias IS NOT NULL,
       host IN (SELECT exchange FROM mx_records) AND alias IN ('cname', 'dname') IS 1,
       address_outcome = 'answer' AND dnssec IN ('secure', 'insecure'),
       address_outcome = 'answer' AND dnssec IS 'secure',
       dane IN ('none', 'unusable', 'usable'), dane IN ('unusable', 'usable')
FROM hosts
"""
ALIAS_SQL = """
SELECT exchange, host.provider, alias_target, alias_problem, domain
FROM mx_records JOIN hosts AS host ON host = exchange WHERE is_alias = 1
"""
STS_SQL = {
    "domains": "SELECT sts, count(*) FROM domains WHERE sts IS NOT NULL GROUP BY sts",
    "records": "SELECT record_outcome, count(*) FROM sts_policies GROUP BY record_outcome",
    "fetch_errors": "SELECT detail, count(*) FROM sts_policies"
                    " WHERE policy_outcome = 'unavailable' GROUP BY detail",
    "policy_faults": "SELECT iif(detail IN ('no version', 'no mode', 'no max_age', 'no mx'), detail,"
                     " 'line'), count(*) FROM sts_policies WHERE policy_outcome = 'invalid'"
                     " GROUP BY 1",
    "tlsrpt": "SELECT tlsrpt, count(*) FROM domains WHERE tlsrpt IS NOT NULL GROUP BY tlsrpt",
}
MEDIA_TYPE_SQL = """
SELECT count(*), count(*) FILTER (
  WHERE trim(lower(substr(media_type, 1, instr(media_type || ';', ';') - 1))) IS NOT 'text/plain')
FROM sts_policies WHERE policy_outcome = 'valid'
"""
EFFECT_SQL = """
SELECT sts_cname_effect, count(*), sum(sts = 'enforce') FROM domains
WHERE sts_cname_effect IS NOT NULL GROUP BY sts_cname_effect
"""
MATCH_SQL = """
WITH matches AS (
  SELECT sts, count(*) AS records, sum(sts_match_name) AS matching
  FROM mx_records JOIN domains USING (domain)
  WHERE sts IN ('enforce', 'testing') AND exchange <> '.' GROUP BY domain)
SELECT sum(true), sum(sts = 'enforce'),
       sum(matching < records), sum(matching < records AND sts = 'enforce'),
       sum(matching = 0), sum(matching = 0 AND sts = 'enforce')
FROM matches
"""
BANDS = [("1-1000", 1000), ("1001-10000", 10000), ("10001-100000", 100000)]


def clusters(providers, of, count):
    """Arrays x, y: units and those with the property, by cluster; a NULL is one of its own"""
    names, group = numpy.unique([f"{i} alone" if name is None else name
                                 for i, name in enumerate(providers)], return_inverse=True)
    x, y = numpy.bincount(group, of), numpy.bincount(group, count)
    return names[x > 0], x[x > 0], y[x > 0]


def estimate(providers, of, count):
    names, x, y = clusters(providers, of, count)
    n, k, m = x.sum(), y.sum(), len(x)
    result = {"count": k, "of": n, "clusters": m}
    if n == 0:
        return result
    p = k / n
    z = stats.norm.ppf(0.975)
    centre, half = (p + z * z / 2 / n, z * numpy.sqrt(p * (1 - p) / n + z * z / 4 / n ** 2))
    result.update({"share": p, "largest_cluster_share": x.max() / n,
                   "wilson95": [max(0, (centre + sign * half) / (1 + z * z / n))
                                for sign in (-1, 1)]})
    if k in (0, n) or m < 2:
        result.update({"design_effect": None, "cluster95": None})
        return result
    variance = m / (m - 1) * ((y - p * x) ** 2).sum() / n ** 2
    half = stats.t.ppf(0.975, m - 1) * numpy.sqrt(variance) / (p * (1 - p))
    logit = numpy.log(p / (1 - p))
    result.update({"design_effect": variance / (p * (1 - p) / n),
                   "cluster95": [1 / (1 + numpy.exp(-logit - sign * half)) for sign in (-1, 1)]})
    return result


class Numbers(ReportCase):
    @classmethod
    def setUpClass(cls):
        spec = importlib.util.spec_from_file_location("generate_survey", GENERATOR)
        generator = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(generator)
        cls.generate = staticmethod(generator.generate)

    def setUp(self):
        super().setUp()
        self.generate(self.path, DOMAINS, 7)
        self.db = sqlite3.connect(f"file:{self.path}?mode=ro", uri=True)
        self.weights = os.path.join(self.folder.name, "zones.csv")
        with open(self.weights, "w", encoding="ascii") as file:
            # 150 small suffixes become one stratum; net has no weight
            file.write("suffix,size\n# zones\ncom,150000000\r\n\n .NL,6300000\n\"org\", 10000000\n")
            file.writelines(f"suffix{i},{1000 + i}\n" for i in range(150, 300))
        done = self.run_driver("json", None, "2000", "11", self.weights)
        self.assertEqual((done.stderr, done.returncode), (b"", 0))
        self.got = self.check_json(done.stdout)
        rows = list(self.db.execute(DOMAIN_SQL))
        self.providers = [row[0] for row in rows]
        self.suffixes = numpy.array([row[1] for row in rows])
        self.ranks = numpy.array([row[2] for row in rows])
        self.status = numpy.array([row[3] for row in rows])
        self.numbers = numpy.array([row[4:] for row in rows], dtype=float)

    def tearDown(self):
        self.db.close()
        super().tearDown()

    def near(self, got, expected, where):
        for key, right in expected.items():
            pairs = zip(got[key], right) if isinstance(right, list) else [(got[key], right)]
            for value, number in pairs:
                if number is None:
                    self.assertIsNone(value, (where, key))
                else:
                    numpy.testing.assert_allclose(value, number, rtol=1e-7, atol=1e-12,
                                                  err_msg=f"{where}: {key}")

    def of_domains(self, mask, at):
        of, count, unanswered = self.numbers[mask][:, 3 * at:3 * at + 3].T
        providers = [self.providers[i] for i in numpy.flatnonzero(mask)]
        expected = estimate(providers, of, count)
        expected["unanswered"] = unanswered.sum()
        if expected["of"] > 0:
            n, k = expected["of"] + unanswered.sum(), expected["count"]
            expected["bounds"] = [k / n, (k + unanswered.sum()) / n]
        return expected

    def found(self, name, stratum="all"):
        return next(e for e in self.got["estimates"] if (e["name"], e["stratum"]) == (name, stratum))

    def test_estimates(self):
        everything = numpy.ones(len(self.providers), dtype=bool)
        self.assertEqual(self.got["coverage"]["surveyed"], DOMAINS)
        for at, name in enumerate(NAMES):
            expected = self.of_domains(everything, at)
            self.assertGreater(expected["count"], 0, name)
            self.near(self.found(name), expected, name)
        secure = self.of_domains(self.status == "secure", 0)
        self.near(self.found(NAMES[0], "dnssec_secure"),
                  {key: secure[key] for key in ("count", "of", "share", "design_effect", "cluster95")},
                  "secure")
        records = list(self.db.execute(RECORD_SQL))
        self.near(self.found("cname_mx_records"),
                  estimate([r[0] for r in records], numpy.ones(len(records)),
                           [r[1] for r in records]), "records")
        hosts = list(self.db.execute(HOST_SQL))
        for at, name in enumerate(("cname_mx_hosts", "secure_hosts", "hosts_with_tlsa")):
            columns = [[h[i] or 0 for h in hosts] for i in (1 + 2 * at, 2 + 2 * at)]
            self.near(self.found(name), estimate([h[0] for h in hosts], *columns), name)

    def test_without_the_largest(self):
        of, count, _ = self.numbers[:, :3].T
        names, x, y = clusters(self.providers, of, count)
        largest = x.argmax()
        self.near(self.found(NAMES[0]), {
            "effective_clusters": x.sum() ** 2 / (x ** 2).sum(),
            "share_without_largest": (y.sum() - y[largest]) / (x.sum() - x[largest])}, "largest")
        self.assertEqual(self.found(NAMES[0])["largest_cluster"], names[largest])

    def test_breakdowns(self):
        by = self.got["breakdowns"]
        masks = [("suffix", row["suffix"], row, self.suffixes == row["suffix"])
                 for row in by["suffix"]]
        masks += [("dnssec", row["dnssec"], row, self.status == row["dnssec"])
                  for row in by["dnssec"]]
        low = 0
        for row, (word, high) in zip(by["rank"], BANDS, strict=True):
            self.assertEqual(row["ranks"], word)
            masks.append(("rank", word, row, (self.ranks > low) & (self.ranks <= high)))
            low = high
        self.assertEqual({row["suffix"] for row in by["suffix"]}, set(self.suffixes))
        sizes = [(-row["domains"], row["suffix"]) for row in by["suffix"]]
        self.assertEqual(sizes, sorted(sizes))
        for kind, key, row, mask in masks[:40] + masks[-8:]:
            self.assertEqual(row["domains"], mask.sum(), (kind, key))
            self.assertEqual(row["mx_domains"], self.numbers[mask][:, 9].sum(), (kind, key))
            for at, name in enumerate(NAMES):
                self.near(row[name], self.of_domains(mask, at), (kind, key, name))

    def test_providers(self):
        sums = {}
        for provider, numbers in zip(self.providers, self.numbers):
            if provider is not None:
                row = sums.setdefault(provider, numpy.zeros(len(numbers) + 1))
                row += numpy.append(numbers, 1)
        order = sorted(sums, key=lambda name: (-sums[name][-1], name))[:20]
        self.assertEqual([row["provider"] for row in self.got["providers"]], order)
        for row in self.got["providers"]:
            numbers = sums[row["provider"]]
            self.assertEqual((row["domains"], row["mx_domains"]), (numbers[-1], numbers[9]))
            for at, name in enumerate(NAMES):
                self.assertEqual(row[name], {"of": numbers[3 * at], "count": numbers[3 * at + 1]})
        order = sorted((name for name in sums if sums[name][1] > 0),
                       key=lambda name: (-sums[name][1], name))[:10]
        self.assertEqual([row["provider"] for row in self.got["alias_providers"]], order)

    def test_aliases(self):
        rows = list(self.db.execute(ALIAS_SQL))

        def count(chosen):
            return {"hosts": len({row[0] for row in chosen}), "domains": len({row[4] for row in chosen})}

        def target(row):  # .example is no public suffix of the list: its default rule
            return ".".join(row[2].split(".")[-2:])

        aliases = self.got["aliases"]
        self.assertEqual(aliases["all"], count(rows))
        self.assertGreater(aliases["all"]["hosts"], 20)
        known = [row for row in rows if row[1] is not None]
        # own hosts at suffixes that the list has (co.uk) have a provider of three labels
        self.assertEqual(aliases["same_provider"], count([r for r in known if r[2].endswith(r[1])]))
        self.assertEqual(aliases["other_provider"],
                         count([r for r in known if not r[2].endswith(r[1])]))
        self.assertEqual(aliases["problems"]["dangling"],
                         count([row for row in rows if row[3] == "dangling"]))
        for row in aliases["target_providers"]:
            if row["provider"].endswith(".example"):
                self.assertEqual({"hosts": row["hosts"], "domains": row["domains"]},
                                 count([r for r in rows if target(r) == row["provider"]]))
        domains = [row["domains"] for row in aliases["target_providers"]]
        self.assertEqual(domains, sorted(domains, reverse=True))

    def test_sts(self):
        sts = self.got["sts"]
        for name, sql in STS_SQL.items():
            expected = dict(self.db.execute(sql))
            # a word that no domain has is counted too; the generator leaves few out
            self.assertEqual({word: n for word, n in sts[name].items() if n > 0}, expected, name)
            self.assertGreater(len(expected), 3, name)
        of, other = self.db.execute(MEDIA_TYPE_SQL).fetchone()
        self.assertEqual(sts["media_types"], {"of": of, "not_text_plain": other})
        self.assertTrue(0 < other < of)
        of, of_enforced, odd, odd_enforced, shut, shut_enforced = self.db.execute(MATCH_SQL).fetchone()
        self.assertEqual(sts["mx_records"], {
            "of": {"domains": of, "enforced": of_enforced},
            "one_unmatched": {"domains": odd, "enforced": odd_enforced},
            "none_matched": {"domains": shut, "enforced": shut_enforced}})
        self.assertGreater(odd, shut)
        self.assertGreater(shut, shut_enforced)
        effects = {word: {"domains": n, "enforced": k} for word, n, k in self.db.execute(EFFECT_SQL)}
        got = sts["aliases"]["effects"]
        self.assertEqual({word: row for word, row in got.items() if row["domains"] > 0}, effects)
        self.assertGreater(len(effects), 3)
        refused = sum(effects.get(word, {"domains": 0})["domains"] for word in ("name_only", "mixed"))
        self.assertEqual(sts["aliases"]["refused_by_target_matching"]["domains"], refused)
        self.assertEqual(self.found("sts_refused_by_target_matching")["count"], refused)

    def test_bootstrap(self):
        of, count, _ = self.numbers[:, :3].T
        _, x, y = clusters(self.providers, of, count)
        random = numpy.random.default_rng(3)
        shares = []
        for _ in range(2000):
            drawn = random.integers(0, len(x), len(x))
            shares.append(y[drawn].sum() / x[drawn].sum())
        got = self.found(NAMES[0])["bootstrap"]
        self.assertEqual(self.got["method"]["bootstrap"], {"replicates": 2000, "seed": 11})
        spread = numpy.std(shares)
        self.assertLess(abs(got["mean"] - numpy.mean(shares)), 6 * spread / 2000 ** 0.5)
        self.assertLess(abs(got["standard_error"] / spread - 1), 0.15)
        for value, right in zip(got["percentile95"], numpy.quantile(shares, [0.025, 0.975])):
            self.assertLess(abs(value - right), 0.25 * spread)
        again = self.run_driver("json", None, "2000", "11", self.weights).stdout
        self.assertEqual(self.check_json(again), self.got)

    def test_weights(self):
        sizes = {"com": 150000000, "nl": 6300000, "org": 10000000}
        small = {f"suffix{i}": 1000 + i for i in range(150, 300)}
        strata = [(size, self.suffixes == suffix) for suffix, size in sizes.items()]
        strata.append((sum(small.values()), numpy.isin(self.suffixes, list(small))))
        total, checked = sum(size for size, _ in strata), 0
        for at, name in enumerate(NAMES):
            of, count, _ = self.numbers[:, 3 * at:3 * at + 3].T
            enough = [s for s in strata if of[s[1]].sum() >= 20]
            if len(enough) < len(strata):
                continue  # what is merged then is up to the smallest stratum
            checked += 1
            share, variance, residuals = 0, 0, numpy.zeros(len(of))
            for size, mask in strata:
                n, k, weight = of[mask].sum(), count[mask].sum(), size / total
                share += weight * k / n
                variance += weight ** 2 * k / n * (1 - k / n) / (n - 1)
                residuals[mask] = weight / n * (count - k / n * of)[mask]
            used = of * sum(mask for _, mask in strata)
            names, group = numpy.unique([f"{i} alone" if p is None else p
                                         for i, p in enumerate(self.providers)], return_inverse=True)
            m = (numpy.bincount(group, used) > 0).sum()
            error = numpy.sqrt(m / (m - 1) * (numpy.bincount(group, residuals) ** 2).sum())
            self.near(self.found(name)["poststratified"], {
                "share": share, "standard_error": variance ** 0.5, "of": used.sum(),
                "strata": len(strata), "cluster_standard_error": error}, name)
        self.assertGreaterEqual(checked, 2)
        self.assertEqual(self.got["method"]["weights"], self.weights)
        self.assertIsNone(self.found("cname_mx_hosts")["poststratified"])

    def test_text(self):
        self.check_text(self.run_driver("text", None, "100", "1", self.weights).stdout)

    def test_weights_at_fault(self):
        for text, pattern in (("com;5\n", ":1: not a line"), ("com,5\nnl\n", ":2: not a line"),
                              ("com,5\nnl,0\n", ":2: the size"), ("com,5\nnl,nan\n", ":2: the size"),
                              ("com,5\nCOM.,6\n", "com is there twice"), ("suffix,size\n", "no line"),
                              ('"com,5\n', "line 1: a quote"), ("com,5,6\n", ":1: not a line"),
                              ("", "no line"), ("com," + "1" * 600 + "\n", ":1: longer")):
            with open(self.weights, "w", encoding="ascii") as file:
                file.write(text)
            done = self.run_driver("text", None, "0", "0", self.weights)
            self.assertEqual((done.returncode, done.stdout), (1, b""))
            self.assertRegex(done.stderr.decode(), "^[^\n]*zones.csv[^\n]*" + pattern)
        done = self.run_driver("text", None, "0", "0", "/nonexistent.csv")
        self.assertRegex(done.stderr.decode(), "^/nonexistent.csv: cannot be read: No such file")


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
