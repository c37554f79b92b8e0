#!/usr/bin/python3
"""The commands that read files: export, report --notify, estimate.  What they write is read with
other programs' readers and compared with what SQLite, and the sheets of numbers, say.

    test_files.py SCHEMA_DIRECTORY DATA_DIRECTORY     MXSURVEY is the program
"""
import csv
import email
import gzip
import io
import json
import math
import os
import pathlib
import signal
import sqlite3
import stat
import subprocess
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "e2e"))

import bakery  # pylint: disable=wrong-import-position
from harness import PROGRAM, main, one_line, rows, run  # pylint: disable=wrong-import-position

SCHEMA, DATA = map(pathlib.Path, sys.argv[1:3])
del sys.argv[1:]

HOSTILE = ["", " ", "a,b", 'say "x"', "two\r\nlines", "\x1b]0;x\x07", "\x7f", "\\", "b\u00fccher",
           "\U0001f4e7", "\u2028", "\x9b31m", "=1+1", "'; DROP TABLE x; --", "null", "\ttab"]
VIEWS = ["domains", "mx_records", "hosts", "aliases", "addresses", "tlsa_records", "sts_policies",
         "failures", "rejected_lines", "run_info"]


def survey(directory):
    """The shops, with texts that no list could have had; none of them may do harm."""
    db = directory / "survey.db"
    bakery.survey(db)
    with sqlite3.connect(db) as connection:
        connection.executemany("INSERT INTO _rejected (list, line, text, reason) VALUES (?, ?, ?, ?)",
                               [("hostile", i, text, "test") for i, text in enumerate(HOSTILE)])
        connection.execute("INSERT INTO _rejected (list, line, text, reason) VALUES"
                           " ('octets', 1, CAST(x'61ff00c3286200' AS TEXT), 'test')")
        connection.execute('CREATE VIEW "odd ""view""" AS SELECT 1.5 AS "a ""b,", x\'00ff\' AS blob,'
                           " 9e999 AS big, -9223372036854775808 AS small, NULL AS missing,"
                           " registrable_domain(reverse_name('example.a.b')) AS own")
    connection.close()
    return db


def table(db, view):
    with sqlite3.connect(db) as connection:
        connection.text_factory = bytes
        cursor = connection.execute("SELECT * FROM " + view)
        names = [column[0] for column in cursor.description]
        return names, [dict(zip(names, row)) for row in cursor]


def clean(value):
    return value.decode() if isinstance(value, bytes) else value


def test_ndjson(directory):
    db = survey(directory)
    for view in VIEWS:
        out = run("export", db, "--view", view, check=0).stdout
        assert all(31 < ord(c) < 127 for line in out.splitlines() for c in line), view
        got = [json.loads(line) for line in out.splitlines()]
        names, expected = table(db, view)
        assert len(got) == len(expected)
        for one, row in zip(got, expected):
            assert list(one) == names
            if one.get("list") == "octets":
                assert one["text"] == "a\ufffd\ufffd\ufffd(b\ufffd", one
            else:
                assert one == {name: clean(value) for name, value in row.items()}, one
    assert run("export", db, "--format", "ndjson", "--view", "domains", check=0).stdout == \
        run("export", db, check=0).stdout
    odd = run("export", db, "--view", 'odd "view"', check=0).stdout
    assert odd == ('{"a \\"b,":1.5,"blob":"00ff","big":9.0e+999,"small":-9223372036854775808,'
                   '"missing":null,"own":"a.example"}\n'), odd


def test_csv(directory):
    db = survey(directory)
    for view in VIEWS:
        done = subprocess.run([PROGRAM, "export", str(db), "--format", "csv", "--view", view],
                              check=True, stdout=subprocess.PIPE)
        text = done.stdout.decode("utf-8")
        assert text.replace("\r\n", "").count("\n") == 0, view
        got = list(csv.reader(io.StringIO(text, newline="")))
        names, expected = table(db, view)
        assert got[0] == names and len(got) == len(expected) + 1, view
        for line, row in zip(got[1:], expected):
            want = ["" if v is None else str(clean(v)) if row.get("list") != b"octets" else None
                    for v in row.values()]
            if None in want:
                assert line[2] == "a\ufffd\ufffd\ufffd(b\ufffd", line
                continue
            for harmful in ("\x1b", "\x07", "\x7f", "\x9b"):
                want = [value.replace(harmful, "\ufffd") for value in want]
            assert line == want, (line, want)
    # NULL is nothing, an empty text is a quoted one
    text = run("export", db, "--format", "csv", "--view", "rejected_lines", check=0).stdout
    assert 'hostile,0,"",test' in text
    text = run("export", db, "--format", "csv", check=0).stdout
    assert "broken.example,18,example,,failed,,servfail,,indeterminate,,,,,,failed,,0," in text


