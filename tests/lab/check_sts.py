"""MTA-STS and TLSRPT for check_lab.py: questions through its Unbound, policies by its own HTTPS
client, both judged by the ABNF of RFC 8461 and RFC 8460 as regular expressions."""

import collections
import json
import os
import re
import socket
import ssl
import threading
import time

import dns.exception
import dns.name

import truth

TIMEOUT = 3.0
SIZE_MAX = 65536

WSP = r"[ \t]*"
DELIMITER = WSP + ";" + WSP
EXTENSION = r"[A-Za-z0-9][A-Za-z0-9_.-]{0,31}=[\x21-\x3a\x3c\x3e-\x7e]+"
URI = r"(?:mailto|MAILTO|https):[\x22-\x2b\x2d-\x3a\x3c-\x7e]+"
RUA = rf"rua={URI}(?:{WSP},{WSP}{URI})*"
STS = re.compile(rf"v=STSv1(?:{DELIMITER}{EXTENSION})+(?:{DELIMITER})?")
STS_ID = re.compile(rf"{DELIMITER}id=([^;]*?)(?={DELIMITER}|\Z)")
TLSRPT = re.compile(rf"v=TLSRPTv1(?=.*;{WSP}rua=)"
                    rf"(?:{DELIMITER}(?:{RUA}|(?!rua=){EXTENSION}))+(?:{DELIMITER})?")

DOMAIN = r"[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?"
KNOWN = {
    "version": r"STSv1", "mode": r"enforce|testing|none", "max_age": r"[0-9]{1,10}",
    "mx": rf"(?:\*\.)?{DOMAIN}(?:\.{DOMAIN})*",
}
FIELD = re.compile(r"([A-Za-z0-9][A-Za-z0-9_.-]{0,31}):[ \t]*((?:[^\x00-\x20\x7f]"
                   r"(?:[^\x00-\x1f\x7f]*[^\x00-\x20\x7f])?))[ \t]*")


def rows(survey, ask, name, row, exchanges):
    """Fills the columns of a domain that has a mail host.

    exchanges: [(row of mx_records, the alias's target or None)].
    """
    outcome, record = _record(survey, ask, "_mta-sts", "v=STSv1", _sts_id, name, "sts")
    tlsrpt, _ = _record(survey, ask, "_smtp._tls", "v=TLSRPTv1", TLSRPT.fullmatch, name, "tlsrpt")
    policy = dict(domain=row["domain"], record_outcome=outcome, policy_outcome="not_asked")
    word, patterns = {"multiple": "invalid_record", "invalid": "invalid_record"}.get(outcome,
                                                                                    outcome), None
    if outcome == "valid":
        policy["id"] = record
        patterns = _policy(survey, ask, name, policy)
        word = policy["policy_outcome"]
        if word == "valid":
            word = policy["mode"] if policy["mode"] != "none" else "off"
        elif word == "invalid":
            word = "invalid_policy"
    pairs = []
    for mx, target in exchanges:
        if patterns is None:
            continue
        mx["sts_match_name"] = _match(patterns, mx["exchange"])
        if mx["is_alias"]:  # of a name that cannot be (YXDOMAIN): it matches nothing
            mx["sts_match_target"] = 0 if target is None else _match(patterns, target)
            pairs.append((mx["sts_match_name"], mx["sts_match_target"]))
    row.update(sts=word, tlsrpt=tlsrpt)
    if word in ("enforce", "testing") and pairs:
        row["sts_cname_effect"] = _effect(pairs)
    survey.store("sts_policies", **policy)


def _effect(pairs):
    by_name, by_target = (1, 0) in pairs, (0, 1) in pairs
    if by_name and by_target:
        return "mixed"
    if by_name or by_target:
        return "name_only" if by_name else "target_only"
    return "neither" if (0, 0) in pairs else "same"


def _record(survey, ask, prefix, version, judge, name, kind):
    try:
        owner = dns.name.from_text(prefix, None) + name
    except dns.name.NameTooLong:
        return "none", None
    seen = ask(owner, "TXT")
    if not seen.ok:
        survey.failure(kind, owner.to_text(omit_final_dot=True).lower(), seen.failure)
        return "failed", None
    texts = [b"".join(strings).decode("latin-1")
             for strings in {rdata.strings for rdata in seen.records}]
    if len(texts) > 1:
        texts = [text for text in texts if text.startswith(version + ";")]
    if len(texts) > 1:
        return "multiple", None
    if not texts or not re.match(version + r"([; \t]|\Z)", texts[0]):
        return "none", None
    found = judge(texts[0])
    return ("valid" if found else "invalid"), found


def _sts_id(text):
    if not STS.fullmatch(text):
        return None
    first = STS_ID.search(text)
    return first and re.fullmatch("[A-Za-z0-9]{1,32}", first[1]) and first[1]


def _match(patterns, name):
    name = name.lower()
    rest = name.partition(".")[2]
    return int(any(rest and "*." + rest == pattern or name == pattern for pattern in patterns))


