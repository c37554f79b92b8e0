/* What mail servers showed to `mxsurvey probe`. */
#include "analysis/report/content.h"
#include "analysis/report/meanings.h"

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
    add_meanings(document, PROBE_OUTCOMES_TABLE, probe->outcomes);
    add_meanings(document, PROBE_VERSIONS_TABLE, probe->versions);
    if (probe->plaintext > 0)
        document_paragraph(
            document,
            "%s sent octets between the reply to STARTTLS and TLS, as a man in the middle would.",
            number_of(probe->plaintext, "host"));
}

static void add_certificates(struct document *document, const struct probe_report *probe)
{
    add_meanings(document, PROBE_CERTIFICATES_TABLE, probe->pkix);
    document_table(document, "certificate_expiry",
                   "Certificates that expire, each row with those before but for expired ones",
                   "when:|hosts|certificates:distinct certificates");
    for (int i = 0; i < EXPIRY_COUNT; i++)
        document_counts(document, cell_word(EXPIRY_WORDS[i], EXPIRY_MEANINGS[i]),
                        probe->expiry[i].hosts, probe->expiry[i].certificates);
}

static void add_alias_names(struct document *document, const struct probe_report *probe)
{
    uint64_t shown = 0;
    for (int i = 0; i < CERTIFICATE_NAMES_COUNT; i++)
        shown += probe->aliases[i].named;
    if (says_nothing(document, shown == 0, "No CNAME exchange showed a certificate."))
        return;
    document_table(document, "certificate_names",
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
    bool is_one = probe->failing_hosts == 1;
    if (report_ad_belief(report) == AD_NOT_BELIEVED)
        return;
    if (says_nothing(document, hosts->length == 0, "No mail host with usable TLSA records fails."))
        return;
    document_paragraph(
        document,
        "%s %s usable TLSA records that do not match what %s showed, or no TLS: senders with DANE "
        "(RFC 7672) deliver nothing to %s, and mail to %s with a secure MX answer waits or goes to "
        "other hosts. The records are those of the survey: what was replaced since fails here "
        "alone.",
        number_of(probe->failing_hosts, "mail host"), is_one ? "has" : "have",
        is_one ? "it" : "they", is_one ? "it" : "them",
        number_of(probe->failing_domains, "domain"));
    size_t shown = shown_rows(report, providers->length);
    if (shown > 0)
        document_table(document, "dane_broken_providers", "DANE that fails today, by provider",
                       "provider|domains|hosts");
    for (size_t i = 0; i < shown; i++)
        document_counts(document, cell_text(providers->items[i].provider),
                        providers->items[i].domains, providers->items[i].hosts);
    shown = shown_rows(report, hosts->length);
    document_table(document, "dane_broken_hosts", "The hosts", "host|domains|provider|reason");
    for (size_t i = 0; i < shown; i++)
        document_row(document, cell_text(hosts->items[i].host), cell_count(hosts->items[i].domains),
                     cell_text(hosts->items[i].provider),
                     cell_text(failing_reason(hosts->items[i].outcome)));
    add_rest(document, probe->failing_hosts - shown, "host");
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
