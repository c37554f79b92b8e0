/* check_dane.c - the DANE part of check's story: which TLSA names were asked and why,
 * what each record is worth, what that makes of the host (RFC 7672, RFC 7671). */
#include "crawler/cli/check_story.h"

#include "crawler/core/tlsa.h"
#include "crawler/core/tlsa_search.h"

#include <stdlib.h>
#include <string.h>

enum {
    DATA_SHOWN = 128, /* hexadecimal digits: a SHA-512 digest */
    LINE_MAX_OCTETS = 2 * 1100,
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
    HOST_ALIAS_DNSSEC,
    HOST_ALIAS_PROBLEM,
    HOST_ALIAS_FAILURE,
    HOST_ALIAS_EDE,
};
static const char host_sql[] =
    "SELECT h.host, h.dane, h.tlsa_outcome, h.tlsa_base, h.tlsa_dnssec, h.tlsa_count, h.dnssec,"
    " h.alias_target, f.failure, f.ede, h.alias_dnssec, h.alias_problem, a.failure, a.ede"
    " FROM hosts AS h LEFT JOIN failures AS f ON f.kind = 'tlsa' AND f.name = h.host"
    " LEFT JOIN failures AS a ON a.kind = 'alias' AND a.name = h.host WHERE h.host = ?1";

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
    const char *base, *dnssec;   /* of the answer */
    unsigned count, room, empty; /* empty: without data */
    struct tlsa_record *records; /* their numbers only */
    bool *usable;                /* later: effective */
    enum key_use *use;
};

static enum key_use key_use_of(sqlite3_stmt *row)
{
    if (story_is_null(row, 6))
        return KEY_SERVES;
    if (story_is(row, 7, "junk"))
        return KEY_NOBODYS;
    if (sqlite3_column_int(row, 0) == TLSA_USAGE_EE)
        return KEY_MISPLACED;
    if (story_is(row, 7, "retired") || story_is(row, 7, "expired"))
        return KEY_GONE;
    /* a whole root in the record is all that a sender needs (RFC 7671 s5.2.2) */
    if (story_is(row, 7, "unsent") && sqlite3_column_int(row, 2) != TLSA_MATCHING_FULL)
        return KEY_NEVER_SENT;
    return story_is(row, 7, "backup") ? KEY_IDLE : KEY_SERVES;
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
    set->use[set->count] = key_use_of(row);
    set->empty += *story_text(row, 3) == '\0';
    set->count++;
    return 0;
}

static const char *explain_reason(const char *reason, const char *data, const char *dnssec)
{
    static const char *const words[][2] = {
        {"usage", "only usages 2 and 3 are for SMTP (RFC 7672 s3.1.3)"},
        {"selector", "an unknown selector"},
        {"matching_type", "an unknown matching type"},
        {"length", "a digest of the wrong length"},
        {"malformed", "no whole certificate or key in DER"},
    };
    if (*data == '\0' && strcmp(reason, "malformed") == 0)
        return "no data";
    for (unsigned i = 0; i < sizeof words / sizeof *words; i++) {
        if (strcmp(words[i][0], reason) == 0)
            return words[i][1];
    }
    return strcmp(dnssec, "insecure") == 0 ? "part of an answer that is not secure"
                                           : "part of an answer that is not known to be secure";
}

