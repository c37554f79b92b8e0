/* mx_sets.h - the sets of MX records that were stored lately, so that domains which a provider
 * told the same share one.
 *
 * Memory is bounded: a set that was not met for a while is forgotten and, met again, stored again.
 */
#ifndef MXSURVEY_STORE_MX_SETS_H
#define MXSURVEY_STORE_MX_SETS_H

#include "crawler/store/store.h"

/* Of schema/tables.sql. */
enum mx_role {
    MX_OTHER,
    MX_PRIMARY,
    MX_AGAIN, /* names a host that came before, with a lower preference */
};

struct mx_set_record {
    uint64_t host;
    int preference; /* UNKNOWN_COUNT: the implicit mail host */
    uint8_t role;
};

struct mx_set {
    uint64_t id;
    bool is_new; /* its records are to be stored */
    unsigned count;
    const struct mx_set_record *records; /* by preference, each once */
};

struct mx_sets;

/* last_id: of the sets that are stored.  NULL: no memory. */
struct mx_sets *mx_sets_new(uint64_t last_id);
void mx_sets_free(struct mx_sets *sets);

/* The set of these MX records, of which there is one or more; valid until the next call.  NULL: no
 * memory. */
const struct mx_set *mx_sets_find(struct mx_sets *sets, const struct mx_row *mx, unsigned count);

/* A new set, which will not be met again. */
const struct mx_set *mx_sets_add(struct mx_sets *sets, const struct mx_set_record *records,
                                 unsigned count);

#endif
