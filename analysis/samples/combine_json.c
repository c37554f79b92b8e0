/* The estimates as JSON: contract of schema/estimate.schema.json. */
#include "analysis/samples/combine_data.h"
#include "analysis/document/json_form.h"

static json_t *sample_json(const struct sample *sample, const struct sample_estimate *estimate)
{
    json_t *design_effect =
        sample->has_design_effect ? json_real(sample->design_effect) : json_null();
    return json_members(
        {"name", json_string(sample->name)}, {"unit", json_string(sample_unit_word(sample->unit))},
        {"count", count_json(sample->count)}, {"of", count_json(sample->of)},
        {"date", word_json(sample->date)}, {"source", json_string(sample->source)},
        {"design_effect", design_effect}, {"share", json_real(estimate->share)},
        {"wilson95", interval_json(true, estimate->wilson95)},
        {"clustered95", interval_json(estimate->has_clustered95, estimate->clustered95)},
        {"corrected", json_boolean(estimate->corrected)});
}

static struct interval as_shares(struct interval interval, bool logits)
{
    return logits ? shares_of_logits(interval) : interval;
}

/* tau2, standard_error and the like are of the scale; shares are shares. */
static json_t *effects_json(const struct random_effects *effects, bool logits)
{
    double mean = logits ? share_of_logit(effects->mean) : effects->mean;
    double fixed = logits ? share_of_logit(effects->fixed_mean) : effects->fixed_mean;
    return json_members(
        {"share", json_real(mean)}, {"fixed_share", json_real(fixed)}, {"q", json_real(effects->q)},
        {"i2", json_real(effects->i2)}, {"tau2", json_real(effects->tau2)},
        {"standard_error", json_real(effects->standard_error)},
        {"knapp_hartung_ratio", json_real(effects->knapp_hartung_ratio)},
        {"knapp_hartung_error", json_real(effects->knapp_hartung_error)},
        {"knapp_hartung95", interval_json(true, as_shares(effects->knapp_hartung95, logits))},
        {"normal95", interval_json(true, as_shares(effects->normal95, logits))},
        {"prediction95",
         interval_json(effects->has_prediction, as_shares(effects->prediction95, logits))});
}

static json_t *combination_json(const void *item)
{
    const struct combination *combination = item;
    return json_members(
        {"unit", json_string(combination->mixed ? "mixed" : sample_unit_word(combination->unit))},
        {"samples", count_json(combination->samples)},
        {"corrected", count_json(combination->corrected)},
        {"logit", effects_json(&combination->logit, true)},
        {"raw", combination->has_raw ? effects_json(&combination->raw, false) : json_null()});
}

json_t *combine_json(const struct estimates *estimates)
{
    json_t *samples = json_array();
    for (size_t i = 0; i < estimates->samples->count; i++)
        samples = json_with_item(samples,
                                 sample_json(&estimates->samples->items[i], &estimates->each[i]));
    return json_members(
        {"samples", samples},
        {"combinations", json_list(estimates->combinations, estimates->combination_count,
                                   sizeof *estimates->combinations, combination_json)});
}
