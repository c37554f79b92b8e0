/* DANE, TLSA and the resolver in the page. */
#include <stdio.h>
#include <string.h>

#include "analysis/report/form.h"
#include "analysis/report/html.h"

enum {
    ROWS_MAX = 30 /* of one table; JSON has more */
};

static size_t at_most(size_t count)
{
    return count < ROWS_MAX ? count : ROWS_MAX;
}

void page_dane(struct html_form *form, const struct report *report)
{
    const struct dane_report *dane = &report->dane;
    struct page_count hosts[DANE_HOSTS_COUNT], domains[DANE_DOMAINS_COUNT];
    char text[SENTENCE_MAX];
    for (int i = 0; i < DANE_HOSTS_COUNT; i++)
        hosts[i] = (struct page_count){DANE_HOSTS_WORDS[i], DANE_HOSTS_MEANINGS[i], dane->hosts[i]};
    for (int i = 0; i < DANE_DOMAINS_COUNT; i++)
        domains[i] =
            (struct page_count){DANE_DOMAINS_WORDS[i], DANE_DOMAINS_MEANINGS[i], dane->domains[i]};
    page_ad_belief(form, report);
    html_paragraph(form, "%s domains with DNSSEC: validated answers to the MX question.",
                   text_count(report->estimates[SECURE_DOMAINS].cluster.count, text));
    page_counts(form, "Mail hosts, by DANE", "hosts", "DANE", hosts, DANE_HOSTS_COUNT);
    page_counts(form, "Domains with mail hosts, by DANE", "domains", "DANE", domains,
                DANE_DOMAINS_COUNT);
    if (dane_secure_domains(dane) > 0)
        html_paragraph(form, "%s", dane_deployment_text(dane, text));
    html_heading(form, "Providers with the most domains with complete DANE");
    page_providers(form, &dane->complete, "Domains with complete DANE", "complete", "with DNSSEC");
}

void page_dane_failures(struct html_form *form, const struct report *report)
{
    const struct dane_report *dane = &report->dane;
    const struct page_count rows[] = {
        {NULL,
         "domains with a mail host that fails; senders with DANE do not deliver to it (RFC 7672 "
         "s2.1.2)",
         dane->failing_domains},
        {NULL, "domains with mail hosts", dane->mail_domains},
        {NULL, TLSA_FAILING_MEANING, dane->tlsa_failing_domains},
        {NULL, "mail hosts whose TLSA lookup fails", dane->tlsa_failed_hosts},
        {NULL, OTHER_FAILED_MEANING, dane->hosts[HOSTS_FAILED] - dane->tlsa_failed_hosts},
    };
    page_count_table(form, "What fails", "count", "", rows, 5);
    if (dane->failing_domains > 0)
        page_providers(form, &dane->failing, "Domains with a mail host that fails", "failing",
                       "with mail");
}

/* --- TLSA records --- */

static void parameters_table(struct html_form *form, const struct dane_report *dane)
{
    static const struct html_column columns[] = {{"usage, selector, matching type", false},
                                                 {"judged", false},
                                                 {"hosts", true},
                                                 {"records", true}};
    html_table_begin(form, "TLSA parameters", columns, 4);
    for (size_t i = 0; i < at_most(dane->parameter_count); i++) {
        const struct tlsa_parameters *row = &dane->parameters[i];
        char text[SENTENCE_MAX];
        html_row_begin(form);
        snprintf(text, sizeof text, "%llu %llu %llu", (unsigned long long)row->usage,
                 (unsigned long long)row->selector, (unsigned long long)row->matching_type);
        html_cell_header(form, text);
        snprintf(text, sizeof text, "unusable: %.200s", row->reason != NULL ? row->reason : "");
        html_cell_text(form, row->usable           ? "usable"
                             : row->reason != NULL ? text
                                                   : "of an insecure answer: not judged");
        html_cell_count(form, row->hosts);
        html_cell_count(form, row->records);
        html_row_end(form);
    }
    html_table_end(form);
    page_rest(form, dane->parameter_count - at_most(dane->parameter_count), "rows");
}

static void page_parameters(struct html_form *form, const struct dane_report *dane)
{
    struct plot_bar bars[ROWS_MAX];
    char labels[ROWS_MAX][NUMBER_MAX];
    if (dane->parameter_count == 0) {
        html_paragraph(form, "No host has TLSA records.");
        return;
    }
    for (size_t i = 0; i < at_most(dane->parameter_count); i++) {
        const struct tlsa_parameters *row = &dane->parameters[i];
        snprintf(labels[i], NUMBER_MAX, "%llu %llu %llu%s", (unsigned long long)row->usage,
                 (unsigned long long)row->selector, (unsigned long long)row->matching_type,
                 row->usable           ? ""
                 : row->reason != NULL ? ", unusable"
                                       : ", not judged");
        bars[i] = (struct plot_bar){labels[i], row->hosts};
    }
    html_pair_begin(form);
    plot_bars(form, "Hosts, by usage, selector and matching type", bars,
              at_most(dane->parameter_count));
    parameters_table(form, dane);
    html_pair_end(form);
}

