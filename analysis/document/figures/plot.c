#include "analysis/document/figures/plot.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "analysis/document/text_form.h"
#include "analysis/document/utf8.h"
#include "crawler/core/utf8.h"

enum {
    WIDTH = 480,
    ROW_HEIGHT = 24,
    LINE_HEIGHT = 20,  /* of a text below the axis */
    TICKS_HEIGHT = 36, /* numbers at the axis */
    TOP = 8,
    RIGHT = 26,       /* half of the last tick's label */
    COUNT_WIDTH = 86, /* of the number beside a bar */
    LETTER = 8,       /* at most, on average, of the font that gnuplot.c sets */
    LABEL_MAX = 26,   /* characters */
    LINE_MAX = 52,    /* likewise, of a text below the axis */
    TIMES_HEIGHT = 230,
    TIMES_LEFT = 62,
    TIME_TICKS = 5,
    ROOM_FOR_BARS = 3 /* times that of the shares themselves */
};

static const double TIME_ROOM = 0.2; /* of the axis, for a date */

/* The number in T[] of a text, of which at most so many characters are shown */
static size_t add_text(struct plot *plot, const char *text, size_t most)
{
    char *kept = plot->texts[plot->text_count++]; /* the bounds of rows and series see to it */
    bool fits = utf8_length(text) <= most;
    size_t at = 0;
    for (size_t i = 1; i < most && !fits; i++)
        at += utf8_character(text + at, UTF8_CHARACTER_MAX);
    snprintf(kept, PLOT_TEXT_MAX, "%.*s%s", fits ? PLOT_TEXT_MAX : (int)at, text,
             fits ? "" : "\u2026");
    return plot->text_count;
}

static FILE *begin(struct plot *plot, unsigned height)
{
    FILE *script = open_memstream(&plot->script, &plot->length);
    plot->failed |= script == NULL;
    plot->width = WIDTH;
    plot->height = height;
    return script;
}

static void end(struct plot *plot, FILE *script)
{
    plot->failed |= fclose(script) != 0;
}

/* --- axes --- */

/* The ends of some shares, and of their bars, times 100 */
struct range {
    double low, high, bar_low, bar_high;
};

struct axis {
    double low, high, step; /* percent, or points */
    int decimals;
    bool cuts; /* bars end outside */
};

/* Times 100; a share without an interval is its own. */
static struct interval bar_of(const struct document_cell *cell)
{
    double low = cell->has_interval ? cell->interval.low : cell->value;
    double high = cell->has_interval ? cell->interval.high : cell->value;
    return (struct interval){100 * low, 100 * high};
}

static void widen(struct range *range, const struct document_cell *cell)
{
    struct interval bar = bar_of(cell);
    range->low = fmin(range->low, 100 * cell->value);
    range->high = fmax(range->high, 100 * cell->value);
    range->bar_low = fmin(range->bar_low, bar.low);
    range->bar_high = fmax(range->bar_high, bar.high);
}

/* 1, 2 or 5 times a power of ten, such that about four steps make the range */
static double nice_step(double range)
{
    double power = pow(10, floor(log10(range / 4)));
    double steps = range / 4 / power;
    return power * (steps <= 1 ? 1 : steps <= 2 ? 2 : steps <= 5 ? 5 : 10);
}

/* Shares fit, bars as far as they leave room for the shares. */
static struct axis fit_axis(struct range range)
{
    double room = ROOM_FOR_BARS * (range.high - range.low);
    double low = range.bar_low, high = range.bar_high;
    if (room > 0) {
        low = fmax(low, range.high - room);
        high = fmin(high, range.low + room);
    }
    if (!(high > low)) /* every share is 0 */
        high = low + 1;
    struct axis axis = {.step = nice_step(high - low)};
    axis.low = axis.step * floor(low / axis.step + 1e-9);
    axis.high = axis.step * ceil(high / axis.step - 1e-9);
    axis.cuts = range.bar_low < axis.low || range.bar_high > axis.high;
    axis.decimals = (int)fmax(-floor(log10(axis.step) + 1e-9), 0);
    return axis;
}

static void set_margins(FILE *script, unsigned height, double left, unsigned below, unsigned right)
{
    fprintf(script,
            "set lmargin at screen %.6f\nset rmargin at screen %.6f\n"
            "set bmargin at screen %.6f\nset tmargin at screen %.6f\n",
            left / WIDTH, 1 - (double)right / WIDTH, (double)below / height,
            1 - (double)TOP / height);
}

