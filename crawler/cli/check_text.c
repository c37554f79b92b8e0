#include "crawler/cli/check_text.h"

#include <string.h>

struct story {
    sqlite3 *db;
    FILE *out;
    bool well;
    int faults; /* of the domain being told */
};

static const char *text(sqlite3_stmt *row, int column)
{
    const char *value = (const char *)sqlite3_column_text(row, column);
    return value != NULL ? value : "";
}

static bool is(sqlite3_stmt *row, int column, const char *word)
{
    return strcmp(text(row, column), word) == 0;
}

static bool is_null(sqlite3_stmt *row, int column)
{
    return sqlite3_column_type(row, column) == SQLITE_NULL;
}

static void wrong(struct story *story, const char *line)
{
    fprintf(story->out, "    ! %s\n", line);
    story->faults++;
    story->well = false;
}

/* Runs sql with one text bound and calls each for its rows. */
static int each_row(struct story *story, const char *sql, const char *bound,
                    int (*each)(struct story *story, sqlite3_stmt *row))
{
    sqlite3_stmt *row;
    int result = 0, step;
    if (sqlite3_prepare_v2(story->db, sql, -1, &row, NULL) != SQLITE_OK)
        return -1;
    sqlite3_bind_text(row, 1, bound, -1, SQLITE_TRANSIENT);
    while (result == 0 && (step = sqlite3_step(row)) != SQLITE_DONE)
        result = step == SQLITE_ROW ? each(story, row) : -1;
    sqlite3_finalize(row);
    return result;
}

static const char *explain_failure(const char *failure)
{
    static const char *const words[][2] = {
        {"timeout", "no answer within the time allowed"},
        {"servfail", "SERVFAIL: the name servers are lame, unreachable or broken"},
        {"bogus", "DNSSEC validation fails (bogus): validating resolvers see nothing here"},
        {"refused", "the resolver refuses the question"},
        {"formerr", "the resolver calls the question malformed"},
        {"notimp", "the resolver does not implement the question"},
        {"malformed", "the answer is malformed or answers another question"},
    };
    for (unsigned i = 0; i < sizeof words / sizeof *words; i++) {
        if (strcmp(words[i][0], failure) == 0)
            return words[i][1];
    }
    return "an unusual response code";
}

static void tell_failure(struct story *story, const char *what, const char *failure,
                         const char *ede)
{
    char line[256];
    snprintf(line, sizeof line, "%s failed: %s%s%s%s", what, explain_failure(failure),
             *ede != '\0' ? " (EDE " : "", ede, *ede != '\0' ? ")" : "");
    wrong(story, line);
}

/* --- hosts --- */

static int tell_hop(struct story *story, sqlite3_stmt *row)
{
    fprintf(story->out, "      %s -> %s (%s)\n", text(row, 0), text(row, 1),
            is(row, 2, "dname") ? "DNAME" : "CNAME");
    return 0;
}

static int tell_address(struct story *story, sqlite3_stmt *row)
{
    fprintf(story->out, "      %s%s\n", text(row, 0),
            sqlite3_column_int(row, 1) != 0 ? "  special-purpose: not reachable from everywhere"
                                            : "");
    return 0;
}

static void tell_alias(struct story *story, sqlite3_stmt *row)
{
    char line[2300];
    snprintf(line, sizeof line,
             "an MX exchange must not be an alias (RFC 2181 s10.3): publish the addresses at %s "
             "itself, or name %s as the exchange",
             text(row, 0), text(row, 8));
    if (is_null(row, 9))
        wrong(story, line);
    else if (is(row, 9, "dangling"))
        wrong(story, "an alias to a name that does not exist (RFC 2181 s10.3, RFC 1034 s5.2.2)");
    else if (is(row, 9, "loop"))
        wrong(story, "an alias that leads back to itself: no address can ever be found");
    else if (is(row, 9, "too_long"))
        wrong(story, "an alias chain of more than 16 links: resolvers give up on it");
    else
        wrong(story, "two CNAME records at one name (RFC 2181 s10.1)");
    fprintf(story->out, "      first alias record: %s\n", text(row, 10));
}

