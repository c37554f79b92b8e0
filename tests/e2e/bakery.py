"""A street of shops and their mail providers: the small, fixed Internet behind the examples of
schema/cookbook.md and the tests of the commands that read survey files.

    python3 tests/e2e/bakery.py FILE     surveys it into FILE (MXSURVEY is the program)
"""
import contextlib
import functools
import hashlib
import json
import pathlib
import sqlite3
import sys
import tempfile

import dns.flags
import dns.name
import dns.rcode
import dns.rdatatype
import dns.rrset

from harness import Resolver, response, run, validating

# The rank is the list's; a trade is the stratum
LIST = """
rank,domain,trade
1,shop.example,shop
2,bakery.example,food
3,florist.example,shop
4,butcher.example,food
5,tailor.example,shop
6,library.test,culture
7,museum.test,culture
8,theatre.test,culture
9,school.test,
10,cafe.example,food
11,bookshop.example,culture
12,cinema.example,culture
13,pharmacy.example,health
14,plain.example,
15,parked.example,
16,silent.example,
17,closed.example,
18,broken.example,
19,bogus.test,
20,inside.example,
21,ring.example,shop
22,address.example,
23,www.shop.example,shop
24,optician.example,health
25,gym.test,health
26,studio.test,culture
27,framer.example,shop
"""

# One record a line; the zones under .test are signed, those under .example are not.
RECORDS = """
shop.example            MX    10 mx1.bigmail.example.
shop.example            MX    20 mx2.bigmail.example.
florist.example         MX    10 mx1.bigmail.example.
butcher.example         MX    10 mx1.bigmail.example.
butcher.example         MX    20 mx.hostco.example.
www.shop.example        CNAME shop.example.
mx1.bigmail.example     A     203.0.113.1
mx1.bigmail.example     AAAA  2001:db8::1
mx2.bigmail.example     A     203.0.113.2

bakery.example          MX    10 mail.bakery.example.
mail.bakery.example     CNAME mx1.bigmail.example.
tailor.example          MX    10 mail.tailor.example.
mail.tailor.example     CNAME smtp.hostco.example.
smtp.hostco.example     CNAME in.cloud.example.
in.cloud.example        A     203.0.113.30
cafe.example            MX    10 mx.hostco.example.
bookshop.example        MX    10 mx.hostco.example.
optician.example        MX    10 mx.hostco.example.
mx.hostco.example       CNAME in.cloud.example.
cinema.example          MX    10 mail.cinema.example.
mail.cinema.example     CNAME vps17.gone.example.
pharmacy.example        MX    5 mx.slow.example.
ring.example            MX    10 mx.ring.example.
mx.ring.example         CNAME a.ring.example.
a.ring.example          CNAME mx.ring.example.

library.test            MX    10 mx.tidy.test.
museum.test             MX    10 mx.tidy.test.
museum.test             MX    20 mx2.tidy.test.
gym.test                MX    10 mail.gym.test.
mail.gym.test           CNAME mx.tidy.test.
mx.tidy.test            A     203.0.113.40
mx.tidy.test            AAAA  2001:db8::40
mx2.tidy.test           A     203.0.113.41
_25._tcp.mx.tidy.test   TLSA  3 1 1 5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a
studio.test             MX    10 mail.studio.test.
mail.studio.test        CNAME mx2.tidy.test.
_25._tcp.mail.studio.test TLSA 3 1 1 6c6c6c6c6c6c6c6c6c6c6c6c6c6c6c6c6c6c6c6c6c6c6c6c6c6c6c6c6c6c6c6c
framer.example          MX    10 mx.tidy.test.
theatre.test            MX    10 mx.theatre.test.
mx.theatre.test         A     203.0.113.50
_25._tcp.mx.theatre.test TLSA 2 1 1 60b87575447dcba2a36b7d11ac09fb24a9db406fee12d2cc90180517616e8a18
school.test             MX    10 mx.school.test.
mx.school.test          A     203.0.113.60
_25._tcp.mx.school.test TLSA  1 1 1 7b7b7b7b7b7b7b7b7b7b7b7b7b7b7b7b7b7b7b7b7b7b7b7b7b7b7b7b7b7b7b7b

_mta-sts.shop.example   TXT   "v=STSv1; id=20261101;"
_mta-sts.cafe.example   TXT   "v=STSv1; id=no good;"
_mta-sts.library.test   TXT   "v=STSv1; id=1;"
_mta-sts.library.test   TXT   "v=STSv1; id=2;"
_smtp._tls.shop.example TXT   "v=TLSRPTv1; rua=mailto:tls@shop.example"
_smtp._tls.cafe.example TXT   "v=TLSRPTv1;"

plain.example           A     203.0.113.70
parked.example          MX    0 .
silent.example          TXT   "no mail here"
inside.example          MX    10 mx.inside.example.
mx.inside.example       A     10.0.0.25
address.example         MX    10 192.0.2.25.
address.example         MX    20 mx1.bigmail.example.
"""
LAME = {"broken.example", "mx.slow.example"}
BOGUS = {"bogus.test"}


def read(text):
    records = {}
    for line in filter(None, map(str.strip, text.splitlines())):
        owner, kind, data = line.split(None, 2)
        records.setdefault((owner, kind), []).append(data)
    return records


