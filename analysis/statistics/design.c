#include "analysis/statistics/design.h"

static const char *const words[] = {
    [DESIGN_PARTIAL] = "partial",
    [DESIGN_CENSUS] = "census",
    [DESIGN_SAMPLE] = "sample",
    [DESIGN_FIRST] = "first",
};

const char *design_kind_word(enum design_kind kind)
{
    return words[kind];
}

const char *design_headline(enum design_kind kind)
{
    return kind == DESIGN_SAMPLE ? "sample95" : "share";
}

static enum design_kind kind_of(const struct design_facts *facts, uint64_t population)
{
    bool limited = facts->limit > 0 && facts->limit < facts->listed;
    bool known = facts->has_listed && facts->has_other && facts->complete;
    if (!known || facts->surveyed != (limited ? facts->limit : facts->listed))
        return DESIGN_PARTIAL;
    if (limited && !facts->seeded)
        return DESIGN_FIRST;
    return facts->surveyed < population ? DESIGN_SAMPLE : DESIGN_CENSUS;
}

/* A seeded limit is a simple random sample without replacement; a shard, by a stable hash of the
 * name, is taken as one.  What was drawn from strata is all listed. */
struct design design_of(const struct design_facts *facts)
{
    bool sharded = facts->shards > 1;
    struct design design = {
        .surveyed = facts->surveyed,
        .has_population = facts->has_listed && (!sharded || facts->has_other),
        .population =
            facts->stratified ? facts->population : facts->listed + (sharded ? facts->other : 0),
    };
    design.kind = kind_of(facts, design.population);
    if (design.kind == DESIGN_FIRST)
        design.population = design.surveyed;
    design.fraction =
        design.population > 0 ? (double)design.surveyed / (double)design.population : 1;
    return design;
}
