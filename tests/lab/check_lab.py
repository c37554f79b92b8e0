#!/usr/bin/python3
"""Asks a real Unbound in the lab what the truth says it should answer.

    lab run --resolver DIR -- check_lab.py OUT.db [DOMAIN...]

A survey in the simplest form that can be right: one thread a domain, dnspython
as the stub, no cache of its own but the table of hosts.  It writes the tables of
truth.db as it sees them and compares: a difference is an error in the truth, or
something about this version of Unbound worth knowing.  No part of the crawler
is used.
"""

import concurrent.futures
import os
import random
import re
import sqlite3
import subprocess
import sys
import threading
import time

import dns.edns
import dns.exception
import dns.flags
import dns.message
import dns.name
import dns.query
import dns.rcode
import dns.rdatatype

sys.path.insert(0, os.path.dirname(os.path.realpath(__file__)))

import ca_keys
import check_sts
import compare
import truth
from psl import PublicSuffixes

TIMEOUT = float(os.environ.get("CHECK_TIMEOUT", "40"))
FOLLOWED = 17
UNDERSCORED = re.compile(r"(?!.*-(\.|$))(?!(.*\.)?[0-9]+$)[a-z0-9_][a-z0-9_-]*"
                         r"(\.[a-z0-9_][a-z0-9_-]*)*")  # a host name but for underscores
FAILURES = {dns.rcode.REFUSED: "refused", dns.rcode.FORMERR: "formerr",
            dns.rcode.NOTIMP: "notimp"}


class Seen:
    """One settled question."""

    def __init__(self, outcome, failure=None, secure=False, hops=(), records=(), end=None, ede="",
                 cut=None):
        self.outcome, self.failure, self.secure = outcome, failure, secure
        self.hops, self.records, self.end, self.ede = list(hops), list(records), end, ede
        self.cut = cut  # owner of the DNAME that makes no name

    @property
    def ok(self):
        return self.outcome != "failed"

    @property
    def dnssec(self):
        if self.ok:
            return "secure" if self.secure else "insecure"
        return "bogus" if self.failure == "bogus" else "indeterminate"


def ask(name, rtype):
    """One question; after SERVFAIL again with CD=1."""
    response = _exchange(name, rtype, False)
    if response is None:
        return Seen("failed", "timeout")
    rcode = response.rcode()
    ede = ",".join(str(int(option.code)) for option in response.options
                   if int(option.otype) == 15)
    if rcode == dns.rcode.SERVFAIL:
        unchecked = _exchange(name, rtype, True)
        bogus = unchecked is not None and unchecked.rcode() in (dns.rcode.NOERROR,
                                                               dns.rcode.NXDOMAIN)
        return Seen("failed", "bogus" if bogus else "servfail", ede=ede)
    # YXDOMAIN of a name that a DNAME makes too long is NXDOMAIN; after a CNAME Unbound leaves the
    # DNAME out, and an answer without any alias is something else
    overflow = rcode == dns.rcode.YXDOMAIN and bool(response.answer)
    if rcode not in (dns.rcode.NOERROR, dns.rcode.NXDOMAIN) and not overflow:
        return Seen("failed", FAILURES.get(rcode, "other"), ede=ede)
    return _read(response, name, rtype, ede)


def _exchange(name, rtype, unchecked):
    query = dns.message.make_query(name, rtype, use_edns=0, payload=1232)
    query.flags |= dns.flags.AD | (dns.flags.CD if unchecked else 0)
    try:
        return dns.query.udp_with_fallback(query, os.environ["LAB_RESOLVER"], TIMEOUT)[0]
    except (dns.exception.DNSException, OSError):
        return None


