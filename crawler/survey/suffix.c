#include "crawler/survey/suffix.h"

#include "crawler/core/name.h"
#include "crawler/survey/list/list.h"
#include "crawler/base/memory.h"

#include <assert.h>
#include <libpsl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <xxhash.h>

/* libpsl takes 0.4 microseconds to say that a name is no public suffix, which
 * nearly every name is not.  So the names that the list's rules end in are kept as
 * hashes: a name that is none of them, and not below a wildcard, is no public
 * suffix, and has the one of its parent.  Only where a rule may speak is libpsl
 * asked, and its answer remembered; what the list says, it alone decides. */
enum {
    PARENT_MAX = 46,
    PARENTS = 1024,     /* remembered, by hash */
    RULE_SLOTS = 65536, /* the list has about 10,000 rules */
    RULES_MAX = RULE_SLOTS / 2,
};

struct parent {
    uint8_t length; /* 0: a free place */
    uint8_t suffix_length;
    char name[PARENT_MAX];
};

struct suffixes {
    const psl_ctx_t *list;
    psl_ctx_t *owned; /* NULL: the list is libpsl's own */
    struct parent *parents;
    uint64_t *rules; /* hashes of the rules' names, 0: free; NULL: not known */
};

static const char list_text[] = "/usr/share/publicsuffix/public_suffix_list.dat";

/* --- the rules, as far as it takes to know where none is --- */

static bool may_be_rule(const struct suffixes *suffixes, const char *domain, size_t length)
{
    uint64_t hash = XXH3_64bits(domain, length) | 1;
    if (suffixes->rules == NULL)
        return true;
    for (size_t slot = hash >> 48; suffixes->rules[slot] != 0; slot = (slot + 1) % RULE_SLOTS) {
        if (suffixes->rules[slot] == hash)
            return true;
    }
    return false;
}

static void add_rule(struct suffixes *suffixes, const char *name)
{
    uint64_t hash = XXH3_64bits(name, strlen(name)) | 1;
    size_t slot = hash >> 48;
    while (suffixes->rules[slot] != 0 && suffixes->rules[slot] != hash)
        slot = (slot + 1) % RULE_SLOTS;
    suffixes->rules[slot] = hash;
}

/* The text that libpsl's list was read from.  Rules in U-labels need no place: the
 * names of a survey are A-labels, and so is a rule's second form, added with it. */
static bool read_rules(struct suffixes *suffixes)
{
    char line[1024];
    unsigned count = 0;
    FILE *file = fopen(list_text, "r");
    if (file == NULL)
        return false;
    suffixes->rules = memory_zeroed(RULE_SLOTS, sizeof *suffixes->rules);
    while (fgets(line, sizeof line, file) != NULL && count < RULES_MAX) {
        char a_labels[254];
        line[strcspn(line, " \t\r\n")] = '\0';
        const char *name = line + (*line == '!');
        if (strncmp(name, "*.", 2) == 0)
            name += 2; /* to libpsl a suffix too; below it, it is asked for every name */
        if (*name == '\0' || *name == '/')
            continue;
        count++;
        if (list_name_normalize(name, strlen(name), a_labels) == NULL)
            add_rule(suffixes, a_labels);
        else
            count = RULES_MAX; /* not understood: nothing is known */
    }
    fclose(file);
    return count < RULES_MAX;
}

/* --- the list --- */

int suffixes_open(struct suffixes **ret, struct error *error)
{
    struct suffixes *suffixes = memory_zeroed(1, sizeof *suffixes);
    suffixes->parents = memory_zeroed(PARENTS, sizeof *suffixes->parents);
    /* one source for both: text first */
    if (read_rules(suffixes))
        suffixes->owned = psl_load_file(list_text);
    if (suffixes->owned == NULL) {
        free(suffixes->rules);
        suffixes->rules = NULL;
        suffixes->owned = psl_latest(NULL);
    }
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
    free(suffixes->rules);
    free(suffixes);
}

const char *suffixes_source(const struct suffixes *suffixes)
{
    if (suffixes->rules != NULL)
        return list_text;
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

/* Where neither a name nor its parent is one that a rule ends in, no rule, and no wildcard, is
 * about that name: it has its parent's suffix. */
const char *suffix_public(const struct suffixes *suffixes, const char *domain)
{
    if (strchr(domain, '\\') != NULL)
        return find_escaped(suffixes, domain);
    const char *end = domain + strlen(domain), *at = domain;
    bool ruled = may_be_rule(suffixes, at, (size_t)(end - at));
    for (;;) {
        const char *dot = strchr(at, '.');
        if (dot == NULL || dot[1] == '\0')
            return at; /* one label, or the root */
        if (ruled && psl_is_public_suffix(suffixes->list, at) != 0)
            return at;
        size_t length = (size_t)(end - (dot + 1));
        ruled = may_be_rule(suffixes, dot + 1, length);
        if (ruled) {
            const struct parent *parent = recall(suffixes, dot + 1, length);
            return parent != NULL ? end - parent->suffix_length : find(suffixes, at);
        }
        at = dot + 1;
    }
}

/* The list's default rule `*` would make a suffix of an address's last number. */
static bool has_registrable(const char *domain)
{
    struct name name;
    return name_from_text(domain, strlen(domain), &name) &&
           exchange_class_is_resolved(exchange_class_of(&name)) && !name_top_is_number(&name);
}

const char *suffix_registrable(const struct suffixes *suffixes, const char *domain)
{
    if (!has_registrable(domain))
        return NULL;
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
