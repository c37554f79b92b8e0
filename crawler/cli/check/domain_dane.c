/* domain_dane.c - what a domain's mail hosts come to together, for DANE (RFC 7672). */
#include "crawler/cli/check/story.h"

#include "crawler/core/tlsa_search.h"

#include <string.h>

/* columns: dane, whether it is not known of a mail host, dane_ready, mx_outcome, dnssec */
static const char domain_sql[] =
    "SELECT d.dane,"
    " EXISTS (SELECT 1 FROM mx_records AS m LEFT JOIN hosts AS h ON h.host = m.exchange"
    "  WHERE m.domain = d.domain AND m.exchange_class IN ('host', 'single_label', 'invalid')"
    "  AND (h.dane IS NULL OR h.dane = 'failed'))"
    " OR EXISTS (SELECT 1 FROM hosts AS h WHERE h.host = d.domain AND h.dane = 'failed'"
    "  AND d.mx_outcome = 'implicit_mx'),"
    " d.dane_ready, d.mx_outcome, d.dnssec FROM domains AS d WHERE d.domain = ?1";

/* Hosts that DANE does not protect though others are; not those whose TLSA records nobody can
 * publish, for want of room, or that opted out. */
static const char open_sql[] =
    "SELECT '" TLSA_PREFIX ".' || h.host, h.dane FROM hosts AS h"
    " WHERE (h.dane = 'insecure' OR h.dane = 'none' AND h.tlsa_outcome <> 'not_asked')"
    " AND h.host IN (SELECT exchange FROM mx_records WHERE domain = ?1) ORDER BY h.host";

/* unknown: of some hosts nothing is known. */
static const char *explain_domain(const char *word, bool unknown)
{
    static const char *const words[][3] = {
        {"complete", "every reachable mail host has usable TLSA records", NULL},
        {"primary", "the primary mail hosts have usable TLSA records, not every other one",
         "the primary mail hosts have usable TLSA records, not every other one is known to have"},
        {"partial",
         "some mail hosts have usable TLSA records, others, primary ones among them, have none",
         "some mail hosts have usable TLSA records, others, primary ones among them, are not known "
         "to have any"},
        {"none", "the MX is secure, but no mail host has usable TLSA records",
         "the MX is secure, but no mail host is known to have usable TLSA records"},
        {"insecure",
         "the MX is not secure: senders may use the mail hosts' TLSA records, but these do not "
         "protect the domain's mail (RFC 7672 s2.2.1)",
         NULL},
        {"failed", "not known: the lookup failed", NULL},
    };
    for (unsigned i = 0; i < sizeof words / sizeof *words; i++) {
        if (strcmp(words[i][0], word) == 0)
            return words[i][unknown && words[i][2] != NULL ? 2 : 1];
    }
    return "";
}

enum {
    NAMES_MAX = STEPS_MAX / 2,
};

/* Steps over the rows of open_sql, as many as there is room for; names: what they point to. */
static int advise_open(struct story *story, struct advice *advice, char names[][TLSA_TEXT_MAX])
{
    sqlite3_stmt *row;
    int step;
    unsigned count = 0;
    if (sqlite3_prepare_v2(story->db, open_sql, -1, &row, NULL) != SQLITE_OK)
        return -1;
    sqlite3_bind_text(row, 1, story->domain, -1, SQLITE_TRANSIENT);
    while ((step = sqlite3_step(row)) == SQLITE_ROW && count < NAMES_MAX) {
        char *name = names[count++];
        snprintf(name, TLSA_TEXT_MAX, "%s", story_text(row, 0));
        if (story_is(row, 1, "insecure"))
            advice_step(advice, ADVICE_SIGN_ZONE, name, NULL);
        advice_step(advice, ADVICE_ADD_TLSA, name, NULL);
    }
    sqlite3_finalize(row);
    return step == SQLITE_DONE || step == SQLITE_ROW ? 0 : -1;
}

static int tell_open(struct story *story)
{
    char names[NAMES_MAX][TLSA_TEXT_MAX];
    struct advice advice;
    advice_begin(&advice);
    if (advise_open(story, &advice, names) != 0)
        return -1;
    advice_say(&advice, "publish it there too");
    if (advice.count > 0)
        story_find(story, FINDING_DANE_PARTIAL, NULL, &advice,
                   "mail can be diverted to the hosts without TLSA");
    return 0;
}

static void tell_ready(struct story *story)
{
    struct advice advice;
    advice_begin(&advice);
    advice_say(&advice, "sign the zone of %s", story->domain);
    advice_step(&advice, ADVICE_SIGN_ZONE, story->domain, NULL);
    story_find(story, FINDING_DANE_READY, NULL, &advice,
               "every reachable mail host has usable TLSA records: signing the domain's own zone "
               "would make its DANE complete");
}

static int tell_domain(struct story *story, sqlite3_stmt *row)
{
    const char *dane = story_text(row, 0);
    bool mail = story_is(row, 3, "mx") || story_is(row, 3, "implicit_mx");
    if (story_is_null(row, 0)) {
        if (mail && !story->believe_ad)
            story_say(story, "  DANE not known: " STORY_AD_NOT_BELIEVED "\n");
        else if (mail && story_is(row, 4, "indeterminate"))
            story_find(story, FINDING_NOT_VALIDATED, NULL, NULL,
                       "DANE of the domain not known: " STORY_NOT_VALIDATED);
        return 0;
    }
    story_say(story, "  DANE %s: %s\n", dane,
              explain_domain(dane, sqlite3_column_int(row, 1) != 0));
    if (sqlite3_column_int(row, 2) != 0)
        tell_ready(story);
    bool some = strcmp(dane, "primary") == 0 || strcmp(dane, "partial") == 0;
    return some ? tell_open(story) : 0;
}

int story_domain_dane(struct story *story)
{
    return story_each(story, domain_sql, story->domain, tell_domain);
}