static int tell_host(struct story *story, sqlite3_stmt *row)
{
    const char *host = text(row, 0);
    bool alias = is(row, 6, "cname") || is(row, 6, "dname");
    fprintf(story->out, "    addresses %s", text(row, 1));
    if (!is(row, 1, "failed"))
        fprintf(story->out, ", %s (DNSSEC)", text(row, 5));
    fputc('\n', story->out);
    if (alias &&
        each_row(story, "SELECT owner, target, kind FROM aliases WHERE host = ?1 ORDER BY hop",
                 host, tell_hop) != 0)
        return -1;
    if (each_row(story,
                 "SELECT address, special FROM addresses WHERE host = ?1 ORDER BY family, address",
                 host, tell_address) != 0)
        return -1;
    if (!is_null(row, 2))
        tell_failure(story, "an address lookup", text(row, 2), text(row, 3));
    else if (!is(row, 1, "answer"))
        wrong(story, "the host has no address: mail cannot reach it (RFC 5321 s5.1)");
    else if (sqlite3_column_int(row, 4) > 0)
        wrong(story, "special-purpose addresses (RFC 6890): not reachable from everywhere");
    if (alias)
        tell_alias(story, row);
    else if (is_null(row, 6))
        fputs("      whether it is an alias is not known\n", story->out);
    return 0;
}

static int tell_host_named(struct story *story, const char *host)
{
    return each_row(story,
                    "SELECT host, address_outcome, failure, ede, special_count, dnssec, alias,"
                    " alias_hops, alias_target, alias_problem, alias_dnssec"
                    " FROM hosts WHERE host = ?1",
                    host, tell_host);
}

static int tell_mx(struct story *story, sqlite3_stmt *row)
{
    const char *exchange = text(row, 1);
    fprintf(story->out, "  MX %s %s\n", text(row, 0), exchange);
    if (is(row, 2, "null"))
        return 0;
    if (is(row, 2, "address"))
        wrong(story, "an address, not a host name (RFC 5321 s5.1): name a host that has it");
    else if (is(row, 2, "localhost"))
        wrong(story, "localhost is the sender's own machine (RFC 6761 s6.3); no mail at all is "
                     "said by a null MX, \"0 .\" (RFC 7505)");
    else if (is(row, 2, "single_label"))
        wrong(story, "a name of one label: most likely the domain is missing from it");
    else if (is(row, 2, "invalid"))
        wrong(story, "not a host name (RFC 1123 s2.1)");
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
    const char *domain = text(row, 0);
    story->faults = 0;
    fprintf(story->out, "%s %s; DNSSEC %s\n", domain, explain_outcome(text(row, 1)), text(row, 2));
    if (!is_null(row, 5))
        fprintf(story->out, "    the domain is an alias: found at %s\n", text(row, 5));
    if (!is_null(row, 3))
        tell_failure(story, "the lookup", text(row, 3), text(row, 4));
    else if (is(row, 1, "nxdomain"))
        wrong(story, "the name does not exist in the DNS");
    if (is(row, 6, "mixed"))
        wrong(story, "a null MX beside other MX records (RFC 7505 s3): remove one or the other");
    else if (is(row, 6, "preference"))
        wrong(story, "a null MX has preference 0 (RFC 7505 s3)");
    if (is(row, 1, "implicit_mx") && tell_host_named(story, domain) != 0)
        return -1;
    if (each_row(story,
                 "SELECT preference, exchange, exchange_class FROM mx_records WHERE domain = ?1"
                 " ORDER BY preference, exchange",
                 domain, tell_mx) != 0)
        return -1;
    if (story->faults == 0)
        fputs("    all is well\n", story->out);
    return 0;
}

int check_print(sqlite3 *db, FILE *out, bool *ret_well)
{
    struct story story = {.db = db, .out = out, .well = true};
    int result = each_row(&story,
                          "SELECT domain, mx_outcome, dnssec, failure, ede, alias_target,"
                          " null_mx_flaw FROM domains WHERE ?1 = ''",
                          "", tell_domain);
    *ret_well = story.well;
    return result;
}
