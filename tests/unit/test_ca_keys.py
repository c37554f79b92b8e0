#!/usr/bin/python3
"""The table of CA keys against a copy that was made apart from it: a wrong digit shows.

    test_ca_keys.py DATA LAB
"""
import csv
import datetime
import hashlib
import pathlib
import sys
import unittest

DATA, LAB = map(pathlib.Path, sys.argv[1:3])
sys.path.insert(0, str(LAB))
import ca_keys  # pylint: disable=import-error,wrong-import-position

SELECTORS = {"key": ca_keys.KEY, "certificate": ca_keys.CERTIFICATE}
# SHA-256 over all SHA-512 of the table, one after the other as text.  Each was computed with the
# SHA-256 beside it, of the same octets
ALL_SHA512 = "af8d35d15db0c36071c4cb100866259c6a2757f5c2998e4376574737b13ab354"


class CaKeys(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        with open(DATA / "ca-keys.csv", encoding="ascii") as lines:
            cls.rows = list(csv.DictReader(line for line in lines if line[0] != "#"))

    def test_the_same_rows(self):
        for what, selector in SELECTORS.items():
            here = {row["sha256"]: (row["name"], datetime.date.fromisoformat(row["not_after"]),
                                    row["status"]) for row in self.rows if row["what"] == what}
            self.assertEqual(here, ca_keys.TABLE[selector])

    def test_each_row_once(self):
        for column in ("sha256", "sha512"):
            self.assertEqual(len({row[column] for row in self.rows}), len(self.rows))

    def test_sha512(self):
        known = {(row["what"], row["sha512"]): row["name"] for row in self.rows}
        self.assertEqual(known["key", ca_keys.X2_KEY_SHA512], "ISRG Root X2")
        self.assertEqual(known["key", ca_keys.YE1_KEY_SHA512], "Let's Encrypt YE1")
        together = "".join(row["sha512"] for row in self.rows)
        self.assertEqual(hashlib.sha256(together.encode()).hexdigest(), ALL_SHA512)

    def test_states_fit_dates(self):
        """The table was made on 2026-11-23: what had ended then is called expired, no other."""
        for row in self.rows:
            self.assertLess(row["not_before"], row["not_after"])
            self.assertEqual(row["status"] == "expired", row["not_after"] < "2026-11-23", row)

    def test_keys_last_as_long_as_their_certificates(self):
        ends = {}
        for row in self.rows:
            if row["what"] == "certificate":
                ends[row["name"]] = max(row["not_after"], ends.get(row["name"], ""))
        for row in self.rows:
            if row["what"] == "key":
                self.assertEqual(row["not_after"], ends[row["name"]], row)


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
