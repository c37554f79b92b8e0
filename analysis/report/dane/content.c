/* DANE, and TLSA records. */
#include <string.h>

#include "analysis/report/content.h"
#include "analysis/report/meanings.h"

static const char *const EFFECT_MEANINGS[EFFECT_COUNT] = {
    [EFFECT_EXPANDED] = "expanded: the TLSA records of the alias's target are in force",
    [EFFECT_INITIAL] = "initial: those of the exchange's own name are",
    [EFFECT_LOST] = "lost: the alias is not secure, DANE does not apply",
    [EFFECT_NONE] = "none: no secure TLSA at the names that count",
    [EFFECT_FAILED] = "failed: a lookup failed",
    [EFFECT_UNREACHABLE] = "unreachable: no address",
};

/* Of hosts with DANE */
static void add_extent(struct document *document, const struct dane_report *dane)
{
    const struct count_row rows[] = {
        {"hosts", "mail hosts that have them", dane->sets.hosts},
        {"names", "names that hold these: TLSA RRsets", dane->sets.names},
        {"contents", "different RRsets, whatever their names", dane->sets.contents},
        {"zones", "zones of the names, by registrable domain", dane->sets.zones},
        {"ipv4", "IPv4 addresses of hosts with DANE, each once", dane->addresses[0]},
        {"ipv6", "IPv6 addresses of these, each once", dane->addresses[1]},
    };
    add_counts(document, "dane_extent", "Usable TLSA records", "count", rows,
               sizeof rows / sizeof *rows, false);
}

static void add_failing_zones(struct document *document, const struct report *report)
{
    const struct named_top *zones = &report->dane.failing_zones;
    size_t rows = shown_rows(report, zones->length);
    if (rows == 0)
        return;
    document_table(document, "dane_failing_zones", "Zones of the names whose TLSA lookups fail",
                   "name:zone|domains|hosts");
    for (size_t i = 0; i < rows; i++)
        document_counts(document, cell_text(zones->items[i].name), zones->items[i].count.domains,
                        zones->items[i].count.hosts);
    document_figure(document, "Zones of the names whose TLSA lookups fail");
    add_rest(document, zones->length - rows, "row");
    document_paragraph(document,
                       "By registrable domain; a survey does not ask whose name servers these "
                       "zones have.");
}

static void add_failing(struct document *document, const struct report *report)
{
    const struct dane_report *dane = &report->dane;
    const struct count_row rows[] = {
        {"failing_domains",
         "domains with a mail host that fails: senders with DANE do not deliver to it (RFC 7672 "
         "s2.1.2)",
         dane->failing_domains},
        {"tlsa_failing_domains",
         "of these, domains with a host whose TLSA lookup itself fails, as the monthly posts to "
         "dane-users count",
         dane->tlsa_failing_domains},
        {"tlsa_failed_hosts", "mail hosts whose TLSA lookup fails", dane->tlsa_failed_hosts},
        {"other_failed_hosts",
         "mail hosts of which another lookup fails: of addresses, or of the first alias record",
         dane->hosts[HOSTS_FAILED] - dane->tlsa_failed_hosts},
    };
    add_counts(document, "dane_failures",
               words_of("What breaks mail, of %s with mail hosts",
                        number_of(dane->mail_domains, "domain")),
               "count", rows, sizeof rows / sizeof *rows, false);
    if (dane->failing_domains == 0)
        return;
    add_provider_top(document, report, "dane_failing_providers",
                     "Providers with the most domains whose mail host fails", &dane->failing,
                     "failing", "with mail");
    add_failing_zones(document, report);
}

static void add_alias_effects(struct document *document, const struct dane_report *dane)
{
    bool any = false;
    for (int i = 0; i < EFFECT_COUNT; i++)
        any |= dane->aliases[i].hosts > 0;
    if (says_nothing(document, !any, "No secure domain names an alias as its exchange."))
        return;
    document_table(document, "dane_aliases",
                   "What CNAME exchanges of secure domains do to DANE, by the TLSA base domain "
                   "(RFC 7672 s2.2.3)",
                   "effect:|hosts|domains");
    for (int i = 0; i < EFFECT_COUNT; i++)
        document_counts(document, cell_meaning(EFFECT_MEANINGS[i]), dane->aliases[i].hosts,
                        dane->aliases[i].domains);
    document_figure(document, "Alias hosts of secure domains");
    document_paragraph(document,
                       "Both names count where the whole chain is secure, else the exchange's own "
                       "alone. Senders need not follow the alias for DANE (RFC 7672 s2.2.2): "
                       "addresses at the exchange itself are safer.");
}

