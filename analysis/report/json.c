/* The report as JSON: contract of schema/report.schema.json. */
#include <jansson.h>
#include <string.h>

#include "analysis/document/json_form.h"
#include "analysis/report/dane_json.h"
#include "analysis/report/data.h"
#include "analysis/report/estimate_json.h"
#include "analysis/report/networks_json.h"
#include "analysis/report/probe_json.h"
#include "analysis/report/sts_json.h"

static json_t *known_json(struct known_count count)
{
    return count.known ? count_json(count.count) : json_null();
}

static json_t *breakdown_json(const struct breakdown *breakdown, const char *key)
{
    json_t *list = json_array();
    for (size_t i = 0; i < breakdown->length; i++) {
        const struct breakdown_row *row = &breakdown->rows[i];
        json_t *item = json_pack(
            "{s:o, s:o, s:o}", key, *row->key != '\0' ? json_string(row->key) : json_null(),
            "domains", count_json(row->domains), "mx_domains", count_json(row->mx_domains));
        for (int j = 0; j < BREAKDOWN_ESTIMATES; j++)
            item = json_with_member(item, breakdown_name((enum breakdown_estimate)j),
                                    share_json(&row->estimates[j]));
        list = json_with_item(list, item);
    }
    return list;
}

static json_t *breakdowns_json(const struct report *report)
{
    return json_pack("{s:o, s:o, s:o, s:o}", "suffix", breakdown_json(&report->by_suffix, "suffix"),
                     "rank", breakdown_json(&report->by_rank_band, "ranks"), "dnssec",
                     breakdown_json(&report->by_dnssec, "dnssec"), "stratum",
                     breakdown_json(&report->by_stratum, "stratum"));
}

static json_t *providers_json(const struct provider_table *table)
{
    json_t *list = json_array();
    for (size_t i = 0; i < table->length; i++) {
        const struct provider_row *row = &table->rows[i];
        json_t *item =
            json_pack("{s:s, s:o, s:o}", "provider", row->provider, "domains",
                      count_json(row->domains), "mx_domains", count_json(row->mx_domains));
        for (int j = 0; j < BREAKDOWN_ESTIMATES; j++)
            item =
                json_with_member(item, breakdown_name((enum breakdown_estimate)j),
                                 json_pack("{s:o, s:o}", "count", count_json(row->shares[j].count),
                                           "of", count_json(row->shares[j].of)));
        list = json_with_item(list, item);
    }
    return list;
}

static json_t *alias_count_json(struct host_count count)
{
    return json_pack("{s:o, s:o}", "hosts", count_json(count.hosts), "domains",
                     count_json(count.domains));
}

static json_t *pairs_json(const struct named_top *pairs)
{
    json_t *list = json_array();
    for (size_t i = 0; i < pairs->length; i++) {
        const char *name = pairs->items[i].name, *end = strchr(name, '\n');
        json_t *own = end > name ? json_stringn(name, (size_t)(end - name)) : json_null();
        list = json_with_item(list,
                              json_pack("{s:o, s:s, s:o, s:o}", "provider", own, "alias_provider",
                                        end + 1, "hosts", count_json(pairs->items[i].count.hosts),
                                        "domains", count_json(pairs->items[i].count.domains)));
    }
    return list;
}

static json_t *alias_report_json(const struct alias_report *aliases)
{
    json_t *problems = json_object();
    for (int i = 1; i <= ALIAS_MULTIPLE; i++)
        problems = json_with_member(problems, alias_problem_word((enum alias_problem)i),
                                    alias_count_json(aliases->problems[i]));
    return json_pack("{s:o, s:o, s:o, s:o, s:o, s:o, s:o}", "all", alias_count_json(aliases->all),
                     "same_provider", alias_count_json(aliases->same_provider), "other_provider",
                     alias_count_json(aliases->other_provider), "unknown_provider",
                     alias_count_json(aliases->unknown_provider), "problems", problems,
                     "target_providers", named_top_json(&aliases->targets, "provider"), "pairs",
                     pairs_json(&aliases->pairs));
}

static json_t *path_json(const char *path)
{
    return path != NULL ? json_string_nocheck(path) : json_null();
}

/* Who is one cluster, and what the user gave; null where nothing */
static json_t *method_json(const struct report *report)
{
    return json_pack("{s:s, s:o, s:o}", "cluster_by", "operator", "operators",
                     path_json(report->operators), "weights", path_json(report->weights));
}

