/* Whose zones hold TLSA records, how many sets of these there are, and whose zones fail. */
#include <sqlite3.h>
#include <string.h>

#include "analysis/collect/collector.h"
#include "analysis/collect/passes/places.h"
#include "analysis/collect/sql.h"
#include "analysis/collect/survey_file.h"
#include "analysis/collect/tally.h"
#include "crawler/survey/suffix.h"

struct reader {
    struct collector *collector;
    struct key_map names, contents, zones, hosts; /* met so far */
    struct name_tally failing;                    /* zones */
    int64_t domain;                               /* the last one with a failing host */
};

/* Counts what is met for the first time; false without memory. */
static bool meet(struct key_map *met, uint64_t key, uint64_t *count)
{
    uint32_t *place = key_map_put(met, key);
    if (place == NULL)
        return false;
    *count += *place == 0;
    *place = 1;
    return true;
}

static bool meet_text(struct key_map *met, const char *text, uint64_t *count)
{
    return text == NULL || meet(met, key_of(text, strlen(text)), count);
}

static const char *zone_of(const struct reader *reader, const char *name)
{
    const struct suffixes *suffixes = reader->collector->suffix_list;
    return name != NULL && suffixes != NULL ? suffix_registrable(suffixes, name) : NULL;
}

static int take_set(void *context, sqlite3_stmt *row, struct error *error)
{
    struct reader *reader = context;
    struct tlsa_sets *sets = &reader->collector->report->dane.sets;
    const char *name = (const char *)sqlite3_column_text(row, 0);
    const char *content = (const char *)sqlite3_column_text(row, 1);
    sets->hosts++;
    bool met = meet_text(&reader->names, name, &sets->names) &&
               meet_text(&reader->contents, content, &sets->contents) &&
               meet_text(&reader->zones, zone_of(reader, name), &sets->zones);
    return met ? 0 : collector_no_memory(reader->collector, error);
}

static int take_address(void *context, sqlite3_stmt *row, struct error *error)
{
    struct reader *reader = context;
    const char *address = (const char *)sqlite3_column_text(row, 0);
    bool is_ipv6 = sqlite3_column_int(row, 1) == 6;
    if (address == NULL)
        return 0;
    reader->collector->report->dane.addresses[is_ipv6]++;
    return places_meet_address(reader->collector->places, address, is_ipv6) == 0
               ? 0
               : collector_no_memory(reader->collector, error);
}

/* A domain and one of its hosts whose TLSA lookup fails */
static int take_failing(void *context, sqlite3_stmt *row, struct error *error)
{
    struct reader *reader = context;
    int64_t domain = sqlite3_column_int64(row, 0);
    const char *zone = zone_of(reader, (const char *)sqlite3_column_text(row, 2));
    uint64_t host = (uint64_t)sqlite3_column_int64(row, 1), is_new = 0;
    uint32_t place = 0;
    if (domain != reader->domain)
        reader->collector->report->dane.tlsa_failing_domains++;
    reader->domain = domain;
    if (zone == NULL)
        return 0;
    place = name_tally_put(&reader->failing, zone, strlen(zone));
    if (place == 0 || !meet(&reader->hosts, key_of_number(host), &is_new))
        return collector_no_memory(reader->collector, error);
    if (is_new > 0)
        name_tally_host(&reader->failing, place);
    name_tally_domains(&reader->failing, place, (uint64_t)domain, 1);
    return 0;
}

int dane_zones_collect(struct survey_file *file, struct collector *collector, struct error *error)
{
    struct reader reader = {.collector = collector};
    int result = survey_file_query(file, sql_dane_sets, take_set, &reader, error);
    if (result == 0 && !collector->disbelieved)
        result = survey_file_query(file, sql_dane_addresses, take_address, &reader, error);
    if (result == 0)
        result = survey_file_query(file, sql_tlsa_failing, take_failing, &reader, error);
    if (result == 0 &&
        name_tally_rank(&reader.failing, &collector->report->dane.failing_zones) != 0)
        result = collector_no_memory(collector, error);
    key_map_free(&reader.names);
    key_map_free(&reader.contents);
    key_map_free(&reader.zones);
    key_map_free(&reader.hosts);
    name_tally_free(&reader.failing);
    return result;
}
