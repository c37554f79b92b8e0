"""Small surveys for the tests of reports, and how they become a file."""
import itertools
import pathlib
import random
import sqlite3

TABLES = pathlib.Path(__file__).resolve().parents[3] / "schema"

APPLICATION_ID, SCHEMA_VERSION = 0x6D787376, 4
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
DOMAIN_DANE = [None, "complete", "primary", "partial", "none", "insecure", "failed"]
MX_OUTCOMES = [None, "mx", "null_mx", "implicit_mx", "no_service", "nxdomain", "failed"]
EFFECTS = [None, "same", "name_only", "target_only", "mixed", "neither"]
PROBLEMS = [None, "dangling", "loop", "too_long", "multiple"]
FAILURES = [None, "timeout", "servfail", "bogus", "refused", "formerr", "notimp", "malformed",
            "other", "referral", "filtered"]
PROBE_OUTCOMES = [None, "tls", "no_starttls", "refused", "timeout", "closed", "greeting_4xx",
                  "greeting_5xx", "tls_failed", "unreachable", "malformed"]
TLS_VERSIONS = [None, "TLSv1", "TLSv1.1", "TLSv1.2", "TLSv1.3"]
PKIX = ["valid", "expired", "not_yet_valid", "self_signed", "untrusted", "incomplete", "weak", "other"]
PROBED_AT = 1606200000
UNRESOLVED = ("null", "address", "localhost")
NOWHERE = "localhost"  # a target without a registrable domain
# views that are plain tables here, so that they may hold anything
COLUMNS = {
    "failures": "kind name failure ede tries",
    "tlsa_records": "host base usage selector matching_type data usable reason known_key key_status",
    "rejected_lines": "list line text reason",
    "run_info": "key value",
}
VIEWS = ("domains", "mx_records", "hosts", "sts_policies", *COLUMNS)


def number(words, word):
    """As the tables have it; what is no word at all is a number that is none"""
    return None if word is None else words.index(word) if word in words else 99


def insert(db, table, **row):
    db.execute(f"INSERT INTO {table} ({', '.join(row)}) VALUES ({', '.join('?' * len(row))})",
               list(row.values()))


def tail(name, provider):
    """The length of a registrable domain, which ends its name"""
    assert provider is None or name.endswith(provider), (name, provider)
    return None if provider is None else len(provider)