def test_pandas(directory):
    """One of the programs that the files are for."""
    import pandas  # pylint: disable=import-outside-toplevel
    db = survey(directory)
    run("export", db, "--format", "csv", "-o", directory / "d.csv.gz", check=0)
    run("export", db, "-o", directory / "d.ndjson.zst", check=0)
    frame = pandas.read_csv(directory / "d.csv.gz")
    assert (frame["mx_outcome"] == "mx").sum() == 21 and frame["rank"].sum() == 378
    assert frame["failure"].isna().sum() == 25
    lines = subprocess.run(["zstd", "-dc", str(directory / "d.ndjson.zst")], check=True,
                           stdout=subprocess.PIPE).stdout
    frame = pandas.read_json(io.BytesIO(lines), lines=True)
    assert len(frame) == 27 and frame["cname_mx_count"].sum() == 10


def test_compressed(directory):
    db = survey(directory)
    plain = run("export", db, "--format", "csv", check=0).stdout.encode()
    for name, command in (("a.csv", ["cat"]), ("a.csv.gz", ["gzip", "-dc"]),
                          ("a.csv.zst", ["zstd", "-qdc"]), ("A.CSV.GZ", ["gzip", "-dc"])):
        out = directory / name
        run("export", db, "--format", "csv", "-o", out, check=0)
        with open(out, "rb") as file:
            assert subprocess.run(command, stdin=file, check=True,
                                  stdout=subprocess.PIPE).stdout == plain, name
        first = out.read_bytes()
        run("export", db, "--format", "csv", "--output", out, check=0)
        assert out.read_bytes() == first, "the same rows are the same file"
        assert stat.S_IMODE(out.stat().st_mode) & 0o600 == 0o600
    # more than one buffer
    with sqlite3.connect(db) as connection:
        connection.execute("WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n"
                           " LIMIT 40000) INSERT INTO _rejected (list, line, text, reason)"
                           " SELECT 'many', i, hex(randomblob(40)), 'test' FROM n")
    connection.close()
    run("export", db, "--view", "rejected_lines", "-o", directory / "b.gz", check=0)
    lines = gzip.decompress((directory / "b.gz").read_bytes()).decode().splitlines()
    got = [json.loads(line)["text"] for line in lines if '"many"' in line]
    assert got == [text for text, in rows(db, "SELECT text FROM rejected_lines WHERE list = 'many'")]
    assert len(got) == 40000


def test_whole_or_nothing(directory):
    db = survey(directory)
    before = sorted(directory.iterdir())
    one_line(run("export", db, "--view", "listed", "-o", directory / "x", check=1), "listed",
             "aliases", "tlsa_records")
    done = run("export", db, "--view", "_hosts", "-o", directory / "x", check=1)
    assert " it has: addresses, " in done.stderr and " _" not in done.stderr, done.stderr  # out of sight
    one_line(run("export", directory / "none.db", "-o", directory / "x", check=1), "none.db")
    one_line(run("export", db, "-o", directory / "no" / "x.gz", check=1), "x.gz")
    one_line(run("export", db, "-o", "/dev/full", check=1), "/dev/full", "No space")
    for ending in ("gz", "zst"):
        full = directory / ("full." + ending)
        full.symlink_to("/dev/full")
        one_line(run("export", db, "-o", full, check=1), "full." + ending, "No space")
        full.unlink()
    one_line(run("export", db, "-o", db, check=1), "that is read")
    for name in ("x.xz", "X.XZ"):
        one_line(run("export", db, "-o", directory / name, check=2), ".gz", ".zst")
    one_line(run("export", db, "--format", "xml", check=2), "ndjson or csv")
    one_line(run("export", check=2), "survey file")
    assert sorted(directory.iterdir()) == before
    with open("/dev/full", "wb") as full:
        done = subprocess.run([PROGRAM, "export", str(db)], stdout=full, stderr=subprocess.PIPE,
                              check=False)
    assert done.returncode == 1 and done.stderr.count(b"\n") == 1, done.stderr
    # a file that is there stays as it is until the new one is whole
    kept = directory / "kept.csv"
    kept.write_text("kept", encoding="ascii")
    with sqlite3.connect(db) as connection:
        connection.execute("DROP VIEW domains")
        connection.execute("CREATE VIEW domains AS SELECT abs(-9223372036854775808) AS x")
    connection.close()
    one_line(run("export", db, "-o", kept, check=1), "survey.db", "integer overflow")
    assert kept.read_text(encoding="ascii") == "kept"


