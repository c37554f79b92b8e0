/* remedy.c - what check advises about an exchange that is an alias: core/remedy.h in
 * words. */
#include "crawler/cli/check/hidden.h"
#include "crawler/cli/check/story.h"

#include "crawler/core/tlsa_search.h"

#include <string.h>

/* columns of facts_sql, behind those that they share */
enum {
    FACT_MATCH_NAME = CHECK_ALIAS_COUNT,
    FACT_MATCH_TARGET,
    FACT_OWN,
    FACT_AT_TARGET,
};
/* A policy of mode none asks for nothing. */
static const char facts_sql[] =
    "SELECT " CHECK_ALIAS_COLUMNS ", m.sts_match_name, m.sts_match_target,"
    " (SELECT o.found FROM temp.hidden_tlsa AS o WHERE o.host = h.host AND NOT o.at_target),"
    " (SELECT o.found FROM temp.hidden_tlsa AS o WHERE o.host = h.host AND o.at_target)"
    " FROM hosts AS h"
    " LEFT JOIN sts_policies AS p ON p.domain = ?2 AND p.mode <> 'none'"
    " LEFT JOIN mx_records AS m ON m.domain = p.domain AND m.exchange = h.host"
    " WHERE h.host = ?1 LIMIT 1";

static struct remedy_facts read_facts(const struct story *story, sqlite3_stmt *row,
                                      const struct sts_match *match)
{
    struct remedy_facts facts = check_alias_facts(row, story->suffixes);
    facts.match = story_is_null(row, FACT_MATCH_NAME) ? NULL : match;
    facts.host_unlistable = !story_may_list(story_text(row, CHECK_ALIAS_HOST));
    facts.target_unlistable = !story_may_list(story_text(row, CHECK_ALIAS_TARGET));
    facts.own = (enum remedy_hidden)sqlite3_column_int(row, FACT_OWN);
    facts.at_target = (enum remedy_hidden)sqlite3_column_int(row, FACT_AT_TARGET);
    return facts;
}

/* What is said and done. */
struct wording {
    const struct remedy_facts *facts;
    const struct remedy *remedy;
    const char *domain, *host, *target;
    const char *tlsa_host, *tlsa_target; /* where their TLSA records are */
    struct advice *advice;
};

/* Senders see a new policy when they see its id (RFC 8461 s3.1, s8.1): the file is changed
 * before it, and nobody goes by the old one when the record's TTL is over. */
static void word_policy(const struct wording *wording)
{
    const struct remedy *remedy = wording->remedy;
    if (!remedy->policy_first || remedy->change == REMEDY_ANOTHER_HOST ||
        remedy->change == REMEDY_MEND_RECORD)
        return;
    const char *listed = remedy->change == REMEDY_HOST ? wording->host : wording->target;
    if (remedy->change != REMEDY_EITHER)
        advice_say(wording->advice, "first add \"mx: %s\"", listed);
    else
        advice_say(wording->advice, "first add the one that is to be the exchange");
    advice_say(wording->advice, " to the MTA-STS policy, then give its TXT record a new id; when "
                                "the TTL of that record is over (RFC 8461 s8.1), ");
    if (remedy->change == REMEDY_EITHER)
        advice_step(wording->advice, ADVICE_LIST_IN_POLICY, wording->domain, wording->host);
    advice_step(wording->advice, ADVICE_LIST_IN_POLICY, wording->domain, listed);
}

/* TLSA records that nobody goes by now; those of another are for him to mend. */
static void word_hidden(const struct wording *wording)
{
    bool host = wording->remedy->change == REMEDY_HOST;
    const char *name = host ? wording->tlsa_host : wording->tlsa_target;
    struct advice *advice = wording->advice;
    if (!wording->remedy->hidden_first)
        return;
    if ((host ? wording->facts->own : wording->facts->at_target) == REMEDY_HIDDEN_FAILED) {
        advice_say(advice,
                   "first make the name servers answer TLSA questions for %s, which senders would "
                   "ask, and see that what is there matches the host's certificate; then ",
                   name);
        advice_step(advice, ADVICE_MEND_LOOKUP, name, "TLSA");
        advice_step(advice, ADVICE_CHECK_TLSA, name, NULL);
    } else if (host) {
        advice_say(advice,
                   "first remove the TLSA records at %s, which would come into force, or "
                   "replace them by 3 1 1 of the host's own key, and wait for their TTL; "
                   "then ",
                   name);
        advice_step(advice, ADVICE_REMOVE_TLSA, name, "all");
    } else {
        advice_say(advice,
                   "first see that the TLSA records at %s, which would come into force, match "
                   "the host's certificate; then ",
                   name);
        advice_step(advice, ADVICE_CHECK_TLSA, name, NULL);
    }
}

