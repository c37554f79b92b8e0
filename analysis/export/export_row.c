#include "analysis/export/export_row.h"

#include <inttypes.h>
#include <jansson.h>
#include <math.h>
#include <sqlite3.h>
#include <stdlib.h>
#include <string.h>

#include "analysis/document/utf8.h"

/* --- JSON --- */

/* Nearly every text is a name or a word: ASCII that stands for itself. */
static bool is_plain_json(const char *text, size_t length)
{
    for (size_t i = 0; i < length; i++) {
        unsigned char octet = (unsigned char)text[i];
        if (octet < 0x20 || octet >= 0x7f || octet == '"' || octet == '\\')
            return false;
    }
    return true;
}

/* ASCII only, and none of it a control character; jansson escapes all but DEL. */
static int put_escaped(const char *octets, size_t length, void *context)
{
    struct sink *sink = context;
    for (size_t i = 0; i < length; i++) {
        if (octets[i] == 0x7f)
            sink_puts(sink, "\\u007f");
        else
            sink_put(sink, octets + i, 1);
    }
    return 0;
}

bool put_json_text(struct sink *sink, const char *text, size_t length)
{
    if (is_plain_json(text, length)) {
        sink_put(sink, "\"", 1);
        sink_put(sink, text, length);
        sink_put(sink, "\"", 1);
        return true;
    }
    char *clean = utf8_clean(text, length, 3 * length);
    json_t *string = clean != NULL ? json_string_nocheck(clean) : NULL;
    bool good = string != NULL && json_dump_callback(string, put_escaped, sink,
                                                     JSON_ENCODE_ANY | JSON_ENSURE_ASCII) == 0;
    json_decref(string);
    free(clean);
    return good;
}

/* --- CSV --- */

/* No quote around what has nothing that a reader would take for more than text. */
static bool is_plain_csv(const char *text, size_t length)
{
    if (length == 0 || text[0] == ' ' || text[length - 1] == ' ')
        return false;
    for (size_t i = 0; i < length; i++) {
        unsigned char octet = (unsigned char)text[i];
        if (octet < 0x20 || octet >= 0x7f || octet == '"' || octet == ',')
            return false;
    }
    return true;
}

/* Valid UTF-8: is this a control character other than tab and line ends? */
static bool is_control(const char *at)
{
    unsigned char octet = (unsigned char)*at;
    if (octet == 0xc2)
        return (unsigned char)at[1] < 0xa0; /* C1 */
    return (octet < 0x20 && strchr("\t\r\n", octet) == NULL) || octet == 0x7f;
}

bool put_csv_text(struct sink *sink, const char *text, size_t length)
{
    if (is_plain_csv(text, length)) {
        sink_put(sink, text, length);
        return true;
    }
    char *clean = utf8_clean(text, length, 3 * length);
    if (clean == NULL)
        return false;
    sink_put(sink, "\"", 1);
    for (const char *at = clean; *at != '\0'; at++) {
        if (*at == '"') {
            sink_puts(sink, "\"\"");
        } else if (is_control(at)) {
            sink_puts(sink, "\xef\xbf\xbd"); /* U+FFFD */
            at += (unsigned char)*at == 0xc2;
        } else {
            sink_put(sink, at, 1);
        }
    }
    sink_put(sink, "\"", 1);
    free(clean);
    return true;
}

/* --- values --- */

static void put_integer(struct sink *sink, int64_t number)
{
    char digits[24];
    char *at = digits + sizeof digits;
    uint64_t rest = number < 0 ? -(uint64_t)number : (uint64_t)number;
    do {
        *--at = (char)('0' + rest % 10);
        rest /= 10;
    } while (rest > 0);
    if (number < 0)
        *--at = '-';
    sink_put(sink, at, (size_t)(digits + sizeof digits - at));
}

/* Infinity as SQLite writes it in JSON; there is no NaN in SQLite. */
static void put_real(struct sink *sink, double number)
{
    char text[40];
    if (isinf(number))
        strcpy(text, number > 0 ? "9.0e+999" : "-9.0e+999");
    else
        snprintf(text, sizeof text, "%.17g", number);
    sink_puts(sink, text);
}

static void put_octets(struct sink *sink, sqlite3_stmt *row, int column)
{
    const unsigned char *octets = sqlite3_column_blob(row, column);
    int length = sqlite3_column_bytes(row, column);
    for (int i = 0; i < length; i++) {
        char text[3];
        snprintf(text, sizeof text, "%02x", octets[i]);
        sink_put(sink, text, 2);
    }
}

/* A number, the same in both forms, or a text */
static bool put_plain_value(struct sink *sink, sqlite3_stmt *row, int column,
                            bool (*put_text)(struct sink *sink, const char *text, size_t length))
{
    switch (sqlite3_column_type(row, column)) {
    case SQLITE_INTEGER:
        put_integer(sink, sqlite3_column_int64(row, column));
        return true;
    case SQLITE_FLOAT:
        put_real(sink, sqlite3_column_double(row, column));
        return true;
    default: {
        const char *text = (const char *)sqlite3_column_text(row, column);
        return text != NULL && put_text(sink, text, (size_t)sqlite3_column_bytes(row, column));
    }
    }
}

bool put_json_value(struct sink *sink, sqlite3_stmt *row, int column)
{
    switch (sqlite3_column_type(row, column)) {
    case SQLITE_NULL:
        sink_put(sink, "null", 4);
        return true;
    case SQLITE_BLOB:
        sink_put(sink, "\"", 1);
        put_octets(sink, row, column);
        sink_put(sink, "\"", 1);
        return true;
    default:
        return put_plain_value(sink, row, column, put_json_text);
    }
}

bool put_csv_value(struct sink *sink, sqlite3_stmt *row, int column)
{
    switch (sqlite3_column_type(row, column)) {
    case SQLITE_NULL:
        return true;
    case SQLITE_BLOB:
        put_octets(sink, row, column);
        return true;
    default:
        return put_plain_value(sink, row, column, put_csv_text);
    }
}
