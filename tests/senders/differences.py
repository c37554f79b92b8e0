"""Where senders differ from the survey, kind by kind, with the reason: all other differences fail.

A kind is about hosts that have something in common, so that nothing else hides behind it.
"""

import collections
import dataclasses
import re

NAME_MAX = 255  # octets on the wire, RFC 1035 s2.3.4
PREFIX_OCTETS = len("_25._tcp.")
LABEL = re.compile(r"[a-z0-9_]([a-z0-9_-]*[a-z0-9_])?")
ESCAPE = re.compile(r"\\(\d{3}|.)")


@dataclasses.dataclass
class Kind:
    """sender: whose difference it is.  applies(host, answer, said): host is a Host, the others
    what the sender's ask() gave.  reason: what it does, and by what the survey goes.
    everywhere: every version does it, so that a kind which no host of the lab shows has to go."""

    name: str
    sender: str
    applies: collections.abc.Callable
    reason: str
    everywhere: bool = True


@dataclasses.dataclass
class Host:
    """A row of the view hosts, and its tlsa_records as (selector, matching_type, data, reason)."""

    row: dict
    records: list

    def __getattr__(self, column):
        return self.row[column]


def _no_host_name(host, answer, _):
    labels = host.host.split(".")
    return (answer.level in ("no address", "dies") and
            not all(map(LABEL.fullmatch, labels)))


def _no_room(host, answer, _):
    """No question can be asked: the name with its prefix is too long."""
    if answer.level != "deferred" or not answer.base:
        return False
    octets = len(ESCAPE.sub("x", answer.base)) + 2  # first length, root
    return (answer.base in (host.host, host.alias_target) and
            octets + PREFIX_OCTETS > NAME_MAX)


def _ber_key(host, answer, _):
    """Every record is unusable, and one is a whole key with a length that DER does not allow."""
    def is_ber(selector, matching_type, data, reason):
        indefinite, long = data[1:2] == b"\x80", data[1:2] == b"\x81" and data[2] < 0x80
        return (selector, matching_type, reason) == (1, 0, "malformed") and (indefinite or long)

    return (host.dane == "unusable" and answer == ("dane", host.tlsa_base) and
            any(is_ber(*record) for record in host.records))


def _dname(host, answer, _):
    return (host.alias == "dname" and host.address_outcome == "answer" and
            host.dnssec == "insecure" and host.alias_dnssec == "secure" and
            answer == ("deferred", None))


def _dname_fails(host, answer, _):
    return (host.alias == "dname" and host.dane == "failed" and
            host.alias_dnssec == "indeterminate" and answer.level == "may" and
            answer.base in (None, host.host))


def _yxdomain_tlsa(host, answer, _):
    """Of all names below a DNAME, the one with _25._tcp. in front gets too long."""
    return (host.alias == "dname" and host.tlsa_outcome == "nxdomain" and
            answer == ("deferred", host.tlsa_base))


def _yxdomain_address(host, answer, said):
    return (host.alias_problem == "dangling" and answer.level == "deferred" and
            "(A) gave NO_RECOVERY" in said)


def _yxdomain_later(host, answer, said):
    return (host.alias_problem == "dangling" and host.dane == "failed" and
            answer == ("no address", None) and "): Non-recoverable error" in said)


def _whole_data(host, answer, _):
    return (host.dane_exim == "unusable" and answer.level == "dane" and
            any((matching_type, reason) == (0, "malformed")
                for _, matching_type, _, reason in host.records))


KINDS = (
    Kind("no host name", "Postfix", _no_host_name,
         "Postfix drops an exchange that is no host name (valid_hostname(); it takes underscores)."
         "  RFC 1123 s2.1, RFC 5321 s2.3.5.  The survey resolves it, for the question is whether"
         " it is an alias; no verdict of a domain counts it."),
    Kind("no host name", "Exim", _no_host_name,
         "Exim looks no name up that check_dns_names_pattern refuses (it takes underscores), and"
         " Exim 4.96 dies of a percent sign.  As with Postfix."),
    Kind("no room for the TLSA name", "Postfix", _no_room,
         "Postfix asks for a name of more than 255 octets, which the C library refuses as a"
         " failure, so it defers.  RFC 1035 s2.3.4: there can be no such name, so there are no"
         " records, and the next candidate is due (RFC 7672 s2.2.3), as the survey has it."),
    Kind("a key in BER", "Postfix", _ber_key,
         "OpenSSL reads a key with an indefinite length, or one of too many octets.  RFC 6698"
         " s2.1.4, s4.1: association data in DER, else unusable, as the survey has it."),
    Kind("CNAME below a DNAME", "Postfix", _dname,
         "Postfix asks for the CNAME itself, and Unbound 1.17 answers SERVFAIL where a signed"
         " DNAME leads to an unsigned zone.  RFC 6672 s5.3.1: the CNAME is as secure as the DNAME,"
         " which the survey asks for.", everywhere=False),
    Kind("DNAME not to be had", "Postfix", _dname_fails,
         "Postfix asks for the CNAME itself (RFC 7672 s2.1.3) and gets it.  The survey asks for the"
         " DNAME that it comes of, for the CNAME is not to be had of every resolver, and a server"
         " fails that question."),
    Kind("YXDOMAIN", "Postfix", _yxdomain_tlsa,
         "The C library knows no YXDOMAIN and says failure, so Postfix defers.  RFC 6672 s2.2: the"
         " name that the DNAME leads to would be too long, so there is none, as the survey has"
         " it."),
    Kind("YXDOMAIN at the second time", "Postfix", _yxdomain_later,
         "Unbound 1.26 says SERVFAIL to who asks first for an address of an alias that leads to a"
         " name too long, YXDOMAIN later.  Postfix takes YXDOMAIN for final and returns the mail;"
         " the survey was first, and where a lookup fails mail has to wait (RFC 7672 s2.1.2).",
         everywhere=False),
    Kind("YXDOMAIN", "Exim", _yxdomain_address,
         "The C library knows no YXDOMAIN and says failure, so Exim defers.  RFC 6672 s2.2: the"
         " exchange leads to no name, so it has no address, as the survey has it."),
    Kind("whole data unread", "Exim", _whole_data,
         "With GnuTLS Exim takes all data of matching type 0 as usable, then fails to verify"
         " (dane_tlsa_load()).  RFC 6698 s4.1: malformed data are unusable, as the survey has"
         " it."),
)
