/* dane.c - the DANE part of check's story: which TLSA names were asked and why, and what
 * the answers make of the host (RFC 7672, RFC 7671). */
#include "crawler/cli/check/opt_out.h"
#include "crawler/cli/check/story.h"

#include "crawler/core/remedy.h"
#include "crawler/core/tlsa_search.h"

#include <string.h>

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
    HOST_DANE_EXIM,
    HOST_HAS_ADDRESS,
    HOST_ALIAS,
    HOST_HIDDEN,
    HOST_MX_SECURE,
};
static const char host_sql[] =
    "SELECT h.host, h.dane, h.tlsa_outcome, h.tlsa_base, h.tlsa_dnssec, h.tlsa_count, h.dnssec,"
    " h.alias_target, f.failure, f.ede, h.alias_dnssec, h.alias_problem, a.failure, a.ede,"
    " h.dane_exim, h.address_outcome = 'answer', h.alias,"
    " (SELECT t.found FROM temp.hidden_tlsa AS t WHERE t.host = h.host AND NOT t.at_target),"
    " (SELECT d.dnssec = 'secure' FROM domains AS d WHERE d.domain = ?2)"
    " FROM hosts AS h LEFT JOIN failures AS f ON f.kind = 'tlsa' AND f.name = h.host"
    " LEFT JOIN failures AS a ON a.kind = 'alias' AND a.name = h.host WHERE h.host = ?1";

/* --- names --- */

/* The alias's target as the first TLSA base domain (RFC 7672 s2.2.2, s2.2.3). */
enum target {
    TARGET_NONE,     /* not an alias, or a chain that is not secure */
    TARGET_ASKED,    /* first */
    TARGET_TOO_LONG, /* for TLSA_PREFIX before it */
    TARGET_NOT_MET,  /* the chain was not followed so far */
};

/* "_25._tcp." before a name; false: the whole is too long for a name. */
static bool tlsa_name_of(const char *base, struct name *ret)
{
    return name_from_text(base, strlen(base), ret) && name_prepend(TLSA_PREFIX, ret, ret);
}

static enum target target_of(sqlite3_stmt *row)
{
    const char *target = story_text(row, HOST_ALIAS_TARGET);
    struct name name;
    if (*target == '\0' || !story_is(row, HOST_DNSSEC, "secure"))
        return TARGET_NONE;
    if (story_is(row, HOST_ALIAS_PROBLEM, "too_long"))
        return TARGET_NOT_MET;
    return tlsa_name_of(target, &name) ? TARGET_ASKED : TARGET_TOO_LONG;
}

/* Was TLSA asked though nobody knows whether DANE applies? */
static bool applies_unknown(sqlite3_stmt *row)
{
    bool dnssec =
        story_is(row, HOST_DNSSEC, "secure") || story_is(row, HOST_ALIAS_DNSSEC, "secure");
    return !dnssec && (story_is_null(row, HOST_DANE) || story_is(row, HOST_DANE, "failed"));
}

struct why {
    bool self; /* the words go behind the host's */
    const char *words;
};

/* Why this name: RFC 7672 s2.2.2 and s2.2.3. */
static struct why why_base(sqlite3_stmt *row)
{
    struct name own;
    if (applies_unknown(row))
        return (struct why){false, "--tlsa all: whether DANE applies is not known"};
    if (story_is(row, HOST_DANE, "insecure"))
        return (struct why){false, "--tlsa all: DANE does not apply, whatever is there"};
    if (story_is_null(row, HOST_ALIAS_TARGET))
        return (struct why){false, "the host itself: its addresses are secure"};
    switch (target_of(row)) {
    case TARGET_NONE:
        return (struct why){true, " alone: only its first alias record is secure"};
    case TARGET_TOO_LONG:
        return (struct why){true, " alone"};
    case TARGET_NOT_MET:
        return (struct why){true, " alone: its chain of aliases was not followed to the end"};
    case TARGET_ASKED:
        break;
    }
    if (strcmp(story_text(row, HOST_BASE), story_text(row, HOST_ALIAS_TARGET)) != 0)
        return (struct why){true, " itself, after its target"};
    if (!tlsa_name_of(story_text(row, HOST_NAME), &own))
        return (struct why){false,
                            "the alias's target alone: the other name is too long for " TLSA_PREFIX
                            " before it"};
    return (struct why){false, "the alias's target, first: the whole chain is secure"};
}

/* A name that opted out is passed over (host_refuse()), and senders ask it all the same. */
static bool tell_opted_out(struct story *story, const char *base, const char *what)
{
    struct name name;
    if (!tlsa_name_of(base, &name) || !check_opted_out(story->db, &name))
        return false;
    story_find_excluded(story, base, what);
    return true;
}

/* Returns: the alias's target was not asked for, or the host that comes after it. */
static bool tell_opt_outs(struct story *story, sqlite3_stmt *row)
{
    bool found =
        target_of(row) == TARGET_ASKED && tell_opted_out(story, story_text(row, HOST_ALIAS_TARGET),
                                                         "TLSA not asked for the alias's target");
    return (story_is(row, HOST_DANE, "none") &&
            tell_opted_out(story, story_text(row, HOST_NAME), "TLSA not asked for the host")) ||
           found;
}

