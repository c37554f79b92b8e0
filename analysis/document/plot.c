/* Scripts for gnuplot: where things go; plot_draw.c runs them. */
#include "analysis/document/plot.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "analysis/document/plot_draw.h"
#include "analysis/document/text_form.h"
#include "analysis/document/utf8.h"

/* Units of a figure: about a pixel each on a narrow screen, larger on wide ones */
enum {
    WIDTH = 480,
    ROW_HEIGHT = 24,
    TICKS_HEIGHT = 30,
    TOP = 8,
    RIGHT = 26,       /* half of the last tick's label */
    COUNT_WIDTH = 86, /* of the number beside a bar */
    LETTER = 8,       /* at most, on average, of the font that plot_begin() sets */
    LABEL_MAX = 26,   /* characters */
    TIMES_HEIGHT = 260,
    TIMES_LEFT = 62,
    TIME_TICKS = 5
};

/* Roles: page.css has a colour for each */
enum {
    AXIS = 1,
    TEXT = 2,
    GRID = 3,
    COUNTS = 4,
    BAND = 5,
    BAR = 6,
    SERIES = 11 /* and on */
};

struct axis {
    double low, high, step; /* percent */
    int decimals;
};

struct drawing {
    struct html_form *form;
    FILE *script;
    char *text;
    size_t length;
    struct plot_labels labels;
};

static int drawing_start(struct drawing *drawing, struct html_form *form)
{
    *drawing = (struct drawing){.form = form};
    drawing->script = open_memstream(&drawing->text, &drawing->length);
    if (drawing->script == NULL)
        html_no_memory(form);
    return drawing->script != NULL ? 0 : -1;
}

static void drawing_finish(struct drawing *drawing, const char *title)
{
    if (fclose(drawing->script) != 0)
        html_no_memory(drawing->form);
    plot_draw(drawing->form, title, drawing->text, drawing->length, &drawing->labels);
    plot_labels_free(&drawing->labels);
    free(drawing->text);
}

/* 1, 2 or 5 times a power of ten, such that about four steps make the range */
static double nice_step(double range)
{
    double power = pow(10, floor(log10(range / 4)));
    double steps = range / 4 / power;
    return power * (steps <= 1 ? 1 : steps <= 2 ? 2 : steps <= 5 ? 5 : 10);
}

/* Bars fit; bands only as far as they leave room for the bars. */
static struct axis fit_axis(double low, double high, double band_low, double band_high)
{
    enum {
        BAND_FACTOR = 3
    };
    if (!(high > low)) /* every share is 0 */
        high = low + 1;
    double widest = (high - low) * BAND_FACTOR;
    low = fmax(fmin(low, band_low), high - widest);
    high = fmin(fmax(high, band_high), low + widest);
    struct axis axis = {.step = nice_step(high - low)};
    axis.low = axis.step * floor(low / axis.step + 1e-9);
    axis.high = axis.step * ceil(high / axis.step - 1e-9);
    double decimals = -floor(log10(axis.step) + 1e-9);
    axis.decimals = decimals > 0 ? (int)decimals : 0;
    return axis;
}

/* The range of `count` shares, from 0 on */
static struct axis share_axis(const struct plot_row *rows, size_t count)
{
    double low = 0, high = 0, band_low = 0, band_high = 0;
    for (size_t i = 0; i < count; i++) {
        const struct plot_share *share = &rows[i].share;
        if (!share->known)
            continue;
        low = fmin(low, share->has_bar ? share->bar.low : share->share);
        high = fmax(high, share->has_bar ? share->bar.high : share->share);
        if (share->has_band) {
            band_low = fmin(band_low, share->band.low);
            band_high = fmax(band_high, share->band.high);
        }
    }
    return fit_axis(100 * low, 100 * high, 100 * band_low, 100 * band_high);
}

static size_t label_width(const struct plot_labels *labels)
{
    size_t longest = 0;
    for (size_t i = 0; i < labels->length; i++) {
        size_t length = utf8_length(labels->texts[i]);
        longest = length > longest ? length : longest;
    }
    return longest * LETTER + 16;
}

