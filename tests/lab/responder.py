#!/usr/bin/python3
"""A scripted name server for answers that no sane server gives.

responder.py FILE: a JSON object; "address" to listen on, "answers":
{"name type": {...}} with names in lower case presentation form.  FILE is read again for each
question.  An answer:

    records   [[owner, type, data as text], ...] of the answer section; data of any type as
              RFC 3597 unknown data, too
    rcode     a number
    question  another name to put into the question section
    raw       "short" (five octets), "garbage" (a header that lies), "pointer" (a compression
              loop)
    no_tcp    true: UDP answers are truncated

Names are written as given: upper case stays.  What is not listed is NODATA where the name is
listed with another type, else NXDOMAIN.  TCP connections are closed unanswered.
"""

import json
import socket
import struct
import sys
import threading

import labdns

SOA_MINIMUM = 300


def question_of(packet):
    at, labels = 12, []
    while packet[at]:
        labels.append(packet[at + 1:at + 1 + packet[at]])
        at += 1 + packet[at]
    qtype = struct.unpack("!H", packet[at + 1:at + 3])[0]
    return b"".join(bytes([len(label)]) + label for label in labels) + b"\0", qtype, at + 5


def as_written(text):
    """Like labdns.name(), but the case stays."""
    labels = text.rstrip(".").encode("latin-1").split(b".")
    return b"".join(bytes([len(label)]) + label for label in labels) + b"\0"


def record(owner, rtype, data):
    if data.startswith("\\# "):
        rdata = bytes.fromhex(data.split(" ", 2)[2])
    elif rtype == "MX":
        preference, exchange = data.split()
        rdata = struct.pack("!H", int(preference)) + as_written(exchange)
    elif rtype in ("CNAME", "NS", "DNAME"):
        rdata = as_written(data)
    else:
        rdata = labdns.rdata_wire(rtype, data)
    return as_written(owner) + struct.pack("!HHIH", labdns.TYPES[rtype], 1, 3600,
                                           len(rdata)) + rdata


def answer(packet, script):
    name, qtype, end = question_of(packet)
    types = {number: rtype for rtype, number in labdns.TYPES.items()}
    text = labdns.text(name.lower())
    entry = script["answers"].get(f"{text} {types.get(qtype, qtype)}")
    identity = packet[:2]
    question = packet[12:end]
    if entry and entry.get("raw") == "short":
        return identity + b"\x84\0\0"
    if entry and entry.get("raw") == "garbage":
        return identity + struct.pack("!HHHHH", 0x8400, 1, 9, 0, 0) + question + b"\xff" * 40
    if entry and entry.get("raw") == "pointer":
        loop = struct.pack("!HHHIH", 0xC000 + end, qtype, 1, 3600, 4) + b"\5\1\1\1"
        return identity + struct.pack("!HHHHH", 0x8400, 1, 1, 0, 0) + question + loop
    if entry and "question" in entry:
        question = as_written(entry["question"]) + question[-4:]
    if entry and entry.get("no_tcp"):
        return identity + struct.pack("!HHHHH", 0x8600, 1, 0, 0, 0) + question
    records = entry.get("records", []) if entry else []
    body = b"".join(record(*each) for each in records)
    known = any(key.split()[0] == text or key.split()[0].endswith("." + text)
                for key in script["answers"])
    rcode = entry.get("rcode", 0) if entry else 0 if known else 3
    authority = b"" if records or rcode not in (0, 3) else soa(script["zone"])
    return identity + struct.pack("!HHHHH", 0x8400 | rcode, 1, len(records), bool(authority),
                                  0) + question + body + authority


def soa(zone):
    rdata = as_written(zone) * 2 + struct.pack("!5I", 1, 7200, 1800, 1209600, SOA_MINIMUM)
    return as_written(zone) + struct.pack("!HHIH", 6, 1, SOA_MINIMUM, len(rdata)) + rdata


def close_tcp(listener):
    while True:
        connection, _ = listener.accept()
        connection.close()


def read_script():
    with open(sys.argv[1], encoding="ascii") as file:
        return json.load(file)


def main():
    address = read_script()["address"]
    listener = socket.create_server((address, 53))
    threading.Thread(target=close_tcp, args=(listener,), daemon=True).start()
    udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    udp.bind((address, 53))
    while True:
        packet, client = udp.recvfrom(4096)
        try:
            udp.sendto(answer(packet, read_script()), client)
        except (IndexError, struct.error):
            pass  # a question that is none gets no answer


if __name__ == "__main__":
    main()
