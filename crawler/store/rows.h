/* rows.h - the rows of store.h as items of a batch, spread over the tables. */
#ifndef MXSURVEY_STORE_ROWS_H
#define MXSURVEY_STORE_ROWS_H

#include "crawler/store/batch.h"
#include "crawler/store/mx_sets.h"
#include "crawler/store/store.h"

void rows_add_host(struct batch *batch, const struct host_row *row);
void rows_show_host(struct batch *batch, uint64_t id);
void rows_add_failure(struct batch *batch, const struct failure_row *row);
void rows_add_domain(struct batch *batch, struct mx_sets *sets, const struct domain_row *row);
void rows_add_deferred(struct batch *batch, uint64_t id, enum deferred_lookup lookup,
                       const struct ede *ede);

#endif
