/* The words that counts are kept by, and what they mean. */
#include "analysis/report/meanings.h"

#include "analysis/document/json_form.h"
#include "analysis/report/content.h"

#define WORD_TEXT(constant, word) word,
#define LENGTH(list)              (sizeof(list) / sizeof *(list))

static const char *const MX_WORDS[] = {NULL, MX_OUTCOME_WORDS(WORD_TEXT)};
static const char *const FAILURES[] = {NULL, FAILURE_WORDS(WORD_TEXT)};
static const char *const VERSIONS[] = {NULL, TLS_VERSION_WORDS(WORD_TEXT)};

static const char *const MX_MEANINGS[] = {
    [MX_OUTCOME_MX] = "with MX records",
    [MX_OUTCOME_NULL_MX] = "with a null MX: they take no mail (RFC 7505)",
    [MX_OUTCOME_IMPLICIT_MX] = "without MX, with an address (implicit MX)",
    [MX_OUTCOME_NO_SERVICE] = "with neither",
    [MX_OUTCOME_NXDOMAIN] = "that do not exist",
    [MX_OUTCOME_FAILED] = "whose lookup failed",
};

static const char *const DOMAINS[] = {
    [DOMAINS_COMPLETE] = "complete: usable TLSA at every mail host with an address",
    [DOMAINS_PRIMARY] = "primary: only those of the lowest preference all have it",
    [DOMAINS_PARTIAL] = "partial: at some",
    [DOMAINS_NONE] = "none: the MX answer is secure, no host has usable TLSA",
    [DOMAINS_INSECURE] = "insecure: the MX answer is not, DANE does not apply",
    [DOMAINS_FAILED] = "failed: the MX lookup failed",
};

static const char *const HOSTS[] = {
    [HOSTS_USABLE] = "usable: secure TLSA records that senders can use",
    [HOSTS_UNUSABLE] = "unusable: secure TLSA records, none of which senders can use",
    [HOSTS_NONE] = "none: no secure TLSA records",
    [HOSTS_INSECURE] = "insecure: DANE does not apply",
    [HOSTS_FAILED] = "failed: a lookup failed, senders with DANE cannot deliver",
    [HOSTS_UNREACHABLE] = "unreachable: no address",
};

static const char *const STS_MEANINGS[] = {
    [STS_NONE] = "none: no policy announced",
    [STS_ENFORCE] = "enforce: senders refuse hosts that the policy does not name",
    [STS_TESTING] = "testing: they report them and deliver",
    [STS_OFF] = "off: a policy of mode none",
    [STS_INVALID_RECORD] = "invalid_record: invalid, or several",
    [STS_INVALID_POLICY] = "invalid_policy",
    [STS_UNAVAILABLE] = "unavailable: the policy could not be fetched",
    [STS_FAILED] = "failed: the DNS lookup failed",
};

static const char *const RECORD_MEANINGS[] = {
    [STS_RECORD_NONE] = "none",
    [STS_RECORD_VALID] = "valid: one valid record, the policy was asked for",
    [STS_RECORD_MULTIPLE] = "multiple: several records count as none",
    [STS_RECORD_INVALID] = "invalid: not as RFC 8461 section 3.1 says",
    [STS_RECORD_FAILED] = "failed: the lookup failed",
};

static const char *const TLSRPT_MEANINGS[] = {
    [TLSRPT_NONE] = "none: no reports wanted",
    [TLSRPT_VALID] = "valid",
    [TLSRPT_MULTIPLE] = "multiple: several records count as none",
    [TLSRPT_INVALID] = "invalid",
    [TLSRPT_FAILED] = "failed: the lookup failed",
};

static const char *const DETAIL_MEANINGS[] = {
    [STS_DETAIL_DNS] = "dns: no address of the policy's host",
    [STS_DETAIL_CONNECT] = "connect: no connection, or one that broke off",
    [STS_DETAIL_TLS] = "tls: the certificate is not valid for the name, or no TLS session",
    [STS_DETAIL_TIMEOUT] = "timeout: not in time",
    [STS_DETAIL_HTTP_STATUS] = "http_status: another than 200, redirects among them",
    [STS_DETAIL_TOO_LARGE] = "too_large: over 65,536 octets",
    [STS_DETAIL_SPECIAL_ADDRESS] = "special_address: private addresses and the like only",
};

static const char *const FAULT_MEANINGS[] = {
    [FAULT_NO_VERSION] = "no version",
    [FAULT_NO_MODE] = "no mode",
    [FAULT_NO_MAX_AGE] = "no max_age",
    [FAULT_NO_MX] = "no mx",
    [FAULT_LINE] = "a line that is not as RFC 8461 section 3.2 says",
};

