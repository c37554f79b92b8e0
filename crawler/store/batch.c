#include "crawler/store/batch.h"

#include "crawler/store/columns.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

enum {
    /* after a burst, arrays above this are given back rather than kept; those of a full batch
     * of the tables with most rows are smaller */
    KEPT_OCTETS_MAX = 2 << 20,
    ROW_SIZE_MAX = 256,
    DIGIT_BITS = 8,
    DIGIT_MASK = (1 << DIGIT_BITS) - 1,
};

static size_t row_size(unsigned table)
{
    return store_tables[table].row_size;
}

/* Room for count more items of size octets each; false without memory. */
static bool buffer_reserve(struct buffer *buffer, size_t count, size_t size)
{
    if (buffer->count + count <= buffer->capacity)
        return true;
    size_t capacity = buffer->capacity == 0 ? 64 : buffer->capacity * 2;
    while (capacity < buffer->count + count)
        capacity *= 2;
    char *data = realloc(buffer->data, capacity * size);
    if (data == NULL)
        return false;
    buffer->data = data;
    buffer->capacity = capacity;
    return true;
}

void *batch_add(struct batch *batch, enum table_id table)
{
    static _Thread_local max_align_t scratch[ROW_SIZE_MAX / sizeof(max_align_t)];
    struct buffer *rows = &batch->rows[table];
    size_t size = row_size(table);
    assert(size <= sizeof scratch);
    if (!buffer_reserve(rows, 1, size)) {
        batch->out_of_memory = true;
        return scratch;
    }
    void *row = rows->data + rows->count * size;
    memset(row, 0, size);
    rows->count++;
    batch->row_count++;
    return row;
}

struct text batch_text(struct batch *batch, const char *text, size_t length)
{
    if (text == NULL)
        return (struct text){NO_TEXT, 0};
    struct buffer *texts = &batch->texts;
    /* offsets have 32 bits; a batch of this size is far past every bound of its caller */
    if (texts->count + length >= NO_TEXT || !buffer_reserve(texts, length, 1)) {
        batch->out_of_memory = true;
        return (struct text){NO_TEXT, 0};
    }
    struct text ret = {(uint32_t)texts->count, (uint32_t)length};
    if (length > 0)
        memcpy(texts->data + texts->count, text, length);
    texts->count += length;
    return ret;
}

struct text batch_name(struct batch *batch, const struct name *name)
{
    char text[NAME_TEXT_MAX];
    if (name == NULL)
        return (struct text){NO_TEXT, 0};
    size_t length = name_to_text(name, text);
    return batch_text(batch, text, length);
}

struct text batch_ede(struct batch *batch, const struct ede *ede)
{
    char text[EDE_TEXT_MAX];
    if (ede->count == 0)
        return (struct text){NO_TEXT, 0};
    size_t length = ede_to_text(ede, text);
    return batch_text(batch, text, length);
}

static uint64_t row_key(const void *row)
{
    uint64_t key;
    memcpy(&key, row, sizeof key);
    return key;
}

static bool is_sorted(const struct buffer *rows, size_t size)
{
    for (size_t i = 1; i < rows->count; i++) {
        if (row_key(rows->data + (i - 1) * size) > row_key(rows->data + i * size))
            return false;
    }
    return true;
}

struct place {
    uint64_t key; /* above the smallest */
    uint32_t row;
};

/* One round of a radix sort: by the digit at shift, keeping the order of equals. */
static void sort_round(const struct place *from, struct place *to, size_t count, unsigned shift)
{
    size_t starts[1 << DIGIT_BITS] = {0}, start = 0;
    for (size_t i = 0; i < count; i++)
        starts[from[i].key >> shift & DIGIT_MASK]++;
    for (size_t digit = 0; digit <= DIGIT_MASK; digit++) {
        size_t here = starts[digit];
        starts[digit] = start;
        start += here;
    }
    for (size_t i = 0; i < count; i++)
        to[starts[from[i].key >> shift & DIGIT_MASK]++] = from[i];
}

/* Sorts places by key; returns where they ended, in places or in spare. */
static struct place *sort_places(struct place *places, struct place *spare, size_t count,
                                 uint64_t largest)
{
    for (unsigned shift = 0; shift < 64 && largest >> shift != 0; shift += DIGIT_BITS) {
        sort_round(places, spare, count, shift);
        struct place *sorted = spare;
        spare = places;
        places = sorted;
    }
    return places;
}

/* The keys of a batch are near each other and nearly in order: two or three
 * rounds, where comparing took a tenth of the writer's time. */
static void sort_rows(struct batch *batch, struct buffer *rows, size_t size)
{
    size_t count = rows->count;
    uint64_t smallest = UINT64_MAX, largest = 0;
    struct place *places = malloc(2 * count * sizeof *places);
    rows->order = malloc(count * sizeof *rows->order);
    if (places == NULL || rows->order == NULL) {
        batch->out_of_memory = true;
        free(places);
        return;
    }
    for (size_t i = 0; i < count; i++) {
        uint64_t key = row_key(rows->data + i * size);
        places[i] = (struct place){key, (uint32_t)i};
        smallest = key < smallest ? key : smallest;
        largest = key > largest ? key : largest;
    }
    for (size_t i = 0; i < count; i++)
        places[i].key -= smallest;
    const struct place *order = sort_places(places, places + count, count, largest - smallest);
    for (size_t i = 0; i < count; i++)
        rows->order[i] = order[i].row;
    free(places);
}

void batch_sort(struct batch *batch)
{
    for (unsigned table = 0; table < TABLE_COUNT; table++) {
        struct buffer *rows = &batch->rows[table];
        if (!is_sorted(rows, row_size(table)))
            sort_rows(batch, rows, row_size(table));
    }
}

static void buffer_clear(struct buffer *buffer, size_t size)
{
    buffer->count = 0;
    free(buffer->order);
    buffer->order = NULL;
    if (buffer->capacity * size > KEPT_OCTETS_MAX) {
        free(buffer->data);
        *buffer = (struct buffer){0};
    }
}

void batch_clear(struct batch *batch)
{
    for (unsigned table = 0; table < TABLE_COUNT; table++)
        buffer_clear(&batch->rows[table], row_size(table));
    buffer_clear(&batch->texts, 1);
    batch->row_count = 0;
    batch->out_of_memory = false;
}

void batch_free(struct batch *batch)
{
    for (unsigned table = 0; table < TABLE_COUNT; table++) {
        free(batch->rows[table].data);
        free(batch->rows[table].order);
    }
    free(batch->texts.data);
    *batch = (struct batch){0};
}
