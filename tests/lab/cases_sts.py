"""MTA-STS and TLSRPT in the DNS and in texts: records (RFC 8461 s3.1, RFC 8460 s3), policies
(s3.2), MX matching (s4.1) and what aliases make of it."""

import labdns
from infrastructure import SPREAD

POLICY = ("version: STSv1", "mode: enforce", "mx: mail.~", "max_age: 604800")
RECORD = "v=STSv1; id=20261123;"
MAIL = {"mail.~": "A"}
ALIAS = {"mail.~": "CNAME real.elsewhere.org"}


def declare(book, slow):
    del slow
    book.records("real.elsewhere.org", "A, AAAA")
    book.records("other.elsewhere.org", "A")
    _records(book)
    _record_answers(book)
    _tlsrpt(book)
    _policies(book)
    _policy_flaws(book)
    _matching(book)
    _seed(book)
    _not_asked(book)


def texts(book, owner, *records):
    """TXT records; one of several character-strings is a tuple."""
    for record in records:
        parts = record if isinstance(record, tuple) else (record,)
        book.universe.add(owner, "TXT", tuple(part.encode("latin-1") for part in parts))


def body(domain, lines=POLICY, end="\n", last="\n"):
    """A policy's text; `~` is the domain."""
    return (end.join(lines) + last).replace("~", domain).encode()


def policy(book, domain, lines, expect, sts=None, *, mx=("10 mail.~",), records=MAIL, hosts=None,
           web="any", record=RECORD, text=None, **site):
    """A domain with a record and a policy; lines None: no site of that name anywhere.

    web: the server of its policy host, "any" of those that work, "" none; text: the policy, octet for octet.
    """
    if record:
        texts(book, "_mta-sts." + domain, record)
    if lines is not None or text is not None:
        if text is None:
            text = body(domain, lines)
        book.universe.site("mta-sts." + domain, body=text, **site)
    if web == "any":
        web = f"spread-{len(book.universe.sites) % SPREAD + 1}"
    if web:
        book.universe.add("mta-sts." + domain, "A", book.universe.webs[web].address)
    book.case(domain, mx, records, expect, hosts, sts=sts)


def _records(book):
    """One TXT record each; a valid one leads to a policy."""
    long_id = "A1b2" * 8
    valid = {
        "plain": "v=STSv1; id=1;", "no-blanks": "v=STSv1;id=1", "no-end": "v=STSv1; id=1",
        "blanks": "v=STSv1; \t id=1 \t ; \t", "id-32": f"v=STSv1; id={long_id};",
        "extension": "v=STSv1; id=1; a.b_c-d=!:<>~;", "extension-first": "v=STSv1; x=y; id=1;",
        "id-twice": "v=STSv1; id=1; id=2;", "name-32": f"v=STSv1; {'n' * 32}=1; id=1",
        "split": ("v=STS", "v1; i", "d=1;"), "split-empty": ("", "v=STSv1; id=1;", ""),
        "long": ("v=STSv1; id=1; x=" + "y" * 200, "y" * 255, "y" * 255, ";"),
        "blank-delimiter": "v=STSv1 ; id=1;", "blanks-delimiter": "v=STSv1\t  ;\tid=1",
        "split-delimiter": ("v=STSv1", " ", "; id=1"),
    }
    for what, record in valid.items():
        policy(book, f"sts-record-{what}.case.org", POLICY, dict(sts="enforce"),
               dict(record_outcome="valid", id=long_id if what == "id-32" else "1",
                    policy_outcome="valid", detail=None, http_status=200, mode="enforce",
                    max_age=604800, matches="1-"), record=record)
    invalid = {
        "no-delimiter": "v=STSv1", "no-delimiter-blank": "v=STSv1 ", "blank-for-delimiter":
        "v=STSv1 id=1;", "version-alone": "v=STSv1;", "version-blank-alone": "v=STSv1 ;", "no-id": "v=STSv1; x=y;", "id-upper-case": "v=STSv1; ID=1;",
        "id-empty": "v=STSv1; id=;", "id-33": f"v=STSv1; id={long_id}5;",
        "id-hyphen": "v=STSv1; id=2026-11-23;", "id-blank-before": "v=STSv1; id =1;",
        "id-blank-after": "v=STSv1; id= 1;", "id-quoted": 'v=STSv1; id="1";',
        "id-octets": "v=STSv1; id=\xe9;", "field-empty": "v=STSv1;; id=1;",
        "field-empty-last": "v=STSv1; id=1;;", "blank-last": "v=STSv1; id=1 ",
        "no-equals": "v=STSv1; id=1; more;", "equals-twice": "v=STSv1; id=1; a=b=c;",
        "value-empty": "v=STSv1; id=1; a=;", "value-blank": "v=STSv1; id=1; a=b c;",
        "name-33": f"v=STSv1; id=1; {'n' * 33}=1;", "name-underscore": "v=STSv1; id=1; _n=1;",
        "comma": "v=STSv1; id=1, x=y;", "line-feed": "v=STSv1; id=1;\n",
        "split-blank": ("v=STSv1; id=1", " ", "x=y;"),
    }
    for what, record in invalid.items():
        policy(book, f"sts-record-{what}.case.org", POLICY, dict(sts="invalid_record"),
               dict(record_outcome="invalid", id=None, policy_outcome="not_asked", detail=None,
                    mode=None, mx=None, matches="None-"), record=record)
    none = {
        "blank-first": " v=STSv1; id=1;", "comma": "v=STSv1, id=1;", "version-2": "v=STSv2; id=1;", "version-10": "v=STSv10; id=1;",
        "version-lower-case": "v=stsv1; id=1;", "v-upper-case": "V=STSv1; id=1;",
        "id-first": "id=1; v=STSv1;", "quoted": '"v=STSv1; id=1;"', "spf": "v=spf1 -all",
        "empty": "", "v-blank": "v = STSv1; id=1;",
    }
    for what, record in none.items():
        texts(book, f"_mta-sts.sts-none-{what}.case.org", record)
        book.case(f"sts-none-{what}.case.org", ["10 mail.~"], MAIL,
                  dict(sts="none", sts_cname_effect=None, tlsrpt="none"),
                  sts=dict(record_outcome="none", policy_outcome="not_asked", id=None,
                           matches="None-"))


