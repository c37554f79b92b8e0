#!/usr/bin/python3
"""Where mail hosts are, by files of networks, against Python's ipaddress and definitions.

usage: test_networks.py REPORT_DRIVER REPORT_SCHEMA
"""
import bz2
import gzip
import io
import ipaddress
import json
import lzma
import os
import random
import sqlite3
import subprocess
import sys
import unittest
import zipfile

import report_forms
from report_case import DRIVER, ReportCase
from report_surveys import HOSTILE, Survey

NOWHERE = (None, None)


class Table:
    """A file of networks by definition: lines (first, last, country, AS), looked at one by one"""

    def __init__(self, lines):
        self.lines = lines

    def find(self, address):
        address = ipaddress.ip_address(address)
        best = None
        for first, last, country, system in self.lines:
            if first.version == address.version and first <= address <= last:
                size = int(last) - int(first)
                if best is None or size <= best[0]:
                    best = size, (country, system)
        return best[1] if best else NOWHERE


def place(tables, address):
    found = [table.find(address) for table in tables]
    return tuple(next((pair[i] for pair in found if pair[i] is not None), None) for i in (0, 1))


def random_networks(r, count):
    """Prefixes, one within the other or apart, and what is said of each"""
    lines = []
    for _ in range(count):
        if r.random() < 0.6:
            bits = r.randrange(22, 33)
            network = ipaddress.ip_network(((192 << 24) + r.randrange(1024), bits), False)
        else:
            bits = r.randrange(110, 129)
            network = ipaddress.ip_network(((0x20010db8 << 96) + r.randrange(1 << 14), bits), False)
        lines.append((network, r.choice(["NL", "DE", "US", "ZA", None]),
                      r.choice([None, 64496, 64500, 64511, 4200000000])))
    return lines


def as_table(lines):
    return Table([(n[0], n[-1], country, system) for n, country, system in lines])


