/* mismatch.c - why none of a met host's TLSA records authenticates what it showed, as far as the
 * digests, times and names that the survey keeps can tell (RFC 7672 s3, RFC 7671 s5). */
#include "crawler/cli/check/story.h"

#include "crawler/core/name.h"
#include "crawler/core/sts.h"
#include "crawler/core/tlsa_search.h"

#include <string.h>

/* columns of mismatch_sql */
enum {
    HOST,
    BASE,
    MATCHED,     /* records that would authenticate it alone */
    ANCHORED,    /* a record of usage 2 is of an authority's certificate that is sent */
    OUTDATED,    /* one from the leaf to there is out of its time */
    NAMES_BASE,  /* the leaf names the base domain */
    NAMES,       /* its DNS-IDs */
    UNSENT,      /* records are of usage 2 with a digest, all of them */
    LIKE_RECORD, /* one has the digest of what is sent, with other numbers: its own, "3 1 1" */
    LIKE_SHOWN,  /* those of what is sent */
    MX_SECURE,
    DOMAIN_TARGET, /* of a domain that is an alias */
};
/* Of whole data and of SHA-512 the survey has nothing to compare with.  Effective are the records
 * of the strongest digest (RFC 7671 s9). */
static const char mismatch_sql[] =
    "WITH sent AS (SELECT j.key AS depth, c.*, p.probed_at FROM probes AS p,"
    "  json_each(p.chain) AS j JOIN certificates AS c ON c.id = j.value WHERE p.host = ?1),"
    " shown AS (SELECT depth, 0 AS selector, sha256 AS data FROM sent"
    "  UNION ALL SELECT depth, 1, spki_sha256 FROM sent),"
    " stale AS (SELECT * FROM probe_tlsa WHERE host = ?1 AND match = 'no_match'),"
    " digest AS (SELECT d.* FROM stale AS d WHERE d.matching_type = 1 AND NOT EXISTS"
    "  (SELECT 1 FROM stale AS s WHERE s.usage = d.usage AND s.selector = d.selector"
    "   AND s.matching_type = 2)),"
    " anchor AS (SELECT min(s.depth) AS depth FROM digest AS d JOIN shown AS s"
    "  ON s.data = d.data AND s.selector = d.selector WHERE d.usage = 2 AND s.depth > 0),"
    " alike AS (SELECT d.usage || ' ' || d.selector || ' 1' AS record,"
    "   CASE s.depth WHEN 0 THEN '3 ' ELSE '2 ' END || s.selector || ' 1' AS shown"
    "  FROM digest AS d JOIN shown AS s ON s.data = d.data ORDER BY s.depth, d.usage LIMIT 1)"
    " SELECT h.host, h.tlsa_base, m.tlsa_matched, (SELECT depth NOT NULL FROM anchor),"
    " EXISTS (SELECT 1 FROM sent JOIN anchor ON sent.depth <= anchor.depth"
    "  WHERE sent.probed_at NOT BETWEEN sent.not_before AND sent.not_after),"
    " CASE WHEN h.tlsa_base = h.host THEN m.names_host ELSE m.names_target END,"
    " (SELECT names FROM sent WHERE depth = 0),"
    " (SELECT count(*) > 0 AND min(usage = 2 AND matching_type = 1) FROM stale),"
    " (SELECT record FROM alike), (SELECT shown FROM alike), d.dnssec = 'secure', d.alias_target"
    " FROM hosts AS h JOIN probe_matches AS m ON m.host = h.host JOIN domains AS d"
    " ON d.domain = ?2 WHERE h.host = ?1";

/* Does one of the DNS-IDs name it?  A wildcard stands for one label, as in a policy.  NULL names
 * nothing.  -1 on an error of the file. */
static int is_named(struct story *story, const char *dns_ids, const char *text)
{
    sqlite3_stmt *row;
    struct name name;
    int step, found = 0;
    if (!name_from_text(text, strlen(text), &name))
        return 0;
    if (sqlite3_prepare_v2(story->db, "SELECT value FROM json_each(?1)", -1, &row, NULL) !=
        SQLITE_OK)
        return -1;
    sqlite3_bind_text(row, 1, dns_ids, -1, SQLITE_TRANSIENT);
    while ((step = sqlite3_step(row)) == SQLITE_ROW) {
        const struct sts_text id = {story_text(row, 0), (size_t)sqlite3_column_bytes(row, 0)};
        found |= sts_pattern_matches(id, &name);
    }
    sqlite3_finalize(row);
    return step == SQLITE_DONE ? found : -1;
}

/* What senders to this domain take beside the base domain, where its MX is secure (RFC 7672
 * s3.2.2): a meeting, which is about all domains of the host, goes without.  *ret: NULL without. */
static int next_hop(struct story *story, sqlite3_stmt *row, const char **ret)
{
    const char *const names[] = {story->domain, story_text(row, DOMAIN_TARGET)};
    *ret = NULL;
    for (unsigned i = 0; i < 2 && *ret == NULL && sqlite3_column_int(row, MX_SECURE) != 0; i++) {
        int named = is_named(story, story_text(row, NAMES), names[i]);
        if (named < 0)
            return -1;
        *ret = named ? names[i] : NULL;
    }
    return 0;
}

