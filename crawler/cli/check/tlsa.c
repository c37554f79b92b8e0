/* tlsa.c - the TLSA records of a host in check's story: what each is worth, and which are
 * to go (RFC 7672, RFC 7671). */
#include "crawler/cli/check/story.h"

#include "crawler/core/tlsa.h"
#include "crawler/core/tlsa_search.h"

#include <stdlib.h>
#include <string.h>

enum {
    DATA_SHOWN = 128, /* hexadecimal digits: a SHA-512 digest */
};

/* columns of records_sql */
enum {
    RECORD_USAGE,
    RECORD_SELECTOR,
    RECORD_MATCHING_TYPE,
    RECORD_DATA,
    RECORD_USABLE,
    RECORD_REASON,
    RECORD_KNOWN_KEY,
    RECORD_KEY_STATUS,
};
static const char records_sql[] =
    "SELECT usage, selector, matching_type, data, usable, reason, known_key, key_status"
    " FROM tlsa_records WHERE host = ?1 ORDER BY usage, selector, matching_type, data";

/* --- records --- */

/* What a known key or digest is good for today. */
enum key_use {
    KEY_SERVES,
    KEY_IDLE,       /* nobody's certificate is signed with it yet */
    KEY_GONE,       /* retired or expired: its certificates are, or will soon be, all gone */
    KEY_NEVER_SENT, /* a root that no chain carries, and the record has its digest only */
    KEY_MISPLACED,  /* an authority's in a record of usage 3 */
    KEY_NOBODYS,    /* a digest of nothing */
    KEY_USES
};

struct record_set {
    struct story *story;
    const struct story_records *about;
    char name[TLSA_TEXT_MAX];     /* of the records */
    unsigned count, empty, unfit; /* without data; unusable for a reason, those too */
    struct tlsa_record *records;  /* their numbers only */
    bool *usable;                 /* later: effective */
    enum key_use *use;
};

static enum key_use key_use_of(sqlite3_stmt *row)
{
    if (story_is_null(row, RECORD_KNOWN_KEY))
        return KEY_SERVES;
    if (story_is(row, RECORD_KEY_STATUS, "junk"))
        return KEY_NOBODYS;
    if (sqlite3_column_int(row, RECORD_USAGE) == TLSA_USAGE_EE)
        return KEY_MISPLACED;
    if (story_is(row, RECORD_KEY_STATUS, "retired") || story_is(row, RECORD_KEY_STATUS, "expired"))
        return KEY_GONE;
    /* a whole root in the record is all that a sender needs (RFC 7671 s5.2.2) */
    if (story_is(row, RECORD_KEY_STATUS, "unsent") &&
        sqlite3_column_int(row, RECORD_MATCHING_TYPE) != TLSA_MATCHING_FULL)
        return KEY_NEVER_SENT;
    return story_is(row, RECORD_KEY_STATUS, "backup") ? KEY_IDLE : KEY_SERVES;
}

static int gather(struct record_set *set, sqlite3_stmt *row)
{
    if (set->count == set->about->count)
        return -1; /* more than the host's row says */
    set->records[set->count] = (struct tlsa_record){
        .usage = (uint8_t)sqlite3_column_int(row, RECORD_USAGE),
        .selector = (uint8_t)sqlite3_column_int(row, RECORD_SELECTOR),
        .matching_type = (uint8_t)sqlite3_column_int(row, RECORD_MATCHING_TYPE),
    };
    set->usable[set->count] = sqlite3_column_int(row, RECORD_USABLE) != 0;
    set->use[set->count] = key_use_of(row);
    set->empty += *story_text(row, RECORD_DATA) == '\0';
    set->unfit += !story_is_null(row, RECORD_REASON);
    set->count++;
    return 0;
}

static const char *explain_reason(const char *reason, const char *data, const char *dnssec)
{
    const char *const words[][2] = {
        {"usage", "only usages 2 and 3 are for SMTP (RFC 7672 s3.1.3)"},
        {"selector", "an unknown selector"},
        {"matching_type", "an unknown matching type"},
        {"length", "a digest of the wrong length"},
        {"malformed", "no whole certificate or key in DER"},
        {NULL, strcmp(dnssec, "insecure") == 0
                   ? "part of an answer that is not secure"
                   : "part of an answer that is not known to be secure"},
    };
    if (*data == '\0' && strcmp(reason, "malformed") == 0)
        return "no data";
    return story_explain(words, reason);
}

static void tell_record(const struct story *story, sqlite3_stmt *row, const char *dnssec,
                        bool effective)
{
    const char *data = story_text(row, RECORD_DATA);
    bool usable = sqlite3_column_int(row, RECORD_USABLE) != 0;
    story_say(story, "      %s %s %s %.*s%s: ", story_text(row, RECORD_USAGE),
              story_text(row, RECORD_SELECTOR), story_text(row, RECORD_MATCHING_TYPE), DATA_SHOWN,
              data, strlen(data) > DATA_SHOWN ? "..." : "");
    if (!usable)
        story_say(story, "unusable, %s",
                  explain_reason(story_text(row, RECORD_REASON), data, dnssec));
    else if (!effective)
        story_say(story, "usable, but a stronger digest beside it counts instead (RFC 7671 s9)");
    else
        story_say(story, "usable");
    if (!story_is_null(row, RECORD_KNOWN_KEY))
        story_say(story, "; %s, %s", story_text(row, RECORD_KNOWN_KEY),
                  story_text(row, RECORD_KEY_STATUS));
    story_say(story, "\n");
}

