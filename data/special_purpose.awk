# Turns the blocks of special-purpose.csv into initialisers of struct block
# (crawler/core/address.c): { family, prefix, { octets } }.
# POSIX awk: it has no hexadecimal numbers, so IPv6 groups stay text.

function fail(why) {
    printf "%s:%d: %s: %s\n", FILENAME, FNR, why, $0 | "cat 1>&2"
    failed = 1
    exit 1
}

function ipv4(address, octet, i, out) {
    if (split(address, octet, ".") != 4)
        fail("four numbers expected")
    for (i = 1; i <= 4; i++) {
        if (octet[i] !~ /^[0-9]+$/ || octet[i] > 255)
            fail("no octet")
        out = out octet[i] ", "
    }
    return out
}

function groups(text, group, count, i, out) {
    count = split(text, group, ":")
    for (i = 1; i <= count; i++) {
        if (group[i] !~ /^[0-9a-f]+$/ || length(group[i]) > 4)
            fail("no group of an IPv6 address")
        group[i] = substr("0000" group[i], length(group[i]) + 1)
        out = out "0x" substr(group[i], 1, 2) ", 0x" substr(group[i], 3, 2) ", "
    }
    written += count
    return out
}

# every block of the registry has its zeros shortened to `::`
function ipv6(address, at, front, back) {
    at = index(address, "::")
    if (at == 0)
        fail("`::` expected")
    written = 0
    front = groups(substr(address, 1, at - 1))
    back = groups(substr(address, at + 2))
    if (written > 7)
        fail("too many groups")
    for (; written < 8; written++)
        front = front "0x00, 0x00, "
    return front back
}

BEGIN { FS = "," }
/^#/ || /^block,/ { next }
{
    if (split($1, part, "/") != 2 || part[2] !~ /^[0-9]+$/)
        fail("no block")
    family = part[1] ~ /:/ ? 6 : 4
    if (part[2] > (family == 6 ? 128 : 32))
        fail("no prefix length")
    printf "{ %d, %d, { %s} },\n", family, part[2], family == 6 ? ipv6(part[1]) : ipv4(part[1])
    blocks++
}
END {
    if (!failed && !blocks) {
        print FILENAME ": no block" | "cat 1>&2"
        exit 1
    }
}
