"""All cases: the base zones, then one module for each subject."""

import json

import cases_alias
import cases_both
import cases_dane
import cases_dnssec
import cases_faults
import cases_mx
import cases_names
import cases_senders
import cases_sts
import cases_sts_web
from casebook import Casebook


def declare(universe, slow):
    """Declares every case; returns the responder's script as JSON."""
    book = Casebook(universe)
    book.zone("case.org", signed=True)
    book.zone("case.com", signed=True, denial="nsec3")
    book.zone("case.net")
    book.zone("elsewhere.org", "providers", signed=True)
    book.zone("elsewhere.net", "providers")
    book.zone("optout.org", signed=True, denial="nsec3-optout")
    for name in ("elsewhere.org", "elsewhere.net"):
        book.records("mail." + name, "A, AAAA")
    for module in (cases_mx, cases_names, cases_alias, cases_dnssec, cases_faults,
                   cases_dane, cases_senders, cases_sts, cases_sts_web, cases_both):
        module.declare(book, slow)
    script = {"address": universe.servers["odd"].addresses[0], "zone": "odd.net",
              "answers": book.answers}
    return json.dumps(script, indent=1)
