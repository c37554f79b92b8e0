/* schema.h - the SQL of schema/, compiled in, and the numbers that name it. */
#ifndef MXSURVEY_STORE_SCHEMA_H
#define MXSURVEY_STORE_SCHEMA_H

/* PRAGMA application_id ("mxsv") and user_version of a survey file.  The version
 * counts changes of tables.sql; views only gain columns and words. */
#define SCHEMA_APPLICATION_ID 0x6d787376
#define SCHEMA_VERSION        4

extern const char schema_tables_sql[];
extern const char schema_views_sql[];
/* When the survey is finished, one after the other. */
extern const char schema_opt_outs_sql[];
extern const char schema_indexes_sql[];
extern const char schema_strays_sql[];
extern const char schema_disbelieve_sql[];
extern const char schema_retry_sql[];

#endif
