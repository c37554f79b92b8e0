/* check_dane.c - the DANE part of check's story: which TLSA names were asked and why,
 * what each record is worth, what that makes of the host (RFC 7672, RFC 7671). */
#include "crawler/cli/check_story.h"

#include "crawler/core/tlsa.h"
#include "crawler/core/tlsa_search.h"

#include <stdlib.h>
#include <string.h>

enum {
    DATA_SHOWN = 128 /* hexadecimal digits: a SHA-512 digest */
};

/* columns of host_sql */
enum {
    HOST_NAME,
    HOST_DANE,
    HOST_OUTCOME,
    HOST_BASE,
    HOST_TLSA_DNSSEC,
    HOST_COUNT,
    HOST_DNSSEC,
    HOST_ALIAS_TARGET,
    HOST_FAILURE,
    HOST_EDE,
};
static const char host_sql[] =
    "SELECT h.host, h.dane, h.tlsa_outcome, h.tlsa_base, h.tlsa_dnssec, h.tlsa_count, h.dnssec,"
    " h.alias_target, f.failure, f.ede FROM hosts AS h"
    " LEFT JOIN failures AS f ON f.kind = 'tlsa' AND f.name = h.host WHERE h.host = ?1";

static const char records_sql[] =
    "SELECT usage, selector, matching_type, data, usable, reason, known_key, key_status"
    " FROM tlsa_records WHERE host = ?1 ORDER BY usage, selector, matching_type, data";

/* --- records --- */

struct record_set {
    struct story *story;
    unsigned count, room;
    struct tlsa_record *records; /* their numbers only */
    bool *usable;                /* later: effective */
    bool *stale;                 /* a trust anchor's key that is retired or expired */
};

static bool is_stale(sqlite3_stmt *row)
{
    return story_is(row, 7, "retired") || story_is(row, 7, "expired");
}

static int gather(struct record_set *set, sqlite3_stmt *row)
{
    if (set->count == set->room)
        return -1; /* more than the host's row says */
    set->records[set->count] = (struct tlsa_record){
        .usage = (uint8_t)sqlite3_column_int(row, 0),
        .selector = (uint8_t)sqlite3_column_int(row, 1),
        .matching_type = (uint8_t)sqlite3_column_int(row, 2),
    };
    set->usable[set->count] = sqlite3_column_int(row, 4) != 0;
    set->stale[set->count] = is_stale(row) && sqlite3_column_int(row, 0) == TLSA_USAGE_TA;
    set->count++;
    return 0;
}

static const char *explain_reason(const char *reason)
{
    static const char *const words[][2] = {
        {"usage", "only usages 2 and 3 are for SMTP (RFC 7672 s3.1.3)"},
        {"selector", "an unknown selector"},
        {"matching_type", "an unknown matching type"},
        {"length", "a digest of the wrong length"},
        {"malformed", "no whole certificate or key in DER"},
    };
    for (unsigned i = 0; i < sizeof words / sizeof *words; i++) {
        if (strcmp(words[i][0], reason) == 0)
            return words[i][1];
    }
    return "part of an answer that is not secure";
}

static void tell_record(FILE *out, sqlite3_stmt *row, bool effective)
{
    const char *data = story_text(row, 3);
    bool usable = sqlite3_column_int(row, 4) != 0;
    fprintf(out, "      %s %s %s %.*s%s: ", story_text(row, 0), story_text(row, 1),
            story_text(row, 2), DATA_SHOWN, data, strlen(data) > DATA_SHOWN ? "..." : "");
    if (!usable)
        fprintf(out, "unusable, %s", explain_reason(story_text(row, 5)));
    else if (!effective)
        fputs("usable, but a stronger digest beside it counts instead (RFC 7671 s9)", out);
    else
        fputs("usable", out);
    if (!story_is_null(row, 6))
        fprintf(out, "; %s, %s", story_text(row, 6), story_text(row, 7));
    fputc('\n', out);
}

/* Gathers the host's records, or prints those gathered. */
static int each_record(struct record_set *set, const char *host, bool print)
{
    sqlite3_stmt *row;
    unsigned number = 0;
    int step, result = 0;
    if (sqlite3_prepare_v2(set->story->db, records_sql, -1, &row, NULL) != SQLITE_OK)
        return -1;
    sqlite3_bind_text(row, 1, host, -1, SQLITE_TRANSIENT);
    while (result == 0 && (step = sqlite3_step(row)) != SQLITE_DONE) {
        if (step != SQLITE_ROW)
            result = -1;
        else if (print)
            tell_record(set->story->out, row, set->usable[number++]);
        else
            result = gather(set, row);
    }
    sqlite3_finalize(row);
    return result;
}

/* Old CA keys: the only trust anchors, so that no certificate of today can match, or
 * leftovers beside good records. */
static void tell_stale(const struct record_set *set)
{
    unsigned effective = 0, stale = 0;
    for (unsigned i = 0; i < set->count; i++) {
        effective += set->usable[i];
        stale += set->usable[i] && set->stale[i];
    }
    if (stale == 0)
        return;
    if (stale == effective)
        story_wrong(set->story,
                    "only keys of certification authorities that no longer sign: no certificate "
                    "of today matches, senders that use DANE do not deliver; publish 3 1 1 of the "
                    "host's own key");
    else
        fputs("      the keys that are retired or expired are harmless leftovers: remove them\n",
              set->story->out);
}

