/* run_info.h - what the view run_info says of a survey, at hand while another thread writes it. */
#ifndef MXSURVEY_STORE_RUN_INFO_H
#define MXSURVEY_STORE_RUN_INFO_H

#include <sqlite3.h>
#include <stddef.h>

struct run_info {
    size_t count, room;
    struct run_info_pair {
        char *key, *value;
    } * pairs;
};

int run_info_load(struct run_info *info, sqlite3 *db); /* an SQLite result code */
void run_info_free(struct run_info *info);

/* An SQLite result code. */
int run_info_set(struct run_info *info, const char *key, const char *value);
const char *run_info_get(const struct run_info *info, const char *key); /* NULL where missing */

/* One value as a file has it; NULL where it has none.  The caller frees. */
char *run_info_read(sqlite3 *db, const char *key);

#endif