class Survey:
    """Rows of a survey file as dictionaries; absent columns are NULL."""

    def __init__(self, finished=True, listed=None):
        self.rows = {view: [] for view in VIEWS}
        self.probes = {}
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
        """exchanges: (name, class), by preference; whether one is an alias is looked up in hosts, and
        so is the provider where none is given"""
        aliases = {row["host"]: row["alias"] for row in self.rows["hosts"]}
        if provider is None:
            main = [domain] if outcome == "implicit_mx" else [e for e, c in exchanges if c != "null"]
            providers = {row["host"]: row["provider"] for row in self.rows["hosts"]}
            provider = providers.get(main[0]) if main else None
        known = unknown = 0
        for at, (name, word) in enumerate(exchanges):
            alias = aliases.get(name) if word in ("host", "single_label", "invalid") else None
            is_alias = None if alias is None else int(alias != "none")
            known += is_alias == 1
            unknown += is_alias is None and word not in UNRESOLVED
            self.add("mx_records", domain=domain, preference=at, exchange=name,
                     exchange_class=word, is_primary=int(at == 0), is_alias=is_alias)
        failed = outcome == "failed"
        self.add("domains", domain=domain, mx_outcome=outcome, provider=provider, dnssec=dnssec,
                 mx_count=None if failed else len(exchanges),
                 cname_mx_count=None if failed else known, unknown_mx_count=unknown or None,
                 surveyed_at=1606158400, **more)

    def below(self, *suffixes):
        """Gives each domain another name, below these suffixes in turn; None: it is not known below
        which"""
        names = {}
        for row, suffix in zip(self.rows["domains"], itertools.cycle(suffixes)):
            name = row["domain"]
            names[name] = name if suffix is None else name.split(".")[0] + "." + suffix
            row.update(domain=names[name], suffix=suffix)
        for view in ("mx_records", "sts_policies"):
            for row in self.rows[view]:
                row["domain"] = names[row["domain"]]

    def design(self, listed=None, **settings):
        """As run_info tells of a finished run over a whole list, or by these settings"""
        names = len(self.rows["domains"]) if listed is None else listed
        told = {"limit": 0, "shard": "1/1", "shuffle": "long lists"} | settings
        self.info(**{"total.listed": str(names), "total.other_shards": str(told.pop("other", 0))},
                  **{f"setting.{key}": str(value) for key, value in told.items()})

    def tlsa(self, host, usage, selector, matching_type, usable=1, reason=None, key=None,
             status=None, data="00"):
        self.add("tlsa_records", host=host, base=host, usage=usage, selector=selector,
                 matching_type=matching_type, data=data, usable=usable, reason=reason,
                 known_key=key, key_status=status)

    def probe(self, host, outcome, certificate=None, version="TLSv1.3", plaintext=None):
        """certificate: (pkix, names_host, names_target, dane_match, its number, seconds left)"""
        self.probes[host] = (outcome, certificate, version, plaintext)

    def write_probes(self, db, hosts):
        at = {name: number for (name, word), number in hosts.items() if word not in UNRESOLVED}
        for name, (outcome, certificate, version, plaintext) in self.probes.items():
            insert(db, "_probe", id=at[name], probed_at=PROBED_AT, meetings=1, family=4,
                   address="192.0.2.1", outcome=PROBE_OUTCOMES.index(outcome), phase=1,
                   tls_version=TLS_VERSIONS.index(version) if outcome == "tls" else None,
                   plaintext=plaintext)
            if certificate is None:
                continue
            pkix, names_host, names_target, dane, leaf, left = certificate
            insert(db, "_probe_match", id=at[name], leaf=leaf, pkix=PKIX.index(pkix) or None,
                   names_host=names_host, names_target=names_target, dane=dane)
            db.execute("INSERT OR IGNORE INTO _certificate"
                       " VALUES (?, ?, x'00', '', '', '[]', 0, ?, NULL)",
                       (leaf, str(leaf).encode(), PROBED_AT + left))

    def write(self, path, application_id=APPLICATION_ID, user_version=SCHEMA_VERSION):
        db = sqlite3.connect(path)
        db.execute("PRAGMA synchronous = OFF")
        for name in ("tables.sql", "views.sql"):
            db.executescript("BEGIN;" + (TABLES / name).read_text(encoding="utf-8") + "COMMIT;")
        db.execute(f"PRAGMA application_id = {application_id}")
        db.execute(f"PRAGMA user_version = {user_version}")
        for view, columns in COLUMNS.items():
            names = columns.split()
            db.execute(f"DROP VIEW {view}")
            db.execute(f"CREATE TABLE {view} ({', '.join(names)})")
            db.executemany(
                f"INSERT INTO {view} VALUES ({', '.join('?' * len(names))})",
                [[row.get(name) for name in names] for row in self.rows[view]])
        hosts = self.write_hosts(db)
        domains = {row["domain"]: at for at, row in enumerate(self.rows["domains"], 1)}
        self.write_domains(db, hosts)
        self.write_policies(db, domains)
        for row in self.rows["mx_records"]:
            if row.get("sts_match_name") is not None:
                insert(db, "_sts_match", domain=domains[row["domain"]],
                       host=hosts[row["exchange"], row["exchange_class"]],
                       name=row["sts_match_name"], target=row.get("sts_match_target"))
        self.write_probes(db, hosts)
        db.commit()
        db.close()

    def write_hosts(self, db):
        """Every exchange and mail host: {(name, class): its number}"""
        named = {row["exchange"] for row in self.rows["mx_records"]}
        numbers = {}
        known = {row["host"]: row for row in self.rows["hosts"]}
        for name, word in [(row["exchange"], row["exchange_class"])
                           for row in self.rows["mx_records"]] + [
                               (name, "host") for name in known if name not in named]:
            if (name, word) in numbers:
                continue
            at = numbers[name, word] = len(numbers) + 1
            self.write_host(db, at, name, word, known.get(name, {}))
        return numbers

    @staticmethod
    def write_host(db, at, name, word, row):
        resolved = row if word not in UNRESOLVED else {}
        dane = number(HOST_DANE, resolved.get("dane"))
        asked = [row.get(key) for key in ("tlsa_outcome", "tlsa_dnssec", "tlsa_count")]
        has_tlsa = any(value is not None for value in asked)
        insert(db, "_host", id=at, name=name, provider_length=tail(name, row.get("provider")),
               **{"class": CLASSES.index(word)},
               address_outcome=number(OUTCOMES, resolved.get("address_outcome")),
               dnssec=number(DNSSEC, resolved.get("dnssec")),
               alias=number(ALIASES, resolved.get("alias")),
               ipv4_count=resolved.get("ipv4_count"), ipv6_count=resolved.get("ipv6_count"),
               dane=dane, details=3 if has_tlsa else 1)
        exim = number(HOST_DANE, resolved.get("dane_exim"))
        insert(db, "_host_detail", id=at, ede=row.get("ede"),
               alias_dnssec=number(DNSSEC, row.get("alias_dnssec")),
               alias_problem=number(PROBLEMS, row.get("alias_problem")),
               dane_exim=exim if exim != dane else None)
        hops = row.get("alias_hops") or (1 if row.get("alias_target") else 0)
        for hop in range(1, hops + 1):
            target = row.get("alias_target", NOWHERE) if hop == hops else NOWHERE
            insert(db, "_alias", host=at, hop=hop, kind=2, target=target, ttl=300)
        if has_tlsa:
            base = row.get("tlsa_base")
            insert(db, "_host_tlsa", id=at, outcome=number(["not_asked", *OUTCOMES[1:]], asked[0]) or 0,
                   base_hop=0 if base in (None, name) else hops,
                   dnssec=number(DNSSEC, asked[1]) or 0, count=asked[2])

    def write_domains(self, db, hosts):
        records, providers = {}, {row["host"]: row["provider"] for row in self.rows["hosts"]}
        for row in self.rows["mx_records"]:
            records.setdefault(row["domain"], []).append(
                (row["preference"], row["exchange_class"], row["exchange"]))
        strata = dict.fromkeys(row["stratum"] for row in self.rows["domains"] if row.get("stratum"))
        for at, text in enumerate(strata, 1):
            strata[text] = at
            insert(db, "_stratum", id=at, stratum=text)
        for at, row in enumerate(self.rows["domains"], 1):
            name, suffix, rank = row["domain"], row.get("suffix"), row.get("rank")
            own = sorted(records.get(name, []))
            assert suffix is None or name.endswith(suffix)
            main = next(((preference, hosts[exchange, word], providers.get(exchange))
                         for preference, word, exchange in own if word != "null"),
                        (None, None, None))
            if row["mx_outcome"] == "implicit_mx" and name in providers:
                main = (None, hosts[name, "host"], providers[name])
            if main[2] != row["provider"]:  # of an exchange that is not resolved
                assert main[2] is None and main[1] is not None, (name, main, row["provider"])
                db.execute("UPDATE _host SET provider_length = ? WHERE id = ?",
                           (len(row["provider"]), main[1]))
            insert(db, "_listed", id=at, domain=name, rank_offset=None if rank is None else rank - at,
                   suffix_stratum=len(suffix or "") + 256 * strata.get(row.get("stratum"), 0) or None)
            insert(db, "_surveyed", id=at, surveyed_at=row["surveyed_at"],
                   mx_outcome=MX_OUTCOMES.index(row["mx_outcome"]),
                   dnssec=number(DNSSEC, row.get("dnssec")), mx_count=row["mx_count"],
                   cname_mx_count=row["cname_mx_count"], mx_set=at, provider=main[1], detailed=1,
                   dane=number(DOMAIN_DANE, row.get("dane")), dane_ready=row.get("dane_ready"),
                   sts=number(STS, row.get("sts")), tlsrpt=number(RECORDS, row.get("tlsrpt")))
            insert(db, "_surveyed_detail", id=at, failure=number(FAILURES, row.get("failure")),
                   ede=row.get("ede"), unknown_mx_count=row.get("unknown_mx_count"),
                   tlsa_failures=row.get("tlsa_failures"))
            if row["mx_outcome"] == "implicit_mx" and name in providers:
                own = [(None, "host", name)]
            for place, (preference, word, exchange) in enumerate(own):
                insert(db, "_mx_record", mx_set=at, place=place, preference=preference,
                       host=hosts[exchange, word], role=int(preference == main[0]))

    def write_policies(self, db, domains):
        policies = {row["domain"]: row for row in self.rows["sts_policies"]
                    if row["record_outcome"] not in ("none", "failed")}
        for row in self.rows["domains"]:
            effect, policy = row.get("sts_cname_effect"), policies.get(row["domain"])
            if policy is None and effect is None:
                continue
            policy = policy or {"record_outcome": None, "policy_outcome": None}  # not looked at
            detail = policy.get("detail")
            insert(db, "_sts_policy", id=domains[row["domain"]],
                   record_outcome=RECORDS.index(policy["record_outcome"]),
                   policy_outcome=POLICIES.index(policy["policy_outcome"]),
                   detail=DETAILS.index(detail) or None if detail in DETAILS else None,
                   fault=None if detail in DETAILS else detail,
                   mode=MODES.index(policy.get("mode")) or None,
                   media_type=policy.get("media_type"), cname_effect=number(EFFECTS, effect))


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
    s.host("broken.bad.example", "bad.example", dnssec="secure", dane="failed", tlsa_outcome="failed",
           tlsa_base="broken.bad.example", tlsa_dnssec="bogus", tlsa_count=0)
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
                 sts=sts, tlsrpt=tlsrpt, sts_cname_effect=effect)
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