def _read(response, name, rtype, ede):
    secure = bool(response.flags & dns.flags.AD)
    sets, dnames = {}, []
    for rrset in response.answer:
        sets[rrset.name, rrset.rdtype] = rrset
        if rrset.rdtype == dns.rdatatype.DNAME:
            dnames.append(rrset.name)
    hops, at, seen, cut = [], name, {name}, None
    while (at, dns.rdatatype.CNAME) in sets and len(hops) < FOLLOWED:
        target = sets[at, dns.rdatatype.CNAME][0].target
        made = any(at.is_subdomain(owner) and at != owner for owner in dnames)
        hops.append((at, target, "dname" if made else "cname"))
        at = target
        if at in seen or rtype == "CNAME":
            break
        seen.add(at)
    found = sets.get((at, dns.rdatatype.from_text(rtype)), ())
    if hops and rtype == "CNAME":
        found = hops
    outcome = "nodata" if response.rcode() == dns.rcode.NOERROR else "nxdomain"
    if response.rcode() == dns.rcode.YXDOMAIN and not hops:
        cut = next(owner for owner in dnames if name.is_subdomain(owner))
    return Seen("answer" if found else outcome, None, secure, hops, found, at, ede, cut)


class Survey:
    def __init__(self):
        self.rows = {table: [] for table in truth.TABLES}
        self.suffixes = PublicSuffixes()
        self.lock = threading.Lock()
        self.hosts = {}
        self.mine = threading.local()  # of the domain at hand: its MX records, their aliases
        self.failed = set()
        self.candidates = {}  # host -> the TLSA records of the last candidate
        self.slowest = []

    def store(self, table, **row):
        with self.lock:
            self.rows[table].append(row)

    def failure(self, kind, name, failure):
        with self.lock:
            if (kind, name) not in self.failed:
                self.failed.add((kind, name))
                self.rows["failures"].append(dict(kind=kind, name=name, failure=failure))

    def domain(self, name):
        started = time.monotonic()
        text = text_of(name)
        seen = ask(name, "MX")
        self.mine.exchanges = []
        row = dict(domain=text, suffix=self.suffixes.suffix(text), failure=seen.failure,
                   ede=codes(seen), dnssec=seen.dnssec)
        self.mine.hosts = False
        self.dane(row, [])
        if not seen.ok:
            row.update(mx_outcome="failed", dane="failed", tlsa_failures=None, dane_ready=0)
            self.failure("mx", text, seen.failure)
        else:
            row.update(mx_count=len(seen.records), cname_mx_count=0, unknown_mx_count=0)
            if seen.records:
                self.exchanges(row, seen)
            elif seen.outcome == "nxdomain":
                row["mx_outcome"] = "nxdomain"
            else:
                self.without_mx(row, name)
        if self.mine.hosts:
            check_sts.rows(self, ask, name, row, self.mine.exchanges)
        for mx, _ in self.mine.exchanges:
            self.store("mx_records", **mx)
        self.store("domains", **row)
        self.slowest.append((time.monotonic() - started, text))

    def without_mx(self, row, name):
        a, aaaa = ask(name, "A"), ask(name, "AAAA")
        if a.records or aaaa.records:
            row.update(mx_outcome="implicit_mx", provider=self.suffixes.registrable(row["domain"]))
            self.mine.hosts = True
            self.dane(row, [(row["domain"], True, *self.host(name)[1:3])])
        elif a.ok and aaaa.ok:
            row["mx_outcome"] = "no_service"
        else:
            row.update(mx_outcome="failed", failure=a.failure or aaaa.failure, dane="failed",
                       tlsa_failures=None, dane_ready=0, ede=codes(a, aaaa))
            self.failure("address", row["domain"], row["failure"])

    def exchanges(self, row, seen):
        records = sorted((mx.preference, text_of(mx.exchange), mx.exchange) for mx in seen.records)
        others = [record for record in records if record[1] != "."]
        row["mx_outcome"] = "mx" if others else "null_mx"
        if len(others) < len(records):
            preferences = any(record[0] for record in records)
            row["null_mx_flaw"] = "mixed" if others else "preference" if preferences else None
        if seen.hops:
            row["alias_target"] = text_of(seen.end)
        if others and truth.exchange_class(wire_of(others[0][2])) not in ("address", "localhost"):
            row["provider"] = self.suffixes.registrable(others[0][1])
        used = []
        for preference, text, exchange in records:
            kind = truth.exchange_class(wire_of(exchange))
            alias = target = None
            primary = text != "." and preference == others[0][0]
            if kind in truth.RESOLVED:
                self.mine.hosts = True
                alias, dane, located, target = self.host(exchange)
                alias = None if alias is None else int(alias != "none")
                row["unknown_mx_count"] += alias is None
                if kind != "invalid" or UNDERSCORED.fullmatch(text):
                    used.append((text, primary, dane, located))
            elif kind == "address" and "[" not in text:
                used.append((text, primary, "none", False))
            row["cname_mx_count"] += alias or 0
            self.mine.exchanges.append((
                dict(domain=row["domain"], preference=preference, exchange=text,
                     exchange_class=kind, is_alias=alias, is_primary=int(primary)), target))
        self.dane(row, used)

    def dane(self, row, used):
        """used: [(exchange that senders use, named as a primary, its dane, did a lookup that
        locates TLSA records fail)]."""
        row["tlsa_failures"] = len({host for host, _, _, failed in used if failed})
        reachable = [(primary, dane) for _, primary, dane, _ in used if dane != "unreachable"]
        bad = {primary for primary, dane in reachable if dane != "usable"}
        good = {primary for primary, dane in reachable if dane == "usable"}
        row["dane_ready"] = int(row["dnssec"] != "secure" and bool(good) and not bad)
        if not self.mine.hosts:
            row["dane"] = row["dane_ready"] = None
        elif row["dnssec"] != "secure":
            row["dane"] = "insecure"
        elif not good:
            row["dane"] = "none"
        elif not bad:
            row["dane"] = "complete"
        else:
            row["dane"] = "primary" if True in good and True not in bad else "partial"

    def host(self, name):
        """Returns the alias word, the DANE word, whether a lookup that locates TLSA records failed,
        and the alias's target, asking once a run."""
        text = text_of(name)
        with self.lock:
            future = self.hosts.get(text)
            mine = future is None
            if mine:
                future = self.hosts[text] = concurrent.futures.Future()
        if mine:
            future.set_result(self.resolve(name, text))
        return future.result()

    def resolve(self, name, text):
        a, aaaa = ask(name, "A"), ask(name, "AAAA")
        shown = a if a.ok else aaaa if aaaa.ok else None
        if shown:
            hops, problem = shown.hops, None
            if (hops or shown.cut) and shown.outcome == "nxdomain":
                problem = "dangling"
        else:
            hops, problem = self.walk(name, text)
        row = dict(host=text, provider=self.suffixes.registrable(text))
        self.addresses(row, a, aaaa)
        if hops is None:
            row.update(dane="failed", dane_exim="failed", tlsa_outcome="not_asked")
            self.store("hosts", **row)
            return None, "failed", False, None
        row["alias"] = hops[0][2] if hops else "none"
        if shown and shown.cut:
            row.update(alias="dname", alias_hops=0, alias_problem=problem,
                       alias_dnssec=ask(shown.cut, "DNAME").dnssec)
        if len(hops) >= FOLLOWED:
            hops, problem = hops[:FOLLOWED], "too_long"
        if hops:
            row.update(alias_hops=len(hops), alias_target=text_of(hops[-1][1]),
                       alias_problem=problem, alias_dnssec=self.first(row, hops[0]))
        for number, (owner, target, kind) in enumerate(hops, 1):
            self.store("aliases", host=text, hop=number, owner=text_of(owner),
                       target=text_of(target), kind=kind)
        row["tlsa_outcome"] = "not_asked"
        row["dane"], row["dane_exim"] = self.host_dane(row, name, a, aaaa)
        self.store("hosts", **row)
        located = row["dane"] == "failed" and bool(a.records or aaaa.records)
        return row["alias"], row["dane"], located, row.get("alias_target")

    def host_dane(self, row, name, a, aaaa):
        """RFC 7672 s2.2.2, in its order; fills the tlsa_ columns.  Returns also the word of who
        looks at the expanded name alone, as Exim does."""
        if not a.records and not aaaa.records:
            return ("unreachable" if a.ok and aaaa.ok else "failed",) * 2
        expanded = (a if a.records else aaaa).end
        if row["dnssec"] == "secure":
            words = [self.candidate(row, expanded)]
            if words == ["none"] and expanded != name or words == [None]:
                words.append(self.candidate(row, name) if expanded != name else "none")
            return words[-1] or "none", words[0] or "failed"
        if row.get("alias_target") and row["alias_dnssec"] == "secure":
            return self.candidate(row, name) or "none", "insecure"
        return "failed" if row.get("alias_dnssec") == "indeterminate" else "insecure", "insecure"

    def candidate(self, row, base):
        """The word of one TLSA base domain; None where `_25._tcp` before it has no room."""
        try:
            seen = ask(dns.name.from_text("_25._tcp", None) + base, "TLSA")
        except dns.name.NameTooLong:
            return None
        return self.tlsa(row, base, seen) or "none"

    def tlsa(self, row, base, seen):
        """One candidate's answer; returns the host's word where the search ends here."""
        row.update(tlsa_outcome=seen.outcome, tlsa_base=text_of(base), tlsa_dnssec=seen.dnssec,
                   tlsa_count=None, tlsa_usable_count=None)
        self.candidates[row["host"]] = []
        if not seen.ok:
            self.failure("tlsa", row["host"], seen.failure)
            return "failed"
        records = [tlsa_record(rdata, seen.secure) for rdata in seen.records]
        self.candidates[row["host"]] = [
            dict(record, host=row["host"], base=row["tlsa_base"]) for record in records]
        row.update(tlsa_count=len(records), tlsa_usable_count=sum(r["usable"] for r in records))
        if not seen.secure or not records:
            return None
        return "usable" if row["tlsa_usable_count"] else "unusable"

    def first(self, row, hop):
        if row["address_outcome"] == "answer" and row["dnssec"] == "secure":
            return "secure"
        if hop[2] == "cname":
            seen = ask(hop[0], "CNAME")
        else:
            owner = hop[0].parent()
            seen = ask(owner, "DNAME")
            while seen.ok and not seen.records and owner != dns.name.root:
                owner = owner.parent()
                seen = ask(owner, "DNAME")
        if not seen.ok:
            self.failure("alias", row["host"], seen.failure)
        elif not seen.records:  # what it was asked about contradicts the addresses
            self.failure("alias", row["host"], "other")
        return seen.dnssec if seen.records else "indeterminate"

    def walk(self, name, text):
        hops, seen = [], {name}
        while len(hops) < FOLLOWED:
            reply = ask(name, "CNAME")
            if not reply.ok:
                self.failure("alias", text, reply.failure)
                return (hops, None) if hops else (None, None)
            if not reply.hops:
                return hops, "dangling" if hops and reply.outcome == "nxdomain" else None
            hops.append(reply.hops[0])
            name = hops[-1][1]
            if name in seen:
                return hops, "loop"
            seen.add(name)
        return hops, "too_long"

    def addresses(self, row, a, aaaa):
        outcomes = (a.outcome, aaaa.outcome)
        row["address_outcome"] = next(word for word in ("answer", "failed", "nxdomain", "nodata")
                                      if word in outcomes)
        row["failure"] = a.failure or aaaa.failure
        row["ede"] = codes(a, aaaa)
        if row["failure"]:
            self.failure("address", row["host"], row["failure"])
        gave = [seen for seen in (a, aaaa) if seen.records] or [a, aaaa]
        if all(seen.ok for seen in gave):
            row["dnssec"] = "secure" if all(seen.secure for seen in gave) else "insecure"
        else:
            row["dnssec"] = next(seen for seen in gave if not seen.ok).dnssec
        if a.ok:
            row["ipv4_count"] = len(a.records)
        if aaaa.ok:
            row["ipv6_count"] = len(aaaa.records)
        if a.ok or aaaa.ok:
            row["special_count"] = 0
        for seen, family in ((a, 4), (aaaa, 6)):
            for record in seen.records:
                special = truth.is_special(record.address)
                row["special_count"] += special
                self.store("addresses", host=row["host"], address=record.address, family=family,
                           special=special)


