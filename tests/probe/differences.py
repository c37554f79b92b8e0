"""Where Postfix's client and OpenSSL differ from a probe, kind by kind, with the reason: all other
differences fail."""

import collections
import dataclasses


@dataclasses.dataclass(frozen=True)
class Kind:
    """Of which witness, of which question (`fits`, `authenticates`, `record`, `secure`), about which
    hosts (slugs); what it says there, which the probe denies or the reverse.  A kind that a host
    does not show has to go."""

    name: str
    witness: str
    question: str
    hosts: tuple
    says: bool
    reason: str


Doubt = collections.namedtuple("Doubt", "host witness question says")


def kind_of(doubt):
    return next((kind for kind in KINDS if (kind.witness, kind.question, kind.says) ==
                 (doubt.witness, doubt.question, doubt.says) and doubt.host in kind.hosts), None)


KINDS = (
    Kind("weak signatures and keys", "Postfix", "fits", ("sha1", "rsa1024"), True,
         "Postfix verifies at security level 0, whatever the system's default is, since mail would"
         " go in plain text otherwise.  An MTA-STS sender that is a TLS client of today does not:"
         " OpenSSL's default is level 2, 112 bits."),
    Kind("the common name", "Postfix", "fits", ("common-name",), True,
         "Postfix takes the common name where there is no DNS-ID.  RFC 8461 s4.2 wants a DNS-ID."),
    Kind("the common name", "OpenSSL", "fits", ("common-name",), True,
         "s_client takes the common name where there is no DNS-ID.  RFC 8461 s4.2 wants a DNS-ID."),
    Kind("a part of a label as wildcard", "OpenSSL", "fits", ("wildcard-part",), True,
         "s_client takes `m*`.  RFC 6125 s6.4.3 leaves it to the client, RFC 8461 s4.2 takes `*` as"
         " the whole first label alone, and so does Postfix."),
    Kind("the next-hop domain", "Postfix", "authenticates", ("ta-next-hop",), True,
         "Postfix takes a certificate of a DANE-TA record that names the next-hop domain (RFC 7672"
         " s3.2.2).  A host serves many domains, so the survey's verdict is without these."),
)
