/* providers.h - by provider: who got and who mended aliases, who has DANE. */
#ifndef MXSURVEY_ANALYSIS_COMPARISON_PROVIDERS_H
#define MXSURVEY_ANALYSIS_COMPARISON_PROVIDERS_H

#include "analysis/comparison/data.h"

/* Where a provider is counted; only those with anything to tell */
struct provider_tallies { /* starts zeroed */
    struct key_map index; /* place in items, from 1 */
    struct provider_tally {
        uint64_t key;
        uint64_t appeared, mended, cname[2], dane[2];
    } * items;
    size_t length, room;
};

enum cname_state cname_state_of(const struct domain_kind *kind);
/* With an alias exchange in the new survey and surely without in the old; or the other way */
bool has_appeared(enum cname_state old, enum cname_state new);
bool was_mended(enum cname_state old, enum cname_state new);

/* Counts one domain; old or new may be NULL.  False without memory. */
bool provider_tallies_add(struct provider_tallies *tallies, const struct unit *old,
                          const struct unit *new);
void provider_tallies_free(struct provider_tallies *tallies);

/* Fills the three tables; names come from the files.  Of equals at the end of a table, which
 * ones have a place is arbitrary, but always the same. */
int provider_changes_rank(const struct provider_tallies *tallies, const char *const paths[2],
                          struct comparison *comparison, struct error *error);

#endif
