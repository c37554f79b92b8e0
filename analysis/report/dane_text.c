/* DANE and DNSSEC as text, in the order of the "Update on stats" posts of dane-users. */
#include <string.h>

#include "analysis/report/form.h"
#include "analysis/report/text.h"
#include "analysis/collect/survey_file.h"
#include "analysis/document/text_form.h"

enum {
    ROWS_MAX = 30, /* of one table; JSON has more */
    LINE_MAX_LENGTH = 2 * SURVEY_TEXT_MAX + 200
};

static void say(struct printer *printer, const char *text)
{
    fputc('\n', printer->out);
    printer->failed |= text_print(printer->out, 2, "%s", text);
}

static void print_deployment(struct printer *printer)
{
    const struct dane_report *dane = &printer->report->dane;
    char text[SENTENCE_MAX];

    say(printer, "Domains with mail hosts, by DANE:");
    for (int i = 0; i < DANE_DOMAINS_COUNT; i++)
        print_line(printer, dane->domains[i], DANE_DOMAINS_MEANINGS[i]);
    if (dane_secure_domains(dane) > 0)
        say(printer, dane_deployment_text(dane, text));
}

static void print_hosts(struct printer *printer)
{
    const struct dane_report *dane = &printer->report->dane;
    say(printer, "Mail hosts, by DANE:");
    for (int i = 0; i < DANE_HOSTS_COUNT; i++)
        print_line(printer, dane->hosts[i], DANE_HOSTS_MEANINGS[i]);
}

static void print_lookup_failures(struct printer *printer)
{
    const struct dane_report *dane = &printer->report->dane;
    text_heading(printer->out, "DANE lookup failures: what breaks mail");
    print_line(printer, dane->failing_domains,
               "domains with a mail host that fails; senders with DANE do not deliver to it "
               "(RFC 7672 s2.1.2), of");
    print_line(printer, dane->mail_domains, "domains with mail hosts");
    print_line(printer, dane->tlsa_failing_domains, TLSA_FAILING_MEANING);
    print_line(printer, dane->tlsa_failed_hosts, "mail hosts whose TLSA lookup fails");
    print_line(printer, dane->hosts[HOSTS_FAILED] - dane->tlsa_failed_hosts, OTHER_FAILED_MEANING);
    if (dane->failing_domains > 0)
        print_providers(printer, &dane->failing, "failing", "with mail");
}

static void print_parameters(struct printer *printer)
{
    const struct dane_report *dane = &printer->report->dane;
    text_heading(printer->out, "TLSA parameters (usage, selector, matching type)");
    if (dane->parameter_count == 0)
        fprintf(printer->out, "  none\n");
    else
        fprintf(printer->out, "  %14s  %14s  parameters\n", "hosts", "records");
    for (size_t i = 0; i < dane->parameter_count && i < ROWS_MAX; i++) {
        const struct tlsa_parameters *row = &dane->parameters[i];
        char hosts[NUMBER_MAX], records[NUMBER_MAX], text[LINE_MAX_LENGTH];
        snprintf(text, sizeof text, "%llu %llu %llu  %s%s", (unsigned long long)row->usage,
                 (unsigned long long)row->selector, (unsigned long long)row->matching_type,
                 row->usable           ? "usable"
                 : row->reason != NULL ? "unusable: "
                                       : "of an insecure answer: not judged",
                 !row->usable && row->reason != NULL ? row->reason : "");
        int column = fprintf(printer->out, "  %14s  %14s  ", text_count(row->hosts, hosts),
                             text_count(row->records, records));
        printer->failed |= text_wrap(printer->out, column, 34, text);
    }
    if (dane->parameter_count > ROWS_MAX)
        printer->failed |= text_print(printer->out, 2, "and %zu more rows: see the JSON form",
                                      dane->parameter_count - ROWS_MAX);
}