static void word_host(const struct wording *wording)
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
    enum remedy_reason reason = wording->remedy->reason;
    advice_say(wording->advice,
               wording->remedy->own_only ? "only if these addresses are yours, publish them at %s "
                                           "itself"
                                         : "publish the addresses at %s itself",
               wording->host);
    if (reason == REMEDY_HAS_TLSA)
        advice_say(wording->advice, ", which has the TLSA records");
    else if (reason == REMEDY_HIDDEN_TLSA)
        advice_say(wording->advice,
                   " (with %s as the exchange the TLSA records at %s would come into "
                   "force, or their lookup that fails)",
                   wording->target, wording->tlsa_target);
    else
        advice_say(wording->advice, "%s%s%s", reasons[reason][0], wording->target,
                   reasons[reason][1]);
    if (wording->remedy->own_only)
        advice_say(wording->advice,
                   "; if they are another's, name %s once there are TLSA records at %s in a signed "
                   "zone",
                   wording->target, wording->tlsa_target);
    advice_step(wording->advice, ADVICE_MOVE_ADDRESSES, wording->host, wording->target);
}

static void word_target(const struct wording *wording)
{
    static const char below[] = "nothing can be published below a DNAME (RFC 6672 s2.4)";
    const struct remedy *remedy = wording->remedy;
    struct advice *advice = wording->advice;
    advice_say(advice, "name %s", wording->target);
    if (remedy->reason == REMEDY_HAS_TLSA)
        advice_say(advice, ", which has the TLSA records,");
    advice_say(advice, " as the exchange");
    if (remedy->reason == REMEDY_POLICY)
        advice_say(advice, " (the MTA-STS policy does not match %s)", wording->host);
    else if (remedy->reason == REMEDY_FOREIGN)
        advice_say(advice, ": its addresses are another's, who may change them");
    else if (remedy->reason == REMEDY_HIDDEN_TLSA)
        advice_say(advice,
                   ": with addresses of its own %s would put the TLSA records at %s into "
                   "force, or their lookup that fails",
                   wording->host, wording->tlsa_host);
    else if (remedy->tlsa_first)
        advice_say(advice, " and publish the TLSA records at %s before that: %s",
                   wording->tlsa_target, below);
    else if (remedy->reason != REMEDY_HAS_TLSA)
        advice_say(advice, ": %s", below);
    if (remedy->tlsa_first)
        advice_step(advice, ADVICE_ADD_TLSA, wording->tlsa_target, NULL);
    advice_step(advice, ADVICE_NAME_TARGET, wording->host, wording->target);
}

static void word_change(const struct wording *wording)
{
    const struct remedy *remedy = wording->remedy;
    struct advice *advice = wording->advice;
    switch (remedy->change) {
    case REMEDY_HOST:
        word_host(wording);
        break;
    case REMEDY_TARGET:
        word_target(wording);
        break;
    case REMEDY_EITHER:
        advice_say(advice, "publish the addresses at %s itself, or name %s as the exchange",
                   wording->host, wording->target);
        advice_step(advice, ADVICE_END_ALIAS, wording->host, wording->target);
        break;
    case REMEDY_ANOTHER_HOST:
        advice_say(
            advice,
            "name a host of its own as the exchange%s, with addresses and TLSA records in a "
            "signed zone and not below the DNAME: %s is not signed and could never have DANE",
            remedy->policy_first ? ", listed in the MTA-STS policy before that" : "",
            wording->target);
        advice_step(advice, ADVICE_NAME_HOST, wording->host, "with TLSA");
        break;
    case REMEDY_MEND_RECORD:
        advice_say(advice,
                   "remove or mend the MX record: no MTA-STS policy can list %s (RFC 8461 s3.2)",
                   story_may_list(wording->target) ? wording->host : wording->target);
        advice_step(advice, ADVICE_NAME_HOST, wording->host, "listed");
        break;
    }
}

static int tell_remedy(struct story *story, sqlite3_stmt *row)
{
    struct advice advice;
    char tlsa_host[TLSA_TEXT_MAX], tlsa_target[TLSA_TEXT_MAX];
    const struct sts_match match = {
        .alias = true,
        .name = sqlite3_column_int(row, FACT_MATCH_NAME) != 0,
        .target = sqlite3_column_int(row, FACT_MATCH_TARGET) != 0,
    };
    const struct remedy_facts facts = read_facts(story, row, &match);
    const struct remedy remedy = remedy_of(&facts);
    const struct wording wording = {
        .facts = &facts,
        .remedy = &remedy,
        .domain = story->domain,
        .host = story_text(row, CHECK_ALIAS_HOST),
        .target = story_text(row, CHECK_ALIAS_TARGET),
        .tlsa_host = tlsa_host,
        .tlsa_target = tlsa_target,
        .advice = &advice,
    };
    snprintf(tlsa_host, sizeof tlsa_host, TLSA_PREFIX ".%s", wording.host);
    snprintf(tlsa_target, sizeof tlsa_target, TLSA_PREFIX ".%s", wording.target);
    advice_begin(&advice);
    word_policy(&wording);
    if (remedy.mend_first)
        advice_say(&advice, "when what is wrong is mended, ");
    word_hidden(&wording);
    word_change(&wording);
    if (!story->asked && (remedy_asks_own(&facts) || remedy_asks_target(&facts)))
        advice_say(&advice,
                   "; before that `mxsurvey check %s`, which asks for TLSA records that "
                   "this could bring into force",
                   story->domain);
    story_find(story, FINDING_ALIAS_EXCHANGE, wording.host, &advice,
               "an MX exchange must not be an alias (RFC 2181 s10.3)");
    return 0;
}

int story_remedy(struct story *story, const char *host)
{
    return story_each(story, facts_sql, host, tell_remedy);
}
