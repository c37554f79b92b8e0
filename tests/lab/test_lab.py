#!/usr/bin/python3
"""The lab's own test: deterministic, true by Unbound's word, and compare sees every change.

Status 77 (skipped) where namespaces or the servers are missing.
"""

import filecmp
import io
import os
import shutil
import sqlite3
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.realpath(__file__))
LAB = os.path.join(HERE, "lab")
sys.path.insert(0, HERE)

import compare

# a change of a survey file, and how many differences it makes
CHANGES = {
    "UPDATE domains SET mx_outcome = 'no_service' WHERE domain = 'mx-one.case.org'": 1,
    "UPDATE domains SET dnssec = NULL WHERE domain = 'mx-one.case.net'": 1,
    "UPDATE hosts SET alias_hops = 2 WHERE host = 'mail.mx-cname-1hop.case.org'": 1,
    "UPDATE hosts SET failure = 'timeout' WHERE host = 'mx.lame.net'": 1,
    "UPDATE hosts SET dane = 'none' WHERE host = 'mail.dane-3-1-1.case.org'": 1,
    "UPDATE hosts SET tlsa_base = host WHERE host = 'mail.dane-alias-expanded.case.org'": 1,
    "UPDATE hosts SET tlsa_outcome = 'nodata' WHERE host = 'mail.dane-none.case.com'": 1,
    "UPDATE hosts SET tlsa_dnssec = 'secure' WHERE host = 'mail.dane-none.optout.org'": 1,
    "UPDATE hosts SET tlsa_count = 0 WHERE host = 'mail.dane-bogus-tlsa.spoiled.org'": 1,
    "UPDATE hosts SET tlsa_usable_count = 2 WHERE host = 'mail.dane-mixed.case.org'": 1,
    "UPDATE domains SET dane = 'primary' WHERE domain = 'dane-backup-only.case.org'": 1,
    "UPDATE domains SET dane = 'none' WHERE domain = 'dane-null-mx.case.org'": 1,
    "UPDATE domains SET tlsa_failures = 0 WHERE domain = 'tlsa-refused.org'": 1,
    "UPDATE hosts SET dane_exim = 'usable' WHERE host = 'mail.senders-exim-initial.case.org'": 1,
    "UPDATE domains SET dane_ready = 0 WHERE domain = 'senders-ready-one.case.net'": 1,
    "UPDATE domains SET dane_ready = NULL WHERE domain = 'senders-ready-already.case.org'": 1,
    "UPDATE domains SET unknown_mx_count = 1 WHERE domain = 'senders-unknown-twice.case.org'": 1,
    "DELETE FROM failures WHERE kind = 'alias' AND name = 'mail.old.first-servfail.org'": 1,
    "UPDATE tlsa_records SET reason = 'length' WHERE host = 'mail.dane-key-cut.case.org'": 1,
    "UPDATE tlsa_records SET usable = 1 WHERE host = 'mail.dane-tlsa-cname-insecure.case.org'": 2,
    "UPDATE tlsa_records SET known_key = NULL WHERE host = 'mail.dane-seed.case.org'": 5,
    "UPDATE tlsa_records SET key_status = 'active' WHERE host = 'mail.dane-stale.case.org'": 1,
    "UPDATE tlsa_records SET key_status = 'active' WHERE host = 'mail.dane-root-unsent.case.org'": 1,
    "UPDATE tlsa_records SET known_key = NULL WHERE host = 'mail.dane-junk-ta.case.org'": 1,
    "UPDATE tlsa_records SET base = 'x' WHERE host = 'mail.dane-many.case.org'": 40,
    "UPDATE tlsa_records SET data = upper(data) WHERE host = 'mail.dane-3-1-2.case.org'": 2,
    "DELETE FROM tlsa_records WHERE host = 'mail.dane-full-1.case.org'": 1,
    "DELETE FROM failures WHERE kind = 'tlsa' AND name = 'mail.tlsa-servfail.org'": 1,
    "UPDATE domains SET sts = 'none' WHERE domain = 'sts-record-plain.case.org'": 1,
    "UPDATE domains SET sts = NULL WHERE domain = 'sts-none-spf.case.org'": 1,
    "UPDATE domains SET sts_cname_effect = 'same' WHERE domain = 'sts-alias-name.case.org'": 1,
    "UPDATE domains SET sts_cname_effect = 'same' WHERE domain = 'sts-alias-name-none.case.org'": 1,
    "UPDATE domains SET tlsrpt = 'valid' WHERE domain = 'tlsrpt-two.case.org'": 1,
    "UPDATE mx_records SET sts_match_name = 0 WHERE domain = 'sts-alias-name.case.org'": 1,
    "UPDATE mx_records SET sts_match_target = NULL WHERE domain = 'sts-alias-both.case.org'": 1,
    "UPDATE mx_records SET sts_match_name = 0 WHERE domain = 'sts-flaw-html.case.org'": 1,
    "UPDATE sts_policies SET id = '2' WHERE domain = 'sts-record-id-twice.case.org'": 1,
    "UPDATE sts_policies SET record_outcome = 'valid' WHERE domain = 'sts-several-valid.case.org'":
    1,
    "UPDATE sts_policies SET policy_outcome = 'valid' WHERE domain = 'sts-http-301.case.org'": 1,
    "UPDATE sts_policies SET detail = 'connect' WHERE domain = 'sts-cert-expired.case.org'": 1,
    "UPDATE sts_policies SET detail = 'mode' WHERE domain = 'sts-flaw-mode-case.case.org'": 1,
    "UPDATE sts_policies SET media_type = 'text/plain' WHERE domain = 'sts-http-404.case.org'": 1,
    "UPDATE sts_policies SET http_status = NULL WHERE domain = 'sts-http-404.case.org'": 1,
    "UPDATE sts_policies SET mode = 'testing' WHERE domain = 'sts-policy-crlf.case.org'": 1,
    "UPDATE sts_policies SET max_age = 2 WHERE domain = 'sts-policy-max-age-twice.case.org'": 1,
    "UPDATE sts_policies SET mx = NULL WHERE domain = 'sts-policy-none-without-mx.case.org'": 1,
    "UPDATE sts_policies SET mx = '[\"*.org\"]' WHERE domain = 'sts-match-wildcard.case.org'": 1,
    "DELETE FROM sts_policies WHERE domain = 'sts-none-spf.case.org'": 1,
    "INSERT INTO sts_policies (domain) VALUES ('null-mx.case.org')": 1,
    "DELETE FROM failures WHERE name = '_mta-sts.sts-bogus.case.org'": 1,
    "DELETE FROM failures WHERE name = 'mta-sts.sts-host-bogus.case.org'": 1,
    "UPDATE failures SET kind = 'sts' WHERE kind = 'tlsrpt'": 6,
    "UPDATE mx_records SET is_alias = 0 WHERE domain = 'mx-cname-1hop.case.net'": 1,
    "DELETE FROM domains WHERE domain = 'null-mx.case.org'": 1,
    "DELETE FROM aliases WHERE host = 'mail.mx-cname-3hop.case.org' AND hop = 2": 1,
    "DELETE FROM failures WHERE kind = 'mx' AND name = 'lame.net'": 1,
    "UPDATE addresses SET special = 1 - special WHERE host = 'mail.mx-one.case.org'": 2,
    "INSERT INTO hosts (host) VALUES ('never.case.org')": 1,
    "INSERT INTO domains SELECT * FROM domains WHERE domain = 'null-mx.case.org'": 1,
    "DELETE FROM rejected_lines": 12,
    "UPDATE domains SET ede = '6,7,22' WHERE domain = 'bogus-expired.org'": 0,
    "UPDATE domains SET ede = '6' WHERE domain = 'bogus-expired.org'": 1,
    "UPDATE hosts SET ede = NULL WHERE host = 'mail.no-nsec-ipv6.no-nsec.org'": 1,
}


