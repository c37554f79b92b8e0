"""The words by which a survey's verdicts and what senders do are compared."""

import collections

# level: `dane` (authenticated by TLSA records), `encrypt` (TLS, not authenticated), `may` (TLS if
# there is any), `deferred` (not now), `no address`, `dies`; None where it is not to be seen.
# base: the name that was asked for TLSA records last, None without such a question.
Answer = collections.namedtuple("Answer", "level base")

# what a sender does, by the verdicts of hosts.dane and hosts.dane_exim (RFC 7672 s2.1, s2.2)
LEVELS = {"usable": "dane", "unusable": "encrypt", "none": "may", "insecure": "may",
          "failed": "deferred", "unreachable": "no address"}
