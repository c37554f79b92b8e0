#!/usr/bin/python3
"""Time and memory of `mxsurvey merge`, against sqlite3 copying the same rows.

    merge.py split WHOLE.db SHARDS DIR    parts DIR/1.db ... of a survey file, as shards leave them
    merge.py measure DIR PROGRAM          one line of figures
    merge.py compare WHOLE.db MERGED.db   do the views say the same?

WHOLE.db may come from generate_survey.py: the parts then share their common hosts as shards of one
list do, and merged they must show what the whole one shows.
"""
import os
import pathlib
import resource
import sqlite3
import subprocess
import sys
import time

SCHEMA = pathlib.Path(__file__).resolve().parents[2] / "schema"
OF_DOMAIN = {"_surveyed": "id", "_surveyed_detail": "id", "_sts_policy": "id", "_sts_match": "domain"}
OF_HOST = {"_host": "id", "_host_detail": "id", "_alias": "host", "_address": "host",
           "_host_tlsa": "id", "_tlsa": "host"}
HOSTS = {"_surveyed": "provider", "_sts_match": "host"}  # the column that is a host's number


def tables(db):
    return [name for name, in db.execute("SELECT name FROM sqlite_schema WHERE type = 'table'"
                                         " AND name NOT LIKE 'sqlite_%'")]


def columns(db, table, **changed):
    names = [row[1] for row in db.execute(f"PRAGMA table_info({table})")]
    return ", ".join(changed.get(name, "t." + name) for name in names)


def split_one(whole, path, shard, shards):
    """The names whose number falls to the shard, with their hosts, numbered anew."""
    path.unlink(missing_ok=True)
    db = sqlite3.connect(f'file:{path}', isolation_level=None, uri=True)
    db.executescript((SCHEMA / "tables.sql").read_text() + (SCHEMA / "views.sql").read_text())
    db.executescript(f"""PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF;
        PRAGMA cache_size = -200000; PRAGMA application_id = {0x6d787376};
        ATTACH 'file:{whole}?mode=ro' AS whole; PRAGMA user_version = 4;
        CREATE TEMP TABLE name (new INTEGER PRIMARY KEY, old INTEGER UNIQUE);
        INSERT INTO name (old) SELECT id FROM whole._listed
          WHERE (id * 2654435761 >> 16) % {shards} = {shard - 1} ORDER BY id;
        CREATE TEMP TABLE number (new INTEGER PRIMARY KEY, old INTEGER UNIQUE);
        INSERT OR IGNORE INTO number (old) SELECT m.host FROM name AS n
          JOIN whole._surveyed AS s ON s.id = n.old
          JOIN whole._mx_record AS m ON m.mx_set = s.mx_set ORDER BY n.new;
        INSERT INTO _listed_position SELECT new, old FROM name;
        INSERT INTO _stratum SELECT * FROM whole._stratum;""")
    listed = columns(db, "_listed", id="n.new", rank_offset="t.rank_offset + n.old - n.new")
    db.execute(f"INSERT INTO _listed SELECT {listed} FROM name AS n CROSS JOIN whole._listed AS t"
               " ON t.id = n.old")
    for table, key in OF_DOMAIN.items():
        host = HOSTS.get(table, key)  # a provider that is no host's has a number below 0
        names = columns(db, table, **{host: f"coalesce(h.new, t.{host})", key: "n.new"})
        db.execute(f"INSERT INTO {table} SELECT {names} FROM name AS n"
                   f" CROSS JOIN whole.{table} AS t ON t.{key} = n.old"
                   f" LEFT JOIN number AS h ON h.old = t.{host}")
    db.execute(f"INSERT INTO _mx_record SELECT {columns(db, '_mx_record', host='h.new')}"
               " FROM whole._mx_record AS t CROSS JOIN number AS h ON h.old = t.host"
               " WHERE t.mx_set IN (SELECT mx_set FROM _surveyed)")
    for table, key in OF_HOST.items():
        db.execute(f"INSERT INTO {table} SELECT {columns(db, table, **{key: 'n.new'})}"
                   f" FROM number AS n CROSS JOIN whole.{table} AS t ON t.{key} = n.old")
    db.executescript((SCHEMA / "indexes.sql").read_text())
    db.execute("INSERT INTO _failure (kind, name, failure, ede, tries) SELECT kind, name, failure,"
               " ede, tries FROM whole._failure AS t WHERE (kind IN (2, 3, 4) AND EXISTS (SELECT 1"
               " FROM _host AS h WHERE h.name = t.name)) OR (kind = 1 AND EXISTS (SELECT 1"
               " FROM _listed AS l WHERE l.domain = t.name))")
    count, = db.execute("SELECT count(*) FROM _listed").fetchone()
    whole_count, = db.execute("SELECT count(*) FROM whole._listed").fetchone()
    db.executemany("INSERT INTO _run VALUES (?, ?)", {
        "state": "finished", "schema": "1", "started_at": "1606158365",
        "ended_at": "1606168365", "setting.shard": f"{shard}/{shards}", "setting.limit": "0",
        "setting.believe_ad": "1", "setting.tlsa": "secure", "list.count": "1",
        "list.1.path": "generated", "list.1.sha256": "0" * 64, "list.1.names": str(whole_count),
        "total.listed": str(count), "total.duplicates": "0", "total.excluded": "0",
        "total.other_shards": str(whole_count - count)}.items())
    db.close()


