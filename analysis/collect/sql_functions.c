#ifdef MXSURVEY_SQLITE_EXTENSION
#include <sqlite3ext.h>
SQLITE_EXTENSION_INIT1
#else
#include <sqlite3.h>
#endif

#include "analysis/collect/sql_functions.h"

#include <string.h>

#include "analysis/statistics/wilson.h"
#include "crawler/core/name.h"
#include "crawler/survey/suffix.h"

/* --- wilson_low, wilson_high --- */

/* A whole number from 0, also where a sum() made a real of it. */
static bool take_count(sqlite3_value *value, uint64_t *ret)
{
    static const double most = 9007199254740992; /* 2^53: a double counts so far */
    int type = sqlite3_value_numeric_type(value);
    double number = sqlite3_value_double(value);
    if ((type != SQLITE_INTEGER && type != SQLITE_FLOAT) || !(number >= 0 && number <= most) ||
        number != (double)(uint64_t)number)
        return false;
    *ret = (uint64_t)number;
    return true;
}

static bool take_interval(sqlite3_value **values, struct interval *ret)
{
    uint64_t count, of;
    return take_count(values[0], &count) && take_count(values[1], &of) && count <= of &&
           wilson95(count, of, ret);
}

static void wilson_low(sqlite3_context *context, int count, sqlite3_value **values)
{
    struct interval interval;
    (void)count;
    if (take_interval(values, &interval))
        sqlite3_result_double(context, interval.low);
}

static void wilson_high(sqlite3_context *context, int count, sqlite3_value **values)
{
    struct interval interval;
    (void)count;
    if (take_interval(values, &interval))
        sqlite3_result_double(context, interval.high);
}

/* --- names --- */

static bool take_name(sqlite3_value *value, struct name *ret)
{
    const char *text = (const char *)sqlite3_value_text(value);
    return text != NULL && name_from_text(text, (size_t)sqlite3_value_bytes(value), ret);
}

static void registrable_domain(sqlite3_context *context, int count, sqlite3_value **values)
{
    const struct suffixes *suffixes = sqlite3_user_data(context);
    struct name name;
    char text[NAME_TEXT_MAX];
    (void)count;
    if (!take_name(values[0], &name))
        return;
    name_to_text(&name, text);
    const char *registrable = suffix_registrable(suffixes, text);
    if (registrable != NULL)
        sqlite3_result_text(context, registrable, -1, SQLITE_TRANSIENT);
}

/* The last label first.  Labels are at most 127, each behind its length octet. */
static void reverse_labels(const struct name *name, struct name *ret)
{
    size_t end = name->length - 1U; /* the root label stays last */
    for (size_t at = 0; name->wire[at] != 0; at += 1U + name->wire[at]) {
        size_t size = 1U + name->wire[at];
        end -= size;
        memcpy(ret->wire + end, name->wire + at, size);
    }
    ret->wire[name->length - 1] = 0;
    ret->length = name->length;
}

static void reverse_name(sqlite3_context *context, int count, sqlite3_value **values)
{
    struct name name, reversed;
    char text[NAME_TEXT_MAX];
    (void)count;
    if (!take_name(values[0], &name))
        return;
    reverse_labels(&name, &reversed);
    name_to_text(&reversed, text);
    sqlite3_result_text(context, text, -1, SQLITE_TRANSIENT);
}

/* --- registration --- */

static void free_suffixes(void *suffixes)
{
    suffixes_free(suffixes);
}

int sql_functions_register(sqlite3 *db, struct error *error)
{
    const int flags = SQLITE_UTF8 | SQLITE_DETERMINISTIC | SQLITE_INNOCUOUS;
    struct suffixes *suffixes;
    if (suffixes_open(&suffixes, error) != 0)
        return -1;
    /* frees the suffixes also where it fails */
    if (sqlite3_create_function_v2(db, "registrable_domain", 1, flags, suffixes, registrable_domain,
                                   NULL, NULL, free_suffixes) != SQLITE_OK ||
        sqlite3_create_function_v2(db, "reverse_name", 1, flags, NULL, reverse_name, NULL, NULL,
                                   NULL) != SQLITE_OK ||
        sqlite3_create_function_v2(db, "wilson_low", 2, flags, NULL, wilson_low, NULL, NULL,
                                   NULL) != SQLITE_OK ||
        sqlite3_create_function_v2(db, "wilson_high", 2, flags, NULL, wilson_high, NULL, NULL,
                                   NULL) != SQLITE_OK)
        return error_set(error, "mxsurvey's SQL functions: %s", sqlite3_errmsg(db));
    return 0;
}

#ifdef MXSURVEY_SQLITE_EXTENSION
/* The name that SQLite makes of mxsurvey_sqlite.so. */
__attribute__((visibility("default"))) int
sqlite3_mxsurveysqlite_init(sqlite3 *db, char **ret_error, const sqlite3_api_routines *api);

int sqlite3_mxsurveysqlite_init(sqlite3 *db, char **ret_error, const sqlite3_api_routines *api)
{
    struct error error = {""};
    SQLITE_EXTENSION_INIT2(api)
    if (sql_functions_register(db, &error) == 0)
        return SQLITE_OK;
    *ret_error = sqlite3_mprintf("%s", error.text);
    return SQLITE_ERROR;
}
#endif
