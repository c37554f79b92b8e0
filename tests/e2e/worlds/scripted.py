"""A validating resolver by script: what is there, what is signed, what goes wrong with which question.
A World is what harness.Resolver takes to answer with; a module of this folder fills one and says what
a survey of it must store."""
import dns.edns
import dns.flags
import dns.message
import dns.name
import dns.rcode
import dns.rdata
import dns.rdataclass
import dns.rdatatype
import dns.rrset

DIGEST = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
GOOD = "3 1 1 " + DIGEST
HOPS_MAX = 40


def _rdata(kind, text):
    if text.startswith(r"\# "):  # RFC 3597: whatever its form
        octets = bytes.fromhex(text.split(" ", 2)[2])
        return dns.rdata.GenericRdata(dns.rdataclass.IN, dns.rdatatype.from_text(kind), octets)
    return dns.rdata.from_text("IN", kind, text)


class World:
    """Names are text without the final dot, the root is ""."""

    def __init__(self):
        self.records = {}  # (name, type) -> [record data as text]
        self.dnames = {}  # owner -> target
        self.signed = {"": True}  # a name, for all below it
        self.faults = {}  # (name, type) -> what fault() was told
        self.add("", "SOA", ". . 1 2 3 4 5")
        self.add("", "NS", "a.root-servers.net.")

    # --- what is there ---

    def add(self, name, kind, *data, signed=None):
        self.records.setdefault((name, kind), []).extend(data)
        if signed is not None:
            self.signed[name] = signed

    def domain(self, name, *exchanges, signed=True):
        """exchanges: "10 mx.example.test."; the domain's zone is signed with it."""
        self.add(name, "MX", *exchanges, signed=signed)

    def host(self, name, signed, *tlsa, ipv6=True):
        self.add(name, "A", "1.2.3.4", signed=signed)
        if ipv6:
            self.add(name, "AAAA", "2600::1")
        if tlsa:
            self.tlsa(name, *tlsa)

    def tlsa(self, name, *tlsa, signed=None):
        self.add("_25._tcp." + name, "TLSA", *(tlsa or [GOOD]), signed=signed)

    def alias(self, name, target, signed=None):
        self.add(name, "CNAME", target + ".", signed=signed)

    def chain(self, *names):
        for name, target in zip(names, names[1:]):
            self.alias(name, target)

    def dname(self, owner, target):
        self.dnames[owner] = target

    def fault(self, name, *kinds, rcode=None, bogus=False, silent=False, denied=False, times=None,
              ede=(), ad=None, plain=False, via=None):
        """What happens to a question.

        rcode: this instead of an answer; bogus: but for CD=1; times: only so often, and never
        for CD=1.  denied: NODATA.  ede: with whatever is answered.  ad: instead of what is so.
        plain: a DNAME is left out, and the CNAME that it makes is there; via: an alias of this
        name, whatever else is there.
        """
        for kind in kinds:
            self.faults[name, kind] = dict(
                rcode=dns.rcode.SERVFAIL if bogus or times else rcode, unchecked=bogus or times,
                silent=silent, denied=denied, left=times, ede=ede, ad=ad, plain=plain, via=via)

    # --- what is answered ---

    def __call__(self, query):
        question = query.question[0]
        name = question.name.to_text(omit_final_dot=True).lower()
        name = "" if name == "." else name
        kind = dns.rdatatype.to_text(question.rdtype)
        fault = self.faults.get((name, kind), {})
        if fault.get("silent"):
            return None
        message = dns.message.make_response(query)
        message.flags |= dns.flags.RA
        message.use_edns(0, 0, 1232, options=[dns.edns.EDEOption(code)
                                              for code in fault.get("ede", ())])
        cd = bool(query.flags & dns.flags.CD)
        if self._fails(fault, cd):
            message.set_rcode(fault["rcode"])
            return message
        ad = self._resolve(message, name, kind, fault)
        ad = ad if fault.get("ad") is None else fault["ad"]
        if ad and not cd:
            message.flags |= dns.flags.AD
        return message

    @staticmethod
    def _fails(fault, cd):
        if fault.get("rcode") is None or fault["unchecked"] and cd:
            return False
        if fault["left"] is None:
            return True
        fault["left"] -= 1
        return fault["left"] >= 0

    def _resolve(self, message, name, kind, fault):
        """Fills the answer; is all of it secure?"""
        secure, hops = True, 0
        while hops < HOPS_MAX:
            alias = self._alias(name, kind)
            if hops == 0 and fault.get("via"):
                alias = name, [_cname(name, fault["via"])], fault["via"]
            if not alias:
                break
            owner, records, target = alias
            secure = secure and self.secure(owner)
            for record in records[-1:] if fault.get("plain") else records:
                message.answer.append(dns.rrset.from_text(*record))
            name, hops = target, hops + 1
        data = [] if fault.get("denied") else self.records.get((name, kind), [])
        if kind == "DNAME" and name in self.dnames:
            data = [self.dnames[name] + "."]
        if data:
            message.answer.append(dns.rrset.from_rdata_list(
                _absolute(name), 60, [_rdata(kind, text) for text in data]))
        elif not self._exists(name):
            message.set_rcode(dns.rcode.NXDOMAIN)
        return secure and self.secure(name)

    def _alias(self, name, kind):
        """(what it hangs on, its records, its target), or None."""
        for owner, target in self.dnames.items():
            if name.endswith("." + owner):
                made = name[:-len(owner)] + target
                return owner, [(_absolute(owner), 60, "IN", "DNAME", target + "."),
                               _cname(name, made)], made
        data = self.records.get((name, "CNAME"))
        if not data or kind == "CNAME":
            return None
        target = data[0].rstrip(".")
        return name, [_cname(name, target)], target

    def _exists(self, name):
        owners = [owner for owner, _ in self.records] + list(self.dnames)
        return any(owner == name or owner.endswith("." + name) for owner in owners)

    def secure(self, name):
        """As the closest name above it that says so; what nobody has signed is not."""
        labels = name.split(".")
        above = (".".join(labels[at:]) for at in range(len(labels)))
        return next((self.signed[one] for one in above if one in self.signed), False)


