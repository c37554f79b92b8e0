/* The report as JSON: contract of schema/report.schema.json. */
#include <jansson.h>

#include "analysis/report_dane_json.h"
#include "analysis/report_data.h"

static json_t *count_json(uint64_t count)
{
    return json_integer((json_int_t)count);
}

static json_t *known_json(struct known_count count)
{
    return count.known ? count_json(count.count) : json_null();
}

static json_t *interval_json(bool defined, struct interval interval)
{
    return defined ? json_pack("[f, f]", interval.low, interval.high) : json_null();
}

static json_t *real_json(bool defined, double value)
{
    return defined ? json_real(value) : json_null();
}

static json_t *estimate_json(const struct estimate *estimate)
{
    const struct cluster_sums *sums = &estimate->sums;
    double largest = estimate->has_share ? (double)sums->largest_of / (double)sums->of : 0;
    return json_pack("{s:s, s:s, s:s, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o}", "name",
                     estimate->name, "unit", estimate->unit, "stratum", estimate->stratum, "count",
                     count_json(sums->count), "of", count_json(sums->of), "share",
                     real_json(estimate->has_share, estimate->share), "wilson95",
                     interval_json(estimate->has_share, estimate->wilson95), "clusters",
                     count_json(sums->clusters), "design_effect",
                     real_json(estimate->has_cluster, estimate->cluster.design_effect),
                     "largest_cluster_share", real_json(estimate->has_share, largest), "cluster95",
                     interval_json(estimate->has_cluster, estimate->cluster.logit95), "unanswered",
                     count_json(estimate->unanswered), "bounds",
                     interval_json(estimate->has_share, estimate->bounds));
}

static json_t *estimates_json(const struct report *report)
{
    json_t *list = json_array();
    for (size_t i = 0; i < ESTIMATE_COUNT; i++) {
        if (json_array_append_new(list, estimate_json(&report->estimates[i])) != 0) {
            json_decref(list);
            return NULL;
        }
    }
    return list;
}

static json_t *run_json(const struct report *report)
{
    json_t *run = json_object();
    for (size_t i = 0; i < report->info_count; i++) {
        if (json_object_set_new(run, report->info[i].key, json_string(report->info[i].value)) !=
            0) {
            json_decref(run);
            return NULL;
        }
    }
    return run;
}

static json_t *outcomes_json(const struct report *report)
{
    json_t *outcomes = json_object();
    for (int i = 1; i <= MX_OUTCOME_FAILED; i++) {
        if (json_object_set_new(outcomes, mx_outcome_word((enum mx_outcome)i),
                                count_json(report->mx_outcomes[i])) != 0) {
            json_decref(outcomes);
            return NULL;
        }
    }
    return outcomes;
}

/* A list of objects; members that a tally does not have are left out. */
static json_t *tallies_json(const struct tally_list *tallies, const char *kind, const char *hops,
                            const char *reason, const char *count)
{
    json_t *list = json_array();
    for (size_t i = 0; i < tallies->length; i++) {
        const struct tally *tally = &tallies->items[i];
        json_t *item = json_object();
        int failed = 0;
        if (kind != NULL)
            failed |= json_object_set_new(item, kind, json_pack("s?", tally->kind));
        if (hops != NULL)
            failed |= json_object_set_new(item, hops, count_json(tally->hops));
        failed |= json_object_set_new(item, reason, json_pack("s?", tally->reason));
        failed |= json_object_set_new(item, count, count_json(tally->count));
        failed |= json_array_append_new(list, item);
        if (failed) {
            json_decref(list);
            return NULL;
        }
    }
    return list;
}

static json_t *coverage_json(const struct report *report)
{
    return json_pack(
        "{s:b, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o}", "finished", report->finished,
        "listed", known_json(report->listed), "surveyed", count_json(report->surveyed), "excluded",
        known_json(report->excluded), "left", known_json(report->left), "duplicates",
        known_json(report->duplicates), "rejected_lines", count_json(report->rejected),
        "rejected_by_reason", tallies_json(&report->rejected_lines, NULL, NULL, "reason", "lines"),
        "mx_outcomes", outcomes_json(report), "hosts", count_json(report->hosts), "failures",
        tallies_json(&report->failures, "kind", NULL, "failure", "lookups"));
}

/* ASCII only, and none of it a control character: hostile text cannot act on a
 * terminal that shows the file.  Jansson escapes all of them but DEL. */
static int write_escaped(const char *buffer, size_t size, void *data)
{
    FILE *out = data;
    for (size_t i = 0; i < size; i++) {
        if (buffer[i] == 0x7f)
            fputs("\\u007f", out);
        else
            fputc(buffer[i], out);
    }
    return 0;
}

int report_print_json(const struct report *report, FILE *out)
{
    /* json_pack() gives NULL, and frees what it got, where any part is NULL */
    json_t *tree =
        json_pack("{s:o, s:o, s:o, s:o, s:o, s:o, s:o}", "run", run_json(report), "coverage",
                  coverage_json(report), "estimates", estimates_json(report), "alias_chains",
                  tallies_json(&report->chains, "kind", "hops", "problem", "hosts"),
                  "alias_providers", provider_top_json(&report->alias_providers), "dnssec",
                  dnssec_json(report), "dane", dane_json(report));
    if (tree == NULL)
        return -1;
    int result = json_dump_callback(tree, write_escaped, out, JSON_INDENT(2) | JSON_ENSURE_ASCII);
    fputc('\n', out);
    json_decref(tree);
    return result;
}