def test_closed_pipe(directory):
    """Whoever has read enough ends it, without a word; where that is ignored, with one line."""
    db = survey(directory)
    with sqlite3.connect(db) as connection:
        connection.execute("CREATE VIEW many AS WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT"
                           " i + 1 FROM n LIMIT 300000) SELECT i FROM n")
    connection.close()
    for ignored, status in ((False, -signal.SIGPIPE), (True, 1)):
        with subprocess.Popen([PROGRAM, "export", str(db), "--view", "many"],
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                              restore_signals=not ignored) as process:
            assert process.stdout.readline() == b'{"i":1}\n'
            process.stdout.close()
            said = process.stderr.read()
            assert process.wait() == status, (process.returncode, said)
            assert said.count(b"\n") == (1 if ignored else 0), said


# --- whom to tell ---


def notify(db, provider, form):
    return run("report", db, "--notify", provider, "--format", form, check=0).stdout


def test_notify(directory):
    db = survey(directory)
    got = list(csv.DictReader(io.StringIO(notify(db, "hostco.example", "csv"))))
    change = "give mx.hostco.example address records in place of the alias to in.cloud.example"
    assert [(row["domain"], row["preference"], row["exchange"], row["alias_target"], row["change"])
            for row in got] == [
                (domain, preference, "mx.hostco.example", "in.cloud.example", change)
                for domain, preference in (("bookshop.example", "10"), ("butcher.example", "20"),
                                           ("cafe.example", "10"), ("optician.example", "10"))]
    # of the target's provider too
    got = [json.loads(line) for line in notify(db, "Cloud.Example.", "ndjson").splitlines()]
    assert [row["domain"] for row in got] == ["bookshop.example", "butcher.example", "cafe.example",
                                              "optician.example", "tailor.example"]
    assert got[4]["preference"] == 10 and got[4]["alias_problem"] is None
    assert got[4]["change"] == ("let the MX record name in.cloud.example, or give"
                                " mail.tailor.example address records in place of the alias")
    got = [json.loads(line) for line in notify(db, "all", "ndjson").splitlines()]
    assert len(got) == 10
    problems = {row["domain"]: row["alias_problem"] for row in got if row["alias_problem"]}
    assert problems == {"cinema.example": "dangling", "ring.example": "loop"}
    text = notify(db, "hostco.example", "text")
    assert all(len(line) <= 78 for line in text.splitlines())
    assert "4 MX records, 1 exchange." in text and text.count("To do:") == 1
    text = notify(db, "all", "text")
    assert [line for line in text.splitlines() if line.startswith("--- ")] == [
        "--- %s" % name for name in ("bakery.example", "cinema.example", "gym.test",
                                     "hostco.example", "ring.example", "studio.test",
                                     "tailor.example")]
    assert "No MX record" in notify(db, "bigmail.test", "text")
    assert notify(db, "bigmail.test", "csv").count("\n") == 1
    assert "bigmail.test is not in this survey" in notify(db, "bigmail.test", "text")
    for name, known in (("bigmail.test", "bigmail.test"), ("B\u00dcCHER.test.", "xn--bcher-kva.test")):
        one_line(run("report", db, "--notify", name, "--format", "csv", check=0),
                 known + " is not in this survey")
    # known, but nothing is to be said of it
    assert "not in this survey" not in notify(db, "plain.example", "text")
    done = run("report", db, "--notify", "plain.example", "--format", "csv", check=0)
    assert done.stdout.count("\n") == 1 and not done.stderr
    # a domain, a host, where an alias leads
    for name, domains in (("cafe.example", ["cafe.example"]),
                          ("mx.hostco.example", ["bookshop.example", "butcher.example",
                                                 "cafe.example", "optician.example"]),
                          ("vps17.gone.example", ["cinema.example"])):
        got = [json.loads(line) for line in notify(db, name, "ndjson").splitlines()]
        assert [row["domain"] for row in got] == domains, name
    one_line(run("report", db, "--notify", "no name", check=2), "no name")
    one_line(run("report", db, "--notify", "all", "--format", "json", check=2), "ndjson")
    one_line(run("report", db, "--format", "ndjson", check=2), "--notify")
    run("report", db, "--notify", "all", "-o", directory / "list.txt", check=0)
    assert "10 MX records, 7 exchanges." in (directory / "list.txt").read_text(encoding="ascii")


