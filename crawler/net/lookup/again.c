#include "crawler/net/lookup/again.h"

bool again_put(struct again *again, uint16_t id)
{
    if (again->count == AGAIN_MAX)
        return false;
    again->ids[(again->first + again->count++) % AGAIN_MAX] = id;
    return true;
}

bool again_take(struct again *again, uint16_t *ret)
{
    if (again->count == 0)
        return false;
    *ret = again->ids[again->first];
    again->first = (again->first + 1) % AGAIN_MAX;
    again->count--;
    return true;
}

unsigned again_due(unsigned waiting)
{
    return AGAIN_LEAST + waiting / AGAIN_SHARE;
}
