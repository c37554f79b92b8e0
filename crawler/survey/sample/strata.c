#include "crawler/survey/sample/strata.h"

#include "crawler/base/memory.h"

#include <stdlib.h>
#include <string.h>
#include <xxhash.h>

enum {
    PLACES_LEAST = 64
};

struct strata {
    uint64_t seed;
    char **texts;
    uint32_t count;
    uint32_t *places; /* number + 1 at its hash or behind it; at most half of them are taken */
    uint32_t place_count;
};

struct strata *strata_new(void)
{
    struct strata *strata = memory_zeroed(1, sizeof *strata);
    strata->seed = memory_random();
    strata->place_count = PLACES_LEAST;
    strata->places = memory_zeroed(strata->place_count, sizeof *strata->places);
    strata->texts = memory_get(PLACES_LEAST / 2 * sizeof *strata->texts);
    return strata;
}

void strata_free(struct strata *strata)
{
    if (strata == NULL)
        return;
    for (uint32_t i = 0; i < strata->count; i++)
        free(strata->texts[i]);
    free(strata->texts);
    free(strata->places);
    free(strata);
}

/* The place where a text is or belongs */
static uint32_t *place_of(const struct strata *strata, const char *text)
{
    uint32_t mask = strata->place_count - 1;
    uint32_t at = (uint32_t)XXH3_64bits_withSeed(text, strlen(text), strata->seed) & mask;
    while (strata->places[at] != 0 && strcmp(strata->texts[strata->places[at] - 1], text) != 0)
        at = (at + 1) & mask;
    return &strata->places[at];
}

static void grow(struct strata *strata)
{
    free(strata->places);
    strata->place_count *= 2;
    strata->places = memory_zeroed(strata->place_count, sizeof *strata->places);
    strata->texts = memory_resize(strata->texts, strata->place_count / 2, sizeof *strata->texts);
    for (uint32_t i = 0; i < strata->count; i++)
        *place_of(strata, strata->texts[i]) = i + 1;
}

uint32_t strata_find(const struct strata *strata, const char *text)
{
    return *place_of(strata, text) - 1;
}

uint32_t strata_put(struct strata *strata, const char *text, uint32_t most)
{
    uint32_t found = strata_find(strata, text);
    if (found != UINT32_MAX || strata->count >= most)
        return found;
    if (strata->count == strata->place_count / 2)
        grow(strata);
    size_t size = strlen(text) + 1;
    strata->texts[strata->count] = memcpy(memory_get(size), text, size);
    *place_of(strata, text) = strata->count + 1;
    return strata->count++;
}

uint32_t strata_count(const struct strata *strata)
{
    return strata->count;
}

const char *strata_text(const struct strata *strata, uint32_t number)
{
    return strata->texts[number];
}