def _several(book, what, records, outcome, zone="case.org"):
    domain = f"sts-several-{what}.{zone}"
    texts(book, "_mta-sts." + domain, *records)
    word = {"valid": "testing", "none": "none"}.get(outcome, "invalid_record")
    policy(book, domain, ("mode: testing",) + POLICY, dict(sts=word),
           dict(record_outcome=outcome, id="1" if outcome == "valid" else None), record=None)


def _record_answers(book):
    """What the TXT question gives."""
    _several(book, "other", ["v=STSv1; id=1;", "v=spf1 -all", "x" * 200], "valid")
    _several(book, "older", ["v=STSv1; id=1;", "v=STSv1 ; id=2;"], "valid")
    _several(book, "valid", ["v=STSv1; id=1;", "v=STSv1; id=2;"], "multiple")
    _several(book, "three", ["v=STSv1; id=1;", "v=STSv1; id=2;", "v=STSv1; id=3;"], "multiple")
    _several(book, "invalid", ["v=STSv1; id=1;", "v=STSv1; id=;"], "multiple")
    _several(book, "both-invalid", ["v=STSv1; id=;", "v=STSv1;"], "multiple")
    _several(book, "not-looked-at", ["v=spf1 -all", "v=STSv2; id=1;"], "none")
    _several(book, "blank-delimiters", ["v=STSv1 ; id=1;", "v=STSv1 ; id=2;"], "none")
    _several(book, "blank-and-spf", ["v=STSv1 ; id=1;", "v=spf1 -all"], "none")
    _several(book, "one-text", ["v=STSv1; id=1;", ("v=STSv1; ", "id=1;")], "multiple")
    # twice in an unsigned zone, which the name server may take for one or for two
    _several(book, "same", ["v=STSv1; id=1;", "v=STSv1; id=1;"], "valid", "case.net")
    _several(book, "many", [f"v=spf1 {at:03}" for at in range(200)] + ["v=STSv1; id=1;"], "valid")

    alias = dict(record=None)
    book.records("_mta-sts.provider.elsewhere.org", f"TXT {RECORD}")
    for what, records in (
            ("cname", {"_mta-sts.~": "CNAME _mta-sts.provider.elsewhere.org"}),
            ("cname-3hops", {"_mta-sts.~": "CNAME a.~", "a.~": "CNAME b.~",
                             "b.~": "CNAME _mta-sts.provider.elsewhere.org"})):
        policy(book, f"sts-{what}.case.org", POLICY, dict(sts="enforce"), dict(id="20261123"),
               records=dict(MAIL, **records), **alias)
    none = dict(sts="none", tlsrpt="none")
    book.case("sts-cname-dangling.case.org", ["10 mail.~"],
              dict(MAIL, **{"_mta-sts.~": "CNAME nothing.~"}), none)
    book.case("sts-cname-nodata.case.org", ["10 mail.~"],
              dict(MAIL, **{"_mta-sts.~": "CNAME mail.~"}), none)
    book.case("sts-other-types.case.org", ["10 mail.~"], dict(MAIL, **{"_mta-sts.~": "A"}), none)
    failed = dict(record_outcome="failed", policy_outcome="not_asked", detail=None)
    book.case("sts-cname-loop.case.org", ["10 mail.~"],
              dict(MAIL, **{"_mta-sts.~": "CNAME a.~", "a.~": "CNAME _mta-sts.~"}),
              dict(sts="failed", tlsrpt="none"), sts=failed)
    policy(book, "sts-bogus.case.org", POLICY, dict(sts="failed", tlsrpt="none", dane="none"),
           failed)
    book.spoil("_mta-sts.sts-bogus.case.org", "TXT")
    book.zone("_mta-sts.sts-lame.case.org", "hosting", served=False, failure="servfail")
    policy(book, "sts-lame.case.org", POLICY, dict(sts="failed", tlsrpt="none"), failed)
    book.zone("no-txt.net", "fault-no-txt")
    policy(book, "no-txt.net", POLICY, dict(sts="failed", tlsrpt="failed", mx_outcome="mx"),
           failed)
    # a wildcard's TXT records come at _mta-sts and at _smtp._tls too
    texts(book, "*.sts-wildcard.case.org", RECORD, "v=spf1 -all")
    policy(book, "sts-wildcard.case.org", POLICY, dict(sts="enforce", tlsrpt="none"), record=None)
    texts(book, "*.sts-wildcard-other.case.com", "v=spf1 -all")
    book.case("sts-wildcard-other.case.com", ["10 mail.~"], MAIL, none)
    book.case("sts-wildcard-cname.case.net", ["10 mail.~"], dict(MAIL, **{"*.~": "CNAME mail.~"}),
              none)
    # below an alias there may be names; below a DNAME there are those of its target
    policy(book, "sts-domain-alias.case.org", POLICY, dict(sts="enforce", sts_cname_effect=None,
                                                           alias_target="mx-one.case.org"),
           dict(matches="0-"), mx=(), records={"~": "CNAME mx-one.case.org"})
    policy(book, "one.sts-targets.case.org", POLICY, dict(sts="enforce"))
    book.universe.site("mta-sts.one.sts-dname.case.org",
                       body=body("one.sts-targets.case.org"))
    book.records("sts-dname.case.org", "DNAME sts-targets.case.org")
    book.listed("one.sts-dname.case.org", dict(sts="enforce", mx_outcome="mx"),
                sts=dict(policy_outcome="valid", matches="1-"))
    # a domain never has its parent's policy (s3.4)
    book.case("below.sts-record-plain.case.org", ["10 mail.~"], MAIL, none)
    # no room for `_mta-sts.` before the name
    room = 255 - len(labdns.name("_mta-sts")) + 1 - len(labdns.name("case.org")) - 3 * 64 - 1
    names = [".".join(["s" * 63] * 3 + ["t" * length, "case.org"]) for length in (room, room + 1)]
    policy(book, names[0], None, dict(sts="unavailable", tlsrpt="none"), dict(detail="dns"),
           web="", mx=("10 mail.elsewhere.org",), records=None)
    book.case(names[1], ["10 mail.elsewhere.org"], None, none,
              sts=dict(record_outcome="none", policy_outcome="not_asked"))


