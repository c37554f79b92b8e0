#include "analysis/report/networks/json.h"

#include "analysis/document/json_form.h"

static json_t *counts_json(const struct network_counts *counts)
{
    return json_counts({"domains", counts->domains}, {"hosts", counts->hosts},
                       {"dane_hosts", counts->dane_hosts}, {"dane_ipv4", counts->dane_addresses[0]},
                       {"dane_ipv6", counts->dane_addresses[1]});
}

static json_t *country_json(const void *item)
{
    const struct network_row *row = item;
    char code[COUNTRY_MAX];
    return json_with_members(json_members({"country", word_json(country_code(row->country, code))}),
                             counts_json(&row->counts));
}

static json_t *system_json(const void *item)
{
    const struct network_row *row = item;
    return json_with_members(json_members({"as", known_count_json(row->as != 0, row->as)},
                                          {"name", word_json(row->name)}),
                             counts_json(&row->counts));
}

static json_t *file_json(const void *item)
{
    const struct network_source *file = item;
    return json_members(
        {"path", json_string_nocheck(file->path)}, {"lines", count_json(file->lines.read)},
        {"broken_lines", count_json(file->lines.broken)},
        {"first_broken_line", known_count_json(file->lines.broken > 0, file->lines.first_broken)});
}

static json_t *table_json(const struct network_table *table, json_make_fn *make)
{
    return json_list(table->rows, table->length, sizeof *table->rows, make);
}

json_t *networks_json(const struct networks_report *networks)
{
    if (networks->file_count == 0)
        return json_null();
    return json_members({"files", json_list(networks->files, networks->file_count,
                                            sizeof *networks->files, file_json)},
                        {"all", counts_json(&networks->all)},
                        {"countries_met", count_json(networks->countries.known)},
                        {"countries", table_json(&networks->countries, country_json)},
                        {"systems_met", count_json(networks->systems.known)},
                        {"systems", table_json(&networks->systems, system_json)});
}
