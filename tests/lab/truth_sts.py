"""What MTA-STS and TLSRPT make of the lab: RFC 8461, RFC 8460 and the data dictionary, applied to
the oracle's replies and to what the web servers have."""

import json
import re

import labdns
import webca

ANY = "*"
POLICY_COLUMNS = ("record_outcome", "id", "policy_outcome", "detail", "http_status", "mode",
                  "max_age", "mx", "media_type")
SIZE_MAX = 64 * 1024
MAX_AGE_MAX = 31557600
EXTENSION_NAME = re.compile(rb"[A-Za-z0-9][A-Za-z0-9_.-]{0,31}")
URI = re.compile(rb"(mailto|https):[!-~]+", re.I)
DOMAIN_LABEL = re.compile(rb"[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?")


class Sts:
    """The two records and the policy of one domain that has a mail host."""

    def __init__(self, universe, oracle, is_special, domain):
        self.universe, self.oracle, self.is_special = universe, oracle, is_special
        self.row = dict.fromkeys(POLICY_COLUMNS, None)
        self.row.update(domain=labdns.text(domain), policy_outcome="not_asked")
        self.failures = []  # (kind, name, failure)
        self.patterns = None  # of a valid policy
        self._record(domain)
        if self.row["record_outcome"] == "valid":
            self._policy(labdns.join("mta-sts", domain))
        self.tlsrpt, _ = self._ask("_smtp._tls", domain, b"v=TLSRPTv1", _tlsrpt_fault, "tlsrpt")

    @property
    def word(self):
        """The column domains.sts."""
        if self.row["record_outcome"] in ("multiple", "invalid"):
            return "invalid_record"
        if self.row["record_outcome"] != "valid":
            return self.row["record_outcome"]
        if self.row["policy_outcome"] == "valid":
            return "off" if self.row["mode"] == "none" else self.row["mode"]
        return {"invalid": "invalid_policy"}.get(self.row["policy_outcome"], "unavailable")

    # the records

    def _ask(self, prefix, domain, version, fault, kind):
        """(outcome, fields) of the one record that counts."""
        try:
            name = labdns.join(prefix, domain)
        except ValueError:  # no room for the name: it is not there
            return "none", None
        reply = self.oracle.resolve(name, "TXT")
        if not reply.ok:
            self.failures.append((kind, labdns.text(name), reply.failure))
            return "failed", None
        texts = [b"".join(strings) for strings in set(reply.records)]  # RFC 2181 s5
        if len(texts) > 1:
            texts = [text for text in texts if text.startswith(version + b";")]
        if len(texts) > 1:
            return "multiple", None
        if not texts or not re.match(re.escape(version) + rb"(?![^; \t])", texts[0]):
            return "none", None
        fields = _fields(texts[0][len(version):])
        if fields is None or fault(fields):
            return "invalid", None
        return "valid", fields

    def _record(self, domain):
        self.row["record_outcome"], fields = self._ask("_mta-sts", domain, b"v=STSv1",
                                                       _sts_fault, "sts")
        if fields:
            self.row["id"] = fields[b"id"].decode()

    # the policy

    def _policy(self, host):
        self.row["policy_outcome"] = "unavailable"
        a, aaaa = (self.oracle.resolve(host, qtype) for qtype in ("A", "AAAA"))
        addresses = a.records + aaaa.records
        if not (a.ok and aaaa.ok):
            self.failures.append(("sts", labdns.text(host), a.failure or aaaa.failure))
        if not addresses:
            self.row["detail"] = "dns"
            return
        allowed = [address for address in addresses if not self.is_special(address)]
        if not allowed:
            self.row["detail"] = "special_address"
            return
        webs = [self.universe.web_addresses.get(address) for address in allowed]
        good = next((web for web in webs if web and not web.detail), None)
        if not good:
            web = webs[0]
            self.row.update(detail=web.detail if web else "connect",
                            http_status=web.status if web else None)
            if web and web.status and web.behaviour != "endless-header":
                self.row["media_type"] = "text/plain"
            return
        self._fetched(self.universe.sites.get(host))

    def _fetched(self, site):
        if not site or not webca.KINDS.get(site.certificate):
            self.row["detail"] = "tls"
            return
        status = 404 if site.body is None and site.status == 200 else site.status
        self.row["http_status"] = status
        # what nginx makes of its own is a page
        self.row["media_type"] = {200: shown_type(site.media_type), 204: None}.get(
            status, "text/html")
        if status != 200:
            self.row["detail"] = "http_status"
        elif len(site.body) > SIZE_MAX:
            self.row["detail"] = "too_large"
        else:
            self._text(site.body)

    def _text(self, body):
        policy, fault = parse(body)
        if policy is None:
            self.row.update(policy_outcome="invalid", detail=fault)
            return
        self.patterns = policy["mx"]
        self.row.update(policy_outcome="valid", mode=policy["mode"].decode(),
                        max_age=int(policy["max_age"]),
                        mx=json.dumps([pattern.decode() for pattern in self.patterns],
                                      separators=(",", ":")))

    # the exchanges

    def match(self, name):
        """RFC 8461 s4.1; name as presented, or None: one that cannot be (YXDOMAIN).  NULL without a valid
        policy."""
        if self.patterns is None:
            return None
        if name is None:
            return 0
        labels = labdns.labels_of(labdns.name(name))
        return int(any(_matches(pattern, labels) for pattern in self.patterns))

    def cname_effect(self, aliases):
        """aliases: (by its name, by its target) of each exchange that is an alias."""
        if self.word not in ("enforce", "testing") or not aliases:
            return None
        kinds = {{(1, 0): "name_only", (0, 1): "target_only", (1, 1): "same",
                  (0, 0): "neither"}[pair] for pair in aliases}
        if {"name_only", "target_only"} <= kinds:
            return "mixed"
        return next(kind for kind in ("name_only", "target_only", "neither", "same")
                    if kind in kinds)


