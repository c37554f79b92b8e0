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

#define MEANINGS(list) .meanings = list, .count = LENGTH(list)

static const struct meanings {
    const char *word, *caption, *unit; /* unit: what is counted, plural */
    const char *const *meanings;       /* by number; NULL: no row */
    size_t count;
    const char *const *words;          /* NULL: the meanings begin with them */
    bool without_shares, without_none; /* without_none: the table has no row of 0 */
} TABLES[] = {
    [MX_TABLE] = {"mx_outcomes", "Domains surveyed ...", "domains", MEANINGS(MX_MEANINGS),
                  .words = MX_WORDS},
    [FAILURE_TABLE] = {"failed_domains", "Failed domains, by why", "domains", MEANINGS(FAILURES),
                       .without_none = true},
    [DANE_DOMAINS_TABLE] = {"dane_domains", "Domains with mail hosts, by DANE", "domains",
                            MEANINGS(DOMAINS)},
    [DANE_HOSTS_TABLE] = {"dane_hosts", "Mail hosts, by DANE", "hosts", MEANINGS(HOSTS)},
    [STS_DOMAINS_TABLE] = {"sts_domains", "Domains with a mail host, by MTA-STS", "domains",
                           MEANINGS(STS_MEANINGS)},
    [STS_RECORDS_TABLE] = {"sts_records", "Domains, by MTA-STS record", "domains",
                           MEANINGS(RECORD_MEANINGS)},
    [STS_TLSRPT_TABLE] = {"tlsrpt_records", "Domains, by TLSRPT record (RFC 8460)", "domains",
                          MEANINGS(TLSRPT_MEANINGS)},
    [STS_FETCH_TABLE] = {"sts_unavailable", "Policies that could not be fetched", "domains",
                         MEANINGS(DETAIL_MEANINGS), .without_shares = true},
    [STS_FAULTS_TABLE] = {"sts_faults", "Policies at fault", "domains", MEANINGS(FAULT_MEANINGS),
                          .words = STS_FAULT_WORDS, .without_shares = true},
    [PROBE_OUTCOMES_TABLE] = {"probe_outcomes", "Mail hosts, by what came of meeting them", "hosts",
                              MEANINGS(PROBE_MEANINGS)},
    [PROBE_VERSIONS_TABLE] = {"tls_versions", "TLS versions agreed on; all were offered", "hosts",
                              MEANINGS(VERSIONS)},
    [PROBE_CERTIFICATES_TABLE] = {"certificates",
                                  "Certificates, by the authorities of MTA-STS senders", "hosts",
                                  MEANINGS(PKIX_MEANINGS)},
};

enum {
    ROWS_MAX = 16
};

void add_meanings(struct document *document, enum meaning_table table, const uint64_t *counts)
{
    const struct meanings *of = &TABLES[table];
    struct count_row rows[ROWS_MAX];
    size_t length = 0;
    for (size_t i = 0; i < of->count && length < ROWS_MAX; i++)
        if (of->meanings[i] != NULL && (counts[i] > 0 || !of->without_none))
            rows[length++] = (struct count_row){of->words != NULL ? of->words[i] : NULL,
                                                of->meanings[i], counts[i]};
    add_counts(document, of->word, of->caption, of->unit, rows, length, !of->without_shares);
}

json_t *meanings_json(enum meaning_table table, const uint64_t *counts)
{
    const struct meanings *of = &TABLES[table];
    json_t *object = json_object();
    for (size_t i = 0; i < of->count; i++)
        if (of->meanings[i] != NULL)
            object = json_with_member(
                object, of->words != NULL ? of->words[i] : cell_meaning(of->meanings[i]).word,
                count_json(counts[i]));
    return object;
}
