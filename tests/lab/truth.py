"""What a correct survey of the lab must store, in the shape of its views.

The rules are the data dictionary's (schema/README.md), applied to the oracle's replies.  In
truth.db "*" in a column means "not compared" (it depends on time or on the resolver's
version), `a|b` in `failure`, `dnssec` or `detail` either; a row with optional = 1 may be
missing.  Columns that nobody can know before (times, tries) are left out.
"""

import functools
import ipaddress
import re
import socket
import sqlite3

import labdns
import truth_codes
import truth_dane
import truth_sts
from oracle import HOPS_MAX, Oracle
from psl import PublicSuffixes

TABLES = {
    "domains": "domain, rank, suffix, mx_outcome, null_mx_flaw, failure, ede, dnssec,"
               " alias_target, mx_count, cname_mx_count, unknown_mx_count, provider, dane,"
               " tlsa_failures, dane_ready, sts, sts_cname_effect, tlsrpt",
    "mx_records": "domain, preference, exchange, exchange_class, is_primary, is_alias,"
                  " sts_match_name, sts_match_target",
    "hosts": "host, provider, address_outcome, failure, ede, ipv4_count, ipv6_count,"
             " special_count, dnssec, alias, alias_hops, alias_target, alias_dnssec,"
             " alias_problem, " + ", ".join(truth_dane.COLUMNS),
    "aliases": "host, hop, owner, target, kind",
    "addresses": "host, address, family, special",
    "tlsa_records": "host, base, usage, selector, matching_type, data, usable, reason, known_key,"
                    " key_status",
    "sts_policies": "domain, " + ", ".join(truth_sts.POLICY_COLUMNS),
    "failures": "kind, name, failure",
    "rejected_lines": "list, line, text, reason",
}
ANY = "*"
RESOLVED = ("host", "single_label", "invalid")

# RFC 6890 and the IANA registries that it founded; multicast (RFC 5771, RFC 4291 s2.7)
SPECIAL = [ipaddress.ip_network(prefix) for prefix in """
    0.0.0.0/8 10.0.0.0/8 100.64.0.0/10 127.0.0.0/8 169.254.0.0/16 172.16.0.0/12 192.0.0.0/24
    192.0.2.0/24 192.88.99.0/24 192.168.0.0/16 198.18.0.0/15 198.51.100.0/24 203.0.113.0/24
    224.0.0.0/4 240.0.0.0/4 ::/128 ::1/128 ::ffff:0:0/96 64:ff9b::/96 100::/64 2001::/23
    2001:db8::/32 2002::/16 fc00::/7 fe80::/10 ff00::/8""".split()]


@functools.lru_cache(1 << 12)
def is_special(address):
    parsed = ipaddress.ip_address(address)
    return int(any(parsed in net for net in SPECIAL if net.version == parsed.version))


def exchange_class(wire):
    """exchange_class, by the name alone."""
    labels = [label.decode("latin-1") for label in labdns.labels_of(wire)]
    if not labels:
        return "null"
    if len(labels) in (1, 4) and _is_address(".".join(labels)):
        return "address"
    if labels[-1] == "localhost":
        return "localhost"
    if not is_host_name(labels):
        return "invalid"
    return "single_label" if len(labels) == 1 else "host"


def is_host_name(labels):
    """RFC 1123 s2.1; the top label is not all digits, so that no name looks like an address."""
    return not labels[-1].isdigit() and all(
        re.fullmatch("[a-z0-9]([a-z0-9-]*[a-z0-9])?", label) for label in labels)


def senders_use(wire):
    """Do senders connect to this exchange?  Not to `[192.0.2.1]`; Postfix and Exim to a name that
    is none for its underscores alone, and to no other that is none."""
    labels = [label.decode("latin-1") for label in labdns.labels_of(wire)]
    kind = exchange_class(wire)
    if kind == "invalid":
        return is_host_name([label.replace("_", "a") for label in labels])
    return kind in RESOLVED or kind == "address" and not labels[0].startswith("[")


def _is_address(text):
    if text.startswith("[") and text.endswith("]"):
        text = text[1:-1]
    try:
        ipaddress.ip_address(text)
    except ValueError:
        return False
    return True


