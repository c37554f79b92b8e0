/* The estimates as text, and in words what they may and may not be used for. */
#include <string.h>

#include "analysis/samples/combine_data.h"
#include "analysis/document/text_form.h"

struct printer {
    const struct estimates *estimates;
    FILE *out;
    int failed;
};

static const char *const units[SAMPLE_UNIT_COUNT] = {"domains", "MX records", "hosts"};

static void print_sample(struct printer *printer, const struct sample *sample,
                         const struct sample_estimate *estimate)
{
    char share[NUMBER_MAX], range[NUMBER_MAX], clustered[NUMBER_MAX], count[NUMBER_MAX],
        of[NUMBER_MAX];
    int decimals = text_decimals(estimate->wilson95);
    fputs("\n  ", printer->out);
    printer->failed |= text_wrap(printer->out, 2, 2, sample->name);
    printer->failed |= text_print(printer->out, 4, "%s (95 %% interval %s)",
                                  text_percent(estimate->share, decimals, share),
                                  text_range(estimate->wilson95, decimals, range));
    if (estimate->has_clustered95)
        printer->failed |= text_print(
            printer->out, 4, "With its design effect of %.4g: 95 %% interval %s.",
            sample->design_effect,
            text_range(estimate->clustered95, text_decimals(estimate->clustered95), clustered));
    printer->failed |=
        text_print(printer->out, 4, "%s of %s %s%s%s", text_count(sample->count, count),
                   text_count(sample->of, of), units[sample->unit],
                   sample->date != NULL ? ", " : "", sample->date != NULL ? sample->date : "");
    fputs("    Source: ", printer->out);
    printer->failed |= text_wrap(printer->out, 12, 4, sample->source);
}

static void print_effects(struct printer *printer, const struct combination *combination)
{
    const struct random_effects *logit = &combination->logit;
    struct interval wide = shares_of_logits(logit->knapp_hartung95);
    struct interval normal = shares_of_logits(logit->normal95);
    struct interval next = shares_of_logits(logit->prediction95);
    char share[NUMBER_MAX], range[NUMBER_MAX];
    int decimals = text_decimals(normal);
    printer->failed |= text_print(
        printer->out, 2, "%s (95 %% interval %s)",
        text_percent(share_of_logit(logit->mean), decimals, share),
        text_range(wide, text_decimals(wide) > decimals ? text_decimals(wide) : decimals, range));
    printer->failed |= text_print(
        printer->out, 2,
        "Random-effects mean of %zu samples (DerSimonian-Laird, on the logit scale; interval of "
        "Knapp and Hartung, modified: no narrower than what the samples' own errors make; t with "
        "%zu degree%s of freedom).",
        combination->samples, combination->samples - 1, combination->samples == 2 ? "" : "s");
    printer->failed |=
        text_print(printer->out, 2, "By normal quantiles, too narrow for few samples: %s.",
                   text_range(normal, decimals, range));
    printer->failed |=
        text_print(printer->out, 2,
                   "Between the samples: Q %.4f with %zu degree%s of freedom, I2 %.1f %%, "
                   "tau2 %.6g (logit).",
                   logit->q, combination->samples - 1, combination->samples == 2 ? "" : "s",
                   100 * logit->i2, logit->tau2);
    if (logit->has_prediction)
        printer->failed |= text_print(printer->out, 2,
                                      "Where another sample's share would lie: %s (95 %% "
                                      "prediction interval).",
                                      text_range(next, text_decimals(next), range));
    else
        printer->failed |= text_print(printer->out, 2,
                                      "Where another sample's share would lie: not known; a "
                                      "prediction interval takes three samples.");
}

static void print_combination(struct printer *printer, const struct combination *combination)
{
    text_heading(printer->out, combination->mixed ? "All samples together, units mixed"
                               : combination->unit == UNIT_DOMAIN ? "Samples of domains together"
                               : combination->unit == UNIT_MX_RECORD
                                   ? "Samples of MX records together"
                                   : "Samples of hosts together");
    print_effects(printer, combination);
    if (!combination->has_raw)
        return;
    const struct random_effects *raw = &combination->raw;
    int decimals = text_decimals(raw->normal95);
    printer->failed |= text_print(
        printer->out, 2,
        "The same on the scale of shares: %.*f %% +/- %.*f %% by normal quantiles%s.", decimals + 1,
        100 * raw->mean, decimals + 1, 50 * (raw->normal95.high - raw->normal95.low),
        combination->samples == 2 ? ", a rough spread of two samples and no 95 % guarantee" : "");
}

static void point(struct printer *printer, const char *text)
{
    fputs("  - ", printer->out);
    printer->failed |= text_wrap(printer->out, 4, 4, text);
}

static void print_combined_use(struct printer *printer)
{
    const struct estimates *estimates = printer->estimates;
    bool mixed = false, two = false;
    for (size_t i = 0; i < estimates->combination_count; i++) {
        mixed |= estimates->combinations[i].mixed;
        two |= estimates->combinations[i].samples == 2;
    }
    if (mixed)
        point(printer, "The samples count different units. A share of domains and a share of MX "
                       "records answer different questions, so the mean of both is an answer to "
                       "neither: quote each sample by its unit, and the mean only as the rough "
                       "middle of what was seen.");
    if (two)
        point(printer, "Two samples cannot say how much populations differ: the interval is wide "
                       "because of that. The one by normal quantiles, and any \"+/-\" taken from "
                       "it, describes "
                       "these two samples only.");
    point(printer, "The mean takes the samples for draws from one distribution of populations. A "
                   "bias that all of them share (only signed domains, only large ones) stays in "
                   "it.");
}

static void print_use(struct printer *printer)
{
    const struct estimates *estimates = printer->estimates;
    size_t with_effect = 0, corrected = 0;
    for (size_t i = 0; i < estimates->samples->count; i++) {
        with_effect += estimates->samples->items[i].has_design_effect;
        corrected += estimates->each[i].corrected;
    }
    text_heading(printer->out, "What this may be used for, and what not");
    if (estimates->combination_count > 0)
        print_combined_use(printer);
    else
        point(printer, "A single sample: there is nothing to combine it with.");
    if (with_effect < estimates->samples->count)
        point(printer, "A sample's interval (Wilson) takes its units as independent. Domains share "
                       "providers, so it is too narrow, unless the column design_effect says by "
                       "how much (`mxsurvey report` computes it for a survey).");
    if (corrected > 0)
        point(printer, "Of samples that found none, or all, half a unit was added to both sides to "
                       "give them a logit.");
}

int combine_print_text(const struct estimates *estimates, FILE *out)
{
    struct printer printer = {estimates, out, 0};
    const struct samples *samples = estimates->samples;
    fputs("How common are CNAMEs as mail exchanges? Published samples\n"
          "===========================================================\n",
          out);
    for (size_t i = 0; i < samples->count; i++)
        print_sample(&printer, &samples->items[i], &estimates->each[i]);
    for (size_t i = 0; i < estimates->combination_count; i++)
        print_combination(&printer, &estimates->combinations[i]);
    print_use(&printer);
    return printer.failed != 0 ? -1 : 0;
}
