/* text.h - what the parts of the report's text share. */
#ifndef MXSURVEY_ANALYSIS_REPORT_TEXT_H
#define MXSURVEY_ANALYSIS_REPORT_TEXT_H

#include "analysis/report/data.h"

struct printer {
    FILE *out;
    const struct report *report;
    int failed; /* collects what text_wrap() returns */
};

/* One line of a table: the number right-aligned, then words of any origin. */
void print_line(struct printer *printer, uint64_t count, const char *text);

/* A table, "none" where it is empty: with `counted`, of, the share of counted in of, provider. */
void print_providers(struct printer *printer, const struct provider_top *top, const char *counted,
                     const char *of);

/* A sentence where the resolver's AD bit was not believed, else nothing */
void print_ad_belief(struct printer *printer);

/* The estimates: of CNAMEs; all others */
void print_cname_shares(struct printer *printer);
void print_protocol_shares(struct printer *printer);

/* Shares by suffix, DNSSEC status and rank; nothing where nothing is surveyed */
void print_breakdowns(struct printer *printer);

void print_provider_table(struct printer *printer);

/* Providers of aliases' last names */
void print_alias_targets(struct printer *printer);

/* MTA-STS and TLSRPT, or that they were not asked */
void print_sts(struct printer *printer);

/* What senders make of domains with alias exchanges; nothing where there is none */
void print_senders(struct printer *printer);

/* TLSA and DANE; nothing for a survey without TLSA lookups */
void print_dane(struct printer *printer);

/* Parts of print_dane(): known keys; TLSA records that will break */
void print_keys(struct printer *printer);
void print_key_outlook(struct printer *printer);

/* The resolver and its extended errors; nothing where the file tells of neither */
void print_resolver(struct printer *printer);

#endif
