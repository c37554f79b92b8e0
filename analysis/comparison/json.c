/* What changed between two surveys, as JSON: contract of schema/compare.schema.json. */
#include "analysis/comparison/form.h"
#include "analysis/document/json_form.h"
#include "analysis/report/shares/json.h"

json_t *side_json(const struct survey_side *side)
{
    const struct report *report = &side->report;
    return json_members({"file", json_string(side->name)},
                        {"started_at", word_json(report_info(report, "started_at"))},
                        {"finished_at", word_json(report_info(report, "ended_at"))},
                        {"domains", count_json(report->surveyed)},
                        {"hosts", count_json(report->hosts)});
}

json_t *overlap_json(const struct overlap *overlap)
{
    return json_counts({"both", overlap->both}, {"only_old", overlap->only[OLD]},
                       {"only_new", overlap->only[NEW]});
}

static void add_difference(void *context, const char *key, const char *old, const char *new)
{
    json_t **list = context;
    *list = json_with_item(*list, json_members({"key", json_string(key)}, {"old", word_json(old)},
                                               {"new", word_json(new)}));
}

json_t *differences_json(const struct report *old, const struct report *new)
{
    json_t *list = json_array();
    run_differences(old, new, add_difference, &list);
    return list;
}

json_t *counted_share_json(const struct estimate *estimate)
{
    return json_pick(share_json(estimate),
                     "count of share wilson95 clusters cluster95 unanswered bounds");
}

static json_t *counts_json(const struct share_counts *counts, int when)
{
    return json_counts({"count", counts->count[when]}, {"of", counts->of[when]});
}

static json_t *parts_json(const struct change *change)
{
    if (!change->has_parts)
        return json_null();
    return json_members({"same", json_real(change->parts.same)},
                        {"counted_once", json_real(change->parts.scope)},
                        {"one_list", json_real(change->parts.list)});
}

/* Of MX records, which come and go, all null but the reason */
static json_t *paired_json(const struct change *change)
{
    const struct paired_units *units = &change->units;
    const struct paired_change *same = &change->same;
    bool met = change->by_units, interval = has_paired_interval(change);
    return json_members({"of", known_count_json(met, units->of)},
                        {"gained", known_count_json(met, units->gained)},
                        {"lost", known_count_json(met, units->lost)},
                        {"change", real_json(met && units->of > 0, same->change)},
                        {"certainty_clusters", known_count_json(met, units->certainty_clusters)},
                        {"certainty_of", known_count_json(met, units->certainty_of)},
                        {"certainty_gained", known_count_json(met, units->certainty_gained)},
                        {"certainty_lost", known_count_json(met, units->certainty_lost)},
                        {"changed_clusters", known_count_json(met, same->changed_clusters)},
                        {"df", real_json(interval, same->df)},
                        {"standard_error", real_json(interval, same->standard_error)},
                        {"interval95", interval_json(interval, same->interval95)},
                        {"p_value", real_json(change->has_p_holm, same->p_value)},
                        {"p_holm", real_json(change->has_p_holm, change->p_holm)},
                        {"reason", word_json(paired_reason_word(change_reason(change)))});
}

static json_t *change_json(const void *item)
{
    const struct change *change = item;
    const struct estimate *old = change->estimates[OLD], *new = change->estimates[NEW];
    bool tested = change->by_units && change->counts.paired > 0;
    return named_json(
        old, json_members({"old", counted_share_json(old)}, {"new", counted_share_json(new)},
                          {"change", real_json(change->has_whole, change->whole)},
                          {"parts", parts_json(change)},
                          {"common", json_members({"old", counts_json(&change->common, OLD)},
                                                  {"new", counts_json(&change->common, NEW)})},
                          {"paired", paired_json(change)},
                          {"bounds", interval_json(change->has_bounds, change->bounds)},
                          {"mcnemar", tested ? json_members({"exact_p", json_real(change->exact_p)})
                                             : json_null()},
                          {"unanswered", json_counts({"old", change->unanswered[OLD]},
                                                     {"new", change->unanswered[NEW]})}));
}

json_t *changes_json(const struct comparison *comparison)
{
    return json_list(comparison->changes, ESTIMATE_COUNT, sizeof *comparison->changes, change_json);
}

/* All of a table, those that stay too: the sums are the marginal counts. */
static json_t *class_json(const struct comparison *comparison, enum class_table table)
{
    json_t *list = json_array();
    unsigned length = class_table_is_compared(comparison, table) ? class_count(table) : 0;
    for (unsigned from = 0; from < length; from++) {
        for (unsigned to = 0; to < length; to++) {
            uint64_t count = comparison->classes[table].counts[from][to];
            if (count > 0)
                list =
                    json_with_item(list, json_members({"old", word_json(class_word(table, from))},
                                                      {"new", word_json(class_word(table, to))},
                                                      {"domains", count_json(count)}));
        }
    }
    return list;
}

static json_t *classes_json(const struct comparison *comparison)
{
    json_t *object = json_object();
    for (int table = 0; table < CLASS_TABLE_COUNT; table++)
        object = json_with_member(object, class_table_name((enum class_table)table),
                                  class_json(comparison, (enum class_table)table));
    return object;
}

static json_t *provider_json(const void *item)
{
    const struct provider_change *row = item;
    return json_with_members(
        json_members({"provider", json_string(row->provider)}),
        json_counts({"appeared", row->appeared}, {"mended", row->mended},
                    {"cname_old", row->cname[OLD]}, {"cname_new", row->cname[NEW]},
                    {"dane_old", row->dane[OLD]}, {"dane_new", row->dane[NEW]}));
}

static json_t *providers_json(const struct provider_changes *table)
{
    return json_list(table->rows, table->length, sizeof *table->rows, provider_json);
}

static json_t *month_json(const struct comparison *comparison)
{
    struct month_row rows[MONTH_ROWS_MAX];
    size_t length = month_rows(comparison, rows);
    json_t *object = json_object();
    for (size_t i = 0; i < length; i++)
        object = json_with_member(
            object, rows[i].name,
            json_counts({"old", rows[i].counts[OLD]}, {"new", rows[i].counts[NEW]}));
    return object;
}

json_t *comparison_json(const struct survey_side sides[2], const struct comparison *comparison)
{
    const struct report *old = &sides[OLD].report, *new = &sides[NEW].report;
    return json_members(
        {"old", side_json(&sides[OLD])}, {"new", side_json(&sides[NEW])},
        {"dnssec_compared", json_boolean(comparison->dnssec_compared)},
        {"same_lists", json_boolean(same_names(old, new))},
        {"differences", differences_json(old, new)},
        {"domains", overlap_json(&comparison->domains)},
        {"hosts", overlap_json(&comparison->hosts)}, {"changes", changes_json(comparison)},
        {"appeared", count_json(comparison_appeared(comparison))},
        {"mended", count_json(comparison_mended(comparison))},
        {"moved", count_json(comparison->moved)}, {"classes", classes_json(comparison)},
        {"counts", month_json(comparison)}, {"providers_dane", providers_json(&comparison->dane)},
        {"providers_cname", json_members({"appeared", providers_json(&comparison->appeared)},
                                         {"mended", providers_json(&comparison->mended)})});
}