static void tell_names(struct story *story, sqlite3_stmt *row, bool opted_out)
{
    const char *base = story_text(row, HOST_BASE), *target = story_text(row, HOST_ALIAS_TARGET);
    enum target first = target_of(row);
    struct why why = why_base(row);
    if (first == TARGET_ASKED && strcmp(base, target) != 0 && !opted_out)
        story_say(story,
                  "      TLSA " TLSA_PREFIX ".%s: no secure records (the alias's target, "
                  "first)\n",
                  target);
    else if (first == TARGET_TOO_LONG)
        story_say(story,
                  "      TLSA not asked for the alias's target: %s is too long for " TLSA_PREFIX
                  " before it\n",
                  target);
    story_say(story, "      TLSA " TLSA_PREFIX ".%s: %s", base, story_text(row, HOST_OUTCOME));
    if (!story_is(row, HOST_OUTCOME, "failed"))
        story_say(story, ", %s", story_text(row, HOST_TLSA_DNSSEC));
    story_say(story, " (%s%s)\n", why.self ? story->implicit ? "the domain" : "the exchange" : "",
              why.words);
}

static const char *why_not_asked(sqlite3_stmt *row)
{
    if (story_is(row, HOST_DANE, "unreachable"))
        return "no address, so nothing to protect";
    if (story_is(row, HOST_DANE, "failed") && sqlite3_column_int(row, HOST_HAS_ADDRESS) != 0)
        return "whether DANE applies hangs on the first alias record, which cannot be had: senders "
               "that use DANE stay away from this host (RFC 7672 s2.1.2)";
    if (story_is(row, HOST_DANE, "failed"))
        return "an address lookup failed: senders that use DANE stay away from this host (RFC "
               "7672 s2.1.2)";
    if (story_is(row, HOST_DANE, "insecure"))
        return "DANE does not apply: neither the addresses nor the first alias record are secure "
               "(RFC 7672 s2.2.2)";
    return "the name is too long for " TLSA_PREFIX " before it";
}

/* --- the host --- */

static void tell_not_known(struct story *story, const char *host)
{
    if (!story->believe_ad)
        story_say(story, "      DANE not known: " STORY_AD_NOT_BELIEVED "\n");
    else
        story_find(story, FINDING_NOT_VALIDATED, host, NULL,
                   "DANE not known: " STORY_NOT_VALIDATED);
}

/* When the first alias record can be had DANE applies to the host's own name (RFC 7672 s2.2.3). */
static void advise_own(sqlite3_stmt *row, const char *name, struct advice *advice)
{
    if (sqlite3_column_int(row, HOST_HIDDEN) != REMEDY_HIDDEN_RECORDS)
        return;
    advice_say(advice, ", and see before that the TLSA records at %s match its certificate", name);
    advice_step(advice, ADVICE_CHECK_TLSA, name, NULL);
}

/* The question for the first alias record: RFC 7672 s2.1.2, s2.1.3. */
static void tell_first_alias(struct story *story, sqlite3_stmt *row)
{
    const char *host = story_text(row, HOST_NAME);
    const struct story_failure failure = {"the lookup of the first alias record",
                                          story_text(row, HOST_ALIAS_FAILURE),
                                          story_text(row, HOST_ALIAS_EDE), host,
                                          story_is(row, HOST_ALIAS, "dname") ? "DNAME" : "CNAME"};
    char name[TLSA_TEXT_MAX];
    struct advice advice;
    snprintf(name, sizeof name, TLSA_PREFIX ".%s", host);
    if (!story_is(row, HOST_ALIAS_FAILURE, "other")) { /* a denial: what else is so is rare */
        bool advised = story_failure_advice(&failure, &advice);
        advise_own(row, name, &advice);
        story_failure(story, FINDING_LOOKUP_FAILED, host, &failure, advised ? &advice : NULL);
        return;
    }
    advice_begin(&advice);
    advice_say(&advice, "make all its name servers give the same answers");
    advice_step(&advice, ADVICE_MEND_LOOKUP, host, failure.type);
    advise_own(row, name, &advice);
    story_find(story, FINDING_ALIAS_CONTRADICTED, host, &advice,
               "the address answers show an alias, but asked for by itself there is none: the name "
               "servers contradict each other, and senders that use DANE stay away");
}