static void tell_record(FILE *out, sqlite3_stmt *row, const char *dnssec, bool effective)
{
    const char *data = story_text(row, 3);
    bool usable = sqlite3_column_int(row, 4) != 0;
    fprintf(out, "      %s %s %s %.*s%s: ", story_text(row, 0), story_text(row, 1),
            story_text(row, 2), DATA_SHOWN, data, strlen(data) > DATA_SHOWN ? "..." : "");
    if (!usable)
        fprintf(out, "unusable, %s", explain_reason(story_text(row, 5), data, dnssec));
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
            tell_record(set->story->out, row, set->dnssec, set->usable[number++]);
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
static void explain_uses(FILE *out, const unsigned count[KEY_USES])
{
    if (count[KEY_NEVER_SENT] > 0)
        fputs("      unsent: a root that no chain of its authority carries by default: servers do "
              "not send it, and a digest of what is not sent matches nothing (RFC 7672 s3.1.2)\n",
              out);
    if (count[KEY_MISPLACED] > 0)
        fputs("      misplaced: an authority's in a record of usage 3, which is for the host's own "
              "(RFC 7671 s5.1)\n",
              out);
    if (count[KEY_NOBODYS] > 0)
        fputs("      junk: the digest of no key or certificate; what made the record had nothing "
              "to read, or left an example in place\n",
              out);
}

/* Known keys out of use: all that senders can go by, or leftovers beside good records. */
static void tell_keys(const struct record_set *set)
{
    char line[LINE_MAX_OCTETS], uses[100];
    unsigned effective = 0, count[KEY_USES] = {0};
    for (unsigned i = 0; i < set->count; i++) {
        effective += set->usable[i];
        count[set->use[i]] += set->usable[i];
    }
    explain_uses(set->story->out, count);
    if (effective > 0 && count[KEY_SERVES] == 0) {
        list_uses(count, KEY_IDLE, uses, sizeof uses);
        snprintf(line, sizeof line,
                 "only %s keys or certificates%s: most likely no certificate of today matches, and "
                 "senders that use DANE do not deliver (the DNS cannot prove it); publish 3 1 1 of "
                 "the host's own key at " TLSA_PREFIX ".%s",
                 uses, count[KEY_NOBODYS] == 0 ? " of certification authorities" : "", set->base);
        story_wrong(set->story, line);
    } else if (effective > count[KEY_SERVES] + count[KEY_IDLE]) {
        list_uses(count, KEY_GONE, uses, sizeof uses);
        fprintf(set->story->out, "      the keys that are %s are harmless leftovers: remove them\n",
                uses);
    }
}

/* What some senders cannot bear. */
static void tell_empty(const struct record_set *set)
{
    if (set->empty > 0)
        story_wrong(set->story, "a TLSA record without data crashes Postfix before 3.8.18, 3.9.12, "
                                "3.10.11, 3.11.4, whose mail then waits: remove it");
}

static int tell_records(struct story *story, sqlite3_stmt *row, unsigned count)
{
    const char *host = story_text(row, HOST_NAME);
    struct record_set set = {
        .story = story,
        .base = story_text(row, HOST_BASE),
        .dnssec = story_text(row, HOST_TLSA_DNSSEC),
        .room = count,
        .records = calloc(count, sizeof *set.records),
        .usable = calloc(count, sizeof *set.usable),
        .use = calloc(count, sizeof *set.use),
    };
    int result = -1;
    if (set.records != NULL && set.usable != NULL && set.use != NULL)
        result = each_record(&set, host, false);
    if (result == 0) {
        /* a record that is not usable does not become so: the rows say why not */
        tlsa_effective(set.records, set.usable, set.count, set.usable);
        result = each_record(&set, host, true);
    }
    if (result == 0) {
        tell_keys(&set);
        tell_empty(&set);
    }
    free(set.records);
    free(set.usable);
    free(set.use);
    return result;
}

/* --- names --- */

/* The alias's target as the first TLSA base domain (RFC 7672 s2.2.2, s2.2.3). */
enum target {
    TARGET_NONE,     /* not an alias, or a chain that is not secure */
    TARGET_ASKED,    /* first */
    TARGET_TOO_LONG, /* for TLSA_PREFIX before it */
    TARGET_NOT_MET,  /* the chain was not followed so far */
};

static enum target target_of(sqlite3_stmt *row)
{
    const char *target = story_text(row, HOST_ALIAS_TARGET);
    struct name name;
    if (*target == '\0' || !story_is(row, HOST_DNSSEC, "secure"))
        return TARGET_NONE;
    if (story_is(row, HOST_ALIAS_PROBLEM, "too_long"))
        return TARGET_NOT_MET;
    bool room =
        name_from_text(target, strlen(target), &name) && name_prepend(TLSA_PREFIX, &name, &name);
    return room ? TARGET_ASKED : TARGET_TOO_LONG;
}

/* DANE applies to hosts whose addresses or whose first alias record are secure (RFC 7672
 * s2.2.2): where that is not known, the column's `insecure` is no fact. */
static bool is_dane_known(const struct story *story, sqlite3_stmt *row, int dane, int alias_dnssec)
{
    if (!story_is(row, dane, "insecure"))
        return true;
    return story->believe_ad && !story_is(row, alias_dnssec, "bogus") &&
           !story_is(row, alias_dnssec, "indeterminate");
}

const char *story_dane_word(const struct story *story, sqlite3_stmt *row, int dane,
                            int alias_dnssec)
{
    return is_dane_known(story, row, dane, alias_dnssec) ? story_text(row, dane) : "not known";
}

/* Why this name: RFC 7672 s2.2.2 and s2.2.3. */
static const char *why_base(const struct story *story, sqlite3_stmt *row)
{
    if (!is_dane_known(story, row, HOST_DANE, HOST_ALIAS_DNSSEC))
        return "--tlsa all: whether DANE applies is not known";
    if (story_is(row, HOST_DANE, "insecure"))
        return "--tlsa all: DANE does not apply, whatever is there";
    if (story_is_null(row, HOST_ALIAS_TARGET))
        return "the host itself: its addresses are secure";
    switch (target_of(row)) {
    case TARGET_NONE:
        return "the exchange alone: only its first alias record is secure";
    case TARGET_TOO_LONG:
        return "the exchange alone";
    case TARGET_NOT_MET:
        return "the exchange alone: its chain of aliases was not followed to the end";
    case TARGET_ASKED:
        break;
    }
    if (strcmp(story_text(row, HOST_BASE), story_text(row, HOST_ALIAS_TARGET)) != 0)
        return "the exchange itself, after its target";
    if (story_is(row, HOST_DANE, "none")) /* else the exchange is asked too */
        return "the alias's target alone: the exchange is too long for " TLSA_PREFIX " before it";
    return "the alias's target, first: the whole chain is secure";
}

static void tell_names(struct story *story, sqlite3_stmt *row)
{
    const char *base = story_text(row, HOST_BASE), *target = story_text(row, HOST_ALIAS_TARGET);
    enum target first = target_of(row);
    if (first == TARGET_ASKED && strcmp(base, target) != 0)
        fprintf(story->out, "      TLSA %s.%s: no secure records (the alias's target, first)\n",
                TLSA_PREFIX, target);
    else if (first == TARGET_TOO_LONG)
        fprintf(story->out,
                "      TLSA not asked for the alias's target: %s is too long for %s "
                "before it\n",
                target, TLSA_PREFIX);
    fprintf(story->out, "      TLSA %s.%s: %s", TLSA_PREFIX, base, story_text(row, HOST_OUTCOME));
    if (!story_is(row, HOST_OUTCOME, "failed"))
        fprintf(story->out, ", %s", story_text(row, HOST_TLSA_DNSSEC));
    fprintf(story->out, " (%s)\n", why_base(story, row));
}

static const char *why_not_asked(const char *dane)
{
    if (strcmp(dane, "unreachable") == 0)
        return "no address, so nothing to protect";
    if (strcmp(dane, "failed") == 0)
        return "an address lookup failed: senders that use DANE stay away from this host (RFC "
               "7672 s2.1.2)";
    if (strcmp(dane, "insecure") == 0)
        return "DANE does not apply: neither the addresses nor the first alias record are secure "
               "(RFC 7672 s2.2.2)";
    return "the name is too long for " TLSA_PREFIX " before it";
}

/* --- the host --- */

static void tell_not_known(struct story *story, sqlite3_stmt *row)
{
    fputs("      DANE not known: ", story->out);
    if (!story->believe_ad) {
        fputs(STORY_AD_NOT_BELIEVED "\n", story->out);
        return;
    }
    fputs("it applies if the first alias record is secure (RFC 7672 s2.2.2)\n", story->out);
    if (!story_is_null(row, HOST_ALIAS_FAILURE))
        story_failure(story, "the lookup of the first alias record",
                      story_text(row, HOST_ALIAS_FAILURE), story_text(row, HOST_ALIAS_EDE));
    else
        story_wrong(story, "the address answers show an alias, but asked for by itself there is "
                           "none: the name servers contradict each other");
}

static void tell_failure(struct story *story, sqlite3_stmt *row)
{
    const char *failure = story_text(row, HOST_FAILURE), *ede = story_text(row, HOST_EDE);
    if (story_is(row, HOST_DANE, "insecure")) { /* --tlsa all */
        story_failure_aside(story, "the TLSA lookup", failure, ede);
        return;
    }
    story_failure(story, "the TLSA lookup", failure, ede);
    story_wrong(story, strcmp(failure, "bogus") == 0
                           ? "senders that use DANE do not deliver to this host (RFC 7672 s2.1.2): "
                             "have its zone, or the one its TLSA alias leads to, signed anew"
                           : "senders that use DANE do not deliver to this host (RFC 7672 s2.1.2): "
                             "make its name servers answer TLSA questions");
}

/* What the records are worth as a whole. */
static void tell_worth(struct story *story, sqlite3_stmt *row)
{
    char line[LINE_MAX_OCTETS];
    if (story_is(row, HOST_DANE, "unusable")) {
        snprintf(line, sizeof line,
                 "no TLSA record is usable: senders ask for TLS but authenticate nobody (RFC 7672 "
                 "s2.2); publish 3 1 1 of the host's key at " TLSA_PREFIX ".%s",
                 story_text(row, HOST_BASE));
        story_wrong(story, line);
    } else if (story_is(row, HOST_DANE, "none") && sqlite3_column_int(row, HOST_COUNT) > 0) {
        /* RFC 7672 s2.1.3: one insecure hop makes all that follows insecure */
        story_wrong(story, "TLSA records are published, but DNSSEC does not reach them (an alias "
                           "or a zone below is not signed): senders ignore them; publish them in a "
                           "signed zone");
    }
}

static int tell_host(struct story *story, sqlite3_stmt *row)
{
    const char *dane = story_text(row, HOST_DANE);
    bool known = is_dane_known(story, row, HOST_DANE, HOST_ALIAS_DNSSEC);
    if (known)
        fprintf(story->out, "      DANE %s\n", dane);
    else
        tell_not_known(story, row);
    if (story_is(row, HOST_OUTCOME, "not_asked")) {
        if (known)
            fprintf(story->out, "      TLSA not asked: %s\n", why_not_asked(dane));
        return 0;
    }
    tell_names(story, row);
    int count = sqlite3_column_int(row, HOST_COUNT);
    if (count > 0 && tell_records(story, row, (unsigned)count) != 0)
        return -1;
    if (story_is(row, HOST_OUTCOME, "failed"))
        tell_failure(story, row);
    else
        tell_worth(story, row);
    return 0;
}

int story_host_dane(struct story *story, const char *host)
{
    return story_each(story, host_sql, host, tell_host);
}

/* --- the domain --- */

/* columns: dane, hosts that failed, hosts that DANE does not protect */
static const char domain_sql[] = "SELECT d.dane, d.tlsa_failures, (SELECT count(*) FROM hosts AS h"
                                 "  WHERE h.dane IN ('none', 'insecure') AND h.host IN"
                                 "   (SELECT exchange FROM mx_records WHERE domain = d.domain))"
                                 " FROM domains AS d WHERE d.domain = ?1 AND d.dane IS NOT NULL";

/* failures: of some hosts nothing is known. */
static const char *explain_domain(const char *word, bool failures)
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
            return words[i][failures && words[i][2] != NULL ? 2 : 1];
    }
    return "";
}

static int tell_domain(struct story *story, sqlite3_stmt *row)
{
    const char *dane = story_text(row, 0);
    if (!story->believe_ad && strcmp(dane, "insecure") == 0) {
        fputs("  DANE not known: " STORY_AD_NOT_BELIEVED "\n", story->out);
        return 0;
    }
    fprintf(story->out, "  DANE %s: %s\n", dane,
            explain_domain(dane, sqlite3_column_int(row, 1) > 0));
    bool some = strcmp(dane, "primary") == 0 || strcmp(dane, "partial") == 0;
    if (some && sqlite3_column_int(row, 2) > 0)
        story_wrong(story, "mail can be diverted to the hosts without TLSA: publish it there too");
    return 0;
}

int story_domain_dane(struct story *story)
{
    return story_each(story, domain_sql, story->domain, tell_domain);
}