/* The frame of a figure with a labelled row for each item, the first on top. */
static void begin_rows(struct drawing *drawing, size_t count, unsigned below, unsigned right)
{
    unsigned height = (unsigned)count * ROW_HEIGHT + below + TOP;
    plot_begin(drawing->script, WIDTH, height);
    fprintf(drawing->script,
            "set lmargin at screen %.6f\nset rmargin at screen %.6f\n"
            "set bmargin at screen %.6f\nset tmargin at screen %.6f\n"
            "set yrange [%zu.5:0.5]\n"
            "set ytics nomirror scale 0 textcolor rgb '#%06x' (",
            (double)label_width(&drawing->labels) / WIDTH, 1 - (double)right / WIDTH,
            (double)below / height, 1 - (double)TOP / height, count, TEXT);
    for (size_t i = 0; i < count; i++)
        fprintf(drawing->script, "%s'@%zu@' %zu", i > 0 ? ", " : "", i, i + 1);
    fputs(")\n", drawing->script);
}

static void set_percent_axis(FILE *script, char letter, struct axis axis)
{
    fprintf(script,
            "set %crange [%.9g:%.9g]\n"
            "set %ctics nomirror scale 0.5 %.9g textcolor rgb '#%06x'\n"
            "set format %c '%%.%df %%%%'\n"
            "set grid %ctics linetype 1 linewidth 1 linecolor rgb '#%06x'\n",
            letter, axis.low, axis.high, letter, axis.step, TEXT, letter, axis.decimals, letter,
            GRID);
}

static double cut(double percent, struct axis axis)
{
    return fmin(fmax(percent, axis.low), axis.high);
}

/* Three blocks of data; those without rows are left out, gnuplot would warn of them. */
static void write_shares(FILE *script, const struct plot_row *rows, size_t count, struct axis axis)
{
    size_t bands = 0, bars = 0;
    fputs("$band << END\n", script);
    for (size_t i = 0; i < count; i++) {
        const struct plot_share *share = &rows[i].share;
        if (!share->known || !share->has_band)
            continue;
        double low = cut(100 * share->band.low, axis), high = cut(100 * share->band.high, axis);
        fprintf(script, "%.9g %zu %.9g %.9g %.2f %.2f\n", low, i + 1, low, high,
                (double)i + 1 - 0.28, (double)i + 1 + 0.28);
        bands++;
    }
    fputs("END\n$bar << END\n", script);
    for (size_t i = 0; i < count; i++) {
        const struct plot_share *share = &rows[i].share;
        if (!share->known || !share->has_bar)
            continue;
        fprintf(script, "%.9g %zu %.9g 0\n", 100 * share->bar.low, i + 1,
                100 * (share->bar.high - share->bar.low));
        bars++;
    }
    fputs("END\n$dot << END\n", script);
    for (size_t i = 0; i < count; i++) {
        if (rows[i].share.known)
            fprintf(script, "%.9g %zu\n", 100 * rows[i].share.share, i + 1);
    }
    fputs("END\nplot ", script);
    if (bands > 0)
        fprintf(script, "$band using 1:2:3:4:5:6 with boxxyerror linecolor rgb '#%06x' title '', ",
                BAND);
    if (bars > 0)
        fprintf(
            script,
            "$bar using 1:2:3:4 with vectors nohead linewidth 3 linecolor rgb '#%06x' title '', ",
            BAR);
    fprintf(script,
            "$dot using 1:2 with points pointtype 7 pointsize 0.75 linecolor rgb '#%06x' "
            "title ''\n",
            BAR);
}

