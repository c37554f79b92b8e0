/* met.c - what a mail host showed when it was met, in check's story: TLS, its certificate,
 * its TLSA records against that, and who delivers (RFC 3207, RFC 7672, RFC 8461 s4.2). */
#include "crawler/cli/check/story.h"

#include "analysis/document/text_form.h"
#include "crawler/core/tlsa_search.h"

#include <string.h>

enum {
    DATA_SHOWN = 128,  /* hexadecimal digits: a SHA-512 digest */
    EXPIRES_SOON = 14, /* days; who renews by themselves do it at 30 */
};

/* columns of met_sql */
enum {
    HOST,
    ADDRESS,
    OUTCOME, /* NULL: not met */
    PHASE,
    REPLY,
    VERSION,
    ALERT,
    PLAINTEXT,
    DANE,
    TARGET,
    STS,
    PKIX, /* NULL: no certificate was shown */
    NAMES_HOST,
    NAMES_TARGET,
    DANE_MATCH,
    DAYS,
    NAMES,
    NOT_AFTER,
};
static const char met_sql[] =
    "SELECT h.host, p.address, p.outcome, p.phase, p.reply, p.tls_version, p.tls_alert,"
    " p.plaintext, h.dane, h.alias_target,"
    " (SELECT sts FROM domains WHERE domain = ?2), m.pkix, m.names_host, m.names_target,"
    " m.dane_match, m.expires_in_days, c.names, c.not_after"
    " FROM hosts AS h LEFT JOIN probes AS p ON p.host = h.host"
    " LEFT JOIN probe_matches AS m ON m.host = h.host"
    " LEFT JOIN certificates AS c ON c.id = m.certificate WHERE h.host = ?1";

static const char records_sql[] =
    "SELECT usage, selector, matching_type, data, match FROM probe_tlsa WHERE host = ?1"
    " ORDER BY usage, selector, matching_type, data";

static bool has_policy(sqlite3_stmt *row)
{
    return story_is(row, STS, "enforce") || story_is(row, STS, "testing");
}

/* What an enforced policy does, and one that is tested. */
static const char *refusal(sqlite3_stmt *row)
{
    return story_is(row, STS, "enforce") ? "do not deliver to it" : "report it as a failure";
}

/* --- without TLS --- */

static bool is_conclusive(sqlite3_stmt *row)
{
    return story_is(row, OUTCOME, "tls") || story_is(row, OUTCOME, "no_starttls") ||
           story_is(row, OUTCOME, "tls_failed");
}

static void tell_inconclusive(struct story *story, sqlite3_stmt *row)
{
    const char *host = story_text(row, HOST);
    if (story_is_null(row, OUTCOME))
        story_find(story, FINDING_NOT_MET, host, NULL,
                   "not met: none of its addresses may be met, or there is no way to them from "
                   "here");
    else
        story_find(story, FINDING_NOT_MET, host, NULL,
                   "met at %s, which says nothing about TLS: %s (%s); it may be this machine that "
                   "is not let in",
                   story_text(row, ADDRESS), story_text(row, OUTCOME), story_text(row, PHASE));
}

/* Whom it keeps away: those who want TLS. */
static const char *without_tls(sqlite3_stmt *row)
{
    bool dane = story_is(row, DANE, "usable") || story_is(row, DANE, "unusable");
    if (dane && story_is(row, STS, "enforce"))
        return ", and senders with DANE or MTA-STS do not deliver to it";
    if (dane)
        return ", and senders with DANE do not deliver to it (RFC 7672 s2.2)";
    if (story_is(row, STS, "enforce"))
        return ", and senders with MTA-STS do not deliver to it (RFC 8461 s4.2)";
    return "";
}

/* Of no_starttls: which of the three it is. */
static void tell_no_starttls(struct story *story, sqlite3_stmt *row, struct advice *advice)
{
    const char *host = story_text(row, HOST), *reply = story_text(row, REPLY);
    bool refuses = sqlite3_column_int(row, REPLY) >= 400;
    if (refuses && story_is(row, PHASE, "starttls")) {
        advice_say(advice, "see in its log why it cannot use TLS: most often it has no certificate "
                           "and key that it can read");
        story_find(story, FINDING_NO_STARTTLS, host, advice,
                   "STARTTLS is offered, and refused when it is asked for (reply %s): mail to it "
                   "travels in the clear%s",
                   reply, without_tls(row));
    } else if (refuses) {
        advice_say(advice, "let it understand EHLO, and offer STARTTLS (RFC 3207) to everyone");
        story_find(story, FINDING_NO_STARTTLS, host, advice,
                   "EHLO is refused (reply %s), and without it there is no STARTTLS: mail to it "
                   "travels in the clear%s",
                   reply, without_tls(row));
    } else {
        advice_say(advice, "offer STARTTLS (RFC 3207) to everyone");
        story_find(story, FINDING_NO_STARTTLS, host, advice,
                   "no STARTTLS: mail to it travels in the clear%s", without_tls(row));
    }
}

