#include "analysis/report/dane/json.h"

#include <string.h>

#include "analysis/document/json_form.h"
#include "analysis/report/dane/keys_json.h"
#include "analysis/report/meanings.h"

static json_t *provider_json(const void *item)
{
    const struct provider_count *provider = item;
    return json_members({"provider", json_string(provider->provider)},
                        {"count", count_json(provider->count)}, {"of", count_json(provider->of)});
}

json_t *provider_top_json(const struct provider_top *top)
{
    return json_list(top->items, top->length, sizeof *top->items, provider_json);
}

json_t *hosts_json(struct host_count count)
{
    return json_counts({"hosts", count.hosts}, {"domains", count.domains});
}

json_t *named_top_json(const struct named_top *top, const char *key)
{
    json_t *list = json_array();
    for (size_t i = 0; i < top->length; i++)
        list = json_with_item(
            list, json_with_members(json_members({key, json_string(top->items[i].name)}),
                                    hosts_json(top->items[i].count)));
    return list;
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

static json_t *ede_json(const void *item)
{
    const struct ede_count *ede = item;
    return json_members({"code", json_integer((int)ede->code)},
                        {"name", word_json(ede_name(ede->code))},
                        {"class", json_string(ede_class_word(ede_class(ede->code)))},
                        {"domains", count_json(ede->domains)}, {"hosts", count_json(ede->hosts)},
                        {"lookups", count_json(ede->lookups)});
}

json_t *dnssec_json(const struct report *report)
{
    const struct ede_list *ede = &report->ede;
    return json_members(
        {"resolver", resolver_json(report)},
        {"extended_errors", json_list(ede->items, ede->length, sizeof *ede->items, ede_json)});
}

static json_t *part_json(uint64_t count, uint64_t of)
{
    return json_members({"count", count_json(count)}, {"of", count_json(of)},
                        {"share", real_json(of > 0, of > 0 ? (double)count / (double)of : 0)});
}

static json_t *parameters_json(const void *item)
{
    const struct tlsa_parameters *row = item;
    return json_members({"usage", count_json(row->usage)}, {"selector", count_json(row->selector)},
                        {"matching_type", count_json(row->matching_type)},
                        {"usable", json_boolean(row->usable)}, {"reason", word_json(row->reason)},
                        {"hosts", count_json(row->hosts)}, {"records", count_json(row->records)});
}

static json_t *aliases_json(const struct dane_report *dane)
{
    json_t *object = json_object();
    for (int i = 0; i < EFFECT_COUNT; i++)
        object = json_with_member(object, EFFECT_WORDS[i], hosts_json(dane->aliases[i]));
    return object;
}

static json_t *unprotected_json(struct tlsa_count count)
{
    return json_counts({"hosts", count.hosts}, {"records", count.records});
}

static json_t *failures_json(const struct dane_report *dane)
{
    return json_members({"domains", part_json(dane->failing_domains, dane->mail_domains)},
                        {"domains_by_tlsa", count_json(dane->tlsa_failing_domains)},
                        {"hosts", count_json(dane->hosts[HOSTS_FAILED])},
                        {"hosts_by_tlsa", count_json(dane->tlsa_failed_hosts)},
                        {"providers", provider_top_json(&dane->failing)},
                        {"zones", named_top_json(&dane->failing_zones, "zone")});
}

json_t *dane_json(const struct report *report)
{
    const struct dane_report *dane = &report->dane;
    const struct tlsa_sets *sets = &dane->sets;
    if (!dane->asked)
        return json_null();
    uint64_t secure = dane_secure_domains(dane);
    uint64_t complete = dane->domains[DOMAINS_COMPLETE];
    return json_members(
        {"tlsa_setting", word_json(dane_setting(report))},
        {"hosts", meanings_json(DANE_HOSTS_TABLE, dane->hosts)},
        {"domains", meanings_json(DANE_DOMAINS_TABLE, dane->domains)},
        {"complete_of_secure", part_json(complete, secure)},
        {"primary_of_secure", part_json(complete + dane->domains[DOMAINS_PRIMARY], secure)},
        {"providers", provider_top_json(&dane->complete)},
        {"ready_providers", provider_top_json(&dane->ready)},
        {"tlsa_sets", json_counts({"hosts", sets->hosts}, {"names", sets->names},
                                  {"contents", sets->contents}, {"zones", sets->zones})},
        {"addresses", json_counts({"ipv4", dane->addresses[0]}, {"ipv6", dane->addresses[1]})},
        {"lookup_failures", failures_json(dane)},
        {"parameters", json_list(dane->parameters, dane->parameter_count, sizeof *dane->parameters,
                                 parameters_json)},
        {"ca_keys", keys_json(dane)}, {"outlook", outlook_json(&dane->outlook)},
        {"insecure_zone", unprotected_json(dane->insecure_zone)},
        {"insecure_alias", unprotected_json(dane->insecure_alias)},
        {"aliases", aliases_json(dane)});
}
