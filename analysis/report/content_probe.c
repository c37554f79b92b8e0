/* What mail servers showed to `mxsurvey probe`. */
#include <stdio.h>

#include "analysis/document/text_form.h"
#include "analysis/report/content.h"
#include "analysis/report/form.h"

static const char *const OUTCOME_MEANINGS[PROBE_MALFORMED + 1] = {
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
};

static const char *const PKIX_MEANINGS[PKIX_OTHER + 1] = {
    [PKIX_VALID] = "valid: an authority vouches for it, whatever names it has",
    [PKIX_EXPIRED] = "expired",
    [PKIX_NOT_YET_VALID] = "not_yet_valid",
    [PKIX_SELF_SIGNED] = "self_signed: its own issuer",
    [PKIX_UNTRUSTED] = "untrusted: by an authority that is none",
    [PKIX_INCOMPLETE] = "incomplete: an intermediate certificate, or the authority, is not there",
    [PKIX_WEAK] = "weak: a key or signature of less than 112 bits",
    [PKIX_OTHER] = "other: a wrong signature, purpose or constraint",
};

static const char *const NAMES_MEANINGS[CERTIFICATE_NAMES_COUNT] = {
    [NAMES_HOST] = "exchange: the exchange's name alone",
    [NAMES_TARGET] = "target: the alias's target alone",
    [NAMES_BOTH] = "both",
    [NAMES_NEITHER] = "neither",
};

static const char *const EXPIRY_MEANINGS[EXPIRY_COUNT] = {
    [EXPIRY_PAST] = "expired when the host was met",
    [EXPIRY_7] = "to expire within 7 days",
    [EXPIRY_14] = "within 14 days",
    [EXPIRY_30] = "within 30 days",
};

static void add_outcomes(struct document *document, const struct probe_report *probe)
{
    struct count_row outcomes[PROBE_MALFORMED + 1], versions[TLS_VERSION_1_3 + 1];
    for (int i = PROBE_TLS; i <= PROBE_MALFORMED; i++)
        outcomes[i - PROBE_TLS] = (struct count_row){probe_outcome_word((enum probe_outcome)i),
                                                     OUTCOME_MEANINGS[i], probe->outcomes[i]};
    outcomes[PROBE_MALFORMED] =
        (struct count_row){"not_met", "not_met: with an address, and not met", probe->left};
    add_counts(document, "probe_outcomes", "Mail hosts, by what came of meeting them", "hosts",
               outcomes, PROBE_MALFORMED + 1, true);
    for (int i = TLS_VERSION_1_0; i <= TLS_VERSION_1_3; i++) {
        const char *word = tls_version_word((enum tls_version)i);
        versions[i - TLS_VERSION_1_0] = (struct count_row){word, word, probe->versions[i]};
    }
    add_counts(document, "tls_versions", "TLS versions agreed on; all were offered", "hosts",
               versions, TLS_VERSION_1_3, true);
    char count[NUMBER_MAX];
    if (probe->plaintext > 0)
        document_paragraph(
            document,
            "%s hosts sent octets between the reply to STARTTLS and TLS, as a man in "
            "the middle would.",
            text_count(probe->plaintext, count));
}

static void add_certificates(struct document *document, const struct probe_report *probe)
{
    struct count_row pkix[PKIX_OTHER + 1];
    for (int i = PKIX_VALID; i <= PKIX_OTHER; i++)
        pkix[i] =
            (struct count_row){i == PKIX_VALID ? "valid" : pkix_fault_word((enum pkix_fault)i),
                               PKIX_MEANINGS[i], probe->pkix[i]};
    add_counts(document, "certificates", "Certificates, by the authorities of MTA-STS senders",
               "hosts", pkix, PKIX_OTHER + 1, true);
    document_table_of(document, "certificate_expiry",
                      "Certificates that expire, each row with those before but for expired ones",
                      "when:|hosts|certificates:distinct certificates");
    for (int i = 0; i < EXPIRY_COUNT; i++)
        document_row(document, cell_word(EXPIRY_WORDS[i], EXPIRY_MEANINGS[i]),
                     cell_count(probe->expiry[i].hosts), cell_count(probe->expiry[i].certificates));
}