/* Gathers the host's records, or prints those gathered. */
static int each_record(struct record_set *set, bool print)
{
    sqlite3_stmt *row;
    unsigned number = 0;
    int step, result = 0;
    if (sqlite3_prepare_v2(set->story->db, records_sql, -1, &row, NULL) != SQLITE_OK)
        return -1;
    sqlite3_bind_text(row, 1, set->about->host, -1, SQLITE_TRANSIENT);
    while (result == 0 && (step = sqlite3_step(row)) != SQLITE_DONE) {
        if (step != SQLITE_ROW)
            result = -1;
        else if (print)
            tell_record(set->story, row, set->about->dnssec, set->usable[number++]);
        else
            result = gather(set, row);
    }
    sqlite3_finalize(row);
    return result;
}

/* What is out of use, in words: "backup, retired or expired" */
static void list_uses(const unsigned count[KEY_USES], enum key_use first, char *ret, size_t size)
{
    static const char *const words[KEY_USES] = {
        [KEY_IDLE] = "backup",       [KEY_GONE] = "retired or expired",
        [KEY_NEVER_SENT] = "unsent", [KEY_MISPLACED] = "misplaced",
        [KEY_NOBODYS] = "junk",
    };
    size_t used = 0;
    *ret = '\0';
    for (enum key_use use = first; use < KEY_USES; use++) {
        if (count[use] > 0)
            used +=
                (size_t)snprintf(ret + used, size - used, "%s%s", used > 0 ? ", " : "", words[use]);
    }
}

/* Why those match nothing whose word does not say it. */
static void explain_uses(const struct story *story, const unsigned count[KEY_USES])
{
    if (count[KEY_NEVER_SENT] > 0)
        story_say(story, "      unsent: a root that no chain of its authority carries by default: "
                         "servers do not send it, and a digest of what is not sent matches nothing "
                         "(RFC 7672 s3.1.2)\n");
    if (count[KEY_MISPLACED] > 0)
        story_say(story, "      misplaced: an authority's in a record of usage 3, which is for the "
                         "host's own (RFC 7671 s5.1)\n");
    if (count[KEY_NOBODYS] > 0)
        story_say(story,
                  "      junk: the digest of no key or certificate; what made the record had "
                  "nothing to read, or left an example in place\n");
}

static void advise_removal(struct advice *advice, const struct record_set *set, const char *which)
{
    advice_begin(advice);
    advice_step(advice, ADVICE_REMOVE_TLSA, set->name, which);
}

/* Known keys out of use: all that senders can go by, or leftovers beside good records. */
static void tell_keys(const struct record_set *set)
{
    struct advice advice;
    char uses[100];
    unsigned effective = 0, count[KEY_USES] = {0};
    for (unsigned i = 0; i < set->count; i++) {
        effective += set->usable[i];
        count[set->use[i]] += set->usable[i];
    }
    explain_uses(set->story, count);
    if (effective > 0 && count[KEY_SERVES] == 0) {
        list_uses(count, KEY_IDLE, uses, sizeof uses);
        advice_begin(&advice);
        advice_say(&advice, "replace them: publish 3 1 1 of the host's own key at %s", set->name);
        advice_step(&advice, ADVICE_PUBLISH_TLSA, set->name, NULL);
        story_find(set->story, FINDING_TLSA_KEYS, set->about->host, &advice,
                   "only %s keys or certificates%s: most likely no certificate of today matches, "
                   "and senders that use DANE do not deliver (the DNS cannot prove it)",
                   uses, count[KEY_NOBODYS] == 0 ? " of certification authorities" : "");
    } else if (effective > count[KEY_SERVES] + count[KEY_IDLE]) {
        list_uses(count, KEY_GONE, uses, sizeof uses);
        advise_removal(&advice, set, "stale");
        advice_say(&advice, "remove them");
        story_find(set->story, FINDING_TLSA_LEFTOVERS, set->about->host, &advice,
                   "the keys that are %s are harmless leftovers", uses);
    }
}

/* Records that no sender goes by, and what some cannot bear. */
static void tell_unfit(const struct record_set *set)
{
    struct advice advice;
    advise_removal(&advice, set, "unusable");
    advice_say(&advice, "remove %s", set->unfit == 1 ? "it" : "them");
    if (set->unfit > 0 && set->unfit < set->count)
        story_find(set->story, FINDING_TLSA_SOME_UNUSABLE, set->about->host, &advice,
                   "%u of %u TLSA records %s unusable: senders pass over %s", set->unfit,
                   set->count, set->unfit == 1 ? "is" : "are", set->unfit == 1 ? "it" : "them");
    if (set->empty == 0)
        return;
    advise_removal(&advice, set, "unusable");
    advice_say(&advice, "remove it");
    story_find(set->story, FINDING_TLSA_EMPTY, set->about->host, &advice,
               "a TLSA record without data crashes Postfix before 3.8.18, 3.9.12, 3.10.11, 3.11.4, "
               "whose mail then waits; BIND takes the whole answer for malformed, and the mail of "
               "senders with DANE that ask it waits too (RFC 7672 s2.1.2)");
}

int story_tlsa_records(struct story *story, const struct story_records *about)
{
    struct record_set set = {
        .story = story,
        .about = about,
        .records = calloc(about->count, sizeof *set.records),
        .usable = calloc(about->count, sizeof *set.usable),
        .use = calloc(about->count, sizeof *set.use),
    };
    int result = -1;
    snprintf(set.name, sizeof set.name, TLSA_PREFIX ".%s", about->base);
    if (set.records != NULL && set.usable != NULL && set.use != NULL)
        result = each_record(&set, false);
    if (result == 0) {
        /* a record that is not usable does not become so: the rows say why not */
        tlsa_effective(set.records, set.usable, set.count, set.usable);
        result = each_record(&set, true);
    }
    if (result == 0) {
        tell_keys(&set);
        tell_unfit(&set);
    }
    free(set.records);
    free(set.usable);
    free(set.use);
    return result;
}
