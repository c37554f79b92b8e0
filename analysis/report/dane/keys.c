#include "analysis/report/dane/keys.h"

#include <sqlite3.h>
#include <stdlib.h>

#include "analysis/collect/collector.h"
#include "analysis/collect/sql.h"
#include "analysis/collect/survey_file.h"

static int take_rollover(void *context, sqlite3_stmt *row, struct error *error)
{
    struct collector *collector = context;
    struct key_outlook *outlook = &collector->report->dane.outlook;
    (void)error;
    outlook->single = survey_row_count(row, 0);
    outlook->certificate = survey_row_count(row, 1);
    return 0;
}

static int take_empty(void *context, sqlite3_stmt *row, struct error *error)
{
    struct collector *collector = context;
    struct key_outlook *outlook = &collector->report->dane.outlook;
    char *host = survey_row_text(row, 0);
    if (host == NULL)
        return collector_no_memory(collector, error);
    if (outlook->empty_count == OUTLOOK_ROWS_MAX) { /* not by the statement */
        free(host);
        return 0;
    }
    outlook->empty_hosts[outlook->empty_count++] = host;
    outlook->empty = survey_row_count(row, 1);
    return 0;
}

static int take_unknown(void *context, sqlite3_stmt *row, struct error *error)
{
    struct collector *collector = context;
    struct key_outlook *outlook = &collector->report->dane.outlook;
    struct unknown_key key = {
        .selector = survey_row_count(row, 0),
        .matching_type = survey_row_count(row, 1),
        .digest = survey_row_text(row, 2),
        .hosts = survey_row_count(row, 3),
        .providers = survey_row_count(row, 4),
    };
    if (key.digest == NULL)
        return collector_no_memory(collector, error);
    if (outlook->unknown_count == OUTLOOK_ROWS_MAX) {
        free(key.digest);
        return 0;
    }
    outlook->unknown[outlook->unknown_count++] = key;
    return 0;
}

int keys_collect(struct survey_file *file, struct collector *collector, struct error *error)
{
    if (survey_file_query(file, sql_tlsa_rollover, take_rollover, collector, error) != 0 ||
        survey_file_query(file, sql_tlsa_empty, take_empty, collector, error) != 0)
        return -1;
    return survey_file_query(file, sql_tlsa_unknown, take_unknown, collector, error);
}

void keys_free(struct key_outlook *outlook)
{
    for (size_t i = 0; i < outlook->empty_count; i++)
        free(outlook->empty_hosts[i]);
    for (size_t i = 0; i < outlook->unknown_count; i++)
        free(outlook->unknown[i].digest);
}
