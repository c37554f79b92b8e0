/* sts.c - the MTA-STS and TLSRPT part of check's story: the record, the policy, what
 * it makes of each exchange by its name and by its alias's target (RFC 8461, RFC 8460). */
#include "crawler/cli/check/opt_out.h"
#include "crawler/cli/check/story.h"

#include "analysis/document/utf8.h"
#include "crawler/core/sts.h"

#include <stdlib.h>
#include <string.h>

enum {
    MAX_AGE_SHORT = 86400,           /* seconds: a policy that is forgotten within a day */
    NAME_SHOWN = NAME_TEXT_MAX + 16, /* with one of the prefixes */
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
        {NULL, "only status 200 counts, redirects are not followed (RFC 8461 s3.3)"},
    };
    return story_explain(words, detail);
}

static void tell_unavailable(struct story *story, sqlite3_stmt *row)
{
    char server[NAME_SHOWN];
    struct advice advice;
    const struct story_failure failure = {"an address lookup of its server",
                                          story_text(row, POLICY_ADDRESS_FAILURE),
                                          story_text(row, POLICY_ADDRESS_EDE), server, "address"};
    snprintf(server, sizeof server, STS_POLICY_PREFIX ".%s", story_text(row, POLICY_DOMAIN));
    story_say(story, "    policy unavailable");
    if (!story_is_null(row, POLICY_HTTP_STATUS))
        story_say(story, ", HTTP status %s", story_text(row, POLICY_HTTP_STATUS));
    story_say(story, "\n");
    if (!story_is_null(row, POLICY_ADDRESS_FAILURE))
        story_failure_advised(story, FINDING_LOOKUP_FAILED, server, &failure);
    advice_begin(&advice);
    advice_say(&advice, "serve it at https://%s/.well-known/mta-sts.txt, or remove the record",
               server);
    advice_step(&advice, ADVICE_SERVE_POLICY, server, NULL);
    story_find(story, FINDING_POLICY_UNAVAILABLE, NULL, &advice,
               "senders find a record but no policy, and deliver as if there were neither: %s",
               explain_detail(story_text(row, POLICY_DETAIL)));
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
    struct advice advice;
    const char *detail = story_text(row, POLICY_DETAIL);
    char *shown = utf8_for_terminal(detail);
    if (shown == NULL)
        return -1;
    story_say(story, "    policy invalid\n");
    advice_begin(&advice);
    advice_say(&advice,
               is_missing(detail) ? "add one" : "mend it, then give the TXT record a new id");
    advice_step(&advice, ADVICE_MEND_POLICY, story_text(row, POLICY_DOMAIN), NULL);
    if (is_missing(detail))
        story_find(story, FINDING_POLICY_INVALID, NULL, &advice,
                   "%s line in the policy (RFC 8461 s3.2)", shown);
    else
        story_find(story, FINDING_POLICY_INVALID, NULL, &advice,
                   "at fault is the policy's line: %s (RFC 8461 s3.2)", shown);
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
        story_say(story, "      mx: %s\n", pattern.text);
    }
    sqlite3_finalize(row);
    return step == SQLITE_DONE ? 0 : -1;
}

/* --- the exchanges --- */

struct match {
    const char *exchange;
    bool alias, by_name, by_target;
    const char *verb; /* what senders do with an exchange that does not match */
};

bool story_may_list(const char *exchange)
{
    struct name name;
    return name_from_text(exchange, strlen(exchange), &name) && sts_may_list(&name);
}

/* Nobody goes by the old policy when the TTL of its record is over (RFC 8461 s8.1). */
static void advise_list(struct story *story, struct advice *advice, const char *name)
{
    advice_say(advice, "list \"mx: %s\", then give the TXT record a new id", name);
    advice_step(advice, ADVICE_LIST_IN_POLICY, story->domain, name);
}

static void advise_mend(struct advice *advice, const char *exchange)
{
    advice_say(advice, "remove or mend the MX record");
    advice_step(advice, ADVICE_NAME_HOST, exchange, "listed");
}

/* An exchange that does not match, or of an alias only in one way: what to do about an alias
 * its remedy says, with a view to DANE too. */
