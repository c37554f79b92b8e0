# Turns the lines of ca-keys.csv into initialisers of struct known
# (crawler/core/tlsa.c): { { name, otherwise, sent_from, sent_until, retired, ends },
# selector, { sha256 }, { sha512 } }.

function fail(why) {
    printf "%s:%d: %s: %s\n", FILENAME, FNR, why, $0 | "cat 1>&2"
    failed = 1
    exit 1
}

function octets(hex, size, i, out) {
    if (length(hex) != 2 * size || hex !~ /^[0-9a-f]+$/)
        fail("no digest of this kind")
    if (seen[$1, hex]++)
        fail("there twice")
    for (i = 1; i < 2 * size; i += 2)
        out = out "0x" substr(hex, i, 2) ", "
    return out
}

# Days from 1970-01-01 to a date; mktime() is not in every awk.  Years begin in March:
# the odd day of February is then the last one.
function days(date, part, year, month) {
    if (date !~ /^(19|20)[0-9][0-9]-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])$/)
        fail("no date")
    split(date, part, "-")
    year = part[1] - (part[2] <= 2)
    month = (part[2] + 9) % 12
    return 365 * year + int(year / 4) - int(year / 100) + int(year / 400) + \
        int((153 * month + 2) / 5) + part[3] - 1 - 719468
}

# The second at which a day begins, or the day after it; a date that is not there never comes.
function second(date, after) {
    return date == "" ? "INT64_MAX" : sprintf("INT64_C(86400) * %d", days(date) + after)
}

BEGIN {
    FS = ","
    selectors["certificate"] = "TLSA_SELECTOR_CERTIFICATE"
    selectors["key"] = "TLSA_SELECTOR_KEY"
    selectors["junk"] = "JUNK_SELECTOR"
    otherwise["intermediate"] = "KEY_BACKUP"
    otherwise["root"] = "KEY_UNSENT"
}
/^#/ || /^what,/ { next }
{
    if (NF != 12 || !($1 in selectors))
        fail("no line of this table")
    if ($2 !~ /^[A-Za-z0-9' ]+$/)
        fail("no name")
    if ($1 == "junk" ? $3 $4 $5 $6 $7 $8 $9 != "" : !($6 in otherwise))
        fail("no role, or that of a key in junk")
    if ($1 != "junk" && days($4) >= days($5))
        fail("ends before it begins")
    if ($8 != "" && ($7 == "" || days($7) > days($8)))
        fail("sent no longer before it is sent")
    printf "{ { \"%s\", %s, %s, %s, %s, %s }, %s, { %s}, { %s} },\n", $2,
        $1 == "junk" ? "KEY_JUNK" : otherwise[$6], second($7, 0), second($8, 1), second($9, 0),
        second($5, 1), selectors[$1], octets($11, 32), octets($12, 64)
    keys++
}
END {
    if (!failed && !keys) {
        print FILENAME ": no key" | "cat 1>&2"
        exit 1
    }
}