static void page_insecure_tlsa(struct html_form *form, const struct report *report)
{
    static const struct html_column columns[] = {{"", false}, {"hosts", true}, {"records", true}};
    const struct tlsa_count counts[] = {report->dane.insecure_zone, report->dane.insecure_alias};
    static const char *const meanings[] = {
        "mail hosts with TLSA where DNSSEC does not reach",
        INSECURE_TLSA_MEANING,
    };
    const char *setting = dane_setting(report);
    bool all = setting != NULL && strcmp(setting, "all") == 0;
    html_heading(form, "TLSA records that protect nothing");
    html_table_begin(form, "Insecure TLSA records", columns, 3);
    for (int i = all || counts[0].hosts > 0 ? 0 : 1; i < 2; i++) {
        html_row_begin(form);
        html_cell_header(form, meanings[i]);
        html_cell_count(form, counts[i].hosts);
        html_cell_count(form, counts[i].records);
        html_row_end(form);
    }
    html_table_end(form);
    if (!all)
        html_paragraph(form,
                       "Hosts where DNSSEC does not reach were %s for TLSA: that takes "
                       "--tlsa all.",
                       setting != NULL ? "not asked" : "perhaps not asked");
}

static void page_alias_effects(struct html_form *form, const struct dane_report *dane)
{
    static const struct html_column columns[] = {
        {"of secure domains; by TLSA base domain", false}, {"hosts", true}, {"domains", true}};
    struct plot_bar bars[EFFECT_COUNT];
    for (int i = 0; i < EFFECT_COUNT; i++)
        bars[i] = (struct plot_bar){EFFECT_WORDS[i], dane->aliases[i].hosts};
    html_heading(form, "What CNAME exchanges do to DANE (RFC 7672 s2.2.3)");
    html_pair_begin(form);
    plot_bars(form, "Alias hosts of secure domains", bars, EFFECT_COUNT);
    html_table_begin(form, "Aliases that secure domains name", columns, 3);
    for (int i = 0; i < EFFECT_COUNT; i++) {
        html_row_begin(form);
        html_cell_header(form, EFFECT_MEANINGS[i]);
        html_cell_count(form, dane->aliases[i].hosts);
        html_cell_count(form, dane->aliases[i].domains);
        html_row_end(form);
    }
    html_table_end(form);
    html_pair_end(form);
    html_paragraph(form, "%s", ALIAS_DANE_NOTE);
}

void page_tlsa(struct html_form *form, const struct report *report)
{
    page_parameters(form, &report->dane);
    page_keys(form, &report->dane);
    page_key_outlook(form, &report->dane.outlook);
    page_insecure_tlsa(form, report);
    page_alias_effects(form, &report->dane);
}

/* --- the resolver --- */

static void page_extended_errors(struct html_form *form, const struct ede_list *list)
{
    static const struct html_column columns[] = {
        {"code", false}, {"of", false}, {"domains", true}, {"hosts", true}, {"lookups", true}};
    if (list->length == 0)
        return;
    html_table_begin(form, EDE_HEADING, columns, 5);
    for (size_t i = 0; i < at_most(list->length); i++) {
        const struct ede_count *ede = &list->items[i];
        const char *name = ede_name(ede->code);
        char text[NUMBER_MAX];
        snprintf(text, sizeof text, "%u %s", ede->code, name != NULL ? name : "(not known)");
        html_row_begin(form);
        html_cell_header(form, text);
        html_cell_text(form, ede_class_word(ede_class(ede->code)));
        html_cell_count(form, ede->domains);
        html_cell_count(form, ede->hosts);
        html_cell_count(form, ede->lookups);
        html_row_end(form);
    }
    html_table_end(form);
    page_rest(form, list->length - at_most(list->length), "codes");
    html_paragraph(form, "%s", EDE_NOTE);
}

void page_resolver(struct html_form *form, const struct report *report)
{
    static const struct html_column columns[] = {{"key", false}, {"value", false}};
    html_table_begin(form, "The resolver", columns, 2);
    for (size_t i = 0; i < report->info_count; i++) {
        const struct info *info = &report->info[i];
        if (strncmp(info->key, "resolver", strlen("resolver")) != 0)
            continue;
        html_row_begin(form);
        html_cell_header(form, info->key);
        html_cell_text(form, info->value);
        html_row_end(form);
    }
    html_table_end(form);
    html_paragraph(form, "%s", RESOLVER_NOTE);
    page_extended_errors(form, &report->ede);
}
