/* A document as one page.  It needs nothing but itself: no script, no network, which a
 * Content-Security-Policy in it also forbids. */
#include <stdlib.h>

#include "analysis/document/figures/figure.h"
#include "analysis/document/forms.h"
#include "analysis/document/figures/gnuplot.h"
#include "analysis/document/markup.h"
#include "analysis/document/page.h"

enum {
    FEW_COLUMNS = 3 /* leave room for sentences beside a number or two */
};

struct page {
    struct markup markup;
    struct error *error;
    int failed; /* 0, or -1 and error has one line */
    unsigned sections, figures;
};

static void put_figure(struct page *page, const struct block *figure)
{
    FILE *out = page->markup.out;
    struct plot plot;
    if (page->failed == 0)
        page->failed = figure_plot(page->markup.document, figure, &plot, page->error);
    if (page->failed != 0 || plot.script == NULL)
        return;
    markup_put(&page->markup, (struct tags){"<figure>\n<figcaption>", "</figcaption>\n"},
               figure->text);
    page->failed = plot_draw(&plot, PLOT_PAGE, figure->text, ++page->figures, out, page->error);
    fputs("</figure>\n", out);
    free(plot.script);
}

/* A table's figure is drawn before it, beside it where there is room. */
static void before(struct markup *markup, const struct block *block)
{
    struct page *page = (struct page *)markup; /* of which it is the first */
    if (block->kind == BLOCK_SECTION) {
        fputs(page->sections > 0 ? "</section>\n" : "", markup->out);
        fprintf(markup->out, "<section id=\"part-%u\">\n", ++page->sections);
    } else if (markup_has_figure(markup, block)) {
        put_figure(page, block + 1);
    } else if (block->kind == BLOCK_FIGURE && block[-1].kind != BLOCK_TABLE) {
        put_figure(page, block);
    }
}

/* Wide tables scroll in a box of their own, which the keyboard can reach. */
static void begin_table(struct markup *markup, const struct block *table)
{
    static const struct tags box = {
        "<div class=\"table\" role=\"region\" tabindex=\"0\" aria-label=\"", "\">\n"};
    markup_put(markup, box, table->text != NULL ? table->text : "table");
    fprintf(markup->out, "<table%s>\n", table->column_count <= FEW_COLUMNS ? " class=\"few\"" : "");
}

/* The exact one; a count is exact as it is. */
static void put_value(FILE *out, const struct document_cell *cell)
{
    if (cell->kind != CELL_NONE && cell->kind != CELL_COUNT) {
        fputs(" data-value=\"", out);
        if (cell->kind != CELL_RANGE)
            fprintf(out, "%.12g%s", cell->value, cell->has_interval ? " " : "");
        if (cell->has_interval)
            fprintf(out, "%.12g %.12g", cell->interval.low, cell->interval.high);
        fputc('"', out);
    }
    fputc('>', out);
}

/* Texts are isolated, so that one written from right to left does not turn its row around. */
static const struct markup_language HTML = {
    .put_text = put_html,
    .blocks =
        {
            [BLOCK_SECTION] = {"<h2>", "</h2>\n"},
            [BLOCK_HEADING] = {"<h3>", "</h3>\n"},
            [BLOCK_PARAGRAPH] = {"<p>", "</p>\n"},
            [BLOCK_WARNING] = {"<p class=\"warning\">", "</p>\n"},
            [BLOCK_FACT] = {"<div>\n<h3>", "</h3>\n"},
            [BLOCK_VALUE] = {"<p>", "</p>\n"},
            [BLOCK_DETAIL] = {"<p>", "</p>\n"},
            [BLOCK_POINT] = {"<li>", "</li>\n"},
            [BLOCK_TABLE] = {NULL, "</tbody>\n</table>\n</div>\n"},
        },
    .groups =
        {
            [GROUP_FACTS] = {"<div class=\"facts\">\n", "</div>\n"},
            [GROUP_TABLES] = {"<div class=\"tables\">\n", "</div>\n"},
            [GROUP_PAIR] = {"<div class=\"pair\">\n", "</div>\n"},
            [GROUP_POINTS] = {"<ul class=\"points\">\n", "</ul>\n"},
        },
    .fact_end = "</div>\n",
    .caption = {"<caption>", "</caption>\n"},
    .titles = {"<thead><tr>", "</tr></thead>\n<tbody>\n"},
    .text_title = {"<th scope=\"col\">", "</th>"},
    .number_title = {"<th scope=\"col\" class=\"number\">", "</th>"},
    .name = {"<th scope=\"row\"><bdi>", "</bdi></th>"},
    .text = {"<td><bdi>", "</bdi></td>"},
    .number = {"<td class=\"number\"", "</td>"},
    .row = {"<tr>", "</tr>\n"},
    .unknown = "\u2013",
    .before = before,
    .begin_table = begin_table,
    .put_value = put_value,
};

static void put_contents(const struct markup *markup)
{
    const struct document *document = markup->document;
    size_t sections = 0, number = 0;
    for (size_t i = 0; i < document->count; i++)
        sections += document->blocks[i].kind == BLOCK_SECTION;
    if (sections < 2)
        return;
    fputs("<nav aria-label=\"Contents\">\n<ul>\n", markup->out);
    for (size_t i = 0; i < document->count; i++) {
        if (document->blocks[i].kind != BLOCK_SECTION)
            continue;
        fprintf(markup->out, "<li><a href=\"#part-%zu\">", ++number);
        markup_put(markup, (struct tags){"", "</a></li>\n"}, document->blocks[i].text);
    }
    fputs("</ul>\n</nav>\n", markup->out);
}

static void put_page(struct page *page)
{
    const struct markup *markup = &page->markup;
    const char *title = markup->document->title;
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
          markup->out);
    markup_put(markup, (struct tags){"<title>", "</title>\n<style>\n"}, title);
    fprintf(markup->out, "%s</style>\n</head>\n<body>\n<main>\n", page_css);
    markup_put(markup, (struct tags){"<h1>", "</h1>\n"}, title);
    put_contents(markup);
    markup_walk(&page->markup);
    fprintf(markup->out, "%s</main>\n</body>\n</html>\n", page->sections > 0 ? "</section>\n" : "");
}

/* Whole or not at all: a figure may be what fails. */
int document_print_html(const struct document *document, FILE *out, struct error *error)
{
    char *octets = NULL;
    size_t length = 0;
    struct page page = {.markup = {.document = document, .language = &HTML}, .error = error};
    page.markup.out = open_memstream(&octets, &length);
    if (page.markup.out == NULL)
        return error_set(error, "out of memory for the page");
    put_page(&page);
    if (fclose(page.markup.out) != 0 && page.failed == 0)
        page.failed = error_set(error, "out of memory for the page");
    if (page.failed == 0)
        fwrite(octets, 1, length, out);
    free(octets);
    return page.failed;
}