static void tell_difference(struct story *story, const struct match *match)
{
    struct advice advice;
    const char *name = match->exchange, *verb = match->verb;
    bool listable = story_may_list(name);
    advice_begin(&advice);
    if (!match->alias && listable) {
        advise_list(story, &advice, name);
        story_find(story, FINDING_POLICY_MATCH, name, &advice,
                   "the policy does not match this exchange: senders %s it (RFC 8461 s4.1)", verb);
    } else if (!match->alias) {
        advise_mend(&advice, name);
        story_find(story, FINDING_POLICY_MATCH, name, &advice,
                   "the policy does not match this exchange, and none can list it (RFC 8461 s3.2): "
                   "senders %s it",
                   verb);
    } else if (match->by_name) {
        story_find(story, FINDING_POLICY_MATCH, name, NULL,
                   "senders that match the alias's target %s this exchange, though RFC 8461 s4.1 "
                   "matches its name",
                   verb);
    } else if (match->by_target) {
        story_find(story, FINDING_POLICY_MATCH, name, NULL,
                   "senders that follow RFC 8461 s4.1 match the exchange's name and %s it", verb);
    } else {
        story_find(story, FINDING_POLICY_MATCH, name, NULL,
                   "the policy matches neither the exchange nor its target: senders %s it (RFC "
                   "8461 s4.1)",
                   verb);
    }
}

/* The domain as its own mail host. */
static void tell_implicit(struct story *story)
{
    struct advice advice;
    advice_begin(&advice);
    if (story_may_list(story->domain)) {
        advise_list(story, &advice, story->domain);
        story_find(story, FINDING_POLICY_MATCH, NULL, &advice,
                   "the policy does not match the domain, which is its own mail host (RFC 8461 "
                   "s4.1)");
        return;
    }
    advice_say(&advice, "publish an MX record that names a host of the policy");
    advice_step(&advice, ADVICE_PUBLISH_MX, story->domain, "listed");
    story_find(
        story, FINDING_POLICY_MATCH, NULL, &advice,
        "the policy does not match the domain, which is its own mail host, and none can list "
        "it (RFC 8461 s3.2)");
}

