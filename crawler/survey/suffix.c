#include "crawler/survey/suffix.h"

#include "crawler/core/name.h"
#include "crawler/survey/memory.h"

#include <assert.h>
#include <libpsl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <xxhash.h>

/* libpsl takes about a microsecond a name, most of it for the part that names
 * share.  A name X.P is a public suffix itself, or has that of P; only where there
 * is a wildcard rule *.P may an exception !X.P say otherwise (publicsuffix.org's
 * algorithm, steps 3 to 5).  So the answer for P is remembered. */
enum {
    PARENT_MAX = 46,
    PARENTS = 1024
};

struct parent {
    uint8_t length; /* 0: a free place */
    uint8_t suffix_length;
    char name[PARENT_MAX];
};

struct suffixes {
    const psl_ctx_t *list;
    psl_ctx_t *owned;       /* NULL: the list is libpsl's own */
    struct parent *parents; /* PARENTS of them, by hash */
};

int suffixes_open(struct suffixes **ret, struct error *error)
{
    struct suffixes *suffixes = memory_zeroed(1, sizeof *suffixes);
    suffixes->parents = memory_zeroed(PARENTS, sizeof *suffixes->parents);
    suffixes->owned = psl_latest(NULL);
    suffixes->list = suffixes->owned != NULL ? suffixes->owned : psl_builtin();
    if (suffixes->list == NULL) {
        suffixes_free(suffixes);
        return error_set(error, "no Public Suffix List: install the package publicsuffix");
    }
    *ret = suffixes;
    return 0;
}

void suffixes_free(struct suffixes *suffixes)
{
    if (suffixes == NULL)
        return;
    if (suffixes->owned != NULL && suffixes->owned != psl_builtin())
        psl_free(suffixes->owned);
    free(suffixes->parents);
    free(suffixes);
}

const char *suffixes_source(const struct suffixes *suffixes)
{
    return suffixes->list == psl_builtin() ? "builtin" : psl_dist_filename();
}

/* libpsl takes every dot for the end of a label.  With escapes it gets a copy where
 * each octet of an escape is a `~`: as long, and part of no rule. */
static const char *find_escaped(const struct suffixes *suffixes, const char *domain)
{
    char copy[NAME_TEXT_MAX];
    size_t length = strlen(domain);
    assert(length < sizeof copy);
    memcpy(copy, domain, length + 1);
    for (size_t i = 0; i + 1 < length; i++) {
        if (copy[i] != '\\')
            continue;
        size_t escape = copy[i + 1] >= '0' && copy[i + 1] <= '9' && i + 3 < length ? 4 : 2;
        memset(copy + i, '~', escape);
        i += escape - 1;
    }
    const char *found = psl_unregistrable_domain(suffixes->list, copy);
    return found != NULL ? domain + (found - copy) : domain;
}

static const char *find(const struct suffixes *suffixes, const char *domain)
{
    const char *found = psl_unregistrable_domain(suffixes->list, domain);
    return found != NULL ? found : domain;
}

static bool has_wildcard(const struct suffixes *suffixes, const char *parent)
{
    char below[PARENT_MAX + 16];
    snprintf(below, sizeof below, "no-such-label.%s", parent);
    return psl_is_public_suffix(suffixes->list, below) != 0;
}

/* The place of a parent in memory, filled; NULL where it cannot be remembered. */
static const struct parent *recall(const struct suffixes *suffixes, const char *parent,
                                   size_t length)
{
    if (length >= PARENT_MAX)
        return NULL;
    struct parent *place = &suffixes->parents[XXH3_64bits(parent, length) % PARENTS];
    if (place->length == length && memcmp(place->name, parent, length) == 0)
        return place;
    if (has_wildcard(suffixes, parent))
        return NULL;
    place->length = (uint8_t)length;
    place->suffix_length = (uint8_t)strlen(find(suffixes, parent));
    memcpy(place->name, parent, length);
    return place;
}

const char *suffix_public(const struct suffixes *suffixes, const char *domain)
{
    if (strchr(domain, '\\') != NULL)
        return find_escaped(suffixes, domain);
    const char *dot = strchr(domain, '.');
    if (dot == NULL || dot[1] == '\0')
        return domain; /* one label, or the root */
    size_t length = strlen(dot + 1);
    const struct parent *parent = recall(suffixes, dot + 1, length);
    if (parent == NULL)
        return find(suffixes, domain);
    if (psl_is_public_suffix(suffixes->list, domain) != 0)
        return domain;
    return dot + 1 + length - parent->suffix_length;
}

const char *suffix_registrable(const struct suffixes *suffixes, const char *domain)
{
    const char *suffix = suffix_public(suffixes, domain);
    if (suffix == domain)
        return NULL;
    /* the last label that begins before the suffix; an escaped dot ends none */
    const char *label = domain;
    for (const char *at = domain; at < suffix - 1; at++) {
        if (*at == '\\')
            at++;
        else if (*at == '.')
            label = at + 1;
    }
    return label;
}
