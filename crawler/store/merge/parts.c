#include "crawler/store/merge/parts.h"

#include "crawler/base/descriptors.h"
#include "crawler/store/header.h"
#include "crawler/store/run_info.h"
#include "crawler/store/schema.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

enum {
    PARTS_MAX = UINT16_MAX, /* rows.c keeps a shard's number in 16 bits */
    CACHE_KB = 32 * 1024,   /* of all parts together */
    CACHE_LEAST_KB = 64,    /* of each */
    VALUE_MAX = 16 << 20,   /* octets of one value; a survey has none near it */
    SPARE_DESCRIPTORS = 64, /* beside those of the parts */
    BUSY_TIMEOUT_MS = 5000,
};

#define UNFINISHED "%s: is unfinished; run its mxsurvey run command again until it is finished"

int merge_part_error(const struct merge_part *part, struct error *error)
{
    int code = sqlite3_errcode(part->db);
    const char *advice = "";
    if (code == SQLITE_READONLY_ROLLBACK)
        return error_set(error, UNFINISHED, part->path);
    if ((code & 0xff) == SQLITE_FULL) /* nothing else is written here */
        return error_set(error,
                         "%s: cannot read it: no room for SQLite's temporary files; SQLITE_TMPDIR "
                         "can name another directory",
                         part->path);
    if ((code & 0xff) == SQLITE_CORRUPT || (code & 0xff) == SQLITE_NOTADB)
        advice = "; the file is damaged: survey this shard again";
    else if ((code & 0xff) == SQLITE_BUSY)
        advice = "; close the program that writes it, then run the same command again";
    return error_set(error, "%s: cannot read it: %s%s", part->path, sqlite3_errmsg(part->db),
                     advice);
}

int merge_part_damaged(const struct merge_part *part, const char *what, struct error *error)
{
    return error_set(error, "%s: is damaged (%s): survey this shard again", part->path, what);
}

int merge_part_prepare(const struct merge_part *part, const char *sql, sqlite3_stmt **ret,
                       struct error *error)
{
    if (sqlite3_prepare_v3(part->db, sql, -1, SQLITE_PREPARE_PERSISTENT, ret, NULL) == SQLITE_OK)
        return 0;
    return merge_part_error(part, error);
}

static int read_number(const struct merge_part *part, const char *sql, int64_t *ret,
                       struct error *error)
{
    sqlite3_stmt *statement = NULL;
    if (merge_part_prepare(part, sql, &statement, error) != 0)
        return -1;
    int code = sqlite3_step(statement);
    if (code == SQLITE_ROW)
        *ret = sqlite3_column_int64(statement, 0);
    int status = code == SQLITE_ROW ? 0 : merge_part_error(part, error);
    sqlite3_finalize(statement);
    return status;
}

/* --- one part --- */

static int identify(const struct merge_part *part, struct error *error)
{
    struct stat status;
    struct header header;
    if (stat(part->path, &status) == 0 && !S_ISREG(status.st_mode))
        return error_set(error, "%s: is no regular file; leave it out", part->path);
    if (!header_read_path(part->path, &header))
        return error_set(error, "%s: cannot read it: %s", part->path, strerror(errno));
    if (header.kind == HEADER_FOREIGN)
        return error_set(error, "%s: is no survey file, nor any SQLite file; leave it out",
                         part->path);
    if (header.kind != HEADER_SURVEY)
        return error_set(error, "%s: is no survey file; leave it out", part->path);
    if (header.schema == SCHEMA_VERSION)
        return 0;
    return error_set(error,
                     "%s: was written by %s mxsurvey (schema %" PRIu32 ", this one merges %d); "
                     "merge with that one, or survey this shard again",
                     part->path, header.schema > SCHEMA_VERSION ? "a newer" : "an older",
                     header.schema, SCHEMA_VERSION);
}