static const char *const PROBE_MEANINGS[] = {
    [PROBE_TLS] = "tls: STARTTLS, and a handshake to its end",
    [PROBE_NO_STARTTLS] = "no_starttls: not offered, or refused",
    [PROBE_REFUSED] = "refused: no connection",
    [PROBE_TIMEOUT] = "timeout: silent",
    [PROBE_CLOSED] = "closed: by the server, on the way",
    [PROBE_GREETING_4XX] = "greeting_4xx: not now",
    [PROBE_GREETING_5XX] = "greeting_5xx: not us",
    [PROBE_TLS_FAILED] = "tls_failed: STARTTLS, and no handshake",
    [PROBE_UNREACHABLE] = "unreachable: no way to it",
    [PROBE_MALFORMED] = "malformed: no SMTP",
    [PROBE_LEFT] = "not_met: with an address, and not met",
};

static const char *const PKIX_MEANINGS[] = {
    [PKIX_VALID] = "valid: an authority vouches for it, whatever names it has",
    [PKIX_EXPIRED] = "expired",
    [PKIX_NOT_YET_VALID] = "not_yet_valid",
    [PKIX_SELF_SIGNED] = "self_signed: its own issuer",
    [PKIX_UNTRUSTED] = "untrusted: by an authority that is none",
    [PKIX_INCOMPLETE] = "incomplete: an intermediate certificate, or the authority, is not there",
    [PKIX_WEAK] = "weak: a key or signature of less than 112 bits",
    [PKIX_OTHER] = "other: a wrong signature, purpose or constraint",
};

#define TABLE(word, caption, unit, words, meanings, in_percent)                                    \
    {                                                                                              \
        word, caption, unit, words, meanings, LENGTH(meanings), in_percent, false                  \
    }

const struct meaning_table MX_TABLE =
    TABLE("mx_outcomes", "Domains surveyed ...", "domains", MX_WORDS, MX_MEANINGS, true);
const struct meaning_table FAILURE_TABLE = {
    "failed_domains", "Failed domains, by why", "domains",          NULL,
    FAILURES,         LENGTH(FAILURES),         .in_percent = true, .only_met = true};
const struct meaning_table DANE_TABLES[] = {
    TABLE("dane_domains", "Domains with mail hosts, by DANE", "domains", NULL, DOMAINS, true),
    TABLE("dane_hosts", "Mail hosts, by DANE", "hosts", NULL, HOSTS, true),
};
const struct meaning_table STS_TABLES[] = {
    TABLE("sts_domains", "Domains with a mail host, by MTA-STS", "domains", NULL, STS_MEANINGS,
          true),
    TABLE("sts_records", "Domains, by MTA-STS record", "domains", NULL, RECORD_MEANINGS, true),
    TABLE("tlsrpt_records", "Domains, by TLSRPT record (RFC 8460)", "domains", NULL,
          TLSRPT_MEANINGS, true),
    TABLE("sts_unavailable", "Policies that could not be fetched", "domains", NULL, DETAIL_MEANINGS,
          false),
    TABLE("sts_faults", "Policies at fault", "domains", STS_FAULT_WORDS, FAULT_MEANINGS, false),
};
const struct meaning_table PROBE_TABLES[] = {
    TABLE("probe_outcomes", "Mail hosts, by what came of meeting them", "hosts", NULL,
          PROBE_MEANINGS, true),
    TABLE("tls_versions", "TLS versions agreed on; all were offered", "hosts", NULL, VERSIONS,
          true),
    TABLE("certificates", "Certificates, by the authorities of MTA-STS senders", "hosts", NULL,
          PKIX_MEANINGS, true),
};

enum {
    ROWS_MAX = 16
};

void add_meanings(struct document *document, const struct meaning_table *table,
                  const uint64_t *counts)
{
    struct count_row rows[ROWS_MAX];
    size_t length = 0;
    for (size_t i = 0; i < table->count && length < ROWS_MAX; i++)
        if (table->meanings[i] != NULL && (counts[i] > 0 || !table->only_met))
            rows[length++] = (struct count_row){table->words != NULL ? table->words[i] : NULL,
                                                table->meanings[i], counts[i]};
    add_counts(document, table->word, table->caption, table->unit, rows, length, table->in_percent);
}

json_t *meanings_json(const struct meaning_table *table, const uint64_t *counts)
{
    json_t *object = json_object();
    for (size_t i = 0; i < table->count; i++) {
        if (table->meanings[i] != NULL)
            object = json_with_member(object,
                                      table->words != NULL ? table->words[i]
                                                           : cell_meaning(table->meanings[i]).word,
                                      count_json(counts[i]));
    }
    return object;
}
