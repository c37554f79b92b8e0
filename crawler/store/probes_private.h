/* probes_private.h - what the parts of probes.h share: probes.c (the file, what waits),
 * probes_read.c (candidates, hosts), probes_write.c (rows into tables).
 */
#ifndef MXSURVEY_STORE_PROBES_PRIVATE_H
#define MXSURVEY_STORE_PROBES_PRIVATE_H

#include "crawler/core/address.h"
#include "crawler/store/file.h"
#include "crawler/store/probes.h"
#include "crawler/store/run_info.h"

enum {
    KNOWN_CERTIFICATES = 4096,                         /* a power of two; 160 KB */
    ADDRESSES_MAX = UINT16_MAX / 16 + UINT16_MAX / 28, /* of records without a name of their own */
    RECORDS_MAX = UINT16_MAX / 15,
};

/* A certificate of a chain, as it waits. */
struct probes_shown {
    int64_t id;
    struct certificate *certificate; /* owned; NULL: it is in the file */
    uint8_t *der;                    /* NULL: not to be kept; OpenSSL's */
    int der_size;
};

struct probes_matched {
    struct tlsa_record record; /* data: owned */
    bool usable;
    enum tlsa_match match;
};

/* A row that waits to be written. */
struct probes_waiting {
    struct probes_waiting *next;
    size_t octets;        /* about so many it takes */
    struct probe_row row; /* without its pointers */
    struct probes_address address;
    bool is_judged;
    struct certificate_verdict verdict;
    unsigned chain_count, record_count;
    struct probes_shown *chain;
    struct probes_matched *records;
};

/* Statements that are kept. */
enum {
    READ_HOST,
    READ_ADDRESSES,
    READ_TLSA,
    READ_STATEMENTS
};
enum {
    WRITE_PROBE,
    DROP_MATCH,
    DROP_TLSA,
    WRITE_MATCH,
    WRITE_TLSA,
    WRITE_CERTIFICATE,
    WRITE_INFO,
    WRITE_STATEMENTS
};
extern const char *const probes_read_sql[READ_STATEMENTS];
extern const char *const probes_write_sql[WRITE_STATEMENTS];

struct probes {
    struct file file;
    bool keep_der;
    sqlite3_stmt *read[READ_STATEMENTS], *write[WRITE_STATEMENTS];
    struct probes_waiting *first, **end; /* oldest first */
    unsigned waiting_count;
    size_t waiting_octets;
    struct run_info info; /* not yet written */
    /* Certificates that are in the file, each in the one place that its digest falls to. */
    struct probes_known {
        int64_t id; /* 0: none */
        uint8_t sha256[CERTIFICATE_DIGEST_SIZE];
    } known[KNOWN_CERTIFICATES];
    /* of probes_host(): room for what answers of 65,535 octets have */
    struct probes_address addresses[ADDRESSES_MAX];
    struct tlsa_record records[RECORDS_MAX];
    bool usable[RECORDS_MAX];
    uint8_t data[UINT16_MAX];
    char provider[NAME_TEXT_MAX];
};

/* The line for an SQLite result code; returns PROBES_FAILED or PROBES_DAMAGED. */
int probes_fail(struct probes *probes, const char *doing, int code, struct error *error);

/* Where a certificate with this digest is kept. */
struct probes_known *probes_known_place(struct probes *probes, const uint8_t *sha256);

/* Writes a row, and what is waiting of run_info, within a transaction.  SQLite result codes. */
int probes_write_row(struct probes *probes, struct probes_waiting *waiting);
int probes_write_info(struct probes *probes);

#endif
