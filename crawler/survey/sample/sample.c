#include "crawler/survey/sample/sample.h"

#include "crawler/base/memory.h"
#include "crawler/survey/sample/strata.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <xxhash.h>

struct drawn_name {
    uint64_t key;          /* its random number */
    uint64_t order;        /* in the lists */
    struct list_name name; /* texts in one piece of memory, owned: domain first */
};

/* The names of a stratum with the least keys: a heap, the greatest key first */
struct heap {
    struct drawn_name *names;
    size_t length, room;
};

struct sample {
    uint64_t draw, seed, added;
    struct strata *strata;
    struct allocation_stratum *sizes; /* of each stratum, as heaps */
    struct heap *heaps;
    uint32_t room;
    struct allocation_stratum others;
    struct heap drawn; /* by order */
};

struct sample *sample_new(uint64_t draw, uint64_t seed)
{
    struct sample *sample = memory_zeroed(1, sizeof *sample);
    sample->draw = draw;
    sample->seed = seed;
    sample->strata = strata_new();
    return sample;
}

static void heap_free(struct heap *heap)
{
    for (size_t i = 0; i < heap->length; i++)
        free((char *)heap->names[i].name.domain);
    free(heap->names);
    *heap = (struct heap){0};
}

void sample_free(struct sample *sample)
{
    if (sample == NULL)
        return;
    for (uint32_t i = 0; i < strata_count(sample->strata); i++)
        heap_free(&sample->heaps[i]);
    heap_free(&sample->drawn);
    free(sample->heaps);
    free(sample->sizes);
    strata_free(sample->strata);
    free(sample);
}

/* --- the least of a stratum --- */

/* Of equal keys, which two names in 2^64 have, the first name is taken. */
static bool is_less(const struct drawn_name *one, const struct drawn_name *other)
{
    return one->key != other->key ? one->key < other->key : one->order < other->order;
}

static void swap(struct drawn_name *one, struct drawn_name *other)
{
    struct drawn_name kept = *one;
    *one = *other;
    *other = kept;
}

static void sift_up(struct heap *heap, size_t at)
{
    for (; at > 0 && is_less(&heap->names[(at - 1) / 2], &heap->names[at]); at = (at - 1) / 2)
        swap(&heap->names[(at - 1) / 2], &heap->names[at]);
}

static void sift_down(struct heap *heap)
{
    for (size_t at = 0, child; (child = 2 * at + 1) < heap->length; at = child) {
        if (child + 1 < heap->length && is_less(&heap->names[child], &heap->names[child + 1]))
            child++;
        if (!is_less(&heap->names[at], &heap->names[child]))
            return;
        swap(&heap->names[at], &heap->names[child]);
    }
}

static void keep_texts(struct drawn_name *drawn)
{
    struct list_name *name = &drawn->name;
    size_t stratum = name->stratum != NULL ? strlen(name->stratum) + 1 : 0;
    char *text = memory_get(name->length + 1 + stratum);
    memcpy(text, name->domain, name->length + 1);
    if (stratum > 0)
        name->stratum = memcpy(text + name->length + 1, name->stratum, stratum);
    name->domain = text;
}

static struct drawn_name *heap_add(struct heap *heap, const struct drawn_name *drawn)
{
    heap->names = memory_room(heap->names, heap->length, &heap->room, sizeof *heap->names);
    heap->names[heap->length] = *drawn;
    return &heap->names[heap->length++];
}

/* Copies the name where it is among the least. */
static void offer(struct heap *heap, const struct drawn_name *drawn, uint64_t most)
{
    if (heap->length < most) {
        keep_texts(heap_add(heap, drawn));
        sift_up(heap, heap->length - 1);
    } else if (is_less(drawn, &heap->names[0])) {
        free((char *)heap->names[0].name.domain);
        heap->names[0] = *drawn;
        keep_texts(&heap->names[0]);
        sift_down(heap);
    }
}

