#include "analysis/collect/tables/grow.h"

#include <stdlib.h>

enum {
    ROOM_MIN = 64
};

void *grow_items(void *items, size_t length, size_t *room, size_t size)
{
    if (length < *room)
        return items;
    size_t more = *room > 0 ? *room + *room / 2 : ROOM_MIN;
    void *grown = realloc(items, more * size);
    if (grown != NULL)
        *room = more;
    return grown;
}
