"""Signs zones: Ed25519 (RFC 8080) with NSEC or NSEC3.

Keys and signatures are functions of the seed and the data, and the validity
period is fixed, so that one seed gives the same zone files, octet for octet.
One key signs everything in a zone (a combined signing key).
"""

import base64
import hashlib
import struct

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

import labdns

ALGORITHM = 15
SHA256 = 2
INCEPTION = 1577836800
EXPIRATION = 2145916800
EXPIRED = 1609459200
TIMES = {  # as zone files write them (RFC 4034 s3.2)
    INCEPTION: "20200101000000",
    EXPIRATION: "20380101000000",
    EXPIRED: "20210101000000",
}
TYPE_NAMES = {number: rtype for rtype, number in labdns.TYPES.items()}

BASE32HEX = bytes.maketrans(b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567",
                           b"0123456789ABCDEFGHIJKLMNOPQRSTUV")


class Key:
    def __init__(self, seed, zone_name, algorithm=ALGORITHM):
        secret = hashlib.sha256(b"lab key %d " % seed + zone_name).digest()
        self.private = Ed25519PrivateKey.from_private_bytes(secret)
        public = self.private.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
        self.owner = zone_name
        self.algorithm = algorithm
        self.dnskey = (257, algorithm, public)
        self.tag = _key_tag(labdns.rdata_wire("DNSKEY", self.dnskey))

    def ds(self, digest_type=SHA256):
        digest = hashlib.sha256(self.owner + labdns.rdata_wire("DNSKEY", self.dnskey)).digest()
        return (self.tag, self.algorithm, digest_type, digest)


def _key_tag(rdata):
    total = sum(octet << 8 if at % 2 == 0 else octet for at, octet in enumerate(rdata))
    return (total + (total >> 16)) & 0xFFFF


def rrsig(key, owner, rtype, ttl, rdatas, expiration=EXPIRATION, spoil=False):
    """The RRSIG's data of one RRset (RFC 4034 s3.1.8.1)."""
    labels = labdns.labels_of(owner)
    count = len(labels) - (1 if labels and labels[0] == b"*" else 0)
    number = labdns.TYPES[rtype]
    header = struct.pack("!HBBIIIH", number, key.algorithm, count, ttl, expiration, INCEPTION,
                         key.tag) + key.owner
    fixed = owner + struct.pack("!HHI", number, 1, ttl)
    wires = sorted(labdns.rdata_wire(rtype, data) for data in rdatas)
    body = b"".join(fixed + struct.pack("!H", len(wire)) + wire for wire in wires)
    signature = key.private.sign(header + body)
    if spoil:
        signature = bytes([signature[0] ^ 1]) + signature[1:]
    return header + signature


def rrsig_text(rdata):
    number, algorithm, labels, ttl, expiration, inception, tag = struct.unpack(
        "!HBBIIIH", rdata[:18])
    end = 18
    while rdata[end]:
        end += 1 + rdata[end]
    end += 1
    signature = base64.b64encode(rdata[end:]).decode()
    return (f"{TYPE_NAMES[number]} {algorithm} {labels} {ttl} {TIMES[expiration]}"
            f" {TIMES[inception]} {tag} "
            f"{labdns.absolute(rdata[18:end])} {signature}")


def sign(zone):
    """[(owner, type, data as text)] of everything that signing adds to a zone."""
    key = zone.key
    expiration = EXPIRED if zone.flaw == "expired" else EXPIRATION
    authoritative = _authoritative(zone)
    added = []

    def add(owner, rtype, rdatas, ttl=zone.ttl):
        if (owner, rtype) in zone.stripped:
            return
        spoil = (owner, rtype) in zone.spoiled or zone.flaw == "signatures"
        added.append((owner, "RRSIG", rrsig_text(
            rrsig(key, owner, rtype, ttl, rdatas, expiration, spoil))))

    if zone.flaw != "no-dnskey":
        added.append((zone.name, "DNSKEY", labdns.rdata_text("DNSKEY", key.dnskey)))
        add(zone.name, "DNSKEY", [key.dnskey])
    for owner, delegation in authoritative.items():
        for rtype, rdatas in zone.records[owner].items():
            if not delegation or rtype == "DS":
                add(owner, rtype, rdatas)
    if zone.denial == "none":
        return added
    chain = _nsec if zone.denial == "nsec" else _nsec3
    for owner, rtype, rdata in chain(zone, authoritative):
        added.append((owner, rtype, f"\\# {len(rdata)} {rdata.hex()}"))
        add(owner, rtype, [rdata], zone.negative_ttl if rtype != "NSEC3PARAM" else zone.ttl)
    return added


def _authoritative(zone):
    """{owner: is it a delegation} of the names that a zone answers for: no glue."""
    found = {}
    cuts = {owner for owner, sets in zone.records.items() if "NS" in sets and owner != zone.name}
    for owner in zone.records:
        above = owner
        while above != zone.name:
            above = labdns.parent(above)
            if above in cuts:
                break
        else:
            found[owner] = owner in cuts
    return found


def _nsec(zone, authoritative):
    owners = sorted(authoritative, key=labdns.canonical_key)
    for at, owner in enumerate(owners):
        types = {"NSEC", "RRSIG"}
        if authoritative[owner]:
            types |= {"NS", "DS"} & set(zone.records[owner])
        else:
            types |= set(zone.records[owner])
        if owner == zone.name:
            types.add("DNSKEY")
        yield owner, "NSEC", owners[(at + 1) % len(owners)] + labdns.type_bitmap(frozenset(types))


def _nsec3(zone, authoritative):
    """RFC 5155, as RFC 9276 wants it: SHA-1, no salt, no further iterations."""
    opt_out = zone.denial == "nsec3-optout"
    hashed = {}
    for owner, delegation in authoritative.items():
        sets = zone.records[owner]
        if delegation and opt_out and "DS" not in sets:
            continue
        types = ({"NS", "DS"} & set(sets)) if delegation else set(sets)
        if not delegation or "DS" in sets:
            types.add("RRSIG")
        if owner == zone.name:
            types |= {"DNSKEY", "NSEC3PARAM"}
        hashed[hashlib.sha1(owner).digest()] = types
        above = owner
        while above != zone.name and labdns.parent(above) != zone.name:
            above = labdns.parent(above)
            if above not in zone.records:  # an empty non-terminal
                hashed.setdefault(hashlib.sha1(above).digest(), set())
    order = sorted(hashed)
    for at, digest in enumerate(order):
        following = order[(at + 1) % len(order)]
        rdata = (struct.pack("!BBHBB", 1, 1 if opt_out else 0, 0, 0, len(following)) + following
                 + labdns.type_bitmap(frozenset(hashed[digest])))
        label = base64.b32encode(digest).translate(BASE32HEX).lower()
        yield labdns.join(label, zone.name), "NSEC3", rdata
    yield zone.name, "NSEC3PARAM", struct.pack("!BBHB", 1, 0, 0, 0)
