/* page_driver: one page with every kind of figure and cell, and hostile text wherever text goes. */
#include <stdio.h>

#include "analysis/document/html_form.h"
#include "analysis/document/plot.h"

#define HOSTILE "</text></svg><script>alert(1)</script>\"'&amp;@0@ id='x' \xe2\x80\xae rtl"

static void shares(struct html_form *form)
{
    static const struct plot_row rows[] = {
        {"plain", {true, 0.02, true, true, {0.01, 0.03}, {0.005, 0.9}}},
        {HOSTILE, {true, 0.03, true, false, {0.02, 0.04}, {0, 0}}},
        {"@1@", {true, 0, false, false, {0, 0}, {0, 0}}},
        {"not known", {false, 0, false, false, {0, 0}, {0, 0}}},
    };
    static const struct plot_row changes[] = {
        {"a fall", {true, -0.02, true, false, {-0.03, -0.01}, {0, 0}}},
        {"a rise", {true, 0.004, true, false, {-0.001, 0.009}, {0, 0}}},
    };
    html_pair_begin(form);
    plot_shares(form, "Shares " HOSTILE, rows, 4);
    plot_shares(form, "Changes", changes, 2);
    plot_shares(form, "Nothing is known", rows + 3, 1);
    html_pair_end(form);
    plot_key(form, "bar " HOSTILE, "band");
}

static void bars(struct html_form *form)
{
    static const struct plot_bar rows[] = {
        {"many", 14552195},
        {HOSTILE, 3},
        {"none", 0},
    };
    plot_bars(form, "Counts", rows, 3);
    plot_bars(form, "All are 0", rows + 2, 1);
}

static void times(struct html_form *form)
{
    static const int64_t moments[] = {1700000000, 1702600000, 1705200000};
    static const struct plot_share first[] = {
        {true, 0.010, true, false, {0.008, 0.012}, {0, 0}},
        {false, 0, false, false, {0, 0}, {0, 0}},
        {true, 0.011, true, false, {0.009, 0.013}, {0, 0}},
    };
    static const struct plot_share second[] = {
        {true, 0.020, true, false, {0.018, 0.022}, {0, 0}},
        {true, 0.021, true, false, {0.019, 0.023}, {0, 0}},
        {true, 0.022, false, false, {0, 0}, {0, 0}},
    };
    const struct plot_series series[] = {{"one", first}, {HOSTILE, second}};
    plot_times(form, "Over time", moments, 3, series, 2);
    plot_times(form, "Only one survey", moments, 1, series, 2);
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
