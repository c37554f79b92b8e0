"""C source as tokens, and where they stand: functions, statements, declarations.

No parser: what a token is follows from its neighbours.  Where that is a guess (is `*` a product or
a pointer?) a wrong one does not compile, and counts for nothing.
"""

import re
from typing import NamedTuple

TOKEN = re.compile(
    r"""
    (?P<blank>   \s+ | //[^\n]* | /\*.*?\*/ )
  | (?P<string>  (?:L|u8|u|U)?"(?:\\.|[^"\\\n])*" )
  | (?P<char>    (?:L|u|U)?'(?:\\.|[^'\\\n])+' )
  | (?P<number>  \.?[0-9](?:[eEpP][+-]|[0-9A-Za-z_.])* )
  | (?P<word>    [A-Za-z_][A-Za-z_0-9]* )
  | (?P<mark>    <<=|>>=|\.\.\.|->|\+\+|--|<<|>>|<=|>=|==|!=|&&|\|\||[-+*/%&|^]=
               | [][(){}<>.,;:?=+\-*/%&|^~!\\] )
    """,
    re.S | re.X,
)
DIRECTIVE = re.compile(r"[ \t]*\#(?:/\*.*?\*/|\\\n|[^\n])*", re.S)

TYPE_WORDS = frozenset(
    "void char short int long float double signed unsigned _Bool bool const volatile static extern"
    " inline register struct union enum typedef _Static_assert _Alignas _Noreturn".split()
)
STATEMENT_WORDS = frozenset("return case else do goto break continue default sizeof".split())
PAIRS = {"(": ")", "[": "]", "{": "}"}


class Token(NamedTuple):
    kind: str
    text: str
    start: int

    @property
    def end(self):
        return self.start + len(self.text)


def tokens_of(text):
    """All tokens but blanks, comments and preprocessor lines."""
    found, at, fresh = [], 0, True
    while at < len(text):
        if fresh and (directive := DIRECTIVE.match(text, at)):
            at = directive.end()
            continue
        match = TOKEN.match(text, at)
        if match is None:
            raise ValueError(f"no token: {text[at:at + 20]!r}")
        if match.lastgroup == "blank":
            fresh = fresh or "\n" in match[0]
        else:
            found.append(Token(match.lastgroup, match[0], at))
            fresh = False
        at = match.end()
        if text[at - 1] == "\n":
            fresh = True
    return found


def is_type(token):
    return token.kind == "word" and (token.text in TYPE_WORDS or token.text.endswith("_t"))


class Source:
    """A file's tokens, with the partner of each bracket and the function each stands in."""

    def __init__(self, text):
        self.text = text
        self.tokens = tokens_of(text)
        self.partner = self._partners()
        self.functions = {}  # index of the body's brace: name
        self.function_at = self._functions()

    def _partners(self):
        partner, open_ones = {}, []
        for i, token in enumerate(self.tokens):
            if token.kind != "mark":
                continue
            if token.text in PAIRS:
                open_ones.append(i)
            elif token.text in PAIRS.values():
                partner[open_ones[-1]] = i
                partner[i] = open_ones.pop()
        return partner

    def _functions(self):
        """The name of the function that a token is in; "" outside."""
        names, i = [""] * len(self.tokens), 0
        while i < len(self.tokens):
            if self.text_at(i) != "{":
                i += 1
                continue
            end = self.partner[i]
            if self.text_at(i - 1) == ")":
                name = self.text_at(self.partner[i - 1] - 1)
                self.functions[i] = name
                names[i:end] = [name] * (end - i)
            i = end + 1
        return names

    def text_at(self, i):
        return self.tokens[i].text if 0 <= i < len(self.tokens) else ""

    def line(self, offset):
        return self.text.count("\n", 0, offset) + 1

    def line_text(self, offset):
        start = self.text.rfind("\n", 0, offset) + 1
        return self.text[start:].split("\n", 1)[0].strip()

    def ends_operand(self, i):
        """Can a binary operator follow this token?"""
        if i < 0:
            return False
        token = self.tokens[i]
        if token.kind == "word":
            before = self.text_at(i - 1)
            return not (is_type(token) or token.text in STATEMENT_WORDS
                        or before in ("struct", "union", "enum"))
        if token.text == ")":
            return not self.is_cast(self.partner[i])
        return token.kind in ("number", "char", "string") or token.text in ("]", "++", "--")

    def is_cast(self, i):
        """Is there a type between the parentheses that open here?"""
        inside = self.tokens[i + 1 : self.partner[i]]
        return bool(inside) and is_type(inside[0]) and self.text_at(i - 1) != "sizeof" and all(
            token.kind == "word" or token.text == "*" for token in inside)

    def expression_before(self, i):
        """Where the expression that ends before token i begins (i: `?`)."""
        at = i - 1
        while at >= 0:
            text = self.text_at(at)
            if text in PAIRS.values():
                at = self.partner[at]
            elif text in ("(", "[", "{", ",", ";", ":", "?", "return", "case") or (
                    text.endswith("=") and text not in ("==", "!=", "<=", ">=")):
                return at + 1
            at -= 1
        return 0

    def statements(self):
        """(first, last) of every statement in a function that ends with `;`, which is included;
        of `for (...)` and the like, only of what they govern."""
        for brace in self.functions:
            i, end = brace + 1, self.partner[brace]
            while i < end:
                text = self.text_at(i)
                if text in ("{", "}", "else", "do"):
                    i += 1
                elif text in ("if", "for", "while", "switch"):
                    i = self.partner[i + 1] + 1
                elif text in ("case", "default") or self.text_at(i + 1) == ":":
                    while self.text_at(i) != ":":
                        i += 1
                    i += 1
                else:
                    last = i
                    while self.text_at(last) != ";":
                        last = self.partner[last] + 1 if self.text_at(last) in PAIRS else last + 1
                    yield i, last
                    i = last + 1

    def is_declaration(self, first):
        """Does the statement that begins here declare something?"""
        token, after = self.tokens[first], self.tokens[first + 1]
        if token.kind != "word":
            return False
        if is_type(token):
            return True
        stars = first + 1
        while self.text_at(stars) == "*":
            stars += 1
        return after.kind == "word" or (stars > first + 1 and self.tokens[stars].kind == "word")
