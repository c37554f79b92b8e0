"""Small surveys for the tests of reports, and how they become a file."""
import itertools
import random
import sqlite3

APPLICATION_ID, SCHEMA_VERSION = 0x6D787376, 3
# words.h: the number of a word is its place
CLASSES = [None, "null", "address", "localhost", "single_label", "invalid", "host"]
ALIASES = [None, "none", "cname", "dname"]
RECORDS = [None, "none", "valid", "multiple", "invalid", "failed"]
POLICIES = [None, "not_asked", "valid", "invalid", "unavailable"]
DETAILS = [None, "dns", "connect", "tls", "timeout", "http_status", "too_large", "special_address"]
MEDIA_TYPES = ["text/plain", None, "Text/PLAIN", "", "text/plain; charset=utf-8", "text/html",
               "text/plain ;x", "text/plain\t;x", "text/plainer", "text/plain,text/html",
               "application/octet-stream"]
MODES = [None, "enforce", "testing", "none"]
OUTCOMES = [None, "answer", "nodata", "nxdomain", "failed"]
DNSSEC = [None, "secure", "insecure", "bogus", "indeterminate"]
STS = [None, "none", "enforce", "testing", "off", "invalid_record", "invalid_policy",
       "unavailable", "failed"]
HOST_DANE = [None, "unreachable", "failed", "insecure", "none", "unusable", "usable"]
COLUMNS = {
    "domains": "domain rank suffix mx_outcome null_mx_flaw failure ede dnssec alias_target mx_count"
    " cname_mx_count unknown_mx_count provider dane tlsa_failures dane_ready sts sts_cname_effect"
    " tlsrpt surveyed_at",
    "mx_records": "domain preference exchange exchange_class is_primary is_alias sts_match_name"
    " sts_match_target",
    "hosts": "host provider address_outcome failure ede ipv4_count ipv6_count special_count dnssec"
    " alias alias_hops alias_target alias_dnssec alias_problem tlsa_outcome tlsa_base tlsa_dnssec"
    " tlsa_count tlsa_usable_count dane dane_exim",
    "sts_policies": "domain record_outcome policy_outcome detail http_status mode media_type",
    "failures": "kind name failure ede tries",
    "tlsa_records": "host base usage selector matching_type data usable reason known_key key_status",
    "rejected_lines": "list line text reason",
    "run_info": "key value",
}


