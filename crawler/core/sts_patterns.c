#include "crawler/core/sts_patterns.h"

#include "crawler/core/sts_text.h"

#include <stdlib.h>
#include <strings.h>

static int compare(const void *left, const void *right)
{
    const struct sts_text *a = left, *b = right;
    if (a->length != b->length)
        return a->length < b->length ? -1 : 1;
    return strncasecmp(a->text, b->text, a->length);
}

void sts_patterns_sort(struct sts_text *patterns, size_t count)
{
    if (count > 0)
        qsort(patterns, count, sizeof *patterns, compare);
}

/* Writes the labels as a pattern has them, a dot before each.  Returns the end; NULL: one has
 * octets that are in no pattern. */
static char *write_labels(const uint8_t *label, char *at)
{
    for (; *label != 0; label += 1 + *label) {
        *at++ = '.';
        for (unsigned i = 1; i <= *label; i++) {
            char octet = (char)label[i];
            if (!is_alnum(octet) && octet != '-')
                return NULL;
            *at++ = octet;
        }
    }
    return at;
}

static bool has(const struct sts_text *patterns, size_t count, const char *text, const char *end)
{
    struct sts_text sought = {text, end != NULL ? (size_t)(end - text) : 0};
    return end != NULL && bsearch(&sought, patterns, count, sizeof *patterns, compare) != NULL;
}

bool sts_patterns_match(const struct sts_text *patterns, size_t count, const struct name *name)
{
    char text[1 + NAME_WIRE_MAX] = "*";
    const uint8_t *first = name->wire;
    if (count == 0 || *first == 0)
        return false;
    return has(patterns, count, text + 2, write_labels(first, text + 1)) ||
           has(patterns, count, text, write_labels(first + 1 + *first, text + 1));
}