/* --- what is at fault --- */

/* Where its TLSA records are */
static void tlsa_name(sqlite3_stmt *row, char ret[TLSA_TEXT_MAX])
{
    snprintf(ret, TLSA_TEXT_MAX, TLSA_PREFIX ".%s", story_text(row, BASE));
}

static void tell_outdated(struct story *story, sqlite3_stmt *row)
{
    const char *host = story_text(row, HOST);
    struct advice advice;
    advice_begin(&advice);
    advice_say(&advice, "renew it");
    advice_step(&advice, ADVICE_RENEW_CERTIFICATE, host, NULL);
    story_find(story, FINDING_DANE_MISMATCH, host, &advice,
               "its TLSA records of usage 2 are of an authority's certificate that it sends, but "
               "one below that is out of its time (RFC 6698 s2.1.1): senders with DANE do not "
               "deliver to it");
}

static int tell_unnamed(struct story *story, sqlite3_stmt *row)
{
    const char *host = story_text(row, HOST), *base = story_text(row, BASE), *named;
    struct advice advice;
    if (next_hop(story, row, &named) != 0)
        return -1;
    advice_begin(&advice);
    advice_say(&advice, "put %s into its certificate", base);
    advice_step(&advice, ADVICE_CERTIFY_NAME, host, base);
    if (named == NULL)
        story_find(story, FINDING_DANE_MISMATCH, host, &advice,
                   "its TLSA records of usage 2 are of an authority's certificate that it sends, "
                   "but its own does not name %s (RFC 7672 s3.2.2): senders with DANE do not "
                   "deliver to it",
                   base);
    else
        story_find(story, FINDING_DANE_MISMATCH, host, &advice,
                   "its certificate names %s, not %s: of the senders with DANE those deliver to it "
                   "that take the domain's name too (RFC 7672 s3.2.2): Postfix does, Exim does not",
                   named, base);
    return 0;
}

/* Of several digests of one thing the strongest alone counts. */
static void tell_overruled(struct story *story, sqlite3_stmt *row)
{
    const char *host = story_text(row, HOST);
    char name[TLSA_TEXT_MAX];
    struct advice advice;
    tlsa_name(row, name);
    advice_begin(&advice);
    advice_say(&advice, "remove those with SHA-512 at %s", name);
    advice_step(&advice, ADVICE_REMOVE_TLSA, name, "stale");
    story_find(story, FINDING_DANE_MISMATCH, host, &advice,
               "a TLSA record with SHA-256 matches what it shows, but one with SHA-512 beside it "
               "does not, and takes its place (RFC 7671 s9): senders with DANE do not deliver to "
               "it");
}

/* Nothing but that no record matches is known for certain. */
static void tell_other(struct story *story, sqlite3_stmt *row)
{
    const char *host = story_text(row, HOST);
    char name[TLSA_TEXT_MAX];
    struct advice advice;
    tlsa_name(row, name);
    advice_begin(&advice);
    advice_say(&advice, "publish 3 1 1 of the host's key at %s in place of those there", name);
    advice_step(&advice, ADVICE_PUBLISH_TLSA, name, NULL);
    if (sqlite3_column_int(row, ANCHORED) == 0 && !story_is_null(row, LIKE_RECORD))
        story_find(story, FINDING_DANE_MISMATCH, host, &advice,
                   "a TLSA record %s has the digest of what it shows, which would be %s (RFC 6698 "
                   "s2.1): senders with DANE do not deliver to it (RFC 7672 s2.2)",
                   story_text(row, LIKE_RECORD), story_text(row, LIKE_SHOWN));
    else if (sqlite3_column_int(row, ANCHORED) == 0 && sqlite3_column_int(row, UNSENT) != 0)
        story_find(story, FINDING_DANE_MISMATCH, host, &advice,
                   "its TLSA records are of usage 2, and it sends no certificate of an authority "
                   "that they are of (RFC 7672 s3.1.2): senders with DANE do not deliver to it");
    else
        story_find(story, FINDING_DANE_MISMATCH, host, &advice,
                   "none of its TLSA records authenticates what it shows: senders with DANE do not "
                   "deliver to it (RFC 7672 s2.2)");
}

static int tell_mismatch(struct story *story, sqlite3_stmt *row)
{
    bool anchored = sqlite3_column_int(row, ANCHORED) != 0;
    if (sqlite3_column_int(row, MATCHED) > 0)
        tell_overruled(story, row);
    else if (anchored && sqlite3_column_int(row, OUTDATED) != 0)
        tell_outdated(story, row);
    else if (anchored && sqlite3_column_int(row, NAMES_BASE) == 0)
        return tell_unnamed(story, row);
    else
        tell_other(story, row);
    return 0;
}

int story_dane_mismatch(struct story *story, const char *host)
{
    return story_each(story, mismatch_sql, host, tell_mismatch);
}
