/* parts.h - the files that a merge unites: opened for reading, known to be the
 * shards of one survey, each there once and finished.  A part is the file of a shard.
 */
#ifndef MXSURVEY_STORE_MERGE_PARTS_H
#define MXSURVEY_STORE_MERGE_PARTS_H

#include "crawler/core/error.h"
#include "crawler/store/file.h"

#include <sqlite3.h>
#include <stdbool.h>
#include <stdint.h>

struct merge_part {
    const char *path; /* borrowed */
    sqlite3 *db;
    unsigned shard; /* from 1 */
    uint64_t listed_count;
    uint64_t host_max;  /* the largest id of host */
    uint64_t host_base; /* host_max of the parts before, summed up: numbers hosts over all */
    uint64_t set_max, set_base; /* the same of sets of MX records */
};

struct merge_parts {
    unsigned count;
    struct merge_part *parts; /* shard i at i - 1 */
    sqlite3 *info;            /* in memory: info (part from 0, key, value), run_info of all */
};

/* ret is to be closed also after an error. */
int merge_parts_open(const char *const *paths, unsigned count, struct merge_parts *ret,
                     struct error *error);
void merge_parts_close(struct merge_parts *parts);

/* Reads run_info of all: does it say the same survey?  (info.c) */
int merge_info_check(struct merge_parts *parts, struct error *error);
/* Writes what run_info says of all together, but for the keys that are the file's own. */
int merge_info_write(const struct merge_parts *parts, struct file *out, struct error *error);

/* The line for a part that cannot be read; returns -1. */
int merge_part_error(const struct merge_part *part, struct error *error);
/* A part whose rows contradict each other. */
int merge_part_damaged(const struct merge_part *part, const char *what, struct error *error);

int merge_part_prepare(const struct merge_part *part, const char *sql, sqlite3_stmt **ret,
                       struct error *error);

#endif