void add_dane_deployment(struct document *document, const struct report *report, const char *which)
{
    const struct dane_report *dane = &report->dane;
    uint64_t secure = dane_secure_domains(dane), complete = dane->domains[DOMAINS_COMPLETE];
    uint64_t primary = complete + dane->domains[DOMAINS_PRIMARY];
    uint64_t open = secure - report->estimates[DOMAINS_DANE_COMPLETE].cluster.of;
    if (secure == 0)
        return;
    document_paragraph(document,
                       "%sDANE TLSA is deployed on ~%s of domains with DNSSEC and mail hosts: "
                       "complete on %s of %s with a secure MX answer",
                       which, percent_of((double)complete / (double)secure, 1), count_of(complete),
                       count_of(secure));
    if (open > 0)
        document_add(document, ", %s of which failed lookups leave open", count_of(open));
    document_add(document,
                 ". Counted at primary hosts only, as the monthly posts to dane-users do: %s. Only "
                 "the DNS is judged: no certificate was compared.",
                 percent_of((double)primary / (double)secure, 1));
}

void add_dane(struct document *document, const struct report *report)
{
    const struct dane_report *dane = &report->dane;
    document_section(document, "dane", "DANE for SMTP (RFC 7672)");
    if (says_nothing(document, !dane->asked,
                     report_info(report, "setting.tlsa") != NULL
                         ? "Not asked: no mail host is known that DANE could apply to."
                         : "Not asked: a survey without TLSA lookups."))
        return;
    add_ad_belief(document, report);
    if (report_ad_belief(report) == AD_NOT_BELIEVED)
        return;
    document_paragraph(document,
                       "%s with DNSSEC: validated answers to the MX question, null MX too.",
                       number_of(report->estimates[SECURE_DOMAINS].cluster.count, "domain"));
    add_dane_deployment(document, report, "");
    add_meanings(document, DANE_DOMAINS_TABLE, dane->domains);
    add_meanings(document, DANE_HOSTS_TABLE, dane->hosts);
    add_provider_top(document, report, "dane_providers",
                     "Providers with the most domains with complete DANE", &dane->complete,
                     "complete", "with DNSSEC");
    add_provider_top(document, report, "dane_ready_providers",
                     "Providers with the most domains that only their own unsigned zone keeps from "
                     "DANE",
                     &dane->ready, "ready", "unsigned");
    add_extent(document, dane);
    add_failing(document, report);
    add_alias_effects(document, dane);
}

/* --- TLSA records --- */

static void add_parameters(struct document *document, const struct report *report)
{
    const struct dane_report *dane = &report->dane;
    if (says_nothing(document, dane->parameter_count == 0, "No host has TLSA records."))
        return;
    document_table(document, "tlsa_parameters", "TLSA records, by their parameters",
                   "parameters:usage, selector, matching type|hosts|records");
    for (size_t i = 0; i < shown_rows(report, dane->parameter_count); i++) {
        const struct tlsa_parameters *row = &dane->parameters[i];
        document_counts(
            document,
            cell_text(words_of("%llu %llu %llu%s%.200s", (unsigned long long)row->usage,
                               (unsigned long long)row->selector,
                               (unsigned long long)row->matching_type,
                               row->usable           ? ""
                               : row->reason != NULL ? ", unusable: "
                                                     : ", of an insecure answer: not judged",
                               !row->usable && row->reason != NULL ? row->reason : "")),
            row->hosts, row->records);
    }
    document_figure(document, "Hosts, by usage, selector and matching type");
    add_rest(document, dane->parameter_count - shown_rows(report, dane->parameter_count), "row");
}

