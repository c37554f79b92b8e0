"""What the rows of a survey say of faults, and what in them changes when an advice is followed: by
the data dictionary (schema/README.md) and worlds/unwell.py."""
from worlds.unwell import LONG

MINE = ("WITH mine AS (SELECT exchange AS host FROM mx_records WHERE domain = :d UNION SELECT domain FROM"
        " domains WHERE domain = :d AND mx_outcome = 'implicit_mx') ")


def _domain(condition):
    return f"SELECT domain FROM domains WHERE domain = :d AND {condition}"


def _exchange(condition):
    return f"SELECT exchange FROM mx_records WHERE domain = :d AND {condition}"


def _host(condition):
    return MINE + f"SELECT host FROM hosts AS h JOIN mine USING (host) WHERE {condition}"


def _records(condition):
    return _host("EXISTS (SELECT 1 FROM tlsa_records AS r WHERE r.host = h.host AND " + condition + ")")


def _texts(outcome):
    return ("SELECT '_mta-sts.' || domain FROM sts_policies WHERE domain = :d AND record_outcome ="
            f" '{outcome}' UNION SELECT '_smtp._tls.' || domain FROM domains WHERE domain = :d AND"
            f" tlsrpt = '{outcome}'")


STALE = "r.key_status IN ('retired', 'expired', 'unsent', 'junk')"
SHOWN = {  # code of a finding: the names that are its subject
    "lookup_failed": MINE + (
        "SELECT f.name FROM failures AS f LEFT JOIN hosts AS h ON h.host = f.name WHERE (f.name IN"
        " (SELECT host FROM mine) OR f.name IN (:d, '_mta-sts.' || :d, '_smtp._tls.' || :d)) AND NOT"
        " (f.kind = 'address' AND h.address_outcome IS 'answer') AND NOT (f.kind = 'alias' AND"
        " f.failure = 'other')"),
    "family_failed": _host("failure IS NOT NULL AND address_outcome = 'answer'"),
    "nxdomain": _domain("mx_outcome = 'nxdomain'"),
    "no_service": _domain("mx_outcome = 'no_service'"),
    "null_mx_mixed": _domain("null_mx_flaw = 'mixed'"),
    "null_mx_preference": _domain("null_mx_flaw = 'preference'"),
    "exchange_address": _exchange("exchange_class = 'address'"),
    "exchange_localhost": _exchange("exchange_class = 'localhost'"),
    "exchange_single_label": _exchange("exchange_class = 'single_label'"),
    "exchange_invalid": _exchange("exchange_class = 'invalid'"),
    "no_address": _host("address_outcome IN ('nodata', 'nxdomain') AND alias_problem IS NULL"),
    "special_address": _host("special_count > 0"),
    "ipv6_only": _host("ipv4_count = 0 AND ipv6_count > 0"),
    "alias_exchange": MINE + ("SELECT host FROM hosts JOIN mine USING (host) JOIN mx_records ON domain = :d"
                              " AND exchange = host WHERE is_alias AND alias_problem IS NULL"),
    "alias_dangling": _host("alias_problem = 'dangling'"),
    "alias_loop": _host("alias_problem = 'loop'"),
    "alias_too_long": _host("alias_problem = 'too_long'"),
    "alias_multiple": _host("alias_problem = 'multiple'"),
    "alias_contradicted": MINE + ("SELECT name FROM failures JOIN mine ON host = name"
                                  " WHERE kind = 'alias' AND failure = 'other'"),
    "dane_defers": _host("dane = 'failed' AND tlsa_outcome = 'failed' OR dane <> 'failed' AND dane_exim ="
                         " 'failed'"),
    "dane_partial": _domain("dane IN ('partial', 'primary')"),
    "dane_ready": _domain("dane_ready"),
    "tlsa_unusable": _host("dane = 'unusable'"),
    "tlsa_some_unusable": _records("NOT r.usable AND h.dane = 'usable'"),
    "tlsa_empty": _records("r.data = ''"),
    "tlsa_not_reached": _host("dane = 'none' AND tlsa_count > 0"),
    "tlsa_keys": _records(STALE) + f" AND NOT EXISTS (SELECT 1 FROM tlsa_records AS r WHERE r.host = h.host"
                                   f" AND r.usable AND {STALE} IS NOT TRUE)",
    "tlsa_leftovers": _records(STALE) + f" AND EXISTS (SELECT 1 FROM tlsa_records AS r WHERE r.host ="
                                        f" h.host AND r.usable AND {STALE} IS NOT TRUE)",
    "record_multiple": _texts("multiple"),
    "record_invalid": _texts("invalid"),
    "policy_unavailable": _domain("sts = 'unavailable'"),
    "policy_invalid": _domain("sts = 'invalid_policy'"),
    "policy_short": _domain("sts = 'enforce' AND EXISTS (SELECT 1 FROM sts_policies AS p"
                            " WHERE p.domain = :d AND p.max_age < 86400)"),
    "policy_match": _exchange("(sts_match_name = 0 OR sts_match_target = 0)") + (
        " UNION SELECT domain FROM domains JOIN sts_policies AS p USING (domain) WHERE domain = :d AND"
        " mx_outcome = 'implicit_mx' AND p.mode <> 'none' AND NOT EXISTS"
        " (SELECT 1 FROM json_each(p.mx) WHERE value = :d)"),
}