class Street:
    """Answers as a validating resolver: chains followed, AD where every name is signed."""

    def __init__(self):
        self.records = read(RECORDS)
        owners = {owner for owner, _ in self.records}
        self.names = {owner.split(".", i)[-1] for owner in owners for i in range(owner.count(".") + 1)}

    def __call__(self, query):
        question = query.question[0]
        name = question.name.to_text(omit_final_dot=True).lower()
        kind = dns.rdatatype.to_text(question.rdtype)
        if name == "" or name == ".":
            return response(query)
        if name in LAME or (name in BOGUS and not query.flags & dns.flags.CD):
            return response(query, dns.rcode.SERVFAIL)
        answer, met = [], []
        while True:
            if name in met:
                return response(query, dns.rcode.SERVFAIL)
            met.append(name)
            if (name, kind) in self.records:
                answer += ["%s. 60 IN %s %s" % (name, kind, data)
                           for data in self.records[name, kind]]
                break
            if (name, "CNAME") not in self.records:
                break
            target = self.records[name, "CNAME"][0]
            answer.append("%s. 60 IN CNAME %s" % (name, target))
            name = target.rstrip(".")
        signed = all(one.endswith(".test") for one in met) and not query.flags & dns.flags.CD
        rcode = dns.rcode.NOERROR if name in self.names else dns.rcode.NXDOMAIN
        return response(query, rcode, answer, ad=signed)


@functools.lru_cache
def surveyed():
    """The octets of the file: it takes some seconds, because some names fail."""
    with tempfile.TemporaryDirectory() as directory:
        names, db = (pathlib.Path(directory) / name for name in ("shops.csv", "survey.db"))
        names.write_text(LIST.strip() + "\nnot a name\n", encoding="ascii")
        with Resolver(validating(Street())) as resolver:
            run("run", "--list", names, "--list-stratum", "trade", "--db", db, "--resolver", resolver.address, "--timeout",
                2000, "--tries", 1, "--quiet", check=0)
        return db.read_bytes()


# What `probe` would see, on day 0: host, certificate (None: no TLS), pkix, names it, names its target,
# DANE (None: no usable record), of each TLSA record whether it matches
MET_AT, DAY = 1800000000, 86400
CERTIFICATES = {  # names, the day it ends
    "bigmail": (["*.bigmail.example"], 60),
    "cloud": (["in.cloud.example", "mx.hostco.example"], 9),
    "tidy": (["mx.tidy.test"], 400),
    "tidy2": (["mx2.tidy.test"], 400),
    "theatre": (["mx.theatre.test"], 80),
    "school": (["mx.school.test"], -30),
}
VALID, EXPIRED, SELF_SIGNED = None, 1, 3
MATCHED, NO_MATCH, NOT_REACHED = 1, 2, 3
MET = (
    ("mx1.bigmail.example", "bigmail", VALID, 1, None, None, None),
    ("mx2.bigmail.example", "bigmail", VALID, 1, None, None, None),
    ("mail.bakery.example", "bigmail", VALID, 0, 1, None, None),
    ("mx.hostco.example", "cloud", VALID, 1, 1, None, None),
    ("mail.tailor.example", "cloud", VALID, 0, 1, None, None),
    ("mx.tidy.test", "tidy", VALID, 1, None, 1, MATCHED),
    ("mail.gym.test", "tidy", VALID, 0, 1, 1, MATCHED),
    ("mx2.tidy.test", "tidy2", SELF_SIGNED, 1, None, None, None),
    ("mail.studio.test", "tidy2", SELF_SIGNED, 0, 1, 0, NO_MATCH),
    ("mx.theatre.test", "theatre", VALID, 1, None, 0, NO_MATCH),
    ("mx.school.test", "school", EXPIRED, 1, None, None, NOT_REACHED),
    ("plain.example", None, None, None, None, None, None),
)
TLS, NO_STARTTLS, QUIT, TLS_1_3 = 1, 2, 6, 4  # crawler/core/words.h


def meet(db):
    """As if the hosts of a survey had been met, each at its IPv4 address."""
    with contextlib.closing(sqlite3.connect(db)) as connection, connection:
        numbers = {}
        for name, (names, day) in CERTIFICATES.items():
            digest = hashlib.sha256(name.encode("ascii")).digest()
            numbers[name] = connection.execute(
                "INSERT INTO _certificate (sha256, spki_sha256, subject, issuer, names, not_before,"
                " not_after) VALUES (?, ?, ?, 'CN=An Authority', ?, ?, ?)",
                (digest, digest, "CN=" + names[0], json.dumps(names), MET_AT - 90 * DAY,
                 MET_AT + day * DAY)).lastrowid
        for host, certificate, pkix, named, target, dane, match in MET:
            number, address = connection.execute(
                "SELECT h.id, a.address FROM _host AS h JOIN _address AS a ON a.host = h.id"
                " WHERE h.name = ? AND a.family = 4", (host,)).fetchone()
            shown = certificate is not None
            connection.execute(
                "INSERT INTO _probe VALUES (?, ?, 1, 4, ?, ?, ?, 250, NULL, ?, NULL, ?)",
                (number, MET_AT, address, TLS if shown else NO_STARTTLS, QUIT,
                 TLS_1_3 if shown else None, "[%d]" % numbers[certificate] if shown else None))
            if shown:
                connection.execute("INSERT INTO _probe_match VALUES (?, ?, ?, ?, ?, ?)",
                                   (number, numbers[certificate], pkix, named, target, dane))
            connection.execute("INSERT INTO _probe_tlsa SELECT host, usage, selector, matching_type,"
                               " data, ? FROM _tlsa WHERE host = ?", (match, number))


def survey(db):
    """Surveyed once for all the files that a test wants."""
    db.write_bytes(surveyed())


if __name__ == "__main__":
    survey(pathlib.Path(sys.argv[1]))
