#!/usr/bin/python3
"""`export --public`: an attacker who has the extract, and knows the rule, gets no number of fewer
domains than the least."""
import collections
import csv
import io
import itertools
import json
import os
import pathlib
import random
import sqlite3
import subprocess
import sys
import tempfile
import unittest

from report_surveys import APPLICATION_ID, SCHEMA_VERSION

PROGRAM = os.environ["MXSURVEY"]
COLUMNS = ["mx_outcome", "cname", "suffix", "stratum", "provider", "dnssec", "dane", "sts"]


class World:
    """A survey as lists of values, one a domain, and as a file"""

    def __init__(self, domains):
        self.domains = domains
        self.state = "finished"

    def write(self, path):
        with sqlite3.connect(path) as db:
            db.execute(f"PRAGMA application_id = {APPLICATION_ID}")
            db.execute(f"PRAGMA user_version = {SCHEMA_VERSION}")
            db.execute("CREATE TABLE domains (domain, suffix, stratum, provider, mx_outcome, mx_count,"
                       " cname_mx_count, unknown_mx_count, dnssec, dane, sts)")
            db.execute("CREATE TABLE run_info (key, value)")
            db.execute("INSERT INTO run_info VALUES ('state', ?)", (self.state,))
            for number, (outcome, cname, suffix, stratum, provider, *rest) in enumerate(self.domains):
                counts = {None: (None, None, None), "no": (2, 0, 0), "yes": (2, 1, 1),
                          "unknown": (2, 0, 1)}[cname]
                db.execute("INSERT INTO domains VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                           (f"secret-{number}", suffix, stratum, provider, outcome, *counts, *rest))
        db.close()


def some_world(rng, size):
    def pick(*values):
        return rng.choices(values, [2 ** -i for i in range(len(values))])[0]
    domains = []
    for _ in range(size):
        outcome = pick("mx", "nxdomain", "failed")
        mail = outcome == "mx"
        domains.append((
            outcome, pick("no", "yes", "unknown") if mail else None, pick("com", "nl", "co.uk", None),
            pick("city", "school", None), pick("p.net", "q.org", "r.example") if mail else None,
            pick("insecure", "secure", "bogus"), pick("insecure", "none", "complete", None),
            pick("none", "enforce", None)))
    return World(domains)


def extract(world, least, *arguments):
    with tempfile.TemporaryDirectory() as folder:
        path = pathlib.Path(folder) / "survey.db"
        world.write(path)
        before = path.read_bytes()
        done = subprocess.run([PROGRAM, "export", path, "--public", "--least", str(least), *arguments],
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE, check=False)
        assert path.read_bytes() == before
        assert os.listdir(folder) == ["survey.db"]
    return done


def rows_of(world, least):
    done = extract(world, least)
    assert done.returncode == 0, done.stderr
    rows = [json.loads(line) for line in done.stdout.decode().splitlines()]
    assert all(list(row) == [*COLUMNS, "domains"] for row in rows)
    return [(tuple(row[name] for name in COLUMNS), row["domains"]) for row in rows]


def by_rule(world, least):
    """The rule of the manual, once more"""
    parts, rows = collections.Counter(world.domains), {}
    for untold in range(len(COLUMNS) + 1):
        united = collections.defaultdict(list)
        for values, count in parts.items():
            united[values[:len(COLUMNS) - untold] + ("*",) * untold].append(count)
        parts = {}
        for values in sorted(united, key=lambda row: [(v is not None, v or "") for v in row]):
            counts = united[values]
            telling = untold > 0 and sum(counts) >= len(counts) * (least - 1)
            if sum(counts) >= least and not telling:
                rows[values] = sum(counts)
            else:
                parts[values] = sum(counts)
    left = sum(parts.values())
    while left > 0 and rows:  # into the row united last
        left += rows.popitem()[1]
        if left >= least + 2:
            break
    return rows | ({("*",) * len(COLUMNS): left} if left > 0 else {})


def told(rows):
    """The values that an attacker sees, of each column"""
    return [sorted({values[i] for values, _ in rows} - {"*"}, key=str) for i in range(len(COLUMNS))]


def groups(rows, most):
    """Questions: the domains with these values in these columns"""
    values = told(rows)
    for size in range(1, most + 1):
        for columns in itertools.combinations(range(len(COLUMNS)), size):
            for wanted in itertools.product(*(values[i] for i in columns)):
                yield dict(zip(columns, wanted))


def bounds(rows, group):
    """How many domains of the group there are at least and at most, as far as the rows tell"""
    low = high = 0
    for values, count in rows:
        if all(values[i] in (wanted, "*") for i, wanted in group.items()):
            high += count
            low += count if all(values[i] != "*" for i in group) else 0
    return low, high


def breaches(rows, least):
    for group in groups(rows, 3):
        low, high = bounds(rows, group)
        if low == high and 0 < low < least:
            yield group


class Public(unittest.TestCase):
    def check(self, world, least):
        rows = rows_of(world, least)
        self.assertEqual(sum(count for _, count in rows), len(world.domains))
        self.assertGreaterEqual(min(count for _, count in rows), least)
        self.assertEqual(len({values for values, _ in rows}), len(rows))
        self.assertEqual(list(breaches(rows, least)), [])
        truth = collections.Counter(world.domains)
        for group in groups(rows, 2):  # and what it says is true
            low, high = bounds(rows, group)
            real = sum(count for values, count in truth.items()
                       if all(values[i] == wanted for i, wanted in group.items()))
            self.assertTrue(low <= real <= high, (group, low, real, high))
        self.assertEqual(dict(rows), by_rule(world, least))

    def test_attack(self):
        for seed in range(6):
            rng = random.Random(seed)
            for least in (3, 5, 10):
                with self.subTest(seed=seed, least=least):
                    self.check(some_world(rng, rng.choice([40, 300, 2000])), least)

    def test_the_attack_can_succeed(self):
        """Against an extract that leaves small cells as they are, and one that gives a total"""
        world = some_world(random.Random(1), 300)
        self.assertTrue(list(breaches(list(collections.Counter(world.domains).items()), 10)))

    def test_parts_that_the_sum_would_tell(self):
        """Three values, each of 9: a row of 27 would say so"""
        same = ("com", None, "p.net", "insecure", "insecure", "none")
        domains = [("mx", cname, *same) for cname in ("no", "yes", "unknown") for _ in range(9)]
        domains += [("nxdomain", None, "com", None, None, "insecure", None, None)] * 30
        rows = rows_of(World(domains), 10)
        self.assertEqual(rows, [(("*",) * 8, 57)])
        # one fewer, and nobody can say of which
        rows = rows_of(World(domains[1:]), 10)
        self.assertEqual(dict(rows)[("mx",) + ("*",) * 7], 26)

    def test_what_is_left_is_not_told(self):
        """All outcomes but one have a row of what they united, so that the three failed domains are
        all that is left: beside a row of 10, the smallest has 10, and 13 would tell them."""
        domains = [("failed", None, "com", None, None, "indeterminate", "failed", None)] * 3
        for outcome in ("implicit_mx", "no_service", "null_mx", "nxdomain"):
            for suffix in ("com", "net", "nl", "org"):
                same = [(outcome, None, suffix, None, None, "insecure", None, None)]
                domains += same * (10 if suffix in ("com", "net") else 6)
        rows = dict(rows_of(World(domains), 10))
        rest = rows.pop(("*",) * 8)
        self.assertEqual(rest, 15)
        self.assertEqual(rows.pop(("no_service",) + (None, "com", None, None, "insecure", None, None)), 10)
        self.assertNotIn(("nxdomain", None) + ("*",) * 6, rows)

    def test_the_sum_of_all(self):
        """Of two outcomes, 9 domains each: that they are 18 tells neither"""
        domains = [(outcome, None, "com", None, None, "insecure", None, None)
                   for outcome in ("no_service", "nxdomain") for _ in range(9)]
        self.assertEqual(rows_of(World(domains), 10), [(("*",) * 8, 18)])

    def test_a_rest_of_one(self):
        """11 would be 10 and 1: the row before is taken too"""
        domains = [(outcome, None, suffix, None, None, "insecure", None, None)
                   for outcome, suffix, count in (("mx", "com", 10), ("nxdomain", "com", 10),
                                                  ("nxdomain", "nl", 10), ("failed", "com", 1))
                   for _ in range(count)]
        self.assertEqual(dict(rows_of(World(domains), 10)),
                         {("mx", *domains[0][1:]): 10, ("*",) * 8: 21})

    def test_nothing_can_be_said(self):
        done = extract(World(some_world(random.Random(2), 9).domains), 10)
        self.assertEqual((done.returncode, done.stdout), (1, b""))
        self.assertIn(b"fewer than the 10", done.stderr)
        done = extract(World([]), 10)
        self.assertEqual((done.returncode, done.stdout), (1, b""))

    def test_unfinished(self):
        """Whoever publishes counts of a part is told so; these are the same"""
        world = some_world(random.Random(4), 300)
        whole = extract(world, 10)
        self.assertEqual((whole.returncode, whole.stderr), (0, b""))
        world.state = "interrupted"
        part = extract(world, 10)
        self.assertEqual((part.returncode, part.stdout), (0, whole.stdout))
        self.assertEqual(part.stderr.count(b"\n"), 1)
        self.assertIn(b"this survey is not finished", part.stderr)

    def test_forms_and_usage(self):
        world = some_world(random.Random(3), 500)
        rows = rows_of(world, 10)
        done = extract(world, 10, "--format", "csv")
        self.assertNotIn(b"secret", done.stdout)
        got = list(csv.reader(io.StringIO(done.stdout.decode(), newline="")))
        self.assertEqual(got[0], [*COLUMNS, "domains"])
        self.assertEqual(got[1:], [["" if value is None else str(value) for value in (*values, count)]
                                   for values, count in rows])
        self.assertEqual(extract(world, 10, "--view", "domains").returncode, 2)
        for least in ("2", "0", "-1", "x", "1000001"):
            self.assertEqual(extract(world, least).returncode, 2)
        done = subprocess.run([PROGRAM, "export", "x.db", "--least", "10"], stderr=subprocess.PIPE,
                              check=False)
        self.assertEqual(done.returncode, 2)


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
