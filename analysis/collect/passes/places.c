#include "analysis/collect/passes/places.h"

#include <sqlite3.h>
#include <stdlib.h>
#include <string.h>

#include "analysis/collect/collector.h"
#include "analysis/collect/sql.h"
#include "analysis/collect/survey_file.h"
#include "analysis/document/utf8.h"

/* Of a country, of an AS, or, the first, of all */
struct row {
    bool is_system;
    struct network network; /* that it is about */
    struct network_counts counts;
    int64_t domain; /* the last one that was counted */
};

struct places {
    struct networks networks;
    struct key_map index; /* of rows: the place in rows, from 1 */
    struct row *rows;
    size_t length, room;
    uint32_t *lists; /* by the host's number: the place of its list in octets, from 1; 0: none */
    size_t numbers;
    struct key_map list_index; /* of lists, by what they hold */
    uint32_t *items;           /* lists: their lengths and their rows, in order */
    size_t item_count, item_room;
    /* the host at hand */
    int64_t host;
    uint32_t *found; /* its list: the rows */
    size_t found_count, found_room;
};

/* --- rows --- */

enum {
    ROW_ALL
};

/* The place of the row, made where it is missing; -1 without memory */
static int64_t row_of(struct places *places, bool is_system, struct network network)
{
    network = is_system ? (struct network){network.as, 0} : (struct network){0, network.country};
    uint64_t key = is_system ? network.as : UINT64_C(1) << 32 | network.country;
    uint32_t *place = key_map_put(&places->index, key_of_number(key));
    if (place == NULL)
        return -1;
    if (*place == 0) {
        struct row *rows = grow_items(places->rows, places->length, &places->room, sizeof *rows);
        if (rows == NULL)
            return -1;
        places->rows = rows;
        rows[places->length] = (struct row){.is_system = is_system, .network = network};
        rows[places->length].domain = -1;
        *place = (uint32_t)++places->length;
    }
    return *place - 1;
}

/* The rows of an address: of all, of its country, of its AS; false without memory */
static bool rows_of(struct places *places, const char *address, int64_t ret[3])
{
    struct network network = networks_find(&places->networks, address);
    ret[0] = ROW_ALL;
    ret[1] = row_of(places, false, network);
    ret[2] = row_of(places, true, network);
    return ret[1] >= 0 && ret[2] >= 0;
}

/* --- the addresses of hosts --- */

static int compare_items(const void *one, const void *other)
{
    uint32_t a = *(const uint32_t *)one, b = *(const uint32_t *)other;
    return (a > b) - (a < b);
}

static bool add_item(uint32_t **items, size_t *length, size_t *room, uint32_t item)
{
    uint32_t *grown = grow_items(*items, *length, room, sizeof *grown);
    if (grown == NULL)
        return false;
    *items = grown;
    grown[(*length)++] = item;
    return true;
}

static bool find_row(struct places *places, uint32_t row)
{
    for (size_t i = 0; i < places->found_count; i++)
        if (places->found[i] == row)
            return true;
    return add_item(&places->found, &places->found_count, &places->found_room, row);
}

/* The addresses of the host at hand are all there. */
static bool end_host(struct places *places)
{
    size_t count = places->found_count;
    places->found_count = 0;
    if (count == 0 || places->host < 0 || (uint64_t)places->host >= places->numbers)
        return true;
    qsort(places->found, count, sizeof *places->found, compare_items);
    uint32_t *place =
        key_map_put(&places->list_index, key_of(places->found, count * sizeof *places->found));
    if (place == NULL)
        return false;
    if (*place == 0) {
        *place = (uint32_t)places->item_count + 1;
        bool kept =
            add_item(&places->items, &places->item_count, &places->item_room, (uint32_t)count);
        for (size_t i = 0; kept && i < count; i++)
            kept =
                add_item(&places->items, &places->item_count, &places->item_room, places->found[i]);
        if (!kept)
            return false;
    }
    places->lists[places->host] = *place;
    return true;
}

static int take_address(void *context, sqlite3_stmt *row, struct error *error)
{
    struct collector *collector = context;
    struct places *places = collector->places;
    int64_t host = sqlite3_column_int64(row, 0), rows[3];
    const char *address = (const char *)sqlite3_column_text(row, 1);
    bool kept = host == places->host || end_host(places);
    places->host = host;
    kept = kept && rows_of(places, address != NULL ? address : "", rows);
    for (int i = 0; i < 3; i++)
        kept = kept && find_row(places, (uint32_t)rows[i]);
    return kept ? 0 : collector_no_memory(collector, error);
}

static int take_numbers(void *context, sqlite3_stmt *row, struct error *error)
{
    struct collector *collector = context;
    struct places *places = collector->places;
    uint64_t hosts = survey_row_count(row, 0);
    if (hosts > UNITS_MAX)
        return collector_contradiction(collector, "numbers of rows", error);
    places->numbers = hosts + 1;
    places->lists = calloc(places->numbers, sizeof *places->lists);
    return places->lists != NULL ? 0 : collector_no_memory(collector, error);
}

/* The rows of a host: so many */
static uint32_t list_of(const struct places *places, int64_t host, const uint32_t **ret)
{
    bool known = places != NULL && host >= 0 && (uint64_t)host < places->numbers;
    uint32_t place = known ? places->lists[host] : 0;
    if (place == 0)
        return 0;
    *ret = &places->items[place];
    return places->items[place - 1];
}

