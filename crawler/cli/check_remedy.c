/* check_remedy.c - what check advises about an exchange that is an alias: core/remedy.h in
 * words, one sentence. */
#include "crawler/cli/check_story.h"

#include "crawler/core/remedy.h"
#include "crawler/core/tlsa_search.h"

#include <string.h>

enum {
    PART_MAX = 3 * 1100, /* names of 1,005 octets as text */
    LINE_MAX_OCTETS = 2 * PART_MAX,
};

/* columns of facts_sql */
enum {
    FACT_HOST,
    FACT_TARGET,
    FACT_ALIAS,
    FACT_DANE,
    FACT_BASE_IS_HOST, /* NULL: not asked */
    FACT_ALIAS_DNSSEC,
    FACT_TARGET_DNSSEC,
    FACT_MATCH_NAME,
    FACT_MATCH_TARGET,
};
/* AD speaks for the whole chain: the target is what makes it insecure only where every hop
 * is secure.  A policy of mode none asks for nothing. */
static const char facts_sql[] =
    "SELECT h.host, h.alias_target, h.alias, h.dane, h.tlsa_base = h.host, h.alias_dnssec,"
    " CASE h.dnssec WHEN 'secure' THEN 'secure' WHEN 'insecure' THEN"
    "  (SELECT CASE min(s.dnssec = 'secure') WHEN 1 THEN 'insecure' END"
    "   FROM temp.hop_dnssec AS s WHERE s.host = h.host) END,"
    " m.sts_match_name, m.sts_match_target FROM hosts AS h"
    " LEFT JOIN sts_policies AS p ON p.domain = ?2 AND p.mode <> 'none'"
    " LEFT JOIN mx_records AS m ON m.domain = p.domain AND m.exchange = h.host"
    " WHERE h.host = ?1 LIMIT 1";

static enum dane read_dane(sqlite3_stmt *row)
{
    for (enum dane dane = DANE_UNREACHABLE; dane <= DANE_USABLE; dane++) {
        if (story_is(row, FACT_DANE, dane_word(dane)))
            return dane;
    }
    return DANE_UNKNOWN;
}

static enum remedy_base read_base(sqlite3_stmt *row)
{
    if (story_is_null(row, FACT_BASE_IS_HOST))
        return REMEDY_BASE_NONE;
    return sqlite3_column_int(row, FACT_BASE_IS_HOST) != 0 ? REMEDY_BASE_HOST : REMEDY_BASE_TARGET;
}

static struct remedy read_remedy(sqlite3_stmt *row)
{
    const struct sts_match match = {
        .alias = true,
        .name = sqlite3_column_int(row, FACT_MATCH_NAME) != 0,
        .target = sqlite3_column_int(row, FACT_MATCH_TARGET) != 0,
    };
    const struct remedy_facts facts = {
        .alias = story_is(row, FACT_ALIAS, "dname") ? ALIAS_DNAME : ALIAS_CNAME,
        .dane = read_dane(row),
        .base = read_base(row),
        .alias_dnssec = story_dnssec(row, FACT_ALIAS_DNSSEC),
        .target_dnssec = story_dnssec(row, FACT_TARGET_DNSSEC),
        .match = story_is_null(row, FACT_MATCH_NAME) ? NULL : &match,
        .host_unlistable = !story_may_list(story_text(row, FACT_HOST)),
        .target_unlistable = !story_may_list(story_text(row, FACT_TARGET)),
    };
    return remedy_of(&facts);
}

/* Senders keep a policy for as long as its max_age (RFC 8461 s3.3). */
static void word_policy(const struct remedy *remedy, const char *host, const char *target,
                        char ret[PART_MAX])
{
    char what[PART_MAX / 2] = "the one that is to be the exchange";
    ret[0] = '\0';
    if (!remedy->policy_first || remedy->change == REMEDY_ANOTHER_HOST ||
        remedy->change == REMEDY_MEND_RECORD)
        return;
    if (remedy->change != REMEDY_EITHER)
        snprintf(what, sizeof what, "\"mx: %s\"", remedy->change == REMEDY_HOST ? host : target);
    snprintf(ret, PART_MAX,
             "first add %s to the MTA-STS policy and give its record a new id; when the old "
             "policy's max_age is over, ",
             what);
}

