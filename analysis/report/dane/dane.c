#include "analysis/report/dane/dane.h"

#include <sqlite3.h>
#include <stdlib.h>
#include <string.h>

#include "analysis/collect/collector.h"
#include "analysis/collect/sql.h"
#include "analysis/collect/survey_file.h"
#include "analysis/collect/tally.h"

enum {
    EDE_CODES = 65536 /* INFO-CODE has 16 bits */
};

const char *const EFFECT_WORDS[EFFECT_COUNT] = {"expanded", "initial", "lost",
                                                "none",     "failed",  "unreachable"};

const char *dane_setting(const struct report *report)
{
    return report_info(report, "setting.tlsa");
}

uint64_t dane_secure_domains(const struct dane_report *dane)
{
    return dane->domains[DOMAINS_COMPLETE] + dane->domains[DOMAINS_PRIMARY] +
           dane->domains[DOMAINS_PARTIAL] + dane->domains[DOMAINS_NONE];
}

/* --- providers --- */

void provider_top_free(struct provider_top *top)
{
    for (size_t i = 0; i < top->length; i++)
        free(top->items[i].provider);
    top->length = 0;
}

/* --- TLSA records --- */

static int take_parameters(void *context, sqlite3_stmt *row, struct error *error)
{
    struct collector *collector = context;
    struct dane_report *dane = &collector->report->dane;
    struct tlsa_parameters *items =
        realloc(dane->parameters, (dane->parameter_count + 1) * sizeof *items);
    if (items == NULL)
        return collector_no_memory(collector, error);
    dane->parameters = items;
    items[dane->parameter_count++] = (struct tlsa_parameters){
        .usage = survey_row_count(row, 0),
        .selector = survey_row_count(row, 1),
        .matching_type = survey_row_count(row, 2),
        .usable = survey_row_count(row, 3) > 0,
        .reason = survey_row_text(row, 4),
        .hosts = survey_row_count(row, 5),
        .records = survey_row_count(row, 6),
    };
    return 0;
}

static int take_key(void *context, sqlite3_stmt *row, struct error *error)
{
    struct collector *collector = context;
    struct dane_report *dane = &collector->report->dane;
    struct key_use key = {
        .name = survey_row_text(row, 0),
        .status = survey_row_text(row, 1),
        .hosts = survey_row_count(row, 2),
        .broken = survey_row_count(row, 3),
        .idle = survey_row_count(row, 4),
        .leftover = survey_row_count(row, 5),
    };
    if (key.name == NULL) { /* the first row, about all keys out of use */
        free(key.status);
        key.status = NULL;
        dane->unused = key;
        return 0;
    }
    struct key_use *items = realloc(dane->keys, (dane->key_count + 1) * sizeof *items);
    if (items == NULL) {
        free(key.name);
        free(key.status);
        return collector_no_memory(collector, error);
    }
    dane->keys = items;
    items[dane->key_count++] = key;
    return 0;
}

/* --- extended DNS errors --- */

int ede_take(struct collector *collector, const char *codes, struct ede_count each,
             struct error *error)
{
    const char *at = codes;
    if (codes == NULL)
        return 0;
    if (collector->ede == NULL)
        collector->ede = calloc(EDE_CODES, sizeof *collector->ede);
    if (collector->ede == NULL)
        return collector_no_memory(collector, error);
    while (*at != '\0') {
        size_t digits = strspn(at, "0123456789");
        unsigned long code = digits > 0 && digits < 6 ? strtoul(at, NULL, 10) : EDE_CODES;
        at += strcspn(at, ",");
        at += *at == ',';
        if (code >= EDE_CODES)
            continue;
        struct ede_count *count = &collector->ede[code];
        count->domains += each.domains;
        count->hosts += each.hosts;
        count->lookups += each.lookups;
    }
    return 0;
}

static int take_lookups(void *context, sqlite3_stmt *row, struct error *error)
{
    return ede_take(context, (const char *)sqlite3_column_text(row, 0),
                    (struct ede_count){.lookups = survey_row_count(row, 1)}, error);
}

void ede_finish(struct collector *collector)
{
    struct ede_list *list = &collector->report->ede;
    if (collector->ede == NULL)
        return;
    for (unsigned code = 0; code < EDE_CODES; code++) {
        struct ede_count count = collector->ede[code];
        count.code = code;
        if (count.domains + count.hosts + count.lookups > 0)
            collector->ede[list->length++] = count; /* never behind `code` */
    }
    list->items = collector->ede;
    collector->ede = NULL;
}

/* --- the whole --- */

int dane_collect(struct survey_file *file, struct collector *collector, struct error *error)
{
    if (survey_file_query(file, sql_ede, take_lookups, collector, error) != 0)
        return -1;
    if (!collector->report->dane.asked)
        return 0;
    if (survey_file_query(file, sql_tlsa_parameters, take_parameters, collector, error) != 0)
        return -1;
    if (dane_zones_collect(file, collector, error) != 0)
        return -1;
    if (survey_file_query(file, sql_tlsa_keys, take_key, collector, error) != 0)
        return -1;
    return keys_collect(file, collector, error);
}

void dane_free(struct report *report)
{
    struct dane_report *dane = &report->dane;
    for (size_t i = 0; i < dane->parameter_count; i++)
        free(dane->parameters[i].reason);
    free(dane->parameters);
    for (size_t i = 0; i < dane->key_count; i++) {
        free(dane->keys[i].name);
        free(dane->keys[i].status);
    }
    free(dane->keys);
    keys_free(&dane->outlook);
    provider_top_free(&dane->complete);
    provider_top_free(&dane->failing);
    provider_top_free(&dane->ready);
    named_top_free(&dane->failing_zones);
    free(report->ede.items);
}
