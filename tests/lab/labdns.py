"""Names and records of the lab: wire form, presentation form, canonical order.

A name is its wire form in lower case, as bytes: easy to cut at labels, to use
as a key and to sign.  A record's data is a plain value:

    A, AAAA          the address as text
    NS, CNAME, DNAME a name
    MX               (preference, name)
    TXT              a tuple of byte strings
    SOA              (mname, rname, serial, refresh, retry, expire, minimum)
    DS               (key tag, algorithm, digest type, digest)
    DNSKEY           (flags, algorithm, key)
    any other type   bytes, written as RFC 3597 unknown data
"""

import base64
import functools
import ipaddress
import struct

ROOT = b"\0"
NAME_MAX = 255
LABEL_MAX = 63

TYPES = {
    "A": 1, "NS": 2, "CNAME": 5, "SOA": 6, "MX": 15, "TXT": 16, "AAAA": 28, "DNAME": 39, "DS": 43,
    "RRSIG": 46, "NSEC": 47, "DNSKEY": 48, "NSEC3": 50, "NSEC3PARAM": 51, "TLSA": 52,
}

ESCAPED = frozenset(b'"().;\\@$')


@functools.lru_cache(1 << 16)
def name(text):
    """Presentation form (with or without a final dot) to a name, in lower case."""
    if isinstance(text, bytes):
        return text
    if text in (".", ""):
        return ROOT
    if "\\" not in text:
        labels = text.rstrip(".").lower().encode("latin-1").split(b".")
    else:
        labels = _escaped_labels(text)
    for label in labels:
        if not 0 < len(label) <= LABEL_MAX:
            raise ValueError(f"a label of {len(label)} octets in {text!r}")
    wire = b"".join(bytes([len(label)]) + label for label in labels) + ROOT
    if len(wire) > NAME_MAX:
        raise ValueError(f"{len(wire)} octets in {text!r}")
    return wire


def _escaped_labels(text):
    labels, label, at = [], bytearray(), 0
    while at < len(text):
        char = text[at]
        if char == "\\" and text[at + 1:at + 4].isdigit():
            label.append(int(text[at + 1:at + 4]))
            at += 4
        elif char == "\\":
            label += text[at + 1].encode("latin-1")
            at += 2
        elif char == ".":
            labels.append(bytes(label))
            label = bytearray()
            at += 1
        else:
            label += char.encode("latin-1")
            at += 1
    if label:
        labels.append(bytes(label))
    return [bytes(label).lower() for label in labels]


@functools.lru_cache(1 << 16)
def text(wire):
    """A name in presentation form without the final dot; the root is "."."""
    if wire == ROOT:
        return "."
    return ".".join(label_text(label) for label in labels_of(wire))


def label_text(label):
    if label.isalnum() and label.isascii():
        return label.decode()
    out = []
    for octet in label:
        if octet in ESCAPED:
            out.append("\\" + chr(octet))
        elif 0x21 <= octet <= 0x7E:
            out.append(chr(octet))
        else:
            out.append(f"\\{octet:03d}")
    return "".join(out)


def absolute(wire):
    """For zone files: presentation form with the final dot."""
    return "." if wire == ROOT else text(wire) + "."


def labels_of(wire):
    labels, at = [], 0
    while wire[at]:
        labels.append(wire[at + 1:at + 1 + wire[at]])
        at += 1 + wire[at]
    return labels


def parent(wire):
    return wire[wire[0] + 1:]


def at_or_below(wire, top):
    """Label by label, so that a label that only ends alike does not count."""
    while len(wire) > len(top):
        wire = parent(wire)
    return wire == top


def join(prefix, wire):
    """prefix (text, or a single label's bytes) in front of a name."""
    front = name(prefix)[:-1] if isinstance(prefix, str) else bytes([len(prefix)]) + prefix
    if len(front) + len(wire) > NAME_MAX:
        raise ValueError("no room in front of " + text(wire))
    return front + wire


def canonical_key(wire):
    """Sorts names as RFC 4034 s6.1 does."""
    return labels_of(wire)[::-1]


@functools.lru_cache(1 << 12)
def rdata_wire(rtype, data):
    if rtype == "A" or rtype == "AAAA":
        return ipaddress.ip_address(data).packed
    if rtype in ("NS", "CNAME", "DNAME"):
        return data
    if rtype == "MX":
        return struct.pack("!H", data[0]) + data[1]
    if rtype == "TXT":
        return b"".join(bytes([len(part)]) + part for part in data)
    if rtype == "SOA":
        return data[0] + data[1] + struct.pack("!5I", *data[2:])
    if rtype == "DS":
        return struct.pack("!HBB", *data[:3]) + data[3]
    if rtype == "DNSKEY":
        return struct.pack("!HBB", data[0], 3, data[1]) + data[2]
    return data


def rdata_text(rtype, data):
    if rtype in ("A", "AAAA"):
        return data
    if rtype in ("NS", "CNAME", "DNAME"):
        return absolute(data)
    if rtype == "MX":
        return f"{data[0]} {absolute(data[1])}"
    if rtype == "SOA":
        return " ".join([absolute(data[0]), absolute(data[1]), *map(str, data[2:])])
    if rtype == "DS":
        return f"{data[0]} {data[1]} {data[2]} {data[3].hex()}"
    if rtype == "DNSKEY":
        return f"{data[0]} 3 {data[1]} {base64.b64encode(data[2]).decode()}"
    wire = rdata_wire(rtype, data)
    return f"\\# {len(wire)} {wire.hex()}"


@functools.lru_cache(1 << 10)
def type_bitmap(types):
    """The type bit maps of NSEC and NSEC3 (RFC 4034 s4.1.2) of a frozen set; all below 256."""
    bits = bytearray(32)
    for rtype in types:
        number = TYPES[rtype]
        bits[number // 8] |= 0x80 >> number % 8
    used = bytes(bits).rstrip(b"\0")
    return bytes([0, len(used)]) + used if used else b""
