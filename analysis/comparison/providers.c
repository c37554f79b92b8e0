#include "analysis/comparison/providers.h"

#include <sqlite3.h>
#include <stdlib.h>
#include <string.h>

#include "analysis/collect/sql.h"
#include "analysis/collect/survey_file.h"
#include "analysis/collect/tables/top.h"

enum cname_state cname_state_of(const struct domain_kind *kind)
{
    if (kind->outcome == MX_OUTCOME_FAILED)
        return CNAME_STATE_UNKNOWN;
    if (kind->outcome != MX_OUTCOME_MX)
        return CNAME_STATE_NO_MX;
    if (kind->aliases > 0)
        return CNAME_STATE_CNAME;
    return kind->unknown > 0 ? CNAME_STATE_UNKNOWN : CNAME_STATE_NONE;
}

bool has_appeared(enum cname_state old, enum cname_state new)
{
    return new == CNAME_STATE_CNAME && (old == CNAME_STATE_NONE || old == CNAME_STATE_NO_MX);
}

bool was_mended(enum cname_state old, enum cname_state new)
{
    return has_appeared(new, old);
}

static bool has_dane(const struct domain_kind *kind)
{
    return kind->dane == DOMAINS_COMPLETE + 1 || kind->dane == DOMAINS_PRIMARY + 1;
}

/* --- counting --- */

static bool add(struct provider_tallies *tallies, uint64_t key, struct provider_tally more)
{
    if (key == 0)
        return true;
    uint32_t *place = key_map_put(&tallies->index, key);
    struct provider_tally *items =
        grow_items(tallies->items, tallies->length, &tallies->room, sizeof *items);
    if (items != NULL)
        tallies->items = items;
    if (place == NULL || items == NULL)
        return false;
    if (*place == 0) {
        items[tallies->length++] = (struct provider_tally){.key = key};
        *place = (uint32_t)tallies->length;
    }
    struct provider_tally *tally = &items[*place - 1];
    tally->appeared += more.appeared;
    tally->mended += more.mended;
    for (int when = 0; when < 2; when++) {
        tally->cname[when] += more.cname[when];
        tally->dane[when] += more.dane[when];
    }
    return true;
}

bool provider_tallies_add(struct provider_tallies *tallies, const struct unit *old,
                          const struct unit *new)
{
    const struct unit *units[2] = {old, new};
    enum cname_state states[2] = {CNAME_STATE_UNKNOWN, CNAME_STATE_UNKNOWN};
    struct provider_tally more[2] = {{0}, {0}};
    for (int when = 0; when < 2; when++) {
        if (units[when] == NULL)
            continue;
        struct domain_kind kind = unit_domain_kind(units[when]->kind);
        states[when] = cname_state_of(&kind);
        more[when].cname[when] = kind.aliases > 0;
        more[when].dane[when] = has_dane(&kind);
    }
    more[1].appeared = has_appeared(states[0], states[1]);
    more[0].mended = was_mended(states[0], states[1]);
    for (int when = 0; when < 2; when++) {
        bool tells = more[when].cname[when] > 0 || more[when].dane[when] > 0;
        if (units[when] != NULL && tells && !add(tallies, units[when]->provider, more[when]))
            return false;
    }
    return true;
}

void provider_tallies_free(struct provider_tallies *tallies)
{
    key_map_free(&tallies->index);
    free(tallies->items);
    *tallies = (struct provider_tallies){0};
}

/* --- the tables --- */

enum table {
    TABLE_APPEARED,
    TABLE_MENDED,
    TABLE_DANE,
    TABLE_COUNT
};

struct ranked {
    size_t length;
    const struct provider_tally *rows[PROVIDERS_MAX];
};

struct namer {
    struct ranked tables[TABLE_COUNT];
    struct key_map wanted; /* place in names, from 1 */
    char *names[TABLE_COUNT * PROVIDERS_MAX];
    size_t missing;
    const char *path;
};

/* Who had most DANE domains and lost them all belongs into the table as well. */
static uint64_t value_of(enum table table, const uint64_t dane[2], uint64_t appeared,
                         uint64_t mended)
{
    if (table == TABLE_DANE)
        return dane[0] > dane[1] ? dane[0] : dane[1];
    return table == TABLE_APPEARED ? appeared : mended;
}

static uint64_t tally_value(enum table table, const struct provider_tally *tally)
{
    return value_of(table, tally->dane, tally->appeared, tally->mended);
}

