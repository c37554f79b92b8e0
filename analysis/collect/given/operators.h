/* operators.h - who runs what, as the user knows better than names tell.
 *
 * A CSV (csv_file.h) of lines `domain,operator`: a registrable domain, and whom its hosts belong
 * to.  A first line whose domain is `domain` is a header.
 */
#ifndef MXSURVEY_ANALYSIS_COLLECT_GIVEN_OPERATORS_H
#define MXSURVEY_ANALYSIS_COLLECT_GIVEN_OPERATORS_H

#include "analysis/collect/tables/name_table.h"
#include "crawler/core/error.h"

struct operators {        /* starts zeroed: none */
    struct key_map index; /* by key_of() a domain, lower case and without a final dot: the place of
                             its operator in names, from 1 */
    struct name_table names;
};

/* -1 with one line that names the file and the line at fault: a line of another form, a domain
 * given twice. */
int operators_read(const char *path, struct operators *ret, struct error *error);
void operators_free(struct operators *operators);

/* The cluster of what is called so: key_of() its operator's name where the file has it, else its
 * own key.  0, no name at all, stays. */
uint64_t operators_cluster(const struct operators *operators, uint64_t key);

#endif