class Survey:
    """Rows of a survey file as dictionaries; absent columns are NULL."""

    def __init__(self, finished=True, listed=None):
        self.rows = {view: [] for view in COLUMNS}
        self.info(state="finished" if finished else "interrupted", started_at="1606158365")
        if listed is not None:
            self.info(**{"total.listed": str(listed)})

    def add(self, view, **row):
        self.rows[view].append(row)

    def info(self, **pairs):
        for key, value in pairs.items():
            self.add("run_info", key=key, value=value)

    def host(self, host, provider, alias="none", outcome="answer", dnssec="insecure", **more):
        self.add("hosts", host=host, provider=provider, alias=alias, address_outcome=outcome,
                 dnssec=dnssec, **more)

    def domain(self, domain, outcome="mx", exchanges=(), provider=None, dnssec="insecure", **more):
        """exchanges: (name, class); whether one is an alias is looked up in hosts"""
        aliases = {row["host"]: row["alias"] for row in self.rows["hosts"]}
        known = 0
        for at, (name, word) in enumerate(exchanges):
            alias = aliases.get(name) if word in ("host", "single_label", "invalid") else None
            is_alias = None if alias is None else int(alias != "none")
            known += is_alias == 1
            self.add("mx_records", domain=domain, preference=at, exchange=name,
                     exchange_class=word, is_primary=int(at == 0), is_alias=is_alias)
        failed = outcome == "failed"
        self.add("domains", domain=domain, mx_outcome=outcome, provider=provider, dnssec=dnssec,
                 mx_count=None if failed else len(exchanges),
                 cname_mx_count=None if failed else known, surveyed_at=1606158400, **more)

    def tlsa(self, host, usage, selector, matching_type, usable=1, reason=None, key=None,
             status=None, data="00"):
        self.add("tlsa_records", host=host, base=host, usage=usage, selector=selector,
                 matching_type=matching_type, data=data, usable=usable, reason=reason,
                 known_key=key, key_status=status)

    def write(self, path, application_id=APPLICATION_ID, user_version=SCHEMA_VERSION):
        db = sqlite3.connect(path)
        db.execute(f"PRAGMA application_id = {application_id}")
        db.execute(f"PRAGMA user_version = {user_version}")
        for view, columns in COLUMNS.items():
            names = columns.split()
            db.execute(f"CREATE TABLE {view} ({', '.join(names)})")
            db.executemany(
                f"INSERT INTO {view} VALUES ({', '.join('?' * len(names))})",
                [[row.get(name) for name in names] for row in self.rows[view]])
        self.write_records(db)
        db.commit()
        db.close()

    def write_records(self, db):
        """mx_records as the tables below it, each domain with a set of its own, and implicit mail
        hosts; TLSA lookups; and the tables of sts_policies"""
        db.executescript("CREATE TABLE _listed (id INTEGER PRIMARY KEY, domain);"
                         "CREATE TABLE _surveyed (id INTEGER PRIMARY KEY, mx_set, dnssec, sts);"
                         "CREATE TABLE _mx_record (mx_set, place, preference, host);"
                         "CREATE TABLE _host (id INTEGER PRIMARY KEY, name, class, alias,"
                         " dane, address_outcome);"
                         "CREATE TABLE _host_detail (id INTEGER PRIMARY KEY, dane_exim);"
                         "CREATE TABLE _host_tlsa (id INTEGER PRIMARY KEY, outcome);"
                         "CREATE TABLE _sts_policy (id INTEGER PRIMARY KEY, record_outcome,"
                         " policy_outcome, detail, fault, mode, media_type);"
                         "CREATE TABLE _sts_match (domain, host, name, target);")
        aliases = {row["host"]: row["alias"] for row in self.rows["hosts"]}
        domains, hosts = {}, {}
        for place, row in enumerate(self.rows["mx_records"]):
            domain = domains.setdefault(row["domain"], len(domains) + 1)
            host = hosts.setdefault((row["exchange"], row["exchange_class"]), len(hosts) + 1)
            db.execute("INSERT INTO _mx_record VALUES (?, ?, ?, ?)",
                       (domain, place, row["preference"], host))
            if row.get("sts_match_name") is not None:
                db.execute("INSERT INTO _sts_match VALUES (?, ?, ?, ?)",
                           (domain, host, row["sts_match_name"], row.get("sts_match_target")))
        for row in self.rows["sts_policies"]:
            if row["record_outcome"] in ("none", "failed"):
                continue
            detail = row.get("detail")
            db.execute("INSERT INTO _sts_policy VALUES (?, ?, ?, ?, ?, ?, ?)",
                       (domains.setdefault(row["domain"], len(domains) + 1),
                        RECORDS.index(row["record_outcome"]), POLICIES.index(row["policy_outcome"]),
                        DETAILS.index(detail) or None if detail in DETAILS else None,
                        None if detail in DETAILS else detail,
                        MODES.index(row.get("mode")) or None, row.get("media_type")))
        known = {row["host"]: row for row in self.rows["hosts"]}
        for row in self.rows["domains"]:
            if row["mx_outcome"] == "implicit_mx" and row["domain"] in known:
                host = hosts.setdefault((row["domain"], "host"), len(hosts) + 1)
                db.execute("INSERT INTO _mx_record VALUES (?, 0, NULL, ?)",
                           (domains.setdefault(row["domain"], len(domains) + 1), host))
        for (name, word), number in hosts.items():
            alias = aliases.get(name) if word in ("host", "single_label", "invalid") else None
            host = known.get(name, {})
            db.execute("INSERT INTO _host VALUES (?, ?, ?, ?, ?, ?)",
                       (number, name, CLASSES.index(word), ALIASES.index(alias) or None,
                        HOST_DANE.index(host.get("dane")) or None,
                        OUTCOMES.index(host.get("address_outcome")) or None))
            if host.get("dane_exim", host.get("dane")) != host.get("dane"):
                db.execute("INSERT INTO _host_detail VALUES (?, ?)",
                           (number, HOST_DANE.index(host["dane_exim"])))
            if host.get("tlsa_outcome") not in (None, "not_asked"):
                db.execute("INSERT INTO _host_tlsa VALUES (?, ?)",
                           (number, OUTCOMES.index(host["tlsa_outcome"])))
        db.executemany("INSERT INTO _listed VALUES (?, ?)",
                       [(number, name) for name, number in domains.items()])
        said = {row["domain"]: row for row in self.rows["domains"]}
        db.executemany("INSERT INTO _surveyed VALUES (?, ?, ?, ?)",
                       [(number, number,
                         DNSSEC.index(said.get(name, {}).get("dnssec")) or None,
                         STS.index(said.get(name, {}).get("sts")) or None)
                        for name, number in domains.items()])


