"""Which extended errors (RFC 8914) a failed lookup must come with, at least.

What a resolver says beside the most telling code is its own, so the truth has no whole lists: in
the table `codes` of truth.db each of the codes must be among those of the row, `6|9` being either.
"""

import labdns

VIEWS = {"domains": "domain", "hosts": "host"}  # the views with a column `ede`, and their keys


def write(connection, codes):
    """codes: {(view, name): "7 6|9"}."""
    connection.execute("CREATE TABLE codes (view, name, ede)")
    connection.executemany("INSERT INTO codes VALUES (?, ?, ?)", (
        (view, labdns.text(labdns.name(name)), ede) for (view, name), ede in codes.items()))


def compare(truth, found):
    """Lines on rows of a survey file without a code that is due; no row is said elsewhere."""
    for view, name, expected in truth.execute("SELECT view, name, ede FROM codes"):
        for ede, in found.execute(f"SELECT ede FROM {view} WHERE {VIEWS[view]} = ?", (name,)):
            there = set((ede or "").split(","))
            if not all(there & set(code.split("|")) for code in expected.split()):
                yield f"{view} {name}: ede is {ede!r}, expected at least {expected!r}"
