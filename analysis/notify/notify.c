#include "analysis/notify/notify.h"

#include <sqlite3.h>
#include <stdlib.h>
#include <string.h>

#include "analysis/notify/mail.h"
#include "analysis/notify/row.h"
#include "analysis/collect/sql.h"
#include "analysis/collect/survey_file.h"
#include "analysis/document/text_form.h"

struct notifier {
    const struct notify_request *request;
    FILE *out;
    struct sink *sink;        /* NULL: text, or a mail */
    struct notify_mail *mail; /* NULL: none */
    /* of the text and the mail, whose records are grouped */
    char *provider, *exchange, *change; /* of the last one; NULL: none yet */
    uint64_t records, exchanges;
};

static int no_memory(const struct notifier *notifier, struct error *error)
{
    return error_set(error, "%s: out of memory", notifier->request->path);
}

static bool concerns(const struct notify_row *row, const char *name)
{
    static const enum notify_column names[] = {NOTIFY_PROVIDER, NOTIFY_TARGET_PROVIDER,
                                               NOTIFY_DOMAIN, NOTIFY_EXCHANGE, NOTIFY_ALIAS_TARGET};
    for (size_t i = 0; name != NULL && i < sizeof names / sizeof *names; i++) {
        const char *text = row->texts[names[i]];
        if (text != NULL && strcmp(text, name) == 0)
            return true;
    }
    return name == NULL;
}

/* -1 without memory; the row is then the caller's to free all the same. */
static int read_row(sqlite3_stmt *statement, struct notify_row *ret)
{
    for (int i = 0; i < NOTIFY_CHANGE; i++) {
        ret->texts[i] = survey_row_text(statement, i);
        if (ret->texts[i] == NULL && sqlite3_column_type(statement, i) != SQLITE_NULL)
            return -1;
    }
    ret->own = sqlite3_column_int(statement, NOTIFY_CHANGE) != 0;
    /* a damaged file may have none of them */
    static const enum notify_column needed[] = {NOTIFY_DOMAIN, NOTIFY_PREFERENCE, NOTIFY_EXCHANGE};
    for (size_t i = 0; i < sizeof needed / sizeof *needed; i++) {
        if (ret->texts[needed[i]] == NULL && (ret->texts[needed[i]] = strdup("?")) == NULL)
            return -1;
    }
    ret->texts[NOTIFY_CHANGE] = notify_change(ret);
    return ret->texts[NOTIFY_CHANGE] != NULL ? 0 : -1;
}

/* Replaces *text; true where it was another one.  Without memory *text is NULL. */
static bool is_new(char **text, const char *now)
{
    if (*text != NULL && strcmp(*text, now) == 0)
        return false;
    free(*text);
    *text = strdup(now);
    return true;
}

/* A heading is for all that follows with the same exchange and advice. */
static int print_record(struct notifier *notifier, const struct notify_row *row)
{
    const char *provider = row->texts[NOTIFY_PROVIDER];
    if (notifier->request->name == NULL && notifier->mail == NULL &&
        is_new(&notifier->provider, provider != NULL ? provider : "")) {
        if (notifier->provider == NULL)
            return -1;
        notify_print_provider(notifier->out, row);
    }
    bool other_exchange = is_new(&notifier->exchange, row->texts[NOTIFY_EXCHANGE]);
    bool other_change = is_new(&notifier->change, row->texts[NOTIFY_CHANGE]);
    if (notifier->exchange == NULL || notifier->change == NULL)
        return -1;
    notifier->exchanges += other_exchange;
    if (notifier->mail != NULL)
        return notify_mail_take(notifier->mail, row, other_exchange || other_change);
    if ((other_exchange || other_change) && notify_print_exchange(notifier->out, row) != 0)
        return -1;
    return notify_print_domain(notifier->out, row);
}

enum {
    OUTPUT_FAILED = 1 /* sink_close() has the reason */
};

static int take_row(void *context, sqlite3_stmt *statement, struct error *error)
{
    struct notifier *notifier = context;
    struct notify_row row = {0};
    int result = read_row(statement, &row);
    if (result == 0 && concerns(&row, notifier->request->name)) {
        notifier->records++;
        if (notifier->sink == NULL)
            result = print_record(notifier, &row);
        else
            result =
                (notifier->request->format == NOTIFY_CSV ? notify_put_csv(notifier->sink, &row)
                                                         : notify_put_json(notifier->sink, &row))
                    ? 0
                    : -1;
    }
    notify_row_free(&row);
    if (result != 0)
        return no_memory(notifier, error);
    return notifier->sink != NULL && sink_failed(notifier->sink) ? OUTPUT_FAILED : 0;
}

