/* combine_data.h - what combine.c computes, content.c says and the JSON has. */
#ifndef MXSURVEY_ANALYSIS_SAMPLES_COMBINE_DATA_H
#define MXSURVEY_ANALYSIS_SAMPLES_COMBINE_DATA_H

#include <jansson.h>

#include "analysis/document/document.h"
#include "analysis/statistics/random_effects.h"
#include "analysis/statistics/wilson.h"
#include "analysis/samples/samples.h"

/* Of one sample. */
struct sample_estimate {
    double share;
    struct interval wilson95;    /* units independent */
    bool has_clustered95;        /* the sample tells its design effect, count is not 0 or all */
    struct interval clustered95; /* logit, normal quantiles, the variance times that effect */
    bool corrected;              /* a half was added to count and rest for its logit */
};

/* Of samples together: of all, and of those of one unit where units differ. */
struct combination {
    bool mixed; /* units differ: their mean is a share of nothing in particular */
    enum sample_unit unit;
    size_t samples, corrected, with_design_effect;
    struct random_effects logit; /* on the logit scale */
    bool has_raw;                /* not with a count of 0 or all */
    struct random_effects raw;   /* on the scale of shares */
};

enum {
    COMBINATIONS_MAX = 1 + SAMPLE_UNIT_COUNT
};

struct estimates {
    const struct samples *samples;
    struct sample_estimate *each; /* one for each sample */
    struct combination combinations[COMBINATIONS_MAX];
    size_t combination_count; /* 0: a single sample */
};

/* The caller frees; NULL without memory. */
struct document *combine_document(const struct estimates *estimates);

/* NULL without memory */
json_t *combine_json(const struct estimates *estimates);

#endif
