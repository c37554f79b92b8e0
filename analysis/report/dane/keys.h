/* keys.h - the part of the report about TLSA records that will break: keys that no
 * table knows, hosts without room for the next key, records without data. */
#ifndef MXSURVEY_ANALYSIS_REPORT_DANE_KEYS_H
#define MXSURVEY_ANALYSIS_REPORT_DANE_KEYS_H

#include <stddef.h>
#include <stdint.h>

enum {
    OUTLOOK_ROWS_MAX = 10 /* as the statements have it */
};

/* A digest in usable records of usage 2 that data/ca-keys.csv does not have */
struct unknown_key {
    uint64_t selector, matching_type;
    char *digest; /* hexadecimal; owned */
    uint64_t hosts, providers;
};

struct key_outlook {
    uint64_t single;      /* hosts with one record only that senders go by */
    uint64_t certificate; /* hosts with such records of whole certificates only: `3 0 x` */
    uint64_t empty;       /* hosts with a record without data */
    size_t empty_count, unknown_count;
    char *empty_hosts[OUTLOOK_ROWS_MAX];          /* the first in text order; owned */
    struct unknown_key unknown[OUTLOOK_ROWS_MAX]; /* most hosts first */
};

#endif
