#include "analysis/collect/tables/top.h"

#include <string.h>

void top_put(const struct top *top, const void *item)
{
    char *items = top->items;
    size_t at = *top->length;
    while (at > 0 && top->precedes(top->context, item, items + (at - 1) * top->size))
        at--;
    if (at == top->most)
        return;
    if (*top->length < top->most)
        ++*top->length;
    memmove(items + (at + 1) * top->size, items + at * top->size,
            (*top->length - 1 - at) * top->size);
    memcpy(items + at * top->size, item, top->size);
}