static void set_axis(FILE *script, char letter, enum cell_kind kind, struct axis axis)
{
    fprintf(script,
            "set %crange [%.9g:%.9g]\n"
            "set %ctics nomirror scale 0.5 %.9g textcolor rgb C%d\n"
            "set format %c '%%%s.%df%s'\n"
            "set grid %ctics linetype 1 linewidth 1 linecolor rgb C%d\n",
            letter, axis.low, axis.high, letter, axis.step, PLOT_TEXT, letter,
            kind == CELL_POINTS ? "+" : "", axis.decimals, kind == CELL_SHARE ? " %%" : "", letter,
            PLOT_GRID);
}

/* --- rows --- */

/* The frame of a figure with a labelled row for each item, the first on top; with a text below. */
static void begin_rows(struct plot *plot, FILE *script, const struct plot_row *rows, size_t count,
                       unsigned below, unsigned right, const char *axis)
{
    size_t longest = 0;
    for (size_t i = 0; i < count; i++) {
        size_t text = add_text(plot, rows[i].label, LABEL_MAX);
        size_t length = utf8_length(plot->texts[text - 1]);
        longest = length > longest ? length : longest;
    }
    double left = (double)(longest * LETTER) + 18;
    set_margins(script, plot->height, left, below, right);
    fprintf(script,
            "set yrange [%zu.5:0.5]\nunset ytics\n"
            "set for [i=1:%zu] label i T[i] at graph 0, first i right offset character -1.2,0 "
            "textcolor rgb C%d\n",
            count, count, PLOT_TEXT);
    if (axis == NULL)
        return;
    /* in the middle of the rows where it fits there, else of the figure */
    size_t text = add_text(plot, axis, LINE_MAX);
    bool fits = (double)(utf8_length(plot->texts[text - 1]) * LETTER) < WIDTH - left - RIGHT;
    fprintf(script, "set label T[%zu] at %s, screen %.6f center textcolor rgb C%d\n", text,
            fits ? "graph 0.5" : "screen 0.5", LINE_HEIGHT / 2.0 / plot->height, PLOT_TEXT);
}

/* Lines from low to high; false: none, of which gnuplot would warn.  A number says which ends are
 * outside, where an arrow points to. */
static bool write_bars(FILE *script, enum cell_kind kind, const struct plot_row *rows, size_t count,
                       struct axis axis)
{
    static const char *const heads[] = {"nohead", "backhead", "head", "heads"};
    bool any = false;
    /* the line type too: what gnuplot 5.4 groups the arrows by */
    fprintf(script, "set linetype 1 linecolor rgb C%d\n", PLOT_BAR);
    for (size_t i = 0; i < sizeof heads / sizeof *heads; i++)
        fprintf(script,
                "set style arrow %zu %s filled size screen 0.015,20 linewidth 3 "
                "linecolor rgb C%d\n",
                i + 1, heads[i], PLOT_BAR);
    fputs("$bar << END\n", script);
    for (size_t i = 0; i < count; i++) {
        struct interval bar = bar_of(&rows[i].cell);
        double low = fmax(bar.low, axis.low), high = fmin(bar.high, axis.high);
        if (rows[i].cell.kind != kind || !rows[i].cell.has_interval)
            continue;
        fprintf(script, "%.9g %zu %.9g 0 %d\n", low, i + 1, high - low,
                1 + (bar.low < axis.low) + 2 * (bar.high > axis.high));
        any = true;
    }
    fputs("END\n", script);
    return any;
}

static void write_shares(FILE *script, enum cell_kind kind, const struct plot_row *rows,
                         size_t count, struct axis axis)
{
    fprintf(script, "set border 1 linecolor rgb C%d\n", PLOT_AXIS);
    set_axis(script, 'x', kind, axis);
    if (axis.low < 0)
        fprintf(script, "set arrow from 0,graph 0 to 0,graph 1 nohead linecolor rgb C%d\n",
                PLOT_AXIS);
    bool has_bars = write_bars(script, kind, rows, count, axis);
    fputs("$dot << END\n", script);
    for (size_t i = 0; i < count; i++) {
        if (rows[i].cell.kind == kind)
            fprintf(script, "%.9g %zu\n", 100 * rows[i].cell.value, i + 1);
    }
    fprintf(script,
            "END\nplot %s$dot using 1:2 with points pointtype 7 pointsize 0.75 "
            "linecolor rgb C%d title ''\n",
            has_bars ? "$bar using 1:2:3:4:5 with vectors arrowstyle variable title '', " : "",
            PLOT_BAR);
}

