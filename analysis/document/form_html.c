/* A document as one page. */
#include <stdlib.h>

#include "analysis/document/blocks.h"
#include "analysis/document/forms.h"
#include "analysis/document/html_form.h"
#include "analysis/document/plot.h"

enum {
    COLUMNS_MAX = 16,
};

struct page {
    struct html_form form;
    const struct document *document;
    bool in_section, in_points;
};

static void put_contents(struct page *page)
{
    const char **titles = calloc(page->document->count + 1, sizeof *titles);
    size_t count = 0;
    if (titles == NULL) {
        html_no_memory(&page->form);
        return;
    }
    for (size_t i = 0; i < page->document->count; i++)
        if (page->document->blocks[i].kind == BLOCK_SECTION)
            titles[count++] = page->document->blocks[i].text;
    if (count > 1)
        html_contents(&page->form, titles, count);
    free(titles);
}

static void put_cell(struct page *page, const struct document_cell *cell)
{
    struct html_form *form = &page->form;
    char words[CELL_TEXT_MAX];
    if (cell->kind == CELL_NONE) {
        html_cell_percent(form, false, 0, 0);
    } else if (cell->kind == CELL_TEXT) {
        html_cell_text(form, cell->text);
    } else if (cell->kind == CELL_COUNT) {
        html_cell_count(form, cell->count);
    } else {
        fprintf(form->out, "<td class=\"number\" data-value=\"%.12g", cell->value);
        if (cell->has_interval)
            fprintf(form->out, " %.12g %.12g", cell->interval.low, cell->interval.high);
        fputs("\">", form->out);
        html_text(form, document_cell_words(cell, words));
        fputs("</td>", form->out);
    }
}

static void put_table(struct page *page, const struct block *table)
{
    const struct document *document = page->document;
    struct html_column columns[COLUMNS_MAX];
    size_t count = table->column_count < COLUMNS_MAX ? table->column_count : COLUMNS_MAX;
    for (size_t column = 0; column < count; column++)
        columns[column] = (struct html_column){
            table->columns[column].title,
            column > 0 && table->row_count > 0 &&
                document_cell_at(document, table, 0, column)->kind != CELL_TEXT};
    html_table_begin(&page->form, table->text, columns, count);
    for (size_t row = 0; row < table->row_count; row++) {
        html_row_begin(&page->form);
        char name[CELL_TEXT_MAX];
        html_cell_header(&page->form,
                         document_cell_words(document_cell_at(document, table, row, 0), name));
        for (size_t column = 1; column < count; column++)
            put_cell(page, document_cell_at(document, table, row, column));
        html_row_end(&page->form);
    }
    html_table_end(&page->form);
}

/* What a figure shows, as names and cells: a table's column, or the facts before it. */
struct shown {
    char names[PLOT_ROWS_MAX][CELL_TEXT_MAX];
    const struct document_cell *cells[PLOT_ROWS_MAX];
    size_t count;
};

static void show(struct shown *shown, const char *name, const struct document_cell *cell)
{
    if (shown->count == PLOT_ROWS_MAX)
        return;
    snprintf(shown->names[shown->count], CELL_TEXT_MAX, "%s", name);
    shown->cells[shown->count++] = cell;
}

static void show_table(const struct document *document, const struct block *table,
                       struct shown *shown)
{
    size_t column = document_figure_column(document, table);
    for (size_t row = 0; column > 0 && row < table->row_count; row++) {
        char name[CELL_TEXT_MAX];
        show(shown, document_cell_word(document_cell_at(document, table, row, 0), name),
             document_cell_at(document, table, row, column));
    }
}

static void show_facts(const struct document *document, const struct block *figure,
                       struct shown *shown)
{
    const struct block *block = figure;
    while (block > document->blocks &&
           (block[-1].kind == BLOCK_FACT || block[-1].kind == BLOCK_DETAIL))
        block--;
    for (; block < figure; block++)
        if (block->kind == BLOCK_FACT)
            show(shown, block->text, &block->cell);
}

static struct plot_share share_of(const struct document_cell *cell)
{
    return (struct plot_share){
        .known = cell->kind == CELL_SHARE || cell->kind == CELL_POINTS,
        .share = cell->value,
        .has_bar = cell->has_interval,
        .bar = cell->interval,
    };
}

static void put_figure(struct page *page, const struct shown *shown, const char *title)
{
    struct plot_row shares[PLOT_ROWS_MAX];
    struct plot_bar bars[PLOT_ROWS_MAX];
    bool has_shares = false;
    for (size_t i = 0; i < shown->count; i++) {
        shares[i] = (struct plot_row){shown->names[i], share_of(shown->cells[i])};
        bars[i] = (struct plot_bar){shown->names[i], shown->cells[i]->count};
        has_shares |= shares[i].share.known;
    }
    if (has_shares)
        plot_shares(&page->form, title, shares, shown->count);
    else
        plot_bars(&page->form, title, bars, shown->count);
}