def clusters_made(sizes):
    """Domains with MX records, as many of each provider, so many of them with a CNAME exchange"""
    s = Survey()
    for at, (domains, aliases) in enumerate(sizes):
        provider = f"p{at}.example"
        s.host("mx." + provider, provider)
        s.host("alias." + provider, provider, alias="cname", alias_hops=1)
        for i in range(domains):
            exchange = ("alias." if i < aliases else "mx.") + provider
            s.add("domains", domain=f"{i}.of{at}", mx_outcome="mx", dnssec="insecure",
                  provider=provider, mx_count=1, cname_mx_count=int(i < aliases), surveyed_at=0)
            s.add("mx_records", domain=f"{i}.of{at}", preference=1, exchange=exchange,
                  exchange_class="host", is_primary=1, is_alias=int(i < aliases))
    s.design()
    return s


def hand_made():
    """Small enough to count on fingers; every rule about what counts has a domain"""
    s = Survey()
    s.host("mx.big.example", "big.example", dnssec="secure")
    s.host("alias.big.example", "big.example", alias="cname", alias_hops=1)
    s.host("dname.tiny.example", "tiny.example", alias="dname", alias_hops=3,
           alias_problem="dangling", outcome="nxdomain")
    s.host("lost.example", "lost.example", alias=None, outcome="failed", dnssec="indeterminate")
    s.host("self.example", "self.example", alias="cname", alias_hops=1,
           alias_target="web.hoster.example")  # of implicit MX only
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
    s.info(**{"total.duplicates": "2", "total.excluded": "1"})
    s.design()
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
        alias_dnssec=("insecure" if dane == "insecure" else
                      r.choice(["secure", "indeterminate"]) if dane == "failed" else "secure"),
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
               dnssec=r.choice(["secure", "insecure"]), ipv6_count=r.choice([0, 1, None]),
               alias_hops=r.randrange(1, 4) if alias in ("cname", "dname") else None,
               **(random_tlsa(s, r, name) if later else {}))
        exchanges.append((name, r.choice(["host", "host", "invalid", "single_label"])))
    for i in range(800):
        name = f"domain{i}.example"
        outcome = r.choices(["mx", "null_mx", "implicit_mx", "no_service", "nxdomain", "failed"],
                            [80, 4, 4, 4, 4, 4])[0]
        chosen = []
        if outcome == "mx":
            chosen = r.sample(exchanges, r.choices([1, 2, 5], [5, 3, 1])[0])
            if chosen == [(".", "null")]:
                outcome = "null_mx"
        elif outcome == "null_mx":
            chosen = [(".", "null")]
        later_columns = {}
        if later and outcome == "mx":
            later_columns = dict(
                dane=r.choice(["complete", "primary", "partial", "none", "insecure", "failed",
                               None]),
                dane_ready=r.choice([0, 1]),
                tlsa_failures=r.choice([0, 0, 0, 1, 3]),
                sts=r.choice(["none", "enforce", "testing", "off", "unavailable", "failed"]),
                sts_cname_effect=r.choice([None, None, "same", "name_only", "mixed", "neither"]))
        s.domain(name, outcome, chosen, dnssec=r.choice(["secure", "insecure"]), **later_columns)
    return s