def tlsa_record(rdata, secure):
    """A record as the data dictionary describes it; OpenSSL says what DER is."""
    data, reason = rdata.cert, None
    if rdata.usage in (0, 1) or rdata.usage > 3:
        reason = "usage"
    elif rdata.selector > 1:
        reason = "selector"
    elif rdata.mtype > 2:
        reason = "matching_type"
    elif not data or rdata.mtype == 0 and not is_der(data, rdata.selector):
        reason = "malformed"
    elif rdata.mtype and len(data) != rdata.mtype * 32:
        reason = "length"
    name, status = ca_keys.known(rdata.selector, rdata.mtype, data)
    return dict(usage=rdata.usage, selector=rdata.selector, matching_type=rdata.mtype,
                data=data.hex(), usable=int(secure and reason is None),
                reason=reason if secure else None, known_key=name, key_status=status)


def is_der(data, selector):
    """The tools of OpenSSL pass over what follows, and read BER: the outer length is looked at
    first."""
    if data[0] != 0x30 or len(data) < 2:
        return False
    octets = data[1] & 0x7F if data[1] & 0x80 else 0
    length = int.from_bytes(data[2:2 + octets], "big") if octets else data[1]
    shortest = 0 if length < 0x80 else (length.bit_length() + 7) // 8
    if octets != shortest or len(data) != 2 + octets + length:
        return False
    command = ["x509", "-pubkey"] if selector == 0 else ["pkey", "-pubin"]
    return subprocess.run(["openssl", *command, "-inform", "DER", "-noout"], input=data,
                          capture_output=True, check=False).returncode == 0