def _tlsrpt(book):
    cases = {
        "valid": {
            "mailto": "v=TLSRPTv1; rua=mailto:tls@~;", "https": "v=TLSRPTv1;rua=https://~/report",
            "both": "v=TLSRPTv1; rua=mailto:tls@~,https://~/r?a=b",
            "blanks": "v=TLSRPTv1; rua=mailto:tls@~ , mailto:other@~ ; ",
            "encoded": "v=TLSRPTv1; rua=mailto:a%2Cb%21@~",
            "scheme-case": "v=TLSRPTv1; rua=MAILTO:a@~",
            "extension": "v=TLSRPTv1; x=y; rua=mailto:tls@~;",
            "split": ("v=TLSRPT", "v1; rua=mail", "to:tls@~"),
            "blank-delimiter": "v=TLSRPTv1 \t; rua=mailto:tls@~",
        },
        "invalid": {
            "version-alone": "v=TLSRPTv1", "no-delimiter": "v=TLSRPTv1 rua=mailto:tls@~",
            "no-rua": "v=TLSRPTv1;", "only-extension": "v=TLSRPTv1; x=y;",
            "rua-empty": "v=TLSRPTv1; rua=;", "no-scheme": "v=TLSRPTv1; rua=tls@~",
            "one-bad": "v=TLSRPTv1; rua=mailto:tls@~,tls@~", "comma-last":
            "v=TLSRPTv1; rua=mailto:tls@~,", "exclamation": "v=TLSRPTv1; rua=mailto:tls@~!10m",
            "http": "v=TLSRPTv1; rua=http://~/report", "rua-upper-case":
            "v=TLSRPTv1; RUA=mailto:tls@~", "scheme-alone": "v=TLSRPTv1; rua=mailto:",
            "field-empty": "v=TLSRPTv1;; rua=mailto:tls@~", "blank-in-uri":
            "v=TLSRPTv1; rua=mailto:tls @~",
        },
        "none": {
            "version-2": "v=TLSRPTv2; rua=mailto:tls@~", "lower-case": "v=tlsrptv1; rua=mailto:a@~",
            "comma": "v=TLSRPTv1, rua=mailto:tls@~", "spf": "v=spf1 -all",
            "sts-record": "v=STSv1; id=1;",
        },
    }
    for word, records in cases.items():
        for what, record in records.items():
            domain = f"tlsrpt-{word}-{what}.case.org"
            parts = record if isinstance(record, tuple) else (record,)
            texts(book, "_smtp._tls." + domain, tuple(part.replace("~", domain) for part in parts))
            book.case(domain, ["10 mail.~"], MAIL, dict(tlsrpt=word, sts="none"))
    one, two = "v=TLSRPTv1; rua=mailto:a@case.org", "v=TLSRPTv1; rua=mailto:b@case.org"
    for what, records, word in (("two", (one, two), "multiple"), ("one-and-spf", (one, "v=spf1"),
                                                                  "valid"),
                                ("blank-and-spf", (one.replace(";", " ;"), "v=spf1"), "none")):
        texts(book, f"_smtp._tls.tlsrpt-{what}.case.org", *records)
        book.case(f"tlsrpt-{what}.case.org", ["10 mail.~"], MAIL, dict(tlsrpt=word))
    texts(book, "_smtp._tls.tlsrpt-same.case.net", one, one)
    book.case("tlsrpt-same.case.net", ["10 mail.~"], MAIL, dict(tlsrpt="valid"))
    book.records("_smtp._tls.provider.elsewhere.org", "TXT " + one)
    book.case("tlsrpt-cname.case.org", ["10 mail.~"],
              dict(MAIL, **{"_smtp._tls.~": "CNAME _smtp._tls.provider.elsewhere.org"}),
              dict(tlsrpt="valid", sts="none"))
    texts(book, "_smtp._tls.tlsrpt-bogus.case.org", one)
    book.spoil("_smtp._tls.tlsrpt-bogus.case.org", "TXT")
    book.case("tlsrpt-bogus.case.org", ["10 mail.~"], MAIL, dict(tlsrpt="failed", sts="none"))
    texts(book, "_smtp._tls.tlsrpt-and-sts.case.org", one)
    policy(book, "tlsrpt-and-sts.case.org", POLICY, dict(sts="enforce", tlsrpt="valid"))
    texts(book, "_smtp._tls.tlsrpt-implicit.case.org", one)
    book.case("tlsrpt-implicit.case.org", (), {"~": "A"}, dict(mx_outcome="implicit_mx",
                                                              tlsrpt="valid"))


