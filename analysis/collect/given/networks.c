#include "analysis/collect/given/networks.h"

#include <stdlib.h>
#include <string.h>

#include "analysis/collect/tables/grow.h"
#include "crawler/core/address.h"

enum {
    AS_NAME_MAX = 120 /* octets */
};

/* An address as two numbers; of IPv4 the first is 0. */
struct number {
    uint64_t high, low;
};

struct network_range {
    struct number first, last;
    struct network network;
    uint32_t outer; /* the place, from 1, of the nearest one before that ends behind this one's
                       begin; until they are in order: its line */
};

static struct number number_of(uint8_t family, const uint8_t *octets)
{
    struct number number = {0, 0};
    for (size_t i = 0; i < address_size(family); i++) {
        number.high = number.high << 8 | number.low >> 56;
        number.low = number.low << 8 | octets[i];
    }
    return number;
}

static int compare_numbers(struct number one, struct number other)
{
    if (one.high != other.high)
        return one.high < other.high ? -1 : 1;
    return (one.low > other.low) - (one.low < other.low);
}

/* --- reading --- */

struct reading {
    const char *path;
    struct networks *networks;
    struct network_ranges *ranges;
};

static int keep_name(struct networks *networks, const struct network_line *line)
{
    if (line->as == 0 || *line->name == '\0')
        return 0;
    uint32_t *place = key_map_put(&networks->named, key_of_number(line->as));
    if (place == NULL)
        return -1;
    if (*place == 0)
        *place = name_table_put(&networks->names, line->name, strnlen(line->name, AS_NAME_MAX));
    return *place != 0 ? 0 : -1;
}

static int take_line(void *context, const struct network_line *line, struct error *error)
{
    struct reading *reading = context;
    struct networks *networks = reading->networks;
    struct network_ranges *ranges = &reading->ranges[line->family == 6];
    if (networks->length == NETWORKS_MAX)
        return error_set(error, "%s: more than %d networks", reading->path, NETWORKS_MAX);
    struct network_range *items =
        grow_items(ranges->items, ranges->length, &ranges->room, sizeof *items);
    if (items == NULL || keep_name(networks, line) != 0)
        return error_set(error, "%s: out of memory", reading->path);
    ranges->items = items;
    items[ranges->length++] = (struct network_range){
        .first = number_of(line->family, line->first),
        .last = number_of(line->family, line->last),
        .network = {line->as, line->country},
        .outer = (uint32_t)networks->length++,
    };
    networks->has_countries |= line->country != 0;
    networks->has_systems |= line->as != 0;
    return 0;
}

/* A network comes behind those that hold it. */
static int compare_ranges(const void *one, const void *other)
{
    const struct network_range *a = one, *b = other;
    int order = compare_numbers(a->first, b->first);
    if (order == 0)
        order = compare_numbers(b->last, a->last);
    return order != 0 ? order : (a->outer > b->outer) - (a->outer < b->outer);
}

static void settle(struct network_ranges *ranges)
{
    struct network_range *items = ranges->items;
    if (ranges->length > 0)
        qsort(items, ranges->length, sizeof *items, compare_ranges);
    for (size_t i = 0; i < ranges->length; i++) {
        uint32_t outer = (uint32_t)i;
        while (outer > 0 && compare_numbers(items[outer - 1].last, items[i].first) < 0)
            outer = items[outer - 1].outer;
        items[i].outer = outer;
    }
}

int networks_read(const char *const *paths, size_t count, struct networks *ret, struct error *error)
{
    int result = 0;
    *ret = (struct networks){.count = count};
    for (size_t i = 0; i < count && result == 0; i++) {
        struct reading reading = {paths[i], ret, ret->ranges[i]};
        result = network_file_read(paths[i], take_line, &reading, &ret->lines[i], error);
        if (result == 0 && ret->ranges[i][0].length + ret->ranges[i][1].length == 0)
            result = error_set(error, "%s: no line `network,country` or `network,AS`, or the like",
                               paths[i]);
        settle(&ret->ranges[i][0]);
        settle(&ret->ranges[i][1]);
    }
    if (result != 0)
        networks_free(ret);
    return result;
}

void networks_free(struct networks *networks)
{
    for (size_t i = 0; i < networks->count; i++) {
        free(networks->ranges[i][0].items);
        free(networks->ranges[i][1].items);
    }
    key_map_free(&networks->named);
    name_table_free(&networks->names);
    *networks = (struct networks){0};
}

/* --- looking up --- */

static struct network find(const struct network_ranges *ranges, struct number address)
{
    size_t low = 0, high = ranges->length; /* those before low begin at the address or before */
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (compare_numbers(ranges->items[middle].first, address) <= 0)
            low = middle + 1;
        else
            high = middle;
    }
    while (low > 0 && compare_numbers(ranges->items[low - 1].last, address) < 0)
        low = ranges->items[low - 1].outer;
    return low > 0 ? ranges->items[low - 1].network : (struct network){0, 0};
}

struct network networks_find(const struct networks *networks, const char *address)
{
    uint8_t octets[16];
    struct network network = {0, 0};
    uint8_t family = address_from_text(address, octets);
    for (size_t i = 0; family != 0 && i < networks->count; i++) {
        struct network found = find(&networks->ranges[i][family == 6], number_of(family, octets));
        if (network.as == 0)
            network.as = found.as;
        if (network.country == 0)
            network.country = found.country;
    }
    return network;
}

const char *country_code(uint16_t country, char ret[COUNTRY_MAX])
{
    ret[0] = (char)(country >> 8);
    ret[1] = (char)(country & 0xff);
    ret[2] = '\0';
    return country != 0 ? ret : NULL;
}

const char *networks_as_name(const struct networks *networks, uint32_t as)
{
    const uint32_t *place = key_map_find(&networks->named, key_of_number(as));
    return place != NULL ? networks->names.names[*place - 1] : NULL;
}
