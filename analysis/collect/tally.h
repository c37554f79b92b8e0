/* tally.h - hosts and domains by a name: whom they belong to, where they lead. */
#ifndef MXSURVEY_ANALYSIS_COLLECT_TALLY_H
#define MXSURVEY_ANALYSIS_COLLECT_TALLY_H

#include "analysis/collect/tables/name_table.h"
#include "analysis/report/dane/dane.h"

/* By place in the names; starts zeroed */
struct name_tally {
    struct name_table names;
    struct name_count {
        struct host_count count;
        uint64_t last_number; /* of the last domains counted */
    } * counts;
    size_t room;
};

/* The name's place, from 1; 0 without memory. */
uint32_t name_tally_put(struct name_tally *tally, const char *name, size_t length);

/* A host; domains that are met together as of one number, from 1: they count once for a name,
 * however many of their hosts have it.  place 0: nothing. */
void name_tally_host(struct name_tally *tally, uint32_t place);
void name_tally_domains(struct name_tally *tally, uint32_t place, uint64_t number,
                        uint64_t domains);

/* Those that most domains have, of the names of a host; -1 without memory. */
int name_tally_rank(const struct name_tally *tally, struct named_top *ret);
void name_tally_free(struct name_tally *tally);

void named_top_free(struct named_top *top);

#endif
