/* A series of surveys as JSON: contract of schema/trend.schema.json. */
#include "analysis/document/json_form.h"
#include "analysis/comparison/trend_form.h"

static json_t *estimates_json(const struct report *report)
{
    json_t *list = json_array();
    for (int id = 0; id < ESTIMATE_COUNT; id++) {
        const struct estimate *estimate = &report->estimates[id];
        json_t *item = json_pack("{s:s, s:s, s:s}", "name", estimate->name, "unit", estimate->unit,
                                 "stratum", estimate->stratum);
        json_t *share = counted_share_json(estimate);
        if (json_object_update(item, share) != 0) {
            json_decref(item);
            item = NULL;
        }
        json_decref(share);
        list = json_with_item(list, item);
    }
    return list;
}

static json_t *surveys_json(const struct trend *trend)
{
    json_t *list = json_array();
    for (size_t i = 0; i < trend->count; i++) {
        json_t *side = side_json(&trend->sides[i]);
        list = json_with_item(
            list, json_with_member(side, "estimates", estimates_json(&trend->sides[i].report)));
    }
    return list;
}

static json_t *step_json(const struct survey_side *old, const struct survey_side *new,
                         const struct comparison *step)
{
    return json_pack("{s:s, s:s, s:b, s:o, s:o, s:o, s:o}", "old", old->name, "new", new->name,
                     "same_lists", (int)same_lists(&old->report, &new->report), "differences",
                     differences_json(&old->report, &new->report), "domains",
                     overlap_json(&step->domains), "hosts", overlap_json(&step->hosts), "changes",
                     changes_json(step));
}

static json_t *steps_json(const struct trend *trend)
{
    json_t *list = json_array();
    for (size_t i = 1; i < trend->count; i++)
        list = json_with_item(list,
                              step_json(&trend->sides[i - 1], &trend->sides[i], &trend->steps[i]));
    return list;
}

int trend_print_json(const struct trend *trend, FILE *out)
{
    const struct survey_side *first = trend->sides, *last = first + trend->count - 1;
    return json_form_print(json_pack("{s:o, s:o, s:o}", "surveys", surveys_json(trend), "steps",
                                     steps_json(trend), "first_to_last",
                                     step_json(first, last, &trend->whole)),
                           out);
}