# "domain code", and the way where there are two: what changes in the row of domains; {}: nothing
NOT_ALIAS = {"cname_mx_count": (1, 0)}
ASKED = {"sts": (None, "none"), "tlsrpt": (None, "none")}  # it has a mail host now
COMPLETE = {"dane": ("none", "complete")}
ENFORCE = "enforce"


def _found(name, failure, dnssec):
    return {"mx_outcome": ("failed", "mx"), "failure": (failure, None), "dnssec": (dnssec, "secure"),
            "mx_count": (None, 1), "cname_mx_count": (None, 0), "unknown_mx_count": (None, 0),
            "provider": (None, name + ".test"), "dane": ("failed", "complete"),
            "tlsa_failures": (None, 0), **ASKED}


def _provider(old, new):
    return {"provider": (old + ".test", new + ".test")}


DOMAINS = {
    "silent no_service": {"mx_outcome": ("no_service", "mx"), "mx_count": (0, 1),
                          "provider": (None, "fresh.test"), "dane": (None, "complete"),
                          "dane_ready": (None, 0), **ASKED},
    "null null_mx_mixed 0": {"null_mx_flaw": ("mixed", None), "mx_count": (2, 1)},
    "null null_mx_mixed 1": {"null_mx_flaw": ("mixed", None), "mx_count": (2, 1),
                             "mx_outcome": ("mx", "null_mx"), "provider": ("null.test", None),
                             "dane": ("complete", None), "dane_ready": (0, None),
                             "sts": ("none", None), "tlsrpt": ("none", None)},
    "address exchange_address": {"dane": ("primary", "complete")},
    "preference null_mx_preference": {"null_mx_flaw": ("preference", None)},
    **{f"{name} alias_exchange": NOT_ALIAS
       for name in ("named", "both", "two", "bare", "dname", "between", "hid", "hidfail", "own",
                    "roomalias")},
    **{f"{name} alias_exchange {way}": NOT_ALIAS for name in ("either",) for way in (0, 1)},
    "foreign alias_exchange": {**NOT_ALIAS, **_provider("foreign", "provider-plain")},
    "contrary alias_exchange": {**NOT_ALIAS, **_provider("contrary", "contrary-plain")},
    "fails-alias alias_exchange": {**NOT_ALIAS, **_provider("fails-alias", "fails-alias-plain")},
    **{f"{name} alias_exchange": {**NOT_ALIAS, **_provider(name, name + "-plain"), "tlsa_failures": (1, 0)}
       for name in ("fails-dname", "contrary-dname")},
    **{f"{name} alias_{problem}": {**NOT_ALIAS, **COMPLETE, **_provider(name, "fresh")}
       for name, problem in (("gone", "dangling"), ("loop", "loop"), ("long", "too_long"))},
    "fails-dname lookup_failed": {"tlsa_failures": (1, 0)},
    "contrary-dname alias_contradicted": {"tlsa_failures": (1, 0)},
    "unsigned alias_exchange": {**NOT_ALIAS, **COMPLETE, **_provider("unsigned-plain", "provider")},
    **{f"{name} tlsa_unusable": COMPLETE for name in ("hid", "hidfail", "unusable")},
    "astray tlsa_not_reached": COMPLETE,
    "partly dane_partial": {"dane": ("partial", "complete")},
    "ready dane_ready": {"dnssec": ("insecure", "secure"), "dane": ("insecure", "complete"),
                         "dane_ready": (1, 0)},
    "fails-mx lookup_failed": _found("fails-mx", "servfail", "indeterminate"),
    "fails-bogus lookup_failed": _found("fails-bogus", "bogus", "bogus"),
    "fails-host lookup_failed": COMPLETE,
    "fails-tlsa dane_defers": {**COMPLETE, "tlsa_failures": (1, 0)},
    "fails-tlsabogus dane_defers": {**COMPLETE, "tlsa_failures": (1, 0)},
    "room dane_defers": {**COMPLETE, **_provider("room", "fresh")},
    "roombeside dane_defers": {"dane": ("primary", "complete")},
    "roomalias dane_defers": {**NOT_ALIAS, **_provider("roomalias", "fresh")},
    f"{LONG}.lone dane_defers": {**COMPLETE, **_provider("lone", "fresh"),
                                 "mx_outcome": ("implicit_mx", "mx"), "mx_count": (0, 1)},
    "fails-sts lookup_failed": {"sts": ("failed", "none")},
    "fails-tlsrpt lookup_failed": {"tlsrpt": ("failed", "none")},
    "fails-itself lookup_failed": {"mx_outcome": ("failed", "implicit_mx"), "failure": ("servfail", None),
                                   "provider": (None, "fails-itself.test"),
                                   "dane": ("failed", "complete"), "tlsa_failures": (None, 0), **ASKED},
    "twice record_multiple": {"sts": ("invalid_record", ENFORCE)},
    "record record_invalid": {"sts": ("invalid_record", ENFORCE)},
    "unserved policy_unavailable": {"sts": ("unavailable", ENFORCE)},
    "lacking policy_invalid": {"sts": ("invalid_policy", ENFORCE)},
    "spoilt policy_invalid": {"sts": ("invalid_policy", ENFORCE)},
    "short policy_short": {},
    "unlistable policy_match": {},
    "report record_invalid": {"tlsrpt": ("invalid", "valid")},
    "reports record_multiple": {"tlsrpt": ("multiple", "valid")},
    "lone policy_match": {"mx_outcome": ("implicit_mx", "mx"), "mx_count": (0, 1),
                          "provider": (None, "fresh.test")},
    "target-listed alias_exchange": {**NOT_ALIAS, "sts_cname_effect": ("target_only", None)},
    "name-listed alias_exchange": {**NOT_ALIAS, "sts_cname_effect": ("name_only", None)},
    "none-listed alias_exchange 0": {**NOT_ALIAS, "sts_cname_effect": ("neither", None)},
    "none-listed alias_exchange 1": {**NOT_ALIAS, "sts_cname_effect": ("neither", None)},
    "name-kept alias_exchange": {**NOT_ALIAS, "sts_cname_effect": ("target_only", None)},
}

