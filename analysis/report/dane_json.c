#include "analysis/report/dane_json.h"

#include <string.h>

#include "analysis/document/json_form.h"
#include "analysis/report/keys_json.h"

json_t *provider_top_json(const struct provider_top *top)
{
    json_t *list = json_array();
    for (size_t i = 0; i < top->length; i++) {
        const struct provider_count *provider = &top->items[i];
        list = json_with_item(list, json_pack("{s:s, s:o, s:o}", "provider", provider->provider,
                                              "count", count_json(provider->count), "of",
                                              count_json(provider->of)));
    }
    return list;
}

json_t *named_top_json(const struct named_top *top, const char *key)
{
    json_t *list = json_array();
    for (size_t i = 0; i < top->length; i++)
        list = json_with_item(list, json_pack("{s:s, s:o, s:o}", key, top->items[i].name, "hosts",
                                              count_json(top->items[i].count.hosts), "domains",
                                              count_json(top->items[i].count.domains)));
    return list;
}

static json_t *words_json(const char *const words[], const uint64_t counts[], int length)
{
    json_t *object = json_object();
    for (int i = 0; i < length; i++)
        object = json_with_member(object, words[i], count_json(counts[i]));
    return object;
}

static json_t *resolver_json(const struct report *report)
{
    json_t *object = json_object();
    for (size_t i = 0; i < report->info_count; i++) {
        const struct info *info = &report->info[i];
        if (strncmp(info->key, "resolver", strlen("resolver")) == 0)
            object = json_with_member(object, info->key, json_string(info->value));
    }
    return object;
}

json_t *dnssec_json(const struct report *report)
{
    json_t *list = json_array();
    for (size_t i = 0; i < report->ede.length; i++) {
        const struct ede_count *ede = &report->ede.items[i];
        list = json_with_item(
            list, json_pack("{s:i, s:s?, s:s, s:o, s:o, s:o}", "code", (int)ede->code, "name",
                            ede_name(ede->code), "class", ede_class_word(ede_class(ede->code)),
                            "domains", count_json(ede->domains), "hosts", count_json(ede->hosts),
                            "lookups", count_json(ede->lookups)));
    }
    return json_pack("{s:o, s:o}", "resolver", resolver_json(report), "extended_errors", list);
}

static json_t *share_json(uint64_t count, uint64_t of)
{
    return json_pack("{s:o, s:o, s:o}", "count", count_json(count), "of", count_json(of), "share",
                     of > 0 ? json_real((double)count / (double)of) : json_null());
}

static json_t *parameters_json(const struct dane_report *dane)
{
    json_t *list = json_array();
    for (size_t i = 0; i < dane->parameter_count; i++) {
        const struct tlsa_parameters *row = &dane->parameters[i];
        list = json_with_item(
            list,
            json_pack("{s:o, s:o, s:o, s:b, s:s?, s:o, s:o}", "usage", count_json(row->usage),
                      "selector", count_json(row->selector), "matching_type",
                      count_json(row->matching_type), "usable", row->usable, "reason", row->reason,
                      "hosts", count_json(row->hosts), "records", count_json(row->records)));
    }
    return list;
}

static json_t *aliases_json(const struct dane_report *dane)
{
    json_t *object = json_object();
    for (int i = 0; i < EFFECT_COUNT; i++) {
        json_t *item = json_pack("{s:o, s:o}", "hosts", count_json(dane->aliases[i].hosts),
                                 "domains", count_json(dane->aliases[i].domains));
        if (json_object_set_new(object, EFFECT_WORDS[i], item) != 0) {
            json_decref(object);
            return NULL;
        }
    }
    return object;
}

static json_t *sets_json(const struct tlsa_sets *sets)
{
    return json_pack("{s:o, s:o, s:o, s:o}", "hosts", count_json(sets->hosts), "names",
                     count_json(sets->names), "contents", count_json(sets->contents), "zones",
                     count_json(sets->zones));
}

static json_t *unprotected_json(struct tlsa_count count)
{
    return json_pack("{s:o, s:o}", "hosts", count_json(count.hosts), "records",
                     count_json(count.records));
}

json_t *dane_json(const struct report *report)
{
    const struct dane_report *dane = &report->dane;
    if (!dane->asked)
        return json_null();
    uint64_t secure = dane_secure_domains(dane);
    uint64_t complete = dane->domains[DOMAINS_COMPLETE];
    return json_pack(
        "{s:s?, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o}",
        "tlsa_setting", dane_setting(report), "hosts",
        words_json(DANE_HOSTS_WORDS, dane->hosts, DANE_HOSTS_COUNT), "domains",
        words_json(DANE_DOMAINS_WORDS, dane->domains, DANE_DOMAINS_COUNT), "complete_of_secure",
        share_json(complete, secure), "primary_of_secure",
        share_json(complete + dane->domains[DOMAINS_PRIMARY], secure), "providers",
        provider_top_json(&dane->complete), "ready_providers", provider_top_json(&dane->ready),
        "tlsa_sets", sets_json(&dane->sets), "addresses",
        json_pack("{s:o, s:o}", "ipv4", count_json(dane->addresses[0]), "ipv6",
                  count_json(dane->addresses[1])),
        "lookup_failures",
        json_pack("{s:o, s:o, s:o, s:o, s:o, s:o}", "domains",
                  share_json(dane->failing_domains, dane->mail_domains), "domains_by_tlsa",
                  count_json(dane->tlsa_failing_domains), "hosts",
                  count_json(dane->hosts[HOSTS_FAILED]), "hosts_by_tlsa",
                  count_json(dane->tlsa_failed_hosts), "providers",
                  provider_top_json(&dane->failing), "zones",
                  named_top_json(&dane->failing_zones, "zone")),
        "parameters", parameters_json(dane), "ca_keys", keys_json(dane), "outlook",
        outlook_json(&dane->outlook), "insecure_zone", unprotected_json(dane->insecure_zone),
        "insecure_alias", unprotected_json(dane->insecure_alias), "aliases", aliases_json(dane));
}