static void add_alias_names(struct document *document, const struct probe_report *probe)
{
    uint64_t shown = 0;
    for (int i = 0; i < CERTIFICATE_NAMES_COUNT; i++)
        shown += probe->aliases[i].named;
    if (shown == 0) {
        document_paragraph(document, "No CNAME exchange showed a certificate.");
        return;
    }
    document_table_of(document, "certificate_names",
                      "CNAME exchanges, by the names in their certificates",
                      "names:|hosts|share|valid:of these, valid");
    for (int i = 0; i < CERTIFICATE_NAMES_COUNT; i++)
        document_row(document, cell_word(CERTIFICATE_NAMES_WORDS[i], NAMES_MEANINGS[i]),
                     cell_count(probe->aliases[i].named),
                     cell_share_of(probe->aliases[i].named, shown, 1),
                     cell_count(probe->aliases[i].valid));
    document_figure(document, "Whose name CNAME exchanges have in their certificates");
    document_paragraph(
        document, "A sender that follows RFC 8461 (s4.2) wants the exchange's name, one that "
                  "matches the alias's target wants that; both want it in a valid certificate.");
}

/* What is wrong with a host, of those that fail */
static const char *failing_reason(enum probe_outcome outcome)
{
    return outcome == PROBE_TLS ? "no record matches" : probe_outcome_word(outcome);
}

static void add_failing(struct document *document, const struct report *report)
{
    const struct probe_report *probe = &report->probe;
    const struct failing_list *hosts = &probe->failing, *providers = &probe->failing_providers;
    char failing[NUMBER_MAX], domains[NUMBER_MAX];
    if (report_ad_belief(report) == AD_NOT_BELIEVED)
        return;
    if (hosts->length == 0) {
        document_paragraph(document, "No mail host with usable TLSA records fails.");
        return;
    }
    document_paragraph(
        document,
        "%s mail hosts have usable TLSA records that do not match what they showed, "
        "or no TLS: senders with DANE (RFC 7672) deliver nothing to them, and mail to "
        "%s domains with a secure MX answer waits or goes to their other hosts. The "
        "records are those of the survey: what was replaced since fails here alone.",
        text_count(probe->failing_hosts, failing), text_count(probe->failing_domains, domains));
    size_t shown = shown_rows(report, providers->length);
    if (shown > 0)
        document_table_of(document, "dane_broken_providers", "DANE that fails today, by provider",
                          "provider|domains|hosts");
    for (size_t i = 0; i < shown; i++)
        document_row(document, cell_text(providers->items[i].provider),
                     cell_count(providers->items[i].domains),
                     cell_count(providers->items[i].hosts));
    shown = shown_rows(report, hosts->length);
    document_table_of(document, "dane_broken_hosts", "The hosts", "host|domains|provider|reason");
    for (size_t i = 0; i < shown; i++)
        document_row(document, cell_text(hosts->items[i].host), cell_count(hosts->items[i].domains),
                     cell_text(hosts->items[i].provider),
                     cell_text(failing_reason(hosts->items[i].outcome)));
    add_rest(document, probe->failing_hosts - shown, "hosts");
}

void add_probe(struct document *document, const struct report *report)
{
    const struct probe_report *probe = &report->probe;
    document_section(document, "probe", "What mail servers showed");
    if (!probe->any) {
        document_paragraph(document,
                           "Not probed: mxsurvey probe meets the mail hosts of a finished "
                           "survey, and adds what they show.");
        return;
    }
    add_ad_belief(document, report);
    add_probe_shares(document, report);
    add_outcomes(document, probe);
    add_failing(document, report);
    add_alias_names(document, probe);
    add_certificates(document, probe);
}