static int tell_match(struct story *story, sqlite3_stmt *row)
{
    const struct match match = {
        .exchange = story_text(row, 0),
        .alias = !story_is_null(row, 2),
        .by_name = sqlite3_column_int(row, 1) != 0,
        .by_target = sqlite3_column_int(row, 2) != 0,
        .verb = story_is(row, 5, "testing") ? "report" : "refuse",
    };
    story_say(story, "    MX %s: %s by name", match.exchange,
              match.by_name ? "matches" : "no match");
    if (match.alias)
        story_say(story, ", %s by its target%s%s", match.by_target ? "matches" : "no match",
                  story_is_null(row, 3) ? "" : " ", story_text(row, 3));
    if (!story_is_null(row, 4))
        story_say(story, "; DANE %s", story_text(row, 4));
    story_say(story, "\n");
    /* a policy of mode none asks for nothing */
    if (!story_is(row, 5, "none") && (!match.by_name || (match.alias && !match.by_target)))
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

/* Who keeps senders from the record and the policy until they have forgotten it is rid of it (RFC
 * 8461 s10.2). */
static void tell_short(struct story *story, sqlite3_stmt *row)
{
    struct advice advice;
    advice_begin(&advice);
    advice_say(&advice,
               "let max_age be 604800, a week, or more, then give the TXT record a new id");
    advice_step(&advice, ADVICE_MEND_POLICY, story_text(row, POLICY_DOMAIN), NULL);
    story_find(story, FINDING_POLICY_SHORT, NULL, &advice,
               "senders forget the policy after %s seconds, so that it protects little: weeks are "
               "what RFC 8461 s3.2 expects",
               story_text(row, POLICY_MAX_AGE));
}

static int tell_valid(struct story *story, sqlite3_stmt *row)
{
    const char *domain = story_text(row, POLICY_DOMAIN), *mode = story_text(row, POLICY_MODE);
    bool matches;
    story_say(story, "    policy %s, max_age %s: %s\n", mode, story_text(row, POLICY_MAX_AGE),
              explain_mode(mode));
    if (strcmp(mode, "enforce") == 0 && sqlite3_column_int(row, POLICY_MAX_AGE) < MAX_AGE_SHORT)
        tell_short(story, row);
    if (tell_patterns(story, story_text(row, POLICY_MX), domain, &matches) != 0)
        return -1;
    if (!matches && story_is(row, POLICY_MX_OUTCOME, "implicit_mx") && strcmp(mode, "none") != 0)
        tell_implicit(story);
    return story_each(
        story,
        "SELECT DISTINCT m.exchange, m.sts_match_name, m.sts_match_target,"
        " h.alias_target, CASE WHEN h.host NOT NULL THEN coalesce(h.dane, 'not known') END,"
        " p.mode FROM mx_records AS m"
        " JOIN sts_policies AS p ON p.domain = m.domain"
        " LEFT JOIN hosts AS h ON h.host = m.exchange WHERE m.domain = ?1"
        " AND m.exchange_class <> 'null' ORDER BY m.preference, m.exchange",
        domain, tell_match);
}

/* --- the record --- */

/* One of the two TXT records, where it is at fault. */
struct record_fault {
    const char *what, *prefix, *rfc, *example;
    const char *outcome, *failure, *ede; /* the column's word; of a lookup that failed */
};

static void tell_record_fault(struct story *story, const struct record_fault *fault)
{
    char name[NAME_SHOWN], what[64];
    struct advice advice;
    const struct story_failure failure = {what, fault->failure, fault->ede, name, "TXT"};
    advice_begin(&advice);
    snprintf(name, sizeof name, "%s.%s", fault->prefix, story->domain);
    if (strcmp(fault->outcome, "failed") == 0) {
        snprintf(what, sizeof what, "the lookup of the %s record", fault->what);
        story_failure_advised(story, FINDING_LOOKUP_FAILED, name, &failure);
    } else if (strcmp(fault->outcome, "multiple") == 0) {
        advice_say(&advice, "leave one");
        advice_step(&advice, ADVICE_ONE_RECORD, name, NULL);
        story_find(story, FINDING_RECORD_MULTIPLE, name, &advice,
                   "several %s records count as none (%s)", fault->what, fault->rfc);
    } else if (strcmp(fault->outcome, "invalid") == 0) {
        advice_say(&advice, "%s is one", fault->example);
        advice_step(&advice, ADVICE_MEND_RECORD, name, NULL);
        story_find(story, FINDING_RECORD_INVALID, name, &advice,
                   "the %s record is not valid and counts as none (%s)", fault->what, fault->rfc);
    }
}

static int tell_policy(struct story *story, sqlite3_stmt *row)
{
    const char *outcome = story_text(row, POLICY_RECORD);
    story_say(story, "  MTA-STS record %s", outcome);
    if (!story_is_null(row, POLICY_ID))
        story_say(story, ", id %s", story_text(row, POLICY_ID));
    story_say(story, "\n");
    tell_record_fault(story,
                      &(const struct record_fault){
                          .what = "MTA-STS",
                          .prefix = STS_RECORD_PREFIX,
                          .rfc = "RFC 8461 s3.1",
                          .example = "\"v=STSv1; id=...;\" with at most 32 letters and digits",
                          .outcome = outcome,
                          .failure = story_text(row, POLICY_RECORD_FAILURE),
                          .ede = story_text(row, POLICY_RECORD_EDE)});
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
    story_say(story, "  TLSRPT record %s\n", tlsrpt);
    tell_record_fault(story,
                      &(const struct record_fault){.what = "TLSRPT",
                                                   .prefix = TLSRPT_PREFIX,
                                                   .rfc = "RFC 8460 s3",
                                                   .example = "\"v=TLSRPTv1; rua=mailto:...\"",
                                                   .outcome = tlsrpt,
                                                   .failure = story_text(row, 1),
                                                   .ede = story_text(row, 2)});
    return 0;
}

/* Only who has a mail host is asked for them. */
static const char not_asked_sql[] =
    "SELECT d.domain, d.sts IS NULL, d.tlsrpt IS NULL FROM domains AS d"
    " JOIN run_info AS i ON i.key = 'setting.sts' AND i.value = 'on'"
    " WHERE d.domain = ?1 AND (d.mx_outcome = 'implicit_mx' OR EXISTS"
    "  (SELECT 1 FROM mx_records AS m JOIN hosts AS h ON h.host = m.exchange"
    "   WHERE m.domain = d.domain))";

static bool tell_opted_out(struct story *story, const char *prefix, const char *what)
{
    char text[NAME_SHOWN];
    struct name name;
    snprintf(text, sizeof text, "%s.%s", prefix, story->domain);
    if (!name_from_text(text, strlen(text), &name) || !check_opted_out(story->db, &name))
        return false;
    story_find_excluded(story, text, what);
    return true;
}

static int tell_not_asked(struct story *story, sqlite3_stmt *row)
{
    static const char what[] = "MTA-STS not asked";
    if (sqlite3_column_int(row, 1) != 0 && !tell_opted_out(story, STS_RECORD_PREFIX, what))
        tell_opted_out(story, STS_POLICY_PREFIX, what);
    if (sqlite3_column_int(row, 2) != 0)
        tell_opted_out(story, TLSRPT_PREFIX, "TLSRPT not asked");
    return 0;
}

int story_sts(struct story *story, const char *domain)
{
    if (story_each(story, policy_sql, domain, tell_policy) != 0 ||
        story_each(story, not_asked_sql, domain, tell_not_asked) != 0)
        return -1;
    return story_each(story,
                      "SELECT d.tlsrpt, f.failure, f.ede FROM domains AS d LEFT JOIN failures AS f"
                      " ON f.kind = 'tlsrpt' AND f.name = '" TLSRPT_PREFIX ".' || d.domain"
                      " WHERE d.domain = ?1 AND d.tlsrpt IS NOT NULL",
                      domain, tell_tlsrpt);
}