static int print_head(struct notifier *notifier)
{
    const char *name = notifier->request->name;
    char *title = NULL;
    if (asprintf(&title, "Mail exchanges that are aliases%s%s", name != NULL ? ": " : "",
                 name != NULL ? name : "") < 0)
        return -1;
    text_titled(notifier->out, title, '=');
    free(title);
    fputs("The host that an MX record names must not be an alias (RFC 2181 section 10.3,\n"
          "RFC 5321 section 5.1). Mail to it gets through by grace of the sender: some\n"
          "refuse it under MTA-STS, and DANE senders need not follow it (RFC 7672\n"
          "section 2.2.2).\n",
          notifier->out);
    return 0;
}

void notify_unknown(const struct notify_request *request, struct error *ret)
{
    error_set(ret,
              "%s: %s is not in this survey, neither as a domain nor as a mail host or a provider",
              request->path, request->name);
}

static void print_foot(const struct notifier *notifier)
{
    struct error unknown;
    char records[NUMBER_MAX], exchanges[NUMBER_MAX];
    if (notifier->records == 0)
        fputs("\nNo MX record of this survey is concerned.\n", notifier->out);
    else
        fprintf(notifier->out, "\n%s MX record%s, %s exchange%s.\n",
                text_count(notifier->records, records), notifier->records == 1 ? "" : "s",
                text_count(notifier->exchanges, exchanges), notifier->exchanges == 1 ? "" : "s");
    if (notifier->request->known)
        return;
    notify_unknown(notifier->request, &unknown);
    text_wrap(notifier->out, 0, 4, unknown.text);
}

/* Into request->known. */
static int look_for_name(struct notify_request *request, struct survey_file *file,
                         struct error *error)
{
    sqlite3 *db = survey_file_database(file);
    sqlite3_stmt *row;
    request->known = request->name == NULL;
    if (request->known)
        return 0;
    if (sqlite3_prepare_v2(db, sql_notify_known, -1, &row, NULL) == SQLITE_OK) {
        sqlite3_bind_text(row, 1, request->name, -1, SQLITE_STATIC);
        bool read = sqlite3_step(row) == SQLITE_ROW;
        request->known = read && sqlite3_column_int(row, 0) != 0;
        if (sqlite3_finalize(row) == SQLITE_OK && read)
            return 0;
    }
    return error_set(error, "%s: cannot read the survey: %s", request->path, sqlite3_errmsg(db));
}

static int take_date(void *context, sqlite3_stmt *row, struct error *error)
{
    (void)error;
    text_time((const char *)sqlite3_column_text(row, 0), context);
    return 0;
}

static int write_mail(const struct notifier *notifier, struct survey_file *file,
                      struct error *error)
{
    const struct notify_request *request = notifier->request;
    char date[NUMBER_MAX] = "";
    if (!request->known) {
        notify_unknown(request, error);
        return -1;
    }
    if (notifier->records == 0)
        return error_set(error, "%s: no MX record that names an alias concerns %s: no mail",
                         request->path, request->name);
    if (survey_file_query(file,
                          "SELECT value FROM run_info WHERE key IN ('started_at', 'ended_at')"
                          " AND value IS NOT NULL ORDER BY key LIMIT 1",
                          take_date, date, error) != 0)
        return -1;
    date[strcspn(date, " ")] = '\0'; /* the time of day */
    const struct notify_mail_facts facts = {request->name, date, notifier->records,
                                            notifier->exchanges};
    return notify_mail_write(notifier->mail, &facts, notifier->out) == 0
               ? 0
               : no_memory(notifier, error);
}

static int write_all(struct notifier *notifier, struct survey_file *file, struct error *error)
{
    if (notifier->request->format == NOTIFY_CSV)
        notify_put_csv_header(notifier->sink);
    else if (notifier->request->format == NOTIFY_TEXT && print_head(notifier) != 0)
        return no_memory(notifier, error);
    int result = survey_file_query(file, sql_notify, take_row, notifier, error);
    if (result == 0 && notifier->request->format == NOTIFY_TEXT)
        print_foot(notifier);
    if (result == 0 && notifier->mail != NULL)
        return write_mail(notifier, file, error);
    return result;
}

int notify_write(struct notify_request *request, FILE *out, struct error *error)
{
    struct notifier notifier = {.request = request, .out = out};
    struct survey_file *file = NULL;
    struct sink *sink = NULL;
    int result = -1;
    if (survey_file_open(request->path, &file, error) != 0 ||
        survey_file_add_functions(file, error) != 0 || look_for_name(request, file, error) != 0 ||
        (request->format == NOTIFY_MAIL &&
         notify_mail_open(request->mail_template, &notifier.mail, error) != 0) ||
        sink_open(out, request->output, COMPRESSION_NONE, &sink, error) != 0)
        goto done;
    if (request->format == NOTIFY_CSV || request->format == NOTIFY_NDJSON)
        notifier.sink = sink;
    result = write_all(&notifier, file, error);
    if (result >= 0) { /* flushes and looks at out, for the text too */
        result = sink_close(sink, error);
        sink = NULL;
    }

done:
    free(notifier.provider);
    free(notifier.exchange);
    free(notifier.change);
    notify_mail_free(notifier.mail);
    sink_free(sink);
    survey_file_close(file);
    return result;
}