static int tell_records(struct story *story, const char *host, unsigned count)
{
    struct record_set set = {
        .story = story,
        .room = count,
        .records = calloc(count, sizeof *set.records),
        .usable = calloc(count, sizeof *set.usable),
        .stale = calloc(count, sizeof *set.stale),
    };
    int result = -1;
    if (set.records != NULL && set.usable != NULL && set.stale != NULL)
        result = each_record(&set, host, false);
    if (result == 0) {
        /* a record that is not usable does not become so: the rows say why not */
        tlsa_effective(set.records, set.usable, set.count, set.usable);
        result = each_record(&set, host, true);
    }
    if (result == 0)
        tell_stale(&set);
    free(set.records);
    free(set.usable);
    free(set.stale);
    return result;
}

/* --- names --- */

/* Why this name: RFC 7672 s2.2.2 and s2.2.3. */
static const char *why_base(sqlite3_stmt *row)
{
    bool secure = story_is(row, HOST_DNSSEC, "secure");
    if (story_is(row, HOST_DANE, "insecure"))
        return "--tlsa all: DANE does not apply, whatever is there";
    if (story_is_null(row, HOST_ALIAS_TARGET))
        return "the host itself: its addresses are secure";
    if (!secure)
        return "the exchange alone: only its first alias record is secure";
    if (strcmp(story_text(row, HOST_BASE), story_text(row, HOST_ALIAS_TARGET)) == 0)
        return "the alias's target, first: the whole chain is secure";
    return "the exchange itself, after its target";
}

static void tell_names(struct story *story, sqlite3_stmt *row)
{
    const char *base = story_text(row, HOST_BASE), *target = story_text(row, HOST_ALIAS_TARGET);
    struct name name;
    if (story_is(row, HOST_DNSSEC, "secure") && *target != '\0' && strcmp(base, target) != 0 &&
        name_from_text(target, strlen(target), &name) && name_prepend(TLSA_PREFIX, &name, &name))
        fprintf(story->out, "      TLSA %s.%s: no secure records (the alias's target, first)\n",
                TLSA_PREFIX, target);
    fprintf(story->out, "      TLSA %s.%s: %s", TLSA_PREFIX, base, story_text(row, HOST_OUTCOME));
    if (!story_is(row, HOST_OUTCOME, "failed"))
        fprintf(story->out, ", %s", story_text(row, HOST_TLSA_DNSSEC));
    fprintf(story->out, " (%s)\n", why_base(row));
}

static const char *why_not_asked(const char *dane)
{
    if (strcmp(dane, "unreachable") == 0)
        return "no address, so nothing to protect";
    if (strcmp(dane, "failed") == 0)
        return "an address lookup failed (RFC 7672 s2.1.2)";
    if (strcmp(dane, "insecure") == 0)
        return "DANE does not apply: neither the addresses nor the first alias record are secure "
               "(RFC 7672 s2.2.2)";
    return "the name is too long for " TLSA_PREFIX " before it";
}

/* --- the host --- */

static int tell_host(struct story *story, sqlite3_stmt *row)
{
    const char *dane = story_text(row, HOST_DANE);
    fprintf(story->out, "      DANE %s\n", dane);
    if (story_is(row, HOST_OUTCOME, "not_asked")) {
        fprintf(story->out, "      TLSA not asked: %s\n", why_not_asked(dane));
        return 0;
    }
    tell_names(story, row);
    int count = sqlite3_column_int(row, HOST_COUNT);
    if (count > 0 && tell_records(story, story_text(row, HOST_NAME), (unsigned)count) != 0)
        return -1;
    if (story_is(row, HOST_OUTCOME, "failed"))
        story_failure(story, "the TLSA lookup", story_text(row, HOST_FAILURE),
                      story_text(row, HOST_EDE));
    if (strcmp(dane, "failed") == 0)
        story_wrong(story, "senders that use DANE do not deliver to this host (RFC 7672 s2.1.2): "
                           "make its name servers answer TLSA questions");
    else if (strcmp(dane, "unusable") == 0)
        story_wrong(story, "no TLSA record is usable: senders ask for TLS but authenticate nobody "
                           "(RFC 7672 s2.2); publish 3 1 1 of the host's key");
    return 0;
}

int story_host_dane(struct story *story, const char *host)
{
    return story_each(story, host_sql, host, tell_host);
}

const char *story_domain_dane(const char *word)
{
    static const char *const words[][2] = {
        {"complete", "every reachable mail host has usable TLSA records"},
        {"primary", "the primary mail hosts have usable TLSA records, not every other one"},
        {"partial", "some mail hosts have usable TLSA records, others, primary ones among them, "
                    "have none"},
        {"none", "the MX is secure, but no mail host has usable TLSA records"},
        {"insecure", "the MX is not secure, so it does not matter what the mail hosts have "
                     "(RFC 7672 s2.2.1)"},
        {"failed", "not known: the lookup failed"},
    };
    for (unsigned i = 0; i < sizeof words / sizeof *words; i++) {
        if (strcmp(words[i][0], word) == 0)
            return words[i][1];
    }
    return NULL;
}
