"""A generated survey, a month later: for comparisons and series."""
import contextlib
import random
import shutil
import sqlite3


def settle(db):
    """The counts of a domain are those of its records again"""
    found = db.execute(
        "SELECT l.id, coalesce(sum(m.is_alias), 0), coalesce(sum(m.is_alias IS NULL"
        " AND m.exchange_class IN ('host', 'single_label', 'invalid')), 0),"
        " coalesce(sum(h.dane = 'failed' AND h.tlsa_outcome = 'failed'), 0)"
        " FROM listed AS l LEFT JOIN mx_records AS m USING (domain)"
        " LEFT JOIN hosts AS h ON h.host = m.exchange GROUP BY l.id").fetchall()
    for number, aliases, unknown, failures in found:
        db.execute("UPDATE surveyed SET cname_mx_count = ? WHERE id = ? AND mx_outcome <> 6",
                   (aliases, number))
        db.execute("INSERT INTO surveyed_detail (id, unknown_mx_count, tlsa_failures)"
                   " VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET unknown_mx_count ="
                   " excluded.unknown_mx_count, tlsa_failures = excluded.tlsa_failures",
                   (number, unknown or None, failures or None))


def next_month(old, new, seed):
    """Another list, another month: names come and go, a provider turns to aliases, others mend
    theirs, zones get signed, lookups fail, MTA-STS comes up."""
    r = random.Random(seed)
    shutil.copy(old, new)
    with contextlib.closing(sqlite3.connect(new)) as db:
        db.create_function("r", 0, r.random)
        db.execute("CREATE TEMP TABLE gone AS SELECT id FROM listed WHERE r() < 0.03")
        for table, column in (("listed", "id"), ("surveyed", "id"), ("surveyed_detail", "id"),
                              ("more_mx", "domain")):
            db.execute(f"DELETE FROM {table} WHERE {column} IN (SELECT id FROM gone)")
        db.execute("CREATE TEMP TABLE own AS SELECT id, host FROM surveyed WHERE mx_outcome = 3")
        db.execute("UPDATE listed SET domain = 'new' || ? || '-' || domain WHERE r() < 0.05"
                   " AND id NOT IN (SELECT id FROM own)", (seed,))
        db.execute("UPDATE host SET name = 'new' || name WHERE r() < 0.02"
                   " AND id NOT IN (SELECT host FROM own)")
        db.execute("CREATE TEMP TABLE mended AS SELECT id FROM host WHERE alias = 2 AND r() < 0.15")
        db.execute("UPDATE host SET alias = 1 WHERE id IN mended")
        db.execute("DELETE FROM alias WHERE host IN mended")
        db.execute("UPDATE host SET alias = 2 WHERE alias = 1 AND r() < 0.003")
        db.execute("UPDATE host SET alias = NULL, address_outcome = 4 WHERE alias = 1 AND r() < 0.002")
        db.execute("UPDATE host SET dane = 6 WHERE dane = 4 AND r() < 0.1")
        db.execute("UPDATE surveyed SET dnssec = 1, dane = CASE dane WHEN 5 THEN 4 ELSE dane END"
                   " WHERE dnssec = 2 AND r() < 0.02")
        db.execute("UPDATE surveyed SET dane = CAST(1 + r() * 3 AS INTEGER) WHERE dane = 4 AND r() < 0.2")
        db.execute("UPDATE surveyed SET sts = CAST(1 + r() * 8 AS INTEGER) WHERE dane IS NOT NULL AND r() < 0.9")
        db.execute("UPDATE surveyed SET mx_outcome = 6, dnssec = 4, dane = 6, mx_count = NULL, sts ="
                   " NULL, cname_mx_count = NULL, host = NULL, preference = NULL WHERE r() < 0.003"
                   " AND id NOT IN (SELECT domain FROM more_mx)")
        settle(db)
        db.execute("UPDATE run SET value = value + 2592000 WHERE key LIKE '%ed_at'")
        db.commit()
