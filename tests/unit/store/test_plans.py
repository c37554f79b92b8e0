#!/usr/bin/python3
"""How SQLite goes about typical joins of a survey's views, by EXPLAIN QUERY PLAN: nothing is made
whole first, and where a name is given no table is walked.

    test_plans.py GENERATE_SURVEY.PY
"""
import importlib.util
import pathlib
import sqlite3
import sys
import tempfile
import unittest

ONE = "domain = 'a.example'"
SOME = "domain IN ('a.example', 'b.example', 'c.example')"
EXCHANGES = "exchange IN ('mx.example', 'mx2.example')"

# a name is given: found by an index, in every table
BY_NAME = [
    f"SELECT * FROM domains WHERE {ONE}",
    f"SELECT * FROM domains WHERE {SOME}",
    f"SELECT * FROM mx_records WHERE {ONE}",
    f"SELECT * FROM mx_records WHERE {SOME}",
    "SELECT * FROM mx_records WHERE exchange = 'mx.example'",
    f"SELECT * FROM mx_records WHERE {EXCHANGES}",
    f"SELECT * FROM mx_hosts WHERE {ONE}",
    f"SELECT * FROM mx_hosts WHERE {EXCHANGES}",
    f"SELECT * FROM mail_hosts WHERE {ONE}",
    "SELECT * FROM mail_hosts WHERE host IN ('mx.example', 'b.example')",
    f"SELECT * FROM mx_records JOIN hosts ON host = exchange WHERE {ONE}",
    f"SELECT * FROM mx_records LEFT JOIN hosts ON host = exchange WHERE {ONE}",
    f"SELECT * FROM mail_hosts LEFT JOIN hosts USING (host) WHERE {SOME}",
    f"SELECT * FROM domains JOIN mx_records USING (domain) JOIN hosts ON host = exchange WHERE {ONE}",
    "SELECT * FROM domains AS d JOIN mx_hosts AS m ON m.domain = d.domain WHERE d.domain = 'a.example'",
    "SELECT * FROM domains AS d JOIN mail_hosts AS m ON m.domain = d.domain JOIN hosts AS h"
    " ON h.host = m.host WHERE d.domain IN ('a.example', 'b.example')",
    "SELECT * FROM hosts JOIN mx_records ON exchange = host JOIN domains USING (domain)"
    " WHERE host = 'mx.example'",
    "SELECT * FROM hosts JOIN addresses USING (host) WHERE host = 'mx.example'",
    "SELECT * FROM mx_records JOIN tlsa_records ON host = exchange WHERE domain = 'a.example'",
    f"SELECT * FROM domains LEFT JOIN hosts ON host = domain WHERE {ONE}",
    f"SELECT * FROM domains JOIN sts_policies USING (domain) WHERE {SOME}",
    "SELECT * FROM probes WHERE host IN ('mx.example', 'b.example')",
    "SELECT * FROM probe_matches JOIN certificates ON id = certificate WHERE host = 'mx.example'",
    "SELECT * FROM probe_tlsa WHERE host = 'mx.example'",
    f"SELECT * FROM mail_hosts JOIN probes USING (host) JOIN probe_matches USING (host) WHERE {ONE}",
    "SELECT * FROM hosts JOIN probes USING (host) WHERE host = 'mx.example'",
]
# no name: whole tables are read, but nothing is made first
WHOLE = [
    "SELECT mx_outcome, count(*) FROM domains GROUP BY mx_outcome",
    "SELECT exchange_class, count(*) FROM mx_records WHERE is_alias = 1 GROUP BY exchange_class",
    "SELECT provider, count(*) FROM domains JOIN mail_hosts USING (domain) GROUP BY provider",
    "SELECT alias_provider, count(DISTINCT domain) FROM mx_hosts WHERE is_alias = 1 GROUP BY 1",
    "SELECT domain, (SELECT count(*) FROM mx_records AS m WHERE m.domain = d.domain) FROM domains AS d",
    "SELECT count(*) FROM mx_records LEFT JOIN hosts ON host = exchange WHERE host IS NULL",
    "SELECT provider, outcome, count(*) FROM probes JOIN hosts USING (host) GROUP BY 1, 2",
    "SELECT domain, host FROM probe_matches JOIN mail_hosts USING (host) WHERE dane_match = 0",
    "SELECT host, names FROM probe_matches JOIN certificates ON id = certificate"
    " WHERE name_match = 0 AND target_match = 1",
    "SELECT host, count(*) FROM probe_tlsa WHERE match = 'no_match' GROUP BY host",
    "SELECT stratum, count(*) FROM domains WHERE stratum <> 'city' GROUP BY stratum",
]
# a join on the right of a LEFT JOIN is made first: of the one domain, where it is said with USING
OUTER = [
    f"SELECT * FROM domains LEFT JOIN mx_records USING (domain) LEFT JOIN hosts ON host = exchange"
    f" WHERE {ONE}",
    f"SELECT * FROM domains LEFT JOIN mx_hosts USING (domain) WHERE {ONE}",
    f"SELECT * FROM domains LEFT JOIN mail_hosts USING (domain) WHERE {ONE}",
]
# the same of one host
OUTER_HOST = [
    "SELECT * FROM hosts LEFT JOIN probes USING (host) WHERE host = 'mx.example'",
    "SELECT * FROM hosts LEFT JOIN probe_matches USING (host) WHERE host = 'mx.example'",
]