def _policies(book):
    """Valid texts."""
    def case(what, lines, word="enforce", *, end="\n", last="\n", **columns):
        domain = f"sts-policy-{what}.case.org"
        policy(book, domain, None, dict(sts=word),
               dict(policy_outcome="valid", detail=None, **columns),
               text=body(domain, lines, end, last))

    version, mode, mx, age = POLICY
    case("crlf", POLICY, end="\r\n", last="\r\n", max_age=604800)
    case("no-end", POLICY, last="")
    case("crlf-no-end", POLICY, end="\r\n", last="")
    case("both-ends", (version + "\r", mode, mx + "\r", age))
    case("testing", (version, "mode: testing", mx, age), "testing", mode="testing")
    case("none", (version, "mode: none", mx, age), "off", mode="none", matches="1-")
    case("none-without-mx", (version, "mode: none", age), "off", mx="[]", matches="0-")
    case("any-order", (age, mx, mode, version))
    case("no-blanks", tuple(line.replace(" ", "") for line in POLICY))
    case("blanks", tuple(line.replace(": ", ":\t  ") + " \t" for line in POLICY))
    case("unknown-field", POLICY + ("x-more.2_: with blanks: and colons",), max_age=604800)
    case("unknown-utf-8", POLICY + ("note: gr\u00fc\u00dfe \u4e2d",))
    case("unknown-first", ("x: y",) + POLICY)
    case("unknown-name-32", POLICY + ("n" * 32 + ": y",))
    case("field-upper-case", POLICY + ("Mode: none",), mode="enforce")
    case("mode-twice", (version, mode, "mode: none", mx, age), mode="enforce")
    case("max-age-twice", (version, mode, mx, "max_age: 1", "max_age: 2"), max_age=1)
    case("version-twice", POLICY + (version,))
    case("later-one-bad", POLICY + ("mode: often", "max_age: long", "version: 2"), mode="enforce",
         max_age=604800)
    case("max-age-0", (version, mode, mx, "max_age: 0"), max_age=0)
    case("max-age-largest", (version, mode, mx, "max_age: 31557600"), max_age=31557600)
    case("max-age-zeros", (version, mode, mx, "max_age: 0000086400"), max_age=86400)
    case("mx-several", (version, mode, "mx: a.~", "mx: *.b.~", mx, age), matches="1-",
         mx='["a.sts-policy-mx-several.case.org","*.b.sts-policy-mx-several.case.org",'
            '"mail.sts-policy-mx-several.case.org"]')
    case("mx-60", (version, mode, *(f"mx: mx{at}.~" for at in range(60)), mx, age), matches="1-")
    case("mx-not-in-it", (version, mode, "mx: other.~", age), matches="0-")
    case("mx-upper-case", (version, mode, "mx: MAIL.STS-Policy-mx-UPPER-case.Case.ORG", age),
         matches="1-", mx='["mail.sts-policy-mx-upper-case.case.org"]')
    case("mx-single-label", (version, mode, "mx: localhost", mx, age))
    case("mx-wildcard-tld", (version, mode, "mx: *.org", mx, age))
    case("blank-line", (version, mode, "", mx, age), matches="1-")
    case("blank-line-last", POLICY, last="\n\n")
    case("blank-line-first", ("",) + POLICY)
    case("blank-lines-crlf", ("", version, "", mode, "", "", mx, "", age, ""), end="\r\n")
    case("blank-lines-blanks", (" ", version, "\t", mode, " \t ", mx, age, " "), max_age=604800)
    pad = 65536 - len(body("sts-policy-64k.case.org", POLICY + ("pad: ",)))
    case("64k", POLICY + ("pad: " + "p" * pad,))


