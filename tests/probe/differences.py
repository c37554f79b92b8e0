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
    Kind("a key of 80 bits", "Postfix", "fits", ("rsa1024", "ee-rsa1024", "ta-rsa1024"), True,
         "Where Postfix authenticates it is content with OpenSSL's security level 1, 80 bits, of DANE"
         " as the probe is.  Of authorities the probe wants what TLS clients of today do: OpenSSL's"
         " default is level 2, 112 bits."),
    Kind("TLS 1.0 and 1.1", "Postfix", "fits", ("tls1-0", "tls1-1", "ee-tls1-0"), False,
         "Where Postfix authenticates it comes to no TLS below 1.2: OpenSSL has none at security"
         " level 1.  probe_matches is about certificates, probes.tls_version about this."),
    Kind("TLS 1.0 and 1.1", "Postfix", "authenticates", ("ee-tls1-0",), False, "The same of DANE."),
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