def split(whole, shards, folder):
    for shard in range(1, int(shards) + 1):
        split_one(whole, pathlib.Path(folder) / f"{shard}.db", shard, int(shards))


def parts_of(folder):
    return sorted((path for path in pathlib.Path(folder).glob("*.db") if path.stem.isdigit()),
                  key=lambda path: int(path.stem))


def timed(command, **more):
    """Wall and CPU seconds"""
    before, start = resource.getrusage(resource.RUSAGE_CHILDREN), time.monotonic()
    subprocess.run(command, check=True, **more)
    took, after = time.monotonic() - start, resource.getrusage(resource.RUSAGE_CHILDREN)
    return took, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def copy(folder):
    """sqlite3: the same tables, ATTACH and INSERT ... SELECT, ids moved so that they fit."""
    out = pathlib.Path(folder) / "copy.db"
    out.unlink(missing_ok=True)
    script = ["PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF;",
              (SCHEMA / "tables.sql").read_text()]
    model = sqlite3.connect(":memory:")
    model.executescript(script[1])
    for i, part in enumerate(parts_of(folder)):
        base = i * 100000000
        script.append(f"ATTACH '{part}' AS part; BEGIN;")
        for table in tables(model):
            key = model.execute(f"PRAGMA table_info({table})").fetchone()[1]
            names = columns(model, table, **{key: f"t.{key} + {base}"})
            if table != "_run":
                script.append(f"INSERT INTO {table} SELECT {names} FROM part.{table} AS t;")
        script.append("COMMIT; DETACH part;")
    taken = timed(["sqlite3", str(out)], stdout=subprocess.DEVNULL,
                  input="\n".join(script).encode())
    size = out.stat().st_size
    out.unlink()
    return taken, size


def measure(folder, program):
    out = pathlib.Path(folder) / "merged.db"
    command = [program, "merge", "--quiet", str(out), *map(str, parts_of(folder))]
    copied, merged = [], []
    for _ in range(2):  # in turn: the machine may be busy with other things
        taken, size = copy(folder)
        copied.append(taken)
        out.unlink(missing_ok=True)
        merged.append(timed(command))
    memory = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    count, = sqlite3.connect(out).execute("SELECT max(id) FROM _listed").fetchone()
    (wall, cpu), (copy_wall, copy_cpu) = (tuple(map(min, zip(*runs))) for runs in (merged, copied))
    print(f"{len(parts_of(folder))} shards, {count} domains: merge {wall:.1f} s (CPU {cpu:.1f} s), "
          f"{memory:.0f} MB; sqlite3 copying the rows {copy_wall:.1f} s (CPU {copy_cpu:.1f} s): "
          f"{wall / copy_wall:.2f} times (CPU {cpu / copy_cpu:.2f}); {out.stat().st_size >> 20} MB, "
          f"copied without indexes {size >> 20} MB")


def compare(whole, merged):
    db = sqlite3.connect(f"file:{whole}?mode=ro", uri=True)
    db.execute("ATTACH ? AS merged", (f"file:{os.path.abspath(merged)}?mode=ro",))
    differences = 0
    for view, in db.execute("SELECT name FROM main.sqlite_schema WHERE type = 'view'"
                            " AND name <> 'run_info'").fetchall():
        counts = [db.execute(f"SELECT count(*) FROM {schema}.{view}").fetchone()[0]
                  for schema in ("main", "merged")]
        differ, = db.execute(f"SELECT count(*) FROM (SELECT * FROM main.{view} EXCEPT"
                             f" SELECT * FROM merged.{view})").fetchone()
        print(f"{view}: {counts[0]} rows, {counts[1]} merged, {differ} differ")
        differences += differ + abs(counts[0] - counts[1])
    return 1 if differences else 0


if __name__ == "__main__":
    os.environ.setdefault("SQLITE_TMPDIR", os.environ.get("TMPDIR", "/var/tmp"))
    sys.exit({"split": split, "measure": measure, "compare": compare}[sys.argv[1]](*sys.argv[2:]))