def _policy_flaws(book):
    """Each with the line at fault; "" where it cannot be shown as it is."""
    version, mode, mx, age = POLICY

    def case(what, lines, fault, **words):
        domain = f"sts-flaw-{what}.case.org"
        detail = fault.replace("~", domain) or "*"
        policy(book, domain, None, dict(sts="invalid_policy", sts_cname_effect=None),
               dict(record_outcome="valid", policy_outcome="invalid", detail=detail,
                    http_status=200, mode=None, max_age=None, mx=None, matches="None-"),
               text=body(domain, lines, **words))

    case("no-version", POLICY[1:], "no version")
    case("no-mode", (version, mx, age), "no mode")
    case("no-max-age", (version, mode, mx), "no max_age")
    case("no-mx", (version, mode, age), "no mx")
    case("no-mx-testing", (version, "mode: testing", age), "no mx")
    case("empty", (), "no version", last="")
    case("blank-lines", ("", " ", ""), "no version")
    case("html", ("<!doctype html>", "<html><body>It works</body></html>"), "<!doctype html>")
    case("record-as-policy", ("v=STSv1; id=1;",), "v=STSv1; id=1;")
    case("cr", POLICY, "", end="\r", last="\r")
    case("cr-last", POLICY, "", last="\r")
    case("cr-cr-lf", POLICY, "", end="\r\r\n")
    case("byte-order-mark", ("\ufeff" + version,) + POLICY[1:], "")
    case("tab-first", (version, "\t" + mode, mx, age), "")
    case("nul", POLICY + ("x: a\0b",), "")
    case("delete", POLICY + ("x: a\x7fb",), "")
    for what, at, line in (
            ("version-2", 0, "version: STSv2"), ("version-case", 0, "version: stsv1"),
            ("version-empty", 0, "version:"), ("version-more", 0, "version: STSv1;"),
            ("mode-case", 1, "mode: Enforce"), ("mode-unknown", 1, "mode: report"),
            ("mode-empty", 1, "mode: "), ("mode-blank-before", 1, "mode : enforce"),
            ("mode-blank-first", 1, " mode: enforce"), ("mode-equals", 1, "mode=enforce"),
            ("mx-star", 2, "mx: *"), ("mx-star-inside", 2, "mx: mail.*.~"),
            ("mx-star-twice", 2, "mx: *.*.~"), ("mx-star-part", 2, "mx: m*.~"),
            ("mx-dot-last", 2, "mx: mail.~."), ("mx-dot-first", 2, "mx: .~"),
            ("mx-empty", 2, "mx:"), ("mx-list", 2, "mx: mail.~, mx.~"),
            ("mx-blank", 2, "mx: mail.~ mx.~"), ("mx-address", 2, "mx: [192.0.2.1]"),
            ("mx-underscore", 2, "mx: mail_1.~"), ("mx-hyphen", 2, "mx: -mail.~"),
            ("mx-dots", 2, "mx: mail..~"), ("mx-colon", 2, "mx: mail.~:25"),
            ("max-age-word", 3, "max_age: week"), ("max-age-negative", 3, "max_age: -1"),
            ("max-age-fraction", 3, "max_age: 1.5"), ("max-age-unit", 3, "max_age: 604800s"),
            ("max-age-over", 3, "max_age: 31557601"), ("max-age-11", 3, "max_age: 00000604800"),
            ("max-age-empty", 3, "max_age:"), ("max-age-plus", 3, "max_age: +1"),
            ("max-age-list", 3, "max_age: 1, 2")):
        case(what, POLICY[:at] + (line,) + POLICY[at + 1:], line)
    case("mx-second", POLICY + ("mx: *",), "mx: *")
    case("mx-u-label", (version, mode, "mx: b\u00fccher.~", age), "")
    case("no-colon", POLICY + ("more",), "more")
    case("name-33", POLICY + ("n" * 33 + ": y",), "n" * 33 + ": y")
    case("name-hyphen-first", POLICY + ("-n: y",), "-n: y")
    case("value-empty", POLICY + ("x:",), "x:")
    domain = "sts-flaw-not-utf-8.case.org"
    policy(book, domain, None, dict(sts="invalid_policy"), dict(detail="*"),
           text=body(domain) + b"x: caf\xe9\n")
    domain = "sts-flaw-gzip.case.org"
    policy(book, domain, None, dict(sts="invalid_policy"), dict(detail="*"),
           text=b"\x1f\x8b\x08\0\0\0\0\0\0\3" + bytes(range(256)))


