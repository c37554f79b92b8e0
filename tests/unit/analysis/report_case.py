"""A test case that writes surveys and runs the report's driver: sys.argv[1:3] are the
driver and the report's JSON schema."""
import functools
import json
import os
import subprocess
import sys
import tempfile
import unicodedata
import unittest

import jsonschema

DRIVER, SCHEMA = sys.argv[1:3]


@functools.cache
def schema_validator():
    """To see whether the schema itself is sound takes four times as long as a report does"""
    with open(SCHEMA, encoding="ascii") as file:
        schema = json.load(file)
    jsonschema.Draft202012Validator.check_schema(schema)
    return jsonschema.Draft202012Validator(schema)


class ReportCase(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.path = os.path.join(self.folder.name, "survey.db")

    def tearDown(self):
        self.folder.cleanup()

    def run_driver(self, form, path=None, *arguments, **more):
        return subprocess.run([DRIVER, form, path or self.path, *arguments],
                              stderr=subprocess.PIPE, timeout=60,
                              **{"stdout": subprocess.PIPE, **more})

    def report(self, survey, form="json"):
        if os.path.exists(self.path):
            os.remove(self.path)
        survey.write(self.path)
        done = self.run_driver(form)
        self.assertEqual(done.stderr, b"")
        self.assertEqual(done.returncode, 0)
        self.assertEqual(os.listdir(self.folder.name), ["survey.db"])
        return self.check_text(done.stdout) if form == "text" else self.check_json(done.stdout)

    def check_text(self, octets):
        """Whatever a survey holds, its text is fit for any terminal and mail"""
        text = octets.decode("utf-8")
        for line in text.split("\n"):
            self.assertLessEqual(len(line), 78, line)
            self.assertEqual(line, line.rstrip(), "blanks at the end")
            for char in set(line):
                self.assertNotIn(unicodedata.category(char), ("Cc", "Cf", "Cs", "Zl", "Zp"), line)
        self.assertNotRegex(text, r"\bnan\b|\binf\b|\(null\)")
        return text

    def check_json(self, octets):
        self.assertTrue(octets.isascii() and b"\x7f" not in octets)
        report = json.loads(octets, parse_constant=lambda word: self.fail(word))
        schema_validator().validate(report)
        return report

    def assert_same(self, got, expected):
        self.assertEqual(len(got), len(expected))
        for one, other in zip(got, expected):
            self.assertEqual(set(one), set(other))
            for key in other:
                where = f"{other['name']}, {other['stratum']}: {key}"
                if isinstance(other[key], set):
                    self.assertIn(one[key], other[key], where)
                    continue
                pairs = [(one[key], other[key])]
                if isinstance(other[key], list):
                    pairs = list(zip(one[key], other[key], strict=True))
                for value, right in pairs:
                    if isinstance(right, float):
                        self.assertAlmostEqual(value, right, 9, where)
                    else:
                        self.assertEqual(value, right, where)
