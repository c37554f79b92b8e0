#include "analysis/report/dane/keys_json.h"

#include "analysis/document/json_form.h"

static json_t *key_json(const void *item)
{
    const struct key_use *key = item;
    return json_members({"key", json_string(key->name)}, {"status", word_json(key->status)},
                        {"hosts", count_json(key->hosts)}, {"only_stale", count_json(key->broken)},
                        {"only_backup", count_json(key->idle)},
                        {"leftover", count_json(key->leftover)});
}

json_t *keys_json(const struct dane_report *dane)
{
    return json_with_member(json_counts({"hosts_only_stale", dane->unused.broken},
                                        {"hosts_only_backup", dane->unused.idle},
                                        {"hosts_with_leftovers", dane->unused.leftover}),
                            "keys",
                            json_list(dane->keys, dane->key_count, sizeof *dane->keys, key_json));
}

static json_t *unknown_json(const void *item)
{
    const struct unknown_key *key = item;
    return json_members({"selector", count_json(key->selector)},
                        {"matching_type", count_json(key->matching_type)},
                        {"data", json_string(key->digest)}, {"hosts", count_json(key->hosts)},
                        {"providers", count_json(key->providers)});
}

static json_t *name_json(const void *item)
{
    return json_string(*(const char *const *)item);
}

json_t *outlook_json(const struct key_outlook *outlook)
{
    json_t *counts = json_counts({"hosts_one_record", outlook->single},
                                 {"hosts_certificate_only", outlook->certificate},
                                 {"hosts_without_data", outlook->empty});
    return json_with_members(
        counts, json_members({"without_data", json_list(outlook->empty_hosts, outlook->empty_count,
                                                        sizeof *outlook->empty_hosts, name_json)},
                             {"unknown_keys", json_list(outlook->unknown, outlook->unknown_count,
                                                        sizeof *outlook->unknown, unknown_json)}));
}
