#include "crawler/cli/check_text.h"

#include "crawler/cli/check_story.h"

#include <string.h>

/* --- hosts --- */

/* of each hop by itself: check_hops.h */
static const char hops_sql[] = "SELECT a.owner, a.target, a.kind, s.dnssec FROM aliases AS a"
                               " JOIN temp.hop_dnssec AS s ON s.host = a.host AND s.hop = a.hop"
                               " WHERE a.host = ?1 ORDER BY a.hop";

static int tell_hop(struct story *story, sqlite3_stmt *row)
{
    fprintf(story->out, "      %s -> %s (%s, %s)\n", story_text(row, 0), story_text(row, 1),
            story_is(row, 2, "dname") ? "DNAME" : "CNAME", story_text(row, 3));
    return 0;
}

static int tell_address(struct story *story, sqlite3_stmt *row)
{
    fprintf(story->out, "      %s%s\n", story_text(row, 0),
            sqlite3_column_int(row, 1) != 0 ? "  special-purpose: not reachable from everywhere"
                                            : "");
    return 0;
}

/* A domain may be an alias and its own mail host: only an exchange may not. */
static int tell_alias(struct story *story, sqlite3_stmt *row)
{
    bool implicit = story_is(row, 8, "implicit_mx");
    if (story_is_null(row, 7) && implicit)
        fputs("      the domain is an alias, which is allowed (RFC 5321 s5.1)\n", story->out);
    else if (story_is_null(row, 7))
        return story_remedy(story, story_text(row, 0));
    else if (story_is(row, 7, "dangling"))
        story_wrong(story,
                    "an alias to a name that does not exist (RFC 2181 s10.3, RFC 1034 s5.2.2)");
    else if (story_is(row, 7, "loop"))
        story_wrong(story, "an alias that leads back to itself: no address can ever be found");
    else if (story_is(row, 7, "too_long"))
        story_wrong(story, "an alias chain of more than 16 links: resolvers give up on it");
    else
        story_wrong(story, "two CNAME records at one name (RFC 2181 s10.1)");
    return 0;
}

static int tell_host(struct story *story, sqlite3_stmt *row)
{
    const char *host = story_text(row, 0);
    bool alias = story_is(row, 6, "cname") || story_is(row, 6, "dname");
    fprintf(story->out, "    addresses %s", story_text(row, 1));
    if (!story_is(row, 1, "failed"))
        fprintf(story->out, ", %s (DNSSEC)", story_text(row, 5));
    fputc('\n', story->out);
    if (alias && story_each(story, hops_sql, host, tell_hop) != 0)
        return -1;
    if (story_each(
            story,
            "SELECT address, special FROM addresses WHERE host = ?1 ORDER BY family, address", host,
            tell_address) != 0)
        return -1;
    if (!story_is_null(row, 2))
        story_failure(story, "an address lookup", story_text(row, 2), story_text(row, 3));
    else if (!story_is(row, 1, "answer"))
        story_wrong(story, "the host has no address: mail cannot reach it (RFC 5321 s5.1)");
    else if (sqlite3_column_int(row, 4) > 0)
        story_wrong(story, "special-purpose addresses (RFC 6890): not reachable from everywhere");
    if (alias && tell_alias(story, row) != 0)
        return -1;
    if (story_is_null(row, 6))
        fputs("      whether it is an alias is not known\n", story->out);
    return story_host_dane(story, host);
}

static int tell_host_named(struct story *story, const char *host)
{
    return story_each(story,
                      "SELECT host, address_outcome, failure, ede, special_count, dnssec, alias,"
                      " alias_problem, (SELECT mx_outcome FROM domains WHERE domain = ?2)"
                      " FROM hosts WHERE host = ?1",
                      host, tell_host);
}

static int tell_mx(struct story *story, sqlite3_stmt *row)
{
    const char *exchange = story_text(row, 1);
    fprintf(story->out, "  MX %s %s\n", story_text(row, 0), exchange);
    if (story_is(row, 2, "null"))
        return 0;
    if (story_is(row, 2, "address"))
        story_wrong(story, "an address, not a host name (RFC 5321 s5.1): name a host that has it");
    else if (story_is(row, 2, "localhost"))
        story_wrong(story,
                    "localhost is the sender's own machine (RFC 6761 s6.3); no mail at all is "
                    "said by a null MX, \"0 .\" (RFC 7505)");
    else if (story_is(row, 2, "single_label"))
        story_wrong(story, "a name of one label: most likely the domain is missing from it");
    else if (story_is(row, 2, "invalid"))
        story_wrong(story, "not a host name (RFC 1123 s2.1)");
    return tell_host_named(story, exchange);
}

/* --- domains --- */

static const char *explain_outcome(const char *outcome)
{
    static const char *const words[][2] = {
        {"mx", "has MX records"},
        {"null_mx", "takes no mail: null MX (RFC 7505)"},
        {"implicit_mx", "has no MX record; mail goes to its own address (RFC 5321 s5.1)"},
        {"no_service", "has neither MX nor address records: takes no mail"},
        {"nxdomain", "does not exist"},
        {"failed", "could not be looked up"},
    };
    for (unsigned i = 0; i < sizeof words / sizeof *words; i++) {
        if (strcmp(words[i][0], outcome) == 0)
            return words[i][1];
    }
    return outcome;
}

static int tell_domain(struct story *story, sqlite3_stmt *row)
{
    const char *domain = story_text(row, 0);
    story->domain = domain;
    story->faults = 0;
    fprintf(story->out, "%s %s; DNSSEC %s\n", domain, explain_outcome(story_text(row, 1)),
            story_text(row, 2));
    if (!story->believe_ad)
        fputs("    DNSSEC is not known: " STORY_AD_NOT_BELIEVED "\n", story->out);
    if (!story_is_null(row, 5))
        fprintf(story->out, "    the domain is an alias: found at %s\n", story_text(row, 5));
    if (!story_is_null(row, 3))
        story_failure(story, "the lookup", story_text(row, 3), story_text(row, 4));
    else if (story_is(row, 1, "nxdomain"))
        story_wrong(story, "the name does not exist in the DNS");
    if (story_is(row, 6, "mixed"))
        story_wrong(story,
                    "a null MX beside other MX records (RFC 7505 s3): remove one or the other");
    else if (story_is(row, 6, "preference"))
        story_wrong(story, "a null MX has preference 0 (RFC 7505 s3)");
    if (story_is(row, 1, "implicit_mx") && tell_host_named(story, domain) != 0)
        return -1;
    if (story_each(story,
                   "SELECT preference, exchange, exchange_class FROM mx_records WHERE domain = ?1"
                   " ORDER BY preference, exchange",
                   domain, tell_mx) != 0)
        return -1;
    if (story_domain_dane(story) != 0 || story_sts(story, domain) != 0)
        return -1;
    if (story->faults == 0)
        fputs(story->believe_ad ? "    all is well\n"
                                : "    nothing wrong is seen; DNSSEC and DANE are not known\n",
              story->out);
    return 0;
}

int check_print(sqlite3 *db, FILE *out, bool believe_ad, bool *ret_well)
{
    struct story story = {.db = db, .out = out, .believe_ad = believe_ad, .well = true};
    int result = story_each(&story,
                            "SELECT domain, mx_outcome, dnssec, failure, ede, alias_target,"
                            " null_mx_flaw FROM domains WHERE ?1 = ''",
                            "", tell_domain);
    *ret_well = story.well;
    return result;
}
