#!/usr/bin/python3
"""What mail servers showed, in the report: by hand, and against definitions over the views.

usage: test_report_probe.py REPORT_DRIVER REPORT_SCHEMA
"""
import sqlite3
import sys
import unittest

import report_forms
from report_case import ReportCase
from report_model import expected_probe
from report_surveys import Survey, probed_made, random_probed, random_survey
from survey_model import SurveyFile, report_differences


class Probed(ReportCase):
    def shares(self, report):
        return {e["name"]: (e["count"], e["of"], e["unanswered"])
                for e in report["estimates"][15:]}

    def test_by_hand(self):
        report = self.report(probed_made())
        self.assertEqual(self.shares(report), {
            # tls: good, stale, own, target, both, neither, expired; plain, broken, bare are not;
            # silent and later say nothing, new and unknown were not met, dead has no address
            "hosts_with_starttls": (7, 10, 4),
            # stale, plain, broken of good and these; silent, new; whether unknown has any
            "tlsa_hosts_failing": (3, 4, 3),
            # own, both, expired of these, target and neither; later says nothing, bare has none
            "alias_exchanges_certificate_names_host": (3, 5, 1),
            "alias_exchanges_certificate_names_target": (3, 5, 1),
            "alias_exchanges_name_match": (2, 5, 1),  # not expired
            "alias_exchanges_target_match": (2, 5, 1),
            # refused: 3, 4, 5, 7; delivered: 1, 2, 8; 6 is not known, nor what 9 would enforce
            "sts_refused_as_probed": (4, 7, 2),
            # refused: 2, 4, 5, 6 (its target is not listed), 7; delivered: 1, 3; 8 depends on later
            "sts_refused_by_target_matching_as_probed": (5, 7, 2),
        })
        probe = report["probe"]
        self.assertEqual(probe["outcomes"], {
            "tls": 7, "no_starttls": 2, "refused": 0, "timeout": 1, "closed": 0, "greeting_4xx": 1,
            "greeting_5xx": 0, "tls_failed": 1, "unreachable": 0, "malformed": 0, "not_met": 2})
        self.assertEqual(probe["tls_versions"],
                         {"TLSv1": 1, "TLSv1.1": 0, "TLSv1.2": 1, "TLSv1.3": 5})
        self.assertEqual(probe["plaintext"], 1)
        self.assertEqual(probe["certificates"], {
            "valid": 4, "expired": 1, "not_yet_valid": 0, "self_signed": 1, "untrusted": 0,
            "incomplete": 1, "weak": 0, "other": 0})
        self.assertEqual(probe["expiry"], {
            "expired": {"hosts": 1, "certificates": 1},
            # good and neither, which share one, and both
            "within_7_days": {"hosts": 3, "certificates": 2},
            "within_14_days": {"hosts": 4, "certificates": 3},  # stale, in 7 days
            "within_30_days": {"hosts": 5, "certificates": 4}})  # own; not target
        self.assertEqual(probe["alias_exchanges"], {
            "exchange": {"hosts": 1, "valid": 1}, "target": {"hosts": 1, "valid": 1},
            "both": {"hosts": 2, "valid": 1}, "neither": {"hosts": 1, "valid": 0}})
        self.assertEqual(probe["dane_failing"], {
            "hosts": 3, "domains": 3, "by_provider": [
                {"provider": "p.example", "hosts": 2, "domains": 2},
                {"provider": "q.example", "hosts": 1, "domains": 1}],
            "by_host": [
                {"host": "stale.p.example", "provider": "p.example", "outcome": "tls",
                 "domains": 2},
                {"host": "broken.q.example", "provider": "q.example", "outcome": "tls_failed",
                 "domains": 1},
                {"host": "plain.p.example", "provider": "p.example", "outcome": "no_starttls",
                 "domains": 1}]})
        words = " ".join(self.report(probed_made(), "text").split())
        for line in ("3 mail hosts have usable TLSA records that do not match",
                     "mail to 3 domains with a secure MX answer waits",
                     "stale.p.example 2 p.example no record matches",
                     "1 host sent octets between the reply to STARTTLS and TLS"):
            self.assertIn(line, words)

    def test_one_host(self):
        s = Survey()
        s.host("mx.p.example", "p.example", dane="usable")
        s.probe("mx.p.example", "no_starttls")
        s.domain("a.example", exchanges=[("mx.p.example", "host")], dnssec="secure")
        self.assertIn("1 mail host has usable TLSA records that do not match what it showed, or no TLS: "
                      "senders with DANE (RFC 7672) deliver nothing to it, and mail to 1 domain with a "
                      "secure MX answer waits", " ".join(self.report(s, "text").split()))

    def test_against_definitions(self):
        sizes = dict.fromkeys(self.shares(self.report(random_survey(0))), 0)
        for seed in range(6):
            report = self.report(random_probed(seed))
            self.assertEqual(list(report_differences(report, SurveyFile(self.path))), [])
            db = sqlite3.connect(self.path)
            db.row_factory = sqlite3.Row
            self.assertEqual(report["probe"], expected_probe(db))
            db.close()
            for name, (_, of, _) in self.shares(report).items():
                sizes[name] += of
        self.assertGreater(min(sizes.values()), 20)

    def test_every_form(self):
        for survey in (probed_made(), random_probed(3)):
            survey.design()
            right = self.report(survey)
            rows = report_forms.read_csv(self.run_driver("csv").stdout)
            self.assertEqual(report_forms.csv_differences(rows, right), [])
            text = self.check_text(self.run_driver("text").stdout)
            self.assertEqual(report_forms.missing_in_words(rows, text), [])
            latex = self.run_driver("latex").stdout.decode("ascii").replace("\\", "")
            self.assertEqual(report_forms.missing_in_words(rows, latex), [])

    def test_not_probed(self):
        report = self.report(random_survey(1))
        self.assertIsNone(report["probe"])
        self.assertEqual(set(self.shares(report).values()), {(0, 0, 0)})
        text = " ".join(self.report(random_survey(1), "text").split())
        self.assertIn("Not probed: mxsurvey probe", text)

    def test_ad_not_believed(self):
        """Nothing is known of TLSA records, and nobody fails by them"""
        survey = probed_made()
        survey.info(**{"setting.believe_ad": "0"})
        report = self.report(survey)
        self.assertEqual(self.shares(report)["tlsa_hosts_failing"], (0, 0, 14))
        self.assertIsNone(report["probe"]["dane_failing"])
        self.assertNotIn("records that do not match", self.report(survey, "text"))


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
