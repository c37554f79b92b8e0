"""What is changed in C source, one place at a time."""

import collections
import re
from typing import NamedTuple

# Each to what differs from it by a boundary, and to its opposite.
RELATIONS = {
    "<": ("<=", ">="),
    "<=": ("<", ">"),
    ">": (">=", "<="),
    ">=": (">", "<"),
    "==": ("!=",),
    "!=": ("==",),
}
LOGIC = {"&&": ("||",), "||": ("&&",)}
ARITHMETIC = {
    "+": ("-",), "-": ("+",), "*": ("/",), "/": ("*",), "%": ("/",),
    "<<": (">>",), ">>": ("<<",), "&": ("|",), "|": ("&",), "^": ("&",),
}
ASSIGNMENTS = {
    "+=": ("-=", "="), "-=": ("+=", "="), "*=": ("/=", "="), "/=": ("*=", "="), "%=": ("/=", "="),
    "|=": ("&=", "="), "&=": ("|=", "="), "^=": ("&=", "="),
    "<<=": (">>=", "="), ">>=": ("<<=", "="),
}
STEPS = {"++": ("--",), "--": ("++",)}
UNARY = {"!": "", "~": "", "-": ""}
TRUTH = {"true": "false", "false": "true"}
CONSTANT = re.compile(r"[A-Z][A-Z0-9_]*[A-Z0-9]\Z")
NO_CONSTANTS = frozenset(("NULL", "UINT64_C", "INT64_C", "UINT32_C"))
ASSERTIONS = frozenset(("assert", "_Static_assert", "static_assert"))
DECIDES = frozenset(RELATIONS) | frozenset(LOGIC) | frozenset(("!", "true", "false"))


class Mutant(NamedTuple):
    line: int
    function: str  # "" outside
    line_text: str
    before: str
    after: str
    place: int  # of several in the function with the same line_text, before and after, from 1
    start: int  # what text[start:end] becomes
    end: int
    written: str

    @property
    def what(self):
        return f"{self.before} -> {self.after}" + (f" #{self.place}" if self.place > 1 else "")


class Collector:
    def __init__(self, source):
        self.source = source
        self.found = []

    def change(self, first, last, before, after, written=None):
        """Tokens first..last become `written` (after, where that is not given)."""
        source = self.source
        start, end = source.tokens[first].start, source.tokens[last].end
        line = source.line(start)
        self.found.append(
            Mutant(line, source.function_at[first], source.line_text(start), before, after,
                   1, start, end, after if written is None else written))

    def operators(self, i):
        source, text = self.source, self.source.text_at(i)
        tables = [RELATIONS, LOGIC, ASSIGNMENTS, STEPS]
        binary = source.ends_operand(i - 1)
        if binary:
            tables.append(ARITHMETIC)
        for table in tables:
            for after in table.get(text, ()):
                self.change(i, i, text, after)
        if not binary and text in UNARY:
            self.change(i, i, text, UNARY[text] or "nothing", " ")
        if text == ".":
            self.member(i)
        if text == "?":
            first = source.expression_before(i)
            self.negate(first, i - 1)

    def negate(self, first, last):
        """A condition that has nothing else to change."""
        source = self.source
        if first > last or any(source.text_at(i) in DECIDES for i in range(first, last + 1)):
            return
        text = source.text[source.tokens[first].start : source.tokens[last].end]
        text = " ".join(text.split())
        self.change(first, last, text, f"!({text})")

    def number(self, i):
        text = self.source.text_at(i)
        try:
            value = int(text.rstrip("uUlL"), 0)
        except ValueError:
            value = None
        self.change(i, i, text, f"({text} + 1)")
        self.change(i, i, text, f"({text} - 1)")
        if value not in (0, 1):
            self.change(i, i, text, "0")

    def word(self, i):
        source, text = self.source, self.source.text_at(i)
        if text in TRUTH:
            self.change(i, i, text, TRUTH[text])
        elif text in ("if", "while"):
            self.negate(i + 2, source.partner[i + 1] - 1)
        elif (CONSTANT.match(text) and text not in NO_CONSTANTS
              and source.text_at(i + 1) not in ("(", "{") and source.function_at[i]):
            self.change(i, i, text, f"({text} + 1)")
            self.change(i, i, text, f"({text} - 1)")


    def statement(self, first, last):
        source = self.source
        inside = [source.text_at(i) for i in range(first, last)]
        if source.is_declaration(first):
            if "bool" in inside and "=" in inside:
                self.negate(first + inside.index("=") + 1, last - 1)
        elif inside[:1] == ["return"] and last > first + 1:
            if self.returns_truth(first):
                self.negate(first + 1, last - 1)
        elif inside:
            self.change(first, last, "statement", "nothing", ";")

    def member(self, i):
        """`.member = value` of an initializer in a function; i: the dot."""
        source = self.source
        if not (source.function_at[i] and source.text_at(i - 1) in ("{", ",")
                and source.text_at(i + 2) == "="):
            return
        last = i + 2
        while source.text_at(last + 1) not in (",", "}"):
            last = source.partner.get(last + 1, last + 1)
        if source.text_at(last + 1) == ",":
            self.change(i, last + 1, "." + source.text_at(i + 1), "nothing", " ")

    def returns_truth(self, i):
        """Is the function that token i is in declared with bool?"""
        source = self.source
        brace = next(b for b in source.functions if b < i < source.partner[b])
        return source.text_at(source.partner[brace - 1] - 2) == "bool"

    def skipped(self):
        """Tokens of assertions, which are a second net: a weaker one shows nowhere; and of the
        sizes of arrays, where one more shows nowhere."""
        source, skip = self.source, set()
        for i, token in enumerate(source.tokens):
            if token.text in ASSERTIONS and source.text_at(i + 1) == "(":
                skip.update(range(i, source.partner[i + 1] + 1))
            elif token.text == "[" and not source.function_at[i]:
                skip.update(range(i, source.partner[i]))
        for first, last in source.statements():
            i = first
            while source.is_declaration(first) and i < last and source.text_at(i) != "=":
                if source.text_at(i) == "[":
                    skip.update(range(i, source.partner[i]))
                i += 1
        return skip

    def collect(self):
        source, skip = self.source, self.skipped()
        for i, token in enumerate(source.tokens):
            if i in skip:
                continue
            if token.kind == "mark":
                self.operators(i)
            elif token.kind in ("number", "char"):
                self.number(i)
            elif token.kind == "word":
                self.word(i)
        for first, last in source.statements():
            if first not in skip:
                self.statement(first, last)
        return list(numbered(sorted(self.found, key=lambda each: (each.start, each.end))))


def numbered(mutants):
    """Tells apart what is the same change of the same text in one function."""
    seen = collections.Counter()
    for each in mutants:
        key = (each.function, each.line_text, each.before, each.after)
        seen[key] += 1
        yield each._replace(place=seen[key])


def mutants_of(source):
    return Collector(source).collect()
