"""Debian's Postfix and Exim with STARTTLS, each of them on many addresses: a certificate for each.

Neither is installed.  Postfix has an smtpd for each address, Exim one daemon whose settings depend
on the address.  Their logs are read for what was said to them.
"""

import os
import re
import subprocess
import time

USERS = {"mail_owner": "sender", "exim": "Debian-exim"}  # of tests/senders

MAIN_CF = """\
compatibility_level = 3.6
myhostname = server.test
mail_owner = sender
setgid_group = postdrop
default_privs = nobody
daemon_directory = {packages}/usr/lib/postfix/sbin
command_directory = {packages}/usr/sbin
shlib_directory = {packages}/usr/lib/postfix
meta_directory = {packages}/etc/postfix
queue_directory = {folder}/queue
data_directory = {folder}/data
maillog_file = {folder}/log
maillog_file_prefixes = /
import_environment = MAIL_CONFIG LD_LIBRARY_PATH LD_PRELOAD OPENSSL_CONF
alias_maps =
local_recipient_maps =
smtpd_peername_lookup = no
smtpd_client_event_limit_exceptions = static:all
smtpd_relay_restrictions = reject
smtpd_tls_security_level = may
smtpd_tls_protocols = >=TLSv1
smtpd_tls_dh1024_param_file =
inet_protocols = {protocols}
"""
MASTER_CF = """\
tlsmgr unix - - n 1000? 1 tlsmgr
postlog unix-dgram n - n - 1 postlogd
"""
QUEUES = ("pid", "private", "public", "incoming", "active", "deferred", "maildrop", "hold", "flush",
          "defer", "bounce", "trace", "corrupt", "saved")

EXIM_CONF = """\
primary_hostname = server.test
spool_directory = {folder}/spool
log_file_path = {folder}/log-%s
log_selector = +incoming_interface +smtp_no_mail +smtp_connection
keep_environment =
exim_user = Debian-exim
exim_group = Debian-exim
local_interfaces = {addresses}
daemon_smtp_ports = 25
smtp_accept_max = 0
tls_advertise_hosts = *
tls_certificate = {certificates}/$received_ip_address.pem
tls_require_ciphers = ${{lookup{{$received_ip_address}}lsearch{{{folder}/priorities}}{{$value}}{{NORMAL}}}}
acl_smtp_connect = connect

begin acl
connect:
{greetings}
  accept
"""
GREETING = """\
  {verb} condition = ${{if eq{{$received_ip_address}}{{{address}}}}}
         message = {words}
"""


class MailServers:
    """packages: a Packages of tests/senders; library: one_user.c, compiled."""

    def __init__(self, packages, library, folder, certificates):
        self.packages, self.folder, self.certificates = packages, folder, certificates
        self.environment = dict(packages.environment, LD_PRELOAD=str(library),
                                OPENSSL_CONF="/dev/null")
        self.started = []

    def start_postfix(self, hosts, has_ipv6):
        folder = self.folder / "postfix-servers"
        for name in ("config", "data", *("queue/" + name for name in QUEUES)):
            (folder / name).mkdir(parents=True)
        (folder / "config/main.cf").write_text(MAIN_CF.format(
            packages=self.packages.folder, folder=folder,
            protocols="all" if has_ipv6 else "ipv4"), encoding="ascii")
        services = [MASTER_CF]
        for host in hosts:
            settings = {"smtpd_tls_chain_files": self.certificates / f"{host.slug}.pem",
                        **host.settings}
            options = "".join(f"  -o {{{name} = {value}}}\n" for name, value in settings.items())
            for address in listens(host):
                place = f"[{address}]" if ":" in address else address
                services.append(f"{place}:25 inet n - n - - smtpd\n{options}")
        (folder / "config/master.cf").write_text("".join(services), encoding="ascii")
        environment = dict(self.environment, MAIL_CONFIG=str(folder / "config"))
        master = f"{self.packages.folder}/usr/lib/postfix/sbin/master"
        self._start([master, "-d"], environment, folder / "out")

    def start_exim(self, hosts):
        folder = self.folder / "exim-server"
        (folder / "spool").mkdir(parents=True)
        greetings = []
        for host in hosts:
            address, = host.addresses
            if "unfurnished" not in host.settings:
                (self.certificates / f"{address}.pem").symlink_to(f"{host.slug}.pem")
            if "greeting" in host.settings:
                verb, words = host.settings["greeting"].split(" ", 1)
                greetings.append(GREETING.format(verb=verb, address=address, words=words))
        (folder / "priorities").write_text("".join(
            f"{host.addresses[0]}: {host.settings['priority']}\n" for host in hosts
            if "priority" in host.settings), encoding="ascii")
        (folder / "exim.conf").write_text(EXIM_CONF.format(
            folder=folder, certificates=self.certificates, greetings="".join(greetings),
            addresses=" : ".join(host.addresses[0] for host in hosts)), encoding="ascii")
        self._start([f"{self.packages.folder}/usr/sbin/exim4", "-C", str(folder / "exim.conf"),
                     "-bdf"], self.environment, folder / "out")

    def _start(self, words, environment, out):
        with open(out, "wb") as file:
            self.started.append(subprocess.Popen(words, env=environment, stdin=subprocess.DEVNULL,
                                                 stdout=file, stderr=file))

    def check(self):
        """Whoever has ended did not start."""
        for process in self.started:
            if process.poll() is not None:
                raise OSError(f"{process.args[0]} ended with status {process.returncode}\n"
                              + self.logs()[-3000:])

    def logs(self):
        return "".join(path.read_text(encoding="utf-8", errors="replace")
                       for pattern in ("*/log*", "*/out") for path in self.folder.glob(pattern))

    def commands(self):
        """All the commands that were heard, in lower case, by both: a set."""
        time.sleep(0.5)  # logs are written behind the connections
        heard = set()
        for line in self.logs().splitlines():
            if " disconnect from " in line:  # ehlo=1 starttls=1 quit=1 commands=3
                heard |= set(re.findall(r" ([a-z]+)=\d", line)) - {"commands"}
            exim = re.search(r" C=([A-Z,]+)", line)
            heard |= set(exim[1].lower().split(",")) if exim else set()
        return heard


def listens(host):
    """An address with nobody there is another matter than one that is silent."""
    return [address for address in host.addresses if address == host.met or host.slug != "ipv6-silent"]