void plot_shares(struct html_form *form, const char *title, const struct plot_row *rows,
                 size_t count)
{
    struct drawing drawing;
    bool known = false;
    count = count < PLOT_ROWS_MAX ? count : PLOT_ROWS_MAX;
    for (size_t i = 0; i < count; i++)
        known |= rows[i].share.known;
    if (!known || drawing_start(&drawing, form) != 0)
        return;
    for (size_t i = 0; i < count; i++)
        plot_label(form, &drawing.labels, rows[i].label, LABEL_MAX);
    struct axis axis = share_axis(rows, count);
    begin_rows(&drawing, count, TICKS_HEIGHT, RIGHT);
    fprintf(drawing.script, "set border 1 linecolor rgb '#%06x'\n", AXIS);
    set_percent_axis(drawing.script, 'x', axis);
    if (axis.low < 0)
        fprintf(drawing.script,
                "set arrow from 0,graph 0 to 0,graph 1 nohead linecolor rgb '#%06x'\n", AXIS);
    write_shares(drawing.script, rows, count, axis);
    drawing_finish(&drawing, title);
}

void plot_bars(struct html_form *form, const char *title, const struct plot_bar *bars, size_t count)
{
    struct drawing drawing;
    uint64_t most = 0;
    count = count < PLOT_ROWS_MAX ? count : PLOT_ROWS_MAX;
    for (size_t i = 0; i < count; i++)
        most = bars[i].count > most ? bars[i].count : most;
    if (most == 0 || drawing_start(&drawing, form) != 0)
        return;
    for (size_t i = 0; i < count; i++)
        plot_label(form, &drawing.labels, bars[i].label, LABEL_MAX);
    begin_rows(&drawing, count, TOP, COUNT_WIDTH);
    fprintf(drawing.script,
            "set border 2 linecolor rgb '#%06x'\nunset xtics\nset xrange [0:%.9g]\n$bar << END\n",
            AXIS, (double)most);
    for (size_t i = 0; i < count; i++) {
        char number[NUMBER_MAX];
        size_t label =
            plot_label(form, &drawing.labels, text_count(bars[i].count, number), NUMBER_MAX);
        double value = (double)bars[i].count;
        fprintf(drawing.script, "%.9g %zu 0 %.9g %.2f %.2f @%zu@\n", value, i + 1, value,
                (double)i + 1 - 0.32, (double)i + 1 + 0.32, label);
    }
    fprintf(drawing.script,
            "END\nplot $bar using 1:2:3:4:5:6 with boxxyerror linecolor rgb '#%06x' title '', "
            "$bar using 1:2:7 with labels left offset 0.6,0 textcolor rgb '#%06x' title ''\n",
            COUNTS, TEXT);
    drawing_finish(&drawing, title);
}

/* --- over time --- */

/* Shapes besides colours, for readers who do not tell these apart */
static const struct {
    int point_type;
    const char *shape;
} SHAPES[PLOT_SERIES_MAX] = {
    {7, "\xe2\x97\x8f"},  {5, "\xe2\x96\xa0"},  {9, "\xe2\x96\xb2"},
    {11, "\xe2\x96\xbc"}, {13, "\xe2\x97\x86"}, {15, "\xe2\xac\x9f"},
};

static struct axis times_axis(const struct plot_series *series, size_t series_count, size_t moments)
{
    double low = 1, high = -1;
    for (size_t i = 0; i < series_count; i++) {
        for (size_t j = 0; j < moments; j++) {
            const struct plot_share *share = &series[i].shares[j];
            if (!share->known)
                continue;
            low = fmin(low, share->has_bar ? share->bar.low : share->share);
            high = fmax(high, share->has_bar ? share->bar.high : share->share);
        }
    }
    /* from 0, unless that would flatten what there is to see */
    if (low > 0 && low < 0.7 * high)
        low = 0;
    return fit_axis(100 * low, 100 * high, 100 * low, 100 * high);
}

static void set_time_axis(struct drawing *drawing, const int64_t *moments, size_t count)
{
    double first = (double)moments[0], last = (double)moments[count - 1];
    double room = fmax((last - first) * 0.04, 3600);
    size_t ticks = count < TIME_TICKS ? count : TIME_TICKS;
    fprintf(drawing->script,
            "set xrange [%.0f:%.0f]\nset xtics nomirror scale 0.5 textcolor rgb '#%06x' (",
            first - room, last + room, TEXT);
    for (size_t i = 0; i < ticks; i++) {
        size_t at = ticks > 1 ? i * (count - 1) / (ticks - 1) : 0;
        time_t time = (time_t)moments[at];
        struct tm tm;
        char text[NUMBER_MAX] = "?";
        if (gmtime_r(&time, &tm) != NULL)
            strftime(text, sizeof text, "%F", &tm);
        fprintf(drawing->script, "%s'@%zu@' %.0f", i > 0 ? ", " : "",
                plot_label(drawing->form, &drawing->labels, text, LABEL_MAX), (double)moments[at]);
    }
    fputs(")\n", drawing->script);
}

