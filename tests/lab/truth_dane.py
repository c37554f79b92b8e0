"""What DANE makes of the lab: RFC 7672 and the contract, applied to the oracle's replies."""

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import serialization

import ca_keys
import labdns

ANY = "*"
PREFIX = "_25._tcp"
COLUMNS = ("tlsa_outcome", "tlsa_base", "tlsa_dnssec", "tlsa_count", "tlsa_usable_count", "dane")
DIGEST_LENGTHS = {1: 32, 2: 64}


def host_columns(oracle, row, host, a, aaaa):
    """The COLUMNS of one host into its row; returns (tlsa_records, failure word or None)."""
    row["tlsa_outcome"] = "not_asked"
    if not (a.ok and aaaa.ok):  # RFC 7672 s2.1.2
        row["dane"] = "failed"
        return [], None
    gave = next((reply for reply in (a, aaaa) if reply.outcome == "answer"), None)
    if not gave:
        row["dane"] = "unreachable"
        return [], None
    bases = _candidates(host, gave, row["dnssec"] == "secure")
    if not bases:
        row["dane"] = "insecure"
        return [], None
    return _search(oracle, row, [base for base in bases if _has_room(base)])


def _candidates(host, gave, all_secure):
    """RFC 7672 s2.2.2: the TLSA base domains to try, in order."""
    if not gave.hops:
        return [host] if all_secure else []
    if all_secure:
        return [gave.end, host]
    return [host] if gave.hops[0].secure else []


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
                   tlsa_dnssec="secure" if reply.secure else "insecure")
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


def domain_columns(row, hosts):
    """dane and tlsa_failures of a domain; hosts: {name: (host's row, is it a primary)}."""
    if row["mx_outcome"] == "failed":
        return dict(dane="failed", tlsa_failures=None)
    words = [(host["dane"], primary) for host, primary in hosts.values()]
    if not words:
        return dict(dane=None, tlsa_failures=0)
    unknown = any(word == ANY for word, _ in words)
    failures = ANY if unknown else sum(word == "failed" for word, _ in words)
    if row["dnssec"] != "secure":
        return dict(dane="insecure", tlsa_failures=failures)
    if unknown:
        return dict(dane=ANY, tlsa_failures=ANY)
    reachable = [(word, primary) for word, primary in words if word != "unreachable"]
    usable = [word == "usable" for word, _ in reachable]
    first = [word == "usable" for word, primary in reachable if primary]
    if usable and all(usable):
        dane = "complete"
    elif first and all(first):
        dane = "primary"
    else:
        dane = "partial" if any(usable) else "none"
    return dict(dane=dane, tlsa_failures=failures)
