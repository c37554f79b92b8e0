#include "crawler/store/merge/judge_sts.h"

#include "crawler/base/memory.h"
#include "crawler/core/sts_patterns.h"

#include <stdlib.h>
#include <string.h>

enum statement {
    POLICY,
    PATTERNS,
    EXCHANGES,
    WRITE_TARGET,
    WRITE_EFFECT,
    STATEMENT_COUNT
};

/* policy_outcome 2: valid.  Whether the policy matches an exchange's name stays as it is. */
static const char *const statements_sql[STATEMENT_COUNT] = {
    [POLICY] = "SELECT mode, mx FROM _sts_policy WHERE id = ?1 AND policy_outcome = 2",
    [PATTERNS] = "SELECT value FROM json_each(?1)",
    [EXCHANGES] = "SELECT t.host, t.name, h.alias > 1, (SELECT a.target FROM _alias AS a"
                  "  WHERE a.host = t.host ORDER BY a.hop DESC LIMIT 1)"
                  " FROM _sts_match AS t JOIN _host AS h ON h.id = t.host"
                  " WHERE t.domain = ?1 ORDER BY t.host",
    [WRITE_TARGET] = "UPDATE _sts_match SET target = ?3 WHERE domain = ?1 AND host = ?2",
    [WRITE_EFFECT] = "UPDATE _sts_policy SET cname_effect = nullif(?2, 0) WHERE id = ?1",
};

struct merge_sts {
    sqlite3_stmt *statements[STATEMENT_COUNT];
    struct exchange {
        int64_t host;
        struct sts_match match;
    } * exchanges;
    struct sts_match *matches;
    unsigned count, room;
    /* of the policy, once there is a target to match */
    bool has_patterns;
    char *octets; /* of all patterns */
    struct sts_text *patterns;
    size_t pattern_count, pattern_room;
};

int merge_sts_new(sqlite3 *db, struct merge_sts **ret)
{
    struct merge_sts *sts = calloc(1, sizeof *sts);
    int code = sts == NULL ? SQLITE_NOMEM : SQLITE_OK;
    for (unsigned i = 0; i < STATEMENT_COUNT && code == SQLITE_OK; i++)
        code = sqlite3_prepare_v2(db, statements_sql[i], -1, &sts->statements[i], NULL);
    if (code != SQLITE_OK) {
        merge_sts_free(sts);
        return code;
    }
    *ret = sts;
    return SQLITE_OK;
}

void merge_sts_free(struct merge_sts *sts)
{
    if (sts == NULL)
        return;
    for (unsigned i = 0; i < STATEMENT_COUNT; i++)
        sqlite3_finalize(sts->statements[i]);
    free(sts->exchanges);
    free(sts->matches);
    free(sts->octets);
    free(sts->patterns);
    free(sts);
}

static int run_statement(sqlite3_stmt *statement)
{
    sqlite3_step(statement);
    return sqlite3_reset(statement);
}

static bool make_room(struct merge_sts *sts)
{
    if (sts->count < sts->room)
        return true;
    unsigned room = sts->room == 0 ? 16 : sts->room * 2;
    struct exchange *exchanges = realloc(sts->exchanges, room * sizeof *exchanges);
    if (exchanges == NULL)
        return false;
    sts->exchanges = exchanges;
    struct sts_match *matches = realloc(sts->matches, room * sizeof *matches);
    if (matches == NULL)
        return false;
    sts->matches = matches;
    sts->room = room;
    return true;
}

/* Texts lie behind each other in the octets that they had as JSON, which are more; others than a
 * survey writes, which might not, are no patterns. */