def test_hostile_notify(directory):
    """A name that a spreadsheet would run, and one that a terminal would."""
    db = survey(directory)
    with sqlite3.connect(db) as connection:
        connection.execute("UPDATE _listed SET domain = '=cmd|'' /C calc''!A0' WHERE id = 10")
        connection.execute("UPDATE _listed SET domain = '-a.example' WHERE id = 11")
        connection.execute("UPDATE _host SET name = 'mx' || char(27, 7, 155) || '<b>' WHERE"
                           " name = 'mail.bakery.example'")
    connection.close()
    got = list(csv.DictReader(io.StringIO(notify(db, "hostco.example", "csv"))))
    assert [row["domain"] for row in got][:2] == ["'-a.example", "'=cmd|' /C calc'!A0"]
    got = [json.loads(line) for line in notify(db, "hostco.example", "ndjson").splitlines()]
    assert [row["domain"] for row in got][:2] == ["-a.example", "=cmd|' /C calc'!A0"]
    for form in ("text", "csv", "ndjson"):
        out = notify(db, "all", form)
        assert "<b>" in out and not set(out) & set("\x1b\x07\x9b"), form


def mail(db, name, *options, check=0):
    return run("report", db, "--notify", name, "--mail", *options, check=check)


def test_mail(directory):
    """A mail as RFC 5322 has it, from the template that is installed or from another one."""
    db = survey(directory)
    got = email.message_from_string(mail(db, "hostco.example").stdout)
    assert "hostco.example" in got["Subject"] and got.keys() == ["Subject"]
    body = got.get_payload()
    words = " ".join(body.split())
    assert "4 MX records whose exchange is an alias" in words and "RFC 2181 section 10.3" in words
    assert ("To do: give mx.hostco.example address records in place of the alias to"
            " in.cloud.example.") in words
    for domain in ("bookshop", "butcher", "cafe", "optician"):
        assert "\n    %s.example  MX " % domain in body, domain
    assert not set(body) & set("{}")
    given = directory / "mail.txt"
    given.write_bytes((DATA / "notify-mail.txt").read_bytes().replace(b"\n", b"\r\n"))
    assert mail(db, "hostco.example", "--mail-template", given).stdout == \
        mail(db, "hostco.example").stdout
    with sqlite3.connect(db) as connection:
        connection.execute("UPDATE _run SET value = '1795996800' WHERE key = 'ended_at'")
    connection.close()
    given.write_text("To: postmaster@{name}\nSubject: " + "{name} " * 9 + "\n\n"
                     "{date}|{count}|{exchanges}\n{list}\n{ name}{}", encoding="ascii")
    got = mail(db, "tailor.example", "--mail-template", given).stdout
    assert all(len(line) <= 76 for line in got.splitlines())
    assert "\n\n2026-11-30|1 MX record|1 exchange\n  mail.tailor" in got
    assert got.endswith("\n    tailor.example  MX 10\n{ name}{}\n")
    got = email.message_from_string(got)
    assert got["To"] == "postmaster@tailor.example"
    assert got["Subject"].split() == ["tailor.example"] * 9


def test_mail_to_a_long_name(directory):
    """Its header says the name in one piece; over such a line a mail may not go (RFC 5322 s2.1.1)"""
    db = survey(directory)
    name = ".".join(["m" * 63] * 3 + ["tailor.example"])
    given = directory / "mail.txt"
    given.write_text("To: postmaster@{name}\nSubject: about {name}, today\n\n{list}\n", encoding="ascii")
    with sqlite3.connect(db) as connection:
        connection.execute("UPDATE _host SET name = ? WHERE name = 'mail.tailor.example'", (name,))
    connection.close()
    text = mail(db, name, "--mail-template", given).stdout
    assert text.startswith("To:\n postmaster@" + name + "\n"), text
    got = email.message_from_string(text)
    assert got["To"].strip() == "postmaster@" + name
    assert "".join(got["Subject"].splitlines()) == "about " + name + ", today"
    assert all(len(line) <= 76 for line in got.get_payload().splitlines())


def test_no_target(directory):
    """A DNAME that makes its target too long leads to no name, in whatever form"""
    db = survey(directory)
    with sqlite3.connect(db) as connection:
        connection.execute("DELETE FROM _alias WHERE host = (SELECT id FROM _host"
                           " WHERE name = 'mail.cinema.example')")
    connection.close()
    got = [json.loads(line) for line in notify(db, "cinema.example", "ndjson").splitlines()]
    assert [(row["alias_target"], row["alias_problem"]) for row in got] == [(None, "dangling")], got
    change = ("mail.cinema.example is an alias to a name that cannot be, as a DNAME makes it too long:"
              " let the MX record name a host with addresses of its own")
    assert got[0]["change"] == change
    got = list(csv.DictReader(io.StringIO(notify(db, "cinema.example", "csv"))))
    assert (got[0]["alias_target"], got[0]["change"]) == ("", change)
    for text in (notify(db, "cinema.example", "text"), mail(db, "cinema.example").stdout):
        words = " ".join(text.split())
        assert "mail.cinema.example -> a name that cannot be" in words and change in words, text