static void print_insecure_tlsa(struct printer *printer)
{
    const struct dane_report *dane = &printer->report->dane;
    const char *setting = dane_setting(printer->report);
    bool all = setting != NULL && strcmp(setting, "all") == 0;
    char records[NUMBER_MAX], text[200];
    text_heading(printer->out, "TLSA records that protect nothing");
    if (all || dane->insecure_zone.hosts > 0) {
        snprintf(text, sizeof text, "mail hosts with TLSA where DNSSEC does not reach (%s records)",
                 text_count(dane->insecure_zone.records, records));
        print_line(printer, dane->insecure_zone.hosts, text);
    }
    if (!all)
        printer->failed |= text_print(printer->out, 2,
                                      "Hosts where DNSSEC does not reach were %s for TLSA: that "
                                      "takes --tlsa all.",
                                      setting != NULL ? "not asked" : "perhaps not asked");
    snprintf(text, sizeof text, "%s (%s records)", INSECURE_TLSA_MEANING,
             text_count(dane->insecure_alias.records, records));
    print_line(printer, dane->insecure_alias.hosts, text);
}

static void print_alias_effects(struct printer *printer)
{
    const struct dane_report *dane = &printer->report->dane;
    text_heading(printer->out, "What CNAME exchanges do to DANE (RFC 7672 s2.2.3)");
    fprintf(printer->out, "  %14s  %14s  of secure domains; by TLSA base domain\n", "hosts",
            "domains");
    for (int i = 0; i < EFFECT_COUNT; i++) {
        char hosts[NUMBER_MAX], domains[NUMBER_MAX];
        int column =
            fprintf(printer->out, "  %14s  %14s  ", text_count(dane->aliases[i].hosts, hosts),
                    text_count(dane->aliases[i].domains, domains));
        printer->failed |= text_wrap(printer->out, column, 34, EFFECT_MEANINGS[i]);
    }
    say(printer, ALIAS_DANE_NOTE);
}

void print_dane(struct printer *printer)
{
    const struct dane_report *dane = &printer->report->dane;
    if (!dane->asked)
        return;
    text_heading(printer->out, "DANE for SMTP (RFC 7672)");
    print_ad_belief(printer);
    print_line(printer, printer->report->estimates[SECURE_DOMAINS].cluster.count,
               "domains with DNSSEC: validated answers to the MX question");
    print_hosts(printer);
    print_deployment(printer);
    text_heading(printer->out, "Providers with the most domains with complete DANE");
    print_providers(printer, &dane->complete, "complete", "with DNSSEC");
    print_lookup_failures(printer);
    print_parameters(printer);
    print_keys(printer);
    print_key_outlook(printer);
    print_insecure_tlsa(printer);
    print_alias_effects(printer);
}

/* --- the resolver --- */

static void print_extended_errors(struct printer *printer)
{
    const struct ede_list *list = &printer->report->ede;
    if (list->length == 0)
        return;
    say(printer, EDE_HEADING ":");
    fprintf(printer->out, "  %12s  %12s  %12s  %-6s  code\n", "domains", "hosts", "lookups", "of");
    for (size_t i = 0; i < list->length && i < ROWS_MAX; i++) {
        const struct ede_count *ede = &list->items[i];
        const char *name = ede_name(ede->code);
        char domains[NUMBER_MAX], hosts[NUMBER_MAX], lookups[NUMBER_MAX];
        fprintf(printer->out, "  %12s  %12s  %12s  %-6s  %u %s\n",
                text_count(ede->domains, domains), text_count(ede->hosts, hosts),
                text_count(ede->lookups, lookups), ede_class_word(ede_class(ede->code)), ede->code,
                name != NULL ? name : "(not known)");
    }
    printer->failed |= text_print(printer->out, 2, "%s", EDE_NOTE);
    if (list->length > ROWS_MAX)
        printer->failed |= text_print(printer->out, 2, "and %zu more codes: see the JSON form",
                                      list->length - ROWS_MAX);
}

void print_resolver(struct printer *printer)
{
    const struct report *report = printer->report;
    bool told = report_info(report, "resolver") != NULL;
    if (!told && report->ede.length == 0)
        return;
    text_heading(printer->out, "DNSSEC as this resolver sees it");
    for (size_t i = 0; i < report->info_count; i++) {
        const struct info *info = &report->info[i];
        char line[LINE_MAX_LENGTH];
        if (strncmp(info->key, "resolver", strlen("resolver")) != 0)
            continue;
        snprintf(line, sizeof line, "%s: %s", info->key, info->value);
        fprintf(printer->out, "  ");
        printer->failed |= text_wrap(printer->out, 2, 4, line);
    }
    printer->failed |= text_print(printer->out, 2, "%s", RESOLVER_NOTE);
    print_extended_errors(printer);
}
