#include "analysis/report/shares/json.h"

#include "analysis/document/json_form.h"

static json_t *cluster_json(const struct cluster_share *share)
{
    bool rest = cluster_has_rest(share), variance = cluster_has_variance(share);
    bool interval = cluster_has_interval(share);
    double largest = cluster_has_share(share) ? (double)share->largest / (double)share->of : 0;
    return json_members(
        {"clusters", count_json(share->clusters)},
        {"certainty_clusters", count_json(share->certainty_clusters)},
        {"certainty_of", count_json(share->certainty_of)},
        {"certainty_count", count_json(share->certainty_count)},
        {"largest_cluster_share", real_json(cluster_has_share(share), largest)},
        {"effective_clusters", real_json(rest, share->effective_clusters)},
        {"rarer_clusters", known_count_json(rest, share->rarer_clusters)},
        {"intraclass", real_json(variance, share->intraclass)},
        {"design_effect", real_json(variance, share->design_effect)},
        {"df", known_count_json(share->reason == CLUSTER_NO_REASON, share->df)},
        {"effective_n", real_json(interval, share->effective_n)},
        {"cluster95", interval_json(interval, share->cluster95)},
        {"reliability", word_json(interval ? reliability_word(share->reliability) : NULL)},
        {"reason", word_json(cluster_reason_word(share->reason))});
}

json_t *share_json(const struct estimate *estimate)
{
    const struct cluster_share *share = &estimate->cluster;
    bool known = cluster_has_share(share);
    json_t *counts =
        json_members({"count", count_json(share->count)}, {"of", count_json(share->of)},
                     {"share", real_json(known, share->share)},
                     {"wilson95", interval_json(known, estimate->wilson95)},
                     {"unanswered", count_json(estimate->unanswered)},
                     {"bounds", interval_json(known, estimate->bounds)},
                     {"sample95", interval_json(estimate->sample_reason == SAMPLE_NO_REASON,
                                                estimate->sample95)},
                     {"sample_reason", word_json(sample_reason_word(estimate->sample_reason))});
    return json_with_members(counts, cluster_json(share));
}

json_t *named_json(const struct estimate *estimate, json_t *share)
{
    return json_with_members(json_members({"name", json_string(estimate->name)},
                                          {"unit", json_string(estimate->unit)},
                                          {"stratum", json_string(estimate->stratum)}),
                             share);
}

static json_t *poststratified_json(const struct report *report, const struct estimate *estimate)
{
    const struct cluster_share *share = &estimate->weighed;
    const struct zone_cover *zones = &report->zones;
    if (!estimate->is_weighed)
        return json_null();
    json_t *weighed = json_pick(cluster_json(share), "cluster95 reason reliability");
    if (zones->zones == 0)
        weighed = json_with_member(weighed, "reason", json_string("no_strata"));
    return json_with_members(
        json_with_members(
            json_members({"share", real_json(cluster_has_share(share), share->share)}), weighed),
        json_members({"strata", count_json(zones->zones)}, {"of", count_json(share->of)},
                     {"left_out", count_json(estimate->cluster.of - share->of)},
                     {"weight_covered", json_real(zones->covered)},
                     {"thin_weight", json_real(zones->thin)}));
}

static json_t *estimate_json(const struct report *report, const struct estimate *estimate)
{
    return json_with_members(
        named_json(estimate, share_json(estimate)),
        json_members({"unseen", count_json(estimate->unseen)},
                     {"largest_cluster", word_json(estimate->largest)},
                     {"share_without_largest", real_json(estimate->has_rest, estimate->rest)},
                     {"poststratified", poststratified_json(report, estimate)}));
}

json_t *estimates_json(const struct report *report)
{
    json_t *list = json_array();
    for (size_t i = 0; i < ESTIMATE_COUNT; i++)
        list = json_with_item(list, estimate_json(report, &report->estimates[i]));
    return list;
}

static json_t *strata_json(const struct report *report)
{
    if (report->strata.strata == 0)
        return json_null();
    return json_members({"by", json_string(report_info(report, "setting.sample_by"))},
                        {"count", count_json(report->strata.strata)},
                        {"covered", json_real(report->strata.covered)});
}

json_t *design_json(const struct report *report)
{
    const struct design *design = &report->design;
    bool known = design->has_population;
    return json_members({"kind", json_string(design_kind_word(design->kind))},
                        {"population", known_count_json(known, design->population)},
                        {"surveyed", count_json(design->surveyed)},
                        {"fraction", real_json(known && design->population > 0, design->fraction)},
                        {"headline", json_string(design_headline(design->kind))},
                        {"strata", strata_json(report)});
}

static json_t *side_json(const struct estimate *estimate)
{
    return json_pick(share_json(estimate), "count of share cluster95 sample95");
}

json_t *signed_difference_json(const struct report *report)
{
    const struct signed_difference *found = &report->signed_difference;
    return json_members(
        {"signed", side_json(&report->estimates[DOMAINS_WITH_CNAME_MX_SECURE])},
        {"unsigned", side_json(&report->estimates[DOMAINS_WITH_CNAME_MX_INSECURE])},
        {"difference", real_json(found->has_difference, found->difference)},
        {"cluster95", interval_json(found->has_cluster, found->cluster95)},
        {"sample95", interval_json(found->has_sample, found->sample95)},
        {"reason", word_json(found->has_cluster ? NULL : cluster_reason_word(found->reason))});
}
