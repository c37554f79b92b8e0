"""Exim's word about an exchange: a message is delivered to it, and Exim's debugging output read.

Each message has a spool of its own: what Exim remembers of one exchange must not change what it
does with the next.
"""

import os
import re
import subprocess
import tempfile

from levels import LEVELS, Answer

CONFIGURATION = """\
primary_hostname = sender.test
spool_directory = SPOOL
log_file_path = SPOOL/%slog
keep_environment =
deliver_drop_privilege
message_logs = false
check_spool_space = 0

begin routers
exchanges:
  driver = dnslookup
  dnssec_request_domains = *
  self = send
  transport = smtp

begin transports
smtp:
  driver = smtp
  dnssec_request_domains = *
  hosts_try_dane = *
  allow_localhost

begin retry
"""
MESSAGE = b"Subject: to the lab\n\n"
FOUND = re.compile(r"TLSA lookup ret (DNS_\w+) (not )?DNSSEC")
REQUIRED = "TLS: server certificate DANE required"
NOT_REQUIRED = "TLS: server certificate verification "
CONNECTING = "Connecting to "
NO_ADDRESS = (("PANIC DIE", "dies"),
              ("host lookup did not complete", "deferred"),
              ("all relevant MX records point to non-existent hosts", "no address"))


class Exim:
    """packages: where Debian's exim4 is unpacked; folder: for configuration and spools."""

    name = "Exim"

    def __init__(self, packages, folder):
        self.folder = os.path.join(folder, "exim")
        os.mkdir(self.folder)
        self.configuration = os.path.join(self.folder, "exim.conf")
        with open(self.configuration, "w", encoding="ascii") as file:
            file.write(CONFIGURATION)
        self.command = packages.command("exim4")
        self.environment = packages.environment

    @staticmethod
    def expected(host):
        return Answer(LEVELS.get(host.dane_exim), None)

    def ask(self, domain):
        """Its Answer about the domain's only exchange, and all it said."""
        said = self.talk(domain)
        return Answer(_level(said), None), said

    def talk(self, domain):
        """What it says while it delivers a message to the domain."""
        with tempfile.TemporaryDirectory(dir=self.folder) as spool:
            os.chmod(spool, 0o777)
            done = subprocess.run(
                [*self.command, "-C", self.configuration, "-DSPOOL=" + spool,
                 "-d-all+dns+host_lookup+transport+tls", "-odf", "-oi", "-f", "<>", "x@" + domain],
                env=self.environment, input=MESSAGE, stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT, timeout=120, check=False)
        return done.stdout.decode(errors="replace")


def _level(said):
    found = FOUND.findall(said)
    if not found:
        if CONNECTING in said:
            return "may"
        return next((level for words, level in NO_ADDRESS if words in said), None)
    outcome, insecure = found[-1]
    if outcome == "DNS_SUCCEED" and not insecure:
        if REQUIRED in said:
            return "dane"
        return "encrypt" if NOT_REQUIRED in said else None
    # records that come without DNSSEC are as good as none
    return "may" if outcome in ("DNS_SUCCEED", "DNS_NOMATCH", "DNS_NODATA") else "deferred"
