/* What a figure shows of the table, or the facts, before it. */
#include "analysis/document/figures/figure.h"

#include <stdio.h>
#include <stdlib.h>

/* Rows, what they measure, and what their intervals are (NULL: not said) */
struct shown {
    struct plot_row rows[PLOT_ROWS_MAX];
    char names[PLOT_ROWS_MAX][CELL_TEXT_MAX]; /* of those that are no texts */
    size_t count;
    const char *quantity, *interval;
};

/* With the interval of what stands behind it, where it has none of its own */
static struct document_cell with_next(const struct document_cell *cell,
                                      const struct document_cell *next)
{
    bool takes =
        !cell->has_interval && next->kind == CELL_RANGE && next->has_interval && next->text == NULL;
    return takes ? cell_with_interval(*cell, next->interval) : *cell;
}

static struct document_cell figure_cell(const struct block *table, size_t row, size_t column)
{
    const struct document_cell *cell = block_cell(table, row, column);
    return column + 1 < table->column_count ? with_next(cell, cell + 1) : *cell;
}

/* The first column with a cell of the kind, and perhaps an interval; 0: none */
static size_t column_of(const struct block *table, enum cell_kind kind, bool with_interval)
{
    for (size_t column = 1; column < table->column_count; column++)
        for (size_t row = 0; row < table->row_count; row++) {
            struct document_cell cell = figure_cell(table, row, column);
            if (cell.kind == kind && (cell.has_interval || !with_interval))
                return column;
        }
    return 0;
}

/* Names are short words; of a row whose word is empty (CSV) what it is called. */
static void show_table(const struct block *table, struct shown *shown)
{
    static const struct {
        enum cell_kind kind;
        bool with_interval;
    } wanted[] = {
        {CELL_SHARE, true}, {CELL_POINTS, true}, {CELL_COUNT, false}, {CELL_SHARE, false}};
    size_t column = 0;
    for (size_t i = 0; i < sizeof wanted / sizeof *wanted && column == 0; i++)
        column = column_of(table, wanted[i].kind, wanted[i].with_interval);
    if (column == 0)
        return;
    shown->quantity = table->columns[column].title;
    for (size_t row = 0; row < table->row_count && row < PLOT_ROWS_MAX; row++) {
        const struct document_cell *name = block_cell(table, row, 0);
        const char *word = cell_name(name, shown->names[row]);
        struct document_cell cell = figure_cell(table, row, column);
        if (cell.has_interval && !block_cell(table, row, column)->has_interval)
            shown->interval = table->columns[column + 1].title;
        shown->rows[shown->count++] =
            (struct plot_row){*word != '\0' ? word : cell_words(name, "", shown->names[row]), cell};
    }
}

static void show_facts(const struct document *document, const struct block *figure,
                       struct shown *shown)
{
    const struct block *block = figure;
    while (block > document->blocks && block_is_of_facts(block[-1].kind))
        block--;
    for (; block < figure && shown->count < PLOT_ROWS_MAX; block++) {
        if (block->kind != BLOCK_FACT)
            continue;
        struct document_cell cell = with_next(&block[1].cell, &block[2].cell);
        if (cell.has_interval && !block[1].cell.has_interval)
            shown->interval = block[2].label;
        shown->rows[shown->count++] = (struct plot_row){block->label, cell};
    }
}

/* One axis is of one kind of quantity: that of the first row that has one. */
static void plot_shown(const struct shown *shown, struct plot *ret)
{
    enum cell_kind kind = CELL_COUNT;
    bool has_intervals = false;
    char axis[200];
    if (shown->count < 2) /* there is nothing to be seen beside it */
        return;
    for (size_t i = 0; i < shown->count && kind == CELL_COUNT; i++)
        if (shown->rows[i].cell.kind == CELL_SHARE || shown->rows[i].cell.kind == CELL_POINTS)
            kind = shown->rows[i].cell.kind;
    for (size_t i = 0; i < shown->count; i++)
        has_intervals |= shown->rows[i].cell.kind == kind && shown->rows[i].cell.has_interval;
    const char *interval = shown->interval != NULL ? shown->interval : "95 % interval";
    const char *quantity = shown->quantity != NULL ? shown->quantity : "share";
    snprintf(axis, sizeof axis, "%.80s%s%.80s", kind == CELL_POINTS ? "points" : quantity,
             has_intervals ? "; line: " : "", has_intervals ? interval : "");
    plot_rows(ret, kind, kind == CELL_COUNT ? shown->quantity : axis, shown->rows, shown->count);
}

int figure_plot(const struct document *document, const struct block *figure, struct plot *ret,
                struct error *error)
{
    const struct block *before = figure - 1; /* document_figure() sees to it */
    struct shown shown = {.count = 0};
    *ret = (struct plot){0};
    if (before->kind != BLOCK_TABLE)
        show_facts(document, figure, &shown);
    else if (before->row_count > 0 && block_cell(before, 0, 0)->kind == CELL_TIME)
        plot_times(ret, before);
    if (before->kind == BLOCK_TABLE && !ret->failed && ret->script == NULL)
        show_table(before, &shown);
    plot_shown(&shown, ret);
    if (!ret->failed)
        return 0;
    free(ret->script);
    return error_set(error, "out of memory for a figure");
}
