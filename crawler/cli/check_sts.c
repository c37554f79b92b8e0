/* check_sts.c - the MTA-STS and TLSRPT part of check's story: the record, the policy, what
 * it makes of each exchange by its name and by its alias's target (RFC 8461, RFC 8460). */
#include "crawler/cli/check_story.h"

#include "analysis/utf8.h"
#include "crawler/core/sts.h"

#include <stdlib.h>
#include <string.h>

enum {
    LINE_MAX_OCTETS = 4 * 1100
};

/* columns of policy_sql */
enum {
    POLICY_DOMAIN,
    POLICY_RECORD,
    POLICY_ID,
    POLICY_OUTCOME,
    POLICY_DETAIL,
    POLICY_HTTP_STATUS,
    POLICY_MODE,
    POLICY_MAX_AGE,
    POLICY_MX,
    POLICY_RECORD_FAILURE,
    POLICY_RECORD_EDE,
    POLICY_ADDRESS_FAILURE,
    POLICY_ADDRESS_EDE,
    POLICY_MX_OUTCOME,
};
static const char policy_sql[] =
    "SELECT p.domain, p.record_outcome, p.id, p.policy_outcome, p.detail, p.http_status, p.mode,"
    " p.max_age, p.mx, r.failure, r.ede, a.failure, a.ede, d.mx_outcome FROM sts_policies AS p"
    " JOIN domains AS d ON d.domain = p.domain"
    " LEFT JOIN failures AS r ON r.kind = 'sts' AND r.name = '" STS_RECORD_PREFIX ".' || p.domain"
    " LEFT JOIN failures AS a ON a.kind = 'sts' AND a.name = '" STS_POLICY_PREFIX ".' || p.domain"
    " WHERE p.domain = ?1";

/* --- the policy itself --- */

static const char *explain_detail(const char *detail)
{
    static const char *const words[][2] = {
        {"dns", "its server has no address"},
        {"connect", "no connection to its server on port 443, or one that broke off"},
        {"tls", "no TLS session with its server: a certificate of a trusted authority, valid today "
                "and for this name, and TLS 1.2 are what senders ask for (RFC 8461 s3.3)"},
        {"timeout", "no whole reply in time"},
        {"too_large", "more than 64 KB (RFC 8461 s3.3)"},
        {"special_address", "its server has special-purpose addresses only, which are not "
                            "connected to without --allow-special-addresses"},
    };
    for (unsigned i = 0; i < sizeof words / sizeof *words; i++) {
        if (strcmp(words[i][0], detail) == 0)
            return words[i][1];
    }
    return "only status 200 counts, redirects are not followed (RFC 8461 s3.3)";
}

static void tell_unavailable(struct story *story, sqlite3_stmt *row)
{
    char line[512];
    fprintf(story->out, "    policy unavailable");
    if (!story_is_null(row, POLICY_HTTP_STATUS))
        fprintf(story->out, ", HTTP status %s", story_text(row, POLICY_HTTP_STATUS));
    fputc('\n', story->out);
    if (!story_is_null(row, POLICY_ADDRESS_FAILURE))
        story_failure(story, "an address lookup of its server",
                      story_text(row, POLICY_ADDRESS_FAILURE), story_text(row, POLICY_ADDRESS_EDE));
    snprintf(line, sizeof line,
             "senders find a record but no policy, and deliver as if there were neither: %s",
             explain_detail(story_text(row, POLICY_DETAIL)));
    story_wrong(story, line);
}

static bool is_missing(const char *detail)
{
    static const char *const words[] = {"no version", "no mode", "no max_age", "no mx"};
    for (unsigned i = 0; i < sizeof words / sizeof *words; i++) {
        if (strcmp(words[i], detail) == 0)
            return true;
    }
    return false;
}

/* The fault is hostile text. */
static int tell_invalid(struct story *story, sqlite3_stmt *row)
{
    char line[LINE_MAX_OCTETS];
    const char *detail = story_text(row, POLICY_DETAIL);
    char *shown = utf8_for_terminal(detail);
    if (shown == NULL)
        return -1;
    fputs("    policy invalid\n", story->out);
    if (is_missing(detail))
        snprintf(line, sizeof line, "%s line in the policy (RFC 8461 s3.2): add one", shown);
    else
        snprintf(line, sizeof line, "at fault is the policy's line: %s (RFC 8461 s3.2)", shown);
    story_wrong(story, line);
    free(shown);
    return 0;
}