static void add_stratum(struct sample *sample)
{
    uint32_t number = strata_count(sample->strata) - 1;
    if (number == sample->room) {
        sample->room = sample->room > 0 ? 2 * sample->room : 16;
        sample->heaps = memory_resize(sample->heaps, sample->room, sizeof *sample->heaps);
        sample->sizes = memory_resize(sample->sizes, sample->room, sizeof *sample->sizes);
    }
    sample->heaps[number] = (struct heap){0};
    sample->sizes[number] = (struct allocation_stratum){0};
}

bool sample_add(struct sample *sample, const char *stratum, const struct list_name *name)
{
    uint32_t known = strata_count(sample->strata);
    uint32_t number = strata_put(sample->strata, stratum, SAMPLE_STRATA_MAX);
    if (number == UINT32_MAX)
        return false;
    if (number == known)
        add_stratum(sample);
    struct drawn_name drawn = {
        .key = XXH3_64bits_withSeed(name->domain, name->length, sample->seed),
        .order = sample->added++,
        .name = *name,
    };
    sample->sizes[number].names++;
    offer(&sample->heaps[number], &drawn, sample->draw);
    return true;
}

/* --- the draw --- */

bool sample_set_size(struct sample *sample, const char *stratum, double size)
{
    uint32_t number = strata_find(sample->strata, stratum);
    if (number == UINT32_MAX)
        return false;
    sample->sizes[number].size = size;
    return true;
}

/* Moves the least of a heap to what is drawn, and frees the others. */
static void take_least(struct sample *sample, struct heap *heap, uint64_t count)
{
    while (heap->length > count) {
        swap(&heap->names[0], &heap->names[--heap->length]);
        free((char *)heap->names[heap->length].name.domain);
        sift_down(heap);
    }
    for (size_t i = 0; i < heap->length; i++)
        heap_add(&sample->drawn, &heap->names[i]);
    heap->length = 0;
    heap_free(heap);
}

static int compare_order(const void *one, const void *other)
{
    const struct drawn_name *a = one, *b = other;
    return (a->order > b->order) - (a->order < b->order);
}

int sample_draw(struct sample *sample, enum allocation how, struct error *error)
{
    uint32_t count = strata_count(sample->strata);
    uint64_t least;
    struct heap others = {0};
    if (!allocate(how, sample->draw, sample->sizes, count, &sample->others, &least))
        return error_set(error,
                         "a sample of %" PRIu64 " names is too small for two of each stratum: "
                         "--sample %" PRIu64 " or more, or other strata",
                         sample->draw, least);
    for (uint32_t i = 0; i < count; i++) {
        struct heap *heap = &sample->heaps[i];
        if (sample->sizes[i].is_own)
            take_least(sample, heap, sample->sizes[i].drawn);
        for (size_t j = 0; j < heap->length && sample->others.drawn > 0; j++)
            offer(&others, &heap->names[j], sample->others.drawn);
        heap_free(heap);
    }
    take_least(sample, &others, sample->others.drawn);
    if (sample->drawn.length > 0)
        qsort(sample->drawn.names, sample->drawn.length, sizeof *sample->drawn.names,
              compare_order);
    return 0;
}

int sample_each(struct sample *sample, int (*each)(void *context, const struct list_name *name),
                void *context)
{
    int result = 0;
    for (size_t i = 0; i < sample->drawn.length && result == 0; i++)
        result = each(context, &sample->drawn.names[i].name);
    return result;
}

int sample_each_stratum(const struct sample *sample,
                        int (*each)(void *context, const char *stratum, uint64_t names),
                        void *context)
{
    int result = 0;
    for (uint32_t i = 0; i < strata_count(sample->strata) && result == 0; i++) {
        if (sample->sizes[i].is_own)
            result = each(context, strata_text(sample->strata, i), sample->sizes[i].names);
    }
    if (result == 0 && sample->others.names > 0)
        result = each(context, NULL, sample->others.names);
    return result;
}
