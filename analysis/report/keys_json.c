#include "analysis/report/keys_json.h"

#include "analysis/document/json_form.h"

json_t *keys_json(const struct dane_report *dane)
{
    json_t *list = json_array();
    for (size_t i = 0; i < dane->key_count; i++) {
        const struct key_use *key = &dane->keys[i];
        list = json_with_item(
            list,
            json_pack("{s:s, s:s?, s:o, s:o, s:o, s:o}", "key", key->name, "status", key->status,
                      "hosts", count_json(key->hosts), "only_stale", count_json(key->broken),
                      "only_backup", count_json(key->idle), "leftover", count_json(key->leftover)));
    }
    return json_pack("{s:o, s:o, s:o, s:o}", "hosts_only_stale", count_json(dane->unused.broken),
                     "hosts_only_backup", count_json(dane->unused.idle), "hosts_with_leftovers",
                     count_json(dane->unused.leftover), "keys", list);
}

static json_t *unknown_json(const struct key_outlook *outlook)
{
    json_t *list = json_array();
    for (size_t i = 0; i < outlook->unknown_count; i++) {
        const struct unknown_key *key = &outlook->unknown[i];
        list = json_with_item(list, json_pack("{s:o, s:o, s:s, s:o, s:o}", "selector",
                                              count_json(key->selector), "matching_type",
                                              count_json(key->matching_type), "data", key->digest,
                                              "hosts", count_json(key->hosts), "providers",
                                              count_json(key->providers)));
    }
    return list;
}

json_t *outlook_json(const struct key_outlook *outlook)
{
    json_t *names = json_array();
    for (size_t i = 0; i < outlook->empty_count; i++)
        names = json_with_item(names, json_string(outlook->empty_hosts[i]));
    return json_pack("{s:o, s:o, s:o, s:o, s:o}", "hosts_one_record", count_json(outlook->single),
                     "hosts_certificate_only", count_json(outlook->certificate),
                     "hosts_without_data", count_json(outlook->empty), "without_data", names,
                     "unknown_keys", unknown_json(outlook));
}
