"""DANE and MTA-STS over one exchange that is an alias: which of the two changes that end the alias
keeps both (RFC 2181 s10.3, RFC 7672 s2.2.3, RFC 8461 s4.1).  For `check`, whose advice they are."""

from cases_dane import ee, none, unusable, usable
from cases_sts import POLICY, policy

EFFECTS = {"name": ("name_only", "10"), "target": ("target_only", "01"), "both": ("same", "11")}


def declare(book, slow):
    del slow
    _cname(book)
    _dname(book)


def _case(book, what, matched, records, columns, dane, *, host="mail.~", target="real.~"):
    """A policy that lists the exchange, its target, or both."""
    listed = [name for name, word in ((host, "name"), (target, "target"))
              if matched in (word, "both")]
    effect, matches = EFFECTS[matched]
    policy(book, f"both-{what}-{matched}.case.org",
           (*POLICY[:2], *("mx: " + name for name in listed), POLICY[3]),
           dict(sts="enforce", sts_cname_effect=effect, dane=dane, cname_mx_count=1),
           dict(policy_outcome="valid", matches=matches), mx=("10 " + host,), records=records,
           hosts={host: columns})


def _cname(book):
    within = {"mail.~": "CNAME real.~", "real.~": "A, AAAA"}
    initial, expanded = "_25._tcp.mail.~", "_25._tcp.real.~"
    unsigned = {"mail.~": "CNAME real.~.elsewhere.net", "real.~.elsewhere.net": "A"}
    for matched in EFFECTS:
        _case(book, "expanded", matched, dict(within, **{expanded: ee("e")}), usable("real.~"),
              "complete")
        _case(book, "initial", matched, dict(within, **{initial: ee("i")}), usable("mail.~"),
              "complete")
        _case(book, "none", matched, within, none("mail.~"), "none")
        _case(book, "unusable", matched, dict(within, **{expanded: "TLSA 1 1 1 00"}),
              unusable("real.~"), "none")
        _case(book, "unsigned", matched, unsigned, none("mail.~"), "none",
              target="real.~.elsewhere.net")
        _case(book, "unsigned-initial", matched, dict(unsigned, **{initial: ee("i")}),
              usable("mail.~"), "complete", target="real.~.elsewhere.net")


def _dname(book):
    names = dict(host="mail.old.~", target="mail.new.~")
    dname = {"old.~": "DNAME new.~", "mail.new.~": "A"}
    for matched in EFFECTS:
        _case(book, "dname", matched, dict(dname, **{"_25._tcp.mail.new.~": ee("new")}),
              usable("mail.new.~"), "complete", **names)
        _case(book, "dname-none", matched, dname, none("mail.old.~"), "none", **names)
    # the exchange's TLSA records are below the DNAME, those of its target are not its own
    _case(book, "dname-initial", "name",
          {"old.~": "DNAME new.~", "mail.new.~": "CNAME real.~", "real.~": "A",
           "_25._tcp.mail.new.~": ee("new")}, usable("mail.old.~"), "complete",
          host="mail.old.~")
