/* The report as JSON: contract of schema/report.schema.json. */
#include <jansson.h>
#include <string.h>

#include "analysis/document/json_form.h"
#include "analysis/report/dane/json.h"
#include "analysis/report/data.h"
#include "analysis/report/shares/json.h"
#include "analysis/report/meanings.h"
#include "analysis/report/networks/json.h"
#include "analysis/report/probe/json.h"
#include "analysis/report/sts/json.h"

static json_t *known_json(struct known_count count)
{
    return known_count_json(count.known, count.count);
}

static json_t *breakdown_json(const struct breakdown *breakdown, const char *key)
{
    json_t *list = json_array();
    for (size_t i = 0; i < breakdown->length; i++) {
        const struct breakdown_row *row = &breakdown->rows[i];
        json_t *item = json_members({key, *row->key != '\0' ? json_string(row->key) : json_null()},
                                    {"domains", count_json(row->domains)},
                                    {"mx_domains", count_json(row->mx_domains)});
        for (int j = 0; j < BREAKDOWN_ESTIMATES; j++)
            item = json_with_member(item, breakdown_name((enum breakdown_estimate)j),
                                    share_json(&row->estimates[j]));
        list = json_with_item(list, item);
    }
    return list;
}

static json_t *breakdowns_json(const struct report *report)
{
    return json_members({"suffix", breakdown_json(&report->by_suffix, "suffix")},
                        {"rank", breakdown_json(&report->by_rank_band, "ranks")},
                        {"dnssec", breakdown_json(&report->by_dnssec, "dnssec")},
                        {"stratum", breakdown_json(&report->by_stratum, "stratum")});
}

static json_t *provider_json(const void *item)
{
    const struct provider_row *row = item;
    json_t *object = json_members({"provider", json_string(row->provider)},
                                  {"domains", count_json(row->domains)},
                                  {"mx_domains", count_json(row->mx_domains)});
    for (int i = 0; i < BREAKDOWN_ESTIMATES; i++)
        object = json_with_member(
            object, breakdown_name((enum breakdown_estimate)i),
            json_counts({"count", row->shares[i].count}, {"of", row->shares[i].of}));
    return object;
}

/* The name is two, with a line end between; the first may be none. */
static json_t *pair_json(const void *item)
{
    const struct named_count *pair = item;
    const char *name = pair->name, *end = strchr(name, '\n');
    json_t *own = end > name ? json_stringn(name, (size_t)(end - name)) : json_null();
    return json_with_members(
        json_members({"provider", own}, {"alias_provider", json_string(end + 1)}),
        hosts_json(pair->count));
}

static json_t *alias_report_json(const struct alias_report *aliases)
{
    json_t *problems = json_object();
    for (int i = 1; i <= ALIAS_MULTIPLE; i++)
        problems = json_with_member(problems, alias_problem_word((enum alias_problem)i),
                                    hosts_json(aliases->problems[i]));
    return json_members(
        {"all", hosts_json(aliases->all)}, {"same_provider", hosts_json(aliases->same_provider)},
        {"other_provider", hosts_json(aliases->other_provider)},
        {"unknown_provider", hosts_json(aliases->unknown_provider)}, {"problems", problems},
        {"target_providers", named_top_json(&aliases->targets, "provider")},
        {"pairs", json_list(aliases->pairs.items, aliases->pairs.length,
                            sizeof *aliases->pairs.items, pair_json)});
}

static json_t *path_json(const char *path)
{
    return path != NULL ? json_string_nocheck(path) : json_null();
}

/* Who is one cluster, and what the user gave; null where nothing */
static json_t *method_json(const struct report *report)
{
    return json_members({"cluster_by", json_string("operator")},
                        {"operators", path_json(report->operators)},
                        {"weights", path_json(report->weights)});
}

static json_t *run_json(const struct report *report)
{
    json_t *run = json_object();
    for (size_t i = 0; i < report->info_count; i++)
        run = json_with_member(run, report->info[i].key, json_string(report->info[i].value));
    return run;
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
            item = json_with_member(item, kind, word_json(tally->kind));
        if (hops != NULL)
            item = json_with_member(item, hops, count_json(tally->hops));
        item = json_with_member(item, reason, word_json(tally->reason));
        item = json_with_member(item, count, count_json(tally->count));
        list = json_with_item(list, item);
    }
    return list;
}

static json_t *mentions_json(struct exchange_mentions mentions)
{
    return json_counts({"records", mentions.records}, {"domains", mentions.domains});
}

static json_t *coverage_json(const struct report *report)
{
    return json_members(
        {"finished", json_boolean(report->finished)}, {"listed", known_json(report->listed)},
        {"surveyed", count_json(report->surveyed)}, {"excluded", known_json(report->excluded)},
        {"left", known_json(report->left)}, {"duplicates", known_json(report->duplicates)},
        {"rejected_lines", count_json(report->rejected)},
        {"rejected_by_reason",
         tallies_json(&report->rejected_lines, NULL, NULL, "reason", "lines")},
        {"mx_outcomes", meanings_json(MX_TABLE, report->mx_outcomes)},
        {"domain_failures", meanings_json(FAILURE_TABLE, report->domain_failures)},
        {"hosts", count_json(report->hosts)},
        {"unknown_exchanges", mentions_json(report->unknown_exchanges)},
        {"opted_out_exchanges", mentions_json(report->opted_out_exchanges)},
        {"failures", tallies_json(&report->failures, "kind", NULL, "failure", "lookups")});
}

/* Without belief in AD the numbers of DNSSEC and DANE say nothing. */
static json_t *ad_json(const struct report *report)
{
    enum ad_belief belief = report_ad_belief(report);
    return belief == AD_NOT_KNOWN ? json_null() : json_boolean(belief == AD_BELIEVED);
}

static json_t *concentration_json(const struct concentration *found)
{
    return json_with_member(
        json_counts({"clusters", found->clusters}, {"of", found->of},
                    {"largest_1", found->largest[0]}, {"largest_5", found->largest[1]},
                    {"largest_12", found->largest[2]}, {"clusters_with_cname_mx", found->having}),
        "herfindahl", json_real(found->herfindahl));
}

json_t *report_json(const struct report *report)
{
    return json_members(
        {"design", design_json(report)}, {"run", run_json(report)}, {"method", method_json(report)},
        {"coverage", coverage_json(report)}, {"estimates", estimates_json(report)},
        {"signed_difference", signed_difference_json(report)},
        {"concentration", concentration_json(&report->concentration)},
        {"breakdowns", breakdowns_json(report)},
        {"providers", json_list(report->providers.rows, report->providers.length,
                                sizeof *report->providers.rows, provider_json)},
        {"alias_chains", tallies_json(&report->chains, "kind", "hops", "problem", "hosts")},
        {"aliases", alias_report_json(&report->aliases)},
        {"alias_providers", provider_top_json(&report->alias_providers)},
        {"dnssec", json_with_member(dnssec_json(report), "ad_believed", ad_json(report))},
        {"dane", dane_json(report)}, {"networks", networks_json(&report->networks)},
        {"sts", sts_json(&report->sts)}, {"senders", senders_json(&report->senders)},
        {"probe", probe_json(&report->probe, report_ad_belief(report) != AD_NOT_BELIEVED)});
}