/* Prints the patterns; *ret_matches: one matches the domain itself. */
static int tell_patterns(struct story *story, const char *patterns, const char *domain,
                         bool *ret_matches)
{
    struct name name;
    sqlite3_stmt *row;
    int step;
    bool known = name_from_text(domain, strlen(domain), &name);
    *ret_matches = false;
    if (sqlite3_prepare_v2(story->db, "SELECT value FROM json_each(?1)", -1, &row, NULL) !=
        SQLITE_OK)
        return -1;
    sqlite3_bind_text(row, 1, patterns, -1, SQLITE_TRANSIENT);
    while ((step = sqlite3_step(row)) == SQLITE_ROW) {
        struct sts_text pattern = {story_text(row, 0), (size_t)sqlite3_column_bytes(row, 0)};
        *ret_matches |= known && sts_pattern_matches(pattern, &name);
        fprintf(story->out, "      mx: %s\n", pattern.text);
    }
    sqlite3_finalize(row);
    return step == SQLITE_DONE ? 0 : -1;
}

/* --- the exchanges --- */

struct match {
    const char *exchange, *target; /* target "": no alias */
    bool by_name, by_target;
    const char *verb; /* what senders do with an exchange that does not match */
};

bool story_may_list(const char *exchange)
{
    struct name name;
    return name_from_text(exchange, strlen(exchange), &name) && sts_may_list(&name);
}

/* An exchange that does not match, or of an alias only in one way: what to do about an alias
 * its remedy says, with a view to DANE too. */
static void tell_difference(struct story *story, const struct match *match)
{
    char line[LINE_MAX_OCTETS];
    if (*match->target == '\0' && !story_may_list(match->exchange))
        snprintf(line, sizeof line,
                 "the policy does not match this exchange, and none can list it (RFC 8461 s3.2): "
                 "senders %s it; remove or mend the MX record",
                 match->verb);
    else if (*match->target == '\0')
        snprintf(line, sizeof line,
                 "the policy does not match this exchange: senders %s it (RFC 8461 s4.1); list "
                 "\"mx: %s\"",
                 match->verb, match->exchange);
    else if (match->by_name)
        snprintf(line, sizeof line,
                 "senders that match the alias's target %s this exchange, though RFC 8461 s4.1 "
                 "matches its name",
                 match->verb);
    else if (match->by_target)
        snprintf(line, sizeof line,
                 "senders that follow RFC 8461 s4.1 match the exchange's name and %s it",
                 match->verb);
    else
        snprintf(line, sizeof line,
                 "the policy matches neither the exchange nor its target: senders %s it (RFC 8461 "
                 "s4.1)",
                 match->verb);
    story_wrong(story, line);
}

static int tell_match(struct story *story, sqlite3_stmt *row)
{
    bool alias = !story_is_null(row, 2);
    const struct match match = {
        .exchange = story_text(row, 0),
        .target = alias ? story_text(row, 3) : "",
        .by_name = sqlite3_column_int(row, 1) != 0,
        .by_target = sqlite3_column_int(row, 2) != 0,
        .verb = story_is(row, 5, "testing") ? "report" : "refuse",
    };
    fprintf(story->out, "    MX %s: %s by name", match.exchange,
            match.by_name ? "matches" : "no match");
    if (alias)
        fprintf(story->out, ", %s by its target %s", match.by_target ? "matches" : "no match",
                match.target);
    if (!story_is_null(row, 4))
        fprintf(story->out, "; DANE %s", story_dane_word(story, row, 4, 6));
    fputc('\n', story->out);
    /* a policy of mode none asks for nothing */
    if (!story_is(row, 5, "none") && (!match.by_name || (alias && !match.by_target)))
        tell_difference(story, &match);
    return 0;
}

static const char *explain_mode(const char *mode)
{
    if (strcmp(mode, "enforce") == 0)
        return "senders refuse what does not match";
    if (strcmp(mode, "testing") == 0)
        return "senders report what does not match, and deliver";
    return "senders ask for nothing";
}

