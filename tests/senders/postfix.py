"""Postfix's word about an exchange: posttls-finger, which shares its code with smtp(8).

smtp(8) then sends at the level that posttls-finger's remarks stand for (dane_init() of its
smtp_tls_policy.c): without TLSA records `may`, without usable ones `encrypt`, after a failed
lookup not now.  What posttls-finger itself falls back to, `secure`, smtp(8) does not do.
"""

import os
import re
import subprocess

from levels import LEVELS, Answer

MAIN_CF = """\
compatibility_level = 3.6
myhostname = sender.test
mail_owner = sender
setgid_group = postdrop
"""
QUESTION = re.compile(r"dns_query: _25\._tcp\.(.*) \(TLSA\): ")
# what it says of an address that it tries, the last one counts
REMARKS = (
    ("no TLSA records found", "may"),
    ("MX RRset is insecure: try to encrypt", "may"),
    ("no usable TLSA records found", "encrypt"),
    ("all TLSA records unusable, fallback to unauthenticated TLS", "encrypt"),
    ("TLSA lookup error for", "deferred"),
    ("DNSSEC-signed TLSA record:", "records"),
)
CONNECTED = "TLS connection established to"
NO_ADDRESS = "Destination address lookup failed: "
TRY_AGAIN = "Host not found, try again"


class Postfix:
    """packages: where Debian's postfix is unpacked; folder: for its configuration."""

    name = "Postfix"

    def __init__(self, packages, folder):
        config = os.path.join(folder, "postfix")
        os.mkdir(config)
        with open(os.path.join(config, "main.cf"), "w", encoding="ascii") as file:
            file.write(MAIN_CF)
        self.command = packages.command("posttls-finger")
        self.environment = dict(packages.environment, MAIL_CONFIG=config)

    @staticmethod
    def expected(host):
        return Answer(LEVELS.get(host.dane), host.tlsa_base)

    def ask(self, domain):
        """Its Answer about the domain's only exchange, and all it said."""
        said = self.talk(domain)
        return Answer(_level(said), _base(said)), said

    def talk(self, domain, *options):
        """What it says of the domain."""
        done = subprocess.run(
            [*self.command, "-v", "-c", "-l", "dane", "-L", "summary,dane", "-a", "ipv6",
             *options, domain],
            env=self.environment, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT, timeout=120, check=False)
        return done.stdout.decode(errors="replace")


def _level(said):
    level, connected = None, False
    for line in said.splitlines():
        if NO_ADDRESS in line:
            return "deferred" if line.endswith(TRY_AGAIN) else "no address"
        level = next((word for remark, word in REMARKS if remark in line), level)
        connected = connected or CONNECTED in line
    if level == "records":  # which of them can be used, it only finds out with TLS
        return "dane" if connected else None
    return level


def _base(said):
    """The last name that it asked for TLSA records."""
    asked = QUESTION.findall(said)
    return asked[-1].lower() if asked else None