static void add_keys(struct document *document, const struct report *report)
{
    const struct dane_report *dane = &report->dane;
    const struct count_row unused[] = {
        {"only_stale",
         "mail hosts with stale keys only (expired, retired, never sent, of no key; or a CA's "
         "where the host's own belongs, usage 3): likely broken",
         dane->unused.broken},
        {"only_backup",
         "mail hosts with keys only that their CA keeps as a backup, or these and stale ones: no "
         "certificate of today matches",
         dane->unused.idle},
        {"leftover",
         "mail hosts with stale keys beside other records (not only backups): harmless leftovers",
         dane->unused.leftover},
    };
    if (dane->key_count == 0)
        return;
    add_counts(document, "keys_out_of_use", "Mail hosts with keys out of use", "hosts", unused,
               sizeof unused / sizeof *unused, false);
    document_table(document, "known_keys",
                   "Keys of well-known CAs, and digests of none, in records that senders go by",
                   "key|hosts|only_stale:only stale|only_backup:only backup|leftover");
    for (size_t i = 0; i < shown_rows(report, dane->key_count); i++) {
        const struct key_use *key = &dane->keys[i];
        const char *status = key->status != NULL ? key->status : "status not known";
        document_counts(document, cell_text(words_of("%.200s (%.100s)", key->name, status)),
                        key->hosts, key->broken, key->idle, key->leftover);
    }
    add_rest(document, dane->key_count - shown_rows(report, dane->key_count), "key");
    document_paragraph(document,
                       "The DNS cannot prove any of these: the host's chain was not looked at. A "
                       "record that a stronger digest displaces (RFC 7671 s9) is not counted.");
}

static void add_outlook(struct document *document, const struct key_outlook *outlook)
{
    const struct count_row rows[] = {
        {"single_record",
         "not ready for another key: a single TLSA record that senders go by; the next one must be "
         "published beside it two TTLs before its key is used (RFC 7671 s8.1, s8.4)",
         outlook->single},
        {"certificate_only",
         "not ready for another certificate: records of the host's whole certificate only (3 0 x), "
         "which each renewal changes, also where the key stays (RFC 7671 s5.1)",
         outlook->certificate},
        {"without_data",
         "with a TLSA record without data: it crashes Postfix before 3.8.18, 3.9.12, 3.10.11, "
         "3.11.4",
         outlook->empty},
    };
    add_counts(document, "tlsa_outlook", "Mail hosts with TLSA records that will break", "hosts",
               rows, sizeof rows / sizeof *rows, false);
    for (size_t i = 0; i < outlook->empty_count; i++)
        document_point(document, "without data: %.300s", outlook->empty_hosts[i]);
    add_rest(document, outlook->empty - outlook->empty_count, "host");
    if (outlook->unknown_count == 0)
        return;
    document_table(document, "unknown_keys",
                   "The most common unknown keys in records of usage 2 (DANE-TA)",
                   "record|hosts|providers");
    for (size_t i = 0; i < outlook->unknown_count; i++) {
        const struct unknown_key *key = &outlook->unknown[i];
        document_counts(document,
                        cell_text(words_of("2 %llu %llu %.300s", (unsigned long long)key->selector,
                                           (unsigned long long)key->matching_type, key->digest)),
                        key->hosts, key->providers);
    }
}

static void add_insecure(struct document *document, const struct report *report)
{
    const struct dane_report *dane = &report->dane;
    const char *setting = dane_setting(report);
    bool all = setting != NULL && strcmp(setting, "all") == 0;
    document_table(document, "tlsa_insecure", "TLSA records that protect nothing",
                   "where:|hosts|records");
    if (all || dane->insecure_zone.hosts > 0)
        document_counts(
            document,
            cell_word("insecure_zone", "mail hosts with TLSA where DNSSEC does not reach"),
            dane->insecure_zone.hosts, dane->insecure_zone.records);
    document_counts(
        document,
        cell_word("insecure_alias",
                  "mail hosts asked by RFC 7672 whose TLSA answer is not secure: an alias, "
                  "or a zone below the host, is not signed"),
        dane->insecure_alias.hosts, dane->insecure_alias.records);
    if (!all)
        document_paragraph(document,
                           "Hosts where DNSSEC does not reach were %s for TLSA: that takes --tlsa "
                           "all.",
                           setting != NULL ? "not asked" : "perhaps not asked");
}

void add_tlsa(struct document *document, const struct report *report)
{
    if (!report->dane.asked || report_ad_belief(report) == AD_NOT_BELIEVED)
        return;
    document_section(document, "tlsa", "TLSA records and their keys");
    add_parameters(document, report);
    add_keys(document, report);
    add_outlook(document, &report->dane.outlook);
    add_insecure(document, report);
}
