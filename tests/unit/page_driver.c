/* page_driver: one page with every kind of figure and cell, and hostile text wherever text goes. */
#include <stdio.h>

#include "analysis/document/gnuplot.h"
#include "analysis/document/html_form.h"

#define HOSTILE "</text></svg><script>alert(1)</script>\"'&amp;@0@ id='x' \xe2\x80\xae rtl"

/* The figure that is in *plot, if there is one */
static void put(struct html_form *form, const char *title, struct plot *plot)
{
    if (plot->failed)
        html_no_memory(form);
    if (form->failed == 0 && plot->script != NULL) {
        fputs("<figure>\n<figcaption>", form->out);
        html_text(form, title);
        fputs("</figcaption>\n", form->out);
        form->failed = plot_to_page(plot, title, ++form->figures, form->out, form->error);
        fputs("</figure>\n", form->out);
    }
    plot_free(plot);
}

static void shares(struct html_form *form)
{
    static const struct plot_row rows[] = {
        {"plain", {true, 0.02, true, {0.01, 0.03}}},
        {HOSTILE, {true, 0.03, true, {0.02, 0.9}}},
        {"@1@", {true, 0, false, {0, 0}}},
        {"not known", {false, 0, false, {0, 0}}},
    };
    static const struct plot_row changes[] = {
        {"a fall", {true, -0.02, true, {-0.03, -0.01}}},
        {"a rise", {true, 0.004, true, {-0.001, 0.009}}},
        {"whatever", {true, 0, true, {-1, 1}}},
        {"down", {true, 0, true, {-1, 0.001}}},
    };
    struct plot plot = {0};
    html_pair_begin(form);
    plot_shares(&plot, PLOT_PERCENT, "axis " HOSTILE, rows, 4);
    put(form, "Shares " HOSTILE, &plot);
    plot_shares(&plot, PLOT_POINTS, "points", changes, 4);
    put(form, "Changes", &plot);
    plot_shares(&plot, PLOT_PERCENT, "share", rows + 3, 1);
    put(form, "Nothing is known", &plot);
    html_pair_end(form);
}

static void bars(struct html_form *form)
{
    static const struct plot_bar rows[] = {
        {"many", 14552195},
        {HOSTILE, 3},
        {"none", 0},
    };
    struct plot plot = {0};
    plot_bars(&plot, "domains", rows, 3);
    put(form, "Counts", &plot);
    plot_bars(&plot, NULL, rows + 2, 1);
    put(form, "All are 0", &plot);
}

static void times(struct html_form *form)
{
    static const int64_t moments[] = {1700000000, 1702600000, 1705200000};
    static const struct plot_share first[] = {
        {true, 0.018, true, {0.017, 0.019}},
        {false, 0, false, {0, 0}},
        {true, 0.019, true, {0.018, 0.02}},
    };
    static const struct plot_share second[] = {
        {true, 0.020, true, {0.018, 0.022}},
        {true, 0.021, true, {0.019, 0.023}},
        {true, 0.022, false, {0, 0}},
    };
    const struct plot_series series[] = {{"one", first}, {HOSTILE, second}};
    struct plot plot = {0};
    plot_times(&plot, moments, 3, series, 2);
    put(form, "Over time", &plot);
    plot_times(&plot, moments, 1, series, 2);
    put(form, "Only one survey", &plot);
}

static void table(struct html_form *form)
{
    static const struct html_column columns[] = {
        {"name", false}, {"count", true}, {"share", true}, {"interval", true}, {"effect", true},
    };
    html_table_begin(form, "Caption " HOSTILE, columns, 5);
    html_row_begin(form);
    html_cell_header(form, HOSTILE);
    html_cell_count(form, 14552195);
    html_cell_percent(form, true, 0.00312, 2);
    html_cell_range(form, true, (struct interval){0.0022, 0.0043}, 2);
    html_cell_real(form, true, 36.2345, 4);
    html_row_end(form);
    html_row_begin(form);
    html_cell_text(form, HOSTILE);
    html_cell_count(form, 0);
    html_cell_percent(form, false, 0, 1);
    html_cell_range(form, false, (struct interval){0, 0}, 1);
    html_cell_real(form, false, 0, 4);
    html_row_end(form);
    html_table_end(form);
}

int main(void)
{
    struct error error = {""};
    struct html_form form = {.out = stdout, .error = &error};
    html_begin(&form, "Title " HOSTILE);
    html_section_begin(&form, "Figures " HOSTILE);
    shares(&form);
    bars(&form);
    times(&form);
    html_section_end(&form);
    html_section_begin(&form, "Tables");
    html_heading(&form, HOSTILE);
    html_warning(&form, "warned of %s", HOSTILE);
    html_paragraph(&form, "told of %s", HOSTILE);
    table(&form);
    html_section_end(&form);
    html_end(&form);
    if (form.failed != 0)
        fprintf(stderr, "%s\n", error.text);
    return form.failed == 0 ? 0 : 1;
}
