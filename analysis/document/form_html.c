/* A document as one page.  It needs nothing but itself: no script, no network, which a
 * Content-Security-Policy in it also forbids. */
#include <stdlib.h>

#include "analysis/document/figure.h"
#include "analysis/document/forms.h"
#include "analysis/document/gnuplot.h"
#include "analysis/document/markup.h"
#include "analysis/document/page.h"

enum {
    FEW_COLUMNS = 3 /* leave room for sentences beside a number or two */
};

/* What is laid out together: facts, and tables without figures, side by side where the screen is
 * wide; points of a list */
enum group {
    GROUP_NONE,
    GROUP_FACTS,
    GROUP_TABLES,
    GROUP_POINTS
};
static const struct {
    const char *begin, *end;
} GROUPS[] = {
    [GROUP_NONE] = {"", ""},
    [GROUP_FACTS] = {"<div class=\"facts\">\n", "</div>\n"},
    [GROUP_TABLES] = {"<div class=\"tables\">\n", "</div>\n"},
    [GROUP_POINTS] = {"<ul class=\"points\">\n", "</ul>\n"},
};

struct page {
    const struct document *document;
    FILE *out;
    struct error *error;
    int failed; /* 0, or -1 and error has one line */
    unsigned sections, figures;
    enum group group;
    bool in_fact;
};

static void no_memory(struct page *page)
{
    if (page->failed == 0)
        page->failed = error_set(page->error, "out of memory for the page");
}

static void text(struct page *page, const char *before, const char *words, const char *after)
{
    fputs(before, page->out);
    if (markup_put(page->out, words) != 0)
        no_memory(page);
    fputs(after, page->out);
}

static void put_contents(struct page *page)
{
    const struct document *document = page->document;
    size_t sections = 0, number = 0;
    for (size_t i = 0; i < document->count; i++)
        sections += document->blocks[i].kind == BLOCK_SECTION;
    if (sections < 2)
        return;
    fputs("<nav aria-label=\"Contents\">\n<ul>\n", page->out);
    for (size_t i = 0; i < document->count; i++) {
        if (document->blocks[i].kind != BLOCK_SECTION)
            continue;
        fprintf(page->out, "<li><a href=\"#part-%zu\">", ++number);
        text(page, "", document->blocks[i].text, "</a></li>\n");
    }
    fputs("</ul>\n</nav>\n", page->out);
}

/* --- tables --- */

static const char UNKNOWN[] = "\u2013";

/* Texts are isolated, so that one written from right to left does not turn its row around.
 * Numbers have their exact values too. */
static void put_cell(struct page *page, const struct document_cell *cell)
{
    char number[CELL_TEXT_MAX];
    const char *words = document_cell_words(cell, number);
    words = words != NULL ? words : UNKNOWN;
    if (cell->kind == CELL_TEXT) {
        text(page, "<td><bdi>", words, "</bdi></td>");
        return;
    }
    fputs("<td class=\"number\"", page->out);
    if (cell->kind != CELL_NONE && cell->kind != CELL_COUNT) {
        fputs(" data-value=\"", page->out);
        if (cell->kind != CELL_RANGE)
            fprintf(page->out, "%.12g%s", cell->value, cell->has_interval ? " " : "");
        if (cell->has_interval)
            fprintf(page->out, "%.12g %.12g", cell->interval.low, cell->interval.high);
        fputc('"', page->out);
    }
    text(page, ">", words, "</td>");
}

static void put_titles(struct page *page, const struct block *table)
{
    fputs("<thead><tr>", page->out);
    for (size_t column = 0; column < table->column_count; column++) {
        bool is_number = column > 0 && table->row_count > 0 &&
                         document_cell_at(page->document, table, 0, column)->kind != CELL_TEXT;
        fprintf(page->out, "<th scope=\"col\"%s>", is_number ? " class=\"number\"" : "");
        text(page, "", document_columns(page->document, table)[column].title, "</th>");
    }
    fputs("</tr></thead>\n", page->out);
}

/* Wide tables scroll in a box of their own, which the keyboard can reach. */
static void put_table(struct page *page, const struct block *table)
{
    text(page, "<div class=\"table\" role=\"region\" tabindex=\"0\" aria-label=\"",
         table->text != NULL ? table->text : "table", "\">\n");
    fprintf(page->out, "<table%s>\n", table->column_count <= FEW_COLUMNS ? " class=\"few\"" : "");
    if (table->text != NULL)
        text(page, "<caption>", table->text, "</caption>\n");
    put_titles(page, table);
    fputs("<tbody>\n", page->out);
    for (size_t row = 0; row < table->row_count; row++) {
        char name[CELL_TEXT_MAX];
        text(page, "<tr><th scope=\"row\"><bdi>",
             document_cell_words(document_cell_at(page->document, table, row, 0), name),
             "</bdi></th>");
        for (size_t column = 1; column < table->column_count; column++)
            put_cell(page, document_cell_at(page->document, table, row, column));
        fputs("</tr>\n", page->out);
    }
    fputs("</tbody>\n</table>\n</div>\n", page->out);
}

static void put_figure(struct page *page, const struct block *figure)
{
    struct plot plot;
    if (page->failed == 0)
        page->failed = figure_plot(page->document, figure, &plot, page->error);
    if (page->failed != 0 || plot.script == NULL)
        return;
    text(page, "<figure>\n<figcaption>", figure->text, "</figcaption>\n");
    page->failed = plot_to_page(&plot, figure->text, ++page->figures, page->out, page->error);
    fputs("</figure>\n", page->out);
    plot_free(&plot);
}