# and in that of hosts, for some of the hosts that stay
BECOMES_USABLE = {"dane": ("unusable", "usable"), "dane_exim": ("unusable", "usable"),
                  "tlsa_usable_count": (0, 1)}


def _ends(target):
    """It is an alias no longer."""
    return {"alias": ("cname", "none"), "alias_hops": (1, None), "alias_target": (target, None),
            "alias_dnssec": ("secure", None)}


def _answered(dnssec):
    """A TLSA lookup that failed."""
    return {"tlsa_outcome": ("failed", "answer"), "tlsa_dnssec": (dnssec, "secure"),
            "tlsa_count": (None, 1), "tlsa_usable_count": (None, 1), "dane": ("failed", "usable"),
            "dane_exim": ("failed", "usable")}


HOSTS = {
    "again special_address": {"special_count": (1, 0)},
    "onlyv6 ipv6_only": {"ipv4_count": (0, 1)},
    "either alias_exchange 1": _ends("host.either.test"),
    "both alias_exchange": {**_ends("host.both.test"), "dane_exim": ("none", "usable")},
    "between alias_exchange": {**_ends("host.between-plain.test"), "dnssec": ("insecure", "secure"),
                               "dane_exim": ("insecure", "usable")},
    "hid alias_exchange": {**_ends("host.hid.test"), "tlsa_base": ("host.hid.test", "mx.hid.test"),
                           "tlsa_outcome": ("answer", "nxdomain"), "tlsa_count": (1, 0),
                           "dane": ("unusable", "none"), "dane_exim": ("unusable", "none")},
    "hid tlsa_unusable": BECOMES_USABLE,
    "unusable tlsa_unusable": BECOMES_USABLE,
    "some tlsa_some_unusable": {"tlsa_count": (19, 1)},
    "nodata tlsa_empty": {"tlsa_count": (2, 1)},
    "leftover tlsa_leftovers": {"tlsa_count": (2, 1), "tlsa_usable_count": (2, 1)},
    "expired tlsa_keys": {},
    "astray tlsa_not_reached": {"tlsa_dnssec": ("insecure", "secure"), "tlsa_usable_count": (0, 1),
                                "dane": ("none", "usable"), "dane_exim": ("none", "usable")},
    "fails-host lookup_failed": {
        "address_outcome": ("failed", "answer"), "failure": ("servfail", None), "ipv4_count": (None, 1),
        "ipv6_count": (None, 1), "special_count": (None, 0), "dnssec": ("indeterminate", "secure"),
        **_answered(None), "tlsa_outcome": ("not_asked", "answer"),
        "tlsa_base": (None, "mx.fails-host.test")},
    "fails-family family_failed": {"failure": ("servfail", None), "ipv6_count": (None, 1)},
    "fails-tlsa dane_defers": _answered("indeterminate"),
    "fails-tlsabogus dane_defers": _answered("bogus"),
    # below the DNAME there is what is below its target, which is in no signed zone
    "fails-dname lookup_failed": {
        "alias_dnssec": ("indeterminate", "secure"), "tlsa_outcome": ("not_asked", "nxdomain"),
        "tlsa_base": (None, "mx.old.fails-dname.test"), "tlsa_dnssec": (None, "insecure"),
        "tlsa_count": (None, 0), "tlsa_usable_count": (None, 0), "dane": ("failed", "none")},
    "contrary-dname alias_contradicted": {"alias_dnssec": ("indeterminate", "insecure"),
                                          "dane": ("failed", "insecure")},
}