static int tell_valid(struct story *story, sqlite3_stmt *row)
{
    const char *domain = story_text(row, POLICY_DOMAIN), *mode = story_text(row, POLICY_MODE);
    bool matches;
    fprintf(story->out, "    policy %s, max_age %s: %s\n", mode, story_text(row, POLICY_MAX_AGE),
            explain_mode(mode));
    if (tell_patterns(story, story_text(row, POLICY_MX), domain, &matches) != 0)
        return -1;
    if (!matches && story_is(row, POLICY_MX_OUTCOME, "implicit_mx") && strcmp(mode, "none") != 0)
        story_wrong(story,
                    story_may_list(domain)
                        ? "the policy does not match the domain, which is its own mail host "
                          "(RFC 8461 s4.1): list it"
                        : "the policy does not match the domain, which is its own mail host, "
                          "and none can list it (RFC 8461 s3.2): publish an MX record that "
                          "names a host");
    return story_each(story,
                      "SELECT DISTINCT m.exchange, m.sts_match_name, m.sts_match_target,"
                      " h.alias_target, h.dane, p.mode, h.alias_dnssec FROM mx_records AS m"
                      " JOIN sts_policies AS p ON p.domain = m.domain"
                      " LEFT JOIN hosts AS h ON h.host = m.exchange WHERE m.domain = ?1"
                      " AND m.exchange_class <> 'null' ORDER BY m.preference, m.exchange",
                      domain, tell_match);
}

/* --- the record --- */

static int tell_policy(struct story *story, sqlite3_stmt *row)
{
    const char *outcome = story_text(row, POLICY_RECORD);
    fprintf(story->out, "  MTA-STS record %s", outcome);
    if (!story_is_null(row, POLICY_ID))
        fprintf(story->out, ", id %s", story_text(row, POLICY_ID));
    fputc('\n', story->out);
    if (strcmp(outcome, "failed") == 0)
        story_failure(story, "the lookup of the MTA-STS record",
                      story_text(row, POLICY_RECORD_FAILURE), story_text(row, POLICY_RECORD_EDE));
    else if (strcmp(outcome, "multiple") == 0)
        story_wrong(story, "several MTA-STS records count as none (RFC 8461 s3.1): leave one");
    else if (strcmp(outcome, "invalid") == 0)
        story_wrong(story, "the MTA-STS record is not valid and counts as none (RFC 8461 s3.1): "
                           "\"v=STSv1; id=...;\" with at most 32 letters and digits is one");
    if (story_is(row, POLICY_OUTCOME, "unavailable"))
        tell_unavailable(story, row);
    else if (story_is(row, POLICY_OUTCOME, "invalid"))
        return tell_invalid(story, row);
    else if (story_is(row, POLICY_OUTCOME, "valid"))
        return tell_valid(story, row);
    return 0;
}

static int tell_tlsrpt(struct story *story, sqlite3_stmt *row)
{
    const char *tlsrpt = story_text(row, 0);
    fprintf(story->out, "  TLSRPT record %s\n", tlsrpt);
    if (strcmp(tlsrpt, "failed") == 0)
        story_failure(story, "the lookup of the TLSRPT record", story_text(row, 1),
                      story_text(row, 2));
    else if (strcmp(tlsrpt, "multiple") == 0)
        story_wrong(story, "several TLSRPT records count as none (RFC 8460 s3): leave one");
    else if (strcmp(tlsrpt, "invalid") == 0)
        story_wrong(story, "the TLSRPT record is not valid (RFC 8460 s3): \"v=TLSRPTv1; "
                           "rua=mailto:...\" is one");
    return 0;
}

int story_sts(struct story *story, const char *domain)
{
    if (story_each(story, policy_sql, domain, tell_policy) != 0)
        return -1;
    return story_each(story,
                      "SELECT d.tlsrpt, f.failure, f.ede FROM domains AS d LEFT JOIN failures AS f"
                      " ON f.kind = 'tlsrpt' AND f.name = '" TLSRPT_PREFIX ".' || d.domain"
                      " WHERE d.domain = ?1 AND d.tlsrpt IS NOT NULL",
                      domain, tell_tlsrpt);
}
