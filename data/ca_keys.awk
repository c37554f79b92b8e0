# Turns the lines of ca-keys.csv into initialisers of struct known
# (crawler/core/tlsa.c): { { name, status }, selector, size, { octets } }.

function fail(why) {
    printf "%s:%d: %s: %s\n", FILENAME, FNR, why, $0 | "cat 1>&2"
    failed = 1
    exit 1
}

function octets(hex, size, i, out) {
    if (length(hex) != 2 * size || hex !~ /^[0-9a-f]+$/)
        fail("no digest of this kind")
    for (i = 1; i < 2 * size; i += 2)
        out = out "0x" substr(hex, i, 2) ", "
    return out
}

BEGIN {
    FS = ","
    selectors["certificate"] = 0
    selectors["key"] = 1
    sizes["sha256"] = 32
    sizes["sha512"] = 64
}
/^#/ || /^digest,/ { next }
{
    if (NF != 8 || split($2, what, "-") != 2 || !(what[1] in selectors) || !(what[2] in sizes))
        fail("no line of this table")
    if ($3 !~ /^[A-Za-z0-9' ]+$/)
        fail("no name")
    if ($7 !~ /^(active|backup|retired|expired)$/)
        fail("no status")
    if (seen[$2, $1]++)
        fail("there twice")
    printf "{ { \"%s\", KEY_%s }, %d, %d, { %s} },\n", $3, toupper($7), selectors[what[1]],
        sizes[what[2]], octets($1, sizes[what[2]])
    keys++
}
END {
    if (!failed && !keys) {
        print FILENAME ": no key" | "cat 1>&2"
        exit 1
    }
}
