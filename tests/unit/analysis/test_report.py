#!/usr/bin/python3
"""Reports of small surveys, against numbers worked out here, by other means.

usage: test_report.py REPORT_DRIVER REPORT_SCHEMA

Their tables and views are the real ones, which lie beside the report's schema, but for those that
hold words the program never wrote.
"""
import contextlib
import os
import re
import sqlite3
import sys
import unittest

from report_case import DRIVER, SCHEMA, ReportCase
from report_model import expected_dane
from report_surveys import (APPLICATION_ID, Survey, clusters_made, dane_made, hand_made, hostile,
                            random_survey, sts_made)
from survey_model import SHARES, SurveyFile, report_differences


class Reports(ReportCase):
    def assert_line(self, line, words):
        """Beside a count, its share of the table's sum may stand"""
        number, _, rest = line.partition(" ")
        pattern = re.escape(number) + r" (?:[\d.]+ % )?" + re.escape(rest)
        self.assertRegex(words, "(?: |^)" + pattern)

    def test_counted_by_hand(self):
        report = self.report(hand_made())
        counts = {(e["name"], e["stratum"]): (e["count"], e["of"], e["unanswered"], e["clusters"])
                  for e in report["estimates"]}
        self.assertEqual(counts, {
            # judged: plain, one-alias, alias-and-lost, tiny, address, mixed;
            # unanswered: lost-only, insecure-lost, opted-out, broken, half-broken;
            # clusters: big, tiny, address (alone)
            ("domains_with_cname_mx", "all"): (3, 6, 5, 3),
            # plain, alias-and-lost; lost-only, and the two whose status is not known
            ("domains_with_cname_mx", "dnssec_secure"): (1, 2, 3, 1),
            # one-alias, tiny, address, mixed; insecure-lost, opted-out, and the two
            ("domains_with_cname_mx", "dnssec_insecure"): (2, 4, 4, 3),
            # alias-and-lost, tiny; plain, one-alias, lost-only, address, mixed have them not;
            # insecure-lost, opted-out, broken, half-broken; clusters: big, tiny, address
            ("domains_all_primary_cname", "all"): (2, 7, 4, 3),
            # plain 1, one-alias 2, alias-and-lost 1, lost-only 1, tiny 1, mixed 1; lost 3 times
            # and what opted out
            ("cname_mx_records", "all"): (3, 7, 4, 2),
            # mx.big, alias.big, dname.tiny; lost is not known, nor what opted out; self is no exchange
            ("cname_mx_hosts", "all"): (2, 3, 2, 2),
            # secure: plain, alias-and-lost, lost-only, null; gone is not there; clusters: big,
            # lost, tiny, excluded, self, and address, null, silent alone
            ("secure_domains", "all"): (4, 12, 2, 8),
            ("secure_hosts", "all"): (1, 3, 1, 2),
            ("hosts_with_tlsa", "all"): (0, 0, 5, 0),
            # broken, half-broken, and all with a mail host: not address, null, gone, silent
            ("domains_dane_complete", "all"): (0, 0, 11, 0),
            ("domains_dane_ready", "all"): (0, 0, 11, 0),
            ("domains_with_sts", "all"): (0, 0, 2, 0),
            ("sts_refused_by_target_matching", "enforce"): (0, 0, 0, 0),
            ("sts_refused_by_target_matching", "testing"): (0, 0, 0, 0),
            ("domains_with_ipv6_mx", "all"): (0, 0, 11, 0),
        } | {(name, stratum): (0, 0, 0, 0) for name, stratum, _ in SHARES[15:]})  # not probed
        records = report["estimates"][4]
        self.assertAlmostEqual(records["largest_cluster_share"], 6 / 7)
        # two failed domains as if each had (7 + 4) / 9 records: 3 more
        self.assertEqual(records["unseen"], 3)
        for bound, expected in zip(records["bounds"], (3 / 14, 10 / 14), strict=True):
            self.assertAlmostEqual(bound, expected)
        self.assertEqual(report["coverage"], {
            "finished": True, "listed": 15, "surveyed": 15, "excluded": 1, "left": 0,
            "duplicates": 2, "rejected_lines": 3, "hosts": 5,
            # lost.example of three domains, mx.excluded.example of one
            "unknown_exchanges": {"records": 4, "domains": 4},
            "opted_out_exchanges": {"records": 1, "domains": 1},
            "rejected_by_reason": [{"reason": "address", "lines": 2},
                                   {"reason": "empty label", "lines": 1}],
            "mx_outcomes": {"mx": 9, "null_mx": 1, "implicit_mx": 1, "no_service": 1,
                            "nxdomain": 1, "failed": 2},
            "domain_failures": dict.fromkeys(("timeout", "servfail", "bogus", "refused", "formerr",
                                              "notimp", "malformed", "other", "referral",
                                              "filtered"), 0),
            "failures": [{"kind": "address", "failure": "servfail", "lookups": 2},
                         {"kind": "mx", "failure": "timeout", "lookups": 1}],
        })
        self.assertEqual(report["alias_chains"], [
            {"kind": "cname", "hops": 1, "problem": None, "hosts": 1},
            {"kind": "dname", "hops": 3, "problem": "dangling", "hosts": 1}])
        # no exchange leads to hoster.example
        self.assertEqual(report["aliases"]["target_providers"], [])
        self.assertEqual(report["alias_providers"], [
            {"provider": "big.example", "count": 2, "of": 4},
            {"provider": "tiny.example", "count": 1, "of": 1}])
        self.assertEqual(report["run"]["started_at"], "1606158365")

    def test_against_definitions(self):
        for seed in range(4):
            for later in (False, True):
                self.assert_model(random_survey(seed, later))
        self.assert_model(hand_made())

    def test_designs(self):
        for seed, design in enumerate((
                {}, {"limit": 800, "listed": 3000}, {"limit": 800, "listed": 3000, "shuffle": 9},
                {"shard": "2/4", "other": 2401}, {"listed": 801})):
            survey = random_survey(seed)
            survey.design(**design)
            self.assert_model(survey)

    def assert_model(self, survey):
        """Every number about shares is the model's"""
        report = self.report(survey)
        self.assertEqual(list(report_differences(report, SurveyFile(self.path))), [])

    def test_dane_against_definitions(self):
        for seed in range(4):
            survey = random_survey(seed)
            for row in survey.rows["domains"]:
                row.setdefault("tlsa_failures", None)
                if row.get("dane") == "failed":
                    row["tlsa_failures"] = None
            self.assertEqual(self.report(survey)["dane"],
                             expected_dane(survey, None, *self.counted()))
            self.report(survey, "text")
        for setting in ("secure", "all"):
            survey = dane_made(setting)
            self.assertEqual(self.report(survey)["dane"],
                             expected_dane(survey, setting, *self.counted()))

    def counted(self):
        units = SurveyFile(self.path).units
        return [{unit.key for unit in units[name, "all"] if unit.state is not None}
                for name in ("domains_dane_complete", "domains_dane_ready")]

    def test_senders_by_hand(self):
        s = Survey()
        s.host("alias.example", "example", alias="cname", dnssec="secure", dane="usable",
               dane_exim="none")
        s.host("lost.example", "example", alias="cname", dane="failed", dane_exim="insecure")
        s.host("plain.example", "example", dnssec="secure", dane="usable")
        s.domain("one.example", exchanges=[("alias.example", "host")], dnssec="secure",
                 sts="enforce")
        s.rows["mx_records"][-1].update(sts_match_name=1, sts_match_target=0)
        s.domain("two.example", exchanges=[("lost.example", "host"), ("plain.example", "host")],
                 dnssec="secure", sts="none")
        s.domain("three.example", exchanges=[("192.0.2.1", "address"), ("lost.example", "host")])
        s.domain("four.example", exchanges=[("plain.example", "host")], dnssec="secure")
        senders = self.report(s)["senders"]
        words = " ".join(self.report(s, "text").split())
        self.assertIn("Left aside: Postfix may use TLSA records where the MX answer is not secure, and "
                      "returns the mail of domains that have \".\" beside other exchanges", words)
        self.assertEqual(senders["domains"], 3)
        self.assertEqual([list(sender.values()) for sender in senders["by_sender"]], [
            # authenticated, unauthenticated, deferred come in the order of the words
            ["rfc7672", 0, 2, 1, 0], ["expanded_name", 0, 0, 3, 0], ["rfc8461", 1, 1, 1, 0],
            ["sts_target", 1, 0, 1, 1]])
        self.assertEqual(senders["differences"], [
            {"senders": ["rfc7672", "expanded_name"],
             "deliveries": ["authenticated", "unauthenticated"], "domains": 2},
            {"senders": ["rfc8461", "sts_target"], "deliveries": ["authenticated", "deferred"],
             "domains": 1}])

    def test_dane_by_hand(self):
        report = self.report(dane_made())
        dane = report["dane"]
        self.assertEqual(dane["hosts"], {"usable": 4, "unusable": 2, "none": 3, "insecure": 3,
                                         "failed": 2, "unreachable": 1})
        self.assertEqual(dane["domains"], {"complete": 4, "primary": 1, "partial": 1, "none": 5,
                                           "insecure": 2, "failed": 1})
        self.assertEqual(dane["complete_of_secure"], {"count": 4, "of": 11, "share": 4 / 11})
        self.assertEqual(dane["primary_of_secure"], {"count": 5, "of": 11, "share": 5 / 11})
        self.assertEqual(dane["providers"], [  # big: complete 1 and 2, primary
            {"provider": "big.example", "count": 2, "of": 3},
            {"provider": "alias.example", "count": 1, "of": 3},
            {"provider": "old.example", "count": 1, "of": 2}])
        self.assertEqual(dane["lookup_failures"], {
            "domains": {"count": 3, "of": 13, "share": 3 / 13}, "domains_by_tlsa": 2, "hosts": 2,
            "hosts_by_tlsa": 1, "providers": [{"provider": "bad.example", "count": 3, "of": 4}],
            "zones": [{"zone": "bad.example", "hosts": 1, "domains": 2}]})
        # of good, leftover, stale, and a1, which has the records of good
        self.assertEqual(dane["tlsa_sets"], {"hosts": 4, "names": 4, "contents": 3, "zones": 3})
        # big: a1 and a3, of complete4, none3, none5; plain: a2 and a5, of none3, insecure1
        self.assertEqual([tuple(row.values()) for row in report["aliases"]["pairs"]], [
            ("alias.example", "big.example", 2, 3), ("alias.example", "plain.example", 2, 2),
            ("alias.example", "old.example", 1, 1)])
        self.assertEqual([tuple(row.values()) for row in dane["parameters"]], [
            (3, 1, 1, True, None, 2, 4), (2, 1, 1, True, None, 2, 3),
            (2, 0, 1, True, None, 2, 2), (1, 1, 1, False, "usage", 1, 1),
            (2, 1, 1, False, None, 1, 1), (3, 1, 1, False, "length", 1, 1),
            (3, 1, 9, False, "matching_type", 1, 1)])
        self.assertEqual(dane["ca_keys"], {
            "hosts_only_stale": 1, "hosts_only_backup": 0, "hosts_with_leftovers": 1, "keys": [
                {"key": "Let's Encrypt X3", "status": "expired", "hosts": 2, "only_stale": 1,
                 "only_backup": 0, "leftover": 1},
                {"key": "Let's Encrypt E6", "status": "retired", "hosts": 1, "only_stale": 1,
                 "only_backup": 0, "leftover": 0},
                {"key": "Let's Encrypt YR1", "status": "active", "hosts": 1, "only_stale": 0,
                 "only_backup": 0, "leftover": 0}]})
        self.assertEqual(dane["insecure_zone"], {"hosts": 0, "records": 0})
        self.assertEqual(dane["insecure_alias"], {"hosts": 1, "records": 3})
        self.assertEqual(dane["aliases"], {  # a5: of an insecure domain only
            "expanded": {"hosts": 1, "domains": 1}, "initial": {"hosts": 1, "domains": 1},
            "lost": {"hosts": 1, "domains": 2}, "none": {"hosts": 1, "domains": 1},
            "failed": {"hosts": 0, "domains": 0}, "unreachable": {"hosts": 0, "domains": 0}})
        self.assertEqual(report["dnssec"], {
            "resolver": {"resolver": "private Unbound", "resolver_version": "Version 1.17.1"},
            "ad_believed": None,
            "extended_errors": [
                {"code": 6, "name": "DNSSEC Bogus", "class": "domain", "domains": 1, "hosts": 1,
                 "lookups": 1},
                {"code": 7, "name": "Signature Expired", "class": "domain", "domains": 0,
                 "hosts": 0, "lookups": 2},
                {"code": 22, "name": "No Reachable Authority", "class": "domain", "domains": 1,
                 "hosts": 0, "lookups": 2},
                {"code": 49152, "name": None, "class": "rest", "domains": 0, "hosts": 0,
                 "lookups": 1}]})
        self.assertEqual(self.report(dane_made("all"))["dane"]["insecure_zone"],
                         {"hosts": 1, "records": 4})

    def test_sets_of_records(self):
        """Records that several hosts have by one name, and the same ones by several names"""
        s = Survey()
        for host in ("a.one.example", "b.two.example", "c.three.example", "d.three.example"):
            s.host(host, host.split(".", 1)[1], dane="usable")
        for host, base, data in (("a.one.example", "tlsa.one.example", "aa"),
                                 ("a.one.example", "tlsa.one.example", "bb"),
                                 ("b.two.example", "tlsa.one.example", "bb"),
                                 ("b.two.example", "tlsa.one.example", "aa"),
                                 ("c.three.example", "c.three.example", "aa"),
                                 ("c.three.example", "c.three.example", "bb"),
                                 ("d.three.example", "d.three.example", "aabb")):
            s.add("tlsa_records", host=host, base=base, usage=3, selector=1, matching_type=1,
                  data=data, usable=1)
        s.tlsa("e.four.example", 3, 1, 1, 0)  # protects nothing
        self.assertEqual(self.report(s)["dane"]["tlsa_sets"],
                         {"hosts": 4, "names": 3, "contents": 2, "zones": 2})

    def test_keys_that_senders_go_by(self):
        """A host a case: its records, and where its stale and backup keys are counted."""
        x3, yr1, ye3 = ("X3", "expired"), ("YR1", "active"), ("YE3", "backup")
        s = Survey()
        for number, records in enumerate((
                [(2, 1, 1, ye3)],  # nothing but a backup
                [(2, 1, 1, ye3), (2, 1, 1, x3)],  # not harmless: neither is in use
                [(2, 1, 1, ye3), (3, 1, 1, None)],
                [(2, 1, 1, ye3), (2, 1, 1, yr1), (2, 1, 1, x3)],
                [(2, 1, 1, x3), (2, 1, 2, yr1)],  # displaced: not counted at all
                [(2, 1, 1, yr1), (2, 1, 2, x3)],  # what is left is stale
                [(2, 1, 1, x3), (2, 0, 2, yr1), (3, 1, 2, None)],  # by usage and selector
                [(2, 1, 0, x3), (2, 1, 2, yr1)])):  # the whole is never displaced
            name = f"mx{number}.example"
            s.host(name, "example", dane="usable", tlsa_outcome="answer")
            for usage, selector, matching_type, key in records:
                s.tlsa(name, usage, selector, matching_type, 1, None, *(key or (None, None)))
        keys = self.report(s)["dane"]["ca_keys"]
        self.assertEqual(keys, {
            "hosts_only_stale": 1, "hosts_only_backup": 2, "hosts_with_leftovers": 3, "keys": [
                {"key": "X3", "status": "expired", "hosts": 5, "only_stale": 1, "only_backup": 1,
                 "leftover": 3},
                {"key": "YE3", "status": "backup", "hosts": 4, "only_stale": 0, "only_backup": 2,
                 "leftover": 0},
                {"key": "YR1", "status": "active", "hosts": 4, "only_stale": 0, "only_backup": 0,
                 "leftover": 0}]})
        words = " ".join(self.report(s, "text").split())
        for line in ("1 mail hosts with stale keys only", "2 mail hosts with keys only that their",
                     "3 mail hosts with stale keys beside other records (not only", "X3 (expired) 5 1 1 3"):
            self.assertIn(" " + line, words)

    def test_keys_that_match_nothing(self):
        """A host a case: its records, and whether all that senders go by is stale."""
        x1, ye, nothing = ("X1", "unsent"), ("YE", "active"), ("digest of nothing", "junk")
        cases = (
            ([(2, 1, 1, x1)], "broken"),  # the chain does not have it (RFC 7672 s3.1.2)
            ([(2, 1, 0, x1)], None),  # the record itself has it (RFC 7671 s5.2.2)
            ([(2, 1, 1, x1), (3, 1, 1, nothing)], "broken"),
            ([(2, 1, 1, nothing)], "broken"),
            ([(3, 1, 1, ye)], "broken"),  # a CA's key is no server's
            ([(2, 1, 1, ye)], None),
            ([(2, 1, 1, x1), (2, 1, 1, ye)], "leftover"),
            ([(3, 1, 1, nothing), (3, 1, 1, None)], "leftover"),  # one good record is enough
            ([(2, 1, 1, x1), (2, 1, 1, None)], "leftover"))
        for records, verdict in cases:
            s = Survey()
            s.host("mx.example", "example", dane="usable", tlsa_outcome="answer")
            for usage, selector, matching_type, key in records:
                s.tlsa("mx.example", usage, selector, matching_type, 1, None, *(key or (None, None)))
            keys = self.report(s)["dane"]["ca_keys"]
            with self.subTest(records=records):
                self.assertEqual((keys["hosts_only_stale"], keys["hosts_with_leftovers"]),
                                 (verdict == "broken", verdict == "leftover"))

    def test_records_that_will_break(self):
        s = Survey()
        for number, records in enumerate((
                [(3, 1, 1, "aa")],  # one record
                [(3, 1, 1, "aa"), (3, 1, 1, "bb")],  # ready
                [(3, 0, 1, "aa"), (3, 0, 1, "bb")],  # changes with each certificate
                [(3, 0, 1, "aa"), (3, 1, 1, "bb")],
                [(2, 0, 1, "cc"), (2, 0, 1, "bb")],  # a certificate authority's
                [(3, 1, 1, "aa"), (3, 1, 2, "bb")],  # one: the stronger digest (RFC 7671 s9)
                [(3, 0, 2, "dd")])):  # both
            name = f"mx.provider{number}.example"
            s.host(name, f"provider{number}.example", dane="usable", tlsa_outcome="answer")
            for usage, selector, matching_type, data in records:
                s.tlsa(name, usage, selector, matching_type, data=data)
        s.tlsa("mx.provider1.example", 3, 1, 1, 0, "malformed", data="")
        s.tlsa("mx.provider1.example", 3, 0, 1, 0, None, data="")
        for number in range(11):
            s.host(f"e{number:02}.example", None, dane="unusable", tlsa_outcome="answer")
            s.tlsa(f"e{number:02}.example", 3, 1, 1, 0, "malformed", data="")
        outlook = self.report(s)["dane"]["outlook"]
        self.assertEqual([outlook[f"hosts_{word}"] for word in
                          ("one_record", "certificate_only", "without_data")], [3, 2, 12])
        self.assertEqual(outlook["without_data"], [f"e{n:02}.example" for n in range(10)])
        words = " ".join(self.report(s, "text").split())
        for line in ("3 not ready for another key: a single TLSA record", "2 not "
                     "ready for another certificate: records of the host's whole certificate only (3 0 x)",
                     "12 with a TLSA record without data: it crashes Postfix before 3.8.18, 3.9.12, "
                     "3.10.11, 3.11.4 - without data: e00.example",
                     "e09.example And 2 more hosts: see --top"):
            self.assertIn(" " + line, words)

    def test_keys_that_no_table_knows(self):
        s = Survey()
        names = [f"mx{number}.p{number % 2}.example" for number in range(6)]
        for number in range(6):
            s.host(names[number], names[number].split(".", 1)[1] if number else None,
                   dane="usable", tlsa_outcome="answer")
        for number, records in enumerate((
                [(2, 1, 1, "aa")], [(2, 1, 1, "aa"), (2, 1, 1, "bb")], [(2, 1, 1, "aa")],
                [(2, 1, 2, "aa"), (2, 1, 2, "bb")], [(3, 1, 1, "aa")], [(2, 1, 0, "aa")])):
            for usage, selector, matching_type, data in records:
                s.tlsa(names[number], usage, selector, matching_type, data=data)
        s.tlsa(names[4], 2, 1, 1, 0, "length", data="aa")
        s.tlsa(names[4], 2, 1, 1, 1, None, "X3", "expired", data="aa")
        rows = [tuple(row.values()) for row in self.report(s)["dane"]["outlook"]["unknown_keys"]]
        self.assertEqual(rows, [(1, 1, "aa", 3, 2), (1, 2, "aa", 1, 1), (1, 1, "bb", 1, 1),
                                (1, 2, "bb", 1, 1)])
        for number in range(20):
            s.tlsa(names[5], 2, 1, 1, data=f"f{number:02}")
        self.assertEqual(len(self.report(s)["dane"]["outlook"]["unknown_keys"]), 10)
        self.assertIn(" 2 1 1 aa 3 2 ", " ".join(self.report(s, "text").split()))

    def test_domains_whose_tlsa_lookup_fails(self):
        s = Survey()
        s.host("a.example", "example", dnssec="secure", dane="failed", tlsa_outcome="failed")
        s.host("b.example", "example", dane="failed", tlsa_outcome="not_asked")
        s.host("c.example", "example", dane="insecure", tlsa_outcome="failed")  # --tlsa all
        s.host("self.example", "example", dane="failed", tlsa_outcome="failed", alias="cname",
               alias_dnssec="secure")
        # --tlsa all, too: it is the question for its first alias record that counts as failed
        s.host("d.example", "example", dane="failed", tlsa_outcome="failed", alias="cname",
               alias_dnssec="indeterminate")
        for name, exchanges, failures in (("both", "ab", 2), ("second", "ca", 1), ("address", "b", 1),
                                          ("insecure", "c", 0), ("alias", "d", 1)):
            s.domain(name + ".example", dane="none", tlsa_failures=failures,
                     exchanges=[(f"{e}.example", "host") for e in exchanges])
        s.domain("self.example", "implicit_mx", dane="none", tlsa_failures=1)
        failures = self.report(s)["dane"]["lookup_failures"]
        self.assertEqual(failures["domains"], {"count": 5, "of": 6, "share": 5 / 6})
        self.assertEqual(failures["domains_by_tlsa"], 3)
        self.assertEqual((failures["hosts"], failures["hosts_by_tlsa"]), (4, 2))
        self.assertIn(" 3 of these, domains with a host whose TLSA lookup itself fails",
                      " ".join(self.report(s, "text").split()))

    def test_dane_in_words(self):
        words = " ".join(self.report(dane_made(), "text").split())
        for line in ("12 domains with DNSSEC: validated answers",  # 11 and the null MX
                     "4 usable: secure TLSA", "4 complete: usable", "1 primary:", "1 partial:",
                     "DANE TLSA is deployed on ~36.4 % of domains with DNSSEC and mail hosts: complete "
                     "on 4 of 11 with a secure MX answer, 2 of which failed lookups leave open.",
                     "posts to dane-users do: 45.5 %.", "big.example 2 3 66.7 %",
                     "3 domains with a mail host that fails", "bad.example 3 4 75.0 %",
                     "1 mail hosts whose TLSA lookup fails", "1 mail hosts of which another "
                     "lookup fails: of addresses, or of the first alias record",
                     "2 4 3 1 1", "1 1 3 1 1, unusable: length",
                     "1 1 2 1 1, of an insecure answer: not judged",
                     "1 mail hosts with stale keys only", "1 mail hosts with stale keys beside",
                     "2 1 0 1 Let's Encrypt X3 (expired)", "were not asked for TLSA: that takes --tlsa all",
                     "1 3 mail hosts asked by RFC 7672 whose TLSA answer is not secure: an alias, or "
                     "a zone below the host, is not signed",
                     "1 1 expanded:", "1 1 initial:", "1 2 lost:", "1 1 none: no secure TLSA",
                     "resolver_version Version 1.17.1", "domain 1 1 1 6 DNSSEC Bogus",
                     "rest 0 0 1 49152 (not known)"):
            self.assert_line(line, words)
        words = " ".join(self.report(dane_made("all"), "text").split())
        self.assertIn(" 1 4 mail hosts with TLSA where DNSSEC does not reach", words)
        self.assertNotIn("that takes --tlsa all", words)

    def test_ad_not_believed(self):
        """No number of DNSSEC or DANE is measured then, and the report says so."""
        note = ("AD of this resolver was not believed, or it did not validate all the time: no DNSSEC status is known, and the DANE "
                "numbers say nothing.")
        for value, believed in (("0", False), ("1", True), (None, None)):
            survey = dane_made()
            if value is not None:
                survey.info(**{"setting.believe_ad": value})
            self.assertIs(self.report(survey)["dnssec"]["ad_believed"], believed)
            words = " ".join(self.report(survey, "text").split())
            self.assertEqual(words.count(note), 3 if believed is False else 0)
            if believed is False:
                self.assertIn("DNSSEC, DANE, MTA-STS, IPv6 --------------------------- " + note, words)
                self.assertIn(note + " MTA-STS (RFC 8461) -", words)  # of DANE and TLSA no more
                for claim in ("domains with DNSSEC: validated", "No secure domain", "by DANE", "their keys"):
                    self.assertNotIn(claim, words)

    def test_no_tlsa_lookups(self):
        report = self.report(hand_made())
        self.assertIsNone(report["dane"])
        self.assertEqual(report["dnssec"],
                         {"resolver": {}, "ad_believed": None, "extended_errors": []})
        text = self.report(hand_made(), "text")
        self.assertIn("Not asked: a survey without TLSA lookups.", text)
        self.assertNotIn("\nTLSA records", text)
        survey = Survey()
        survey.info(**{"setting.tlsa": "secure"})
        survey.domain("broken.example", "failed")
        text = self.report(survey, "text")
        self.assertIn("Not asked: no mail host is known that DANE could apply to.", text)
        self.assertNotIn("without TLSA lookups", text)

    def test_sts_by_hand(self):
        report = self.report(sts_made())
        sentence = ("Of 19 valid policies 9 came with a media type other than text/plain, or with none: "
                    "some senders refuse these (RFC 8461 s3.2).")
        self.assertIn(sentence, " ".join(self.report(sts_made(), "text").split()))
        self.assertEqual(report["sts"], {
            "domains": {"none": 5, "enforce": 11, "testing": 7, "off": 1, "invalid_record": 3,
                        "invalid_policy": 12, "unavailable": 28, "failed": 1},
            "records": {"none": 5, "valid": 59, "multiple": 1, "invalid": 2, "failed": 1},
            "fetch_errors": {"dns": 1, "connect": 2, "tls": 3, "timeout": 4, "http_status": 5,
                             "too_large": 6, "special_address": 7},
            "policy_faults": {"no version": 1, "no mode": 2, "no max_age": 1, "no mx": 3,
                              "line": 5},
            # 11 types in turn, 6 of them something else: all once, the first 8 once more
            "media_types": {"of": 19, "not_text_plain": 9},
            # 11 and 7, but one has no exchange other than `.`
            "mx_records": {"of": {"domains": 17, "enforced": 11},
                           # enforce: beside `.`, target_only 1, neither 2; testing: same,
                           # target_only 3
                           "one_unmatched": {"domains": 8, "enforced": 4},
                           "none_matched": {"domains": 7, "enforced": 4}},
            "aliases": {
                "of": {"domains": 14, "enforced": 8},
                "effects": {"same": {"domains": 2, "enforced": 1},
                            "name_only": {"domains": 5, "enforced": 3},
                            "target_only": {"domains": 4, "enforced": 1},
                            "mixed": {"domains": 1, "enforced": 1},
                            "neither": {"domains": 2, "enforced": 2}},
                "refused_by_target_matching": {"domains": 6, "enforced": 4},
                "refused_by_name_matching": {"domains": 5, "enforced": 2}},
            "tlsrpt": {"none": 63, "valid": 2, "multiple": 1, "invalid": 1, "failed": 1}})
        self.assertEqual([(e["stratum"], e["count"], e["of"]) for e in report["estimates"]
                          if e["name"] == "sts_refused_by_target_matching"],
                         [("enforce", 4, 8), ("testing", 2, 6)])

    def test_sts_in_words(self):
        words = " ".join(self.report(sts_made(), "text").split())
        for line in ("5 none: no policy announced", "11 enforce:", "1 off:", "59 valid: one",
                     "1 multiple: several", "3 tls:", "7 special_address:", "3 no mx ",
                     "5 a line that is not", "17 11 domains with a policy", "8 4 at odds:",
                     "7 4 of these, none", "2 1 same:", "5 3 name_only:", "4 1 target_only:",
                     "1 1 mixed:", "2 2 neither:", "14 8 all of these",
                     "Of 8 such domains with a policy to enforce, senders that match the alias's target refuse "
                     "an exchange of 4: name_only and mixed; senders that follow RFC 8461, which knows no "
                     "targets, of 2: target_only and mixed.", "63 none: no reports", "2 valid"):
            self.assert_line(line, words)

    def test_no_sts_lookups(self):
        self.assertIsNone(self.report(hand_made())["sts"])
        words = " ".join(self.report(hand_made(), "text").split())
        self.assertIn(" Not asked: a survey without MTA-STS lookups.", words)
        self.assertNotIn("TLSRPT", words)
        survey = Survey()
        survey.info(**{"setting.sts": "on"})
        survey.domain("silent.example", "no_service")
        words = " ".join(self.report(survey, "text").split())
        self.assertIn(" No domain was asked: none is known to have a mail host.", words)
        # policies that no domain would have led to: nothing is made of them
        survey = sts_made()
        for row in survey.rows["domains"]:
            row["sts"] = row["tlsrpt"] = row["sts_cname_effect"] = None
        self.assertIsNone(self.report(survey)["sts"])

    def test_worked_examples(self):
        """T8, too few providers; C1, enough; K0 and KN, none and all of the rest"""
        t8 = [(5000, 0), (3000, 0), (800, 8), (500, 50), (300, 0), (200, 2), (100, 0), (100, 40)]
        c1 = [(6000, 0), (2000, 40), (100, 30), (90, 0), (80, 4), (70, 0), (60, 0), (50, 12)]
        for sizes, interval, reliability, reason, words in (
                (t8, (0.00600063315154, 0.0244817143333), "few", "few",
                 "too few providers to say (1 of 2 have it)"),
                (c1 + 1540 * [(1, 0)] + 10 * [(1, 1)], (0.00517206203425, 0.0198739083823), "ok",
                 None, "0.52 - 1.99 %"),
                ([(6000, 0), (2000, 40)] + 40 * [(50, 0)], (0.00293901373773, 0.0216194605758),
                 "ok", "none", "at most 2.16 %"),
                ([(600, 600)] + 40 * [(10, 10)], (0.964761078848, 1), "ok", "all",
                 "at least 96.48 %")):
            survey = clusters_made(sizes)
            first = self.report(survey)["estimates"][0]
            for got, right in zip(first["cluster95"], interval, strict=True):
                self.assertAlmostEqual(got, right, 11)
            self.assertEqual((first["reliability"], first["reason"]), (reliability, reason))
            text = " ".join(self.report(survey, "text").split())
            self.assertIn(f" other lists like it: {words} Unanswered domains: none.", text)
        self.assertIn("1,000 of 1,000 domains with MX records", text)
        text = " ".join(self.report(clusters_made(t8), "text").split())
        self.assertIn("1.00 %: 100 of 10,000 domains with MX records", text)
        self.assertIn("Providers: 8; those with more than 1 % of the units (6) hold 98.0 %.", text)
        self.assertIn("Without the largest (p0.example): 2.00 %.", text)  # 100 of 5000

    def test_designs_in_words(self):
        third = (" The interval for other lists takes providers as drawn at random, but for those with"
                 " more than 1 % of the units, which it takes as they are.")
        for design, words in (
                ({}, "All 60 names of the list were surveyed: shares are counts of this list and have"
                 " no sampling error. What was not answered can change them within the bounds."
                 + third),
                ({"shard": "1/2", "other": 1940}, "60 of the list's 2,000 names were surveyed, drawn at"
                 " random. Intervals are for the list's own share (Wilson, with finite population"
                 " correction)." + third),
                ({"limit": 60, "listed": 2000}, "The first 60 names of the list were surveyed, all of"
                 " them: shares are counts of these and have no sampling error. They say nothing of"
                 " the names behind them." + third),
                ({"listed": 2000}, "The survey is not finished: 60 of 2,000 names so far, in no random"
                 " order. Shares are counts so far, without an interval.")):
            survey = clusters_made([(30, 3), (30, 1)])
            survey.rows["run_info"] = survey.rows["run_info"][:2]
            survey.design(**design)
            report, text = self.report(survey), " ".join(self.report(survey, "text").split())
            kind = report["design"]["kind"]
            self.assertIn(words + " CNAMEs as mail exchanges", text, kind)
            self.assertEqual("the list's own share: " in text, kind == "sample")
            self.assertEqual("the list's own share: not known; a host is met the more" in text,
                             kind == "sample")
            self.assertEqual("other lists like it: " in text, kind != "partial")
            self.assertNotIn("95 %", text)

    def test_one_of_each(self):
        """Sentences over a single domain, and what is left of a list that nobody goes on with"""
        for design, lines in (
                ({"limit": 1, "listed": 9}, [
                    "The first name of the list was surveyed, it alone: shares are counts of it and",
                    "They say nothing of the names behind it.", "8 domains of the list behind those"]),
                ({"limit": 1, "listed": 9, "shuffle": 7}, [
                    "1 of the list's 9 names was surveyed, drawn at random.",
                    "8 domains of the list that were not drawn"]),
                ({"listed": 2}, ["1 domains surveyed 1 domains left"])):
            survey = Survey()
            survey.host("alias.p.example", "p.example", alias="cname", alias_hops=1, dane="insecure")
            survey.domain("a.example", dnssec="secure", exchanges=[("alias.p.example", "host")],
                          sts="enforce", sts_cname_effect="neither", dane="none")
            survey.add("sts_policies", domain="a.example", record_outcome="valid",
                       policy_outcome="valid", mode="enforce")
            survey.info(**{"setting.tlsa": "secure", "setting.sts": "on"})
            survey.design(**design)
            words = " ".join(self.report(survey, "text").split())
            for line in lines + ["1 domain with DNSSEC: validated answers", "Of 1 valid policy 1 came",
                                 "Of 1 such domain with a policy to enforce",
                                 "Both refuse an exchange of another 1: neither."]:
                self.assert_line(line, words)

    def test_head(self):
        """How many names the list has, drawn or not; the day; and of how many each share is"""
        for design, info, words in (
                ({}, {}, "60 names, 60 surveyed, begun 2020-11-23; resolver"),
                ({}, {"ended_at": "1606158366"}, "60 names, 60 surveyed, 2020-11-23; resolver"),
                ({}, {"ended_at": "1606258366"}, "60 surveyed, 2020-11-23 to 2020-11-24; resolver"),
                ({"shard": "1/2", "other": 1940}, {}, "2,000 names, 60 surveyed"),
                ({"limit": 60, "listed": 2000}, {}, "2,000 names, 60 surveyed"),
                ({"listed": 2000}, {}, "2,000 names, 60 surveyed"),
                ({}, {"setting.sample": "60", "setting.sample_by": "suffix",
                      "total.population": "900", "stratum.names.example": "900"},
                 "900 names, 60 surveyed")):
            survey = clusters_made([(30, 3), (30, 1)])
            survey.rows["run_info"] = survey.rows["run_info"][:2]
            survey.design(**design)
            survey.info(**info)
            text = " ".join(self.report(survey, "text").split())
            self.assertIn(words, text)
            self.assertEqual("60 domains drawn from the list" in text, "setting.sample" in info)
            self.assertIn("MX answer secure by DNSSEC: 0.0 % of 60; DANE complete: not known;", text)
        survey = clusters_made([(1, 1)])
        survey.info(**{"list.1.path": "/home/me/lists/top.csv", "list.1.sha256": "0123456789abcdef"})
        text = " ".join(self.report(survey, "text").split())
        self.assertIn(" List: top.csv (SHA-256 0123456789ab...), 1 name,", text)
        self.assertIn(" 1 name, 1 surveyed", text)
        self.assertIn("The only name of the list was surveyed: shares are counts", text)

    def test_tables_of_every_design(self):
        """Fit the 78 columns of check_text() as tables, not as lists of what is in a row"""
        for design, info in (
                ({}, {}), ({"shard": "1/2", "other": 140000}, {}),
                ({"limit": 800, "listed": 2000}, {}), ({"listed": 2000}, {}),
                ({}, {"setting.sample": "800", "setting.sample_by": "suffix",
                      "total.population": "90000", "stratum.names.example": "90000"})):
            survey = random_survey(5)
            for at, row in enumerate(survey.rows["domains"]):
                row["rank"] = 7 * at + 1
                row["stratum"] = ("city", "a ministry with a name that fills a line", None)[at % 3]
            survey.design(**design)
            survey.info(**info)
            text = self.report(survey, "text")
            listed = re.compile(r"^    (domains|DNSSEC secure|DANE complete|share( \(.*\))?|with CNAME): ",
                                re.M)
            self.assertIsNone(listed.search(text), design)
            for title in (("DNSSEC", "DANE", "MTA-STS") if info or "other" in design
                          else ("DNSSEC, DANE and MTA-STS",)):
                self.assertEqual(text.count(f"\n\n  {title}\n"), 4, (title, design))

    def test_operators_and_weights(self):
        survey = random_survey(7)
        survey.below("com", "net", None)
        survey.design(limit=800, listed=900, shuffle=1)
        survey.write(self.path)
        operators, weights = (os.path.join(self.folder.name, name) for name in ("o.csv", "w.csv"))
        with open(operators, "w", encoding="ascii") as file:
            file.write("domain,operator\n# a comment\n\nProvider1.EXAMPLE.,\"One, Inc\"\n"
                       "provider2.example,provider3.example\nprovider4.example,One\n"
                       "provider5.example,One\n")
        with open(weights, "w", encoding="ascii") as file:
            file.write("com,3000\nnet,1000\norg,500\n")
        done = self.run_driver("json", None, weights, operators)
        self.assertEqual(done.stderr, b"")
        report = self.check_json(done.stdout)
        self.assertEqual(report["method"], {"cluster_by": "operator", "operators": operators,
                                            "weights": weights})
        model = SurveyFile(self.path, operators)
        self.assertEqual(list(report_differences(report, model, weights)), [])
        text = " ".join(self.check_text(self.run_driver("text", None, weights, operators).stdout)
                        .split())
        self.assertIn(f"a provider of its own. Of these, {operators} says which are one operator's. ", text)
        self.assertIn(f"weighed by the sizes of 2 zones (88.9 % of the names in {weights}); other lists"
                      " like it: ", text)
        self.assertIn("; the other zones are not surveyed enough to speak for.", text)
        self.assertNotIn("fewer than 20 names", text)
        with open(weights, "w", encoding="ascii") as file:
            file.write("org,500\n")
        text = " ".join(self.run_driver("text", None, weights).stdout.decode().split())
        self.assertIn(f"Not known weighed by the sizes of zones: no domain is in one of {weights}.", text)

    def test_operators_at_fault(self):
        hand_made().write(self.path)
        operators = os.path.join(self.folder.name, "o.csv")
        for text, pattern in (("a.example\n", ":1: not a line `domain,operator`"),
                              ("domain,operator\na.example,\n", ":2: not a line"),
                              ("a,b,c\n", ":1: not a line"),
                              ("a.example,A\n\n# b\nA.example.,B\n", ":4: a.example is there twice"),
                              ("xn--strae-oqa.de,A\nStra\u00dfe.de,B\n", ":2: xn--strae-oqa.de is there twice"),
                              ("a," + "b" * 300 + "\n", ":1: longer than 255"),
                              ('"a,b\n', "line 1: a quote")):
            with open(operators, "w", encoding="utf-8") as file:
                file.write(text)
            done = self.run_driver("json", None, "", operators)
            self.assertEqual((done.returncode, done.stdout), (1, b""))
            self.assertRegex(done.stderr.decode(), "^[^\n]*o.csv[^\n]*" + pattern)
        with open(operators, "w", encoding="utf-8") as file:
            file.write("# nobody\n")
        self.assertEqual(self.run_driver("json", None, "", operators).returncode, 0)

    def test_signed_and_unsigned(self):
        """(56 of 70 against 48 of 80, a domain a provider: the published example's Wilson intervals
        are no wider than these) and what the text says of it"""
        s = Survey()
        for at in range(150):
            s.host(f"mx.p{at}.example", f"p{at}.example",
                   alias="cname" if at % 70 < 56 and at < 70 or 70 <= at < 118 else "none")
            s.domain(f"d{at}.example", exchanges=[(f"mx.p{at}.example", "host")],
                     dnssec="secure" if at < 70 else "insecure")
        s.design(limit=150, listed=100000, shuffle=3)
        found = self.report(s)["signed_difference"]
        self.assertEqual([(found[side]["count"], found[side]["of"]) for side in ("signed", "unsigned")],
                         [(56, 70), (48, 80)])
        self.assertAlmostEqual(found["difference"], 0.2)
        # Newcombe 1998, method 10; the sample is 0.15 % of the list
        for got, right in zip(found["sample95"], (0.0524, 0.3339), strict=True):
            self.assertAlmostEqual(got, right, 3)
        low, high = found["cluster95"]
        self.assertTrue(low <= found["sample95"][0] and found["sample95"][1] <= high)
        words = " ".join(self.report(s, "text").split())
        self.assertRegex(words, r"signed less unsigned \+20.0 points; the list's own share: \+5.[23] to "
                                r"\+33.4 points; other lists like it: [-+.0-9]+ to [-+.0-9]+ points")

    def test_no_difference_shown(self):
        s = clusters_made([(20, 2), (20, 2), (40, 4)] + 40 * [(1, 0)])
        for row in s.rows["domains"][:40]:
            row["dnssec"] = "secure"
        words = " ".join(self.report(s, "text").split())
        self.assertRegex(words, r"other lists like it: -[.0-9]+ to \+[.0-9]+ points, no difference shown\.")

    def test_text_by_hand(self):
        text = self.report(hand_made(), "text")
        words = " ".join(text.split())
        self.assertNotIn("PARTIAL", text)
        self.assertIn("3 of 6 domains with MX records", words)
        self.assertIn("signed less unsigned 0.0 points", words)
        self.assertIn("Unanswered domains: 5. Whatever they are, the share is within: 27.3 - 72.7 %",
                      words)
        self.assertIn("started_at 2020-11-23 19:06:05 UTC", words)
        for line in ("15 domains surveyed", "2 whose lookup failed",
                     "15 domains listed", "2 names met again in the lists",
                     "1 domains beside these, excluded", "3 list lines rejected", "2 address",
                     "2 address: servfail", "1 mx: timeout",
                     "4 MX records whose exchange may be an alias or not: its lookups failed, or it "
                     "opted out (domains: 4)", "1 of these, exchanges that opted out (domains: 1)", "1 1 dangling", "big.example 2 4 50.0 %"):
            self.assert_line(line, words)

    def test_real_views(self):
        db = sqlite3.connect(self.path)
        db.execute(f"PRAGMA application_id = {APPLICATION_ID}")
        db.execute("PRAGMA user_version = 4")
        for name in ("tables.sql", "views.sql"):
            with open(os.path.join(os.path.dirname(SCHEMA), name), encoding="utf-8") as file:
                db.executescript(file.read())
        names = ["plain.example", "alias.example", "lost.example", "self.example", "gone.example"]
        db.executemany("INSERT INTO _listed (id, domain) VALUES (?, ?)", enumerate(names, 1))
        db.executemany(  # class 6: host; address outcomes, dnssec, alias by their numbers
            "INSERT INTO _host (id, name, provider_length, class, address_outcome, dnssec, alias)"
            " VALUES (?, ?, ?, 6, ?, ?, ?)",
            [(1, "mx.p.example", 9, 1, 1, 1), (2, "a.p.example", 9, 1, 2, 2),
             (3, "lost.q.example", 9, 4, 4, None), (4, names[3], len(names[3]), 1, 2, 2),
             (5, "excluded.example", 16, None, None, None)])
        db.executemany("INSERT INTO _alias VALUES (?, 1, 2, 'target.example', 300)", [(2,), (4,)])
        db.executemany(
            "INSERT INTO _surveyed (id, surveyed_at, mx_outcome, dnssec, mx_count, cname_mx_count,"
            " mx_set, provider) VALUES (?, 0, ?, ?, ?, ?, ?, ?)",
            [(1, 1, 1, 2, 0, 1, 1), (2, 1, 2, 2, 1, 2, 1), (3, 1, 2, 1, 0, 3, 3),
             (4, 3, 2, 0, 0, 4, -len(names[3])), (5, 5, 1, 0, 0, None, None)])
        db.executemany("INSERT INTO _mx_record VALUES (?, ?, ?, ?, ?)", [
            (1, 0, 10, 1, 1), (1, 1, 20, 5, 0), (2, 0, 10, 1, 1), (2, 1, 20, 2, 0),
            (3, 0, 10, 3, 1), (4, 0, None, 4, 1)])
        db.execute("INSERT INTO _run VALUES ('state', 'finished')")
        db.commit()
        db.close()
        report = self.check_json(self.run_driver("json").stdout)
        self.assertEqual([(e["count"], e["of"], e["unanswered"]) for e in report["estimates"]],
                         [(1, 1, 2), (0, 0, 1), (1, 1, 1), (0, 2, 1), (1, 3, 2), (1, 2, 2),
                          (1, 4, 0), (1, 3, 1), (0, 0, 4), (0, 0, 4), (0, 0, 4), (0, 0, 0),
                          (0, 0, 0), (0, 0, 0), (0, 0, 4)] + [(0, 0, 0)] * 8)
        self.assertEqual(report["alias_chains"],
                         [{"kind": "cname", "hops": 1, "problem": None, "hosts": 1}])
        self.check_text(self.run_driver("text").stdout)

    def test_empty(self):
        survey = Survey(listed=0)
        self.assert_model(survey)
        self.assertEqual(self.report(survey)["coverage"]["surveyed"], 0)
        text = self.report(survey, "text")
        self.assertIn("No domain has been surveyed: there is nothing to estimate.", text)
        self.assertNotIn("PARTIAL", text)
        self.assertNotIn("names of the list", text)
        for section in ("What was answered", "DNSSEC, DANE, MTA-STS, IPv6"):
            self.assertNotIn(section, text)
        self.assertIn("--\n  No domain was met with an MX record that is no null MX.\n\nProviders", text)
        self.assertEqual(text.count("not known: 0 "), 0)  # nothing to say is not said 15 times
        self.assertLess(len(text.splitlines()), 100)

    def test_nothing_met(self):
        """What nothing could be a share of is one line, and is not said to be unknown."""
        none = ("Domains: MX answer secure by DNSSEC: {}; DANE complete: no domain with mail hosts and "
                "a secure MX answer; MTA-STS: no domain asked.")
        for outcome, secure in (("nxdomain", "no domain that exists"), ("no_service", "100.0 % of 1")):
            survey = Survey(listed=1)
            survey.domain("a.example", outcome, dnssec="secure", dane=None)
            words = " ".join(self.report(survey, "text").split())
            self.assertIn(none.format(secure), words)
            self.assertIn("-- No domain was met with an MX record that is no null MX. What was", words)
            self.assertEqual("-- No domain was met that could have any of these. Failures" in words,
                             outcome == "nxdomain")
            self.assertNotIn("not known", words)
            self.assertNotIn("too few: ", words)
        survey.domain("b.example", "failed")
        self.assertIn("DANE complete: not known; MTA-STS: not known.",
                      " ".join(self.report(survey, "text").split()))

    def test_one_or_several(self):
        survey = clusters_made([(30, 3), (30, 1)])
        survey.domain("failed.example", "failed")
        for failed in (1, 2):
            words = " ".join(self.report(survey, "text").split())
            self.assertIn(f" {failed} domain{'s' * (failed > 1)} whose MX lookup failed "
                          f"{'are' if failed > 1 else 'is'} taken to have as many", words)
            survey.domain("failed2.example", "failed")

    def test_largest_of_one_domain(self):
        """A provider of one domain is its name once more: that is said, not that there is none."""
        words = " ".join(self.report(clusters_made([(1, 1), (1, 0)]), "text").split())
        self.assertIn(" The largest, by domains: each has one. Most domains", words)
        self.assertNotIn("Share with CNAME: of", words)

    def test_partial(self):
        survey = Survey(finished=False, listed=5000)
        survey.domain("broken.example", "failed")
        coverage = self.report(survey)["coverage"]
        self.assertEqual((coverage["finished"], coverage["listed"], coverage["left"]),
                         (False, 5000, 4999))
        words = " ".join(self.report(survey, "text").split())
        self.assertIn("PARTIAL: this survey is not finished. 1 of 5,000 listed domains is "
                      "surveyed, 4,999 are left.", words)
        survey = Survey(finished=False)
        self.assertIsNone(self.report(survey)["coverage"]["left"])
        self.assertIn("PARTIAL", self.report(survey, "text"))

    def test_all_and_none(self):
        for aliases, words in ((0, "(0 of 2 have it)"), (1, "(0 of 2 have it not)")):
            survey = clusters_made([(2, 2 * aliases), (1, aliases)])
            first = self.report(survey)["estimates"][0]
            self.assertEqual((first["share"], first["clusters"]), (aliases, 2))
            self.assertIsNone(first["design_effect"])
            self.assertLess(first["cluster95"][0], first["cluster95"][1])
            self.assertEqual((first["wilson95"][aliases], first["cluster95"][aliases]),
                             (aliases, aliases))
            self.assertIn("too few providers to say " + words,
                          " ".join(self.report(survey, "text").split()))

    def test_strata_of_the_list(self):
        """A column that the list has: shares by it, most domains first; else no such section"""
        survey = hand_made()
        self.assertEqual(self.report(survey)["breakdowns"]["stratum"], [])
        self.assertNotIn("stratum", self.report(survey, "text"))
        for at, row in enumerate(survey.rows["domains"]):
            row["stratum"] = ("city", None, "'; --", "city")[at % 4]
        rows = self.report(survey)["breakdowns"]["stratum"]
        self.assertEqual([(row["stratum"], row["domains"], row["mx_domains"]) for row in rows],
                         [("city", 7, 5), (None, 4, 2), ("'; --", 4, 2)])
        self.assertEqual(list(report_differences(self.report(survey), SurveyFile(self.path))), [])
        text = self.report(survey, "text")
        self.assertIn("By stratum of the list", text)
        self.assertLess(text.index("By stratum of the list"), text.index("By public suffix"))
        # one number for all that it has no name for, and no name twice
        with contextlib.closing(sqlite3.connect(self.path)) as db, db:
            db.execute("INSERT INTO _stratum SELECT id + 10, stratum FROM _stratum")
            db.execute("INSERT INTO _stratum VALUES (70000, '')")
            db.execute("UPDATE _listed SET suffix_stratum = CASE WHEN id = 1 THEN 256 * 70000"
                       " WHEN id = 2 THEN 1 << 62 WHEN id = 3 THEN -256"
                       " ELSE suffix_stratum + 2560 * (suffix_stratum > 255) END")
        rows = self.check_json(self.run_driver("json").stdout)["breakdowns"]["stratum"]
        self.assertEqual([(row["stratum"], row["domains"]) for row in rows],
                         [(None, 6), ("city", 6), ("'; --", 3)])

    def test_hostile(self):
        survey = hostile()
        text = self.report(survey, "text")
        self.assertIn("esc\\u{1b}[2J", text)
        self.assertIn("bidi\\u{202e}txt", text)
        self.assertIn("uml\u00e4ut", text)
        self.assertIn("\\u{d}\\u{a}Forged", text)
        report = self.report(survey)
        self.assertEqual(report["run"]["bidi\u202etxt.example"], "bidi\u202etxt.example")
        self.assertEqual(len(report["alias_providers"]), 12)
        names = [row["provider"] for row in report["alias_providers"]]
        self.assertEqual(names, sorted(names, key=lambda name: name.encode()))

    def test_invalid_utf8(self):
        survey = hostile()
        survey.write(self.path)
        db = sqlite3.connect(self.path)
        for octets in ("ff", "c0af", "eda080", "f4908080", "e2", "61c3"):
            db.execute(f"INSERT INTO run_info VALUES ('k' || hex(x'{octets}'), CAST(x'{octets}' AS TEXT))")
            db.execute("INSERT INTO failures (kind, name, failure) "
                       f"VALUES ('mx', 'x', CAST(x'{octets}' AS TEXT))")
        db.commit()
        db.close()
        report = self.check_json(self.run_driver("json").stdout)
        self.assertEqual(report["run"]["k61C3"], "a\ufffd")
        self.assertEqual(report["run"]["kFF"], "\ufffd")
        self.assertEqual(report["run"]["kC0AF"], "\ufffd\ufffd")
        self.check_text(self.run_driver("text").stdout)

    def assert_error(self, pattern, path=None, fault="survey", **more):
        for form in ("text", "json"):
            done = self.run_driver(form, path, **more)
            self.assertEqual(done.returncode, 1)
            self.assertIn(done.stdout, (None, b""))
            self.assertRegex(done.stderr.decode(), "^[^\n]*" + pattern + "[^\n]*\n$")
            self.assertIn(fault, done.stderr.decode())

    def test_errors_are_one_line(self):
        self.assert_error("No such file")
        self.assert_error(re.escape(self.folder.name), self.folder.name)
        self.assertEqual(os.listdir(self.folder.name), [])
        with open(self.path, "w", encoding="ascii") as file:
            file.write("example.com\n" * 500)
        self.assert_error("no SQLite database")
        open(self.path, "w", encoding="ascii").close()
        self.assert_error("is empty, not a survey")
        hand_made().write(self.path, application_id=1)
        self.assert_error("another program")
        os.remove(self.path)
        hand_made().write(self.path, user_version=99)
        self.assert_error("newer mxsurvey .schema 99")
        os.remove(self.path)
        hand_made().write(self.path, user_version=3)
        self.assert_error("older mxsurvey .schema 3")
        os.remove(self.path)
        hand_made().write(self.path)
        db = sqlite3.connect(self.path)
        db.execute("DROP TABLE _mx_record")
        db.close()
        self.assert_error("no such table: _mx_record")

    def test_contradictions_are_refused(self):
        survey = hand_made()
        survey.rows["domains"][1]["mx_count"] = -7000  # fewer than its aliases
        survey.write(self.path)
        self.assert_error("contradict each other .cname_mx_records")

    def test_full_disk(self):
        hand_made().write(self.path)
        with open("/dev/full", "wb") as full:
            self.assert_error("No space left", fault="standard output: ", stdout=full)


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