def test_mail_at_fault(directory):
    db = survey(directory)
    given = directory / "mail.txt"
    for text, said in (("Hello {name}\n", "line 1"), ("Subject: x\n", "Subject"), ("", "Subject"),
                       ("Subject: x\n\n{nonesuch}\n", "line 3 has {nonesuch}"),
                       ("Subject: {list}\n\nx", "line 1 has {list}, which has a line by itself"),
                       ("Subject: x\n\nb\u00fccher\n", "line 3"), ("To: x\n\nx\n", "Subject"),
                       ("Subject: x\n\nx\0", "no text"), ("Subject: x\n\n" + "x" * 66000, "65536")):
        given.write_text(text, encoding="utf-8")
        done = mail(db, "hostco.example", "--mail-template", given, check=1)
        one_line(done, "mail.txt", said)
        assert not done.stdout
    one_line(mail(db, "hostco.example", "--mail-template", given, "-o", given, check=1),
             "that is read")
    one_line(mail(db, "hostco.example", "--mail-template", directory / "no", check=1), "no: cannot")
    one_line(mail(db, "bigmail.test", check=1), "bigmail.test is not in this survey")
    one_line(mail(db, "closed.example", check=1), "no mail")
    one_line(mail(db, "all", check=2), "to whom")
    one_line(mail(db, "hostco.example", "--format", "csv", check=2), "--mail")
    one_line(run("report", db, "--mail", check=2), "--mail does nothing without --notify")
    one_line(run("report", db, "--notify", "a.test", "--mail-template", given, check=2),
             "does nothing without --mail")


def test_long_mail(directory):
    """Of many the first, and how many more; ASCII in lines that every mail program shows,
    whatever the names are."""
    db = survey(directory)
    with sqlite3.connect(db) as connection:
        top, = connection.execute("SELECT max(id) FROM _listed").fetchone()
        names = [row[1] for row in connection.execute("PRAGMA table_info(_surveyed)")]
        for i in range(top + 1, top + 31):
            connection.execute("INSERT INTO _listed (id, domain) VALUES (?, ?)",
                               (i, "z%03d.example" % i))
            connection.execute(
                "INSERT INTO _surveyed SELECT %s FROM _surveyed WHERE id ="
                " (SELECT id FROM _listed WHERE domain = 'cafe.example')"
                % ", ".join(str(i) if name == "id" else name for name in names))
        connection.execute("UPDATE _listed SET domain = 'a\u00fc' || char(10, 27) || '.' || ?"
                           " WHERE domain = 'bookshop.example'", ("x " * 60 + "y" * 200,))
    connection.close()
    got = mail(db, "hostco.example").stdout
    assert got.isascii() and all(len(line) <= 76 for line in got.splitlines())
    assert not set(got) - set(map(chr, range(0x20, 0x7f))) - {"\n"}
    assert "a\\195\\188\\010\\027." in got
    assert "34 MX records" in " ".join(got.split())
    assert got.count(".example  MX ") == 19 and "    and 14 more MX records\n" in got


# --- my domains ---