class Networks(ReportCase):
    def survey(self, hosts, domains):
        """hosts: {name: (dane, [address])}; domains: {name: [host]}"""
        survey = Survey()
        for name, (dane, _) in hosts.items():
            survey.host(name, "example", dane=dane, tlsa_outcome="answer", tlsa_dnssec="secure")
        for name, exchanges in domains.items():
            survey.domain(name, exchanges=[(exchange, "host") for exchange in exchanges])
        survey.write(self.path)
        db = sqlite3.connect(self.path)
        for name, (_, addresses) in hosts.items():
            (host,) = db.execute("SELECT id FROM _host WHERE name = ?", [name]).fetchone()
            for address in addresses:
                db.execute("INSERT INTO _address VALUES (?, ?, ?, 0)",
                           [host, ipaddress.ip_address(address).version, address])
        db.commit()
        db.close()

    def small(self):
        self.survey({"a.example": ("usable", ["192.0.2.1", "2001:db8::1"]),
                     "b.example": ("usable", ["192.0.2.1", "192.0.2.200"]),
                     "c.example": ("insecure", ["198.51.100.1"]),
                     "d.example": ("unreachable", [])},
                    {"one.test": ["a.example", "b.example"], "two.test": ["c.example"],
                     "three.test": ["d.example"], "four.test": ["a.example", "c.example"]})

    def file(self, content, name="networks.csv"):
        path = os.path.join(self.folder.name, name)
        with open(path, "wb") as file:
            file.write(content if isinstance(content, bytes) else content.encode())
        return path

    def networks(self, *paths, form="json"):
        done = self.run_driver(form, None, "", "", *paths)
        self.assertEqual((done.returncode, done.stderr), (0, b""))
        if form == "text":
            return self.check_text(done.stdout)
        return self.check_json(done.stdout)["networks"]

    def countries(self, *contents):
        found = self.networks(*[self.file(content, f"networks{at}.csv")
                                for at, content in enumerate(contents)])
        return {row["country"]: row["hosts"] for row in found["countries"]}, found

    def refused(self, content):
        done = self.run_driver("json", None, "", "", self.file(content))
        self.assertEqual((done.returncode, done.stdout), (1, b""))
        self.assertEqual(done.stderr.count(b"\n"), 1)
        return done.stderr.decode()

    def test_by_hand(self):
        self.small()
        found = self.networks(self.file(
            "192.0.2.0/24,AS64500,NL\n192.0.2.128/25,DE\n2001:db8::/32,US\n# a remark\n\n"))
        self.assertEqual(found["files"][0] | {"path": ""}, {
            "path": "", "lines": 3, "broken_lines": 0, "first_broken_line": None})
        self.assertEqual(found["all"], {"domains": 3, "hosts": 3, "dane_hosts": 2, "dane_ipv4": 2,
                                        "dane_ipv6": 1})

        def counts(domains, hosts, dane_hosts, ipv4, ipv6):
            return {"domains": domains, "hosts": hosts, "dane_hosts": dane_hosts,
                    "dane_ipv4": ipv4, "dane_ipv6": ipv6}
        self.assertEqual(found["countries"], [
            {"country": "NL"} | counts(2, 2, 2, 1, 0),  # one, four; a, b
            {"country": None} | counts(2, 1, 0, 0, 0),  # two, four; c
            {"country": "US"} | counts(2, 1, 1, 0, 1),  # one, four; a
            {"country": "DE"} | counts(1, 1, 1, 1, 0)])
        self.assertEqual(found["countries_met"], 3)
        self.assertEqual(found["systems"], [
            # the smaller network says nothing of an AS: 192.0.2.200 has none
            {"as": None, "name": None} | counts(3, 3, 2, 1, 1),
            {"as": 64500, "name": None} | counts(2, 2, 2, 1, 0)])
        self.assertEqual(found["systems_met"], 1)

    def test_none_given(self):
        self.small()
        self.assertIsNone(self.check_json(self.run_driver("json").stdout)["networks"])
        self.assertNotIn("Where mail hosts are", self.run_driver("text").stdout.decode())

    def test_forms_of_tables(self):
        """As the usual free tables are: all say the same"""
        self.small()
        ranges = "192.0.2.0{0}192.0.2.127{0}{1}\n192.0.2.128{0}192.0.2.255{0}{2}\n"
        header = "{}\n192.0.2.0/25,{}\n192.0.2.128/25,{}\n"
        for content, countries, systems in (
                (ranges.format("\t", "64500\tNL\tONE, Inc.", "0\tNone\tNot routed"), 1, 1),
                (ranges.format(",", '"64500","NL","ONE, Inc."', '"0","-",""'), 1, 1),
                (ranges.format(",", "NL", "ZZ"), 1, 0),
                (ranges.format(",", '64500,"ONE, Inc."', "0,none at all"), 0, 1),
                ('"192.0.2.0","192.0.2.127","nl"\r\n"192.0.2.128","192.0.2.255",""\r\n', 1, 0),
                ("192.0.2.0/25,AS64500,NL\n", 1, 1), ("192.0.2.0/25,64500\n", 0, 1),
                (header.format("network,autonomous_system_number,autonomous_system_organization",
                               '64500,"ONE, Inc."', ","), 0, 1),
                (header.format("network,country,country_code,continent,continent_code,asn,as_name",
                               'Netherlands,NL,Europe,EU,AS64500,"ONE, Inc."', ",,,,,"), 1, 1),
                ("\ufeffstart_ip,end_ip,country\n192.0.2.0,192.0.2.127,NL\n", 1, 0)):
            found = self.networks(self.file(content))
            self.assertEqual(found["files"][0]["broken_lines"], 0, content)
            rows = {row["country"]: row["hosts"] for row in found["countries"]}
            self.assertEqual(rows, {"NL": 2, None: 3} if countries else {}, content)
            rows = {row["as"]: row["hosts"] for row in found["systems"]}
            self.assertEqual(rows, {64500: 2, None: 3} if systems else {}, content)
            names = {row["name"] for row in found["systems"]}
            self.assertEqual("ONE, Inc." in names, "ONE" in content, content)

    def test_the_smallest_counts(self):
        self.small()
        for lines in (["192.0.2.0/24,NL", "192.0.2.0/28,DE", "192.0.2.1/32,US"],
                      ["192.0.2.1/32,US", "192.0.2.0/28,DE", "192.0.2.0/24,NL"]):
            self.assertEqual(self.countries("\n".join(lines))[0], {"US": 2, "NL": 1, None: 2})
        # the same network twice: the later line; 0.0.0.0/0 holds no IPv6
        self.assertEqual(self.countries("192.0.2.1/32,US\n192.0.2.1/32,DE\n0.0.0.0/0,NL")[0],
                         {"DE": 2, "NL": 2, None: 1})
        self.assertEqual(self.countries("::/0,NL\n")[0], {"NL": 1, None: 3})
        # those that overlap: the one that begins last
        self.assertEqual(self.countries("192.0.1.0,192.0.2.1,NL\n192.0.2.0,192.0.2.255,DE\n"
                                        "192.0.1.255,192.0.2.200,US\n")[0], {"DE": 2, None: 2})
        # behind the last one's end, one that began before
        self.assertEqual(self.countries("192.0.2.0/24,NL\n192.0.2.0/28,DE\n192.0.2.64/26,US\n")[0],
                         {"DE": 2, "NL": 1, None: 2})

    def test_several_files(self):
        """Of each, country and AS, the first file that knows"""
        self.small()
        countries, found = self.countries("192.0.2.0/24,NL\n", "192.0.2.0/25,AS64500,DE\n",
                                          "198.51.100.0/24,64501,US\n")
        self.assertEqual(countries, {"NL": 2, "US": 1, None: 1})
        self.assertEqual({row["as"]: row["hosts"] for row in found["systems"]},
                         {64500: 2, 64501: 1, None: 2})
        self.assertEqual(len(found["files"]), 3)

    def test_against_definitions(self):
        for seed in range(6):
            r = random.Random(seed)
            files = [random_networks(r, 60), random_networks(r, 60)]
            tables = [as_table(lines) for lines in files]
            hosts = {}
            for i in range(60):
                addresses = {str(ipaddress.ip_address((192 << 24) + r.randrange(1200)))
                             for _ in range(r.randrange(4))}
                addresses |= {str(ipaddress.ip_address((0x20010db8 << 96) + r.randrange(1 << 14)))
                              for _ in range(r.randrange(3))}
                hosts[f"h{i}.example"] = (r.choice(["usable", "insecure"]), sorted(addresses))
            domains = {f"d{i}.test": r.sample(sorted(hosts), r.randrange(1, 5))
                       for i in range(150)}
            if os.path.exists(self.path):
                os.remove(self.path)
            self.survey(hosts, domains)
            paths = []
            for at, lines in enumerate(files):
                text = "".join(f"{network},{system or 0},{country or '-'}\n"
                               for network, country, system in lines)
                paths.append(self.file(text, f"{at}.csv"))
            found = self.networks(*paths)
            for key, part, rows in (("country", 0, found["countries"]), ("as", 1, found["systems"])):
                expected = self.expected(hosts, domains,
                                         lambda address, p=part: place(tables, address)[p])
                self.assertEqual({row[key]: tuple(list(row.values())[-5:]) for row in rows}, expected)
                order = [(-row["domains"], -row["hosts"], row[key] or ("" if key == "country" else 0))
                         for row in rows]
                self.assertEqual(order, sorted(order))

    @staticmethod
    def expected(hosts, domains, where):
        """{place: (domains, hosts, those with DANE, their IPv4 and IPv6 addresses)}"""
        of_host = {name: set(map(where, addresses)) for name, (_, addresses) in hosts.items()}
        dane = {name for name, (word, _) in hosts.items() if word == "usable"}
        addresses = {address for name in dane for address in hosts[name][1]}
        return {place: (sum(any(place in of_host[host] for host in exchanges)
                            for exchanges in domains.values()),
                        sum(place in places for places in of_host.values()),
                        sum(place in of_host[name] for name in dane),
                        sum(":" not in a and where(a) == place for a in addresses),
                        sum(":" in a and where(a) == place for a in addresses))
                for place in set().union(*of_host.values())}

    def test_compressed(self):
        self.small()
        plain = b"192.0.2.0/24,NL\n" * 3
        archive = io.BytesIO()
        with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as file:
            file.writestr("README", "read me\n")
            file.writestr("one.csv", "network,country\n192.0.2.0/25,DE\n")
            file.writestr("two.csv", "192.0.2.128/25,US\n")
        for content, expected in ((gzip.compress(plain), {"NL": 2, None: 2}),
                                  (lzma.compress(plain), {"NL": 2, None: 2}),
                                  (bz2.compress(plain), {"NL": 2, None: 2}),
                                  (archive.getvalue(), {"DE": 2, "US": 1, None: 2})):
            self.assertEqual(self.countries(content)[0], expected)
        self.assertIn("truncated", self.refused(gzip.compress(plain * 1000)[:-9]))

    def test_broken_lines_are_counted_and_said(self):
        self.small()
        good = "192.0.2.0/24,NL\n"
        broken = ["192.0.2.0/33,NL", "192.0.2.0/x,NL", "192.0.2.0/,NL", "192.0.2/24,NL",
                  "192.0.2.9,192.0.2.8,NL", "192.0.2.0,2001:db8::,NL", "192.0.2.0/24,Netherlands",
                  "192.0.2.0/24,AS4294967296", "192.0.2.0/24,AS-1", "192.0.2.0/24,N1,NL", "192.0.2.0/24",
                  "192.0.2.0/24,1,NL,a,b", '192.0.2.0/24,"NL', '192.0.2.0/24,"NL"x', "x" * 5000,
                  "192.0.2.0/24,NL" + "\t" * 5000 + "x", "nul\0,NL", "3221225984,3221226239,NL"]
        text = good + "\n".join(broken) + "\n" + good
        countries, found = self.countries(text)
        self.assertEqual(countries, {"NL": 2, None: 2})
        self.assertEqual(found["files"][0] | {"path": ""}, {
            "path": "", "lines": len(broken) + 2, "broken_lines": len(broken),
            "first_broken_line": 2})
        words = " ".join(self.networks(self.file(text, "n.csv"), form="text").split())
        self.assertIn(f"n.csv: {len(broken)} of {len(broken) + 2} lines are no network of which a "
                      "country or an AS is said; the first is line 2.", words)

    def test_refused(self):
        self.small()
        self.assertIn("networks.csv: no line", self.refused("rubbish\n"))
        self.assertIn("networks.csv: no line", self.refused(""))
        # what has numbers of places in the stead of countries: not taken for AS numbers
        self.assertIn("line 1: a header without a column of country codes",
                      self.refused("network,geoname_id,registered_country_geoname_id\n"
                                   "192.0.2.0/24,2077456,2077456\n"))
        done = subprocess.run([DRIVER, "json", self.path, "", "", self.folder.name + "/none"],
                              capture_output=True, timeout=60, check=False)
        self.assertEqual(done.returncode, 1)
        self.assertIn(b"/none: ", done.stderr)

    def test_hostile_names(self):
        self.survey({f"h{i}.example": ("usable", [f"192.0.2.{i}"]) for i in range(len(HOSTILE))},
                    {f"d{i}.test": [f"h{i}.example"] for i in range(len(HOSTILE))})
        lines = "".join(f"192.0.2.{at}\t192.0.2.{at}\t{64500 + at}\tNL\t" +
                        name.replace("\r\n", "").replace("\0", "") + "\n"
                        for at, name in enumerate(HOSTILE))
        path = self.file(lines + "192.0.2.255\t192.0.2.255\t64499\tNL\t\xff\xfe<b>\n")
        for form in ("text", "json"):
            self.networks(path, form=form)
        page = self.run_driver("html", None, "", "", path).stdout.decode()
        self.assertNotIn("\x1b", page)
        self.assertNotIn("\u202e", page)

    def test_forms_are_the_json(self):
        self.small()
        path = self.file("192.0.2.0/24,AS64500,NL\n198.51.100.0/24,AS64501,US\n")
        done = self.run_driver("csv", None, "", "", path)
        right = json.loads(self.run_driver("json", None, "", "", path).stdout)
        rows = report_forms.read_csv(done.stdout)
        self.assertEqual(report_forms.csv_differences(rows, right), [])
        self.assertIn("by_as", {row["section"] for row in rows})
        text = self.run_driver("text", None, "", "", path).stdout.decode()
        self.assertEqual(report_forms.missing_in_words(rows, text), [])


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