static json_t *run_json(const struct report *report)
{
    json_t *run = json_object();
    for (size_t i = 0; i < report->info_count; i++)
        run = json_with_member(run, report->info[i].key, json_string(report->info[i].value));
    return run;
}

static json_t *outcomes_json(const struct report *report)
{
    json_t *outcomes = json_object();
    for (int i = 1; i <= MX_OUTCOME_FAILED; i++)
        outcomes = json_with_member(outcomes, mx_outcome_word((enum mx_outcome)i),
                                    count_json(report->mx_outcomes[i]));
    return outcomes;
}

static json_t *domain_failures_json(const struct report *report)
{
    json_t *failures = json_object();
    for (int i = 1; i <= FAILURE_LAST; i++)
        failures = json_with_member(failures, failure_word((enum failure)i),
                                    count_json(report->domain_failures[i]));
    return failures;
}

/* A list of objects; members that a tally does not have are left out. */
static json_t *tallies_json(const struct tally_list *tallies, const char *kind, const char *hops,
                            const char *reason, const char *count)
{
    json_t *list = json_array();
    for (size_t i = 0; i < tallies->length; i++) {
        const struct tally *tally = &tallies->items[i];
        json_t *item = json_object();
        if (kind != NULL)
            item = json_with_member(item, kind, json_pack("s?", tally->kind));
        if (hops != NULL)
            item = json_with_member(item, hops, count_json(tally->hops));
        item = json_with_member(item, reason, json_pack("s?", tally->reason));
        item = json_with_member(item, count, count_json(tally->count));
        list = json_with_item(list, item);
    }
    return list;
}

static json_t *mentions_json(struct exchange_mentions mentions)
{
    return json_pack("{s:o, s:o}", "records", count_json(mentions.records), "domains",
                     count_json(mentions.domains));
}

static json_t *coverage_json(const struct report *report)
{
    return json_pack("{s:b, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o}",
                     "finished", report->finished, "listed", known_json(report->listed), "surveyed",
                     count_json(report->surveyed), "excluded", known_json(report->excluded), "left",
                     known_json(report->left), "duplicates", known_json(report->duplicates),
                     "rejected_lines", count_json(report->rejected), "rejected_by_reason",
                     tallies_json(&report->rejected_lines, NULL, NULL, "reason", "lines"),
                     "mx_outcomes", outcomes_json(report), "domain_failures",
                     domain_failures_json(report), "hosts", count_json(report->hosts),
                     "unknown_exchanges", mentions_json(report->unknown_exchanges),
                     "opted_out_exchanges", mentions_json(report->opted_out_exchanges), "failures",
                     tallies_json(&report->failures, "kind", NULL, "failure", "lookups"));
}

/* Without belief in AD the numbers of DNSSEC and DANE say nothing. */
static json_t *ad_json(const struct report *report)
{
    enum ad_belief belief = report_ad_belief(report);
    return belief == AD_NOT_KNOWN ? json_null() : json_boolean(belief == AD_BELIEVED);
}

static json_t *concentration_json(const struct concentration *concentration)
{
    return json_pack("{s:o, s:o, s:o, s:o, s:o, s:o, s:f}", "clusters",
                     count_json(concentration->clusters), "of", count_json(concentration->of),
                     "largest_1", count_json(concentration->largest[0]), "largest_5",
                     count_json(concentration->largest[1]), "largest_12",
                     count_json(concentration->largest[2]), "clusters_with_cname_mx",
                     count_json(concentration->having), "herfindahl", concentration->herfindahl);
}

int report_print_json(const struct report *report, FILE *out)
{
    /* json_pack() gives NULL, and frees what it got, where any part is NULL */
    json_t *tree = json_pack(
        "{s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, "
        "s:o}",
        "design", design_json(report), "run", run_json(report), "method", method_json(report),
        "coverage", coverage_json(report), "estimates", estimates_json(report), "signed_difference",
        signed_difference_json(report), "concentration", concentration_json(&report->concentration),
        "breakdowns", breakdowns_json(report), "providers", providers_json(&report->providers),
        "alias_chains", tallies_json(&report->chains, "kind", "hops", "problem", "hosts"),
        "aliases", alias_report_json(&report->aliases), "alias_providers",
        provider_top_json(&report->alias_providers), "dnssec",
        json_with_member(dnssec_json(report), "ad_believed", ad_json(report)), "dane",
        dane_json(report), "networks", networks_json(&report->networks), "sts",
        sts_json(&report->sts), "senders", senders_json(&report->senders), "probe",
        probe_json(&report->probe, report_ad_belief(report) != AD_NOT_BELIEVED));
    return json_form_print(tree, out);
}
