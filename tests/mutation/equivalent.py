"""The list of mutants that no test can tell from the program: tests/mutation/equivalent."""

import pathlib

LIST = pathlib.Path(__file__).parent / "equivalent"


class Broken(Exception):
    """A line of the list that has not its form."""


def key_of(file, mutant):
    return file, mutant.function or "-", mutant.line_text, mutant.what


class Equivalents:
    """Entries are divided by blank lines:

        FILE FUNCTION            (`-` outside of functions)
        = the line's text
        ~ before -> after        (as tests/mutate prints it; as many as the reason is good for)
          the reason

    `#` begins a comment."""

    def __init__(self, path=LIST):
        self.entries = {}  # (file, function, text, what): where it stands in the list
        head = text = None
        reasoned = True
        for number, line in enumerate(path.read_text(encoding="utf-8").split("\n"), 1):
            place = f"{path}:{number}"
            if line.startswith("#"):
                continue
            if not line.strip():
                if not reasoned:
                    raise Broken(f"{place}: no reason")
                head = text = None
            elif line.startswith("= ") and head is not None:
                text, reasoned = line[2:].strip(), False
            elif line.startswith("~ ") and text is not None:
                self.entries[(*head, text, line[2:].strip())] = place
            elif line.startswith("  ") and text is not None:
                reasoned = True
            elif head is None and len(line.split()) == 2:
                head = tuple(line.split())
            else:
                raise Broken(f"{place}: not as tests/mutation/equivalent.py says")

    def has(self, file, mutant):
        return key_of(file, mutant) in self.entries

    def stale(self, mutants):
        """Of all mutants of some files, as (file, mutant): the entries of these files that are none
        of them."""
        keys = {key_of(file, mutant) for file, mutant in mutants}
        files = {file for file, _ in mutants}
        return [place for key, place in self.entries.items()
                if key[0] in files and key not in keys]
