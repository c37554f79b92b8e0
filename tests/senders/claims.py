"""What the manual (WHAT SENDERS DO) says of Postfix and Exim: each sentence asked of them."""

import dataclasses


@dataclasses.dataclass
class Claim:
    """says, never: texts in what the sender says when it is asked about the domain; options: of
    posttls-finger."""

    sender: str
    title: str
    domain: str
    says: str
    never: str = None
    options: tuple = ()


def _postfix(*words, **more):
    return Claim("Postfix", *words, **more)


def _exim(*words, **more):
    return Claim("Exim", *words, **more)


INSECURE = "dane-mx-insecure.case.net"  # its exchange has TLSA records
NULL = "does not accept mail (nullMX)"
NONE_LEFT = "Malformed or unexpected name server reply"
NO_HOST = "all relevant MX records point to non-existent hosts"

CLAIMS = (
    _postfix("insecure MX, policy dane: authenticates", INSECURE, "no matching DANE TLSA records",
             options=("-M", "dane")),
    _postfix("insecure MX, policy encrypt: TLS", INSECURE,
             "TLSA RRs found, MX RRset insecure: just encrypt", options=("-M", "encrypt")),
    _postfix("insecure MX, policy may: asks for no TLSA", INSECURE,
             "MX RRset is insecure: try to encrypt", "(TLSA)", options=("-M", "may")),
    _postfix("`.` first: nothing is sent", "null-mx-mixed.case.org", NULL),
    _postfix("`.` last: nothing is sent", "null-mx-mixed-last.case.org", NULL),
    _postfix("an address: connects", "mx-address.case.org",
             "TLS connection established to 192.0.2.1[192.0.2.1]:25", "(TLSA)"),
    _postfix("an address first: connects", "mx-address-beside-host.case.org",
             "TLS connection established to 192.0.2.1[192.0.2.1]:25", "(TLSA)"),
    _postfix("an address in brackets: dropped", "mx-address-brackets.case.org", NONE_LEFT),
    _postfix("no host name: dropped", "mx-space.case.org", NONE_LEFT),
    _postfix("no host name: the others are used", "mx-space-beside-host.case.org",
             "TLS connection established to mail.mx-space-beside-host.case.org["),
    _postfix("an underscore: used", "mx-underscore.case.org",
             "TLS connection established to _mx.mx-underscore.case.org["),
    _exim("insecure MX: asks for no TLSA", INSECURE, " H=mail.dane-3-1-1.case.org [",
          "TLSA lookup"),
    _exim("`.` first: the others are used", "null-mx-mixed.case.org",
          " H=mail.null-mx-mixed.case.org ["),
    _exim("an address: bounces", "mx-address.case.org", NO_HOST),
    _exim("an address first: the others are used", "mx-address-beside-host.case.org",
          " H=mail.mx-address-beside-host.case.org ["),
    _exim("no host name: bounces", "mx-space.case.org", NO_HOST),
    _exim("no host name: the others are used", "mx-space-beside-host.case.org",
          " H=mail.mx-space-beside-host.case.org ["),
    _exim("an underscore: used", "mx-underscore.case.org", " H=_mx.mx-underscore.case.org ["),
)