def dane_made(setting="secure"):
    """Every rule of the part about DANE has a host, counted by hand in test_dane_by_hand()"""
    s = Survey()
    s.info(**{"setting.tlsa": setting, "resolver": "private Unbound",
              "resolver_version": "Version 1.17.1"})

    def host(name, dane, tlsa_outcome, base=None, dnssec=None, count=None, **more):
        s.host(name, name.split(".", 1)[1], dane=dane, tlsa_outcome=tlsa_outcome, tlsa_base=base,
               tlsa_dnssec=dnssec, tlsa_count=count, **more)

    def alias(name, target, dane, outcome, base, status="secure", **more):
        host(name, dane, outcome, base, alias="cname", alias_hops=1, alias_target=target,
             alias_dnssec=status, **more)

    def domain(name, dane, exchanges, failures=0, dnssec="secure", **more):
        s.domain(name, exchanges=[(e, "host") for e in exchanges], dnssec=dnssec, dane=dane,
                 provider=exchanges[0].split(".", 1)[1], tlsa_failures=failures, **more)

    host("good.big.example", "usable", "answer", "good.big.example", "secure", 2)
    host("leftover.big.example", "usable", "answer", "leftover.big.example", "secure", 3)
    host("stale.old.example", "usable", "answer", "stale.old.example", "secure", 2)
    host("odd.old.example", "unusable", "answer", "odd.old.example", "secure", 2)
    host("plain.old.example", "none", "nxdomain", "plain.old.example", "secure", 0)
    host("via.old.example", "none", "answer", "via.old.example", "insecure", 3)
    host("broken.bad.example", "failed", "failed", "broken.bad.example", "bogus", 0)
    host("lame.bad.example", "failed", "not_asked")
    host("dead.bad.example", "unreachable", "not_asked", outcome="nodata")
    if setting == "all":
        host("unsigned.plain.example", "insecure", "answer", "unsigned.plain.example", "insecure",
             4)
    else:
        host("unsigned.plain.example", "insecure", "not_asked")
    alias("a1.alias.example", "good.big.example", "usable", "answer", "good.big.example")
    alias("a2.alias.example", "unsigned.plain.example", "unusable", "answer", "a2.alias.example")
    alias("a3.alias.example", "good.big.example", "insecure", "not_asked", None, "insecure")
    alias("a4.alias.example", "plain.old.example", "none", "nodata", "a4.alias.example")
    alias("a5.alias.example", "unsigned.plain.example", "insecure", "not_asked", None, "insecure")
    domain("complete1.example", "complete", ["good.big.example"])
    domain("complete2.example", "complete", ["leftover.big.example", "good.big.example"])
    domain("complete3.example", "complete", ["stale.old.example"])
    domain("complete4.example", "complete", ["a1.alias.example"])
    domain("primary.example", "primary", ["good.big.example", "plain.old.example"])
    domain("partial.example", "partial", ["lame.bad.example", "good.big.example"], 1)
    domain("none1.example", "none", ["broken.bad.example", "lame.bad.example"], 2)
    domain("none2.example", "none", ["odd.old.example", "via.old.example"])
    domain("none3.example", "none", ["a2.alias.example", "a3.alias.example", "a4.alias.example"])
    domain("none4.example", "none", ["dead.bad.example"])
    domain("none5.example", "none", ["a3.alias.example"])
    domain("insecure1.example", "insecure", ["a5.alias.example"], dnssec="insecure")
    domain("insecure2.example", "insecure", ["broken.bad.example"], 1, dnssec="insecure")
    s.domain("null.example", "null_mx", [(".", "null")], dnssec="secure", tlsa_failures=0)
    s.domain("gone.example", "failed", dane="failed", dnssec="bogus", ede="6,22")
    x3, yr1 = ("Let's Encrypt X3", "expired"), ("Let's Encrypt YR1", "active")
    e6 = ("Let's Encrypt E6", "retired")
    for name in ("good.big.example", "a1.alias.example"):
        s.tlsa(name, 3, 1, 1)
        s.tlsa(name, 3, 1, 1)
    s.tlsa("leftover.big.example", 2, 1, 1, 1, None, *x3)
    s.tlsa("leftover.big.example", 2, 1, 1, 1, None, *yr1)
    s.tlsa("leftover.big.example", 2, 0, 1)
    # its record of usage 3 cannot be used: what is left is stale
    s.tlsa("stale.old.example", 2, 1, 1, 1, None, *x3)
    s.tlsa("stale.old.example", 2, 0, 1, 1, None, *e6)
    s.tlsa("stale.old.example", 3, 1, 1, 0, "length")
    s.tlsa("odd.old.example", 1, 1, 1, 0, "usage", *x3)
    s.tlsa("odd.old.example", 3, 1, 9, 0, "matching_type")
    s.tlsa("via.old.example", 2, 1, 1, 0, None, *x3)
    for number, codes in enumerate(("6,22", "22", "49152", "", "x,7,99999,-1,7")):
        s.add("failures", kind="tlsa", name=f"n{number}", failure="bogus", ede=codes, tries=1)
    s.rows["hosts"][6]["ede"] = "6"
    return s


