# Turns the lines of ca-keys.csv into initialisers of struct known
# (crawler/core/tlsa.c): { { name, status, ends }, selector, { sha256 }, { sha512 } }.

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

BEGIN {
    FS = ","
    selectors["certificate"] = 0
    selectors["key"] = 1
}
/^#/ || /^what,/ { next }
{
    if (NF != 9 || !($1 in selectors))
        fail("no line of this table")
    if ($2 !~ /^[A-Za-z0-9' ]+$/)
        fail("no name")
    if ($6 !~ /^(active|backup|retired|expired)$/)
        fail("no status")
    if (days($4) >= days($5))
        fail("ends before it begins")
    printf "{ { \"%s\", KEY_%s, INT64_C(86400) * %d }, %d, { %s}, { %s} },\n", $2, toupper($6),
        days($5) + 1, selectors[$1], octets($8, 32), octets($9, 64)
    keys++
}
END {
    if (!failed && !keys) {
        print FILENAME ": no key" | "cat 1>&2"
        exit 1
    }
}