/* Each column of shares is a series. */
static void put_times(struct page *page, const struct block *table, const char *title)
{
    size_t moments = table->row_count < PLOT_MOMENTS_MAX ? table->row_count : PLOT_MOMENTS_MAX;
    struct plot_share *shares = calloc(table->column_count * moments, sizeof *shares);
    int64_t *times = calloc(moments, sizeof *times);
    struct plot_series series[PLOT_SERIES_MAX];
    size_t count = 0;
    if (shares == NULL || times == NULL) {
        html_no_memory(&page->form);
        goto done;
    }
    for (size_t row = 0; row < moments; row++)
        times[row] = (int64_t)document_cell_at(page->document, table, row, 0)->value;
    for (size_t column = 1; column < table->column_count && count < PLOT_SERIES_MAX; column++) {
        struct plot_share *line = &shares[column * moments];
        bool known = false;
        for (size_t row = 0; row < moments; row++) {
            line[row] = share_of(document_cell_at(page->document, table, row, column));
            known |= line[row].known;
        }
        if (known)
            series[count++] = (struct plot_series){table->columns[column].title, line};
    }
    plot_times(&page->form, title, times, moments, series, count);

done:
    free(times);
    free(shares);
}

static void put_table_figure(struct page *page, const struct block *table, const char *title)
{
    struct shown shown = {.count = 0};
    if (table->row_count == 0)
        return;
    if (document_cell_at(page->document, table, 0, 0)->kind == CELL_TIME) {
        put_times(page, table, title);
        return;
    }
    show_table(page->document, table, &shown);
    put_figure(page, &shown, title);
}

/* A table with a figure of it: side by side where the screen is wide */
static void put_pair(struct page *page, const struct block *table, const struct block *figure)
{
    html_pair_begin(&page->form);
    put_table_figure(page, table, figure->text);
    put_table(page, table);
    html_pair_end(&page->form);
}

static void begin_block(struct page *page, enum block_kind kind)
{
    if (page->in_points && kind != BLOCK_POINT)
        fputs("</ul>\n", page->form.out);
    if (!page->in_points && kind == BLOCK_POINT)
        fputs("<ul class=\"points\">\n", page->form.out);
    page->in_points = kind == BLOCK_POINT;
    if (kind == BLOCK_SECTION && page->in_section)
        html_section_end(&page->form);
    page->in_section |= kind == BLOCK_SECTION;
}

static void put_block(struct page *page, const struct block *block, const struct block *next)
{
    struct shown shown = {.count = 0};
    struct html_form *form = &page->form;
    char words[CELL_TEXT_MAX];
    begin_block(page, block->kind);
    switch (block->kind) {
    case BLOCK_SECTION:
        html_section_begin(form, block->text);
        break;
    case BLOCK_HEADING:
        html_heading(form, block->text);
        break;
    case BLOCK_PARAGRAPH:
    case BLOCK_DETAIL:
        html_paragraph(form, "%s", block->text);
        break;
    case BLOCK_WARNING:
        html_warning(form, "%s", block->text);
        break;
    case BLOCK_POINT:
        fputs("<li>", form->out);
        html_text(form, block->text);
        fputs("</li>\n", form->out);
        break;
    case BLOCK_FACT:
        html_heading(form, block->text);
        html_paragraph(form, "%s",
                       block->cell.kind != CELL_NONE ? document_cell_words(&block->cell, words)
                                                     : "not known");
        break;
    case BLOCK_TABLE:
        if (next != NULL && next->kind == BLOCK_FIGURE)
            put_pair(page, block, next);
        else
            put_table(page, block);
        break;
    case BLOCK_FIGURE:
        if (block[-1].kind == BLOCK_TABLE)
            break; /* drawn beside it */
        show_facts(page->document, block, &shown);
        put_figure(page, &shown, block->text);
        break;
    }
}

int document_print_html(const struct document *document, FILE *out, struct error *error)
{
    struct page page = {.form = {.out = out, .error = error}, .document = document};
    html_begin(&page.form, document->title);
    put_contents(&page);
    for (size_t i = 0; i < document->count; i++)
        put_block(&page, &document->blocks[i],
                  i + 1 < document->count ? &document->blocks[i + 1] : NULL);
    begin_block(&page, BLOCK_SECTION);
    html_end(&page.form);
    if (document->failed)
        html_no_memory(&page.form);
    return page.form.failed;
}