def _absolute(name):
    return name + "."


def _cname(name, target):
    return _absolute(name), 60, "IN", "CNAME", _absolute(target)


# --- what must come out: rows of the views, as far as a world says ---

def domain(dane, tlsa_failures=0, dane_ready=0, cname_mx_count=0, unknown_mx_count=0, **more):
    return dict(dane=dane, tlsa_failures=tlsa_failures, dane_ready=dane_ready,
                cname_mx_count=cname_mx_count, unknown_mx_count=unknown_mx_count, **more)


def host(dane, dane_exim=None, **more):
    """Without more: no alias, nothing failed, no EDE."""
    row = dict(dane=dane, dane_exim=dane_exim or dane, address_outcome="answer", failure=None,
               ede=None, alias="none", alias_hops=None, alias_target=None, alias_dnssec=None,
               alias_problem=None)
    return dict(row, **more)


def to(target, dnssec="secure", hops=1, kind="cname", problem=None):
    """The alias columns."""
    return dict(alias=kind, alias_hops=hops, alias_target=target, alias_dnssec=dnssec,
                alias_problem=problem)


def searched(base, outcome="answer", dnssec="secure", count=1, usable=0):
    """The columns of a TLSA search that ended here."""
    return dict(tlsa_outcome=outcome, tlsa_base=base, tlsa_dnssec=dnssec, tlsa_count=count,
                tlsa_usable_count=usable)


def found(base, count=1, of=None):
    return searched(base, count=of or count, usable=count)


def nothing(base, dnssec="secure"):
    return searched(base, "nxdomain", dnssec, 0)


NOT_ASKED = dict(tlsa_outcome="not_asked", tlsa_base=None, tlsa_dnssec=None, tlsa_count=None,
                 tlsa_usable_count=None)
