/* document_driver FORM: a document with every kind of block and cell, and hostile text wherever
 * text goes, as text, html, csv or latex. */
#include <stdio.h>
#include <string.h>

#include "analysis/document/document.h"
#include "analysis/document/output.h"

#define HOSTILE                                                                                    \
    "</p><script>alert(1)</script>\"',\n=1+1\\end{document}\\input{x}$%#_&{}~^ \x1b[31m \xe2\x80"  \
    "\xae\xd7\x90 \xff--``"

static void add_tables(struct document *document)
{
    struct interval interval = {0.0021, 0.0043};
    struct document_cell share =
        cell_with_interval(cell_share(0.002, 2), (struct interval){0.001, 0.003});
    document_table(document, "short_names", "Caption " HOSTILE,
                   "name|count:how many of them|share|real:effect|word");
    document_row(document, cell_text("com"), cell_count(14552195),
                 cell_with_of(cell_with_interval(cell_share(0.0031, 2), interval), 1000, 7),
                 cell_real(1.23456, 4), cell_text("plain"));
    document_row(document, cell_text("net"), cell_count(0), cell_text(NULL), cell_real(2, 4),
                 cell_text(HOSTILE));
    document_row(document, cell_word("", "(no name)"), cell_count(1), cell_share(0.002, 2),
                 cell_text(NULL), cell_text(NULL));
    document_figure(document, "Figure " HOSTILE);
    document_table(document, "long_names", NULL, "what:|count:");
    document_row(document,
                 cell_word("word", "a sentence that is too long to stand before a number "
                                   "in a line of a terminal, so that it wraps"),
                 cell_count(1234567));
    document_row(document, cell_text(HOSTILE), cell_count(3));
    document_row(document, cell_text("=1+1"), cell_count(4));
    document_row(document, cell_text("-1+\"1\",2"), cell_count(5));
    document_table(document, "wide", "Wide", "name|a:first|b:second|c:third|d:fourth");
    document_row(document, cell_text("a name of its own"), share, share, share, share);
    document_table(document, "over_time", "Over time", "begun|share|change|more");
    document_row(document, cell_time(1700000000, 0), cell_share(0.1, 1), cell_text(NULL),
                 cell_change(10, 3));
    document_row(document, cell_time(1702600000, 0),
                 cell_with_interval(cell_share(0.2, 1), (struct interval){0.15, 0.25}),
                 cell_with_interval(cell_points(0.1, 1), (struct interval){-0.02, 0.12}),
                 cell_change(3, 1003));
    document_figure(document, "Shares over time");
    document_table(document, "empty", "Nothing here", "what:|count:");
}

static struct document *make(void)
{
    struct document *document = document_new("Title " HOSTILE);
    document_warning(document, "Warning %s", HOSTILE);
    document_section(document, "facts", "Section " HOSTILE);
    struct interval interval = {0.2, 0.3};
    document_fact(document, "one", "The first", "1st");
    document_value(document, "share", NULL,
                   cell_with_of(cell_with_interval(cell_share(0.25, 1), interval), 40, 2));
    document_add(document, ": 10 of %d", 40);
    document_value(document, "range", "other lists", cell_range(interval, ENDS_HIGH, 1));
    document_value(document, "few", "others",
                   cell_range_in_words(cell_range(interval, ENDS_BOTH, 1), "too few " HOSTILE));
    document_detail(document, "Detail %s", HOSTILE);
    document_fact(document, HOSTILE, HOSTILE, NULL);
    document_value(document, "count", NULL, cell_count(12));
    document_add(document, "%s", HOSTILE);
    document_fact(document, "unknown", "Unknown", NULL);
    document_value(document, "share", NULL, cell_text(NULL));
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
    const char *form = argc == 2 ? argv[1] : "";
    struct error error = {""};
    const struct report_output output = {
        .out = stdout,
        .name = "standard output",
        .format = strcmp(form, "html") == 0    ? REPORT_HTML
                  : strcmp(form, "csv") == 0   ? REPORT_CSV
                  : strcmp(form, "latex") == 0 ? REPORT_LATEX
                                               : REPORT_TEXT,
    };
    int failed = document_print(make(), &output, &error);
    if (failed != 0)
        fprintf(stderr, "document_driver: %s: %s\n", form, error.text);
    return failed != 0;
}
