/* header.h - whose a database is, by the first 100 octets of the file
 * (https://www.sqlite.org/fileformat2.html, section 1.3), read without SQLite: that would roll
 * back the journal of another program's database, fold in its log, and make files beside it.
 */
#ifndef MXSURVEY_STORE_HEADER_H
#define MXSURVEY_STORE_HEADER_H

#include <stdbool.h>
#include <stdint.h>

enum header_kind {
    HEADER_EMPTY,   /* no octets */
    HEADER_FOREIGN, /* no SQLite file */
    HEADER_OTHER,   /* another program's database */
    HEADER_SURVEY   /* of whatever schema */
};

struct header {
    enum header_kind kind;
    bool wal;        /* in WAL mode, as a run leaves it that was killed */
    uint32_t schema; /* of a survey: user_version */
};

/* false: errno says why the file cannot be read. */
bool header_read(int descriptor, struct header *ret);

/* The same of a path; what is no regular file is HEADER_FOREIGN.  To be called before SQLite opens
 * the file: its locks go with any descriptor that is closed. */
bool header_read_path(const char *path, struct header *ret);

/* A path as SQLite is to be told it: `:memory:`, `file:...` and the empty name are special there.
 * NULL: no memory; to be freed. */
char *header_sql_path(const char *path);

#endif