class Plans(unittest.TestCase):
    generator = None

    @classmethod
    def setUpClass(cls):
        cls.directory = tempfile.TemporaryDirectory()
        path = pathlib.Path(cls.directory.name) / "survey.db"
        spec = importlib.util.spec_from_file_location("generate_survey", cls.generator)
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        module.generate(path, 2000, 1)
        cls.db = sqlite3.connect(path)

    @classmethod
    def tearDownClass(cls):
        cls.db.close()
        cls.directory.cleanup()

    def steps(self, sql):
        steps = [row[3] for row in self.db.execute("EXPLAIN QUERY PLAN " + sql)]
        self.assertTrue(steps, sql)
        return steps

    def walks(self, sql):
        return [step for step in self.steps(sql) if step.startswith("SCAN")]

    def test_nothing_is_made_first(self):
        for sql in BY_NAME + WHOLE:
            made = [step for step in self.steps(sql) if "MATERIALIZE" in step or "CO-ROUTINE" in step]
            self.assertEqual(made, [], sql)

    def test_names_are_found_by_an_index(self):
        for sql in BY_NAME:
            self.assertEqual(self.walks(sql), [], sql)

    def test_outer_joins_make_the_domain_only(self):
        for sql in OUTER:
            walks = self.walks(sql)
            self.assertEqual(len(walks), 1, sql)  # of what was made
            self.assertTrue(walks[0].endswith("LEFT-JOIN"), sql)
            self.assertIn("SEARCH l USING COVERING INDEX _listed_domain (domain=?)", self.steps(sql))

    def test_outer_joins_make_the_host_only(self):
        for sql in OUTER_HOST:
            walks = self.walks(sql)
            self.assertEqual(len(walks), 1, sql)
            self.assertTrue(walks[0].endswith("LEFT-JOIN"), sql)
            self.assertEqual(sum("_host_name (name=?)" in step for step in self.steps(sql)), 2, sql)

    def test_aliases_are_begun_with(self):
        """They are few, domains many."""
        for sql in (WHOLE[1], WHOLE[3], "SELECT * FROM mx_records WHERE is_alias = 1 ORDER BY domain"):
            self.assertIn("_host_is_alias", self.steps(sql)[0], sql)


if __name__ == "__main__":
    Plans.generator = sys.argv.pop(1)
    unittest.main()
