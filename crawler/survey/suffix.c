#include "crawler/survey/suffix.h"

#include "crawler/core/name.h"

#include <assert.h>
#include <libpsl.h>
#include <stdlib.h>
#include <string.h>

struct suffixes {
    const psl_ctx_t *list;
    psl_ctx_t *owned; /* NULL: the list is libpsl's own */
};

int suffixes_open(struct suffixes **ret, struct error *error)
{
    struct suffixes *suffixes = calloc(1, sizeof *suffixes);
    if (suffixes == NULL)
        return error_set(error, "out of memory");
    suffixes->owned = psl_latest(NULL);
    suffixes->list = suffixes->owned != NULL ? suffixes->owned : psl_builtin();
    if (suffixes->list == NULL) {
        free(suffixes);
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
    free(suffixes);
}

const char *suffixes_source(const struct suffixes *suffixes)
{
    return suffixes->list == psl_builtin() ? "builtin" : psl_dist_filename();
}

/* of libpsl */
typedef const char *find_fn(const psl_ctx_t *list, const char *domain);

/* libpsl takes every dot for the end of a label.  With escapes it gets a copy where
 * each octet of an escape is a `~`: as long, and part of no rule. */
static const char *find_escaped(const struct suffixes *suffixes, const char *domain, find_fn *find)
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
    const char *found = find(suffixes->list, copy);
    return found != NULL ? domain + (found - copy) : NULL;
}

static const char *find(const struct suffixes *suffixes, const char *domain, find_fn *function)
{
    if (strchr(domain, '\\') != NULL)
        return find_escaped(suffixes, domain, function);
    return function(suffixes->list, domain);
}

const char *suffix_public(const struct suffixes *suffixes, const char *domain)
{
    const char *found =
        strcmp(domain, ".") == 0 ? NULL : find(suffixes, domain, psl_unregistrable_domain);
    return found != NULL ? found : domain;
}

const char *suffix_registrable(const struct suffixes *suffixes, const char *domain)
{
    return strcmp(domain, ".") == 0 ? NULL : find(suffixes, domain, psl_registrable_domain);
}
