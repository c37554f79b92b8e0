"""Surveys of made-up domains, of every design, and what `report` says of them as JSON: for tests of
numbers."""
import contextlib
import json
import sqlite3
import sys

from harness import ROOT, run

sys.path.append(str(ROOT / "tests" / "bench"))
from generate_survey import generate  # noqa: E402  pylint: disable=wrong-import-position

NAMES = 4000
FINISHED = {"state": "finished", "total.listed": str(NAMES), "total.other_shards": "0",
            "setting.limit": "0", "setting.shard": "1/1", "setting.shuffle": "long lists",
            "setting.believe_ad": "1"}
DESIGNS = {  # kind: what run_info says instead
    "census": {},
    "sample": {"total.listed": "12000", "setting.limit": str(NAMES), "setting.shuffle": "7"},
    "shard": {"setting.shard": "2/3", "total.other_shards": "8123"},
    "first": {"total.listed": "12000", "setting.limit": str(NAMES)},
    "partial": {"state": "interrupted"},
    "short": {"total.listed": str(NAMES + 5)},
    "old": {"setting.limit": None},  # of a program that did not say
}
STRATA = {  # what run_info says of a sample from strata: all names of one, a half of another
    "suffix": {"setting.sample_by": "suffix", "total.population": "190000",
               "stratum.names.com": "90000", "stratum.names.net": "480", "stratum.names.nl": "30000",
               "stratum.names.org": "9000", "strata.others": "60520"},
    "rank": {"setting.sample_by": "rank", "total.population": "201000",
             "stratum.names.1-1000": "1000", "stratum.names.1001-10000": "200000"},
    "some": {"setting.sample_by": "suffix", "total.population": "190000",
             "stratum.names.com": "90000", "stratum.names.absent": "40000",
             "strata.others": "60000"},
    "stratum": {"setting.sample_by": "stratum", "total.population": "190000",
                "stratum.names.school": "90000", "stratum.names.city, \"old\"": "60000",
                "stratum.names.": "30000", "stratum.names.absent": "4000", "strata.others": "6000"},
}
# The list's column: of half of the names none, some too small to be drawn by themselves
LIST_STRATA = """
INSERT INTO _stratum VALUES (1, 'school'), (2, 'city, "old"'), (3, 'rare'), (4, 'rarer'),
    (5, 'of no name');
UPDATE _listed SET suffix_stratum = suffix_stratum + 256 * CASE WHEN id % 401 = 0 THEN 3
    WHEN id % 997 = 0 THEN 4 WHEN id % 2 THEN 0 ELSE 1 + (id % 6 = 0) END;
"""
# The same, as it happens: domains with MX records are a school's, all others a city's
APART = """
UPDATE _listed SET suffix_stratum = suffix_stratum % 256 + 256 * iif(id IN
    (SELECT id FROM _surveyed WHERE mx_outcome = 1), 1, 2);
"""
ZONES = "suffix,size\ncom,150000000\nnl,6300000\norg,10000000\nsuffix7,90000\nabsent,5000000\n"
OPERATORS = "domain,operator\n# one company\noutlook.example,Big\nGOOGLE.example.,Big\n\n" \
    "hosting3.example,provider7.example\n"