def sts_made():
    """Every rule of the part about MTA-STS has a domain, counted by hand in test_sts_by_hand()"""
    s = Survey()
    s.host("mx.p.example", "p.example")
    s.host("alias.p.example", "p.example", alias="cname", alias_hops=1)
    numbers = iter(range(1, 100))
    media_types = itertools.cycle(MEDIA_TYPES)

    def add(sts, record, policy="not_asked", detail=None, mode=None, tlsrpt="none", effect=None,
            matches=()):
        """matches: (exchange, sts_match_name)"""
        domain = f"d{next(numbers)}.example"
        s.domain(domain, exchanges=[(exchange, "null" if exchange == "." else "host")
                                    for exchange, _ in matches or [("mx.p.example", 0)]],
                 provider="p.example", sts=sts, tlsrpt=tlsrpt, sts_cname_effect=effect)
        s.add("sts_policies", domain=domain, record_outcome=record, policy_outcome=policy,
              detail=detail, mode=mode,
              media_type=next(media_types) if policy == "valid" else "text/html")
        for row, (_, name) in zip(s.rows["mx_records"][len(s.rows["mx_records"]) - len(matches):],
                                  matches):
            row["sts_match_name"] = name

    mx, alias, null = "mx.p.example", "alias.p.example", "."
    for tlsrpt in ("valid", "valid", "multiple", "invalid", "failed"):
        add("none", "none", tlsrpt=tlsrpt)
    add("failed", "failed")
    add("invalid_record", "multiple")
    for _ in range(2):
        add("invalid_record", "invalid")
    for at, detail in enumerate(DETAILS[1:], 1):  # one dns, two connect, ..., seven special
        for _ in range(at):
            add("unavailable", "valid", "unavailable", detail)
    for fault in ("no version", "no mode", "no mode", "no max_age", "no mx", "no mx", "no mx",
                  "no mx at all", "no max_age: 1", "mode: enforced", "no  mx", "x" * 5000):
        add("invalid_policy", "valid", "invalid", fault)
    valid = ("valid", "valid", None)
    add("off", *valid, "none", matches=[(mx, 0)])  # nobody minds
    add("enforce", *valid, "enforce", matches=[(mx, 1)])
    add("enforce", *valid, "enforce", matches=[(mx, 1), (null, 0)])  # `.` never matches
    add("enforce", *valid, "enforce", matches=[(mx, 0), (null, 0)])
    add("testing", *valid, "testing", matches=[(null, 0)])  # nothing to match
    add("testing", *valid, "testing", matches=[(mx, 0), (alias, 1)], effect="same")
    for mode, effect, match, count in (
            ("enforce", "same", 1, 1), ("enforce", "name_only", 1, 3), ("testing", "name_only", 1, 2),
            ("enforce", "target_only", 0, 1), ("testing", "target_only", 0, 3),
            ("enforce", "neither", 0, 2)):
        for _ in range(count):
            add(mode, *valid, mode, effect=effect, matches=[(alias, match)])
    add("enforce", *valid, "enforce", effect="mixed", matches=[(alias, 1), (mx, 1)])
    s.domain("silent.example", "no_service")
    s.domain("broken.example", "failed", dnssec="bogus")
    return s