def _matching(book):
    """Names and patterns (s4.1), no alias involved."""
    def case(what, patterns, mx, matches, records=None, **words):
        lines = POLICY[:2] + tuple("mx: " + pattern for pattern in patterns) + POLICY[3:]
        policy(book, f"sts-match-{what}.case.org", lines, dict(sts="enforce",
                                                               sts_cname_effect=None),
               dict(policy_outcome="valid", matches=matches), mx=mx, records=records, **words)

    case("wildcard", ["*.~"], ["10 ~", "20 mail.~", "30 a.mail.~"], "0- 1- 0-",
         {"~": "A", "mail.~": "A", "a.mail.~": "A"})
    case("wildcard-part", ["*.mail.~"], ["10 xmail.~", "20 x.mail.~", "30 mail.~"], "0- 1- 0-",
         {"xmail.~": "A", "x.mail.~": "A", "mail.~": "A"})
    case("wildcard-not-literal", ["*.elsewhere.org"], ["10 mail.elsewhere.org",
                                                       "20 mail.elsewhere.net"], "1- 0-")
    case("case", ["MAIL.elseWHERE.org", "*.Elsewhere.NET"],
         ["10 Mail.ELSEWHERE.org", "20 MAIL.elsewhere.net"], "1- 1-")
    case("some", ["a.~", "c.~"], ["10 a.~", "20 b.~", "30 c.~"], "1- 0- 1-",
         {"a.~": "A", "b.~": "A", "c.~": "A"})
    case("end-alike", ["elsewhere.org", "mail.~"], ["10 mail.elsewhere.org", "20 x-mail.~"],
         "0- 0-", {"x-mail.~": "A"})
    case("null-mixed", ["*.~"], ["0 .", "10 mail.~"], "0- 1-", MAIL)
    case("underscore", ["*.~"], ["10 mail_1.~"], "1-", {"mail_1.~": "A"})
    case("address", ["*.0.2.1", "mail.~"], ["10 192.0.2.1", "20 mail.~"], "1- 1-", MAIL)
    case("unresolved", ["*.lame.net"], ["10 mx.lame.net"], "1-")
    case("no-address", ["mail.~"], ["10 mail.~"], "1-", {"mail.~": "TXT x"})
    case("single-label", ["mailhost"], ["10 mailhost"], "1-")
    case("unlistable", ["mail.~"],
         ["10 mail.~", "20 localhost", "30 mail", "40 a!b.~", "50 -.~", "60 192.0.2.1", "70 m_x.~",
          "80 plain.~"], "1- 0- 0- 0- 0- 0- 0- 0-",
         {"mail.~": "A", "a!b.~": "A", "-.~": "A", "m_x.~": "A", "plain.~": "A"})
    case("same-twice", ["mail.~"], ["10 mail.~", "20 mail.~"], "1- 1-", MAIL)
    policy(book, "sts-implicit.case.org", ("version: STSv1", "mode: enforce", "mx: ~",
                                           "max_age: 86400"),
           dict(sts="enforce", mx_outcome="implicit_mx", sts_cname_effect=None, tlsrpt="none"),
           dict(policy_outcome="valid", matches=""), mx=(), records={"~": "A"})
    policy(book, "sts-implicit-alias.case.org", POLICY,
           dict(sts="enforce", mx_outcome="implicit_mx", sts_cname_effect=None), mx=(),
           records={"~": "CNAME implicit-a.case.org"})


