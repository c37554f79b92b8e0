/* survey_units.h - what a comparison asks of the domains and hosts of a survey, as units. */
#ifndef MXSURVEY_ANALYSIS_COLLECT_UNITS_SURVEY_UNITS_H
#define MXSURVEY_ANALYSIS_COLLECT_UNITS_SURVEY_UNITS_H

#include "analysis/collect/collector.h"
#include "analysis/collect/units/units.h"

struct survey_units { /* starts zeroed */
    struct units *domains, *hosts;
};

/* path is borrowed. */
int survey_units_new(const char *path, struct survey_units *ret, struct error *error);
void survey_units_free(struct survey_units *units);

/* Add one; key, provider and cluster as in struct unit. */
int survey_units_domain(struct survey_units *units, uint64_t key, uint64_t provider,
                        uint64_t cluster, const struct domain_kind *kind, struct error *error);
int survey_units_host(struct survey_units *units, uint64_t key, uint64_t cluster,
                      struct host_kind kind, struct error *error);

/* What a unit's kind says.  Suffix and rank are not kept. */
struct domain_kind unit_domain_kind(uint64_t kind);
struct host_kind unit_host_kind(uint64_t kind);

#endif