static void write_counts(struct plot *plot, FILE *script, const struct plot_row *rows, size_t count,
                         double most)
{
    fprintf(script,
            "set border 2 linecolor rgb C%d\nunset xtics\nset xrange [0:%.9g]\n$bar << END\n",
            PLOT_AXIS, most);
    for (size_t i = 0; i < count; i++) {
        char number[NUMBER_MAX];
        double value = rows[i].cell.kind == CELL_COUNT ? rows[i].cell.value : 0;
        size_t text = add_text(plot, text_count((uint64_t)value, number), NUMBER_MAX);
        fprintf(script, "%.9g %zu 0 %.9g %.2f %.2f %zu\n", value, i + 1, value,
                (double)i + 1 - 0.32, (double)i + 1 + 0.32, text);
    }
    fprintf(script,
            "END\nplot $bar using 1:2:3:4:5:6 with boxxyerror linecolor rgb C%d title '', "
            "$bar using 1:2:(T[int($7)]) with labels left offset 0.6,0 textcolor rgb C%d "
            "title ''\n",
            PLOT_COUNTS, PLOT_TEXT);
}

void plot_rows(struct plot *plot, enum cell_kind kind, const char *axis,
               const struct plot_row *rows, size_t count)
{
    bool is_counts = kind == CELL_COUNT, known = false;
    double most = 0;
    unsigned below = is_counts ? TOP : TICKS_HEIGHT;
    struct range range = {0, 0, 0, 0};
    char marked[300] = "";
    FILE *script;
    count = count < PLOT_ROWS_MAX ? count : PLOT_ROWS_MAX;
    for (size_t i = 0; i < count; i++) {
        if (rows[i].cell.kind != kind)
            continue;
        most = fmax(most, rows[i].cell.value);
        known |= !is_counts || most > 0;
        widen(&range, &rows[i].cell);
    }
    below += axis != NULL ? LINE_HEIGHT : 0;
    if (!known || (script = begin(plot, (unsigned)count * ROW_HEIGHT + below + TOP)) == NULL)
        return;
    struct axis fitted = fit_axis(range);
    if (axis != NULL)
        snprintf(marked, sizeof marked, "%.250s%s", axis,
                 !is_counts && fitted.cuts ? "; arrow: it goes on" : "");
    begin_rows(plot, script, rows, count, below, is_counts ? COUNT_WIDTH : RIGHT,
               axis != NULL ? marked : NULL);
    if (is_counts)
        write_counts(plot, script, rows, count, most);
    else
        write_shares(script, kind, rows, count, fitted);
    end(plot, script);
}

/* --- over time --- */

struct times {
    const struct block *table;
    size_t moments;
    size_t columns[PLOT_SERIES_MAX]; /* the series' */
    size_t count;
};

/* Shapes besides colours, for readers who do not tell these apart */
static const int POINT_TYPES[PLOT_SERIES_MAX] = {7, 5, 9, 11, 13, 15};

static double moment_at(const struct times *times, size_t row)
{
    return block_cell(times->table, row, 0)->value;
}

/* NULL: not known */
static const struct document_cell *share_at(const struct times *times, size_t row, size_t column)
{
    const struct document_cell *cell = block_cell(times->table, row, column);
    return cell->kind == CELL_SHARE ? cell : NULL;
}

/* Which columns are drawn, and the axis for them */
static struct axis find_series(struct times *times)
{
    struct range range = {INFINITY, -INFINITY, INFINITY, -INFINITY};
    for (size_t column = 1; column < times->table->column_count && times->count < PLOT_SERIES_MAX;
         column++) {
        bool known = false;
        for (size_t row = 0; row < times->moments; row++) {
            const struct document_cell *cell = share_at(times, row, column);
            known |= cell != NULL;
            if (cell != NULL)
                widen(&range, cell);
        }
        if (known)
            times->columns[times->count++] = column;
    }
    /* from 0, unless that would flatten what there is to see */
    if (range.bar_low > 0 && range.bar_low < 0.7 * range.bar_high)
        range.bar_low = 0;
    range.low = range.bar_low;
    range.high = range.bar_high;
    return times->count > 0 ? fit_axis(range) : (struct axis){0};
}

/* A date has room beside the next one, and the last one has its. */
static bool has_date(double moment, double before, double last, double least)
{
    return moment - before >= least && (moment == last || last - moment >= least);
}