def test_my_list(directory):
    """Which of the list are affected, and what to change; the names that are not there."""
    db = survey(directory)
    given = directory / "mine.txt.gz"
    with gzip.open(given, "wt", encoding="ascii") as out:
        out.write("parked.example\nCafe.example.\nnosuch.example\ncafe.example\ncinema.example\n"
                  "ring.example\nstudio.test\nlibrary.test\nschool.test\nmail@cafe.example\n")
    done = run("report", db, "--list", given, "--format", "csv", check=0)
    one_line(done, "mine.txt.gz", "1 of 10 list lines are rejected, mostly: mail address")
    got = list(csv.DictReader(io.StringIO(done.stdout)))
    about = {(row["domain"], row["code"], row["subject"], row["alias_target"]) for row in got
             if row["code"] != "special_address"}  # documentation's addresses are
    assert about == {
        ("cafe.example", "alias_exchange", "mx.hostco.example", "in.cloud.example"),
        ("cafe.example", "record_invalid", "_mta-sts.cafe.example", ""),
        ("cafe.example", "record_invalid", "_smtp._tls.cafe.example", ""),
        ("cinema.example", "alias_dangling", "mail.cinema.example", "vps17.gone.example"),
        ("ring.example", "lookup_failed", "mx.ring.example", "mx.ring.example"),
        ("ring.example", "alias_loop", "mx.ring.example", "mx.ring.example"),
        ("studio.test", "alias_exchange", "mail.studio.test", "mx2.tidy.test"),
        ("library.test", "record_multiple", "_mta-sts.library.test", ""),
        ("school.test", "tlsa_unusable", "mx.school.test", ""),
        ("nosuch.example", "not_in_survey", "nosuch.example", "")}
    assert "naming mx2.tidy.test as the exchange would lose DANE" in [
        row for row in got if row["domain"] == "studio.test" and row["code"] == "alias_exchange"
    ][0]["advice"]
    # TLSA records that nobody goes by are not asked for in a survey
    assert "before that `mxsurvey check cafe.example`" in [
        row for row in got if row["code"] == "alias_exchange"][0]["advice"]
    rows_of = [json.loads(line) for line in run("report", db, "--list", given, "--format", "ndjson",
                                                check=0).stdout.splitlines()]
    assert [{**row, "advice": (row["advice"] or {}).get("text", ""),
             "alias_target": row["alias_target"] or ""} for row in rows_of] == got
    dangling = [row for row in rows_of if row["code"] == "alias_dangling"][0]
    assert dangling["advice"]["steps"][0]["code"] == "name_host"
    text = run("report", db, "--list", given, check=0).stdout
    assert "8 names: 6 affected, 1 unaffected, 1 not in the survey.\n" in text
    assert text.endswith("\nNot in the survey:\n  nosuch.example\n")
    assert "alias_exchange: mx.hostco.example -> in.cloud.example\n" in text
    assert all(len(line) <= 78 for line in text.splitlines())
    (directory / "empty").write_text("# none\n", encoding="ascii")
    one_line(run("report", db, "--list", directory / "empty", check=1), "empty", "no domain name")
    one_line(run("report", db, "--list", directory / "none", check=1), "none")
    one_line(run("report", db, "--list", given, "-o", given, check=1), "that is read")
    one_line(run("report", db, "--list", given, "--format", "html", check=2), "ndjson")
    one_line(run("report", db, "--list", given, "--notify", "all", check=2), "beside --notify")
    one_line(run("report", db, "--list", given, "--weights", given, check=2), "beside --list")
    one_line(run("report", db, "--list-format", "csv", check=2), "without --list")


def test_hostile_list(directory):
    """Names of a file that comes from anywhere do no harm in any form."""
    db = survey(directory)
    with sqlite3.connect(db) as connection:
        connection.execute("UPDATE _host SET name = '=mx' || char(27, 7, 155) || '<b>' ||"
                           " CAST(x'ff' AS TEXT) WHERE name = 'mail.cinema.example'")
    connection.close()
    (directory / "mine.txt").write_text("cinema.example\n", encoding="ascii")
    for form in ("text", "csv", "ndjson"):
        out = run("report", db, "--list", directory / "mine.txt", "--format", form, check=0).stdout
        assert "<b>" in out and not set(out) & set("\x1b\x07\x9b"), form
        if form == "csv":
            assert [row["subject"][:4] for row in csv.DictReader(io.StringIO(out))] == ["'=mx"]


# --- estimates ---