def _seed(book):
    """The MX host is a CNAME: by its name, as s4.1 says, and by its target, as some senders do."""
    real = "real.elsewhere.org"

    def case(what, patterns, effect, matches, *, mode="enforce", mx=("10 mail.~",), records=ALIAS,
             hosts=None):
        word = "off" if mode == "none" else mode
        lines = (POLICY[0], "mode: " + mode, *("mx: " + pattern for pattern in patterns), POLICY[3])
        policy(book, f"sts-alias-{what}.case.org", lines, dict(sts=word, sts_cname_effect=effect),
               dict(policy_outcome="valid", matches=matches), mx=mx, records=records, hosts=hosts)

    case("name", ["mail.~"], "name_only", "10")
    case("target", [real], "target_only", "01")
    case("both", ["mail.~", real], "same", "11")
    case("neither", ["other.~"], "neither", "00")
    case("name-testing", ["mail.~"], "name_only", "10", mode="testing")
    case("target-testing", [real], "target_only", "01", mode="testing")
    case("name-none", ["mail.~"], None, "10", mode="none")
    case("none-without-mx", [], None, "00", mode="none")
    case("wildcard-name", ["*.~"], "name_only", "10")
    case("wildcard-target", ["*.elsewhere.org"], "target_only", "01")
    case("wildcard-both", ["*.~"], "same", "11",
         records={"mail.~": "CNAME real.~", "real.~": "A"})
    case("wildcard-below", ["*.~"], "name_only", "10",
         records={"mail.~": "CNAME a.b.~", "a.b.~": "A"})
    two = {"a.~": "CNAME real.elsewhere.org", "b.~": "CNAME other.elsewhere.org"}
    case("mixed", ["a.~", "other.elsewhere.org"], "mixed", "10 01", mx=("10 a.~", "20 b.~"),
         records=two)
    case("mixed-testing", ["b.~", real], "mixed", "01 10", mx=("10 a.~", "20 b.~"),
         mode="testing", records=two)
    case("two-names", ["a.~", "b.~"], "name_only", "10 10", mx=("10 a.~", "20 b.~"), records=two)
    case("two-same", ["*.~", "*.elsewhere.org"], "same", "11 11", mx=("10 a.~", "20 b.~"),
         records=two)
    case("same-and-name", ["a.~", real, "b.~"], "name_only", "11 10", mx=("10 a.~", "20 b.~"),
         records=two)
    case("same-and-target", ["a.~", "*.elsewhere.org"], "target_only", "11 01",
         mx=("10 a.~", "20 b.~"), records=two)
    case("same-and-neither", ["a.~", real], "neither", "11 00", mx=("10 a.~", "20 b.~"),
         records=two)
    case("name-and-neither", ["a.~"], "name_only", "10 00", mx=("10 a.~", "20 b.~"), records=two)
    case("target-and-neither", [real], "target_only", "01 00", mx=("10 a.~", "20 b.~"),
         records=two)
    case("unlistable", ["other.~"], "neither", "00 00 00",
         mx=("10 a_b.~", "20 c_d.~", "30 plain.~"),
         records={"a_b.~": "CNAME r_1.~", "r_1.~": "A", "c_d.~": "CNAME real.~", "real.~": "A",
                  "plain.~": "CNAME r_1.~"})
    case("one-of-two", ["mail.~", "plain.~"], "name_only", "1- 10", mx=("10 plain.~", "20 mail.~"),
         records=dict(ALIAS, **{"plain.~": "A"}))
    case("plain-unmatched", ["mail.~", real], "same", "0- 11", mx=("10 plain.~", "20 mail.~"),
         records=dict(ALIAS, **{"plain.~": "A"}))
    case("2hops", ["mail.~"], "name_only", "10",
         records={"mail.~": "CNAME hop.~", "hop.~": "CNAME real.elsewhere.org"})
    case("2hops-middle", ["hop.~"], "neither", "00",
         records={"mail.~": "CNAME hop.~", "hop.~": "CNAME real.elsewhere.org"})
    case("2hops-end", [real], "target_only", "01",
         records={"mail.~": "CNAME hop.~", "hop.~": "CNAME real.elsewhere.org"})
    dname = {"old.~": "DNAME new.~", "mail.new.~": "A"}
    case("dname-name", ["mail.old.~"], "name_only", "10", mx=("10 mail.old.~",), records=dname)
    case("dname-target", ["mail.new.~"], "target_only", "01", mx=("10 mail.old.~",), records=dname)
    case("dname-both", ["mail.old.~", "*.new.~"], "same", "11", mx=("10 mail.old.~",),
         records=dname)
    case("dangling", ["mail.~"], "name_only", "10", records={"mail.~": "CNAME nothing.~"})
    case("dangling-both", ["*.~"], "same", "11", records={"mail.~": "CNAME nothing.~"})
    case("loop", ["mail.~"], "same", "11", records={"mail.~": "CNAME b.~", "b.~": "CNAME mail.~"})
    case("target-lame", ["mail.~"], "name_only", "10", records={"mail.~": "CNAME mx.lame.net"})
    case("upper-case", ["MAIL.~", "REAL.Elsewhere.ORG"], "same", "11", mx=("10 MAIL.~",))
    case("unsigned-target", ["mail.~"], "name_only", "10",
         records={"mail.~": "CNAME mail.elsewhere.net"})
    # YXDOMAIN (RFC 6672 s2.2): there is no target to match
    cannot = {"old.~": "DNAME " + ".".join(["n" * 63] * 2 + ["new.~"])}
    long = ".".join(["l" * 63] * 2)
    case("dname-too-long", ["*." + "l" * 63 + ".old.~"], "name_only", "10", mx=(f"10 {long}.old.~",), records=cannot)
    case("dname-too-long-no", ["*.new.~"], "neither", "00", mx=(f"10 {long}.old.~",), records=cannot)
    case("root-target", ["mail.~"], "name_only", "10", records={"mail.~": "CNAME ."})
    # the domain is the alias, not its exchange
    policy(book, "sts-alias-domain.case.org",
           POLICY[:2] + ("mx: mail.mx-one.case.org", POLICY[3]),
           dict(sts="enforce", sts_cname_effect=None), dict(matches="1-"), mx=(),
           records={"~": "CNAME mx-one.case.org"})


def _not_asked(book):
    """No mail host: neither record is asked for, though both are there."""
    nothing = dict(sts=None, sts_cname_effect=None, tlsrpt=None)
    for what, mx, records, word in (
            ("null-mx", ("0 .",), None, "null_mx"),
            ("no-service", (), {"~": "TXT x"}, "no_service"),
            ("localhost", ("10 localhost",), None, "mx"),
            ("address", ("10 192.0.2.1",), {"~": "A"}, "mx")):
        domain = f"sts-not-asked-{what}.case.org"
        texts(book, "_smtp._tls." + domain, "v=TLSRPTv1; rua=mailto:tls@case.org")
        policy(book, domain, POLICY, dict(nothing, mx_outcome=word), mx=mx, records=records)
    book.case("sts-not-asked-bogus-mx.case.org", ["10 mail.~"], MAIL,
              dict(nothing, mx_outcome="failed"))
    book.spoil("sts-not-asked-bogus-mx.case.org", "MX")
