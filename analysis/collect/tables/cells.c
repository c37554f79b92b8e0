#include "analysis/collect/tables/cells.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

enum {
    ROOM_MIN = 4096,
    DIGITS = 256,
    ROOM_LARGE = 4 << 20, /* cells; from here on it grows by half only */
    SMALL = 48            /* cells that insertion sorts faster */
};

static int precedes(const struct cell *one, const struct cell *other)
{
    if (one->cluster != other->cluster)
        return one->cluster < other->cluster;
    return one->kind < other->kind;
}

static void insertion_sort(struct cell *cells, size_t length)
{
    for (size_t i = 1; i < length; i++) {
        struct cell cell = cells[i];
        size_t at = i;
        for (; at > 0 && precedes(&cell, &cells[at - 1]); at--)
            cells[at] = cells[at - 1];
        cells[at] = cell;
    }
}

/* Digit 0 is the highest octet of the cluster, digit 11 the lowest of the kind. */
static unsigned digit_of(const struct cell *cell, int digit)
{
    return (digit < 8 ? cell->cluster >> (56 - 8 * digit) : cell->kind >> (88 - 8 * digit)) & 0xff;
}

/* Radix sort in place, highest digit first: hashes spread evenly, so three digits
 * usually leave a handful.  At most 12 deep. */
static void sort(struct cell *cells, size_t length, int digit)
{
    size_t next[DIGITS], end[DIGITS], counts[DIGITS] = {0}, at = 0;
    if (length <= SMALL) {
        insertion_sort(cells, length);
        return;
    }
    for (size_t i = 0; i < length; i++)
        counts[digit_of(&cells[i], digit)]++;
    for (int i = 0; i < DIGITS; i++) {
        next[i] = at;
        at += counts[i];
        end[i] = at;
    }
    for (int i = 0; i < DIGITS; i++) {
        while (next[i] < end[i]) {
            struct cell cell = cells[next[i]];
            unsigned to;
            while ((to = digit_of(&cell, digit)) != (unsigned)i) {
                struct cell displaced = cells[next[to]];
                cells[next[to]++] = cell;
                cell = displaced;
            }
            cells[next[i]++] = cell;
        }
    }
    for (int i = 0; digit < 11 && i < DIGITS; i++)
        sort(cells + end[i] - counts[i], counts[i], digit + 1);
}

void cells_settle(struct cells *cells)
{
    size_t to = 0;
    if (cells->length == 0)
        return;
    sort(cells->items, cells->length, 0);
    for (size_t i = 1; i < cells->length; i++) {
        struct cell *last = &cells->items[to], cell = cells->items[i];
        if (last->cluster == cell.cluster && last->kind == cell.kind)
            last->units += cell.units;
        else
            cells->items[++to] = cell;
    }
    cells->settled = cells->length = to + 1;
    memset(cells->recent, 0, sizeof cells->recent);
}

/* Large blocks are moved by the kernel, not copied. */
static int make_room(struct cells *cells)
{
    if (cells->length >= 2 * cells->settled) /* else there is little to merge */
        cells_settle(cells);
    if (4 * cells->length < 3 * cells->room)
        return 0;
    size_t room = cells->room > 0 ? 2 * cells->room : ROOM_MIN;
    if (cells->room >= ROOM_LARGE)
        room = cells->room + cells->room / 2;
    struct cell *items = realloc(cells->items, room * sizeof *items);
    if (items == NULL)
        return -1;
    cells->items = items;
    cells->room = room;
    return 0;
}

int cells_add(struct cells *cells, uint64_t cluster, uint32_t kind)
{
    size_t *recent = &cells->recent[((cluster >> 2) ^ kind) % RECENT_CELLS];
    struct cell *cell = *recent > 0 ? &cells->items[*recent - 1] : NULL;
    if (cell != NULL && cell->cluster == cluster && cell->kind == kind) {
        cell->units++;
        return 0;
    }
    if (cells->length == cells->room && make_room(cells) != 0)
        return -1;
    assert(cells->length < cells->room);
    cells->items[cells->length++] = (struct cell){cluster, kind, 1};
    *recent = cells->length;
    return 0;
}

void cells_free(struct cells *cells)
{
    free(cells->items);
    *cells = (struct cells){0};
}