static void set_time_axis(FILE *script, const struct times *times)
{
    double first = moment_at(times, 0), last = moment_at(times, times->moments - 1);
    double room = fmax((last - first) * 0.04, 3600), before = -INFINITY;
    size_t ticks = times->moments < TIME_TICKS ? times->moments : TIME_TICKS;
    fprintf(script, "set xrange [%.0f:%.0f]\nset xtics nomirror scale 0.5 (", first - room,
            last + room);
    for (size_t i = 0; i < ticks; i++) {
        size_t row = ticks > 1 ? i * (times->moments - 1) / (ticks - 1) : 0;
        struct document_cell date = cell_time((int64_t)moment_at(times, row), 0);
        bool told = has_date(date.value, before, last, TIME_ROOM * (last - first));
        char text[CELL_TEXT_MAX];
        fprintf(script, "%s'%s' %.0f", i > 0 ? ", " : "", told ? cell_words(&date, "?", text) : "",
                date.value);
        before = told ? date.value : before;
    }
    fprintf(script, ") textcolor rgb C%d\n", PLOT_TEXT);
}

/* aside: seconds, for series must not lie on each other */
static void write_series(FILE *script, const struct times *times, size_t number, double aside)
{
    fprintf(script, "$series%zu << END\n", number);
    for (size_t row = 0; row < times->moments; row++) {
        const struct document_cell *cell = share_at(times, row, times->columns[number]);
        if (cell == NULL) {
            fputc('\n', script); /* a gap in the line */
            continue;
        }
        struct interval bar = bar_of(cell);
        fprintf(script, "%.0f %.9g %.9g %.9g\n", moment_at(times, row) + aside, 100 * cell->value,
                bar.low, bar.high);
    }
    fputs("END\n", script);
}

/* A line of text below the axis, counted from the last; the end of the command is the caller's. */
static void write_line(struct plot *plot, FILE *script, size_t line, const char *text)
{
    fprintf(script, "set label T[%zu] at screen %.6f, screen %.6f left textcolor rgb C%d",
            add_text(plot, text, LINE_MAX), (double)TIMES_LEFT / WIDTH,
            ((double)line + 0.5) * LINE_HEIGHT / plot->height, PLOT_TEXT);
}

/* The last of the lines are for something else. */
static void write_all_series(struct plot *plot, FILE *script, const struct times *times,
                             size_t lines)
{
    double apart = 0.015 * fmax(moment_at(times, times->moments - 1) - moment_at(times, 0), 86400);
    for (size_t i = 0; i < times->count; i++) {
        write_line(plot, script, lines - 1 - i, times->table->columns[times->columns[i]].title);
        fprintf(script,
                " offset character 1,0 point pointtype %d pointsize 0.8 linecolor rgb C%zu\n",
                POINT_TYPES[i], PLOT_SERIES + i);
        write_series(script, times, i, apart * ((double)i - (double)(times->count - 1) / 2));
    }
}

static void plot_series(FILE *script, const struct times *times)
{
    for (size_t i = 0; i < times->count; i++)
        fprintf(script,
                "%s$series%zu using 1:2 with lines linewidth 2 linecolor rgb C%zu title '', "
                "$series%zu using 1:2:3:4 with yerrorbars linewidth 1.5 pointtype %d pointsize 0.8 "
                "linecolor rgb C%zu title ''",
                i > 0 ? ", " : "plot ", i, PLOT_SERIES + i, i, POINT_TYPES[i], PLOT_SERIES + i);
    fputc('\n', script);
}

void plot_times(struct plot *plot, const struct block *table)
{
    struct times times = {.table = table};
    FILE *script;
    times.moments = table->row_count < PLOT_MOMENTS_MAX ? table->row_count : PLOT_MOMENTS_MAX;
    struct axis axis = find_series(&times);
    size_t lines = times.count + (axis.low > 0);
    unsigned below = TICKS_HEIGHT + (unsigned)lines * LINE_HEIGHT;
    if (times.count == 0 || (script = begin(plot, TIMES_HEIGHT + below)) == NULL)
        return;
    set_margins(script, plot->height, TIMES_LEFT, below, RIGHT);
    fprintf(script, "set border 3 linecolor rgb C%d\nset errorbars small\n", PLOT_AXIS);
    set_time_axis(script, &times);
    set_axis(script, 'y', CELL_SHARE, axis);
    write_all_series(plot, script, &times, lines);
    if (axis.low > 0) {
        char text[NUMBER_MAX + 60];
        snprintf(text, sizeof text, "the axis starts at %.*f %%, not at 0", axis.decimals,
                 axis.low);
        write_line(plot, script, 0, text);
        fputc('\n', script);
    }
    plot_series(script, &times);
    end(plot, script);
}
