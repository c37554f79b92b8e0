/* What a figure shows of the table, or the facts, before it. */
#include "analysis/document/figure.h"

#include <stdio.h>
#include <stdlib.h>

/* Rows as names and cells, what they measure, and what their intervals are (NULL: not said) */
struct shown {
    char names[PLOT_ROWS_MAX][CELL_TEXT_MAX];
    struct document_cell cells[PLOT_ROWS_MAX];
    size_t count;
    const char *quantity, *interval;
};

static void show(struct shown *shown, const char *name, struct document_cell cell)
{
    if (shown->count == PLOT_ROWS_MAX)
        return;
    snprintf(shown->names[shown->count], CELL_TEXT_MAX, "%s", name);
    shown->cells[shown->count++] = cell;
}

/* A short word; of a row whose word is empty (CSV) what it is called */
static const char *label_of(const struct document_cell *cell, char ret[CELL_TEXT_MAX])
{
    const char *word = cell_name(cell, ret);
    return *word == '\0' ? cell_words(cell, "", ret) : word;
}

static struct document_cell figure_cell(const struct document *document, const struct block *table,
                                        size_t row, size_t column)
{
    struct document_cell cell = *document_cell_at(document, table, row, column);
    if (cell.has_interval || column + 1 == table->column_count)
        return cell;
    const struct document_cell *next = document_cell_at(document, table, row, column + 1);
    if (next->kind == CELL_RANGE && next->has_interval && next->text == NULL)
        cell = cell_with_interval(cell, next->interval);
    return cell;
}

/* The first column with a cell of the kind, and perhaps an interval */
static size_t column_of(const struct document *document, const struct block *table,
                        enum cell_kind kind, bool with_interval)
{
    for (size_t column = 1; column < table->column_count; column++)
        for (size_t row = 0; row < table->row_count; row++) {
            struct document_cell cell = figure_cell(document, table, row, column);
            if (cell.kind == kind && (cell.has_interval || !with_interval))
                return column;
        }
    return 0;
}

static size_t figure_column(const struct document *document, const struct block *table)
{
    static const struct {
        enum cell_kind kind;
        bool with_interval;
    } wanted[] = {
        {CELL_SHARE, true}, {CELL_POINTS, true}, {CELL_COUNT, false}, {CELL_SHARE, false}};
    size_t column = 0;
    for (size_t i = 0; i < sizeof wanted / sizeof *wanted && column == 0; i++)
        column = column_of(document, table, wanted[i].kind, wanted[i].with_interval);
    return column;
}

static void show_table(const struct document *document, const struct block *table,
                       struct shown *shown)
{
    const struct document_column *columns = document_columns(document, table);
    size_t column = figure_column(document, table);
    if (column == 0)
        return;
    shown->quantity = columns[column].title;
    for (size_t row = 0; row < table->row_count; row++) {
        char name[CELL_TEXT_MAX];
        struct document_cell cell = figure_cell(document, table, row, column);
        if (cell.has_interval && !document_cell_at(document, table, row, column)->has_interval)
            shown->interval = columns[column + 1].title;
        show(shown, label_of(document_cell_at(document, table, row, 0), name), cell);
    }
}

static void show_facts(const struct document *document, const struct block *figure,
                       struct shown *shown)
{
    const struct block *block = figure;
    while (block > document->blocks && block_is_of_facts(block[-1].kind))
        block--;
    for (; block < figure; block++) {
        if (block->kind != BLOCK_FACT)
            continue;
        struct document_cell cell = block[1].cell;
        if (!cell.has_interval && block[2].kind == BLOCK_VALUE && block[2].cell.has_interval &&
            block[2].cell.text == NULL) {
            cell = cell_with_interval(cell, block[2].cell.interval);
            shown->interval = block[2].label;
        }
        show(shown, block->label, cell);
    }
}