def lab(*words):
    return subprocess.run([sys.executable, LAB, *words], check=False).returncode


def same_files(left, right):
    both = filecmp.dircmp(left, right, ignore=["run", "truth.db"])
    stack = [both]
    while stack:
        one = stack.pop()
        _, different, odd = filecmp.cmpfiles(one.left, one.right, one.common_files, shallow=False)
        if different or odd or one.left_only or one.right_only:
            return False
        stack += one.subdirs.values()
    return True


def dump(path):
    return "\n".join(sqlite3.connect(path).iterdump())


def test_compare(folder, seen):
    for change, differences in CHANGES.items():
        changed = seen + ".changed"
        shutil.copy(seen, changed)
        connection = sqlite3.connect(changed)
        connection.execute(change)
        connection.commit()
        connection.close()
        said = io.StringIO()
        status = compare.compare(folder, changed, said)
        assert status == bool(differences), change
        assert f"\n{differences} differences" in "\n" + said.getvalue(), (change, said.getvalue())


def main():
    programs = ("nsd", "dnsdist", "nginx", "unbound", "openssl", "unshare", "setpriv")
    path = os.environ.get("PATH", "") + ":/usr/sbin:/usr/local/sbin"
    missing = [name for name in programs if not shutil.which(name, path=path)]
    if missing or subprocess.run(["unshare", "--user", "--map-root-user", "--net", "true"],
                                 check=False).returncode:
        print("skipped: no", ", ".join(missing) or "namespaces")
        return 77
    with tempfile.TemporaryDirectory() as scratch:
        one, two = os.path.join(scratch, "one"), os.path.join(scratch, "two")
        for folder in (one, two):
            assert lab("generate", folder, "--seed", "7", "--domains", "1300", "--no-slow") == 0
        assert same_files(one, two)
        assert dump(os.path.join(one, "truth.db")) == dump(os.path.join(two, "truth.db"))
        seen = os.path.join(scratch, "seen.db")
        assert lab("run", "--resolver", one, "--", os.path.join(HERE, "check_lab.py"), seen) == 0
        assert lab("run", one, "--", "sh", "-c", "exit 7") == 7
        test_compare(one, seen)
    return 0


if __name__ == "__main__":
    sys.exit(main())
