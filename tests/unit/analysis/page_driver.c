/* page_driver: one page with every kind of figure and cell, and hostile text wherever text goes. */
#include <stdio.h>

#include "analysis/document/document.h"
#include "analysis/document/output.h"

#define HOSTILE "</text></svg><script>alert(1)</script>\"'&amp;@0@ id='x' \xe2\x80\xae rtl"

#define NAMED "name|value:axis " HOSTILE

static struct document_cell share(double share, double low, double high)
{
    return cell_with_interval(cell_share(share, 1), (struct interval){low, high});
}

static struct document_cell points(double change, double low, double high)
{
    return cell_with_interval(cell_points(change, 1), (struct interval){low, high});
}

static void add_shares(struct document *document)
{
    document_table(document, "shares", NULL, NAMED);
    document_row(document, cell_text("plain"), share(0.02, 0.01, 0.03));
    document_row(document, cell_text(HOSTILE), share(0.03, 0.02, 0.9));
    document_row(document, cell_text("@1@"), cell_share(0, 1));
    document_row(document, cell_text("not known"), cell_text(NULL));
    document_figure(document, "Shares " HOSTILE);
    document_table(document, "changes", NULL, NAMED);
    document_row(document, cell_text("a fall"), points(-0.02, -0.03, -0.01));
    document_row(document, cell_text("a rise"), points(0.004, -0.001, 0.009));
    document_row(document, cell_text("whatever"), points(0, -1, 1));
    document_row(document, cell_text("down"), points(0, -1, 0.001));
    document_figure(document, "Changes");
    document_table(document, "unknown", NULL, NAMED);
    document_row(document, cell_text("not known"), cell_text(NULL));
    document_row(document, cell_text("nor this"), cell_text(NULL));
    document_figure(document, "Nothing is known");
    document_table(document, "one", NULL, NAMED);
    document_row(document, cell_text("alone"), share(0.02, 0.01, 0.03));
    document_figure(document, "Nothing stands beside it");
}

static void add_bars(struct document *document)
{
    document_table(document, "counts", NULL, "name|domains");
    document_row(document, cell_text("many"), cell_count(14552195));
    document_row(document, cell_text(HOSTILE), cell_count(3));
    document_row(document, cell_text("none"), cell_count(0));
    document_figure(document, "Counts");
    document_table(document, "nothing", NULL, "name|domains");
    document_row(document, cell_text("none"), cell_count(0));
    document_row(document, cell_text("nor this"), cell_count(0));
    document_figure(document, "All are 0");
}

static void add_times(struct document *document)
{
    static const char columns[] = "begun|one|other:" HOSTILE;
    document_table(document, "times", NULL, columns);
    document_row(document, cell_time(1700000000, 0), share(0.018, 0.017, 0.019),
                 share(0.020, 0.018, 0.022));
    document_row(document, cell_time(1702600000, 0), cell_text(NULL), share(0.021, 0.019, 0.023));
    document_row(document, cell_time(1705200000, 0), share(0.019, 0.018, 0.02),
                 cell_share(0.022, 1));
    document_figure(document, "Over time");
    document_table(document, "once", NULL, columns);
    document_row(document, cell_time(1700000000, 0), share(0.018, 0.017, 0.019),
                 share(0.020, 0.018, 0.022));
    document_figure(document, "Only one survey");
}

static void add_cells(struct document *document)
{
    document_heading(document, HOSTILE);
    document_warning(document, "warned of %s", HOSTILE);
    document_paragraph(document, "told of %s", HOSTILE);
    document_table(document, "cells", "Caption " HOSTILE, "name|count|share|interval|effect");
    document_row(document, cell_text("plain"), cell_count(14552195), cell_share(0.00312, 2),
                 cell_range((struct interval){0.0022, 0.0043}, ENDS_BOTH, 2),
                 cell_real(36.2345, 4));
    document_row(document, cell_text(HOSTILE), cell_count(0), cell_text(NULL), cell_text(NULL),
                 cell_text(NULL));
}

int main(void)
{
    struct error error = {""};
    struct document *document = document_new("Title " HOSTILE);
    if (document == NULL)
        return 1;
    document_section(document, "cells", "Cells " HOSTILE);
    add_cells(document);
    document_section(document, "figures", "Figures");
    add_shares(document);
    add_bars(document);
    add_times(document);
    const struct report_output output = {
        .out = stdout, .name = "standard output", .format = REPORT_HTML};
    int result = document_print(document, &output, &error);
    if (result != 0)
        fprintf(stderr, "%s\n", error.text);
    return result == 0 ? 0 : 1;
}