static void write_series(FILE *script, size_t number, const struct plot_series *series,
                         const int64_t *moments, size_t count)
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
        fprintf(script, "%.0f %.9g %.9g %.9g\n", (double)moments[i], 100 * share->share, 100 * low,
                100 * high);
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

static void write_series_key(struct html_form *form, const struct plot_series *series, size_t count)
{
    fputs("<p class=\"key\">", form->out);
    for (size_t i = 0; i < count; i++) {
        fprintf(form->out, "<span><b class=\"series-%zu\">%s</b> ", i + 1, SHAPES[i].shape);
        html_text(form, series[i].label);
        fputs("</span> ", form->out);
    }
    fputs("</p>\n", form->out);
}

static void plot_series(FILE *script, const struct plot_series *series, size_t series_count,
                        size_t moments)
{
    const char *separator = "plot ";
    for (size_t i = 0; i < series_count; i++) {
        if (!series_known(&series[i], moments))
            continue;
        fprintf(script,
                "%s$series%zu using 1:2 with lines linewidth 2 linecolor rgb '#%06x' title '', "
                "$series%zu using 1:2:3:4 with yerrorbars linewidth 1.5 pointtype %d pointsize 0.8 "
                "linecolor rgb '#%06x' title ''",
                separator, i, SERIES + (unsigned)i, i, SHAPES[i].point_type, SERIES + (unsigned)i);
        separator = ", ";
    }
    fputc('\n', script);
}

void plot_times(struct html_form *form, const char *title, const int64_t *moments,
                size_t moment_count, const struct plot_series *series, size_t series_count)
{
    struct drawing drawing;
    bool known = false;
    moment_count = moment_count < PLOT_MOMENTS_MAX ? moment_count : PLOT_MOMENTS_MAX;
    series_count = series_count < PLOT_SERIES_MAX ? series_count : PLOT_SERIES_MAX;
    for (size_t i = 0; i < series_count; i++)
        known |= series_known(&series[i], moment_count);
    if (!known || drawing_start(&drawing, form) != 0)
        return;
    plot_begin(drawing.script, WIDTH, TIMES_HEIGHT);
    fprintf(drawing.script,
            "set lmargin at screen %.6f\nset rmargin at screen %.6f\n"
            "set bmargin at screen %.6f\nset tmargin at screen %.6f\n"
            "set border 3 linecolor rgb '#%06x'\nset errorbars small\n",
            (double)TIMES_LEFT / WIDTH, 1 - (double)RIGHT / WIDTH,
            (double)TICKS_HEIGHT / TIMES_HEIGHT, 1 - (double)TOP / TIMES_HEIGHT, AXIS);
    set_time_axis(&drawing, moments, moment_count);
    set_percent_axis(drawing.script, 'y', times_axis(series, series_count, moment_count));
    for (size_t i = 0; i < series_count; i++)
        write_series(drawing.script, i, &series[i], moments, moment_count);
    plot_series(drawing.script, series, series_count, moment_count);
    drawing_finish(&drawing, title);
    write_series_key(form, series, series_count);
}

static void key_item(struct html_form *form, const char *mark, const char *text)
{
    if (text == NULL)
        return;
    fprintf(form->out, "<span><i class=\"%s\"></i>", mark);
    html_text(form, text);
    fputs("</span> ", form->out);
}

void plot_key(struct html_form *form, const char *bar, const char *band)
{
    fputs("<p class=\"key\">", form->out);
    key_item(form, "dot", "the share");
    key_item(form, "bar", bar);
    key_item(form, "band", band);
    fputs("</p>\n", form->out);
}
