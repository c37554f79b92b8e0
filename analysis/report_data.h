/* report_data.h - the report as data: what every form of it shows. */
#ifndef MXSURVEY_ANALYSIS_REPORT_DATA_H
#define MXSURVEY_ANALYSIS_REPORT_DATA_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "analysis/report_dane.h"
#include "analysis/statistics.h"
#include "crawler/core/error.h"
#include "crawler/core/words.h"

enum estimate_id {
    DOMAINS_WITH_CNAME_MX,
    DOMAINS_WITH_CNAME_MX_SECURE,
    CNAME_MX_RECORDS,
    CNAME_MX_HOSTS,
    SECURE_DOMAINS,
    SECURE_HOSTS,
    HOSTS_WITH_TLSA,
    DOMAINS_DANE_COMPLETE,
    DOMAINS_WITH_STS,
    STS_REFUSED_BY_TARGET_MATCHING,
    ESTIMATE_COUNT
};

struct estimate {
    const char *name, *unit, *stratum; /* static */
    struct cluster_sums sums;          /* of, count; clusters are mail providers */
    uint64_t unanswered;
    bool has_share; /* of is not 0: the next three are defined */
    double share;
    struct interval wilson95, bounds;
    bool has_cluster; /* cluster_ratio95() is defined */
    struct cluster_ratio cluster;
};

struct info {
    char *key, *value;
};

/* Texts are as in the file, valid UTF-8, owned by the report; NULL for NULL. */
struct tally {
    char *kind;    /* of failed lookups: what for; of chains: cname, dname; else NULL */
    char *reason;  /* failure word, reason of a rejected line, alias problem */
    uint64_t hops; /* of chains */
    uint64_t count;
};

struct tally_list {
    size_t length;
    struct tally *items;
};

struct known_count {
    bool known;
    uint64_t count;
};

struct report {
    size_t info_count;
    struct info *info; /* run_info, by key */
    bool finished;
    struct known_count listed, duplicates, excluded, left;
    uint64_t surveyed;
    uint64_t rejected;
    uint64_t mx_outcomes[MX_OUTCOME_FAILED + 1]; /* by enum mx_outcome */
    uint64_t hosts;
    struct tally_list rejected_lines, failures, chains;
    struct provider_top alias_providers; /* by domains with an alias exchange, of those judged */
    struct dane_report dane;
    struct ede_list ede;
    struct estimate estimates[ESTIMATE_COUNT];
};

/* Reads the survey at path.  Call report_free() in any case. */
int report_collect(const char *path, struct report *ret, struct error *error);
void report_free(struct report *report);

/* NULL where run_info has no such key */
const char *report_info(const struct report *report, const char *key);

/* The forms; 0, or -1 without memory.  Errors of out stay in ferror(). */
int report_print_text(const struct report *report, FILE *out);
int report_print_json(const struct report *report, FILE *out);

#endif
