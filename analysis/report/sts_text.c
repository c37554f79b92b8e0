/* MTA-STS and TLSRPT as text. */
#include "analysis/report/form.h"
#include "analysis/report/text.h"

static void say(struct printer *printer, const char *text)
{
    fputc('\n', printer->out);
    printer->failed |= text_print(printer->out, 2, "%s", text);
}

static void print_domains(struct printer *printer)
{
    for (int i = 1; i <= STS_FAILED; i++)
        print_line(printer, printer->report->sts.domains[i], STS_MEANINGS[i]);
}

static void print_records(struct printer *printer)
{
    text_heading(printer->out, "MTA-STS records, by domains");
    for (int i = 1; i <= STS_RECORD_FAILED; i++)
        print_line(printer, printer->report->sts.records[i], STS_RECORD_MEANINGS[i]);
}

static void print_policies(struct printer *printer)
{
    const struct sts_report *sts = &printer->report->sts;
    char text[SENTENCE_MAX];
    text_heading(printer->out, "MTA-STS policies that could not be fetched, by domains");
    for (int i = 1; i <= STS_DETAIL_SPECIAL_ADDRESS; i++)
        print_line(printer, sts->fetch[i], STS_DETAIL_MEANINGS[i]);
    text_heading(printer->out, "MTA-STS policies at fault, by domains");
    for (int i = 0; i < STS_FAULT_COUNT; i++)
        print_line(printer, sts->faults[i], STS_FAULT_MEANINGS[i]);
    if (*sts_media_type_text(sts, text) != '\0')
        say(printer, text);
}

static void print_pair(struct printer *printer, struct sts_count count, const char *text)
{
    char domains[NUMBER_MAX], enforced[NUMBER_MAX];
    int column = fprintf(printer->out, "  %14s  %14s  ", text_count(count.domains, domains),
                         text_count(count.enforced, enforced));
    printer->failed |= text_wrap(printer->out, column, 34, text);
}

static void print_pair_head(struct printer *printer, const char *title)
{
    text_heading(printer->out, title);
    fprintf(printer->out, "  %14s  %14s\n", "domains", "mode enforce");
}

static void print_matches(struct printer *printer)
{
    const struct sts_report *sts = &printer->report->sts;
    print_pair_head(printer, STS_MATCHES_TITLE);
    print_pair(printer, sts->matched, STS_MATCHED_MEANING);
    print_pair(printer, sts->odd, STS_ODD_MEANING);
    print_pair(printer, sts->shut, STS_SHUT_MEANING);
}

static void print_effects(struct printer *printer)
{
    const struct sts_report *sts = &printer->report->sts;
    char text[SENTENCE_MAX];
    print_pair_head(printer, STS_ALIASES_TITLE);
    for (int i = 1; i <= STS_CNAME_NEITHER; i++)
        print_pair(printer, sts->effects[i], STS_CNAME_EFFECT_MEANINGS[i]);
    print_pair(printer, sts_over_aliases(sts), STS_OVER_ALIASES_MEANING);
    if (*sts_refused_text(printer->report, text) != '\0')
        say(printer, text);
    say(printer, STS_TESTING_NOTE);
}

static void print_tlsrpt(struct printer *printer)
{
    text_heading(printer->out, "TLSRPT records (RFC 8460), by domains with a mail host");
    for (int i = 1; i <= TLSRPT_FAILED; i++)
        print_line(printer, printer->report->sts.tlsrpt[i], TLSRPT_MEANINGS[i]);
}

void print_sts(struct printer *printer)
{
    text_heading(printer->out, "MTA-STS (RFC 8461), by domains with a mail host");
    if (!printer->report->sts.asked) {
        printer->failed |= text_print(printer->out, 2, "%s", sts_not_asked_text(printer->report));
        return;
    }
    print_domains(printer);
    print_records(printer);
    print_policies(printer);
    print_matches(printer);
    print_effects(printer);
    print_tlsrpt(printer);
}