static int read_patterns(struct merge_sts *sts)
{
    sqlite3_stmt *row = sts->statements[PATTERNS], *policy = sts->statements[POLICY];
    size_t used = 0, size = (size_t)sqlite3_column_bytes(policy, 1);
    sts->octets = memory_resize(sts->octets, size + 1, 1);
    sts->pattern_count = 0;
    sts->has_patterns = true;
    int code = sqlite3_bind_value(row, 1, sqlite3_column_value(policy, 1));
    if (code != SQLITE_OK)
        return code;
    while (sqlite3_step(row) == SQLITE_ROW) {
        const void *text = sqlite3_column_text(row, 0);
        size_t length = (size_t)sqlite3_column_bytes(row, 0);
        if (text == NULL || length > size - used)
            continue;
        sts->patterns = memory_room(sts->patterns, sts->pattern_count, &sts->pattern_room,
                                    sizeof *sts->patterns);
        sts->patterns[sts->pattern_count++] =
            (struct sts_text){memcpy(sts->octets + used, text, length), length};
        used += length;
    }
    sts_patterns_sort(sts->patterns, sts->pattern_count);
    return sqlite3_reset(row);
}

/* The exchange that the statement is at, by its host's present row. */
static int take_exchange(struct merge_sts *sts)
{
    sqlite3_stmt *row = sts->statements[EXCHANGES];
    struct name target;
    if (!make_room(sts))
        return SQLITE_NOMEM;
    struct exchange *exchange = &sts->exchanges[sts->count++];
    *exchange = (struct exchange){.host = sqlite3_column_int64(row, 0)};
    exchange->match.name = sqlite3_column_int(row, 1) != 0;
    exchange->match.alias = sqlite3_column_int(row, 2) != 0;
    /* an alias of a name that cannot be (YXDOMAIN) has no target, and matches by none */
    const char *text = (const char *)sqlite3_column_text(row, 3);
    if (text == NULL)
        return SQLITE_OK;
    if (!name_from_text(text, (size_t)sqlite3_column_bytes(row, 3), &target))
        return SQLITE_CORRUPT;
    int code = sts->has_patterns ? SQLITE_OK : read_patterns(sts);
    exchange->match.target = sts_patterns_match(sts->patterns, sts->pattern_count, &target);
    return code;
}

static int read_exchanges(struct merge_sts *sts, int64_t domain)
{
    sqlite3_stmt *row = sts->statements[EXCHANGES];
    int code = SQLITE_OK;
    sts->count = 0;
    sts->has_patterns = false;
    sqlite3_bind_int64(row, 1, domain);
    while (code == SQLITE_OK && (code = sqlite3_step(row)) == SQLITE_ROW)
        code = take_exchange(sts);
    sqlite3_reset(row);
    return code == SQLITE_DONE ? SQLITE_OK : code;
}

static int write_matches(struct merge_sts *sts, int64_t domain)
{
    sqlite3_stmt *write = sts->statements[WRITE_TARGET];
    int code = SQLITE_OK;
    sqlite3_bind_int64(write, 1, domain);
    for (unsigned i = 0; i < sts->count && code == SQLITE_OK; i++) {
        const struct exchange *exchange = &sts->exchanges[i];
        sts->matches[i] = exchange->match;
        sqlite3_bind_int64(write, 2, exchange->host);
        if (exchange->match.alias)
            sqlite3_bind_int(write, 3, exchange->match.target);
        else
            sqlite3_bind_null(write, 3);
        code = run_statement(write);
    }
    return code;
}

int merge_sts_judge(struct merge_sts *sts, int64_t domain)
{
    sqlite3_stmt *policy = sts->statements[POLICY], *write = sts->statements[WRITE_EFFECT];
    sqlite3_bind_int64(policy, 1, domain);
    int code = sqlite3_step(policy);
    if (code == SQLITE_ROW) {
        code = read_exchanges(sts, domain);
        if (code == SQLITE_OK)
            code = write_matches(sts, domain);
        if (code == SQLITE_OK) {
            enum sts_mode mode = (enum sts_mode)sqlite3_column_int(policy, 0);
            sqlite3_bind_int64(write, 1, domain);
            sqlite3_bind_int(write, 2, sts_cname_effect_of(mode, sts->matches, sts->count));
            code = run_statement(write);
        }
    }
    sqlite3_reset(policy);
    return code == SQLITE_DONE ? SQLITE_OK : code;
}