def hand_made():
    """Small enough to count on fingers; every rule about what counts has a domain"""
    s = Survey()
    s.host("mx.big.example", "big.example", dnssec="secure")
    s.host("alias.big.example", "big.example", alias="cname", alias_hops=1)
    s.host("dname.tiny.example", "tiny.example", alias="dname", alias_hops=3,
           alias_problem="dangling", outcome="nxdomain")
    s.host("lost.example", "lost.example", alias=None, outcome="failed", dnssec="indeterminate")
    s.host("self.example", "self.example", alias="cname", alias_hops=1)  # of implicit MX only
    big, alias = ("mx.big.example", "host"), ("alias.big.example", "host")
    lost = ("lost.example", "host")
    s.domain("plain.example", exchanges=[big], provider="big.example", dnssec="secure")
    s.domain("one-alias.example", exchanges=[big, alias], provider="big.example")
    s.domain("alias-and-lost.example", exchanges=[alias, lost], provider="big.example",
             dnssec="secure")
    s.domain("lost-only.example", exchanges=[big, lost], provider="big.example", dnssec="secure")
    s.domain("insecure-lost.example", exchanges=[lost], provider="lost.example")
    s.domain("tiny.example", exchanges=[("dname.tiny.example", "host")], provider="tiny.example")
    s.domain("address.example", exchanges=[("192.0.2.1", "address"), ("localhost", "localhost")])
    s.domain("opted-out.example", exchanges=[("mx.excluded.example", "host")],
             provider="excluded.example")  # not resolved: no row in hosts
    s.domain("mixed.example", exchanges=[(".", "null"), big], provider="big.example")
    s.domain("null.example", "null_mx", exchanges=[(".", "null")], dnssec="secure")
    s.domain("self.example", "implicit_mx", provider="self.example")
    s.domain("gone.example", "nxdomain", dnssec="secure")
    s.domain("silent.example", "no_service")
    s.domain("broken.example", "failed", dnssec="indeterminate")
    s.domain("half-broken.example", "failed", dnssec="secure")  # MX denied, addresses failed
    s.add("failures", kind="mx", name="broken.example", failure="timeout", tries=4)
    s.add("failures", kind="address", name="lost.example", failure="servfail", tries=2)
    s.add("failures", kind="address", name="half-broken.example", failure="servfail", tries=2)
    for text in ("192.0.2.1", "192.0.2.2", "a..b"):
        s.add("rejected_lines", list="list.txt", line=9, text=text,
              reason="empty label" if text == "a..b" else "address")
    s.info(**{"total.listed": "15", "total.duplicates": "2", "total.excluded": "1"})
    return s


