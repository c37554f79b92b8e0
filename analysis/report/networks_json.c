#include "analysis/report/networks_json.h"

#include "analysis/document/json_form.h"

static json_t *counts_json(json_t *object, const struct network_counts *counts)
{
    object = json_with_member(object, "domains", count_json(counts->domains));
    object = json_with_member(object, "hosts", count_json(counts->hosts));
    object = json_with_member(object, "dane_hosts", count_json(counts->dane_hosts));
    object = json_with_member(object, "dane_ipv4", count_json(counts->dane_addresses[0]));
    return json_with_member(object, "dane_ipv6", count_json(counts->dane_addresses[1]));
}

static json_t *row_json(const struct network_row *row, bool is_system)
{
    char code[COUNTRY_MAX];
    json_t *object =
        is_system ? json_pack("{s:o, s:s?}", "as", row->as != 0 ? count_json(row->as) : json_null(),
                              "name", row->name)
                  : json_pack("{s:s?}", "country", country_code(row->country, code));
    return counts_json(object, &row->counts);
}

static json_t *table_json(const struct network_table *table, bool is_system)
{
    json_t *list = json_array();
    for (size_t i = 0; i < table->length; i++)
        list = json_with_item(list, row_json(&table->rows[i], is_system));
    return list;
}

json_t *networks_json(const struct networks_report *networks)
{
    json_t *files = json_array();
    if (networks->file_count == 0) {
        json_decref(files);
        return json_null();
    }
    for (size_t i = 0; i < networks->file_count; i++) {
        const struct network_file *file = &networks->files[i];
        files = json_with_item(
            files,
            json_pack("{s:o, s:o, s:o, s:o}", "path", json_string_nocheck(file->path), "lines",
                      count_json(file->lines.read), "broken_lines", count_json(file->lines.broken),
                      "first_broken_line",
                      file->lines.broken > 0 ? count_json(file->lines.first_broken) : json_null()));
    }
    return json_pack("{s:o, s:o, s:o, s:o, s:o, s:o}", "files", files, "all",
                     counts_json(json_object(), &networks->all), "countries_met",
                     count_json(networks->countries.known), "countries",
                     table_json(&networks->countries, false), "systems_met",
                     count_json(networks->systems.known), "systems",
                     table_json(&networks->systems, true));
}
