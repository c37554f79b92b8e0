/* A series of surveys as JSON: contract of schema/trend.schema.json. */
#include "analysis/comparison/trend_form.h"
#include "analysis/document/json_form.h"
#include "analysis/report/shares/json.h"

static json_t *estimate_json(const void *item)
{
    const struct estimate *estimate = item;
    return named_json(estimate, counted_share_json(estimate));
}

static json_t *survey_json(const void *item)
{
    const struct survey_side *side = item;
    const struct estimate *estimates = side->report.estimates;
    return json_with_member(side_json(side), "estimates",
                            json_list(estimates, ESTIMATE_COUNT, sizeof *estimates, estimate_json));
}

static json_t *step_json(const struct survey_side *old, const struct survey_side *new,
                         const struct comparison *step)
{
    return json_members({"old", json_string(old->name)}, {"new", json_string(new->name)},
                        {"same_lists", json_boolean(same_names(&old->report, &new->report))},
                        {"differences", differences_json(&old->report, &new->report)},
                        {"domains", overlap_json(&step->domains)},
                        {"hosts", overlap_json(&step->hosts)}, {"changes", changes_json(step)});
}

static json_t *steps_json(const struct trend *trend)
{
    json_t *list = json_array();
    for (size_t i = 1; i < trend->count; i++)
        list = json_with_item(list,
                              step_json(&trend->sides[i - 1], &trend->sides[i], &trend->steps[i]));
    return list;
}

json_t *trend_json(const struct trend *trend)
{
    const struct survey_side *first = trend->sides, *last = first + trend->count - 1;
    return json_members(
        {"surveys", json_list(trend->sides, trend->count, sizeof *trend->sides, survey_json)},
        {"steps", steps_json(trend)}, {"first_to_last", step_json(first, last, &trend->whole)});
}
