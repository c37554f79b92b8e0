#!/usr/bin/python3
"""The report as a page: valid HTML, hostile texts stay texts, its numbers are those of the JSON,
and headless Chromium shows it, light and dark, with nothing to complain about.

Arguments: report_driver, the report's JSON schema, page_driver.
"""
import os
import re
import subprocess
import sys
import unicodedata
import unittest

import html5lib
import PIL.Image

import report_forms
import report_surveys
from report_case import ReportCase

PAGE_DRIVER = sys.argv[3]
XHTML, SVG = "{http://www.w3.org/1999/xhtml}", "{http://www.w3.org/2000/svg}"
XLINK = "{http://www.w3.org/1999/xlink}href"
HOSTILE = "</text></svg><script>alert(1)</script>\"'&amp;@0@ id='x' \\u{202e} rtl"
SCRIPTS = ["<script>alert(1)</script>", "\"onload=\"alert(1)", "'><img src=x onerror=alert(1)>",
           "</title></style></svg><b>", "&lt;&#60;&amp;", "]]>-->", "@0@", "\u05d0\u05d1.example"]


def text_of(element):
    return "".join(element.itertext()).strip()


class Page:
    """A page as html5lib, which reads as browsers do, sees it"""

    def __init__(self, octets):
        parser = html5lib.HTMLParser(tree=html5lib.getTreeBuilder("etree"))
        self.root = parser.parse(octets.decode("utf-8"))
        self.errors = parser.errors
        self.elements = list(self.root.iter())

    def all(self, tag, space=XHTML):
        return [element for element in self.elements if element.tag == space + tag]

    def table(self, caption, at=0):
        """{first cell: the other cells}; a cell is its exact values, else its text"""
        tables = [table for table in self.all("table")
                  if table.find(XHTML + "caption") is not None
                  and text_of(table.find(XHTML + "caption")) == caption]
        rows = {}
        for row in tables[at].find(XHTML + "tbody"):
            cells = [text_of(row[0])]
            for cell in row[1:]:
                exact = cell.get("data-value")
                cells.append([float(x) for x in exact.split()] if exact else text_of(cell))
            rows[cells[0]] = cells[1:]
        return rows


def count(text):
    return int(text.replace(",", ""))


