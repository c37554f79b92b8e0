/* design.h - what a survey is of its list: all, a sample, the first names. */
#ifndef MXSURVEY_ANALYSIS_STATISTICS_DESIGN_H
#define MXSURVEY_ANALYSIS_STATISTICS_DESIGN_H

#include <stdbool.h>
#include <stdint.h>

enum design_kind {
    DESIGN_PARTIAL, /* not finished, or not told */
    DESIGN_CENSUS,
    DESIGN_SAMPLE, /* a random one, without replacement */
    DESIGN_FIRST
};

const char *design_kind_word(enum design_kind kind);

/* The field of an estimate that speaks for the list: "share" or "sample95" */
const char *design_headline(enum design_kind kind);

/* What run_info says; surveyed: rows of `domains` */
struct design_facts {
    bool has_listed, has_other; /* total.listed, total.other_shards are there */
    bool complete;              /* so are all other keys, and state is `finished` */
    uint64_t listed, other;
    uint64_t limit;      /* 0: none */
    uint64_t shards;     /* N of setting.shard, 1: not sharded */
    bool seeded;         /* setting.shuffle is a number */
    bool stratified;     /* setting.sample is above 0: listed are names drawn from strata */
    uint64_t population; /* total.population: of which they were drawn */
    uint64_t surveyed;
};

struct design {
    enum design_kind kind;
    uint64_t surveyed;
    bool has_population; /* the next two are known */
    uint64_t population; /* names that the share is to speak for; may be 0 */
    double fraction;     /* surveyed / population; 1 of an empty list */
};

struct design design_of(const struct design_facts *facts);

#endif
