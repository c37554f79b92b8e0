#include "analysis/document/plot.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "analysis/document/text_form.h"
#include "analysis/document/utf8.h"

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

struct axis {
    double low, high, step; /* percent, or points */
    int decimals;
    bool cuts; /* bars end outside */
};

void plot_free(struct plot *plot)
{
    for (size_t i = 0; i < plot->text_count; i++)
        free(plot->texts[i]);
    free(plot->script);
    *plot = (struct plot){0};
}

static char *cut_text(const char *text, size_t most)
{
    char *cut = utf8_for_terminal(text);
    if (cut == NULL || utf8_length(cut) <= most)
        return cut;
    size_t at = 0;
    for (size_t i = 0; i < most - 1; i++) {
        at++;
        while (((unsigned char)cut[at] & 0xc0) == 0x80)
            at++;
    }
    cut[at] = '\0';
    char *marked = NULL;
    if (asprintf(&marked, "%s\xe2\x80\xa6", cut) < 0) /* an ellipsis */
        marked = NULL;
    free(cut);
    return marked;
}

/* The number of a copy in T[]; there is room for what the bounds of rows and series allow. */
static size_t add_text(struct plot *plot, const char *text, size_t most)
{
    char *kept = plot->text_count < PLOT_TEXTS_MAX ? cut_text(text, most) : NULL;
    if (kept == NULL) {
        plot->failed = true;
        return 1;
    }
    plot->texts[plot->text_count++] = kept;
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

/* 1, 2 or 5 times a power of ten, such that about four steps make the range */
static double nice_step(double range)
{
    double power = pow(10, floor(log10(range / 4)));
    double steps = range / 4 / power;
    return power * (steps <= 1 ? 1 : steps <= 2 ? 2 : steps <= 5 ? 5 : 10);
}

/* The ends of some shares, and of their bars, times 100 */
struct range {
    double low, high, bar_low, bar_high;
};

static void widen(struct range *range, const struct plot_share *share)
{
    if (!share->known)
        return;
    range->low = fmin(range->low, 100 * share->share);
    range->high = fmax(range->high, 100 * share->share);
    range->bar_low = fmin(range->bar_low, 100 * (share->has_bar ? share->bar.low : share->share));
    range->bar_high =
        fmax(range->bar_high, 100 * (share->has_bar ? share->bar.high : share->share));
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
    double decimals = -floor(log10(axis.step) + 1e-9);
    axis.decimals = decimals > 0 ? (int)decimals : 0;
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

static void set_axis(FILE *script, char letter, enum plot_unit unit, struct axis axis)
{
    fprintf(script,
            "set %crange [%.9g:%.9g]\n"
            "set %ctics nomirror scale 0.5 %.9g textcolor rgb C%d\n"
            "set format %c '%%%s.%df%s'\n"
            "set grid %ctics linetype 1 linewidth 1 linecolor rgb C%d\n",
            letter, axis.low, axis.high, letter, axis.step, PLOT_TEXT, letter,
            unit == PLOT_POINTS ? "+" : "", axis.decimals, unit == PLOT_PERCENT ? " %%" : "",
            letter, PLOT_GRID);
}

/* --- rows --- */

/* The frame of a figure with a labelled row for each item, the first on top; with a text below. */
static void begin_rows(struct plot *plot, FILE *script, size_t count, unsigned below,
                       unsigned right, const char *axis)
{
    size_t longest = 0;
    for (size_t i = 0; i < plot->text_count; i++) {
        size_t length = utf8_length(plot->texts[i]);
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
    bool fits = !plot->failed &&
                (double)(utf8_length(plot->texts[text - 1]) * LETTER) < WIDTH - left - RIGHT;
    fprintf(script, "set label T[%zu] at %s, screen %.6f center textcolor rgb C%d\n", text,
            fits ? "graph 0.5" : "screen 0.5", LINE_HEIGHT / 2.0 / plot->height, PLOT_TEXT);
}

/* Lines from low to high, end in end; those without rows are left out, gnuplot would warn. */
struct lines {
    const char *name, *ends;
    bool low_is_cut, high_is_cut;
};

static bool write_lines(FILE *script, const struct lines *lines, const struct plot_row *rows,
                        size_t count, struct axis axis)
{
    bool any = false;
    fprintf(script, "$%s << END\n", lines->name);
    for (size_t i = 0; i < count; i++) {
        const struct plot_share *share = &rows[i].share;
        double low = 100 * share->bar.low, high = 100 * share->bar.high;
        if (!share->known || !share->has_bar || (low < axis.low) != lines->low_is_cut ||
            (high > axis.high) != lines->high_is_cut)
            continue;
        low = fmax(low, axis.low);
        high = fmin(high, axis.high);
        /* an arrow points to where it goes on */
        bool back = lines->low_is_cut && !lines->high_is_cut;
        fprintf(script, "%.9g %zu %.9g 0\n", back ? high : low, i + 1,
                back ? low - high : high - low);
        any = true;
    }
    fputs("END\n", script);
    return any;
}

static void write_shares(FILE *script, const struct plot_row *rows, size_t count, struct axis axis)
{
    static const struct lines kinds[] = {{"whole", "nohead", false, false},
                                         {"left", "head filled size screen 0.015,20", true, false},
                                         {"right", "head filled size screen 0.015,20", false, true},
                                         {"both", "heads filled size screen 0.015,20", true, true}};
    bool any[4];
    for (size_t i = 0; i < 4; i++)
        any[i] = write_lines(script, &kinds[i], rows, count, axis);
    fputs("$dot << END\n", script);
    for (size_t i = 0; i < count; i++) {
        if (rows[i].share.known)
            fprintf(script, "%.9g %zu\n", 100 * rows[i].share.share, i + 1);
    }
    fputs("END\nplot ", script);
    for (size_t i = 0; i < 4; i++) {
        if (any[i])
            fprintf(script,
                    "$%s using 1:2:3:4 with vectors %s linewidth 3 linecolor rgb C%d "
                    "title '', ",
                    kinds[i].name, kinds[i].ends, PLOT_BAR);
    }
    fprintf(script,
            "$dot using 1:2 with points pointtype 7 pointsize 0.75 linecolor rgb C%d title ''\n",
            PLOT_BAR);
}

void plot_shares(struct plot *plot, enum plot_unit unit, const char *axis,
                 const struct plot_row *rows, size_t count)
{
    struct range range = {0, 0, 0, 0};
    bool known = false;
    char below[300];
    FILE *script;
    count = count < PLOT_ROWS_MAX ? count : PLOT_ROWS_MAX;
    for (size_t i = 0; i < count; i++) {
        known |= rows[i].share.known;
        widen(&range, &rows[i].share);
    }
    if (!known || (script = begin(plot, (unsigned)count * ROW_HEIGHT + TICKS_HEIGHT + LINE_HEIGHT +
                                            TOP)) == NULL)
        return;
    for (size_t i = 0; i < count; i++)
        add_text(plot, rows[i].label, LABEL_MAX);
    struct axis fitted = fit_axis(range);
    snprintf(below, sizeof below, "%.250s%s", axis, fitted.cuts ? "; arrow: it goes on" : "");
    begin_rows(plot, script, count, TICKS_HEIGHT + LINE_HEIGHT, RIGHT, below);
    fprintf(script, "set border 1 linecolor rgb C%d\n", PLOT_AXIS);
    set_axis(script, 'x', unit, fitted);
    if (fitted.low < 0)
        fprintf(script, "set arrow from 0,graph 0 to 0,graph 1 nohead linecolor rgb C%d\n",
                PLOT_AXIS);
    write_shares(script, rows, count, fitted);
    end(plot, script);
}

void plot_bars(struct plot *plot, const char *axis, const struct plot_bar *bars, size_t count)
{
    uint64_t most = 0;
    FILE *script;
    unsigned below = axis != NULL ? LINE_HEIGHT + TOP : TOP;
    count = count < PLOT_ROWS_MAX ? count : PLOT_ROWS_MAX;
    for (size_t i = 0; i < count; i++)
        most = bars[i].count > most ? bars[i].count : most;
    if (most == 0 || (script = begin(plot, (unsigned)count * ROW_HEIGHT + below + TOP)) == NULL)
        return;
    for (size_t i = 0; i < count; i++)
        add_text(plot, bars[i].label, LABEL_MAX);
    begin_rows(plot, script, count, below, COUNT_WIDTH, axis);
    fprintf(script,
            "set border 2 linecolor rgb C%d\nunset xtics\nset xrange [0:%.9g]\n$bar << END\n",
            PLOT_AXIS, (double)most);
    for (size_t i = 0; i < count; i++) {
        char number[NUMBER_MAX];
        size_t text = add_text(plot, text_count(bars[i].count, number), NUMBER_MAX);
        double value = (double)bars[i].count;
        fprintf(script, "%.9g %zu 0 %.9g %.2f %.2f %zu\n", value, i + 1, value,
                (double)i + 1 - 0.32, (double)i + 1 + 0.32, text);
    }
    fprintf(script,
            "END\nplot $bar using 1:2:3:4:5:6 with boxxyerror linecolor rgb C%d title '', "
            "$bar using 1:2:(T[int($7)]) with labels left offset 0.6,0 textcolor rgb C%d "
            "title ''\n",
            PLOT_COUNTS, PLOT_TEXT);
    end(plot, script);
}

/* --- over time --- */

/* Shapes besides colours, for readers who do not tell these apart */
static const int POINT_TYPES[PLOT_SERIES_MAX] = {7, 5, 9, 11, 13, 15};

static struct axis times_axis(const struct plot_series *series, size_t series_count, size_t moments)
{
    struct range range = {INFINITY, -INFINITY, INFINITY, -INFINITY};
    for (size_t i = 0; i < series_count; i++) {
        for (size_t j = 0; j < moments; j++)
            widen(&range, &series[i].shares[j]);
    }
    /* from 0, unless that would flatten what there is to see */
    if (range.bar_low > 0 && range.bar_low < 0.7 * range.bar_high)
        range.bar_low = 0;
    range.low = range.bar_low;
    range.high = range.bar_high;
    return fit_axis(range);
}

static void set_time_axis(FILE *script, const int64_t *moments, size_t count)
{
    double first = (double)moments[0], last = (double)moments[count - 1];
    double room = fmax((last - first) * 0.04, 3600);
    size_t ticks = count < TIME_TICKS ? count : TIME_TICKS;
    fprintf(script, "set xrange [%.0f:%.0f]\nset xtics nomirror scale 0.5 (", first - room,
            last + room);
    for (size_t i = 0; i < ticks; i++) {
        size_t at = ticks > 1 ? i * (count - 1) / (ticks - 1) : 0;
        time_t time = (time_t)moments[at];
        struct tm tm;
        char text[NUMBER_MAX] = "?";
        if (gmtime_r(&time, &tm) != NULL)
            strftime(text, sizeof text, "%F", &tm);
        fprintf(script, "%s'%s' %.0f", i > 0 ? ", " : "", text, (double)moments[at]);
    }
    fprintf(script, ") textcolor rgb C%d\n", PLOT_TEXT);
}

/* aside: seconds, for series must not lie on each other */
static void write_series(FILE *script, size_t number, const struct plot_series *series,
                         const int64_t *moments, size_t count, double aside)
{
    fprintf(script, "$series%zu << END\n", number);
    for (size_t i = 0; i < count; i++) {
        const struct plot_share *share = &series->shares[i];
        if (!share->known) {
            fputc('\n', script); /* a gap in the line */
            continue;
        }
        double low = share->has_bar ? share->bar.low : share->share;
        double high = share->has_bar ? share->bar.high : share->share;
        fprintf(script, "%.0f %.9g %.9g %.9g\n", (double)moments[i] + aside, 100 * share->share,
                100 * low, 100 * high);
    }
    fputs("END\n", script);
}

static bool series_known(const struct plot_series *series, size_t moments)
{
    for (size_t i = 0; i < moments; i++) {
        if (series->shares[i].known)
            return true;
    }
    return false;
}

/* A line of text below the axis, counted from the last; role: of the point before it, 0: none */
static void write_line(struct plot *plot, FILE *script, size_t line, const char *text, int role)
{
    fprintf(script, "set label T[%zu] at screen %.6f, screen %.6f left textcolor rgb C%d",
            add_text(plot, text, LINE_MAX), (double)TIMES_LEFT / WIDTH,
            ((double)line + 0.5) * LINE_HEIGHT / plot->height, PLOT_TEXT);
    if (role != 0)
        fprintf(script, " offset character 1,0 point pointtype %d pointsize 0.8 linecolor rgb C%d",
                POINT_TYPES[role - PLOT_SERIES], role);
    fputc('\n', script);
}

static void plot_series(FILE *script, const struct plot_series *series, size_t series_count,
                        size_t moments)
{
    const char *separator = "plot ";
    for (size_t i = 0; i < series_count; i++) {
        if (!series_known(&series[i], moments))
            continue;
        fprintf(script,
                "%s$series%zu using 1:2 with lines linewidth 2 linecolor rgb C%zu title '', "
                "$series%zu using 1:2:3:4 with yerrorbars linewidth 1.5 pointtype %d pointsize 0.8 "
                "linecolor rgb C%zu title ''",
                separator, i, PLOT_SERIES + i, i, POINT_TYPES[i], PLOT_SERIES + i);
        separator = ", ";
    }
    fputc('\n', script);
}

void plot_times(struct plot *plot, const int64_t *moments, size_t moment_count,
                const struct plot_series *series, size_t series_count)
{
    bool known = false;
    FILE *script;
    moment_count = moment_count < PLOT_MOMENTS_MAX ? moment_count : PLOT_MOMENTS_MAX;
    series_count = series_count < PLOT_SERIES_MAX ? series_count : PLOT_SERIES_MAX;
    for (size_t i = 0; i < series_count; i++)
        known |= series_known(&series[i], moment_count);
    if (!known)
        return;
    struct axis axis = times_axis(series, series_count, moment_count);
    size_t lines = series_count + (axis.low > 0);
    double apart = 0.015 * fmax((double)(moments[moment_count - 1] - moments[0]), 86400);
    unsigned below = TICKS_HEIGHT + (unsigned)lines * LINE_HEIGHT;
    if ((script = begin(plot, TIMES_HEIGHT + below)) == NULL)
        return;
    set_margins(script, plot->height, TIMES_LEFT, below, RIGHT);
    fprintf(script, "set border 3 linecolor rgb C%d\nset errorbars small\n", PLOT_AXIS);
    set_time_axis(script, moments, moment_count);
    set_axis(script, 'y', PLOT_PERCENT, axis);
    for (size_t i = 0; i < series_count; i++) {
        write_line(plot, script, lines - 1 - i, series[i].label, (int)(PLOT_SERIES + i));
        write_series(script, i, &series[i], moments, moment_count,
                     apart * ((double)i - (double)(series_count - 1) / 2));
    }
    if (axis.low > 0) {
        char text[NUMBER_MAX + 60];
        snprintf(text, sizeof text, "the axis starts at %.*f %%, not at 0", axis.decimals,
                 axis.low);
        write_line(plot, script, 0, text, 0);
    }
    plot_series(script, series, series_count, moment_count);
    end(plot, script);
}
