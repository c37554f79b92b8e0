"""Mail servers in a folder of unpacked packages, and the lab's namespace as they want it."""

import glob
import os
import subprocess

USER = 4242  # Postfix and Exim refuse to be root; they know their users by name
PASSWD = """\
root:x:0:0::/:/bin/sh
nobody:x:65534:65534::/:/bin/sh
sender:x:{user}:{user}::/:/bin/sh
Debian-exim:x:{user}:{user}::/:/bin/sh
"""
GROUP = """\
root:x:0:
nogroup:x:65534:
sender:x:{user}:
Debian-exim:x:{user}:
mail:x:8:
postdrop:x:4243:
"""
# a question that fails takes the resolver a while, and is to be asked once
RESOLV_CONF = "nameserver {resolver}\noptions edns0 trust-ad timeout:30 attempts:1\n"


class Packages:
    """Programs in a folder of unpacked packages, to be run as USER."""

    def __init__(self, folder):
        self.folder = folder
        libraries = [f"{folder}/usr/lib/postfix", *glob.glob(f"{folder}/usr/lib/*-linux-gnu"),
                     *glob.glob(f"{folder}/lib/*-linux-gnu")]
        self.environment = dict(os.environ, LD_LIBRARY_PATH=":".join(libraries))
        self.become = ["setpriv", f"--reuid={USER}", f"--regid={USER}", "--clear-groups"]
        if subprocess.run([*self.become, "true"], stderr=subprocess.DEVNULL,
                          check=False).returncode:  # a namespace that has no user but root
            self.become = ["unshare", "--user", f"--map-user={USER}", f"--map-group={USER}"]

    def command(self, name):
        return [*self.become, f"{self.folder}/usr/sbin/{name}"]


class Tests:
    """Counts, and says what did not pass."""

    def __init__(self):
        self.passed = self.failed = 0

    def add(self, title, passed, *remarks):
        self.passed += bool(passed)
        self.failed += not passed
        print(f"{'ok' if passed else 'NOT OK'}: {title}", *remarks, sep="\n    ", flush=True)


def furnish(folder):
    """Every address is this namespace's own; resolver and users are those of the lab."""
    for family in ("-4", "-6"):
        subprocess.run(["ip", family, "route", "add", "local", "default", "dev", "lo"],
                       check=family == "-4")  # a kernel may have no IPv6
    os.chmod(folder, 0o755)
    for name, text in (("resolv.conf", RESOLV_CONF.format(resolver=os.environ["LAB_RESOLVER"])),
                       ("passwd", PASSWD.format(user=USER)), ("group", GROUP.format(user=USER))):
        path = os.path.join(folder, name)
        with open(path, "w", encoding="ascii") as file:
            file.write(text)
        subprocess.run(["mount", "--bind", path, "/etc/" + name], check=True)