class Pages(ReportCase):
    maxDiff = None

    def page(self, survey, *arguments):
        if os.path.exists(self.path):
            os.remove(self.path)
        survey.write(self.path)
        done = self.run_driver("html", None, *arguments)
        self.assertEqual((done.returncode, done.stderr), (0, b""))
        return self.check_page(done.stdout)

    def check_page(self, octets):
        """What holds of any page"""
        for char in set(octets.decode("utf-8")):
            if unicodedata.category(char) in ("Cc", "Cf", "Cs", "Zl", "Zp"):
                self.assertIn(char, "\n\t")
        page = Page(octets)
        self.assertEqual(page.errors, [])
        ids = [element.get("id") for element in page.elements if element.get("id")]
        self.assertEqual(len(ids), len(set(ids)), "an id is there twice")
        for element in page.elements:
            if not isinstance(element.tag, str):  # a comment
                continue
            self.assertNotIn(element.tag.split("}")[1], ("script", "img", "link", "iframe"))
            for name, value in element.attrib.items():
                self.assertFalse(name.lower().startswith("on"), name)
                self.assertNotIn("url(", value)
                if name in (XLINK, "href"):
                    self.assertIn(value.removeprefix("#"), ids)
                    self.assertTrue(value.startswith("#"), value)
                if name in ("stroke", "fill", "color"):
                    self.assertNotIn("rgb", value, "a colour that no theme changes")
        for svg in page.all("svg", SVG):
            named = svg.get("aria-labelledby").split()
            self.assertTrue(set(named) <= set(ids))
            for text in svg.iter(SVG + "text"):
                # a placeholder; the hostile texts have @0@ and @1@
                self.assertNotRegex(text_of(text), r"\A@([2-9]|\d\d+)@\Z")
        policy = [meta.get("content") for meta in page.all("meta")
                  if meta.get("http-equiv") == "Content-Security-Policy"]
        self.assertEqual(len(policy), 1)
        self.assertIn("default-src 'none'", policy[0])
        self.assertNotIn("script-src", policy[0])
        self.assertNotRegex(octets.decode(), r"\bnan\b|\binf\b|\(null\)")
        return page

    def drawn(self):
        done = subprocess.run([PAGE_DRIVER], stdout=subprocess.PIPE, check=True, timeout=60)
        return done.stdout

    # --- the forms ---

    def test_forms(self):
        page = self.check_page(self.drawn())
        titles = [text_of(element) for element in page.all("figcaption")]
        self.assertEqual(titles, ["Shares " + HOSTILE, "Changes", "Counts", "Over time",
                                  "Only one survey"])  # none where there is nothing to draw
        self.assertEqual(len(page.all("svg", SVG)), 5)
        self.assertEqual(text_of(page.all("h1")[0]), "Title " + HOSTILE)
        self.assertEqual(text_of(page.all("caption")[0]), "Caption " + HOSTILE)
        self.assertEqual(page.table("Caption " + HOSTILE)[HOSTILE], ["0", "–", "–", "–"])
        rows = page.all("td")[:4]
        self.assertEqual([text_of(cell) for cell in rows],
                         ["14,552,195", "0.31 %", "0.22 - 0.43 %", "36.23"])
        self.assertEqual([cell.get("data-value") for cell in rows],
                         [None, "0.00312", "0.0022 0.0043", "36.2345"])
        labels = [text_of(text) for text in page.all("svg", SVG)[0].iter(SVG + "text")]
        self.assertIn("</text></svg><script>aler…", labels)
        self.assertIn("@1@", labels)  # a label, not the placeholder of another
        self.assertEqual(labels.count("plain"), 1)

    def test_figures_say_what_they_are_given(self):
        """Places in the picture, worked back into numbers by its own ticks"""
        svg = Page(self.drawn()).all("svg", SVG)[0]
        ticks = {}
        for group in svg.iter(SVG + "g"):
            place = re.match(r"translate\(([\d.]+),", group.get("transform") or "")
            text = [text_of(child) for child in group if child.tag == SVG + "text"]
            if place and text and re.fullmatch(r"\d+ %", text[0]):
                ticks[int(text[0][:-2])] = float(place[1])
        self.assertEqual(sorted(ticks), [0, 5, 10])
        unit = (ticks[10] - ticks[0]) / 10

        def percent(x):
            return (float(x) - ticks[0]) / unit

        dots = [percent(re.match(r"translate\(([\d.]+),", use.get("transform"))[1])
                for use in svg.iter(SVG + "use") if "scale" in (use.get("transform") or "")]
        self.assertEqual(len(dots), 3)
        for got, right in zip(dots, (2, 3, 0)):
            self.assertAlmostEqual(got, right, 1)
        bars = [re.findall(r"[ML]([\d.]+),", path.get("d"))
                for path in svg.iter(SVG + "path") if path.get("stroke") == "var(--plot-5)"]
        bars = [[percent(x) for x in bar] for bar in bars if len(bar) == 2]  # others are of arrows
        for bar, right in zip(bars, ((1, 3), (2, None)), strict=True):
            self.assertAlmostEqual(bar[0], right[0], 1)
            if right[1]:
                self.assertAlmostEqual(bar[1], right[1], 1)
        # 90 % would leave no room for the shares: an arrow says that the bar goes on
        arrows = [[percent(x) for x in re.findall(r"([\d.]+),", shape.get("points"))]
                  for shape in svg.iter(SVG + "polygon")]
        self.assertEqual(len(arrows), 1)
        self.assertAlmostEqual(max(arrows[0]), 10, 1)
        self.assertAlmostEqual(min(arrows[0]), bars[1][1], 1)

    def test_axes(self):
        """Shares in percent, differences in points, cuts and beginnings are said"""
        texts = [[text_of(text) for text in svg.iter(SVG + "text")]
                 for svg in Page(self.drawn()).all("svg", SVG)]
        _, changes, counts, times, _ = texts
        self.assertIn("points; line: 95 % interval; arrow: it goes on", changes)
        self.assertIn("-5", changes)
        self.assertIn("+5", changes)
        self.assertFalse(any(re.search(r"\d %\Z", text) for text in changes + counts))
        self.assertIn("domains", counts)
        self.assertIn("14,552,195", counts)
        self.assertIn("2.0 %", times)
        self.assertIn("the axis starts at 1.6 %, not at 0", times)
        self.assertIn("one", times)

    def test_arrows(self):
        """One for each end that is cut"""
        changes = Page(self.drawn()).all("svg", SVG)[1]
        self.assertEqual(len(list(changes.iter(SVG + "polygon"))), 3)

    def test_series_do_not_lie_on_each_other(self):
        times = Page(self.drawn()).all("svg", SVG)[3]
        places = {colour: {re.match(r"translate\(([\d.]+),", use.get("transform"))[1]
                           for use in times.iter(SVG + "use") if use.get("color") == colour}
                  for colour in ("var(--plot-6)", "var(--plot-7)")}
        names = places["var(--plot-6)"] & places["var(--plot-7)"]
        self.assertEqual(len(names), 1)  # these stand in one line
        self.assertEqual([len(found - names) for found in places.values()], [2, 3])

    # --- the report ---

    def forms(self, survey, *arguments):
        """The report as a page, as a table for programs, as JSON, and as text"""
        page = self.page(survey, *arguments)
        csv_rows = report_forms.read_csv(self.run_driver("csv", None, *arguments).stdout)
        right = self.check_json(self.run_driver("json", None, *arguments).stdout)
        text = self.check_text(self.run_driver("text", None, *arguments).stdout)
        return page, csv_rows, right, text

    def rich_survey(self):
        survey = report_surveys.random_survey(5)
        survey.below("com", "net", "co.uk", None)
        for at, row in enumerate(survey.rows["domains"]):
            row["rank"] = at + 500
            row["stratum"] = ("school", 'city, "old"', None, SCRIPTS[0], "w" * 64)[at % 9 % 5]
        return survey

    def test_numbers_are_those_of_the_json(self):
        strata = {"setting.sample": "800", "setting.sample_by": "suffix", "total.population": "90000",
                  "stratum.names.com": "90000"}
        for design, info in (({"limit": 800, "listed": 900, "shuffle": 1}, {}), ({}, {}),
                             ({"listed": 900}, {}), ({}, strata)):
            survey = self.rich_survey()
            survey.design(**design)
            survey.info(**info)
            page, rows, right, text = self.forms(survey)
            self.assertEqual(report_forms.csv_differences(rows, right), [])
            self.assertGreater(len(rows), 300)
            self.assertEqual(self.page_differences(page, rows), [])
            self.assertEqual(report_forms.missing_in_words(rows, text), [])
            latex = self.run_driver("latex").stdout.decode("ascii").replace("\\", "")
            self.assertEqual(report_forms.missing_in_words(rows, latex), [])

    def page_differences(self, page, rows):
        """The page's tables, one after the other, beside those of the CSV"""
        found = []
        tables = report_forms.tables(rows)
        shown = [table for table in page.all("table")]
        if len(shown) != len(tables):
            found.append((len(shown), "tables, not", len(tables)))
        for table, (word, expected) in zip(shown, tables):
            body = table.find(XHTML + "tbody")
            got = [[report_forms.page_value(cell.get("data-value"), text_of(cell))
                    for cell in row[1:]] for row in body]
            if not report_forms.alike(got, expected):
                found.append((word, got, expected))
        return found

    def test_sts(self):
        page, rows, right, _ = self.forms(report_surveys.sts_made())
        self.assertEqual(report_forms.csv_differences(rows, right), [])
        self.assertEqual(self.page_differences(page, rows), [])
        words = [" ".join(text_of(p).split()) for p in page.all("p")]
        self.assertTrue(any("refuse an exchange of 4:" in text for text in words))
        page = self.page(report_surveys.hand_made())
        self.assertIn("Not asked: a survey without MTA-STS lookups.",
                      [text_of(p) for p in page.all("p")])

    def test_dane(self):
        page, rows, right, text = self.forms(report_surveys.dane_made("all"))
        self.assertEqual(report_forms.csv_differences(rows, right), [])
        self.assertEqual(self.page_differences(page, rows), [])
        self.assertEqual(report_forms.missing_in_words(rows, text), [])

    def test_probe(self):
        for survey in (report_surveys.probed_made(), report_surveys.random_probed(3)):
            page, rows, right, text = self.forms(survey)
            self.assertEqual(report_forms.csv_differences(rows, right), [])
            self.assertEqual(self.page_differences(page, rows), [])
            self.assertEqual(report_forms.missing_in_words(rows, text), [])

    def test_ad_not_believed(self):
        for value, count in (("0", 3), ("1", 0)):
            survey = report_surveys.dane_made()
            survey.info(**{"setting.believe_ad": value})
            words = [" ".join(text_of(p).split()) for p in self.page(survey).all("p")]
            self.assertEqual(sum("no DNSSEC status is known" in text for text in words), count)

    def test_weights(self):
        survey = report_surveys.random_survey(6)
        survey.below("com", "net")
        weights = os.path.join(self.folder.name, "<b>&.csv")
        with open(weights, "w", encoding="ascii") as file:
            file.write("suffix,size\ncom,1000\nnet,5000\n")
        page = self.page(survey, weights)
        right = self.check_json(self.run_driver("json", None, weights).stdout)
        share = right["estimates"][0]["poststratified"]["share"]
        words = [" ".join(text_of(p).split()) for p in page.all("p")]
        self.assertEqual(sum(f"weighed by the sizes of 2 zones (100.0 % of the names in {weights})"
                             in text for text in words), 4)
        self.assertTrue(any(f"{100 * share:.1f} % weighed by" in text for text in words), words)

    def test_design(self):
        """What stands at the head; how many intervals a share has, and what they are called"""
        for design, start, columns in (
                ({}, "All 800 names of the list", ["other lists like it"]),
                ({"shard": "1/2", "other": 800}, "800 of the list's 1,600 names were surveyed, drawn at"
                 " random.", ["the list's own share", "other lists like it"]),
                ({"limit": 800, "listed": 900}, "The first 800 names", ["other lists like it"]),
                ({"listed": 900}, "The survey is not finished: 800 of 900 names", [])):
            survey = report_surveys.random_survey(2)
            survey.design(**design)
            page = self.page(survey)
            words = [" ".join(text_of(p).split()) for p in page.all("p")]
            self.assertTrue(any(start in text for text in words), start)
            heads = [text_of(cell) for cell in page.all("th") if cell.get("scope") == "col"]
            own = "the list's own share" in columns
            expected = ["", "share (the list's own)" if own else "share"]
            # before the counts: narrow screens show it; the head has one interval, the design's
            others = columns[-1:] if "other lists like it" in columns else []
            head = expected + (others if not own else []) + ["of", "unanswered"]
            self.assertEqual(heads[:len(head)], head)
            at = heads.index("suffix")
            expected += others + ["with CNAME", "domains with MX"]
            self.assertEqual(heads[at + 1:at + len(expected)], expected[1:])
            self.assertEqual(any("In brackets: intervals for the list's own share." in text
                                 for text in words), own)
            for column in ("the list's own share", "other lists like it"):
                self.assertEqual(any(text.startswith(column + ": ") for text in words),
                                 column in columns)

    def hostile(self):
        survey = report_surveys.hostile()
        for at, text in enumerate(SCRIPTS):
            survey.host(f"mx{at}.{text}", text)
            for first in "st":  # two, so that these are among the 20 largest
                survey.domain(f"{first}{at}.{text}", exchanges=[(f"mx{at}.{text}", "host")],
                              suffix=text, stratum=text)
            survey.info(**{text: text})
            survey.add("rejected_lines", list=text, line=at, text=text, reason=text)
            survey.add("failures", kind=text, name=text, failure=text, ede=text, tries=1)
            survey.host(f"t{at}.p.example", "p.example", tlsa_outcome=text, dane=text)
            survey.tlsa(f"t{at}.p.example", 2, 1, 1, 0, text)
            survey.tlsa(f"t{at}.p.example", 2, 1, 1, 1, None, text, text)
        return survey

    def test_hostile_texts_stay_texts(self):
        page = self.page(self.hostile())
        texts = {text_of(bdi) for bdi in page.all("bdi")}
        for text in SCRIPTS:
            self.assertIn(text, texts)
            self.assertIn(text, page.table("The largest, by domains"))
            self.assertIn(text, page.table("DNSSEC, DANE and MTA-STS"))  # the first: by stratum
            self.assertIn(text, page.table("run_info"))
        self.assertIn("bidi\\u{202e}txt.example", texts)
        self.assertTrue(any("PARTIAL" in text_of(p) for p in page.all("p")))

    def test_nothing_surveyed(self):
        page = self.page(report_surveys.Survey())
        self.assertEqual(page.all("svg", SVG), [])
        self.assertTrue(any("nothing to estimate" in text_of(p) for p in page.all("p")))

    def test_without_gnuplot(self):
        report_surveys.hand_made().write(self.path)
        done = self.run_driver("html", env={"PATH": self.folder.name})
        self.assertEqual((done.returncode, done.stdout), (1, b""))
        self.assertRegex(done.stderr.decode(), r"\Agnuplot .*install gnuplot-nox.*\n\Z")

    def test_gnuplot_that_fails(self):
        report_surveys.hand_made().write(self.path)
        false = os.path.join(self.folder.name, "gnuplot")
        for script, words in (("echo broken >&2; exit 3", "status 3.*broken"),
                              ("exit 0", "status 0"), ("kill -9 $$", "status 137"),
                              ("echo '<svg>'", "SVG is not as known")):
            with open(false, "w", encoding="ascii") as file:
                file.write(f"#!/bin/sh\n{script}\n")
            os.chmod(false, 0o755)
            done = self.run_driver("html", env={"PATH": self.folder.name})
            self.assertEqual((done.returncode, done.stdout), (1, b""))
            self.assertRegex(done.stderr.decode(), rf"\A[^\n]*{words}[^\n]*\n\Z")

    # --- in a browser ---

    def browse(self, path, *arguments):
        """Headless Chromium without a network; gives what it prints"""
        done = subprocess.run(
            ["unshare", "--user", "--map-root-user", "--net", "chromium-headless-shell",
             "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--hide-scrollbars",
             "--enable-logging=stderr", "--v=0",
             "--user-data-dir=" + os.path.join(self.folder.name, "profile"), *arguments,
             "file://" + path],
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=120, check=True)
        # some are about pages of the browser's own
        complaints = re.findall(r":CONSOLE.*?source: (?!chrome:)[^\n]*", done.stderr.decode(), re.S)
        self.assertEqual(complaints, [])
        return done.stdout.decode()

    def colours(self, path, theme, width):
        """How many pixels of each colour the page has"""
        picture = os.path.join(self.folder.name, "picture.png")
        self.browse(path, "--screenshot=" + picture, f"--window-size={width},4000",
                    f"--blink-settings=preferredColorScheme={theme}")
        with PIL.Image.open(picture) as image:
            found = image.convert("RGB").getcolors(1 << 24)
        return {"#%02x%02x%02x" % colour: pixels for pixels, colour in found}

    def test_browser(self):
        path = os.path.join(self.folder.name, "page.html")
        self.hostile().write(self.path)
        for octets, figures in ((self.run_driver("html").stdout, 4), (self.drawn(), 5)):
            with open(path, "wb") as file:
                file.write(octets)
            dom = self.browse(path, "--dump-dom")
            self.assertNotRegex(dom, r"<script|<img| onload=")
            self.assertGreaterEqual(dom.count("</svg>"), figures)
            self.assertEqual(dom.count("</svg>"), octets.count(b"</svg>"))
        for width in (1400, 390):
            light, dark = self.colours(path, 1, width), self.colours(path, 0, width)
            # paper, then a bar, a dot and a count of the figures, in the colours of page.css
            for found, paper, bar, bars in ((light, "#fdfdfc", "#0b4f8a", "#4a7fb5"),
                                            (dark, "#15181c", "#86bdf0", "#5b93c9")):
                self.assertGreater(found.get(paper, 0), width * 800)
                self.assertGreater(found.get(bar, 0), 50)
                self.assertGreater(found.get(bars, 0), 200)
            self.assertNotIn("#15181c", light)
            self.assertNotIn("#ffffff", dark)

    def test_browser_complains_of_what_a_page_may_not(self):
        """That the test above can fail"""
        path = os.path.join(self.folder.name, "page.html")
        with open(path, "wb") as file:
            file.write(self.drawn().replace(b"</main>", b"<script>alert(1)</script></main>"))
        with self.assertRaises(AssertionError):
            self.browse(path, "--dump-dom")


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
