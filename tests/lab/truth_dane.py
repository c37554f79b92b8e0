"""What DANE makes of the lab: RFC 7672 and the data dictionary, applied to the oracle's replies."""

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import serialization

import ca_keys
import labdns

ANY = "*"
PREFIX = "_25._tcp"
COLUMNS = ("tlsa_outcome", "tlsa_base", "tlsa_dnssec", "tlsa_count", "tlsa_usable_count", "dane",
           "dane_exim")
ADDRESS = dict(address_outcome="answer", dane="none")  # what a bare address as exchange comes to
DIGEST_LENGTHS = {1: 32, 2: 64}


def host_columns(oracle, row, host, a, aaaa):
    """The COLUMNS of one host into its row; returns (tlsa_records, failure word or None)."""
    row["tlsa_outcome"] = "not_asked"
    # a family that fails beside one that answers prevents no address resolution (RFC 7672 s2.1.2)
    gave = next((reply for reply in (a, aaaa) if reply.outcome == "answer"), None)
    all_secure = row["dnssec"] == "secure"
    if not gave:
        early = "failed" if row["address_outcome"] == "failed" else "unreachable"
    elif not all_secure and row["alias_dnssec"] == "indeterminate":
        early = "failed"
    elif not all_secure and row["alias_dnssec"] != "secure":
        early = "insecure"
    else:
        bases = [gave.end, host] if gave.hops and all_secure else [host]
        result = _search(oracle, row, [base for base in bases if _has_room(base)])
        row["dane_exim"] = _exim(row, gave, all_secure)
        return result
    # Exim asks no question for the first alias record: to it insecure addresses are just that
    row.update(dane=early, dane_exim="insecure" if gave else early)
    return [], None


def _exim(row, gave, all_secure):
    """The word of a sender whose only candidate is the expanded name."""
    if not all_secure:
        return "insecure"
    if not _has_room(gave.end):
        return "failed"
    return row["dane"] if row["tlsa_base"] == labdns.text(gave.end) else "none"


def _has_room(base):
    return len(labdns.name(PREFIX)) - 1 + len(base) <= labdns.NAME_MAX


def _search(oracle, row, bases):
    row["dane"] = "none"
    records = []
    for base in bases:
        reply = oracle.resolve(labdns.join(PREFIX, base), "TLSA")
        row.update(tlsa_outcome=reply.outcome, tlsa_base=labdns.text(base))
        if not reply.ok:  # an error is no reason to try the next name (s2.1.2)
            row.update(dane="failed", tlsa_count=None, tlsa_usable_count=None,
                       tlsa_dnssec="bogus" if reply.failure == "bogus" else "indeterminate")
            return [], reply.failure
        records = [judge(rdata, reply.secure) for rdata in reply.records]
        usable = sum(record["usable"] for record in records)
        row.update(tlsa_count=len(records), tlsa_usable_count=usable,
                   tlsa_dnssec=ANY if reply.cut else "secure" if reply.secure else "insecure")
        if records and reply.secure:  # s2.2.3: even if none is usable
            row["dane"] = "usable" if usable else "unusable"
            break
    for record in records:
        record.update(host=row["host"], base=row["tlsa_base"])
    return records, None


def judge(rdata, secure):
    """A row of tlsa_records by the record alone."""
    usage, selector, matching_type, data = *rdata[:3], rdata[3:]
    reason = _reason(usage, selector, matching_type, data)
    name, status = ca_keys.known(selector, matching_type, data)
    return dict(usage=usage, selector=selector, matching_type=matching_type, data=data.hex(),
                usable=int(secure and not reason), reason=reason if secure else None,
                known_key=name, key_status=status)


def _reason(usage, selector, matching_type, data):
    """Why a record is unusable (RFC 7672 s3.1, RFC 6698 s4.1, RFC 7671 s9), or None."""
    if usage not in (2, 3):
        return "usage"
    if selector not in (0, 1):
        return "selector"
    if matching_type not in (0, 1, 2):
        return "matching_type"
    if not data:
        return "malformed"
    if matching_type:
        return "length" if len(data) != DIGEST_LENGTHS[matching_type] else None
    return None if _is_der(selector, data) else "malformed"


def _is_der(selector, data):
    """One whole certificate with a key that can be read, or one whole key."""
    try:
        if selector == 0:
            certificate = x509.load_der_x509_certificate(data)
            certificate.public_key()
            return certificate.public_bytes(serialization.Encoding.DER) == data
        return serialization.load_der_public_key(data).public_bytes(
            serialization.Encoding.DER,
            serialization.PublicFormat.SubjectPublicKeyInfo) == data
    except (ValueError, UnsupportedAlgorithm):
        return False


def domain_columns(row, mail_hosts, used):
    """dane, tlsa_failures and dane_ready of a domain.

    used: {name: (row of hosts, is it a primary)}: of the mail hosts those that senders use, and
    the bare addresses that they use beside them.
    """
    if row["mx_outcome"] == "failed":
        return dict(dane="failed", tlsa_failures=None, dane_ready=0)
    if not mail_hosts:
        return dict(dane=None, tlsa_failures=0, dane_ready=None)
    hosts = [(host["dane"], primary) for host, primary in used.values()]
    reachable = [(word, primary) for word, primary in hosts if word != "unreachable"]
    unknown = any(word == ANY for word, _ in hosts)
    # without an address no lookup of TLSA records came to be
    failures = ANY if unknown else sum(
        host["dane"] == "failed" and host["address_outcome"] == "answer"
        for host, _ in used.values())
    dane = ANY if unknown else _of_hosts(reachable)
    if row["dnssec"] == "secure":
        return dict(dane=dane, tlsa_failures=failures, dane_ready=0)
    ready = ANY if unknown else int(dane == "complete")
    return dict(dane="insecure", tlsa_failures=failures, dane_ready=ready)


def _of_hosts(reachable):
    """The word of a domain whose MX is secure."""
    usable = [word == "usable" for word, _ in reachable]
    first = [word == "usable" for word, primary in reachable if primary]
    if usable and all(usable):
        return "complete"
    if first and all(first):
        return "primary"
    return "partial" if any(usable) else "none"
