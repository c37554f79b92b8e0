#include "analysis/report/probe_json.h"

#include "analysis/document/json_form.h"

static json_t *outcomes_json(const struct probe_report *probe)
{
    json_t *object = json_object();
    for (int i = PROBE_TLS; i <= PROBE_MALFORMED; i++)
        object = json_with_member(object, probe_outcome_word((enum probe_outcome)i),
                                  count_json(probe->outcomes[i]));
    return json_with_member(object, "not_met", count_json(probe->left));
}

static json_t *versions_json(const struct probe_report *probe)
{
    json_t *object = json_object();
    for (int i = TLS_VERSION_1_0; i <= TLS_VERSION_1_3; i++)
        object = json_with_member(object, tls_version_word((enum tls_version)i),
                                  count_json(probe->versions[i]));
    return object;
}

static json_t *pkix_json(const struct probe_report *probe)
{
    json_t *object = json_object();
    for (int i = PKIX_VALID; i <= PKIX_OTHER; i++)
        object = json_with_member(object,
                                  i == PKIX_VALID ? "valid" : pkix_fault_word((enum pkix_fault)i),
                                  count_json(probe->pkix[i]));
    return object;
}

static json_t *expiry_json(const struct probe_report *probe)
{
    json_t *object = json_object();
    for (int i = 0; i < EXPIRY_COUNT; i++)
        object =
            json_with_member(object, EXPIRY_WORDS[i],
                             json_pack("{s:o, s:o}", "hosts", count_json(probe->expiry[i].hosts),
                                       "certificates", count_json(probe->expiry[i].certificates)));
    return object;
}

static json_t *aliases_json(const struct probe_report *probe)
{
    json_t *object = json_object();
    for (int i = 0; i < CERTIFICATE_NAMES_COUNT; i++)
        object =
            json_with_member(object, CERTIFICATE_NAMES_WORDS[i],
                             json_pack("{s:o, s:o}", "hosts", count_json(probe->aliases[i].named),
                                       "valid", count_json(probe->aliases[i].valid)));
    return object;
}

static json_t *failing_json(const struct probe_report *probe)
{
    json_t *hosts = json_array(), *providers = json_array();
    for (size_t i = 0; i < probe->failing.length; i++) {
        const struct failing_host *row = &probe->failing.items[i];
        hosts = json_with_item(hosts,
                               json_pack("{s:s?, s:s?, s:s?, s:o}", "host", row->host, "provider",
                                         row->provider, "outcome", probe_outcome_word(row->outcome),
                                         "domains", count_json(row->domains)));
    }
    for (size_t i = 0; i < probe->failing_providers.length; i++) {
        const struct failing_host *row = &probe->failing_providers.items[i];
        providers = json_with_item(
            providers, json_pack("{s:s?, s:o, s:o}", "provider", row->provider, "hosts",
                                 count_json(row->hosts), "domains", count_json(row->domains)));
    }
    return json_pack("{s:o, s:o, s:o, s:o}", "hosts", count_json(probe->failing_hosts), "domains",
                     count_json(probe->failing_domains), "by_provider", providers, "by_host",
                     hosts);
}

json_t *probe_json(const struct probe_report *probe, bool knows_dane)
{
    if (!probe->any)
        return json_null();
    return json_pack("{s:o, s:o, s:o, s:o, s:o, s:o, s:o}", "outcomes", outcomes_json(probe),
                     "tls_versions", versions_json(probe), "plaintext",
                     count_json(probe->plaintext), "certificates", pkix_json(probe), "expiry",
                     expiry_json(probe), "alias_exchanges", aliases_json(probe), "dane_failing",
                     knows_dane ? failing_json(probe) : json_null());
}