def shown_type(media_type):
    """The column media_type: at most 100 characters, octets that are no UTF-8 as U+FFFD."""
    return media_type.encode("latin-1").decode("utf-8", "replace")[:100]


def _fields(text):
    """Fields of a record, from what is behind its version, the first of each name; None where it is
    no record.

    RFC 8461 s3.1, RFC 8460 s3: *WSP ";" *WSP between fields, one more allowed at the end.
    """
    before, *parts = text.split(b";")
    if before.strip(b" \t") or not parts:
        return None
    if len(parts) > 1 and not parts[-1].strip(b" \t"):
        parts.pop()
    elif parts[-1] != parts[-1].rstrip(b" \t"):
        return None  # blanks that no delimiter follows
    fields = {}
    for part in parts:
        name, equals, value = part.strip(b" \t").partition(b"=")
        if not equals or not EXTENSION_NAME.fullmatch(name) or not value:
            return None
        if any(octet < 0x21 or octet > 0x7E or octet == ord("=") for octet in value):
            if name != b"rua":
                return None
        fields.setdefault(name, value)
    return fields or None


def _sts_fault(fields):
    return not re.fullmatch(rb"[A-Za-z0-9]{1,32}", fields.get(b"id", b""))


def _tlsrpt_fault(fields):
    uris = [uri.strip(b" \t") for uri in fields.get(b"rua", b"").split(b",")]
    return not all(URI.fullmatch(uri) and b"!" not in uri for uri in uris)


def parse(body):
    """(policy, None), or (None, the line at fault as text) of RFC 8461 s3.2: "no mode" and the
    like where it is missing, "*" where it cannot be shown as it is."""
    lines = re.split(rb"\r?\n", body)
    if len(lines) > 1 and not lines[-1]:
        lines.pop()
    policy = {"mx": []}
    for line in lines:
        if not line.strip(b" \t"):
            continue
        if not _line(line, policy):
            shown = line.isascii() and line.decode("ascii").isprintable() and line
            return None, line.decode() if shown else ANY
    for key in ("version", "mode", "max_age"):
        if key not in policy:
            return None, "no " + key
    if not policy["mx"] and policy["mode"] != b"none":
        return None, "no mx"
    return policy, None


def _line(line, policy):
    """Takes one line into the policy; False where it is at fault."""
    name, colon, value = line.partition(b":")
    value = value.strip(b" \t")
    if not colon or not EXTENSION_NAME.fullmatch(name) or not value:
        return False
    try:
        if any(ord(char) < 0x20 or ord(char) == 0x7F for char in value.decode()):
            return False
    except UnicodeDecodeError:
        return False
    key = name.decode()
    if key == "mx":
        if not _is_pattern(value):
            return False
        policy["mx"].append(value.lower())
    elif key in ("version", "mode", "max_age") and key not in policy:
        policy[key] = value
        if key == "version":
            return value == b"STSv1"
        if key == "mode":
            return value in (b"enforce", b"testing", b"none")
        return value.isdigit() and len(value) <= 10 and int(value) <= MAX_AGE_MAX
    return True


def _is_pattern(value):
    if value.startswith(b"*."):
        value = value[2:]
    return all(DOMAIN_LABEL.fullmatch(label) for label in value.split(b"."))


def _matches(pattern, labels):
    parts = pattern.split(b".")
    if parts[0] == b"*":
        return len(labels) == len(parts) and labels[1:] == parts[1:]
    return labels == parts