static bool precedes(const void *context, const void *first, const void *second)
{
    const struct provider_tally *one = *(const struct provider_tally *const *)first,
                                *other = *(const struct provider_tally *const *)second;
    const enum table *table = context;
    uint64_t left = tally_value(*table, one), right = tally_value(*table, other);
    return left != right ? left > right : one->key < other->key;
}

static void rank(struct ranked *ranked, enum table table, const struct provider_tally *tally)
{
    if (tally_value(table, tally) > 0)
        top_put(&(struct top){ranked->rows, &ranked->length, PROVIDERS_MAX, sizeof *ranked->rows,
                              precedes, &table},
                &tally);
}

static int want_names(struct namer *namer, struct error *error)
{
    for (int table = 0; table < TABLE_COUNT; table++) {
        for (size_t i = 0; i < namer->tables[table].length; i++) {
            uint32_t *place = key_map_put(&namer->wanted, namer->tables[table].rows[i]->key);
            if (place == NULL)
                return error_set(error, "%s: out of memory for the comparison", namer->path);
            if (*place == 0)
                *place = (uint32_t)++namer->missing;
        }
    }
    return 0;
}

/* Stops with 1 when all are found. */
static int take_name(void *context, sqlite3_stmt *row, struct error *error)
{
    struct namer *namer = context;
    const void *text = sqlite3_column_text(row, 0);
    if (text == NULL || namer->missing == 0)
        return namer->missing == 0;
    uint32_t *place =
        key_map_find(&namer->wanted, key_of(text, (size_t)sqlite3_column_bytes(row, 0)));
    if (place == NULL || namer->names[*place - 1] != NULL)
        return 0;
    namer->names[*place - 1] = survey_row_text(row, 0);
    if (namer->names[*place - 1] == NULL)
        return error_set(error, "%s: out of memory for the comparison", namer->path);
    return --namer->missing == 0;
}

/* The new survey knows nearly all of them. */
static int find_names(struct namer *namer, const char *const paths[2], struct error *error)
{
    for (int when = 1; when >= 0 && namer->missing > 0; when--) {
        struct survey_file *file;
        namer->path = paths[when];
        if (survey_file_open(paths[when], &file, error) != 0)
            return -1;
        int result = survey_file_query(file, sql_providers, take_name, namer, error);
        survey_file_close(file);
        if (result < 0)
            return -1;
    }
    return 0;
}

static int fill(const struct namer *namer, enum table table, struct provider_changes *ret,
                struct error *error)
{
    const struct ranked *ranked = &namer->tables[table];
    for (size_t i = 0; i < ranked->length; i++) {
        const struct provider_tally *tally = ranked->rows[i];
        const uint32_t *place = key_map_find(&namer->wanted, tally->key);
        const char *name = namer->names[*place - 1];
        struct provider_change row = {
            .provider = strdup(name != NULL ? name : "?"),
            .appeared = tally->appeared,
            .mended = tally->mended,
            .cname = {tally->cname[0], tally->cname[1]},
            .dane = {tally->dane[0], tally->dane[1]},
        };
        if (row.provider == NULL)
            return error_set(error, "%s: out of memory for the comparison", namer->path);
        uint64_t value = tally_value(table, tally);
        size_t at = ret->length++; /* among equals by name */
        for (; at > 0; at--) {
            const struct provider_change *before = &ret->rows[at - 1];
            if (value_of(table, before->dane, before->appeared, before->mended) > value ||
                strcmp(before->provider, row.provider) <= 0)
                break;
            ret->rows[at] = *before;
        }
        ret->rows[at] = row;
    }
    return 0;
}

int provider_changes_rank(const struct provider_tallies *tallies, const char *const paths[2],
                          struct comparison *comparison, struct error *error)
{
    struct namer namer = {.path = paths[1]};
    for (size_t i = 0; i < tallies->length; i++) {
        for (int table = 0; table < TABLE_COUNT; table++)
            rank(&namer.tables[table], (enum table)table, &tallies->items[i]);
    }
    int result = want_names(&namer, error);
    if (result == 0)
        result = find_names(&namer, paths, error);
    if (result == 0 && (fill(&namer, TABLE_APPEARED, &comparison->appeared, error) != 0 ||
                        fill(&namer, TABLE_MENDED, &comparison->mended, error) != 0 ||
                        fill(&namer, TABLE_DANE, &comparison->dane, error) != 0))
        result = -1;
    for (size_t i = 0; i < sizeof namer.names / sizeof *namer.names; i++)
        free(namer.names[i]);
    key_map_free(&namer.wanted);
    return result;
}