static void tell_no_tls(struct story *story, sqlite3_stmt *row)
{
    const char *host = story_text(row, HOST);
    struct advice advice;
    advice_begin(&advice);
    advice_step(&advice, ADVICE_MEND_TLS, host, NULL);
    if (story_is(row, OUTCOME, "no_starttls")) {
        tell_no_starttls(story, row, &advice);
    } else {
        advice_say(&advice, "mend its TLS: a version from 1.2 on, and a cipher that fits its key");
        story_find(story, FINDING_TLS_FAILED, host, &advice,
                   "STARTTLS is offered, and no handshake comes of it%s%s%s%s",
                   story_is_null(row, ALERT) ? "" : " (", story_text(row, ALERT),
                   story_is_null(row, ALERT) ? "" : ")", without_tls(row));
    }
}

static bool is_old(sqlite3_stmt *row)
{
    return story_is(row, VERSION, "TLSv1") || story_is(row, VERSION, "TLSv1.1");
}

/* A probe speaks what senders of today do not: OpenSSL from 3.0 on has it at security level 0
 * alone, which is nobody's default, and Postfix asks for level 1 at least where it authenticates.
 */
static void tell_old_tls(struct story *story, sqlite3_stmt *row)
{
    const char *host = story_text(row, HOST);
    struct advice advice;
    advice_begin(&advice);
    advice_say(&advice, "let it speak TLS 1.2 and 1.3");
    advice_step(&advice, ADVICE_MEND_TLS, host, NULL);
    story_find(story, FINDING_TLS_OLD, host, &advice,
               "nothing newer than %s, which must not be used any more (RFC 8996): many senders do "
               "not speak it, so that mail to it travels in the clear%s",
               story_text(row, VERSION), without_tls(row));
}

/* --- the certificate --- */

static void tell_certificate(struct story *story, sqlite3_stmt *row)
{
    char date[NUMBER_MAX];
    bool alias = !story_is_null(row, NAMES_TARGET);
    bool host = sqlite3_column_int(row, NAMES_HOST) == 1;
    bool target = sqlite3_column_int(row, NAMES_TARGET) == 1;
    story_say(story, "      certificate %s, until %.10s, for %s\n", story_text(row, PKIX),
              text_time(story_text(row, NOT_AFTER), date), story_text(row, NAMES));
    if (!alias)
        story_say(story, "      it %s the host\n", host ? "names" : "does not name");
    else
        story_say(story, "      it names %s\n",
                  host && target ? "the exchange and the alias's target"
                  : host         ? "the exchange, not the alias's target"
                  : target       ? "the alias's target, not the exchange"
                                 : "neither the exchange nor the alias's target");
}

/* What makes an authority vouch for the chain, by the word for why none does. */
static const char *renewal(const char *pkix)
{
    static const char *const words[][2] = {
        {"expired", "renew what is past its end, the certificate or an intermediate one"},
        {"not_yet_valid", "show one whose time has come"},
        {"incomplete", "send its whole chain, the intermediate certificates too; if that is what "
                       "it does, get one of a public authority"},
        {"weak", "get one with a key and signatures of today's strength: RSA of 2,048 bits or "
                 "ECDSA, and no SHA-1"},
        {NULL, "get a certificate of a public authority, and send its whole chain"},
    };
    return story_explain(words, pkix);
}

static void tell_validity(struct story *story, sqlite3_stmt *row)
{
    const char *host = story_text(row, HOST);
    struct advice advice;
    int days = sqlite3_column_int(row, DAYS);
    bool valid = story_is(row, PKIX, "valid");
    advice_begin(&advice);
    advice_say(&advice, "%s", renewal(story_text(row, PKIX)));
    advice_step(&advice, ADVICE_RENEW_CERTIFICATE, host, NULL);
    if (has_policy(row) && !valid)
        story_find(story, FINDING_CERTIFICATE_INVALID, host, &advice,
                   "no authority vouches for its certificate (%s): senders with MTA-STS %s (RFC "
                   "8461 s4.2)",
                   story_text(row, PKIX), refusal(row));
    advice_begin(&advice);
    advice_say(&advice, "renew it");
    advice_step(&advice, ADVICE_RENEW_CERTIFICATE, host, NULL);
    if (valid && days < EXPIRES_SOON)
        story_find(story, FINDING_CERTIFICATE_EXPIRES, host, &advice,
                   "its certificate expires in %d days", days);
}