def _policy(survey, ask, name, policy):
    host = dns.name.from_text("mta-sts", None) + name
    text = host.to_text(omit_final_dot=True).lower()
    replies = [ask(host, "AAAA"), ask(host, "A")]
    failure = replies[1].failure or replies[0].failure
    if failure:
        survey.failure("sts", text, failure)
    addresses = [rdata.address for reply in replies for rdata in reply.records]
    policy.update(policy_outcome="unavailable")
    if not addresses:
        policy["detail"] = "dns"
        return None
    addresses = [address for address in addresses if not truth.is_special(address)]
    policy["detail"] = "special_address"
    for address in addresses:
        fetch = Fetch(address, text)
        detail, status, body = fetch.result
        policy.update(detail=detail, http_status=status, media_type=fetch.media_type)
        if status:
            break
    if policy["detail"]:
        return None
    return _judge(body, policy)


def _judge(body, policy):
    policy["policy_outcome"] = "invalid"
    fields, patterns = {}, []
    body = body.decode("utf-8", "surrogateescape")
    end = re.search(r"\r?\n\Z", body)
    for line in re.split(r"\r?\n", body[:end.start()] if end else body):
        if not line.strip(" \t"):
            continue
        found = FIELD.fullmatch(line)
        policy["detail"] = line.encode("utf-8", "replace").decode()
        if not found or re.search("[\ud800-\udfff]", line):
            return None
        key, value = found.groups()
        if key not in KNOWN or key in fields and key != "mx":
            continue
        if not re.fullmatch(KNOWN[key], value) or key == "max_age" and int(value) > 31557600:
            return None
        fields[key] = value
        if key == "mx":
            patterns.append(value.lower())
    for key in ("version", "mode", "max_age", "mx"):
        if key not in fields and (key != "mx" or fields["mode"] != "none"):
            policy["detail"] = "no " + key
            return None
    policy.update(policy_outcome="valid", detail=None, mode=fields["mode"],
                  max_age=int(fields["max_age"]), mx=json.dumps(patterns))
    return patterns


class Fetch:
    """One GET of one policy from one address; result: (detail, HTTP status, body)."""

    locks = collections.defaultdict(threading.Lock)
    context = None

    def __init__(self, address, host):
        with Fetch.locks["context"]:
            Fetch.context = Fetch.context or self._context()
        self.host, self.octets, self.media_type = host, b"", None
        with Fetch.locks[address]:  # one connection at a time
            self.end = time.monotonic() + TIMEOUT
            try:
                with socket.create_connection((address, 443), TIMEOUT) as plain:
                    self.result = self._over(plain)
            except TimeoutError:
                self.result = ("timeout", None, None)
            except OSError:
                self.result = ("connect", None, None)

    @staticmethod
    def _context():
        context = ssl.create_default_context(cafile=os.environ["LAB_CA_FILE"])
        context.hostname_checks_common_name = False
        context.minimum_version = ssl.TLSVersion.TLSv1_2
        return context

    def _over(self, plain):
        try:
            plain.settimeout(TIMEOUT)
            connection = Fetch.context.wrap_socket(plain, server_hostname=self.host)
        except TimeoutError:
            return "timeout", None, None
        except (OSError, ValueError):
            return "tls", None, None
        with connection:
            connection.sendall(f"GET /.well-known/mta-sts.txt HTTP/1.1\r\nHost: {self.host}\r\n"
                               "Connection: close\r\n\r\n".encode())
            return self._answer(connection)

    def _answer(self, connection):
        detail = self._read(connection, lambda: b"\r\n\r\n" in self.octets)
        found = re.match(rb"HTTP/1\.1 (\d{3}) .*\r\n", self.octets)
        status = int(found[1]) if found else None
        sent = re.search(rb"(?i)\r\ncontent-type:[ \t]*(.*?)[ \t]*\r\n", self.octets)
        self.media_type = sent and sent[1].decode("utf-8", "replace")[:100]
        if detail or not status:
            return detail or "connect", status, None
        if status != 200:
            return "http_status", status, None
        head, _, self.octets = self.octets.partition(b"\r\n\r\n")
        length = re.search(rb"(?i)\r\ncontent-length: *(\d+)", head)
        wanted = int(length[1]) if length else None
        if wanted and wanted > SIZE_MAX:
            return "too_large", status, None
        detail = self._read(connection, lambda: len(self.octets) == wanted)
        if not detail and wanted is not None and len(self.octets) != wanted:
            detail = "connect"
        return detail, status, self.octets

    def _read(self, connection, enough):
        """Until enough, or the end; returns why not."""
        while not enough():
            left = self.end - time.monotonic()
            if left <= 0:
                return "timeout"
            if len(self.octets) > SIZE_MAX + 1000:
                return "too_large"
            connection.settimeout(left)
            try:
                piece = connection.recv(16384)
            except TimeoutError:
                return "timeout"
            except OSError:
                return "connect"
            if not piece:
                return None
            self.octets += piece
        return None
