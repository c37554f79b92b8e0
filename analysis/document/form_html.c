/* A document as one page. */
#include <stdlib.h>

#include "analysis/document/figure.h"
#include "analysis/document/forms.h"
#include "analysis/document/gnuplot.h"
#include "analysis/document/html_form.h"

enum {
    COLUMNS_MAX = 16,
};

struct page {
    struct html_form form;
    const struct document *document;
    bool in_section, in_points, in_tables, in_facts, in_fact;
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
        fputs("<td class=\"number\" data-value=\"", form->out);
        if (cell->kind != CELL_RANGE)
            fprintf(form->out, "%.12g%s", cell->value, cell->has_interval ? " " : "");
        if (cell->has_interval)
            fprintf(form->out, "%.12g %.12g", cell->interval.low, cell->interval.high);
        fputs("\">", form->out);
        const char *text = document_cell_words(cell, words);
        html_text(form, text != NULL ? text : "\u2013");
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
            document_columns(document, table)[column].title,
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

static void put_figure(struct page *page, const struct block *figure)
{
    struct html_form *form = &page->form;
    struct plot plot;
    if (form->failed == 0)
        form->failed = figure_plot(page->document, figure, &plot, form->error);
    if (form->failed != 0 || plot.script == NULL)
        return;
    fputs("<figure>\n<figcaption>", form->out);
    html_text(form, figure->text);
    fputs("</figcaption>\n", form->out);
    form->failed = plot_to_page(&plot, figure->text, ++form->figures, form->out, form->error);
    fputs("</figure>\n", form->out);
    plot_free(&plot);
}

/* A table with a figure of it: side by side where the screen is wide */
static void put_pair(struct page *page, const struct block *table, const struct block *figure)
{
    html_pair_begin(&page->form);
    put_figure(page, figure);
    put_table(page, table);
    html_pair_end(&page->form);
}

/* Facts stand side by side where the screen is wide. */
static void begin_facts(struct page *page, enum block_kind kind)
{
    bool facts = block_is_of_facts(kind);
    if (page->in_fact && (!facts || kind == BLOCK_FACT))
        fputs("</div>\n", page->form.out);
    if (page->in_facts && !facts)
        fputs("</div>\n", page->form.out);
    if (!page->in_facts && facts)
        fputs("<div class=\"facts\">\n", page->form.out);
    if (kind == BLOCK_FACT)
        fputs("<div>\n", page->form.out);
    page->in_fact = facts && (page->in_fact || kind == BLOCK_FACT);
    page->in_facts = facts;
}

static void begin_block(struct page *page, enum block_kind kind)
{
    begin_facts(page, kind);
    if (page->in_tables && kind != BLOCK_TABLE)
        fputs("</div>\n", page->form.out);
    page->in_tables &= kind == BLOCK_TABLE;
    if (page->in_points && kind != BLOCK_POINT)
        fputs("</ul>\n", page->form.out);
    if (!page->in_points && kind == BLOCK_POINT)
        fputs("<ul class=\"points\">\n", page->form.out);
    page->in_points = kind == BLOCK_POINT;
    if (kind == BLOCK_SECTION && page->in_section)
        html_section_end(&page->form);
    page->in_section |= kind == BLOCK_SECTION;
}

/* Tables in a row, without figures, stand side by side where there is room. */
static void put_table_block(struct page *page, const struct block *table, const struct block *next)
{
    bool has_figure = next != NULL && next->kind == BLOCK_FIGURE;
    if (has_figure && page->in_tables)
        fputs("</div>\n", page->form.out);
    if (!has_figure && !page->in_tables)
        fputs("<div class=\"tables\">\n", page->form.out);
    page->in_tables = !has_figure;
    if (has_figure)
        put_pair(page, table, next);
    else
        put_table(page, table);
}

static const char *value_words(const struct block *block, char ret[CELL_TEXT_MAX])
{
    const char *words = document_cell_words(&block->cell, ret);
    return words != NULL ? words : "not known";
}

static void put_block(struct page *page, const struct block *block, const struct block *next)
{
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
        html_paragraph(form, "%s%s", value_words(block, words),
                       block->more != NULL ? block->more : "");
        break;
    case BLOCK_VALUE:
        html_paragraph(form, "%s: %s", block->text, value_words(block, words));
        break;
    case BLOCK_TABLE:
        put_table_block(page, block, next);
        break;
    case BLOCK_FIGURE:
        if (block[-1].kind == BLOCK_TABLE)
            break; /* drawn beside it */
        put_figure(page, block);
        break;
    }
}

static void put_page(struct page *page)
{
    const struct document *document = page->document;
    html_begin(&page->form, document->title);
    put_contents(page);
    for (size_t i = 0; i < document->count; i++)
        put_block(page, &document->blocks[i],
                  i + 1 < document->count ? &document->blocks[i + 1] : NULL);
    begin_block(page, BLOCK_SECTION);
    html_end(&page->form);
    if (document->failed)
        html_no_memory(&page->form);
}

/* Whole or not at all: a figure may be what fails. */
int document_print_html(const struct document *document, FILE *out, struct error *error)
{
    char *text = NULL;
    size_t length = 0;
    struct page page = {.form = {.out = open_memstream(&text, &length), .error = error},
                        .document = document};
    if (page.form.out == NULL) {
        html_no_memory(&page.form);
        return -1;
    }
    put_page(&page);
    if (fclose(page.form.out) != 0)
        html_no_memory(&page.form);
    if (page.form.failed == 0)
        fwrite(text, 1, length, out);
    free(text);
    return page.form.failed;
}
