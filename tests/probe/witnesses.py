"""Others who look at the same servers: Postfix's client (posttls-finger) and OpenSSL (s_client).

Each says True or False of what is asked: is there TLS, does the certificate fit a name, do TLSA
records authenticate it; and all that it said.
"""

import os
import re
import subprocess

HELO = "probe.test"
PATIENCE_S = 60  # nobody takes so long
CONNECTED = re.compile(r"(Anonymous|Untrusted|Trusted|Verified) TLS connection established to")
VERIFIED = re.compile(r"^\s*Verif(?:y return code: (\d+)|ication: (OK))", re.MULTILINE)


class Postfix:
    """posttls-finger; it asks DNS by itself."""

    name = "Postfix"

    def __init__(self, packages, folder, ca_file):
        config = os.path.join(folder, "finger")
        os.mkdir(config)
        with open(os.path.join(config, "main.cf"), "w", encoding="ascii") as file:
            file.write("compatibility_level = 3.6\nmyhostname = probe.test\nmail_owner = sender\n"
                       "setgid_group = postdrop\n")
        self.command = packages.command("posttls-finger")
        self.environment = dict(packages.environment, MAIL_CONFIG=config, OPENSSL_CONF="/dev/null")
        self.ca_file = ca_file

    def fits(self, host, name):
        """MTA-STS: a certificate of an authority for this name."""
        return self._ask("-l", "verify", "-F", self.ca_file, "-s", host.tlsa_at, host.domain, name)

    def authenticates(self, host, _):
        return self._ask("-l", "dane", host.domain)

    def secure(self, host):
        return self._ask("-l", "encrypt", host.domain, word="")

    def _ask(self, *words, word="Verified"):
        done = subprocess.run(
            [*self.command, "-c", "-L", "summary", "-o", "smtp_tls_protocols=>=TLSv1", "-p",
             ">=TLSv1", "-t", "5", "-T", "5", *words],
            env=self.environment, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT, timeout=PATIENCE_S, check=False)
        said = done.stdout.decode(errors="replace")
        levels = CONNECTED.findall(said)
        return bool(levels) and (not word or levels[-1] == word), said


class OpenSSL:
    """openssl s_client; it is told the address, and the records."""

    name = "OpenSSL"

    def __init__(self, ca_file):
        self.ca_file = ca_file

    def fits(self, host, name):
        return self._ask(host, "-auth_level", "2", "-CAfile", self.ca_file, "-verify_hostname",
                         name, "-servername", host.tlsa_at)

    def authenticates(self, host, records):
        """records: (usage, selector, matching type, octets)"""
        return self._ask(host, "-auth_level", "1", "-dane_ee_no_namechecks", "-dane_tlsa_domain",
                         host.tlsa_at, *(word for usage, selector, matching_type, octets in records
                                         for word in ("-dane_tlsa_rrdata", f"{usage} {selector} "
                                                      f"{matching_type} {octets.hex()}")))

    def secure(self, host):
        return self._ask(host, "-servername", host.tlsa_at, verified=False)

    def _ask(self, host, *words, verified=True):
        place = f"[{host.met}]" if ":" in host.met else host.met
        try:
            done = subprocess.run(
                ["openssl", "s_client", "-connect", place + ":25", "-starttls", "smtp", "-name",
                 HELO, "-no-CApath", "-no-CAstore", "-cipher", "ALL:!aNULL:@SECLEVEL=0", *words],
                input=b"QUIT\r\n", stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=10,
                env=dict(os.environ, OPENSSL_CONF="/dev/null"), check=False)
            said = done.stdout.decode(errors="replace")
        except subprocess.TimeoutExpired as late:
            said = (late.stdout or b"").decode(errors="replace") + "\n(no end)"
        shown = "BEGIN CERTIFICATE" in said
        codes = [code or "0" for code, _ in VERIFIED.findall(said)]
        return shown and (not verified or bool(codes) and codes[-1] == "0"), said