static int connect_part(struct merge_part *part, unsigned count, struct error *error)
{
    char sql[64];
    unsigned cache = CACHE_KB / count > CACHE_LEAST_KB ? CACHE_KB / count : CACHE_LEAST_KB;
    char *path = header_sql_path(part->path);
    if (path == NULL)
        return error_set(error, "%s: cannot open it: no memory", part->path);
    int flags = SQLITE_OPEN_READONLY | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE;
    int code = sqlite3_open_v2(path, &part->db, flags, NULL);
    free(path);
    if (code != SQLITE_OK)
        return merge_part_error(part, error);
    sqlite3_db_config(part->db, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
    sqlite3_db_config(part->db, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, NULL);
    sqlite3_limit(part->db, SQLITE_LIMIT_LENGTH, VALUE_MAX);
    sqlite3_busy_timeout(part->db, BUSY_TIMEOUT_MS);
    snprintf(sql, sizeof sql, "PRAGMA cache_size = -%u; BEGIN", cache);
    code = sqlite3_exec(part->db, sql, NULL, NULL, NULL);
    return code == SQLITE_OK ? 0 : merge_part_error(part, error);
}

static int check_state(const struct merge_part *part, struct error *error)
{
    int status = 0;
    char *state = run_info_read(part->db, "state"),
         *limit = run_info_read(part->db, "setting.limit"),
         *sample = run_info_read(part->db, "setting.sample");
    if (state == NULL || strcmp(state, "finished") != 0)
        status = error_set(error, UNFINISHED, part->path);
    else if (limit != NULL && strcmp(limit, "0") != 0)
        status = error_set(error,
                           "%s: has only the first %s names of its shard, which no one run would "
                           "have; survey it again without --limit",
                           part->path, limit);
    else if (sample != NULL && strcmp(sample, "0") != 0)
        status = error_set(error, "%s: is a sample of %s names, not a shard", part->path, sample);
    free(state);
    free(limit);
    free(sample);
    return status;
}

static int read_shard(struct merge_part *part, unsigned *ret_shards, struct error *error)
{
    int length = 0;
    char *shard = run_info_read(part->db, "setting.shard");
    bool well = shard != NULL &&
                sscanf(shard, "%6u/%6u%n", &part->shard, ret_shards, &length) == 2 &&
                shard[length] == '\0' && part->shard >= 1 && part->shard <= *ret_shards;
    free(shard);
    return well ? 0 : merge_part_damaged(part, "its setting.shard", error);
}

static int read_size(struct merge_part *part, struct error *error)
{
    int64_t listed = 0, host = 0, set = 0; /* for gcc's link time optimizer */
    if (read_number(part, "SELECT coalesce(max(id), 0) FROM _listed", &listed, error) != 0 ||
        read_number(part, "SELECT coalesce(max(id), 0) FROM _host", &host, error) != 0 ||
        read_number(part, "SELECT coalesce(max(mx_set), 0) FROM _mx_record", &set, error) != 0)
        return -1;
    if (listed < 0 || listed > UINT32_MAX || host < 0 || host > UINT32_MAX || set < 0 ||
        set > UINT32_MAX)
        return merge_part_damaged(part, "its numbers", error);
    part->listed_count = (uint64_t)listed;
    part->host_max = (uint64_t)host;
    part->set_max = (uint64_t)set;
    return 0;
}

static int open_part(struct merge_part *part, unsigned count, unsigned *ret_shards,
                     struct error *error)
{
    if (identify(part, error) != 0 || connect_part(part, count, error) != 0 ||
        check_state(part, error) != 0 || read_shard(part, ret_shards, error) != 0)
        return -1;
    return read_size(part, error);
}

/* --- all parts --- */

/* Puts a part where its shard belongs; *part is then empty. */
static int place_part(struct merge_parts *parts, struct merge_part *part, unsigned shards,
                      unsigned *shards_before, const char *first, struct error *error)
{
    if (*shards_before != 0 && shards != *shards_before)
        return error_set(error,
                         "%s: is a shard of %u, but %s one of %u; merge the shards of one "
                         "survey only",
                         part->path, shards, first, *shards_before);
    *shards_before = shards;
    if (part->shard <= parts->count) {
        struct merge_part *place = &parts->parts[part->shard - 1];
        if (place->path != NULL)
            return error_set(error, "%s: is shard %u/%u, and so is %s; give each shard once",
                             part->path, part->shard, shards, place->path);
        *place = *part;
        *part = (struct merge_part){0};
    } else {
        /* more shards than files: one is missing, which is said below; keep the file checked */
        sqlite3_close(part->db);
        *part = (struct merge_part){0};
    }
    return 0;
}

static int check_missing(const struct merge_parts *parts, unsigned shards, const char *first,
                         struct error *error)
{
    unsigned missing = 0;
    for (unsigned i = 0; i < parts->count && missing == 0; i++) {
        if (parts->parts[i].path == NULL)
            missing = i + 1;
    }
    if (missing == 0 && parts->count < shards)
        missing = parts->count + 1;
    if (missing == 0)
        return 0;
    return error_set(error,
                     "%s: is one of %u shards, and shard %u/%u is missing; give its file too",
                     first, shards, missing, shards);
}

int merge_parts_open(const char *const *paths, unsigned count, struct merge_parts *ret,
                     struct error *error)
{
    unsigned shards = 0, all_shards = 0;
    *ret = (struct merge_parts){.count = count};
    if (count > PARTS_MAX)
        return error_set(error, "%s: at most %d shards can be merged", paths[0], PARTS_MAX);
    ret->parts = calloc(count, sizeof *ret->parts);
    if (ret->parts == NULL)
        return error_set(error, "%s: cannot open it: no memory", paths[0]);
    descriptors_want(count + SPARE_DESCRIPTORS);
    for (unsigned i = 0; i < count; i++) {
        struct merge_part part = {.path = paths[i]};
        if (open_part(&part, count, &shards, error) != 0 ||
            place_part(ret, &part, shards, &all_shards, paths[0], error) != 0) {
            sqlite3_close(part.db);
            return -1;
        }
    }
    if (check_missing(ret, all_shards, paths[0], error) != 0)
        return -1;
    for (unsigned i = 1; i < count; i++) {
        const struct merge_part *before = &ret->parts[i - 1];
        ret->parts[i].host_base = before->host_base + before->host_max;
        ret->parts[i].set_base = before->set_base + before->set_max;
    }
    return merge_info_check(ret, error);
}

void merge_parts_close(struct merge_parts *parts)
{
    for (unsigned i = 0; i < parts->count && parts->parts != NULL; i++)
        sqlite3_close(parts->parts[i].db);
    sqlite3_close(parts->info);
    free(parts->parts);
    *parts = (struct merge_parts){0};
}
