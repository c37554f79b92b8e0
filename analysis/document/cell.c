#include "analysis/document/cell.h"

#include <math.h>
#include <stdio.h>
#include <time.h>

#include "analysis/document/text_form.h"

struct document_cell cell_text(const char *text)
{
    return (struct document_cell){.kind = text != NULL ? CELL_TEXT : CELL_NONE, .text = text};
}

struct document_cell cell_word(const char *word, const char *text)
{
    return (struct document_cell){.kind = CELL_TEXT, .word = word, .text = text};
}

struct document_cell cell_count(uint64_t count)
{
    return (struct document_cell){.kind = CELL_COUNT, .value = (double)count};
}

struct document_cell cell_real(double value, int digits)
{
    return (struct document_cell){.kind = CELL_REAL, .value = value, .digits = digits};
}

struct document_cell cell_share(double share, int decimals)
{
    return (struct document_cell){.kind = CELL_SHARE, .value = share, .digits = decimals};
}

struct document_cell cell_range(struct interval interval, enum interval_ends ends, int decimals)
{
    return (struct document_cell){.kind = CELL_RANGE,
                                  .digits = decimals,
                                  .has_interval = true,
                                  .ends = ends,
                                  .interval = interval};
}

struct document_cell cell_range_in_words(struct document_cell range, const char *words)
{
    range.kind = CELL_RANGE;
    range.text = words;
    return range;
}

struct document_cell cell_points(double difference, int decimals)
{
    return (struct document_cell){.kind = CELL_POINTS, .value = difference, .digits = decimals};
}

struct document_cell cell_change(uint64_t from, uint64_t to)
{
    return (struct document_cell){.kind = CELL_CHANGE, .value = (double)to - (double)from};
}

struct document_cell cell_time(int64_t seconds, int digits)
{
    return (struct document_cell){.kind = CELL_TIME, .value = (double)seconds, .digits = digits};
}

struct document_cell cell_with_interval(struct document_cell cell, struct interval interval)
{
    cell.has_interval = true;
    cell.interval = interval;
    return cell;
}

struct document_cell cell_with_of(struct document_cell cell, uint64_t of, uint64_t unanswered)
{
    cell.has_of = true;
    cell.of = of;
    cell.unanswered = unanswered;
    return cell;
}

static const char *range_words(const struct document_cell *cell, const char *unknown,
                               char ret[CELL_TEXT_MAX])
{
    char number[NUMBER_MAX];
    if (cell->text != NULL || !cell->has_interval)
        return cell->text != NULL ? cell->text : unknown;
    if (cell->ends == ENDS_BOTH)
        return text_range(cell->interval, cell->digits, ret);
    bool at_most = cell->ends == ENDS_HIGH;
    double end = at_most ? cell->interval.high : cell->interval.low;
    snprintf(ret, CELL_TEXT_MAX, "at %s %s", at_most ? "most" : "least",
             text_percent(end, cell->digits, number));
    return ret;
}

/* A number, and its interval in brackets */
static const char *with_interval(const struct document_cell *cell, const char *number,
                                 const char *range, char ret[CELL_TEXT_MAX])
{
    snprintf(ret, CELL_TEXT_MAX, cell->has_interval ? "%s  (%s)" : "%s", number, range);
    return ret;
}

static const char *time_words(const struct document_cell *cell, const char *unknown,
                              char ret[CELL_TEXT_MAX])
{
    static const char *const formats[] = {"%F", "%F %H:%M", "%F %T"};
    struct tm tm;
    time_t time = (time_t)cell->value;
    bool good = gmtime_r(&time, &tm) != NULL &&
                strftime(ret, CELL_TEXT_MAX, formats[cell->digits], &tm) > 0;
    return good ? ret : unknown;
}

const char *cell_words(const struct document_cell *cell, const char *unknown,
                       char ret[CELL_TEXT_MAX])
{
    char number[NUMBER_MAX], range[NUMBER_MAX];
    switch (cell->kind) {
    case CELL_NONE:
        return unknown;
    case CELL_TEXT:
        return cell->text;
    case CELL_COUNT:
        return text_count((uint64_t)cell->value, ret);
    case CELL_REAL:
        snprintf(ret, CELL_TEXT_MAX, "%.*g", cell->digits, cell->value);
        return ret;
    case CELL_SHARE:
        return with_interval(cell, text_percent(cell->value, cell->digits, number),
                             text_range(cell->interval, cell->digits, range), ret);
    case CELL_RANGE:
        return range_words(cell, unknown, ret);
    case CELL_POINTS:
        return with_interval(cell, text_points(cell->value, cell->digits, number),
                             text_points_range(cell->interval, cell->digits, range), ret);
    case CELL_CHANGE:
        snprintf(ret, CELL_TEXT_MAX, "%s%s",
                 cell->value > 0   ? "+"
                 : cell->value < 0 ? "-"
                                   : "",
                 text_count((uint64_t)fabs(cell->value), number));
        return ret;
    case CELL_TIME:
        return time_words(cell, unknown, ret);
    }
    return unknown;
}

const char *cell_name(const struct document_cell *cell, char ret[CELL_TEXT_MAX])
{
    return cell->word != NULL ? cell->word : cell_words(cell, "", ret);
}
