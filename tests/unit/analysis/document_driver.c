/* document_driver FORM: a document with every kind of block and cell, and hostile text wherever
 * text goes, as text, html, csv or latex. */
#include <stdio.h>
#include <string.h>

#include "analysis/document/forms.h"

#define HOSTILE                                                                                    \
    "</p><script>alert(1)</script>\"',\n=1+1\\end{document}\\input{x}$%#_&{}~^ \x1b[31m \xe2\x80"  \
    "\xae\xd7\x90 \xff--``"

static const struct document_column COLUMNS[] = {
    {"name", "name"}, {"count", "how many of them"}, {"share", "share"}, {"real", "effect"},
    {"word", "word"},
};
static const struct document_column PAIR[] = {{"what", ""}, {"count", ""}};

static const struct document_column WIDE[] = {
    {"name", "name"}, {"a", "first"}, {"b", "second"}, {"c", "third"}, {"d", "fourth"}};
static const struct document_column TIMES[] = {
    {"begun", "begun"}, {"share", "share"}, {"change", "change"}, {"more", "more"}};

static void add_tables(struct document *document)
{
    struct interval interval = {0.0021, 0.0043};
    struct document_cell share =
        cell_with_interval(cell_share(0.002, 2), (struct interval){0.001, 0.003});
    document_table(document, "short_names", "Caption " HOSTILE, COLUMNS, 5);
    document_row(document, cell_text("com"), cell_count(14552195),
                 cell_with_of(cell_with_interval(cell_share(0.0031, 2), interval), 1000, 7),
                 cell_real(1.23456, 4), cell_text("plain"));
    document_row(document, cell_text("net"), cell_count(0), cell_text(NULL), cell_real(2, 4),
                 cell_text(HOSTILE));
    document_row(document, cell_word("", "(no name)"), cell_count(1), cell_share(0.002, 2),
                 cell_text(NULL), cell_text(NULL));
    document_figure(document, "Figure " HOSTILE);
    document_table(document, "long_names", NULL, PAIR, 2);
    document_row(document,
                 cell_word("word", "a sentence that is too long to stand before a number "
                                   "in a line of a terminal, so that it wraps"),
                 cell_count(1234567));
    document_row(document, cell_text(HOSTILE), cell_count(3));
    document_row(document, cell_text("=1+1"), cell_count(4));
    document_row(document, cell_text("-1+\"1\",2"), cell_count(5));
    document_table(document, "wide", "Wide", WIDE, 5);
    document_row(document, cell_text("a name of its own"), share, share, share, share);
    document_table(document, "over_time", "Over time", TIMES, 4);
    document_row(document, cell_time(1700000000), cell_share(0.1, 1), cell_text(NULL),
                 cell_change(10, 3));
    document_row(document, cell_time(1702600000),
                 cell_with_interval(cell_share(0.2, 1), (struct interval){0.15, 0.25}),
                 cell_with_interval(cell_points(0.1, 1), (struct interval){-0.02, 0.12}),
                 cell_change(3, 1003));
    document_figure(document, "Shares over time");
    document_table(document, "empty", "Nothing here", PAIR, 2);
}

static struct document *make(void)
{
    struct document *document = document_new("Title " HOSTILE);
    document_warning(document, "Warning %s", HOSTILE);
    document_section(document, "facts", "Section " HOSTILE);
    struct interval interval = {0.2, 0.3};
    document_fact(document,
                  &(struct document_fact){.word = "one",
                                          .title = "The first",
                                          .label = "1st",
                                          .column = "share",
                                          .more = ": 10 of 40"},
                  cell_with_of(cell_with_interval(cell_share(0.25, 1), interval), 40, 2));
    document_value(document, "range", "other lists", cell_range(interval, ENDS_HIGH, 1));
    document_value(document, "few", "others",
                   cell_range_in_words(cell_range(interval, ENDS_BOTH, 1), "too few " HOSTILE));
    document_detail(document, "Detail %s", HOSTILE);
    document_fact(document,
                  &(struct document_fact){
                      .word = HOSTILE, .title = HOSTILE, .column = "count", .more = HOSTILE},
                  cell_count(12));
    document_fact(document,
                  &(struct document_fact){.word = "unknown", .title = "Unknown", .column = "share"},
                  cell_text(NULL));
    document_figure(document, "Facts");
    document_section(document, "tables", "Tables");
    document_heading(document, "Heading " HOSTILE);
    document_paragraph(document, "Paragraph %s", HOSTILE);
    add_tables(document);
    document_point(document, "Point %s", HOSTILE);
    document_point(document, "Another point");
    return document;
}

int main(int argc, char **argv)
{
    struct error error = {""};
    struct document *document = make();
    const char *form = argc == 2 ? argv[1] : "";
    int failed = document == NULL             ? -1
                 : strcmp(form, "text") == 0  ? document_print_text(document, stdout)
                 : strcmp(form, "html") == 0  ? document_print_html(document, stdout, &error)
                 : strcmp(form, "csv") == 0   ? document_print_csv(document, stdout)
                 : strcmp(form, "latex") == 0 ? document_print_latex(document, stdout)
                                              : -1;
    document_free(document);
    if (failed != 0)
        fprintf(stderr, "document_driver: %s: %s\n", form, error.text);
    return failed != 0;
}
