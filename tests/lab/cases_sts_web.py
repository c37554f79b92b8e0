"""Policy hosts and their servers (RFC 8461 s3.3): addresses, certificates, HTTP, silence; many
domains behind one server."""

import infrastructure
import webca
from cases_sts import MAIL, POLICY, body, policy, texts

MANY = 50


def declare(book, slow):
    _hosts(book)
    _host_failures(book)
    _certificates(book)
    _http(book)
    _servers(book)
    _many(book)
    if slow:
        _slow(book)


def _fetched(book, what, *, detail=None, shown=None, lines=POLICY, expect=None, zone="case.org",
             columns=(), **words):
    """A valid record, and a policy that can be had (no detail), or not; shown: http_status;
    columns: others of sts_policies."""
    expect = dict(sts="unavailable" if detail else "enforce", **expect or {})
    outcome = "unavailable" if detail else "valid"
    policy(book, f"sts-{what}.{zone}", lines, expect,
           dict(record_outcome="valid", id="20261123", policy_outcome=outcome, detail=detail,
                http_status=shown if detail else 200, **dict(columns),
                matches="None-" if detail else "1-"), **words)


def _hosts(book):
    """The addresses of mta-sts.<domain>."""
    webs = book.universe.webs
    main, refused, absent = (webs[name].address for name in ("main", "refused", "unreachable"))

    def case(what, sets, detail=None, **words):
        records = dict(MAIL, **{"mta-sts.~": sets}) if sets else MAIL
        _fetched(book, "host-" + what, detail=detail, web="", records=records, **words)

    case("nxdomain", None, "dns")
    case("nodata", "TXT x", "dns")
    case("cname", "CNAME mta-sts.provider.elsewhere.org")
    case("cname-2hops", "CNAME mta-sts.elsewhere.net")
    case("cname-dangling", "CNAME nothing.~", "dns")
    case("cname-wrong-name", "CNAME mta-sts.provider.elsewhere.org", "tls",
         certificate="wrong-name")
    book.records("mta-sts.provider.elsewhere.org", "A " + main)
    book.records("mta-sts.elsewhere.net", "CNAME mta-sts.provider.elsewhere.org")
    case("refused", "A " + refused, "connect")
    case("unreachable", "A " + absent, "connect")
    case("two-addresses", f"A {refused}, A {main}")
    case("three-addresses", f"A {refused}, A {absent}, A {main}")
    case("two-refused", f"A {refused}, A {absent}", "connect")
    case("ipv6-unreachable", f"AAAA 2a00:253::ffff, A {main}")
    if infrastructure.HAS_IPV6:
        case("ipv6", "AAAA " + infrastructure.WEB_IPV6)
        case("ipv6-and-refused", f"AAAA {infrastructure.WEB_IPV6}, A {refused}")
    for what, addresses in (
            ("10.0.0.1", ("10.0.0.1",)), ("loopback", ("127.0.0.1",)),
            ("name-server", ("127.1.5.1",)), ("zero", ("0.0.0.0",)), ("ipv6-loopback", ("::1",)),
            ("mapped", ("::ffff:10.0.0.1",)), ("nat64", ("64:ff9b::a00:1",)),
            ("link-local", ("fe80::1",)), ("multicast", ("224.0.0.1",)),
            ("two", ("10.0.0.1", "fc00::1"))):
        case("special-" + what.replace(".", "-"),
             ", ".join(("AAAA " if ":" in a else "A ") + a for a in addresses), "special_address")
    case("special-and-good", f"A 10.0.0.1, A {main}")
    case("special-by-cname", "CNAME inner.elsewhere.org", "special_address")
    book.records("inner.elsewhere.org", "A 10.0.0.1")
    # the site of the name without `mta-sts.` is another one
    book.universe.site("sts-host-nxdomain.case.org", body=body("sts-host-nxdomain.case.org"))


def _host_failures(book):
    """The address lookups fail."""
    def case(what, sets, **words):
        _fetched(book, "host-" + what, detail="dns", web="",
                 records=dict(MAIL, **{"mta-sts.~": sets}), **words)

    main = book.universe.webs["main"].address
    case("bogus", "A " + main)
    book.spoil("mta-sts.sts-host-bogus.case.org", "A")
    case("loop", "CNAME mta-sts.~")
    book.zone("mta-sts.sts-host-lame.case.org", "hosting", served=False, failure="servfail")
    case("lame", "A " + main)
    case("cname-lame", "CNAME lame.net")
    book.zone("mta-sts.sts-host-no-aaaa.case.org", "fault-no-aaaa")
    _fetched(book, "host-no-aaaa", web="", records=dict(MAIL, **{"mta-sts.~": "A " + main}))


