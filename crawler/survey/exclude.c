/* A hash table of the listed names' wire forms.  A name is below a listed one if
 * one of its suffixes is listed; only suffixes of as many labels as some listed
 * name has are hashed. */
#include "crawler/survey/exclude.h"

#include "crawler/base/memory.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <xxhash.h>

enum {
    LABELS_MAX = NAME_WIRE_MAX / 2,
    START_SLOTS = 64
};

struct exclude {
    uint64_t seed;
    bool has_labels[LABELS_MAX + 1]; /* some listed name has so many */
    size_t count, slot_count;
    uint32_t *slots; /* at where in wires the name begins, + 1; 0: empty */
    size_t wires_size, wires_room;
    uint8_t *wires; /* names, each with its length before it */
    char sha256[65];
};

struct loading {
    struct exclude *exclude;
    const char *path;
    exclude_also_fn *also; /* or NULL */
    void *context;
    struct error *error;
};

static size_t find_slot(const struct exclude *exclude, const uint8_t *wire, size_t length)
{
    size_t mask = exclude->slot_count - 1;
    size_t slot = XXH3_64bits_withSeed(wire, length, exclude->seed) & mask;
    while (exclude->slots[slot] != 0) {
        const uint8_t *listed = exclude->wires + exclude->slots[slot] - 1;
        if (listed[0] == length && memcmp(listed + 1, wire, length) == 0)
            break;
        slot = (slot + 1) & mask;
    }
    return slot;
}

static void grow_slots(struct exclude *exclude)
{
    free(exclude->slots);
    exclude->slot_count = exclude->slot_count > 0 ? exclude->slot_count * 2 : START_SLOTS;
    exclude->slots = memory_zeroed(exclude->slot_count, sizeof *exclude->slots);
    for (size_t at = 0; at < exclude->wires_size; at += NAME_SIZE(exclude->wires[at])) {
        size_t slot = find_slot(exclude, exclude->wires + at + 1, exclude->wires[at]);
        exclude->slots[slot] = (uint32_t)at + 1;
    }
}

static int add(struct loading *loading, const struct name *name, uint64_t line)
{
    struct exclude *exclude = loading->exclude;
    if ((exclude->count + 1) * 2 > exclude->slot_count)
        grow_slots(exclude);
    size_t slot = find_slot(exclude, name->wire, name->length);
    if (exclude->slots[slot] != 0)
        return 0;
    size_t size = NAME_SIZE(name->length);
    if (exclude->wires_size + size > UINT32_MAX)
        return error_set(loading->error, "%s: line %" PRIu64 ": over 4 GiB of names", loading->path,
                         line);
    if (exclude->wires_size + size > exclude->wires_room) {
        exclude->wires_room = exclude->wires_room * 2 + NAME_SIZE(NAME_WIRE_MAX);
        exclude->wires = memory_resize(exclude->wires, exclude->wires_room, 1);
    }
    exclude->slots[slot] = (uint32_t)exclude->wires_size + 1;
    exclude->wires[exclude->wires_size] = name->length;
    memcpy(exclude->wires + exclude->wires_size + 1, name->wire, name->length);
    exclude->wires_size += size;
    exclude->has_labels[name_label_count(name)] = true;
    exclude->count++;
    return 0;
}

static int refuse(struct loading *loading, uint64_t line, const char *text, const char *reason)
{
    return error_set(loading->error,
                     "%s: line %" PRIu64 ": \"%s\" is no domain name (%s); what it opts out is "
                     "not known: correct or remove it",
                     loading->path, line, text, reason);
}

static int take_name(void *context, const struct list_name *entry)
{
    struct loading *loading = context;
    struct name name;
    if (!name_from_text(entry->domain, entry->length, &name))
        return refuse(loading, entry->line, entry->domain, "bad character");
    return add(loading, &name, entry->line);
}

static int take_reject(void *context, const struct list_reject *reject)
{
    struct loading *loading = context;
    char domain[LIST_DOMAIN_SIZE];
    struct name name;
    /* a longer text may be cut */
    if (strncmp(reject->text, "*.", 2) == 0 && strlen(reject->text) < LIST_TEXT_CHARACTERS &&
        list_name_normalize(reject->text + 2, strlen(reject->text + 2), domain) == NULL &&
        name_from_text(domain, strlen(domain), &name))
        return add(loading, &name, reject->line);
    if (loading->also != NULL && loading->also(loading->context, reject->text))
        return 0;
    return refuse(loading, reject->line, reject->text, reject->reason);
}

int exclude_load(const char *path, struct exclude **ret, struct error *error)
{
    return exclude_load_with(path, NULL, NULL, ret, error);
}

int exclude_load_with(const char *path, exclude_also_fn *also, void *context, struct exclude **ret,
                      struct error *error)
{
    struct exclude *exclude = memory_zeroed(1, sizeof *exclude);
    struct loading loading = {exclude, path, also, context, error};
    const struct list_source source = {.path = path, .format = LIST_PLAIN};
    const struct list_sink sink = {take_name, take_reject, &loading};
    struct list_summary summary;
    exclude->seed = memory_random();
    int result = list_read(&source, &sink, &summary, error);
    if (result != 0) {
        exclude_free(exclude);
        return result;
    }
    memcpy(exclude->sha256, summary.sha256, sizeof exclude->sha256);
    *ret = exclude;
    return 0;
}

void exclude_free(struct exclude *exclude)
{
    if (exclude == NULL)
        return;
    free(exclude->slots);
    free(exclude->wires);
    free(exclude);
}

bool exclude_has(const struct exclude *exclude, const struct name *name)
{
    unsigned labels = name_label_count(name);
    if (exclude->count == 0)
        return false;
    for (size_t at = 0; name->wire[at] != 0; at += NAME_SIZE(name->wire[at]), labels--) {
        if (!exclude->has_labels[labels])
            continue;
        if (exclude->slots[find_slot(exclude, name->wire + at, name->length - at)] != 0)
            return true;
    }
    return false;
}

static int compare_hashes(const void *a, const void *b)
{
    int64_t one = *(const int64_t *)a, other = *(const int64_t *)b;
    return (one > other) - (one < other);
}

static int64_t hash_of(const uint8_t *wire, size_t size)
{
    return (int64_t)XXH3_64bits(wire, size);
}

bool exclude_any_hash(const struct name *name, exclude_hash_fn *has, void *context)
{
    for (size_t at = 0; name->wire[at] != 0; at += NAME_SIZE(name->wire[at])) {
        if (has(context, hash_of(name->wire + at, name->length - at)))
            return true;
    }
    return false;
}

int64_t *exclude_hashes(const struct exclude *exclude, size_t *ret_count)
{
    int64_t *hashes = memory_zeroed(exclude->count + 1, sizeof *hashes);
    size_t count = 0;
    for (size_t at = 0; at < exclude->wires_size; at += NAME_SIZE(exclude->wires[at]))
        hashes[count++] = hash_of(exclude->wires + at + 1, exclude->wires[at]);
    qsort(hashes, count, sizeof *hashes, compare_hashes);
    *ret_count = count;
    return hashes;
}

const char *exclude_sha256(const struct exclude *exclude)
{
    return exclude->sha256;
}
