"""All mutants of a file's functions in one text, of which a number picks one when it runs.

    bool f(int a) { return a < 3; }

becomes f__0 (as it is), f__1 ... (the mutants), and an f that calls the one picked.  So a file is
compiled once, not once for each mutant, and a mutant costs no more than the tests' run.  What is
not in a function, or in one without fixed arguments, has no variants and is compiled by itself.
"""

import re

PICKED = "mutant_picked"
# What is linked beside: the number is told by the environment.
PICK = f"""#include <stdlib.h>
int {PICKED};
__attribute__((constructor)) static void pick(void)
{{
    const char *number = getenv("MUTANT");
    {PICKED} = number != NULL ? atoi(number) : 0;
}}
"""
ERROR = re.compile(r"^mutant(\d+):\d+(?::\d+)?: (?:fatal )?error", re.M)


class Function:
    """Where a definition stands in its file, and how it is called."""

    def __init__(self, source, brace):
        self.source = source
        closing = brace - 1
        opening = source.partner[closing]
        self.name = source.text_at(opening - 1)
        first = opening - 1
        while first > 0 and source.text_at(first - 1) not in (";", "}"):
            first -= 1
        self.start = source.tokens[first].start
        self.name_start = source.tokens[opening - 1].start
        self.end = source.tokens[source.partner[brace]].end
        self.head_end = source.tokens[closing].end
        before = [source.text_at(i) for i in range(first, opening - 1)]
        self.returns = "void" not in before or "*" in before
        self.arguments = self._arguments(opening + 1, closing)

    def _arguments(self, first, end):
        """Their names; None where there is one that has none (`...`)."""
        source, names, i, part = self.source, [], first, []
        while i <= end:
            text = source.text_at(i)
            if i == end or text == ",":
                names.append(argument_name(part))
                part = []
            else:
                part.append(source.tokens[i])
                if text in "([":
                    inside = source.tokens[i + 1 : source.partner[i] + 1]
                    part.extend(inside if text == "(" else [])
                    i = source.partner[i]
            i += 1
        if names == ["void"]:
            return []
        return None if None in names else names

    def named(self, number):
        return f"{self.name}__{number}"


def argument_name(tokens):
    """The name that a parameter declares."""
    texts = [token.text for token in tokens]
    if "(" in texts:  # of a function: `void *(*name)(int)`
        opening = texts.index("(")
        return texts[opening + 2] if texts[opening + 1 : opening + 2] == ["*"] else None
    words = [token.text for token in tokens if token.kind == "word"]
    return words[-1] if words and "..." not in texts else None


class Variants:
    """mutants: {number from 1: mutant}"""

    def __init__(self, source, mutants, file):
        self.source, self.file = source, file
        functions = [Function(source, brace) for brace in source.functions]
        self.inside = {}  # function: its mutants
        self.outside = dict(mutants)
        for function in functions:
            if function.arguments is None:
                continue
            found = {number: mutant for number, mutant in mutants.items()
                     if function.head_end <= mutant.start < function.end}
            if found:
                self.inside[function] = found
                for number in found:
                    del self.outside[number]

    def drop(self, numbers):
        for found in self.inside.values():
            for number in numbers:
                found.pop(number, None)

    def numbers(self):
        return {number for found in self.inside.values() for number in found}

    def text(self):
        source, out, at = self.source, [f"extern int {PICKED};\n#line 1 \"{self.file}\"\n"], 0
        for function, found in self.inside.items():
            out.append(source.text[at : function.start])
            out.append(self._function(function, found))
            at = function.end
            out.append(f"\n#line {source.line(at)} \"{self.file}\"\n")
        out.append(source.text[at:])
        return "".join(out)

    def _function(self, function, found):
        text = self.source.text
        head = text[function.start : function.head_end]
        out = [f"\n{head};\n", self._one(function, 0, self.file, None)]
        for number, mutant in found.items():
            out.append(self._one(function, number, f"mutant{number}", mutant))
        answer = "return " if function.returns else ""
        end = "" if function.returns else " return;"
        arguments = ", ".join(function.arguments)
        out.append(f"\n{head} {{ switch ({PICKED}) {{\n")
        for number in (*found, "default"):
            case = "default" if number == "default" else f"case {number}"
            name = function.named(0 if number == "default" else number)
            out.append(f"{case}: {answer}{name}({arguments});{end}\n")
        out.append("} }\n")
        return "".join(out)

    def _one(self, function, number, file, mutant):
        text = self.source.text
        body = text[function.head_end : function.end]
        if mutant is not None:
            body = (text[function.head_end : mutant.start] + mutant.written
                    + text[mutant.end : function.end])
        before = text[function.start : function.name_start]
        after = text[function.name_start + len(function.name) : function.head_end]
        line = self.source.line(function.start)
        return f"#line {line} \"{file}\"\n{before}{function.named(number)}{after}{body}\n"
