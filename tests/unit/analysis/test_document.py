#!/usr/bin/python3
"""A document in its forms: what it says is in each, and hostile texts stay texts.

Argument: document_driver.
"""
import csv
import io
import re
import subprocess
import sys
import unittest

import html5lib

DRIVER = sys.argv[1]
MARKS = ["Title", "Warning", "Section", "Detail", "Heading", "Paragraph", "Caption", "Point"]


def printed(form):
    done = subprocess.run([DRIVER, form], stdout=subprocess.PIPE, check=True, timeout=60)
    return done.stdout.decode("utf-8")


class Forms(unittest.TestCase):
    def test_text(self):
        text = printed("text")
        for line in text.splitlines():
            self.assertLessEqual(len(line), 78, line)
            self.assertEqual(line, line.rstrip())
        self.assertNotRegex(text, "[\x00-\x09\x0b-\x1f\x7f\u202e]")
        for mark in MARKS:
            self.assertRegex(text, mark + r"\s+</p>")
        lines = [" ".join(line.split()) for line in text.splitlines()]
        self.assertIn("25.0 % (20.0 - 30.0 %): 10 of 40", lines)
        self.assertIn("other lists: at most 30.0 %", lines)
        self.assertTrue(any(line.startswith("others: too few") for line in lines))
        self.assertIn("not known", lines)
        self.assertIn("com 14,552,195 0.31 % (0.21 - 0.43 %) 1.235 plain", lines)
        self.assertTrue(any(line.startswith("net 0 - 2 </p>") for line in lines))
        # a long name stands behind its number
        self.assertTrue(any(line.startswith("1,234,567 a sentence that is") for line in lines))
        self.assertIn("2023-11-14 10.0 % - -7", lines)
        self.assertIn("2023-12-15 20.0 % (15.0 - 25.0 %) +10.0 (-2.0 to +12.0) "
                      "+1,000", lines)
        # a table that is too wide
        self.assertIn("second: 0.20 % (0.10 - 0.30 %)", lines)
        self.assertIn("none", lines)
        self.assertIn("- Another point", lines)

    def test_text_tables(self):
        """Columns of numbers end where their titles end"""
        lines = printed("text").splitlines()
        at = next(i for i, line in enumerate(lines) if line.split()[:1] == ["com"])
        title, row = lines[at - 1], lines[at]
        self.assertEqual(title.split()[0], "name")
        self.assertEqual(row.index("14,552,195") + len("14,552,195"),
                         title.index("of them") + len("of them"))
        self.assertEqual(row.index("1.235") + len("1.235"), title.index("effect") + len("effect"))
        self.assertEqual(lines[at - 2].split(), ["how", "many"])

    def test_csv(self):
        rows = list(csv.DictReader(io.StringIO(printed("csv"), newline=""), strict=True))
        self.assertEqual(list(rows[0]), ["section", "row", "column", "value", "lo", "hi", "of",
                                         "unanswered"])
        found = {(row["section"], row["row"], row["column"]): row for row in rows}
        self.assertEqual(len(found), len(rows))
        one = found["facts", "one", "share"]
        self.assertEqual([float(one[key]) for key in ("value", "lo", "hi", "of", "unanswered")],
                         [0.25, 0.2, 0.3, 40, 2])
        self.assertEqual(found["facts", "unknown", "share"]["value"], "")
        for column in ("range", "few"):
            value = found["facts", "one", column]
            self.assertEqual([value[key] for key in ("value", "lo", "hi")],
                             ["", "0.20000000000000001", "0.29999999999999999"])
        com = found["short_names", "com", "share"]
        self.assertEqual([float(com[key]) for key in ("value", "lo", "hi", "of", "unanswered")],
                         [0.0031, 0.0021, 0.0043, 1000, 7])
        self.assertEqual(found["short_names", "com", "count"]["value"], "14552195")
        self.assertEqual(float(found["short_names", "com", "real"]["value"]), 1.23456)
        self.assertEqual(found["short_names", "net", "share"]["value"], "")
        self.assertEqual(found["long_names", "word", "count"]["value"], "1234567")
        change = found["over_time", "2023-12-15", "change"]
        self.assertEqual([float(change[key]) for key in ("value", "lo", "hi")], [0.1, -0.02, 0.12])
        self.assertEqual(float(found["over_time", "2023-11-14", "more"]["value"]), -7)
        hostile = found["short_names", "net", "word"]["value"]
        self.assertTrue(hostile.startswith("</p><script>"), hostile)
        self.assertNotRegex(hostile, "[\x00-\x1f\u202e]")
        # what a spreadsheet would run is text; a number below 0 stays one
        self.assertEqual([found["long_names", name, "count"]["value"]
                          for name in ("'=1+1", "'-1+\"1\",2")], ["4", "5"])

    def test_latex(self):
        text = printed("latex")
        self.assertTrue(text.isascii())
        self.assertEqual(text.count("\\end{document}"), 1)
        self.assertTrue(text.endswith("\\end{document}\n"))
        self.assertNotIn("\\input", text)
        for begin, end in (("\\begin{longtable}", "\\end{longtable}"),
                           ("\\begin{itemize}", "\\end{itemize}")):
            self.assertEqual(text.count(begin), text.count(end))
        # braces that are not escaped pair up
        bare = re.sub(r"\\[\\{}]", "", text)
        self.assertEqual(bare.count("{"), bare.count("}"))
        for mark in MARKS:
            self.assertIn(mark + " \\textless{}/p", text)
        self.assertIn("com & 14,552,195 & 0.31 \\%", text)

    def test_html(self):
        text = printed("html")
        parser = html5lib.HTMLParser()
        parser.parse(text)
        self.assertEqual(parser.errors, [])
        self.assertNotIn("<script", text)
        for mark in MARKS:
            self.assertIn(mark + " &lt;/p&gt;", text)
        self.assertIn('data-value="0.0031 0.0021 0.0043"', text)
        self.assertEqual(text.count("<svg"), 3)
        self.assertEqual(text.count("(no name)"), 2)  # in the table and in its figure
        self.assertIn("Shares over time", text)
        self.assertEqual(text.count("<section"), text.count("</section>"))
        self.assertEqual(text.count("<ul"), text.count("</ul>"))


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