DAY = 86400


def probed_made():
    """A host a case, counted by hand in test_report_probe.py"""
    s = Survey()

    def host(name, dane="none", **more):
        s.host(name, name.split(".", 1)[1], dane=dane, **more)

    def alias(name, **more):
        host(name, alias="cname", alias_hops=1, alias_target="mx.target.example", **more)

    def domain(name, exchanges, policy=None, **more):
        """policy: (matches by name, by target) of each exchange, which it enforces"""
        s.domain(name, exchanges=[(e, "host") for e in exchanges], **more)
        if policy is not None:
            s.rows["domains"][-1].update(sts="enforce", sts_cname_effect="same")
            for row, (by_name, by_target) in zip(s.rows["mx_records"][-len(exchanges):], policy):
                row.update(sts_match_name=by_name, sts_match_target=by_target)

    host("good.p.example", "usable")
    host("stale.p.example", "usable")
    host("plain.p.example", "usable")
    host("broken.q.example", "usable")
    host("silent.q.example", "usable")
    host("new.q.example", "usable")
    host("unknown.q.example", "failed")
    host("dead.q.example", "unreachable", outcome="nodata")
    for word in ("own", "target", "both", "neither", "expired", "later", "bare"):
        alias(word + ".alias.example")
    s.probe("good.p.example", "tls", ("valid", 1, None, 1, 1, 6 * DAY + 1))
    s.probe("stale.p.example", "tls", ("self_signed", 0, None, 0, 2, 7 * DAY), "TLSv1.2", 1)
    s.probe("plain.p.example", "no_starttls")
    s.probe("broken.q.example", "tls_failed")
    s.probe("silent.q.example", "timeout")
    s.probe("own.alias.example", "tls", ("valid", 1, 0, None, 3, 30 * DAY - 1))
    s.probe("target.alias.example", "tls", ("valid", 0, 1, None, 4, 30 * DAY))
    s.probe("both.alias.example", "tls", ("valid", 1, 1, None, 5, 0))
    s.probe("neither.alias.example", "tls", ("incomplete", 0, 0, None, 1, 6 * DAY + 1))
    s.probe("expired.alias.example", "tls", ("expired", 1, 1, None, 6, -1), "TLSv1")
    s.probe("later.alias.example", "greeting_4xx")
    s.probe("bare.alias.example", "no_starttls")
    domain("one.example", ["good.p.example", "stale.p.example"], dnssec="secure")
    domain("two.example", ["stale.p.example", "plain.p.example"], dnssec="secure")
    domain("three.example", ["broken.q.example"], dnssec="secure")
    domain("unsigned.example", ["stale.p.example", "silent.q.example", "new.q.example"])
    # both senders; by name; by target; neither; nobody: not valid; not known; it is bare
    domain("sts1.example", ["both.alias.example"], [(1, 1)])
    domain("sts2.example", ["own.alias.example"], [(1, 1)])
    domain("sts3.example", ["target.alias.example"], [(1, 1)])
    domain("sts4.example", ["both.alias.example"], [(0, 0)])
    domain("sts5.example", ["expired.alias.example"], [(1, 1)])
    domain("sts6.example", ["later.alias.example"], [(1, 0)])
    domain("sts7.example", ["bare.alias.example", "neither.alias.example"], [(1, 1), (1, 1)])
    # the second takes what the first refuses, whatever the third would do
    domain("sts8.example", ["expired.alias.example", "both.alias.example", "later.alias.example"],
           [(1, 1), (1, 0), (1, 1)])
    s.domain("sts9.example", exchanges=[("own.alias.example", "host")], sts="unavailable")
    s.domain("sts10.example", exchanges=[("good.p.example", "host")], sts="unavailable")
    return s


