/* probes.h - what `probe` reads of a finished survey, and what it adds: the only code that writes
 * it.
 *
 * The file stays complete in itself: rows are kept and written in one transaction a second at most,
 * in rollback mode; a kill loses what was met since.  Other programs may read meanwhile (not on a
 * disk that other machines share: disk.h); where one holds the file for long, rows wait in memory,
 * up to PROBES_WAITING_MAX of them or PROBES_WAITING_OCTETS, then it is an error that the same
 * command continues (status 3).
 *
 * One thread.  What returns int is 0, or below 0 with error set: PROBES_FAILED (status 3: a full
 * disk, a file in use; what was written stays, and the same command goes on) or PROBES_DAMAGED
 * (status 1: the same command would meet it again).
 */
#ifndef MXSURVEY_STORE_PROBES_H
#define MXSURVEY_STORE_PROBES_H

#include "crawler/core/certificate.h"
#include "crawler/core/error.h"
#include "crawler/core/smtp.h"
#include "crawler/store/voice.h"

enum {
    PROBES_WAITING_MAX = 1000,
    PROBES_WAITING_OCTETS = 64 << 20, /* of certificates, as a rule */
};

enum {
    PROBES_FAILED = -1,
    PROBES_DAMAGED = -2
};

struct probes;

/* A finished survey that no other mxsurvey writes; else below 0 and one line.  keep_der: the
 * certificates themselves are kept, too, also of those that are known without. */
int probes_open(const char *path, bool keep_der, struct probes **ret, struct error *error);

/* Writes what waits, with more patience, and closes; below 0: not all is written.  NULL is fine.
 * voice (or NULL): where another program holds the file, that is said, and waited for until asked
 * to stop. */
int probes_close(struct probes *probes, const struct store_voice *voice, struct error *error);

/* In run_info, as `probe.<key>`, with the next rows.  A merge takes the least `started_at`, the
 * greatest `ended_at` and the sum of each `total.*`, and sets other values that differ side by
 * side. */
int probes_set_info(struct probes *probes, const char *key, const char *value, struct error *error);

/* Which hosts: all with an address, or those ... */
enum probes_only {
    PROBES_ALL,
    PROBES_ALIAS, /* that are aliases */
    PROBES_TLSA,  /* with TLSA records (dane usable or unusable) */
    PROBES_STS    /* of a domain with a valid MTA-STS policy, enforce or testing */
};

struct probes_candidate {
    uint64_t host;     /* its number */
    uint64_t operator; /* hash of its provider; of its name where it has none */
    int64_t probed_at; /* of the last meeting; 0: never met */
    enum probe_outcome outcome;
    unsigned meetings;
};
typedef void probes_candidate_fn(void *context, const struct probes_candidate *candidate);

/* Each mail host with an address, once, in the order of their numbers. */
int probes_candidates(struct probes *probes, enum probes_only only, probes_candidate_fn *each,
                      void *context, struct error *error);

struct probes_address {
    uint8_t family; /* 4, 6 */
    uint8_t octets[16];
    bool special;
};

/* All that must be known to meet a host; pointers live until the next call. */
struct probes_host {
    struct name name;
    const char *provider; /* or NULL */
    bool has_target, has_base;
    struct name target;                     /* end of its alias chain */
    struct name base;                       /* TLSA base domain */
    const struct probes_address *addresses; /* IPv6 first */
    unsigned address_count;
    const struct tlsa_record *records; /* of a secure answer */
    const bool *usable;
    unsigned record_count;
};
int probes_host(struct probes *probes, uint64_t host, struct probes_host *ret, struct error *error);

/* What came of a meeting. */
struct probe_row {
    uint64_t host;
    int64_t probed_at;
    const struct probes_address *address; /* the one met, or tried last */
    enum probe_outcome outcome;
    enum probe_phase phase;
    unsigned reply;                            /* the last SMTP code; 0: none */
    bool plaintext;                            /* see struct smtp */
    enum tls_version version;                  /* of a handshake that was finished */
    int alert;                                 /* of one that failed: RFC 8446 s6; -1: none */
    STACK_OF(X509) * chain;                    /* NULL: none was shown */
    const struct certificate_verdict *verdict; /* of the chain; NULL without */
    const struct probes_host *met;             /* its records; NULL where it has none */
};
/* Copies.  Replaces the row of an earlier meeting, whatever came of either.  Of a meeting without
 * a chain the records are `not_reached`. */
int probes_put(struct probes *probes, const struct probe_row *row, struct error *error);

/* Writes what waits, if it can be written now; to be called about once a second. */
int probes_flush(struct probes *probes, struct error *error);

#endif