def _certificates(book):
    for kind, good in webca.KINDS.items():
        if kind != "good":
            _fetched(book, "cert-" + kind, detail=None if good else "tls", certificate=kind)
    _fetched(book, "cert-no-site", detail="tls", lines=None)
    book.universe.site("mta-sts.sts-cert-expired-404.case.org", certificate="expired")
    _fetched(book, "cert-expired-404", detail="tls", lines=None)


def _http(book):
    """Other answers than 200 (MUST be 200, no 3xx followed), and media types."""
    for status in (204, 301, 302, 307, 308, 403, 500, 503):
        _fetched(book, f"http-{status}", detail="http_status", shown=status, status=status,
                 columns=dict(media_type=None if status == 204 else "text/html"))
    book.universe.site("mta-sts.sts-http-404.case.org")
    _fetched(book, "http-404", detail="http_status", shown=404, lines=None,
             columns=dict(media_type="text/html"))
    _fetched(book, "http-type-plain", web="main", columns=dict(media_type="text/plain"))
    for what, media_type, shown in (
            ("html", "text/html", ...), ("octets", "application/octet-stream", ...),
            ("charset", "text/plain; charset=utf-16", ...), ("nonsense", "no type", ...),
            ("control", "\x1b]0;\x07text/plain", ...), ("markup", "<script>alert(1)</script>", ...),
            ("utf-8", "text/gr\xc3\xbcn", "text/gr\u00fcn"), ("latin-1", "t\xe9xt", "t\ufffdxt"),
            ("100", "y" * 100, ...), ("101", "y" * 101, "y" * 100),
            ("long", "text/plain; x=" + "z" * 3000, "text/plain; x=" + "z" * 86),
            ("long-utf-8", "\xc3\xbc" * 200, "\u00fc" * 100)):
        _fetched(book, "http-type-" + what, web="main", media_type=media_type,
                 columns=dict(media_type=media_type if shown is ... else shown))
    lines = POLICY + ("pad: " + "p" * 65536,)
    _fetched(book, "http-over-64k", detail="too_large", shown=200, lines=lines)
    pad = 65537 - len(body("sts-http-64k-and-1.case.org", POLICY + ("pad: ",)))
    _fetched(book, "http-64k-and-1", detail="too_large", shown=200,
             lines=POLICY + ("pad: " + "p" * pad,))


def _servers(book):
    """Servers that fail at once."""
    _fetched(book, "web-tls1-2", web="tls1.2")
    _fetched(book, "web-http2", web="hosting")
    for web in ("tls1.0", "closes", "plain-http", "no-http", "cut", "large", "large-chunked"):
        _failing(book, web)


def _failing(book, web):
    words = book.universe.webs[web]
    _fetched(book, "web-" + web.replace(".", "-"), detail=words.detail, shown=words.status, web=web)


def _slow(book):
    """Servers that fail when the survey has enough of them."""
    for web in ("silent", "mute", "drip", "drip-header", "drip-large", "no-connect",
                "endless-header"):
        _failing(book, web)
    # the first address takes all the time there is
    book.records("mta-sts.sts-web-silent-several.case.org",
                 f"A {book.universe.webs['mute'].address}")
    _fetched(book, "web-silent-several", detail="timeout", web="silent")


def _many(book):
    """Domains of one provider, whose server has one connection at a time."""
    address = book.universe.webs["one-at-a-time"].address
    book.records("policies.elsewhere.org", "A " + address)
    texts(book, "_mta-sts.policies.elsewhere.org", "v=STSv1; id=20261123;")
    for number in range(1, MANY + 1):
        zone = "case.net" if number % 2 else "case.org"
        _fetched(book, f"many-{number}", zone=zone, web="",
                 records={"mta-sts.~": "CNAME policies.elsewhere.org"},
                 lines=POLICY[:2] + ("mx: mail.elsewhere.org", POLICY[3]),
                 mx=("10 mail.elsewhere.org",))
