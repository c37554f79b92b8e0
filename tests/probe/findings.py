"""What a probe stored, against the truth of hosts.py."""

import contextlib
import json
import sqlite3

PROBES = ("address", "family", "meetings", "outcome", "phase", "reply", "plaintext", "tls_version",
          "tls_alert")
MATCHES = ("pkix", "names_host", "names_target", "name_match", "target_match", "dane_match",
           "tlsa_matched", "tlsa_count", "expires_in_days")
CERTIFICATES = ("sha256", "spki_sha256", "subject", "issuer", "names", "not_before", "not_after")
CHAIN_MAX = 30  # certificates that are kept


class Findings:
    """A file's rows by host, certificates by their digests instead of their numbers: two probes of
    the same servers find the same, at whatever time."""

    def __init__(self, db):
        with contextlib.closing(sqlite3.connect(db)) as connection:
            connection.row_factory = sqlite3.Row
            certificates = _read(connection, "certificates")
            by_id = {row["id"]: row["sha256"] for row in certificates}
            self.certificates = {row["sha256"]: _part(row, CERTIFICATES) for row in certificates}
            probes = _read(connection, "probes")
            self.probes = {row["host"]: _part(row, PROBES) for row in probes}
            self.times = {row["host"]: row["probed_at"] for row in probes}
            self.chains = {row["host"]: [by_id[number] for number in json.loads(row["chain"])]
                           for row in probes if row["chain"]}
            self.matches, self.leaves, self.records = {}, {}, {}
            for row in _read(connection, "probe_matches"):
                self.matches[row["host"]] = _part(row, MATCHES)
                self.leaves[row["host"]] = by_id[row["certificate"]]
            for row in _read(connection, "probe_tlsa"):
                self.records.setdefault(row["host"], []).append(
                    (row["usage"], row["selector"], row["matching_type"], row["data"],
                     row["match"]))
            for records in self.records.values():
                records.sort()

    def __eq__(self, other):
        return not list(self.changes(other))

    def changes(self, other):
        for name, ours in vars(self).items():
            theirs = getattr(other, name)
            if name != "times" and ours != theirs:
                yield from (f"{name} {key}: {ours.get(key)}, then {theirs.get(key)}"
                            for key in sorted(ours.keys() | theirs.keys())
                            if ours.get(key) != theirs.get(key))


def _read(connection, view):
    return connection.execute(f"SELECT * FROM {view}").fetchall()


def _part(row, columns):
    return {column: row[column] for column in columns}


def faults(findings, hosts, certificates):
    """What is not as the truth has it, by view: {view: [text]}."""
    wrong = {"probes": [], "probe_matches": [], "probe_tlsa": [], "certificates": []}
    shown = {}
    for host in hosts:
        _compare(wrong["probes"], host, _probe(host), findings.probes.get(host.host))
        chain = [certificates.digest(host, label) for label in host.chain][:CHAIN_MAX]
        chain = chain if host.shows else None
        _compare(wrong["probes"], host, {"chain": chain},
                 {"chain": findings.chains.get(host.host)})
        matches = findings.matches.get(host.host)
        if matches and chain:
            matches = {**matches, "certificate": findings.leaves[host.host]}
        _compare(wrong["probe_matches"], host, _match(host, chain), matches)
        records = sorted((*record[:3], record[3].hex(), match) for record, match in
                         ((certificates.tlsa(host, one), one.match) for one in host.tlsa))
        _compare(wrong["probe_tlsa"], host, {"records": records or None},
                 {"records": findings.records.get(host.host)})
        if host.shows:
            for label in host.chain[:CHAIN_MAX]:
                row = certificates.row(host, label)
                shown[row["sha256"]] = row
    for digest in sorted(shown.keys() | findings.certificates.keys()):
        if shown.get(digest) != findings.certificates.get(digest):
            wrong["certificates"].append(
                f"{findings.certificates.get(digest)}, expected {shown.get(digest)}")
    unknown = findings.probes.keys() - {host.host for host in hosts}
    wrong["probes"] += [f"{name} is no host of the world" for name in unknown]
    return wrong


def _probe(host):
    row = _part(vars(host), ("outcome", "phase", "reply", "plaintext", "tls_version"))
    row.update(address=host.met, family=6 if ":" in host.met else 4, meetings=1)
    if host.tls_alert != "any":
        row["tls_alert"] = host.tls_alert
    return row


def _match(host, chain):
    if not chain:
        return None
    row = _part(vars(host), [column for column in MATCHES if not column.startswith("tlsa_")])
    row.update(certificate=chain[0], tlsa_count=len(host.tlsa),
               tlsa_matched=sum(record.match == "matched" for record in host.tlsa))
    return row


def _compare(wrong, host, expected, found):
    if expected is None or found is None:
        if expected is not found:
            wrong.append(f"{host.host}: {found}, expected {expected}")
        return
    wrong += [f"{host.host}: {column} is {found[column]}, expected {value}"
              for column, value in expected.items() if found[column] != value]
