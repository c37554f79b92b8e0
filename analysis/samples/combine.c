#include "analysis/samples/combine.h"

#include <math.h>
#include <stdlib.h>

#include "analysis/samples/combine_data.h"

static struct sample_estimate estimate_one(const struct sample *sample)
{
    struct sample_estimate made = {.share = (double)sample->count / (double)sample->of};
    struct effect logit =
        logit_effect(sample->count, sample->of, sample->design_effect, &made.corrected);
    wilson95(sample->count, sample->of, &made.wilson95);
    if (sample->has_design_effect && !made.corrected) {
        double half = NORMAL95 * sqrt(logit.variance);
        made.has_clustered95 = true;
        made.clustered95 =
            shares_of_logits((struct interval){logit.value - half, logit.value + half});
    }
    return made;
}

static bool belongs(const struct sample *sample, const struct combination *combination)
{
    return combination->mixed || sample->unit == combination->unit;
}

/* False: fewer than two samples.  effects has room for all samples. */
static bool combine_samples(const struct samples *samples, struct effect *effects,
                            struct combination *combination)
{
    size_t count = 0;
    bool corrected;
    for (size_t i = 0; i < samples->count; i++) {
        const struct sample *sample = &samples->items[i];
        if (!belongs(sample, combination))
            continue;
        effects[count++] =
            logit_effect(sample->count, sample->of, sample->design_effect, &corrected);
        combination->corrected += corrected;
        combination->with_design_effect += sample->has_design_effect;
    }
    combination->samples = count;
    if (!random_effects_combine(effects, count, &combination->logit))
        return false;
    count = 0;
    for (size_t i = 0; i < samples->count; i++) {
        const struct sample *sample = &samples->items[i];
        if (belongs(sample, combination))
            effects[count++] = share_effect(sample->count, sample->of, sample->design_effect);
    }
    combination->has_raw = random_effects_combine(effects, count, &combination->raw);
    return true;
}

static void combine_all(struct estimates *estimates, struct effect *effects)
{
    const struct samples *samples = estimates->samples;
    size_t of_unit[SAMPLE_UNIT_COUNT] = {0};
    for (size_t i = 0; i < samples->count; i++)
        of_unit[samples->items[i].unit]++;
    for (int unit = 0; unit <= SAMPLE_UNIT_COUNT; unit++) {
        struct combination combination = {.mixed = unit == SAMPLE_UNIT_COUNT};
        if (combination.mixed && of_unit[samples->items[0].unit] == samples->count)
            continue;
        if (!combination.mixed)
            combination.unit = (enum sample_unit)unit;
        if (combine_samples(samples, effects, &combination))
            estimates->combinations[estimates->combination_count++] = combination;
    }
}

int combine_write(const char *path, const struct report_output *output, struct error *error)
{
    struct samples samples = {0};
    if (samples_read(path, &samples, error) != 0)
        return -1;
    int result;
    struct effect *effects = calloc(samples.count, sizeof *effects);
    struct estimates estimates = {
        .samples = &samples,
        .each = calloc(samples.count, sizeof *estimates.each),
    };
    if (effects == NULL || estimates.each == NULL) {
        result = error_set(error, "%s: out of memory", path);
        goto done;
    }
    for (size_t i = 0; i < samples.count; i++)
        estimates.each[i] = estimate_one(&samples.items[i]);
    combine_all(&estimates, effects);
    result = report_output_write(output, combine_document(&estimates),
                                 output->format == REPORT_JSON ? combine_json(&estimates) : NULL,
                                 path, error);

done:
    free(estimates.each);
    free(effects);
    samples_free(&samples);
    return result;
}
