"""Public suffixes and registrable domains (publicsuffix.org/list), ICANN and private rules."""

PATH = "/usr/share/publicsuffix/public_suffix_list.dat"


class PublicSuffixes:
    def __init__(self, path=PATH):
        self.rules = set()
        with open(path, encoding="utf-8") as file:
            for line in file:
                line = line.strip()
                if line and not line.startswith("//"):
                    self.rules.add(_ascii(line.split()[0]))

    def suffix(self, name):
        """The public suffix of a name in lower case text; a rule `*` covers the unknown TLDs."""
        labels = name.split(".")
        for at in range(len(labels)):
            rest = ".".join(labels[at:])
            if "!" + rest in self.rules:
                return ".".join(labels[at + 1:])
            if rest in self.rules or "*." + ".".join(labels[at + 1:]) in self.rules:
                return rest
        return labels[-1]

    def registrable(self, name):
        suffix = self.suffix(name)
        if name == suffix or suffix.isdigit():  # a number is no top-level domain
            return None
        front = name[:-len(suffix) - 1]
        return front.split(".")[-1] + "." + suffix


def _ascii(rule):
    if rule.isascii():
        return rule
    mark = rule[0] if rule[0] == "!" else ""
    return mark + ".".join(
        label if label.isascii() else "xn--" + label.encode("punycode").decode()
        for label in rule[len(mark):].split("."))
