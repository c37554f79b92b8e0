"""A generated survey, a month later: for comparisons and series."""
import contextlib
import random
import shutil
import sqlite3


def next_month(old, new, seed):
    """Another list, another month: names come and go, a provider turns to aliases, others mend
    theirs, zones get signed, lookups fail, MTA-STS comes up."""
    r = random.Random(seed)
    shutil.copy(old, new)
    with contextlib.closing(sqlite3.connect(new)) as db:
        db.create_function("r", 0, r.random)
        db.execute("CREATE TEMP TABLE gone AS SELECT id FROM _listed WHERE r() < 0.03")
        for table in ("_listed", "_surveyed", "_surveyed_detail"):
            db.execute(f"DELETE FROM {table} WHERE id IN (SELECT id FROM gone)")
        db.execute("UPDATE _listed SET domain = 'new' || ? || '-' || domain WHERE r() < 0.05", (seed,))
        db.execute("UPDATE _host SET name = 'new' || name WHERE r() < 0.02")
        db.execute("CREATE TEMP TABLE mended AS SELECT id FROM _host WHERE alias = 2 AND r() < 0.15")
        db.execute("UPDATE _host SET alias = 1 WHERE id IN mended")
        db.execute("DELETE FROM _alias WHERE host IN mended")
        db.execute("UPDATE _host SET alias = 2 WHERE alias = 1 AND r() < 0.003")
        db.execute("UPDATE _host SET alias = NULL, address_outcome = 4 WHERE alias = 1 AND r() < 0.002")
        db.execute("UPDATE _host SET dane = 6 WHERE dane = 4 AND r() < 0.1")
        db.execute("UPDATE _surveyed SET cname_mx_count = (SELECT count(*) FROM _mx_record AS m"
                   " JOIN _host AS h ON h.id = m.host WHERE m.mx_set = _surveyed.mx_set AND h.alias = 2)"
                   " WHERE mx_outcome = 1")
        db.execute("UPDATE _surveyed SET dnssec = 1, dane = CASE dane WHEN 5 THEN 4 ELSE dane END"
                   " WHERE dnssec = 2 AND r() < 0.02")
        db.execute("UPDATE _surveyed SET dane = CAST(1 + r() * 3 AS INTEGER) WHERE dane = 4 AND r() < 0.2")
        db.execute("UPDATE _surveyed SET sts = CAST(1 + r() * 8 AS INTEGER) WHERE dane IS NOT NULL AND r() < 0.9")
        db.execute("UPDATE _surveyed SET mx_outcome = 6, dnssec = 4, dane = 6, mx_count = NULL, sts ="
                   " NULL, cname_mx_count = NULL, mx_set = NULL, provider = NULL WHERE r() < 0.003")
        db.execute("UPDATE _run SET value = value + 2592000 WHERE key LIKE '%ed_at'")
        db.commit()