static void meet_domain(struct places *places, int64_t domain, int64_t host)
{
    const uint32_t *list;
    uint32_t count = list_of(places, host, &list);
    for (uint32_t i = 0; i < count; i++) {
        struct row *row = &places->rows[list[i]];
        row->counts.domains += row->domain != domain;
        row->domain = domain;
    }
}

static int take_domain_host(void *context, sqlite3_stmt *row, struct error *error)
{
    (void)error;
    meet_domain(context, sqlite3_column_int64(row, 0), sqlite3_column_int64(row, 1));
    return 0;
}

int places_read(struct survey_file *file, struct collector *collector, struct error *error)
{
    struct places *places = collector->places;
    if (places == NULL)
        return 0;
    if (survey_file_query(file, "SELECT max(id) FROM _host", take_numbers, collector, error) != 0 ||
        survey_file_query(file, sql_addresses, take_address, collector, error) != 0)
        return -1;
    if (!end_host(places))
        return collector_no_memory(collector, error);
    return survey_file_query(file, sql_domain_hosts, take_domain_host, places, error);
}

/* --- who is there --- */

void places_meet_host(struct places *places, int64_t host, bool has_dane)
{
    const uint32_t *list;
    uint32_t count = list_of(places, host, &list);
    for (uint32_t i = 0; i < count; i++) {
        struct network_counts *counts = &places->rows[list[i]].counts;
        counts->hosts++;
        counts->dane_hosts += has_dane;
    }
}

int places_meet_address(struct places *places, const char *address, bool is_ipv6)
{
    int64_t rows[3];
    if (places == NULL)
        return 0;
    if (!rows_of(places, address, rows))
        return -1;
    for (int i = 0; i < 3; i++)
        places->rows[rows[i]].counts.dane_addresses[is_ipv6]++;
    return 0;
}

/* --- begin and end --- */

int places_open(struct collector *collector, const struct report_options *options,
                struct places **ret, struct error *error)
{
    struct networks_report *report = &collector->report->networks;
    *ret = NULL;
    if (options->network_count == 0)
        return 0;
    struct places *places = *ret = calloc(1, sizeof *places);
    if (places == NULL)
        return collector_no_memory(collector, error);
    places->host = -1;
    if (networks_read(options->networks, options->network_count, &places->networks, error) != 0)
        return -1;
    /* the first row: a country whose code no file can hold */
    if (row_of(places, false, (struct network){0, UINT16_MAX}) != ROW_ALL)
        return collector_no_memory(collector, error);
    for (size_t i = 0; i < options->network_count; i++) {
        const char *path = options->networks[i];
        report->files[i] = (struct network_source){utf8_clean(path, strlen(path), SURVEY_TEXT_MAX),
                                                   places->networks.lines[i]};
        report->file_count++;
        if (report->files[i].path == NULL)
            return collector_no_memory(collector, error);
    }
    report->has_countries = places->networks.has_countries;
    report->has_systems = places->networks.has_systems;
    return 0;
}

static int compare_rows(const void *one, const void *other)
{
    const struct row *a = one, *b = other;
    if (a->counts.domains != b->counts.domains)
        return a->counts.domains > b->counts.domains ? -1 : 1;
    if (a->counts.hosts != b->counts.hosts)
        return a->counts.hosts > b->counts.hosts ? -1 : 1;
    if (a->network.country != b->network.country)
        return a->network.country < b->network.country ? -1 : 1;
    return (a->network.as > b->network.as) - (a->network.as < b->network.as);
}

static int fill(const struct places *places, bool is_system, struct network_table *ret)
{
    for (size_t i = 1; i < places->length; i++) {
        const struct row *from = &places->rows[i];
        if (from->is_system != is_system || (from->counts.domains == 0 && from->counts.hosts == 0))
            continue;
        struct network network = from->network;
        ret->known += (is_system ? network.as : network.country) != 0;
        if (ret->length == PROVIDERS_MAX)
            continue;
        const char *name = is_system ? networks_as_name(&places->networks, network.as) : NULL;
        struct network_row *row = &ret->rows[ret->length++];
        *row = (struct network_row){
            .as = is_system ? network.as : 0,
            .country = is_system ? 0 : network.country,
            .name = name != NULL ? strdup(name) : NULL,
            .counts = from->counts,
        };
        if (name != NULL && row->name == NULL)
            return -1;
    }
    return 0;
}

int places_finish(struct collector *collector, struct error *error)
{
    struct places *places = collector->places;
    struct networks_report *report = &collector->report->networks;
    if (places == NULL)
        return 0;
    report->all = places->rows[ROW_ALL].counts;
    qsort(places->rows + 1, places->length - 1, sizeof *places->rows, compare_rows);
    bool filled = (!report->has_countries || fill(places, false, &report->countries) == 0) &&
                  (!report->has_systems || fill(places, true, &report->systems) == 0);
    return filled ? 0 : collector_no_memory(collector, error);
}

void places_free(struct places *places)
{
    if (places == NULL)
        return;
    networks_free(&places->networks);
    key_map_free(&places->index);
    key_map_free(&places->list_index);
    free(places->rows);
    free(places->lists);
    free(places->items);
    free(places->found);
    free(places);
}

void networks_report_free(struct networks_report *report)
{
    for (size_t i = 0; i < report->file_count; i++)
        free(report->files[i].path);
    for (size_t i = 0; i < report->countries.length; i++)
        free(report->countries.rows[i].name);
    for (size_t i = 0; i < report->systems.length; i++)
        free(report->systems.rows[i].name);
}
