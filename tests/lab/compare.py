"""lab compare: every row and column of a survey file's views against the truth."""

import collections
import functools
import ipaddress
import json
import os
import sqlite3
import sys

import truth_codes
from truth import ANY, TABLES

KEYS = {
    "domains": ("domain",),
    "mx_records": ("domain", "preference", "exchange"),
    "hosts": ("host",),
    "aliases": ("host", "hop"),
    "addresses": ("host", "address"),
    "tlsa_records": ("host", "usage", "selector", "matching_type", "data"),
    "sts_policies": ("domain",),
    "failures": ("kind", "name"),
    "rejected_lines": ("line",),
}
EITHER = ("failure", "dnssec", "detail")  # columns whose truth may be `a|b`
SHOWN = int(os.environ.get("LAB_SHOWN", "20"))


def compare(folder, db, out=sys.stdout):
    """0 where the file says what is true, else 1; differences are printed."""
    truth_path = os.path.join(folder, "truth.db")
    for path in (truth_path, db):
        if not os.path.exists(path):
            raise ValueError(f"{path} does not exist")
    differences, compared = [], collections.Counter()
    try:
        truth, found = (sqlite3.connect(f"file:{path}?mode=ro", uri=True)
                        for path in (truth_path, db))
        for table in TABLES:
            expected = _expected(truth_path, os.stat(truth_path).st_mtime_ns, table)
            differences += _table(table, expected, found, compared)
        differences += truth_codes.compare(truth, found)
    except sqlite3.Error as error:
        raise ValueError(f"{db}: {error}") from None
    for line in differences[:SHOWN]:
        print(line, file=out)
    if len(differences) > SHOWN:
        print(f"... and {len(differences) - SHOWN} more", file=out)
    counts = ", ".join(f"{count} {table}" for table, count in compared.items())
    print(f"{len(differences)} differences; rows of the truth: {counts}", file=out)
    return 1 if differences else 0


def _columns_of(table):
    return [column.strip() for column in TABLES[table].split(",")]


@functools.lru_cache(maxsize=len(TABLES))
def _expected(path, _modified, table):
    """Read once, whatever is compared with it."""
    truth = sqlite3.connect(f"file:{path}?mode=ro", uri=True)
    return _rows(truth, table, _columns_of(table) + ["optional"])


def _table(table, expected, found, compared):
    columns = _columns_of(table)
    got = _rows(found, table, columns)
    compared[table] = sum(map(len, expected.values()))
    for key in expected.keys() | got.keys():
        wanted, there = expected.get(key, []), got.get(key, [])
        name = f"{table} {' '.join(map(str, key))}"
        if len(there) > max(len(wanted), 1):
            yield f"{name}: {len(there)} rows"
        elif not wanted:
            yield f"{name}: a row too many: {_brief(there[0])}"
        elif not there:
            if not wanted[0]["optional"]:
                yield f"{name}: no row; expected {_brief(wanted[0])}"
        else:
            yield from _columns(name, columns, wanted[0], there[0])


def _rows(connection, table, columns):
    rows = collections.defaultdict(list)
    for values in connection.execute(f"SELECT {', '.join(columns)} FROM {table}"):
        row = dict(zip(columns, values))
        if "address" in row:
            row["address"] = _address(row["address"])
        if row.get("mx", "*") not in (None, "*"):
            row["mx"] = tuple(json.loads(row["mx"]))
        rows[tuple(row[column] for column in KEYS[table])].append(row)
    return rows


@functools.lru_cache(maxsize=None)
def _address(text):
    """One spelling: what writes ::ffff:192.0.2.1 differs between libraries."""
    try:
        return ipaddress.ip_address(text).packed.hex(":", 2)
    except ValueError:
        return text


def _columns(name, columns, wanted, there):
    for column in columns:
        expected, got = wanted[column], there[column]
        if expected == ANY or expected == got:
            continue
        if column in EITHER and isinstance(expected, str) and got in expected.split("|"):
            continue
        yield f"{name}: {column} is {got!r}, expected {expected!r}"


def _brief(row):
    return ", ".join(f"{column}={value}" for column, value in row.items()
                     if value is not None and column != "optional")
