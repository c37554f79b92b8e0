"""The pages of schema/ that are made of others: the answers in cookbook.md, which come from a
survey of bakery.py, and datasette.json, which repeats the data dictionary and the questions.

    MXSURVEY=PROGRAM /usr/bin/python3 tests/e2e/pages.py     writes both
"""
import json
import os
import pathlib
import re
import sqlite3
import tempfile

import bakery
from harness import PROGRAM, ROOT

DICTIONARY = ROOT / "schema/README.md"
COOKBOOK = ROOT / "schema/cookbook.md"
DATASETTE = ROOT / "schema/datasette.json"
EXTENSION = pathlib.Path(PROGRAM).resolve().parents[2] / "analysis/mxsurvey_sqlite"

# --- the cookbook ---

# a question, and the table that follows it where it has been answered before
QUESTION = re.compile(r"(?P<ask>^### (?P<title>.+)\n\n```sql\n(?P<sql>(?:(?!```).*\n)+)```\n)"
                      r"(?P<answer>(?:\n(?:\|.*\|\n)+)?)", re.M)


def connect(db):
    connection = sqlite3.connect("file:%s?mode=ro" % db, uri=True)
    connection.enable_load_extension(True)
    connection.load_extension(os.fspath(EXTENSION))
    connection.enable_load_extension(False)
    return connection


def cell(value):
    return "" if value is None else str(value).replace("|", "\\|")


def answer(connection, sql):
    cursor = connection.execute(sql)
    lines = [[column[0] for column in cursor.description]]
    lines.append(["---"] * len(lines[0]))
    lines += [[cell(value) for value in row] for row in cursor]
    return "\n" + "".join("| " + " | ".join(line) + " |\n" for line in lines)


def questions(text):
    return [match.groupdict() for match in QUESTION.finditer(text)]


def answered(text, connection):
    return QUESTION.sub(lambda match: match["ask"] + answer(connection, match["sql"]), text)


# --- the data dictionary ---


def chapter(text, title):
    """The sections of a chapter: (title, text)."""
    body = re.search(r"^## %s\n(.*?)(?=^## |\Z)" % re.escape(title), text, re.M | re.S)[1]
    parts = re.split(r"^### (.+)\n", body, flags=re.M)
    return list(zip(parts[1::2], parts[2::2]))


def table(text):
    return [[field.strip() for field in line.strip("|").split(" | ")]
            for line in re.findall(r"^\|(.*)\|$", text, re.M)][2:]


def plain(text):
    return text.replace("`", "").strip()


def views():
    """view -> (what a row is, {column: (type, meaning)})"""
    text = DICTIONARY.read_text(encoding="utf-8")
    words = {title.lower().replace(" ", "-"): [row[0] for row in table(body)]
             for title, body in chapter(text, "Words")}

    def meaning(row):
        said = re.sub(r"\[[^]]*\]\(#([^)]*)\)", lambda link: ", ".join(words[link[1]]), row[3])
        null = "" if row[2] == "never" else " (NULL: %s)" % row[2]
        return plain(said + null)

    ret = {title: (plain(" ".join(re.split(r"^\|", body, maxsplit=1, flags=re.M)[0].split())),
                   {row[0]: (row[1], meaning(row)) for row in table(body)})
           for title, body in chapter(text, "Views")}
    said, own = ret["mx_hosts"]  # whose others are those of two views
    host = {"host_" + column: about for column, about in ret["hosts"][1].items()}
    ret["mx_hosts"] = said.removesuffix("; and one more:") + ".", ret["mx_records"][1] | host | own
    return ret


# --- Datasette ---


def metadata():
    tables = {view: {"description": said,
                     "columns": {column: meaning for column, (_, meaning) in columns.items()}}
              for view, (said, columns) in views().items()}
    queries = {re.sub(r"[^a-z0-9]+", "-", asked["title"].lower()).strip("-"): {
        "title": asked["title"], "sql": asked["sql"].strip()}
               for asked in questions(COOKBOOK.read_text(encoding="utf-8"))}
    return {
        "title": "A survey of MX hosts",
        "description": "Whose MX hosts are CNAMEs, who signs with DNSSEC, who publishes TLSA "
                       "records. One file is one run of mxsurvey; its key facts are in run_info.",
        "databases": {"survey": {"tables": tables, "queries": queries}},
    }


def metadata_text():
    return json.dumps(metadata(), indent=2) + "\n"


def main():
    with tempfile.TemporaryDirectory() as directory:
        db = pathlib.Path(directory) / "survey.db"
        bakery.survey(db)
        bakery.meet(db)
        page = answered(COOKBOOK.read_text(encoding="utf-8"), connect(db))
    COOKBOOK.write_text(page, encoding="utf-8")
    DATASETTE.write_text(metadata_text(), encoding="utf-8")


if __name__ == "__main__":
    main()
