#!/usr/bin/python3
"""The table of CA keys against a copy that was made apart from it: a wrong digit shows.

    test_ca_keys.py DATA LAB
"""
import csv
import hashlib
import pathlib
import re
import sys
import unittest

DATA, LAB = map(pathlib.Path, sys.argv[1:3])
sys.path.insert(0, str(LAB))
import ca_keys  # pylint: disable=import-error,wrong-import-position

MADE_ON = "2026-11-23"
SELECTORS = {"key": ca_keys.KEY, "certificate": ca_keys.CERTIFICATE}
OTHERWISE = {"intermediate": "backup", "root": "unsent"}
DATES = ("not_before", "not_after", "sent_from", "sent_until", "retired_on")
# SHA-256 over all SHA-512 of keys and certificates, one after the other as text.  Each was
# computed with the SHA-256 beside it, of the same octets
ALL_SHA512 = "af8d35d15db0c36071c4cb100866259c6a2757f5c2998e4376574737b13ab354"


class CaKeys(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        with open(DATA / "ca-keys.csv", encoding="ascii") as lines:
            rows = list(csv.DictReader(line for line in lines if line[0] != "#"))
        cls.rows = [row for row in rows if row["what"] != "junk"]
        cls.junk = [row for row in rows if row["what"] == "junk"]

    def test_the_same_rows(self):
        for what, selector in SELECTORS.items():
            here = {row["sha256"]: (row["name"], row["not_after"], (
                        OTHERWISE[row["role"]], row["sent_from"], row["sent_until"],
                        row["retired_on"])) for row in self.rows if row["what"] == what}
            there = ca_keys.TABLE[selector]
            self.assertEqual(list(here), list(there))
            for digest, (name, last_day, life) in there.items():
                self.assertEqual(here[digest][:2], (name, last_day))
                if life is None:
                    self.assertLess(last_day, MADE_ON)
                else:
                    self.assertEqual(here[digest][2], life, name)

    def test_the_same_junk(self):
        self.assertEqual({row["name"]: (row["sha256"], row["sha512"]) for row in self.junk},
                         ca_keys.JUNK)
        for row in self.junk:
            self.assertFalse(any(row[column] for column in (*DATES, "role", "issuer")))

    def test_each_row_once(self):
        for column in ("sha256", "sha512"):
            self.assertEqual(len({row[column] for row in self.rows}), len(self.rows))

    def test_sha512(self):
        known = {(row["what"], row["sha512"]): row["name"] for row in self.rows}
        self.assertEqual(known["key", ca_keys.X2_KEY_SHA512], "ISRG Root X2")
        self.assertEqual(known["key", ca_keys.YE1_KEY_SHA512], "Let's Encrypt YE1")
        together = "".join(row["sha512"] for row in self.rows)
        self.assertEqual(hashlib.sha256(together.encode()).hexdigest(), ALL_SHA512)

    def test_dates_are_in_order(self):
        for row in self.rows:
            for column in DATES:
                self.assertRegex(row[column], re.compile(r"^(\d{4}-\d\d-\d\d)?$"))
            self.assertLess(row["not_before"], row["not_after"])
            for column in ("sent_from", "sent_until", "retired_on"):
                if row[column]:
                    self.assertLessEqual(row["not_before"], row[column], row)
                    self.assertLessEqual(row[column], MADE_ON, row)
            self.assertTrue(row["sent_from"] or not row["sent_until"], row)

    def test_keys_last_as_long_as_their_certificates(self):
        ends = {}
        for row in self.rows:
            if row["what"] == "certificate":
                ends[row["name"]] = max(row["not_after"], ends.get(row["name"], ""))
        for row in self.rows:
            if row["what"] == "key":
                self.assertEqual(row["not_after"], ends[row["name"]], row)

    def test_keys_are_sent_with_their_certificates(self):
        """A key is sent on no day on which none of its certificates is."""
        for row in self.rows:
            if row["what"] == "key":
                self.assertTrue(not row["sent_from"] or any(
                    other["sent_from"] and other["sent_from"] <= row["sent_from"]
                    and other["sent_until"] == row["sent_until"]
                    for other in self.rows
                    if other["what"] == "certificate" and other["name"] == row["name"]), row)


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