/* --- the rest --- */

static bool has_figure(const struct block *table, const struct block *next)
{
    return table->kind == BLOCK_TABLE && next != NULL && next->kind == BLOCK_FIGURE;
}

static void put_table_block(struct page *page, const struct block *table, const struct block *next)
{
    bool is_pair = has_figure(table, next);
    fputs(is_pair ? "<div class=\"pair\">\n" : "", page->out);
    if (is_pair)
        put_figure(page, next);
    put_table(page, table);
    fputs(is_pair ? "</div>\n" : "", page->out);
}

static enum group group_of(const struct block *block, const struct block *next)
{
    return block_is_of_facts(block->kind)                           ? GROUP_FACTS
           : block->kind == BLOCK_POINT                             ? GROUP_POINTS
           : block->kind == BLOCK_TABLE && !has_figure(block, next) ? GROUP_TABLES
                                                                    : GROUP_NONE;
}

static void change_group(struct page *page, enum group group)
{
    if (group == page->group)
        return;
    fputs(page->in_fact ? "</div>\n" : "", page->out);
    fputs(GROUPS[page->group].end, page->out);
    fputs(GROUPS[group].begin, page->out);
    page->group = group;
    page->in_fact = false;
}

static void put_value(struct page *page, const struct block *block)
{
    char number[CELL_TEXT_MAX];
    const char *words = document_cell_words(&block->cell, number);
    text(page, "<p>", block->kind == BLOCK_VALUE ? block->text : "",
         block->kind == BLOCK_VALUE ? ": " : "");
    text(page, "", words != NULL ? words : "not known", "");
    text(page, "", block->more != NULL ? block->more : "", "</p>\n");
}

static void begin_fact(struct page *page, const struct block *fact)
{
    fputs(page->in_fact ? "</div>\n<div>\n" : "<div>\n", page->out);
    page->in_fact = true;
    text(page, "<h3>", fact->text, "</h3>\n");
}

static void begin_section(struct page *page, const struct block *section)
{
    fputs(page->sections > 0 ? "</section>\n" : "", page->out);
    fprintf(page->out, "<section id=\"part-%u\">\n", ++page->sections);
    text(page, "<h2>", section->text, "</h2>\n");
}

static void put_block(struct page *page, const struct block *block, const struct block *next)
{
    change_group(page, group_of(block, next));
    switch (block->kind) {
    case BLOCK_SECTION:
        begin_section(page, block);
        break;
    case BLOCK_HEADING:
        text(page, "<h3>", block->text, "</h3>\n");
        break;
    case BLOCK_PARAGRAPH:
    case BLOCK_DETAIL:
        text(page, "<p>", block->text, "</p>\n");
        break;
    case BLOCK_WARNING:
        text(page, "<p class=\"warning\">", block->text, "</p>\n");
        break;
    case BLOCK_POINT:
        text(page, "<li>", block->text, "</li>\n");
        break;
    case BLOCK_FACT:
        begin_fact(page, block);
        put_value(page, block);
        break;
    case BLOCK_VALUE:
        put_value(page, block);
        break;
    case BLOCK_TABLE:
        put_table_block(page, block, next);
        break;
    case BLOCK_FIGURE:
        if (block[-1].kind != BLOCK_TABLE) /* else it is drawn beside that */
            put_figure(page, block);
        break;
    }
}

static void put_head(struct page *page)
{
    fputs("<!DOCTYPE html>\n"
          "<html lang=\"en\">\n"
          "<head>\n"
          "<meta charset=\"utf-8\">\n"
          "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; "
          "style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'\">\n"
          "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
          "<meta name=\"color-scheme\" content=\"light dark\">\n"
          "<meta name=\"referrer\" content=\"no-referrer\">\n"
          "<meta name=\"generator\" content=\"mxsurvey " MXSURVEY_VERSION "\">\n",
          page->out);
    text(page, "<title>", page->document->title, "</title>\n");
    fprintf(page->out, "<style>\n%s</style>\n</head>\n<body>\n<main>\n", page_css);
    text(page, "<h1>", page->document->title, "</h1>\n");
}

static void put_page(struct page *page)
{
    const struct document *document = page->document;
    put_head(page);
    put_contents(page);
    for (size_t i = 0; i < document->count; i++)
        put_block(page, &document->blocks[i],
                  i + 1 < document->count ? &document->blocks[i + 1] : NULL);
    change_group(page, GROUP_NONE);
    fputs(page->sections > 0 ? "</section>\n" : "", page->out);
    fputs("</main>\n</body>\n</html>\n", page->out);
    if (document->failed)
        no_memory(page);
}

/* Whole or not at all: a figure may be what fails. */
int document_print_html(const struct document *document, FILE *out, struct error *error)
{
    char *octets = NULL;
    size_t length = 0;
    struct page page = {
        .document = document, .out = open_memstream(&octets, &length), .error = error};
    if (page.out == NULL) {
        no_memory(&page);
        return -1;
    }
    put_page(&page);
    if (fclose(page.out) != 0)
        no_memory(&page);
    if (page.failed == 0)
        fwrite(octets, 1, length, out);
    free(octets);
    return page.failed;
}