def test_seed(_directory):
    """The numbers of the guess of 2021, recomputed here."""
    done = json.loads(run("estimate", DATA / "seed-samples.csv", "--format", "json", check=0).stdout)
    check_schema(done)
    shares = [(one["unit"], one["count"], one["of"], one["share"]) for one in done["samples"]]
    assert shares == [("domain", 58451, 14552195, 58451 / 14552195),
                      ("mx_record", 690, 240182, 690 / 240182)]
    near(done["samples"][0]["wilson95"], [0.00398427871, 0.00404927297], 9)
    near(done["samples"][1]["wilson95"], [0.00266658027, 0.00309496442], 9)
    mixed, = done["combinations"]
    assert mixed["unit"] == "mixed" and mixed["samples"] == 2
    logit, raw = mixed["logit"], mixed["raw"]
    near([logit["q"], logit["tau2"]], [76.90438638, 0.05581356592], 10)
    near([logit["share"], *logit["normal95"]], [0.00340433, 0.00245092, 0.00472686], 6)
    near(logit["knapp_hartung95"], [0.000403199849403, 0.0281153470285], 10)
    near([logit["knapp_hartung_ratio"], logit["knapp_hartung_error"]], [1, 0.168136492347], 10)
    assert logit["prediction95"] is None
    near([raw["tau2"]], [6.480652805e-07], 10)
    near([raw["share"], *raw["normal95"]], [0.00344983, 0.00232894, 0.00457071], 6)
    text = run("estimate", DATA / "seed-samples.csv", check=0).stdout
    assert all(len(line) <= 78 for line in text.splitlines())
    flat = " ".join(text.split())
    for words in ("0.4017 % (0.3984 - 0.4049 %)", "58,451 of 14,552,195 domains",
                  "0.345 % +/- 0.112 %", "units mixed", "different units", "no 95 % guarantee",
                  "a prediction interval takes three samples", "ietf-smtp",
                  "Two samples cannot say how much populations differ"):
        assert words in flat, words
    # the other forms have the same numbers
    rows = {(row["section"], row["row"]): row for row in csv.DictReader(io.StringIO(
        run("estimate", DATA / "seed-samples.csv", "--format", "csv", check=0).stdout))}
    mean = rows["together_mixed", "mean"]
    together = done["combinations"][0]["logit"]
    assert [float(mean[key]) for key in ("value", "lo", "hi")] == [
        together["share"], *together["knapp_hartung95"]]
    for sample in done["samples"]:
        row = rows["samples", sample["name"]]
        assert [float(row[key]) for key in ("value", "lo", "hi", "of")] == [
            sample["share"], *sample["wilson95"], sample["of"]]
    page = run("estimate", DATA / "seed-samples.csv", "--format", "html", check=0).stdout
    assert page.count("<svg") == 1 and "0.34 %" in page
    latex = run("estimate", DATA / "seed-samples.csv", "--format", "latex", check=0).stdout
    assert "0.34 \\%" in latex


def near(got, expected, digits):
    for one, want in zip(got, expected, strict=True):
        assert abs(one - want) <= 0.6 * 10 ** (math.floor(math.log10(abs(want))) - digits + 1), (
            one, want)


def check_schema(document):
    import jsonschema  # pylint: disable=import-outside-toplevel
    schema = json.loads((SCHEMA / "estimate.schema.json").read_text(encoding="utf-8"))
    jsonschema.validate(document, schema)


def estimate(directory, text, check=0, form="json"):
    path = directory / "s.csv"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    done = run("estimate", path, "--format", form, check=check)
    if check != 0:
        return done
    return json.loads(done.stdout) if form == "json" else " ".join(done.stdout.split())


def test_samples_of_one_unit(directory):
    """The five samples of the worked example, all called domains: a mean, and what a sixth may be."""
    head = "\ufeffsource,of,count,unit,name,design_effect\r\n"
    lines = ["s,14552195,58451,domain,a,", "s,240182,690,domain,b,", "s,100000,300,domain,c,",
             "s,90000,260,domain,d,", '"s ""t"", u",60000,150,domain,"e\nf",']
    got = estimate(directory, head + "\r\n".join(lines))
    check_schema(got)
    assert got["samples"][4]["name"] == "e\nf" and got["samples"][4]["source"] == 's "t", u'
    logit = got["combinations"][0]["logit"]
    assert [one["unit"] for one in got["combinations"]] == ["domain"]
    near([logit["share"], *logit["prediction95"]], [0.00303237, 0.00131246, 0.00699033], 6)
    assert "cannot say" not in estimate(directory, head + "\n".join(lines), form="text")
    # a design effect widens a sample's interval and takes weight from it: logit(0.01) with
    # variance 80.3 (1/100 + 1/9900)
    got = estimate(directory, "name,unit,count,of,source,design_effect,note,date\n"
                   "# not a row\n\nA,host,100,10000,s,80.3,n,2021\nB,host,0,50,s,,,\n")
    check_schema(got)
    half = 1.959963984540054 * math.sqrt(80.3 * (1 / 100 + 1 / 9900))
    expected = [1 / (1 + math.exp(-(math.log(1 / 99) + sign * half))) for sign in (-1, 1)]
    near(got["samples"][0]["clustered95"], expected, 12)
    assert got["samples"][1]["corrected"] and got["combinations"][0]["raw"] is None
    # samples that agree leave the width of their own errors
    alike = "name,unit,count,of,source\nA,domain,30,10000,s\nB,domain,300,100000,s\n"
    logit = estimate(directory, alike)["combinations"][0]["logit"]
    assert logit["knapp_hartung_ratio"] < 1e-12
    near([logit["knapp_hartung_error"]], [0.055130946792], 11)
    near(logit["knapp_hartung95"], [0.00149125691356, 0.00602596540732], 10)
    got = estimate(directory, "name,unit,count,of,source\na,domain,1,3,s\n")
    assert got["combinations"] == [] and got["samples"][0]["date"] is None
    # two of one unit, and one of another: those two by themselves, and all
    got = estimate(directory, "name,unit,count,of,source\na,domain,1,3,s\nb,domain,1,3,s\n"
                   "c,host,1,3,s\n")
    assert [(one["unit"], one["samples"]) for one in got["combinations"]] == [("domain", 2),
                                                                            ("mixed", 3)]