def random_probed(seed):
    """A random survey whose hosts were met, most of them"""
    r = random.Random(seed)
    s = random_survey(seed)
    aliases = {h["host"] for h in s.rows["hosts"] if h["alias"] in ("cname", "dname")}
    for row in s.rows["hosts"]:
        outcome = r.choice(["tls"] * 8 + PROBE_OUTCOMES[2:] + [None])
        if outcome is None:
            continue
        certificate = None
        if outcome == "tls" or (outcome == "tls_failed" and r.random() < 0.5):
            certificate = (r.choice(["valid"] * 6 + PKIX[1:]), r.choice([0, 1]),
                           r.choice([0, 1]) if row["host"] in aliases else None,
                           r.choice([0, 1]) if row.get("dane") == "usable" else None,
                           r.randrange(1, 20), r.randrange(-5 * 86400, 50 * 86400))
        s.probe(row["host"], outcome, certificate, r.choice(TLS_VERSIONS[1:]),
                r.choice([None, 1]) if outcome == "tls" else None)
    for domain in s.rows["domains"]:
        if domain.get("sts") in ("enforce", "testing"):
            for record in s.rows["mx_records"]:
                if record["domain"] == domain["domain"] and record["exchange_class"] != "null":
                    record["sts_match_name"] = r.choice([0, 1])
                    record["sts_match_target"] = r.choice([0, 1]) if record["is_alias"] else None
    return s