class Truth:
    def __init__(self, universe):
        self.universe = universe
        self.oracle = Oracle(universe)
        self.suffixes = PublicSuffixes()
        self.rows = {table: [] for table in TABLES}
        self.domains, self.hosts = {}, {}  # the rows, by name in text
        self.mail_hosts = {}  # of the domain at hand: host -> its row
        self.used = {}  # of these and of bare addresses what senders use: (row, is it a primary)
        self.sts = {}  # domain -> its row of sts_policies, with the matches in words
        self.tlsa = {}  # host -> its TLSA records in words, for the declarations
        self.failed = {}  # (kind, name) -> row

    def build(self):
        for listed in self.universe.listed:
            self._domain(listed.domain)

    # domains

    def _domain(self, domain):
        text = labdns.text(domain)
        reply = self.oracle.resolve(domain, "MX")
        row = dict.fromkeys(map(str.strip, TABLES["domains"].split(",")))
        row.update(domain=text, suffix=self.suffixes.suffix(text), failure=reply.failure)
        row["dnssec"] = _dnssec(reply)
        self.mail_hosts, self.used = {}, {}
        if not reply.ok:
            row.update(mx_outcome="failed", ede=ANY)
            self._failure("mx", text, reply.failure)
        else:
            row.update(mx_count=len(reply.records), cname_mx_count=0, unknown_mx_count=0)
            if reply.outcome == "answer":
                self._exchanges(row, reply)
            elif reply.outcome == "nxdomain":
                row["mx_outcome"] = "nxdomain"
            else:
                self._without_mx(row, domain)
        row.update(truth_dane.domain_columns(row, self.mail_hosts, self.used))
        if self.mail_hosts:
            self._sts(row, domain)
        self.domains[text] = row
        self.rows["domains"].append(row)

    def _without_mx(self, row, domain):
        a, aaaa = (self.oracle.resolve(domain, qtype) for qtype in ("A", "AAAA"))
        if "answer" in (a.outcome, aaaa.outcome):
            row["mx_outcome"] = "implicit_mx"
            row["provider"] = self.suffixes.registrable(row["domain"])
            self._mail_host(domain, None)
        elif a.ok and aaaa.ok:
            row["mx_outcome"] = "no_service"
        else:
            row.update(mx_outcome="failed", failure=a.failure or aaaa.failure, ede=ANY)
            self._failure("address", row["domain"], row["failure"])

    def _exchanges(self, row, reply):
        records = sorted(reply.records, key=lambda mx: (mx[0], labdns.text(mx[1])))
        others = [mx for mx in records if mx[1] != labdns.ROOT]
        nulls = [mx for mx in records if mx[1] == labdns.ROOT]
        row["mx_outcome"] = "mx" if others else "null_mx"
        if nulls:
            row["null_mx_flaw"] = ("mixed" if others else
                                   "preference" if any(mx[0] for mx in nulls) else None)
        if reply.hops:
            row["alias_target"] = labdns.text(reply.end)
        if others:
            row["provider"] = self._exchange_provider(others[0][1])
        for preference, exchange in records:
            kind = exchange_class(exchange)
            is_alias = None
            primary = exchange != labdns.ROOT and preference == others[0][0]
            if kind in RESOLVED:
                alias = self._mail_host(exchange, primary)["alias"]
                is_alias = alias if alias in (None, ANY) else int(alias != "none")
                self._count(row, is_alias)
            elif senders_use(exchange):  # an address: nobody asks for its TLSA records
                self._use(labdns.text(exchange), truth_dane.ADDRESS, primary)
            self.rows["mx_records"].append(dict(
                domain=row["domain"], preference=preference, exchange=labdns.text(exchange),
                exchange_class=kind, is_primary=int(primary), is_alias=is_alias))

    def _count(self, row, is_alias):
        if ANY in (is_alias, row["cname_mx_count"]):
            row.update(cname_mx_count=ANY, unknown_mx_count=ANY)
        else:
            row["cname_mx_count"] += is_alias or 0
            row["unknown_mx_count"] += is_alias is None

    def _sts(self, row, domain):
        """MTA-STS and TLSRPT; the domain's MX records are the last ones of their table."""
        sts = truth_sts.Sts(self.universe, self.oracle, is_special, domain)
        aliases, matches = [], []
        count = row["mx_count"] or 0
        for mx in self.rows["mx_records"][len(self.rows["mx_records"]) - count:]:
            name, target = sts.match(mx["exchange"]), None
            if mx["is_alias"] == 1:
                target = sts.match(self.hosts[mx["exchange"]]["alias_target"])
                aliases.append((name, target))
            mx.update(sts_match_name=name, sts_match_target=target)
            matches.append(f"{name}{'-' if target is None else target}")
        row.update(sts=sts.word, tlsrpt=sts.tlsrpt, sts_cname_effect=sts.cname_effect(aliases))
        for kind, name, failure in sts.failures:
            self._failure(kind, name, failure)
        self.rows["sts_policies"].append(sts.row)
        self.sts[row["domain"]] = dict(sts.row, matches=" ".join(matches))

    def _exchange_provider(self, exchange):
        if exchange_class(exchange) in ("address", "localhost"):
            return None
        return self.suffixes.registrable(labdns.text(exchange))

    # hosts

    def _mail_host(self, host, primary):
        """A mail host of the domain at hand."""
        row = self._host(host)
        self.mail_hosts[row["host"]] = row
        if primary is None or senders_use(host):
            self._use(row["host"], row, primary is None or primary)
        return row

    def _use(self, text, row, primary):
        """Named twice, its lowest preference counts."""
        there = self.used.get(text)
        self.used[text] = (row, primary or bool(there and there[1]))

    def _host(self, host):
        text = labdns.text(host)
        if text in self.hosts:
            return self.hosts[text]
        row = dict.fromkeys(map(str.strip, TABLES["hosts"].split(",")))
        row.update(host=text, provider=self.suffixes.registrable(text))
        a, aaaa = (self.oracle.resolve(host, qtype) for qtype in ("A", "AAAA"))
        self._addresses(row, a, aaaa)
        self._alias(row, host, a, aaaa)
        if host in self.universe.doubtful:
            self._forget(row, ("alias", "alias_hops", "alias_target", "alias_dnssec",
                               "alias_problem"), {"aliases": "host"})
            self._failure("alias", text, ANY, optional=True)
        self._dane(row, host, a, aaaa)
        self.hosts[text] = row
        self.rows["hosts"].append(row)
        return row

    def _dane(self, row, host, a, aaaa):
        if row["address_outcome"] == ANY:
            row.update(dict.fromkeys(truth_dane.COLUMNS, ANY))
            return
        records, failure = truth_dane.host_columns(self.oracle, row, host, a, aaaa)
        if failure:
            self._failure("tlsa", row["host"], failure)
        self.rows["tlsa_records"] += records
        self.tlsa[row["host"]] = {
            "reasons": " ".join(sorted(str(record["reason"]) for record in records)),
            "keys": ", ".join(sorted(f"{record['known_key']} {record['key_status']}"
                                     for record in records if record["known_key"]))}

    def _addresses(self, row, a, aaaa):
        replies = (a, aaaa)
        outcomes = [reply.outcome for reply in replies]
        row["address_outcome"] = next(word for word in ("answer", "failed", "nxdomain", "nodata")
                                      if word in outcomes)
        row["failure"] = a.failure or aaaa.failure
        if row["failure"]:
            row["ede"] = ANY
            self._failure("address", row["host"], row["failure"])
        row["ipv4_count"] = len(a.records) if a.ok else None
        row["ipv6_count"] = len(aaaa.records) if aaaa.ok else None
        gave = [reply for reply in replies if reply.outcome == "answer"] or list(replies)
        if all(reply.ok for reply in gave):
            row["dnssec"] = "secure" if all(reply.secure for reply in gave) else "insecure"
        else:  # the one failed, the other denied: the dictionary does not say
            row["dnssec"] = ANY if a.ok or aaaa.ok else _dnssec(a)
        if a.cut or aaaa.cut:
            row["dnssec"] = ANY
        if a.ok or aaaa.ok:
            row["special_count"] = 0
        for reply, family in ((a, 4), (aaaa, 6)):
            for address in reply.records:
                special = is_special(address)
                row["special_count"] += special
                pack = socket.AF_INET if family == 4 else socket.AF_INET6
                address = socket.inet_ntop(pack, socket.inet_pton(pack, address))
                self.rows["addresses"].append(dict(host=row["host"], address=address,
                                                   family=family, special=special))

    def _alias(self, row, host, a, aaaa):
        shown = next((reply for reply in (a, aaaa) if reply.ok), None)
        if shown:
            hops, problem = shown.hops, None
            if (shown.hops or shown.cut) and shown.outcome == "nxdomain":
                problem = "dangling"
        else:
            hops, problem = self._walk(row, host)
        if hops is None:
            return
        first = hops[0] if hops else shown and shown.cut
        row["alias"] = first.kind if first else "none"
        # behind a CNAME, Unbound 1.26 says SERVFAIL before it says YXDOMAIN
        if len(hops) >= HOPS_MAX or (hops and shown and shown.cut):
            self._forget(row, ("address_outcome", "failure", "ede", "ipv4_count", "ipv6_count",
                               "special_count", "dnssec"),
                         {"addresses": "host", "failures": "name"})
            self._failure("address", row["host"], ANY, optional=True)
        if len(hops) >= HOPS_MAX:
            hops, problem = hops[:HOPS_MAX], "too_long"
        if first:
            row.update(alias_hops=len(hops),
                       alias_target=labdns.text(hops[-1].target) if hops else None,
                       alias_dnssec=self._first(row, host, first), alias_problem=problem)
        for number, hop in enumerate(hops, 1):
            self.rows["aliases"].append(dict(
                host=row["host"], hop=number, owner=labdns.text(hop.owner),
                target=labdns.text(hop.target), kind=hop.kind))

    def _first(self, row, host, first):
        """alias_dnssec: the question for the first alias record (RFC 7672 s2.1.3), and what it
        costs where it fails."""
        if row["address_outcome"] == "answer" and row["dnssec"] == "secure":
            return "secure"
        if first.kind == "dname":
            reply = self.oracle.step(first.dname_owner, "DNAME")
            shows = reply.outcome == "answer"
        else:
            reply = self.oracle.step(host, "CNAME")
            shows = bool(reply.hops)
        if not reply.ok:
            self._failure("alias", row["host"], reply.failure)
        elif not shows:  # contradicts the address answers
            self._failure("alias", row["host"], "other")
        if not shows:
            return "indeterminate"
        return "secure" if reply.secure else "insecure"

    def _walk(self, row, host):
        """Without a single address answer: CNAME questions, hop by hop."""
        hops, seen = [], {host}
        while len(hops) < HOPS_MAX:
            reply = self.oracle.step(host, "CNAME")
            if not reply.ok:
                self._failure("alias", row["host"], reply.failure, optional=bool(hops))
                return (hops, None) if hops else (None, None)
            if not reply.hops:
                dangling = hops and reply.outcome == "nxdomain"
                return hops, "dangling" if dangling else None
            hops.append(reply.hops[0])
            host = hops[-1].target
            if host in seen:
                return hops, "loop"
            seen.add(host)
        return hops, "too_long"

    def _forget(self, row, columns, tables):
        """What the resolver's version and cache decide: columns of a host, and its other rows."""
        row.update(dict.fromkeys(columns, ANY))
        for table, key in tables.items():
            for other in self.rows[table]:
                if other[key] == row["host"]:
                    other["optional"] = 1

    def _failure(self, kind, name, failure, optional=False):
        row = dict(kind=kind, name=name, failure=failure, optional=int(optional))
        there = self.failed.setdefault((kind, name), row)
        if there is row:
            self.rows["failures"].append(row)
        elif failure == ANY:  # else: a domain that is a mail host of another one too
            there.update(row)

    # what the declarations say

    def disagreements(self):
        """Lines on where the declarations' own words differ from what was derived."""
        for listed in self.universe.listed:
            for table, name, columns in listed.expect or ():
                row = getattr(self, table).get(name)
                for column, value in columns.items():
                    got = row.get(column) if row else "no such row"
                    if got != value:
                        yield f"{table} {name} {column}: declared {value!r}, derived {got!r}"

    def write(self, path, rejected):
        """rejected: (line number, text) of the list's noise."""
        for line, text in rejected:
            self.rows["rejected_lines"].append(dict(list=ANY, line=line, text=text, reason=ANY))
        connection = sqlite3.connect(path)
        for table, columns in TABLES.items():
            columns = [column.strip() for column in columns.split(",")] + ["optional"]
            connection.execute(f"CREATE TABLE {table} ({', '.join(columns)})")
            marks = ", ".join("?" * len(columns))
            connection.executemany(
                f"INSERT INTO {table} VALUES ({marks})",
                ([row.get(column, 0 if column == "optional" else None) for column in columns]
                 for row in self.rows[table]))
        truth_codes.write(connection, self.universe.codes)
        connection.commit()
        connection.close()


def _dnssec(reply):
    if not reply.ok:
        return "bogus" if reply.failure == "bogus" else "indeterminate"
    if reply.cut:  # Unbound sets AD of YXDOMAIN by what is in its cache
        return ANY
    return "secure" if reply.secure else "insecure"