def test_samples_at_fault(directory):
    head = "name,unit,count,of,source\n"
    for text, words in (
            (head + "a,domain,1,2,s\nb,domains,1,2,s\n", ["line 3", "unit", "domains"]),
            (head + "a,domain,3,2,s\n", ["line 2", "count", "at most"]),
            (head + "a,domain,-1,2,s\n", ["line 2", "count", "-1"]),
            (head + "a,domain,1.5,2,s\n", ["line 2", "1.5"]),
            (head + "a,domain,0,0,s\n", ["line 2", "of"]),
            (head + "a,domain,1,99999999999999999999,s\n", ["line 2", "of", "from 1 to 2^53"]),
            (head + "a,domain,99999999999999999999,2,s\n", ["line 2", "count", "up to 2^53"]),
            (head + "a,domain,,2,s\n", ["line 2", "count"]),
            (head + "a,domain,1,2\n", ["line 2", "4 fields", "5"]),
            (head + "a,domain,1,2,\n", ["line 2", "source"]),
            (head + ",domain,1,2,s\n", ["line 2", "name"]),
            (head + '"a,domain,1,2,s\n\n', ["line 2", "never closed"]),
            (head + '"a""', ["line 2", "never closed"]),
            (head + '"', ["line 2", "never closed"]),
            (head + '"a"b,domain,1,2,s\n', ["line 2", "closing quote"]),
            (head + 'a"b,domain,1,2,s\n', ["line 2", "quote"]),
            (head + "\n# c\n\"a\nb\",domain,9,2,s\n", ["line 4", "count"]),
            (head, ["no samples"]), ("", ["no samples"]), ("# nothing\n", ["no samples"]),
            ("name,unit,count,of\n", ["line 1", "source"]),
            ("name,unit,count,of,source,name\n", ["line 1", "twice"]),
            ("name,unit,count,of,source,color\n", ["line 1", "color"]),
            ("name,unit,count,of,source,design_effect\na,host,1,2,s,0\n", ["line 2", "design"]),
            ("name,unit,count,of,source,design_effect\na,host,1,2,s,1e9\n", ["line 2", "1e9", "exponent"]),
            ("name,unit,count,of,source,design_effect\na,host,1,2,s,1000000001\n",
             ["line 2", "design", "up to 1000000000"]),
            (head.encode() + b"\xff,domain,1,2,s\n", ["line 2", "UTF-8"]),
            (head.encode() + b"a\0,domain,1,2,s\n", ["line 2", "UTF-8"]),
            (head + "," * 100 + "\n", ["line 2", "too many fields"]),
            (head + "a,domain,1,2,s\n" * 1001, ["line 1002", "1000"]),
            (head + "\x1b]0;x\x07,\x1b,1,2,s\n", ["line 2", "unit"]),
            ("#" * (5 << 20), ["4 MiB"])):
        one_line(estimate(directory, text, check=1), "s.csv", *words)
    one_line(run("estimate", directory / "none.csv", check=1), "none.csv")
    one_line(run("estimate", directory, check=1), str(directory))
    one_line(run("estimate", check=2), "CSV")
    one_line(run("estimate", directory / "s.csv", "-o", directory / "s.csv", check=1), "s.csv",
             "that is read")
    one_line(run("estimate", directory / "s.csv", "--format", "pdf", check=2), "csv or latex")
    got = estimate(directory, head + "\x1b]0;x\x07\u2028,domain,1,2,\u202e\n", form="text")
    assert "\\u{1b}" in got and not set(got) & set("\x1b\x07\u2028\u202e")
    got = run("estimate", directory / "s.csv", "--format", "json", check=0).stdout
    assert not set(got) & set("\x1b\x07\u2028\u202e\x7f")


assert os.path.exists(PROGRAM), PROGRAM
main([test_ndjson, test_csv, test_pandas, test_compressed, test_whole_or_nothing, test_closed_pipe,
      test_notify, test_hostile_notify, test_no_target, test_mail, test_mail_to_a_long_name,
      test_mail_at_fault, test_long_mail, test_my_list,
      test_hostile_list, test_seed,
      test_samples_of_one_unit, test_samples_at_fault])
