"""Headless Chromium without a network, told what to do over a pipe (the DevTools protocol)."""
import base64
import fcntl
import itertools
import json
import os
import subprocess


class Browser:
    """with Browser(directory) as browser: one page at a time; what the console says is kept"""

    def __init__(self, directory):
        to_read, self.to_write = os.pipe()
        self.to_read, to_write = os.pipe()

        def place():  # the browser reads from 3 and writes to 4
            ends = [fcntl.fcntl(end, fcntl.F_DUPFD, 10) for end in (to_read, to_write)]
            os.dup2(ends[0], 3)
            os.dup2(ends[1], 4)

        # pylint: disable-next=consider-using-with,subprocess-popen-preexec-fn
        self.child = subprocess.Popen(
            ["unshare", "--user", "--map-root-user", "--net", "chromium-headless-shell",
             "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--hide-scrollbars",
             f"--user-data-dir={directory / 'profile'}", "--remote-debugging-pipe", "about:blank"],
            preexec_fn=place, pass_fds=(3, 4), stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL)
        os.close(to_read)
        os.close(to_write)
        self.numbers = itertools.count(1)
        self.rest = b""
        self.said = []
        self.events = []
        target = self.call("Target.createTarget", None, url="about:blank")["targetId"]
        self.session = self.call("Target.attachToTarget", None, targetId=target, flatten=True)[
            "sessionId"]
        for domain in ("Page", "Runtime", "Log"):
            self.call(domain + ".enable")

    def __enter__(self):
        return self

    def __exit__(self, *_):
        os.write(self.to_write, b'{"id": 0, "method": "Browser.close"}\0')
        try:
            self.child.wait(20)
        except subprocess.TimeoutExpired:
            self.child.kill()
            self.child.wait()
        os.close(self.to_write)
        os.close(self.to_read)

    def receive(self):
        while b"\0" not in self.rest:
            octets = os.read(self.to_read, 1 << 16)
            assert octets, "the browser is gone"
            self.rest += octets
        message, self.rest = self.rest.split(b"\0", 1)
        message = json.loads(message)
        if "method" in message:
            self.events.append(message["method"])
            if message["method"] in ("Log.entryAdded", "Runtime.consoleAPICalled",
                                     "Runtime.exceptionThrown"):
                self.said.append(message["params"])
        return message

    def call(self, method, session=True, **params):
        number = next(self.numbers)
        message = {"id": number, "method": method, "params": params}
        if session:
            message["sessionId"] = self.session
        os.write(self.to_write, json.dumps(message).encode() + b"\0")
        while True:
            got = self.receive()
            if got.get("id") == number:
                assert "error" not in got, got
                return got["result"]

    def open(self, path, width, height=900, dark=False):
        """Shows a file in a window of this size."""
        self.call("Emulation.setDeviceMetricsOverride", width=width, height=height,
                  deviceScaleFactor=1, mobile=False)
        self.call("Emulation.setEmulatedMedia", features=[
            {"name": "prefers-color-scheme", "value": "dark" if dark else "light"}])
        self.events.clear()
        self.call("Page.navigate", url=path.as_uri())
        while "Page.loadEventFired" not in self.events:
            self.receive()

    def value(self, expression):
        got = self.call("Runtime.evaluate", expression=expression, returnByValue=True)
        assert "exceptionDetails" not in got, got
        return got["result"].get("value")

    def pdf(self):
        return base64.b64decode(self.call("Page.printToPDF", printBackground=True,
                                          preferCSSPageSize=True)["data"])
