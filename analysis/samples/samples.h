/* samples.h - published counts, from a CSV file such as data/seed-samples.csv.
 *
 * Columns: name, unit (domain, mx_record or host), count, of, source; and, where
 * wanted, date, design_effect and note, in any order.
 */
#ifndef MXSURVEY_ANALYSIS_SAMPLES_SAMPLES_H
#define MXSURVEY_ANALYSIS_SAMPLES_SAMPLES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "crawler/core/error.h"

enum {
    SAMPLES_MAX = 1000
};
#define SAMPLE_UNITS_MAX (UINT64_C(1) << 53) /* a double counts so far */

enum sample_unit {
    UNIT_DOMAIN,
    UNIT_MX_RECORD,
    UNIT_HOST
};
enum {
    SAMPLE_UNIT_COUNT = UNIT_HOST + 1
};
const char *sample_unit_word(enum sample_unit unit);

struct sample {
    char *name, *source; /* valid UTF-8; of the list's own */
    char *date;          /* NULL: not given */
    enum sample_unit unit;
    uint64_t count, of;   /* count <= of, of > 0 */
    double design_effect; /* 1 where not given */
    bool has_design_effect;
};

struct samples {
    struct sample *items; /* count of them, at least one */
    size_t count;
};

/* 0, or -1 with one line that names the file and the line at fault. */
int samples_read(const char *path, struct samples *ret, struct error *error);
void samples_free(struct samples *samples);

#endif