# What a survey finds now and then, more often
FAULTS = """
UPDATE _surveyed SET mx_outcome = 6, dnssec = 4, mx_count = NULL, cname_mx_count = NULL,
    mx_set = NULL, provider = NULL, dane = 6, sts = NULL, tlsrpt = NULL WHERE id % 31 = {0};
DELETE FROM _sts_policy WHERE id % 31 = {0};
DELETE FROM _sts_match WHERE domain % 31 = {0};
UPDATE _host SET ipv6_count = CASE WHEN id % 3 = {0} % 3 THEN 0 WHEN id % 7 = 0 THEN NULL
    ELSE ipv6_count END;
UPDATE _host SET address_outcome = 4, dnssec = 4, dane = 2 WHERE id % 23 = {0} AND alias = 1;
UPDATE _host SET alias = NULL WHERE id % 46 = {0} AND address_outcome = 4;
UPDATE _host SET dane = 2 WHERE id % 5 = {0} AND dane = 6;
UPDATE _surveyed SET dnssec = 4, dane = NULL WHERE id % 61 = {0} AND mx_outcome <> 6;
"""
# What happens from one survey to the next
CHANGES = """
UPDATE _host SET alias = 1 WHERE alias = 2 AND id % 3 = 0;
DELETE FROM _alias WHERE host IN (SELECT id FROM _host WHERE alias = 1);
UPDATE _host SET alias = 2 WHERE alias = 1 AND id % 29 = 0 AND address_outcome = 1;
INSERT OR IGNORE INTO _alias (host, hop, kind, target, ttl)
    SELECT id, 1, 2, 'moved.hosting' || id % 40 || '.example', 300
    FROM _host WHERE alias = 2;
INSERT INTO _mx_record SELECT max(mx_set) + 1, 0, 10, (SELECT max(id) FROM _host
    WHERE substr(name, -provider_length) LIKE 'provider%'), 1 FROM _mx_record;
UPDATE _surveyed SET mx_count = 1, mx_set = (SELECT max(mx_set) FROM _mx_record),
    provider = (SELECT host FROM _mx_record ORDER BY mx_set DESC LIMIT 1)
    WHERE id % 41 = 0 AND mx_outcome = 1;
UPDATE _surveyed SET dnssec = 3 - dnssec WHERE id % 37 = 0 AND dnssec IN (1, 2);
UPDATE _surveyed SET sts = 5 - sts WHERE id % 3 = 0 AND sts IN (2, 3);
UPDATE _surveyed SET dane_ready = 1 WHERE id % 47 = 0 AND dane = 5;
UPDATE _listed SET domain = 'new' || domain
    WHERE id IN (SELECT id FROM _surveyed WHERE id % 97 = 0 AND mx_outcome <> 3);
"""
# No DNSSEC status is known
DISBELIEF = """
UPDATE _surveyed SET dnssec = 4, dane = NULL WHERE mx_outcome <> 6;
UPDATE _host SET dnssec = 4, dane = CASE dane WHEN 1 THEN 1 END
    WHERE address_outcome IS NOT NULL;
DELETE FROM _tlsa;
DELETE FROM _host_tlsa;
"""


def settle(db):
    """The counts of a domain are those of its records again"""
    found = db.execute(
        "SELECT l.id, coalesce(sum(m.is_alias), 0), coalesce(sum(m.is_alias IS NULL"
        " AND m.exchange_class IN ('host', 'single_label', 'invalid')), 0),"
        " coalesce(sum(h.dane = 'failed' AND h.tlsa_outcome = 'failed'), 0)"
        " FROM _listed AS l LEFT JOIN mx_records AS m USING (domain)"
        " LEFT JOIN hosts AS h ON h.host = m.exchange GROUP BY l.id").fetchall()
    for number, aliases, unknown, failures in found:
        db.execute("UPDATE _surveyed SET cname_mx_count = ? WHERE id = ? AND mx_outcome <> 6",
                   (aliases, number))
        db.execute("INSERT INTO _surveyed_detail (id, unknown_mx_count, tlsa_failures)"
                   " VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET unknown_mx_count ="
                   " excluded.unknown_mx_count, tlsa_failures = excluded.tlsa_failures",
                   (number, unknown or None, failures or None))
    db.execute("UPDATE _surveyed SET detailed = 1")


def change_file(path, *scripts, **info):
    with contextlib.closing(sqlite3.connect(path, isolation_level=None)) as db:
        db.execute("BEGIN")
        for script in scripts:
            for statement in script.split(";"):
                db.execute(statement)
        if scripts:
            settle(db)
        for key, value in info.items():
            db.execute("DELETE FROM _run WHERE key = ?", (key,))
            if value is not None:
                db.execute("INSERT INTO _run VALUES (?, ?)", (key, value))
        db.execute("COMMIT")


def made(directory, name="census.db", names=NAMES, seed=5, **info):
    path = directory / name
    generate(path, names, seed)
    with contextlib.closing(sqlite3.connect(path)) as db, db:
        db.executescript(LIST_STRATA)
    change_file(path, FAULTS.format(2), **FINISHED | {"total.listed": str(names)} | info)
    return path


def made_apart(directory, name, names=NAMES):
    """A sample from strata, one of two drawn whole: all domains with MX records are of this one"""
    path = made(directory, name, names)
    with contextlib.closing(sqlite3.connect(path)) as db, db:
        db.executescript(APART)
        schools, = db.execute("SELECT count(*) FROM domains WHERE mx_outcome = 'mx'").fetchone()
    change_file(path, **{"setting.sample": str(names), "setting.sample_by": "stratum",
                         "total.population": "50000", "stratum.names.school": str(schools),
                         "stratum.names.city, \"old\"": str(50000 - schools)})
    return path


def report(path, *arguments):
    return json.loads(run("report", path, "--format", "json", *arguments, check=0).stdout)