static void word_host(const struct remedy *remedy, const char *host, const char *target,
                      char ret[PART_MAX])
{
    static const char *const reasons[][2] = {
        [REMEDY_LOSES_DANE] = {", which has the TLSA records; naming ",
                               " as the exchange would lose DANE"},
        [REMEDY_TARGET_UNSIGNED] = {": ", " is not signed and could never have DANE"},
        [REMEDY_TARGET_FAULT] = {"; ", " can be the exchange only when what is wrong there is "
                                       "mended"},
        [REMEDY_TARGET_EMPTY] = {": ", " has none"},
        [REMEDY_POLICY] = {" (the MTA-STS policy does not match ", ")"},
    };
    if (remedy->reason == REMEDY_HAS_TLSA)
        snprintf(ret, PART_MAX, "publish the addresses at %s itself, which has the TLSA records",
                 host);
    else
        snprintf(ret, PART_MAX, "publish the addresses at %s itself%s%s%s", host,
                 reasons[remedy->reason][0], target, reasons[remedy->reason][1]);
}

static void word_target(const struct remedy *remedy, const char *host, const char *target,
                        char ret[PART_MAX])
{
    static const char below[] = "nothing can be published below a DNAME (RFC 6672 s2.4)";
    if (remedy->reason == REMEDY_HAS_TLSA)
        snprintf(ret, PART_MAX, "name %s, which has the TLSA records, as the exchange", target);
    else if (remedy->reason == REMEDY_POLICY)
        snprintf(ret, PART_MAX, "name %s as the exchange (the MTA-STS policy does not match %s)",
                 target, host);
    else if (remedy->tlsa_first)
        snprintf(ret, PART_MAX,
                 "name %s as the exchange and publish the TLSA records at " TLSA_PREFIX
                 ".%s before that: %s",
                 target, target, below);
    else
        snprintf(ret, PART_MAX, "name %s as the exchange: %s", target, below);
}

static void word_change(const struct remedy *remedy, const char *host, const char *target,
                        char ret[PART_MAX])
{
    switch (remedy->change) {
    case REMEDY_HOST:
        word_host(remedy, host, target, ret);
        break;
    case REMEDY_TARGET:
        word_target(remedy, host, target, ret);
        break;
    case REMEDY_EITHER:
        snprintf(ret, PART_MAX, "publish the addresses at %s itself, or name %s as the exchange",
                 host, target);
        break;
    case REMEDY_ANOTHER_HOST:
        snprintf(ret, PART_MAX,
                 "name a host of its own as the exchange%s, with addresses and TLSA records in a "
                 "signed zone and not below the DNAME: %s is not signed and could never have DANE",
                 remedy->policy_first ? ", listed in the MTA-STS policy before that" : "", target);
        break;
    case REMEDY_MEND_RECORD:
        snprintf(ret, PART_MAX,
                 "remove or mend the MX record: no MTA-STS policy can list %s (RFC 8461 s3.2)",
                 story_may_list(target) ? host : target);
        break;
    }
}

static int tell_remedy(struct story *story, sqlite3_stmt *row)
{
    char policy[PART_MAX], change[PART_MAX], line[LINE_MAX_OCTETS];
    const char *host = story_text(row, FACT_HOST), *target = story_text(row, FACT_TARGET);
    const struct remedy remedy = read_remedy(row);
    word_policy(&remedy, host, target, policy);
    word_change(&remedy, host, target, change);
    snprintf(line, sizeof line, "an MX exchange must not be an alias (RFC 2181 s10.3): %s%s%s",
             policy, remedy.mend_first ? "when what is wrong is mended, " : "", change);
    story_wrong(story, line);
    return 0;
}

int story_remedy(struct story *story, const char *host)
{
    return story_each(story, facts_sql, host, tell_remedy);
}
