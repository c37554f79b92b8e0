/* row.h - one MX record of notify.h in its three forms. */
#ifndef MXSURVEY_ANALYSIS_NOTIFY_ROW_H
#define MXSURVEY_ANALYSIS_NOTIFY_ROW_H

#include <stdbool.h>
#include <stdint.h>

#include "analysis/export/sink.h"

enum notify_column {
    NOTIFY_PROVIDER,        /* of the exchange; "" where it has none */
    NOTIFY_TARGET_PROVIDER, /* of the alias's target; likewise */
    NOTIFY_DOMAIN,
    NOTIFY_PREFERENCE,
    NOTIFY_EXCHANGE,
    NOTIFY_ALIAS_TARGET,
    NOTIFY_ALIAS_PROBLEM,
    NOTIFY_CHANGE, /* what to change, a sentence */
    NOTIFY_COLUMNS
};

/* Texts are valid UTF-8 of the row's own; NULL is not known, or an alias's target that cannot be: a
 * DNAME makes it too long (YXDOMAIN, RFC 6672 s2.2). */
struct notify_row {
    char *texts[NOTIFY_COLUMNS];
    bool own; /* the exchange is the domain's own */
};

void notify_row_free(struct notify_row *row);

/* The sentence, from the other texts; NULL without memory.  The caller frees. */
char *notify_change(const struct notify_row *row);

/* A field of a CSV that no spreadsheet takes for a formula: one gets a `'` before it. */
bool notify_put_guarded(struct sink *sink, const char *text);

bool notify_put_csv_header(struct sink *sink);
bool notify_put_csv(struct sink *sink, const struct notify_row *row);
bool notify_put_json(struct sink *sink, const struct notify_row *row);

/* For people: where the exchange leads */
const char *notify_target(const struct notify_row *row);

/* Before the exchanges of another provider. */
void notify_print_provider(FILE *out, const struct notify_row *row);

/* Before the records of another exchange: the exchange and what to change. */
int notify_print_exchange(FILE *out, const struct notify_row *row);
int notify_print_domain(FILE *out, const struct notify_row *row);

#endif