def codes(*answers):
    """The column ede: extended errors of all these answers."""
    found = {int(code) for seen in answers for code in seen.ede.split(",") if code}
    return ",".join(map(str, sorted(found))) or None


def text_of(name):
    return "." if name == dns.name.root else name.to_text(omit_final_dot=True).lower()


def wire_of(name):
    return name.to_wire().lower()


def write(survey, folder, path):
    if os.path.exists(path):
        os.remove(path)
    connection = sqlite3.connect(path)
    # no list is read here
    rejected = sqlite3.connect(os.path.join(folder, "truth.db")).execute(
        "SELECT line, text FROM rejected_lines")
    survey.rows["rejected_lines"] = [dict(line=line, text=text, list="*", reason="*")
                                     for line, text in rejected]
    survey.rows["tlsa_records"] = [row for rows in survey.candidates.values() for row in rows]
    for table, columns in truth.TABLES.items():
        columns = [column.strip() for column in columns.split(",")]
        connection.execute(f"CREATE TABLE {table} ({', '.join(columns)})")
        connection.executemany(
            f"INSERT INTO {table} VALUES ({', '.join('?' * len(columns))})",
            ([row.get(column) for column in columns] for row in survey.rows[table]))
    connection.commit()
    connection.close()


def main():
    path, only = sys.argv[1], sys.argv[2:]
    folder = os.environ["LAB_DIR"]
    names = [row[0] for row in sqlite3.connect(os.path.join(folder, "truth.db")).execute(
        "SELECT domain FROM domains ORDER BY domain")]
    seed = os.environ.get("CHECK_SEED", str(time.time_ns() % 1000000))
    random.Random(seed).shuffle(names)  # what the cache holds must not matter
    survey = Survey()
    started = time.monotonic()
    with concurrent.futures.ThreadPoolExecutor(int(os.environ.get("CHECK_THREADS", "64"))) as pool:
        list(pool.map(survey.domain, map(dns.name.from_text, only or names)))
    seconds = time.monotonic() - started
    write(survey, folder, path)
    print(f"{len(only or names)} domains, {len(survey.hosts)} hosts in {seconds:.1f} s"
          f" (CHECK_SEED={seed}); slowest:",
          ", ".join(f"{text} {spent:.1f} s" for spent, text in sorted(survey.slowest)[:-9:-1]))
    return compare.compare(folder, path)


if __name__ == "__main__":
    sys.exit(main())
