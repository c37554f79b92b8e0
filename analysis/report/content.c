/* The report's order, and what its parts share. */
#include "analysis/report/content.h"

#include "analysis/document/text_form.h"

struct document_cell cell_share_of(uint64_t count, uint64_t of, int decimals)
{
    return of > 0 ? cell_share((double)count / (double)of, decimals) : cell_text(NULL);
}

void add_counts(struct document *document, const char *word, const char *caption, const char *unit,
                const struct count_row *rows, size_t count, bool in_percent)
{
    const struct document_column columns[] = {{"what", ""}, {"count", unit}, {"share", "share"}};
    uint64_t sum = 0;
    for (size_t i = 0; i < count; i++)
        sum += rows[i].count;
    if (sum == 0) {
        document_paragraph(document, "%s: none.", caption);
        return;
    }
    document_table(document, word, caption, columns, in_percent ? 3 : 2);
    for (size_t i = 0; i < count; i++) {
        const struct document_cell cells[] = {cell_word(rows[i].word, rows[i].meaning),
                                              cell_count(rows[i].count),
                                              cell_share_of(rows[i].count, sum, 1)};
        document_cells(document, cells, in_percent ? 3 : 2);
    }
    document_figure(document, caption);
}

void add_rest(struct document *document, uint64_t rest, const char *rows)
{
    char count[NUMBER_MAX];
    if (rest > 0)
        document_paragraph(document, "And %s more %s: --format json has all of them.",
                           text_count(rest, count), rows);
}

void add_ad_belief(struct document *document, const struct report *report)
{
    if (report_ad_belief(report) == AD_NOT_BELIEVED)
        document_warning(document,
                         "AD of this resolver was not believed, or it did not validate all the "
                         "time: no DNSSEC status is known, and the DANE numbers say nothing.");
}