/* RFC 8461 s4.2 wants the exchange's name; those that match the alias's target want that. */
static void tell_names(struct story *story, sqlite3_stmt *row)
{
    const char *host = story_text(row, HOST), *target = story_text(row, TARGET);
    struct advice advice;
    if (!has_policy(row))
        return;
    advice_begin(&advice);
    if (sqlite3_column_int(row, NAMES_HOST) == 0) {
        advice_say(&advice, "put %s into its certificate", host);
        advice_step(&advice, ADVICE_CERTIFY_NAME, host, host);
        story_find(story, FINDING_CERTIFICATE_NAME, host, &advice,
                   "its certificate does not name it: senders with MTA-STS %s (RFC 8461 s4.2)",
                   refusal(row));
    } else if (!story_is_null(row, NAMES_TARGET) && sqlite3_column_int(row, NAMES_TARGET) == 0) {
        advice_say(&advice, "end the alias, or put %s into its certificate too", target);
        advice_step(&advice, ADVICE_CERTIFY_NAME, host, target);
        story_find(story, FINDING_CERTIFICATE_TARGET, host, &advice,
                   "its certificate does not name the alias's target: senders that match that "
                   "instead %s",
                   refusal(row));
    }
}

/* --- DANE --- */

static int tell_record(struct story *story, sqlite3_stmt *row)
{
    const char *data = story_text(row, 3);
    story_say(story, "      TLSA %s %s %s %.*s%s: %s\n", story_text(row, 0), story_text(row, 1),
              story_text(row, 2), DATA_SHOWN, data, strlen(data) > DATA_SHOWN ? "..." : "",
              story_text(row, 4));
    return 0;
}

/* A record that matches nothing beside one that does: of the key to come, or of the one before. */
static int tell_stale(struct story *story, sqlite3_stmt *row)
{
    char name[TLSA_TEXT_MAX];
    struct advice advice;
    snprintf(name, sizeof name, TLSA_PREFIX ".%s", story_text(row, 0));
    advice_begin(&advice);
    advice_say(&advice, "remove what is not of the key to come");
    advice_step(&advice, ADVICE_REMOVE_TLSA, name, "stale");
    story_find(story, FINDING_TLSA_STALE, story_text(row, 1), &advice,
               "%s of its TLSA records match nothing that it shows: of the next key, or left over",
               story_text(row, 2));
    return 0;
}

static int tell_dane(struct story *story, sqlite3_stmt *row)
{
    const char *host = story_text(row, HOST);
    if (story_each(story, records_sql, host, tell_record) != 0)
        return -1;
    if (!story_is(row, DANE, "usable") || !story_is(row, OUTCOME, "tls"))
        return 0;
    if (sqlite3_column_int(row, DANE_MATCH) == 1) {
        story_say(story, "      its TLSA records authenticate it%s\n",
                  is_old(row) ? "" : ": senders with DANE deliver");
        return story_each(story,
                          "SELECT h.tlsa_base, h.host, count(*) FROM hosts AS h"
                          " JOIN probe_tlsa AS t ON t.host = h.host"
                          " WHERE h.host = ?1 AND t.match = 'no_match' GROUP BY h.host",
                          host, tell_stale);
    }
    return story_dane_mismatch(story, host);
}

/* --- the host --- */

static int tell_met(struct story *story, sqlite3_stmt *row)
{
    const char *host = story_text(row, HOST);
    if (story_is_null(row, OUTCOME) && !story->met)
        return 0;
    if (!is_conclusive(row)) {
        tell_inconclusive(story, row);
        return 0;
    }
    story_say(story, "    met at %s: %s%s%s\n", story_text(row, ADDRESS), story_text(row, OUTCOME),
              story_is_null(row, VERSION) ? "" : ", ", story_text(row, VERSION));
    if (sqlite3_column_int(row, PLAINTEXT) == 1)
        story_find(story, FINDING_PLAINTEXT, host, NULL,
                   "octets came between its reply to STARTTLS and TLS: a server sends none, a man "
                   "in the middle might");
    if (!story_is(row, OUTCOME, "tls"))
        tell_no_tls(story, row);
    if (is_old(row))
        tell_old_tls(story, row);
    if (!story_is_null(row, PKIX)) {
        tell_certificate(story, row);
        tell_validity(story, row);
        tell_names(story, row);
    }
    return tell_dane(story, row);
}

int story_host_met(struct story *story, const char *host)
{
    return story_each(story, met_sql, host, tell_met);
}
