/* keys.h - the part of the report about TLSA records that will break: keys that no
 * table knows, hosts without room for the next key, records without data. */
#ifndef MXSURVEY_ANALYSIS_REPORT_KEYS_H
#define MXSURVEY_ANALYSIS_REPORT_KEYS_H

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

/* The same words for the text and the page */
#define OUTLOOK_HEADING "TLSA records: what will break"
#define SINGLE_MEANING                                                                             \
    "mail hosts not ready for another key: a single TLSA record that senders go by; the next "     \
    "one must be published beside it two TTLs before its key is used (RFC 7671 s8.1, s8.4)"
#define CERTIFICATE_MEANING                                                                        \
    "mail hosts not ready for another certificate: records of the host's whole certificate only "  \
    "(3 0 x), which each renewal changes, also where the key stays (RFC 7671 s5.1)"
#define EMPTY_MEANING                                                                              \
    "mail hosts with a TLSA record without data: it crashes Postfix before 3.8.18, 3.9.12, "       \
    "3.10.11, 3.11.4"
#define UNKNOWN_KEYS_HEADING "The most common unknown keys in records of usage 2 (DANE-TA)"

#endif
