#!/usr/bin/python3
"""Codes that SQL has as bare numbers are those of crawler/core/words.h: every comparison of a column
of codes with a number, in schema/, in analysis/ and in the C of the program, is in the list below
with its words, and the list has no other.

    test_codes.py SOURCE_ROOT
"""
import pathlib
import re
import sys

# a column, or a column of a table by its alias in the file: the words that it is in
COLUMNS = {
    "mx_outcome": "MX_OUTCOME", "dnssec": "DNSSEC", "alias_dnssec": "DNSSEC", "sts": "STS",
    "tlsrpt": "TLSRPT", "kind": "LOOKUP_KIND", "class": "EXCHANGE_CLASS", "alias": "ALIAS",
    "address_outcome": "OUTCOME", "outcome": "OUTCOME", "policy_outcome": "STS_POLICY_OUTCOME",
    "mode": "STS_MODE", "dane": "DANE", "dane_exim": "DANE", "phase": "PROBE_PHASE",
    "match": "TLSA_MATCH", "probe_outcome": "PROBE_OUTCOME",
}
# file: what it says, with words for numbers; `0` is "none" of every kind
SAID = {
    "schema/disbelieve.sql": {
        "dnssec = indeterminate", "dnssec <> indeterminate", "alias_dnssec = indeterminate",
        "alias_dnssec <> indeterminate", "mx_outcome <> failed",
        "dane > unreachable", "kind = tlsa"},
    "schema/retry.sql": {
        "kind IN address, alias, tlsa", "kind = sts", "mx_outcome = failed",
        "sts IN unavailable, failed", "tlsrpt = failed"},
    "schema/strays.sql": {"kind IN address, alias, tlsa"},
    "schema/indexes.sql": {"alias > none"},
    "schema/views.sql": {
        "mx_outcome <> failed", "dnssec = indeterminate",
        "sts IN enforce, testing", "sts IN enforce, testing, off", "alias > none",
        "address_outcome > 0", "phase = handshake", "match = matched"},
    "analysis/collect/sql/alias_deliveries.sql": {"alias > none"},
    "analysis/collect/sql/domains.sql": {"sts IN enforce, testing"},
    "analysis/collect/sql/exchanges.sql": {"class IN address, invalid"},
    "analysis/collect/sql/hosts.sql": {"alias > none", "address_outcome > 0"},
    "analysis/collect/sql/sts_matches.sql": {"class <> null", "mode IN enforce, testing"},
    "analysis/collect/sql/dane_addresses.sql": {"dane = usable"},
    "analysis/collect/sql/probe_failing.sql": {
        "address_outcome = answer", "dane = usable", "dnssec = secure",
        "probe_outcome IN tls, no_starttls, tls_failed"},
    "analysis/collect/sql/tlsa_failing.sql": {
        "outcome = failed", "dane = failed", "dnssec = secure", "alias_dnssec = secure"},
    "crawler/store/probes_read.c": {
        "address_outcome = answer", "alias > none", "dane IN unusable, usable",
        "sts IN enforce, testing", "outcome = answer", "dnssec = secure"},
    "crawler/store/store_hosts.c": {"alias > none"},
    "crawler/store/merge/hosts.c": {"mx_outcome = failed"},
    "crawler/store/merge/judge.c": {"mx_outcome IN implicit_mx, failed"},
    "crawler/store/merge/judge_sts.c": {"policy_outcome = valid", "alias > none"},
    "crawler/store/merge/rows.c": {"kind IN address, alias, tlsa"},
}
COMPARED = re.compile(r"(?<![\w>])(?:\w+\.)?(%s) (=|<>|>|IN|IS NOT|IS) (\(\d[\d, ]*\)|\d+)"
                      % "|".join(COLUMNS))


def words_of(root):
    text = (root / "crawler/core/words.h").read_text(encoding="ascii")
    return {name: ["0"] + re.findall(r'X\(\w+, "(\w+)"\)', body)
            for name, body in re.findall(r"#define (\w+)_WORDS\(X\)((?:[^\n]*\\\n)+[^\n]*)", text)}


def strings(text):
    """What a C file has in quotes, where it may be SQL."""
    text = re.sub(r"/\*.*?\*/", "", text, flags=re.S)
    return re.sub(r'"\s*"', "", " ".join(re.findall(r'"(?:[^"\\\n]|\\.)*"(?:\s*"(?:[^"\\\n]|\\.)*")*', text)))


def said(path, words):
    text = path.read_text(encoding="utf-8")
    text = re.sub(r"--[^\n]*", "", text) if path.suffix == ".sql" else strings(text)
    if path.suffix == ".c" and not re.search(r"\b(SELECT|UPDATE|DELETE|WHERE)\b", text):
        return set()
    return {"%s %s %s" % (column, how, ", ".join(words[COLUMNS[column]][int(number)]
                                                 for number in re.findall(r"\d+", numbers)))
            for column, how, numbers in COMPARED.findall(text)
            if (how, numbers) != ("IS NOT", "0")}


def main():
    root = pathlib.Path(sys.argv[1])
    words = words_of(root)
    assert set(COLUMNS.values()) <= set(words), set(COLUMNS.values()) - set(words)
    found = {}
    for folder in ("schema", "crawler", "analysis"):
        for path in sorted((root / folder).rglob("*")):
            if path.suffix in (".sql", ".c"):
                codes = said(path, words)
                if codes:
                    found[str(path.relative_to(root))] = codes
    wrong = [(name, found.get(name, set()) ^ SAID.get(name, set()))
             for name in sorted(set(found) | set(SAID))]
    wrong = ["%s: %s" % (name, sorted(codes)) for name, codes in wrong if codes]
    assert not wrong, "in the list or in the file, not in both:\n" + "\n".join(wrong)


if __name__ == "__main__":
    main()
