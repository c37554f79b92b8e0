/* MTA-STS and TLSRPT in the page. */
#include "analysis/report/form.h"
#include "analysis/report/html.h"

static void page_words(struct html_form *form, const struct sts_report *sts)
{
    struct page_count domains[STS_FAILED], records[STS_RECORD_FAILED];
    for (int i = 1; i <= STS_FAILED; i++)
        domains[i - 1] =
            (struct page_count){sts_word((enum sts)i), STS_MEANINGS[i], sts->domains[i]};
    for (int i = 1; i <= STS_RECORD_FAILED; i++)
        records[i - 1] = (struct page_count){sts_record_outcome_word((enum sts_record_outcome)i),
                                             STS_RECORD_MEANINGS[i], sts->records[i]};
    page_counts(form, "Domains with a mail host, by MTA-STS", "domains", "MTA-STS", domains,
                STS_FAILED);
    page_counts(form, "Domains, by MTA-STS record", "domains", "record", records,
                STS_RECORD_FAILED);
}

static void page_faults(struct html_form *form, const struct sts_report *sts)
{
    struct page_count fetch[STS_DETAIL_SPECIAL_ADDRESS], faults[STS_FAULT_COUNT];
    char text[SENTENCE_MAX];
    for (int i = 1; i <= STS_DETAIL_SPECIAL_ADDRESS; i++)
        fetch[i - 1] = (struct page_count){sts_detail_word((enum sts_detail)i),
                                           STS_DETAIL_MEANINGS[i], sts->fetch[i]};
    for (int i = 0; i < STS_FAULT_COUNT; i++)
        faults[i] = (struct page_count){STS_FAULT_WORDS[i], STS_FAULT_MEANINGS[i], sts->faults[i]};
    page_counts(form, "Policies that could not be fetched", "domains", "why", fetch,
                STS_DETAIL_SPECIAL_ADDRESS);
    page_counts(form, "Policies at fault", "domains", "fault", faults, STS_FAULT_COUNT);
    if (*sts_media_type_text(sts, text) != '\0')
        html_paragraph(form, "%s", text);
}

static void pair_row(struct html_form *form, struct sts_count count, const char *text)
{
    html_row_begin(form);
    html_cell_header(form, text);
    html_cell_count(form, count.domains);
    html_cell_count(form, count.enforced);
    html_row_end(form);
}

static const struct html_column pair_columns[] = {
    {"", false}, {"domains", true}, {"mode enforce", true}};

static void page_matches(struct html_form *form, const struct sts_report *sts)
{
    const struct plot_bar bars[] = {{"all match", sts->matched.domains - sts->odd.domains},
                                    {"some match", sts->odd.domains - sts->shut.domains},
                                    {"none matches", sts->shut.domains}};
    html_pair_begin(form);
    plot_bars(form, "Domains, by how their exchanges match the policy", bars, 3);
    html_table_begin(form, STS_MATCHES_TITLE, pair_columns, 3);
    pair_row(form, sts->matched, STS_MATCHED_MEANING);
    pair_row(form, sts->odd, STS_ODD_MEANING);
    pair_row(form, sts->shut, STS_SHUT_MEANING);
    html_table_end(form);
    html_pair_end(form);
}

static void page_effects(struct html_form *form, const struct report *report)
{
    struct plot_bar bars[STS_CNAME_NEITHER];
    char text[SENTENCE_MAX];
    for (int i = 1; i <= STS_CNAME_NEITHER; i++)
        bars[i - 1] = (struct plot_bar){sts_cname_effect_word((enum sts_cname_effect)i),
                                        report->sts.effects[i].domains};
    html_heading(form, STS_ALIASES_TITLE);
    html_pair_begin(form);
    plot_bars(form, "Domains with a policy over a CNAME exchange", bars, STS_CNAME_NEITHER);
    html_table_begin(form, STS_ALIASES_TITLE, pair_columns, 3);
    for (int i = 1; i <= STS_CNAME_NEITHER; i++)
        pair_row(form, report->sts.effects[i], STS_CNAME_EFFECT_MEANINGS[i]);
    pair_row(form, sts_over_aliases(&report->sts), STS_OVER_ALIASES_MEANING);
    html_table_end(form);
    html_pair_end(form);
    if (*sts_refused_text(report, text) != '\0')
        html_paragraph(form, "%s", text);
    html_paragraph(form, "%s", STS_TESTING_NOTE);
}

static void page_tlsrpt(struct html_form *form, const struct sts_report *sts)
{
    struct page_count rows[TLSRPT_FAILED];
    for (int i = 1; i <= TLSRPT_FAILED; i++)
        rows[i - 1] =
            (struct page_count){tlsrpt_word((enum tlsrpt)i), TLSRPT_MEANINGS[i], sts->tlsrpt[i]};
    html_heading(form, "TLSRPT (RFC 8460)");
    page_counts(form, "Domains with a mail host, by TLSRPT", "domains", "record", rows,
                TLSRPT_FAILED);
}

void page_sts(struct html_form *form, const struct report *report)
{
    if (!report->sts.asked) {
        html_paragraph(form, "%s", sts_not_asked_text(report));
        return;
    }
    page_words(form, &report->sts);
    page_faults(form, &report->sts);
    page_matches(form, &report->sts);
    page_effects(form, report);
    page_tlsrpt(form, &report->sts);
}
