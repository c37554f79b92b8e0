#include "analysis/report/probe/json.h"

#include "analysis/document/json_form.h"
#include "analysis/report/meanings.h"

static json_t *expiry_json(const struct probe_report *probe)
{
    json_t *object = json_object();
    for (int i = 0; i < EXPIRY_COUNT; i++)
        object = json_with_member(object, EXPIRY_WORDS[i],
                                  json_counts({"hosts", probe->expiry[i].hosts},
                                              {"certificates", probe->expiry[i].certificates}));
    return object;
}

static json_t *aliases_json(const struct probe_report *probe)
{
    json_t *object = json_object();
    for (int i = 0; i < CERTIFICATE_NAMES_COUNT; i++)
        object = json_with_member(
            object, CERTIFICATE_NAMES_WORDS[i],
            json_counts({"hosts", probe->aliases[i].named}, {"valid", probe->aliases[i].valid}));
    return object;
}

static json_t *host_json(const void *item)
{
    const struct failing_host *row = item;
    return json_members({"host", word_json(row->host)}, {"provider", word_json(row->provider)},
                        {"outcome", word_json(probe_outcome_word(row->outcome))},
                        {"domains", count_json(row->domains)});
}

static json_t *provider_json(const void *item)
{
    const struct failing_host *row = item;
    return json_members({"provider", word_json(row->provider)}, {"hosts", count_json(row->hosts)},
                        {"domains", count_json(row->domains)});
}

static json_t *failing_json(const struct probe_report *probe)
{
    const struct failing_list *hosts = &probe->failing, *providers = &probe->failing_providers;
    return json_members(
        {"hosts", count_json(probe->failing_hosts)},
        {"domains", count_json(probe->failing_domains)},
        {"by_provider",
         json_list(providers->items, providers->length, sizeof *providers->items, provider_json)},
        {"by_host", json_list(hosts->items, hosts->length, sizeof *hosts->items, host_json)});
}

json_t *probe_json(const struct probe_report *probe, bool knows_dane)
{
    if (!probe->any)
        return json_null();
    return json_members({"outcomes", meanings_json(PROBE_OUTCOMES_TABLE, probe->outcomes)},
                        {"tls_versions", meanings_json(PROBE_VERSIONS_TABLE, probe->versions)},
                        {"plaintext", count_json(probe->plaintext)},
                        {"certificates", meanings_json(PROBE_CERTIFICATES_TABLE, probe->pkix)},
                        {"expiry", expiry_json(probe)}, {"alias_exchanges", aliases_json(probe)},
                        {"dane_failing", knows_dane ? failing_json(probe) : json_null()});
}