def random_tlsa(s, r, name):
    """Columns of a host about TLSA; its records are added"""
    dane = r.choice(["none", "usable", "unusable", "failed", "insecure", "unreachable"])
    for _ in range(r.choice([0, 1, 2, 6])):
        usable = r.choices([1, 0], [3, 1])[0]
        key = r.choice([None, ("X3", "expired"), ("E6", "retired"), ("YR1", "active"),
                        ("YE3", "backup"), ("X1", "unsent"), ("nothing", "junk")])
        s.tlsa(name, r.choices([1, 2, 3], [1, 8, 2])[0], r.randrange(2), r.randrange(3), usable,
               None if usable else r.choice([None, "length", "usage"]), *(key or (None, None)),
               data=r.choice(["", "ab", "cd"]))
    return dict(
        dane=dane, alias_target="target.example", tlsa_base=r.choice([name, "target.example"]),
        alias_dnssec="insecure" if dane == "insecure" else "secure",
        tlsa_outcome=r.choice(["answer", "nodata", "failed", "not_asked"]),
        tlsa_dnssec=r.choice(["secure", "insecure", None]), tlsa_count=r.choice([0, 1, 5, None]))


def random_survey(seed, later=True):
    """later: with the columns that DANE and MTA-STS fill"""
    r = random.Random(seed)
    s = Survey()
    exchanges = [("192.0.2.7", "address"), (".", "null"), ("unresolved.example", "host")]
    for i in range(50):
        name = f"mx{i}.provider{i % 17}.example"
        alias = r.choices(["none", "cname", "dname", None], [80, 12, 4, 4])[0]
        s.host(name, None if i % 17 == 3 else f"provider{i % 17}.example", alias=alias,
               outcome=r.choices(["answer", "failed", "nxdomain"], [8, 1, 1])[0],
               dnssec=r.choice(["secure", "insecure"]),
               alias_hops=r.randrange(1, 4) if alias in ("cname", "dname") else None,
               **(random_tlsa(s, r, name) if later else {}))
        exchanges.append((name, r.choice(["host", "host", "invalid", "single_label"])))
    providers = {row["host"]: row["provider"] for row in s.rows["hosts"]}
    for i in range(800):
        name = f"domain{i}.example"
        outcome = r.choices(["mx", "null_mx", "implicit_mx", "no_service", "nxdomain", "failed"],
                            [80, 4, 4, 4, 4, 4])[0]
        chosen, provider = [], None
        if outcome == "mx":
            chosen = r.sample(exchanges, r.choices([1, 2, 5], [5, 3, 1])[0])
            provider = providers.get(chosen[0][0])
        elif outcome == "null_mx":
            chosen = [(".", "null")]
        later_columns = {}
        if later and outcome == "mx":
            later_columns = dict(
                dane=r.choice(["complete", "primary", "partial", "none", "insecure", "failed"]),
                tlsa_failures=r.choice([0, 0, 0, 1, 3]),
                sts=r.choice(["none", "enforce", "testing", "off", "unavailable", "failed"]),
                sts_cname_effect=r.choice([None, None, "same", "name_only", "mixed", "neither"]))
        s.domain(name, outcome, chosen, provider, r.choice(["secure", "insecure"]),
                 **later_columns)
    return s


HOSTILE = [
    "esc\x1b[2J\x1b]0;title\x07.example", "c1\x9b31m.example", "bidi\u202etxt.example",
    "isolate\u2066x\u2069.example", "lines\r\nForged: 100 %\u2028.example", "nul\x00end.example",
    "bom\ufeffzero\u200bwidth.example", "tag\U000e0041.example", "x" * 300 + ".example",
    "quote\"back\\slash.example", "del\x7f.example", "uml\u00e4ut.example",
]


def hostile():
    s = Survey(finished=False)
    s.host("alias.example", "p.example", alias="cname", alias_hops=1)
    s.host("mx.example", "p.example")
    for at, text in enumerate(HOSTILE):
        s.domain(f"d{at}.example", exchanges=[("alias.example", "host")], provider=text)
        s.info(**{text: text})
        s.add("rejected_lines", list=text, line=at, text=text, reason=text)
        s.add("failures", kind=text, name=text, failure=text, ede=text, tries=1)
        s.host(f"h{at}.example", "p.example", tlsa_outcome=text, dane=text)
        s.tlsa(f"h{at}.example", 2, 1, 1, 0, text)
        s.tlsa(f"h{at}.example", 2, 1, 1, 1, None, text, text)
    s.domain("plain.example", exchanges=[("mx.example", "host")], provider="p.example")
    return s
