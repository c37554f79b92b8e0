"""Who connects to a mail server, when, and until when: by the packets on the loopback."""

import collections
import ctypes
import dataclasses
import ipaddress
import socket
import struct
import threading

ETH_P_ALL, PACKET_OUTGOING, SO_ATTACH_FILTER, SO_TIMESTAMP = 3, 4, 26, 29  # Linux's
PORT = 25
FIN, SYN, RST, ACK = 1, 2, 4, 16
SHOWN = 96  # octets of a packet that are read
# classic BPF: packets of more than 2,000 octets, which carry data and begin or end nothing, would
# fill the queue:  ld len; jgt 2000, reject; accept SHOWN; reject
FILTER = ((0x80, 0, 0, 0), (0x25, 1, 0, 2000), (0x06, 0, 0, SHOWN), (0x06, 0, 0, 0))


@dataclasses.dataclass
class Connection:
    """start: of the first SYN; end: of the RST, or the second FIN, or, as long as there is no
    answer, of the last SYN; None while it lasts."""

    address: str
    start: float
    end: float = None
    answered: bool = False
    closed: set = dataclasses.field(default_factory=set)  # which sides said FIN


class Tap:
    """connections: in the order of their beginnings, of all that there were."""

    def __init__(self):
        self.connections = []
        self.current = {}  # (client, its port, server) -> Connection
        self.sock = socket.socket(socket.AF_PACKET, socket.SOCK_DGRAM, socket.htons(ETH_P_ALL))
        program = b"".join(struct.pack("HBBI", *line) for line in FILTER)
        kept = ctypes.create_string_buffer(program)
        self.sock.setsockopt(socket.SOL_SOCKET, SO_ATTACH_FILTER,
                             struct.pack("HL", len(FILTER), ctypes.addressof(kept)))
        self.sock.setsockopt(socket.SOL_SOCKET, SO_TIMESTAMP, 1)
        self.sock.bind(("lo", 0))
        threading.Thread(target=self._read, daemon=True).start()

    def _read(self):
        while True:
            packet, ancillary, _, (_, _, kind, *_) = self.sock.recvmsg(SHOWN, 64)
            if kind != PACKET_OUTGOING:  # the loopback shows each packet twice
                continue
            seconds, micros = struct.unpack("ll", ancillary[0][2][:16])
            parsed = _parse(packet)
            if parsed:
                self._take(*parsed, seconds + micros / 1e6)

    def _take(self, source, source_port, to, to_port, flags, when):
        if PORT not in (source_port, to_port):
            return
        is_client = to_port == PORT
        key = (source, source_port, to) if is_client else (to, to_port, source)
        connection = self.current.get(key)
        if flags & SYN and not flags & ACK:
            if connection is None or connection.answered:  # else said again
                connection = self.current[key] = Connection(to, when)
                self.connections.append(connection)
            connection.end = when
            return
        if connection is None:
            return
        if not connection.answered:
            connection.answered, connection.end = True, None
        if flags & FIN:
            connection.closed.add(is_client)
        if connection.end is None and (flags & RST or len(connection.closed) == 2):
            connection.end = when


def _parse(packet):
    """(source, port, destination, port, flags) of a TCP packet."""
    version = packet[0] >> 4
    if version == 4 and packet[9] == socket.IPPROTO_TCP:
        source, to, at = packet[12:16], packet[16:20], (packet[0] & 15) * 4
    elif version == 6 and packet[6] == socket.IPPROTO_TCP:
        source, to, at = packet[8:24], packet[24:40], 40
    else:
        return None
    ports = struct.unpack("!HH", packet[at:at + 4])
    return (str(ipaddress.ip_address(source)), ports[0], str(ipaddress.ip_address(to)), ports[1],
            packet[at + 13])


def faults_of_manners(connections, operators, rate):
    """What is wrong with a probe's connections; operators: by address."""
    by_place = collections.defaultdict(list)
    for connection in connections:
        address = ipaddress.ip_address(connection.address)
        bits = 24 if address.version == 4 else 48
        by_place["operator " + operators[connection.address]].append(connection)
        by_place[f"prefix {ipaddress.ip_network((address, bits), strict=False)}"].append(connection)
    for place, those in by_place.items():
        for one, another in zip(those, those[1:]):
            if one.end is None or another.start < one.end:
                yield f"{place}: two at once, {one.address} and {another.address}"
            elif another.start - one.end < 1:
                yield f"{place}: {another.start - one.end:.3f} s after {one.address}"
    for address, times in collections.Counter(one.address for one in connections).items():
        if times > 1:
            yield f"{address}: met {times} times"
    starts = [one.start for one in connections]
    for at, start in enumerate(starts[rate:], rate):
        if start - starts[at - rate] < 0.9:  # so many and one more
            yield f"more than {rate} in a second"
            return
