"""Surveys and samples whose names try everything: to be markup, commands of TeX, of gnuplot and of
a shell, to end strings and to turn lines around."""
import contextlib
import csv
import sqlite3
import sys

from harness import ROOT

sys.path[:0] = [str(ROOT / "tests" / "bench")]
from generate_survey import generate  # noqa: E402  pylint: disable=wrong-import-position
from months import next_month, settle  # noqa: E402  pylint: disable=wrong-import-position

NAMES = [
    "</text></svg><script>alert(1)</script>",
    "_ % & # $ \\ ^ ~ { } | < > \" ` '' --",
    "\\end{document}\\input{/etc/passwd}$$",
    "\"; system(\"touch owned\"); `touch owned` @T[1] %s%d%%",
    "=cmd|' /C calc'!A0,\"\n\x1b[31m\u202e\ufffe",
    "p\u00e4\u00f6\u00fc.\u65e5\u672c.\u05d0.\U0001f600",
]
SAMPLES = [("domain", 58451, 14552195), ("domain", 300, 100000), ("domain", 260, 90000),
           ("mx_record", 690, 240182)]


def rename(path):
    """The largest providers get the names, and the run's facts."""
    with contextlib.closing(sqlite3.connect(path)) as db:
        largest = [tail for tail, in db.execute(
            "SELECT provider FROM domains WHERE cname_mx_count > 0 AND provider IS NOT NULL"
            " GROUP BY 1 ORDER BY count(*) DESC, 1 LIMIT ?", (len(NAMES),))]
        largest += [tail for tail, in db.execute(
            "SELECT provider FROM domains WHERE provider IS NOT NULL"
            " GROUP BY 1 ORDER BY count(*) DESC, 1 LIMIT ?", (2 * len(NAMES),))]
        for tail, name in zip(dict.fromkeys(largest), NAMES + [name + "2" for name in NAMES]):
            length = len(name.encode())
            db.execute("UPDATE _host SET name = substr(name, 1, length(name) - ?) || ?,"
                       " provider_length = ? WHERE name LIKE '%' || ? AND provider_length = ?",
                       (len(tail), name, length, tail, len(tail)))
        for number, name in enumerate(NAMES):
            db.execute("INSERT OR REPLACE INTO _run VALUES (?, ?)",
                       (f"setting.{number} {name}", name + path.stem))  # which differs
        db.executemany("INSERT OR REPLACE INTO _run VALUES (?, ?)",
                       [("list.1.path", NAMES[1]), ("setting.limit", "0"),
                        ("setting.shard", "1/1"), ("total.other_shards", "0"),
                        ("setting.shuffle", "long lists")])
        db.execute("INSERT OR REPLACE INTO _run SELECT 'total.listed', count(*) FROM _listed")
        db.commit()


def surveys(directory, count=3, domains=4000):
    """A series, a month apart"""
    paths = [directory / f"{number}.db" for number in range(count)]
    generate(paths[0], domains, 8)
    with contextlib.closing(sqlite3.connect(paths[0])) as db:
        settle(db)
        db.commit()
    for number in range(1, count):
        next_month(paths[number - 1], paths[number], number)
    for path in paths:
        rename(path)
    return paths


def samples(directory):
    path = directory / "samples.csv"
    with open(path, "w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["name", "unit", "count", "of", "source"])
        for name, (unit, count, of) in zip(NAMES, 2 * SAMPLES):
            writer.writerow([name, unit, count, of, name])
    return path


def commands(directory):
    """Every command that writes a document, without its form"""
    paths = surveys(directory)
    return {"report": ["report", paths[0]], "compare": ["compare", *paths[:2]],
            "trend": ["trend", *paths], "estimate": ["estimate", samples(directory)]}
