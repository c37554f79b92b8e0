"""What a postmaster does whom `check` advises: changes of a PolicyWorld by the codes of the steps."""
from worlds import unwell
from worlds.policies import POLICY, STS, PolicyWorld, policy

HOST = "mx.fresh.test"  # that a postmaster has besides, and that is as it should be
PREFIX = "_25._tcp."
TWO_WAYS = {"remove_null_mx", "end_alias"}


def unwell_world():
    world = PolicyWorld()
    unwell.declare(world)
    world.host(HOST, True, unwell.FRESH)
    return world


class Steps:
    """One function for each code; its name is the code's.

    world: to be changed.  way: of an advice that offers two, which.
    """

    def __init__(self, world, domain, way):
        self.world, self.domain, self.way = world, domain, way

    def follow(self, finding):
        for step in finding["advice"]["steps"]:
            getattr(self, step["code"])(step["name"], step["value"])

    def exchanges(self, change):
        """change: from a pair (preference, exchange) to another, or None."""
        records = [record.split(" ", 1) for record in self.world.records[self.domain, "MX"]]
        changed = [change(preference, exchange.rstrip(".") or ".") for preference, exchange in records]
        self.world.records[self.domain, "MX"] = [
            "%s %s." % (preference, exchange.rstrip(".")) for preference, exchange in filter(None, changed)]

    def drop(self, name, *kinds):
        for kind in kinds:
            self.world.faults.pop((name, kind), None)

    def mend_lookup(self, name, value):
        self.drop(name, *(["A", "AAAA"] if value == "address" else [value]))
        for owner in self.world.dnames:  # the one that makes an alias of the name
            if value == "DNAME" and name.endswith("." + owner):
                self.drop(owner, value)

    sign_anew = mend_lookup

    def publish_mx(self, name, _):
        self.world.add(name, "MX", f"10 {HOST}.")

    def remove_null_mx(self, _name, _):
        self.exchanges(lambda preference, exchange:
                       (preference, exchange) if (exchange == ".") == bool(self.way) else None)

    def zero_null_mx(self, _name, _):
        self.exchanges(lambda _preference, exchange: ("0", exchange))

    def name_host(self, name, value):
        host = HOST
        if value == "listed":
            host = "mx." + self.domain
        self.exchanges(lambda preference, exchange:
                       (preference, host if exchange == name else exchange))

    def name_target(self, name, value):
        self.exchanges(lambda preference, exchange:
                       (preference, value if exchange == name else exchange))

    def move_addresses(self, name, value):
        del self.world.records[name, "CNAME"]
        for kind in ("A", "AAAA"):
            if (value, kind) in self.world.records:
                self.world.records[name, kind] = self.world.records[value, kind]
        if (value, "A") not in self.world.records:  # there were none
            self.world.add(name, "A", "1.2.3.4")
        self.drop(name, "A", "AAAA", "CNAME")

    def end_alias(self, name, value):
        (self.name_target, self.move_addresses)[self.way](name, value)

    def publish_address(self, name, _):
        self.world.records[name, "A"] = ["1.2.3.4"]

    publish_ipv4 = publish_address

    def publish_tlsa(self, name, _):
        self.world.records[name, "TLSA"] = [unwell.FRESH]
        self.drop(name, "TLSA")

    def check_tlsa(self, name, _):
        if (name, "TLSA") in self.world.records:
            self.publish_tlsa(name, None)

    def add_tlsa(self, name, _):
        self.world.add(name, "TLSA", unwell.FRESH)

    def remove_tlsa(self, name, value):
        keep = {"all": [], "unusable": [unwell.FRESH], "stale": [unwell.FRESH]}[value]
        self.world.records[name, "TLSA"] = [data for data in self.world.records[name, "TLSA"]
                                            if data in keep]
        if not self.world.records[name, "TLSA"]:
            del self.world.records[name, "TLSA"]

    def sign_zone(self, name, _):
        name = name[len(PREFIX):] if name.startswith(PREFIX) else name
        for owner in (name, PREFIX + name):
            self.world.signed[owner] = True
            for target in self.world.records.get((owner, "CNAME"), []):
                self.world.signed[target.rstrip(".")] = True

    def one_record(self, name, _):
        del self.world.records[name, "TXT"][1:]

    def mend_record(self, name, _):
        self.world.records[name, "TXT"] = ['"v=STSv1; id=3;"' if name.startswith(STS)
                                           else '"v=TLSRPTv1; rua=mailto:a@b.test"']

    def serve_policy(self, name, _):
        assert name == POLICY + self.domain
        self.mend_policy(self.domain, None)

    def mend_policy(self, name, _):
        self.world.policies[name] = policy("mode: enforce", "max_age: 86400", "mx: mx." + name)

    def list_in_policy(self, name, value):
        self.world.policies[name] += f"mx: {value}\n"


def codes_of(finding):
    """Of its advice's steps; none without advice."""
    return {step["code"] for step in (finding["advice"] or {"steps": []})["steps"]}


def ways_of(finding):
    """How many ways its advice can be followed."""
    codes = codes_of(finding)
    return bool(codes) + bool(codes & TWO_WAYS)


def key(finding):
    return finding["code"], finding["subject"]
