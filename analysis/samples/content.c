/* The estimates in words: what they are, what they may and may not be used for. */
#include "analysis/document/text_form.h"
#include "analysis/samples/combine_data.h"

static const char *const UNITS[SAMPLE_UNIT_COUNT] = {"domains", "MX records", "hosts"};
static const char *const WORDS[SAMPLE_UNIT_COUNT] = {"together_domain", "together_mx_record",
                                                     "together_host"};

static void add_sample(struct document *document, const struct sample *sample,
                       const struct sample_estimate *estimate)
{
    struct document_cell share = cell_share(estimate->share, text_decimals(estimate->wilson95));
    document_fact(document, sample->name, sample->name, NULL);
    document_value(document, "share", NULL,
                   cell_with_of(cell_with_interval(share, estimate->wilson95), sample->of, 0));
    document_detail(document, "%s of %s %s", count_of(sample->count), count_of(sample->of),
                    UNITS[sample->unit]);
    if (sample->date != NULL)
        document_add(document, ", %.100s", sample->date);
    if (estimate->has_clustered95)
        document_detail(document, "With its design effect of %.4g: 95 %% interval %s.",
                        sample->design_effect,
                        range_of(estimate->clustered95, text_decimals(estimate->clustered95)));
    document_detail(document, "Source: %.1800s", sample->source);
}

static void add_samples(struct document *document, const struct estimates *estimates)
{
    document_section(document, "samples", "Samples");
    for (size_t i = 0; i < estimates->samples->count; i++)
        add_sample(document, &estimates->samples->items[i], &estimates->each[i]);
    document_figure(document, "Shares with their 95\u00a0% intervals");
    document_paragraph(document, "In brackets: 95 %% intervals (Wilson), units independent.");
}

static void add_spread(struct document *document, const struct combination *combination)
{
    const struct random_effects *logit = &combination->logit;
    struct interval next = shares_of_logits(logit->prediction95);
    document_detail(
        document, "Between the samples: Q %.4f with %s of freedom, I2 %.1f %%, tau2 %.6g (logit).",
        logit->q, number_of(combination->samples - 1, "degree"), 100 * logit->i2, logit->tau2);
    if (logit->has_prediction)
        document_detail(document,
                        "Where another sample's share would lie: %s (95 %% prediction interval).",
                        range_of(next, text_decimals(next)));
    else
        document_detail(document, "Where another sample's share would lie: not known; a prediction "
                                  "interval takes three samples.");
}

static void add_raw(struct document *document, const struct combination *combination)
{
    const struct random_effects *raw = &combination->raw;
    int decimals = text_decimals(raw->normal95) + 1;
    if (!combination->has_raw)
        return;
    document_detail(
        document, "The same on the scale of shares: %.*f %% +/- %.*f %% by normal quantiles%s.",
        decimals, 100 * raw->mean, decimals, 50 * (raw->normal95.high - raw->normal95.low),
        combination->samples == 2 ? ", a rough spread of two samples and no 95 % guarantee" : "");
}

static void add_combination(struct document *document, const struct combination *combination)
{
    const struct random_effects *logit = &combination->logit;
    struct interval wide = shares_of_logits(logit->knapp_hartung95);
    struct interval normal = shares_of_logits(logit->normal95);
    int decimals = text_decimals(normal);
    document_section(document, combination->mixed ? "together_mixed" : WORDS[combination->unit],
                     combination->mixed
                         ? "All samples together, units mixed"
                         : words_of("Samples of %s together", UNITS[combination->unit]));
    document_fact(document, "mean", "Random-effects mean", NULL);
    document_value(document, "share", NULL,
                   cell_with_interval(cell_share(share_of_logit(logit->mean), decimals), wide));
    document_detail(document,
                    "Of %zu samples (DerSimonian-Laird, on the logit scale; 95 %% interval of "
                    "Knapp and Hartung, modified: t with %s of freedom, never narrower than the "
                    "samples' own errors).",
                    combination->samples, number_of(combination->samples - 1, "degree"));
    if (combination->samples == 2)
        document_detail(document, "Two samples cannot say how much populations differ: the "
                                  "interval is wide because of that.");
    document_detail(document, "By normal quantiles, too narrow for few samples: %s.",
                    range_of(normal, decimals));
    add_spread(document, combination);
    add_raw(document, combination);
}

static void add_combined_use(struct document *document, const struct estimates *estimates)
{
    bool mixed = false;
    for (size_t i = 0; i < estimates->combination_count; i++)
        mixed |= estimates->combinations[i].mixed;
    if (mixed)
        document_point(document,
                       "The samples count different units. A share of domains and a share of MX "
                       "records answer different questions, so the mean of both is an answer to "
                       "neither: quote each sample by its unit, and the mean only as the rough "
                       "middle of what was seen.");
    document_point(document,
                   "The mean takes the samples for draws from one distribution of populations. A "
                   "bias that all of them share (only signed domains, only large ones) stays in "
                   "it.");
}

static void add_use(struct document *document, const struct estimates *estimates)
{
    size_t with_effect = 0, corrected = 0;
    for (size_t i = 0; i < estimates->samples->count; i++) {
        with_effect += estimates->samples->items[i].has_design_effect;
        corrected += estimates->each[i].corrected;
    }
    document_section(document, "use", "What this may be used for, and what not");
    if (estimates->combination_count > 0)
        add_combined_use(document, estimates);
    else
        document_point(document, "A single sample: there is nothing to combine it with.");
    if (with_effect < estimates->samples->count)
        document_point(document,
                       "A sample's interval (Wilson) takes its units as independent. Domains share "
                       "providers, so it is too narrow, unless the column design_effect says by "
                       "how much (`mxsurvey report` computes it for a survey).");
    if (corrected > 0)
        document_point(document, "Of samples that found none, or all, half a unit was added to "
                                 "both sides to give them a logit.");
}

struct document *combine_document(const struct estimates *estimates)
{
    struct document *document =
        document_new("How common are CNAMEs as mail exchanges? Published samples");
    if (document == NULL)
        return NULL;
    add_samples(document, estimates);
    for (size_t i = 0; i < estimates->combination_count; i++)
        add_combination(document, &estimates->combinations[i]);
    add_use(document, estimates);
    return document;
}
