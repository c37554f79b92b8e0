#include "analysis/report/sts/json.h"

#include "analysis/document/json_form.h"
#include "analysis/report/meanings.h"

static json_t *pair_json(struct sts_count count)
{
    return json_counts({"domains", count.domains}, {"enforced", count.enforced});
}

static json_t *effects_json(const struct sts_report *sts)
{
    json_t *object = json_object();
    for (int i = 1; i <= STS_CNAME_NEITHER; i++)
        object = json_with_member(object, sts_cname_effect_word((enum sts_cname_effect)i),
                                  pair_json(sts->effects[i]));
    return object;
}

json_t *sts_json(const struct sts_report *sts)
{
    if (!sts->asked)
        return json_null();
    return json_members(
        {"domains", meanings_json(STS_DOMAINS_TABLE, sts->domains)},
        {"records", meanings_json(STS_RECORDS_TABLE, sts->records)},
        {"fetch_errors", meanings_json(STS_FETCH_TABLE, sts->fetch)},
        {"policy_faults", meanings_json(STS_FAULTS_TABLE, sts->faults)},
        {"media_types", json_counts({"of", sts->valid}, {"not_text_plain", sts->not_plain})},
        {"mx_records",
         json_members({"of", pair_json(sts->matched)}, {"one_unmatched", pair_json(sts->odd)},
                      {"none_matched", pair_json(sts->shut)})},
        {"aliases",
         json_members({"of", pair_json(sts_over_aliases(sts))}, {"effects", effects_json(sts)},
                      {"refused_by_target_matching", pair_json(sts_refused_by_target(sts))},
                      {"refused_by_name_matching", pair_json(sts_refused_by_name(sts))})},
        {"tlsrpt", meanings_json(STS_TLSRPT_TABLE, sts->tlsrpt)});
}