static struct plot_share share_of(const struct document_cell *cell, enum cell_kind kind)
{
    return (struct plot_share){
        .known = cell->kind == kind,
        .share = cell->value,
        .has_bar = cell->has_interval,
        .bar = cell->interval,
    };
}

/* One axis is of one kind of quantity: that of the first row that has one. */
static void plot_shown(const struct shown *shown, struct plot *ret)
{
    struct plot_row shares[PLOT_ROWS_MAX];
    struct plot_bar bars[PLOT_ROWS_MAX];
    enum cell_kind kind = CELL_COUNT;
    bool has_intervals = false;
    char axis[200];
    if (shown->count < 2) /* there is nothing to be seen beside it */
        return;
    for (size_t i = 0; i < shown->count && kind == CELL_COUNT; i++)
        if (shown->cells[i].kind == CELL_SHARE || shown->cells[i].kind == CELL_POINTS)
            kind = shown->cells[i].kind;
    for (size_t i = 0; i < shown->count; i++) {
        shares[i] = (struct plot_row){shown->names[i], share_of(&shown->cells[i], kind)};
        bars[i] = (struct plot_bar){shown->names[i], (uint64_t)shown->cells[i].value};
        has_intervals |= shares[i].share.known && shares[i].share.has_bar;
    }
    if (kind == CELL_COUNT) {
        plot_bars(ret, shown->quantity, bars, shown->count);
        return;
    }
    const char *quantity = shown->quantity != NULL ? shown->quantity : "share";
    snprintf(axis, sizeof axis, "%.80s%s%.80s", kind == CELL_POINTS ? "points" : quantity,
             has_intervals ? "; line: " : "",
             !has_intervals            ? ""
             : shown->interval != NULL ? shown->interval
                                       : "95 % interval");
    plot_shares(ret, kind == CELL_POINTS ? PLOT_POINTS : PLOT_PERCENT, axis, shares, shown->count);
}

/* Each column of shares is a series; false: there is none. */
static bool plot_over_time(const struct document *document, const struct block *table,
                           struct plot *ret)
{
    size_t moments = table->row_count < PLOT_MOMENTS_MAX ? table->row_count : PLOT_MOMENTS_MAX;
    struct plot_share *shares = calloc(table->column_count * moments, sizeof *shares);
    int64_t *times = calloc(moments, sizeof *times);
    struct plot_series series[PLOT_SERIES_MAX];
    size_t count = 0;
    ret->failed = shares == NULL || times == NULL;
    for (size_t row = 0; row < moments && !ret->failed; row++)
        times[row] = (int64_t)document_cell_at(document, table, row, 0)->value;
    for (size_t column = 1; column < table->column_count && count < PLOT_SERIES_MAX && !ret->failed;
         column++) {
        struct plot_share *line = &shares[column * moments];
        bool known = false;
        for (size_t row = 0; row < moments; row++) {
            line[row] = share_of(document_cell_at(document, table, row, column), CELL_SHARE);
            known |= line[row].known;
        }
        if (known)
            series[count++] =
                (struct plot_series){document_columns(document, table)[column].title, line};
    }
    if (count > 0)
        plot_times(ret, times, moments, series, count);
    free(times);
    free(shares);
    return count > 0;
}

int figure_plot(const struct document *document, const struct block *figure, struct plot *ret,
                struct error *error)
{
    const struct block *before = figure - 1; /* document_figure() sees to it */
    struct shown shown = {.count = 0};
    *ret = (struct plot){0};
    if (before->kind != BLOCK_TABLE)
        show_facts(document, figure, &shown);
    else if (before->row_count > 0 &&
             (document_cell_at(document, before, 0, 0)->kind != CELL_TIME ||
              !plot_over_time(document, before, ret)))
        show_table(document, before, &shown);
    if (!ret->failed && ret->script == NULL)
        plot_shown(&shown, ret);
    if (!ret->failed)
        return 0;
    plot_free(ret);
    return error_set(error, "out of memory for a figure");
}