static void tell_failure(struct story *story, sqlite3_stmt *row)
{
    char name[TLSA_TEXT_MAX];
    const char *host = story_text(row, HOST_NAME);
    const struct story_failure failure = {"the TLSA lookup", story_text(row, HOST_FAILURE),
                                          story_text(row, HOST_EDE), name, "TLSA"};
    struct advice advice;
    bool bogus = strcmp(failure.failure, "bogus") == 0;
    snprintf(name, sizeof name, TLSA_PREFIX ".%s", story_text(row, HOST_BASE));
    if (story_is(row, HOST_DANE, "insecure") || applies_unknown(row)) { /* --tlsa all */
        story_failure_aside(story, &failure);
        return;
    }
    story_failure(story, FINDING_LOOKUP_FAILED, host, &failure, NULL);
    advice_begin(&advice);
    advice_say(&advice, bogus ? "have its zone, or the one its TLSA alias leads to, signed anew"
                              : "make its name servers answer TLSA questions");
    advice_step(&advice, bogus ? ADVICE_SIGN_ANEW : ADVICE_MEND_LOOKUP, name, "TLSA");
    story_find(story, FINDING_DANE_DEFERS, host, &advice,
               "senders that use DANE do not deliver to this host (RFC 7672 s2.1.2)");
}

/* What the records are worth as a whole. */
static void tell_worth(struct story *story, sqlite3_stmt *row)
{
    char name[TLSA_TEXT_MAX];
    const char *host = story_text(row, HOST_NAME);
    struct advice advice;
    advice_begin(&advice);
    snprintf(name, sizeof name, TLSA_PREFIX ".%s", story_text(row, HOST_BASE));
    if (story_is(row, HOST_DANE, "unusable")) {
        advice_say(&advice, "replace them: publish 3 1 1 of the host's key at %s", name);
        advice_step(&advice, ADVICE_PUBLISH_TLSA, name, NULL);
        story_find(story, FINDING_TLSA_UNUSABLE, host, &advice,
                   "no TLSA record is usable: senders ask for TLS but authenticate nobody (RFC "
                   "7672 s2.2)");
    } else if (story_is(row, HOST_DANE, "none") && sqlite3_column_int(row, HOST_COUNT) > 0) {
        /* RFC 7672 s2.1.3: one insecure hop makes all that follows insecure */
        advice_say(&advice, "publish them in a signed zone");
        advice_step(&advice, ADVICE_SIGN_ZONE, name, NULL);
        story_find(story, FINDING_TLSA_NOT_REACHED, host, &advice,
                   "TLSA records are published, but DNSSEC does not reach them (an alias or a zone "
                   "below is not signed): senders ignore them");
    }
}

/* Exim asks for the name that has no room, and only where the MX is secure. */
static void tell_no_room(struct story *story, sqlite3_stmt *row)
{
    const char *host = story_text(row, HOST_NAME);
    struct advice advice;
    if (sqlite3_column_int(row, HOST_MX_SECURE) == 0)
        return;
    advice_begin(&advice);
    advice_say(&advice, story->implicit
                            ? "publish an MX record that names a host with a shorter name"
                            : "name a host with a shorter name");
    advice_step(&advice, story->implicit ? ADVICE_PUBLISH_MX : ADVICE_NAME_HOST, host, NULL);
    story_find(
        story, FINDING_DANE_DEFERS, host, &advice,
        "the name of the TLSA records that Exim asks for is too long to be one (RFC 1035 "
        "s2.3.4): it takes that for a lookup that failed, and does not deliver to this host");
}

/* Where a sender that takes the alias's target alone comes to another verdict. */
static void tell_target_sender(struct story *story, sqlite3_stmt *row)
{
    if (story_is_null(row, HOST_DANE) || story_is(row, HOST_DANE, story_text(row, HOST_DANE_EXIM)))
        return;
    story_say(story, "      DANE %s at %s\n", story_text(row, HOST_DANE_EXIM),
              story_is_null(row, HOST_ALIAS_TARGET)
                  ? "Exim"
                  : "senders that take the alias's target alone (Exim)");
    if (!story_is(row, HOST_DANE, "failed") && story_is(row, HOST_DANE_EXIM, "failed"))
        tell_no_room(story, row);
}

static int tell_host(struct story *story, sqlite3_stmt *row)
{
    const char *host = story_text(row, HOST_NAME);
    bool failed = story_is(row, HOST_DANE, "failed");
    if (story_is_null(row, HOST_DANE))
        tell_not_known(story, host);
    else
        story_say(story, "      DANE %s\n", story_text(row, HOST_DANE));
    tell_target_sender(story, row);
    if (failed && sqlite3_column_int(row, HOST_HAS_ADDRESS) != 0 && applies_unknown(row))
        tell_first_alias(story, row);
    bool opted_out = tell_opt_outs(story, row);
    if (story_is(row, HOST_OUTCOME, "not_asked")) {
        if (!story_is_null(row, HOST_DANE) && !opted_out)
            story_say(story, "      TLSA not asked: %s\n", why_not_asked(row));
        return 0;
    }
    tell_names(story, row, opted_out);
    const struct story_records records = {
        .host = host,
        .base = story_text(row, HOST_BASE),
        .dnssec = story_text(row, HOST_TLSA_DNSSEC),
        .count = (unsigned)sqlite3_column_int(row, HOST_COUNT),
    };
    if (records.count > 0 && story_tlsa_records(story, &records) != 0)
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
