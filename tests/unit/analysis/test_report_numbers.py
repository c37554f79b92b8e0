#!/usr/bin/python3
"""The report of a generated survey, every number worked out again by SQL over the views, and by the
model of the statistics.

usage: test_report_numbers.py REPORT_DRIVER REPORT_SCHEMA GENERATOR
"""
import contextlib
import importlib.util
import os
import sqlite3
import sys
import unittest

from report_case import ReportCase
from survey_model import WEIGHED, SurveyFile, report_differences

GENERATOR = sys.argv[3]
DOMAINS = 16000
SHARES = ("domains_with_cname_mx", "secure_domains", "domains_dane_complete", "domains_with_sts",
          "domains_dane_ready")

STRATA = """
INSERT INTO _stratum VALUES (1, 'city'), (2, 'school'), (3, 'of no name');
UPDATE _listed SET suffix_stratum = suffix_stratum + 256 * (id % 7 % 3);
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
        with contextlib.closing(sqlite3.connect(self.path)) as db, db:
            db.executescript(STRATA)
        self.db = sqlite3.connect(f"file:{self.path}?mode=ro", uri=True)
        self.weights = os.path.join(self.folder.name, "zones.csv")
        with open(self.weights, "w", encoding="ascii") as file:
            # net has no size; most of the small ones no domain
            file.write("# of May\n\nsuffix,size\n# zones\ncom,150000000\r\n\n .NL,6300000\n\"org\", 10000000\n")
            file.writelines(f"suffix{i},{1000 + i}\n" for i in range(150, 300))
        done = self.run_driver("json", None, self.weights)
        self.assertEqual((done.stderr, done.returncode), (b"", 0))
        self.got = self.check_json(done.stdout)
        self.model = SurveyFile(self.path)

    def tearDown(self):
        self.db.close()
        super().tearDown()

    def found(self, name, stratum="all"):
        return next(e for e in self.got["estimates"] if (e["name"], e["stratum"]) == (name, stratum))

    def test_shares(self):
        """Estimates, weighed ones, breakdowns"""
        plain = os.path.join(self.folder.name, "plain.csv")
        with open(self.weights, encoding="ascii") as file, open(plain, "w", encoding="ascii") as out:
            out.writelines(line.replace(" .NL", "nl").replace('"org", ', "org,") for line in file)
        self.assertEqual(list(report_differences(self.got, self.model, plain)), [])
        self.assertEqual(self.got["coverage"]["surveyed"], DOMAINS)
        self.assertEqual(self.got["method"], {"cluster_by": "operator", "operators": None,
                                              "weights": self.weights})
        for name in SHARES:
            self.assertGreater(self.found(name)["count"], 0, name)
        for name in WEIGHED:
            self.assertGreater(self.found(name)["poststratified"]["left_out"], 0, name)
        self.assertIsNone(self.found("domains_dane_ready")["poststratified"])
        self.assertIsNone(self.found("cname_mx_hosts")["poststratified"])
        by = self.got["breakdowns"]
        self.assertEqual({row["suffix"] for row in by["suffix"]}, set(self.model.suffix_sizes))
        sizes = [(-row["domains"], row["suffix"]) for row in by["suffix"]]
        self.assertEqual(sizes, sorted(sizes))
        for column in ("suffix", "dnssec", "stratum"):
            rows = by[column]
            counts = dict(map(lambda row: (row[0], row[1:]), self.db.execute(
                f"SELECT {column}, count(*), sum(mx_outcome = 'mx') FROM domains GROUP BY 1")))
            self.assertEqual({row[column]: (row["domains"], row["mx_domains"]) for row in rows}, counts)
        self.assertEqual([(row["ranks"], row["domains"]) for row in by["rank"]],
                         [("1-1000", 1000), ("1001-10000", 9000), ("10001-100000", 6000)])

    def test_providers(self):
        order = self.db.execute("SELECT provider, count(*), sum(mx_outcome = 'mx') FROM domains WHERE"
                                " provider IS NOT NULL GROUP BY 1 ORDER BY 2 DESC, 1").fetchall()
        self.assertEqual([(row["provider"], row["domains"], row["mx_domains"])
                          for row in self.got["providers"]], order[:100])
        sums = {name: {} for name in SHARES}
        for name, of_provider in sums.items():
            for unit in self.model.units[name, "all"]:
                if unit.state is not None:
                    row = of_provider.setdefault(unit.domain["provider"], {"of": 0, "count": 0})
                    row["of"] += 1
                    row["count"] += unit.state
        for row in self.got["providers"]:
            for name in SHARES:
                self.assertEqual(row[name], sums[name].get(row["provider"], {"of": 0, "count": 0}))
        aliases = {name: row["count"] for name, row in sums[SHARES[0]].items()
                   if name is not None and row["count"] > 0}
        order = sorted(aliases, key=lambda name: (-aliases[name], name))[:100]
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
        # those of implicit MX only, and no exchange's, are none
        self.assertTrue(all(row["hosts"] and row["domains"] for row in aliases["target_providers"]))
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
        self.assertEqual(sum(self.found("sts_refused_by_target_matching", mode)["count"]
                             for mode in ("enforce", "testing")), refused)

    def test_text(self):
        self.check_text(self.run_driver("text", None, self.weights).stdout)

    def test_weights_at_fault(self):
        for text, pattern in (("com;5\n", ":1: not a line"), ("com,5\nnl\n", ":2: not a line"),
                              ("com,5\nnl,0\n", ":2: the size"), ("com,5\nnl,nan\n", ":2: the size"),
                              # no header: a size that is meant to be one
                              ("com,0\nnl,5\n", ":1: the size"), ("com,1 000\nnl,5\n", ":1: the size"),
                              ("com,\nnl,5\n", ":1: the size"),
                              ("com,5\nnl,1\nCOM.,6\n", ":3: com is there twice"),
                              ("xn--p1ai,5\n.\u0440\u0444,1\n", ":2: xn--p1ai is there twice"), ("suffix,size\n", "no line"),
                              ('"com,5\n', "line 1: a quote"), ("com,5,6\n", ":1: not a line"),
                              ("", "no line"), ("com," + "1" * 600 + "\n", ":1: longer")):
            with open(self.weights, "w", encoding="utf-8") as file:
                file.write(text)
            done = self.run_driver("text", None, self.weights)
            self.assertEqual((done.returncode, done.stdout), (1, b""))
            self.assertRegex(done.stderr.decode(), "^[^\n]*zones.csv[^\n]*" + pattern)
        done = self.run_driver("text", None, "/nonexistent.csv")
        self.assertRegex(done.stderr.decode(), "^/nonexistent.csv: cannot be read: No such file")


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