HOSTILE = [
    "esc\x1b[2J\x1b]0;title\x07.example", "c1\x9b31m.example", "bidi\u202etxt.example",
    "isolate\u2066x\u2069.example", "lines\r\nForged: 100 %\u2028.example", "nul\x00end.example",
    "bom\ufeffzero\u200bwidth.example", "tag\U000e0041.example", "x" * 300 + ".example",
    "quote\"back\\slash.example", "del\x7f.example", "uml\u00e4ut.example",
]


def hostile():
    s = Survey(finished=False)
    s.host("alias.p.example", "p.example", alias="cname", alias_hops=1)
    s.host("mx.p.example", "p.example")
    for at, text in enumerate(HOSTILE):
        s.host(f"alias{at}.{text}", text, alias="cname", alias_hops=1, dane="usable")
        s.probe(f"alias{at}.{text}", "no_starttls")
        s.domain(f"d{at}.example", exchanges=[(f"alias{at}.{text}", "host")], stratum=text)
        s.info(**{text: text})
        s.add("rejected_lines", list=text, line=at, text=text, reason=text)
        s.add("failures", kind=text, name=text, failure=text, ede=text, tries=1)
        s.host(f"h{at}.p.example", "p.example", tlsa_outcome=text, dane=text)
        s.tlsa(f"h{at}.p.example", 2, 1, 1, 0, text)
        s.tlsa(f"h{at}.p.example", 2, 1, 1, 1, None, text, text)
    s.domain("plain.example", exchanges=[("mx.p.example", "host")], provider="p.example")
    return s
