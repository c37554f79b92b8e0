/* tlsa.h - TLSA records for SMTP: is one usable, whose key is it?
 *
 * Pure.  RFC 6698 s2.1 (the record), RFC 7672 s3.1 (what SMTP may use), RFC 7671
 * s9 (digest agility).  Whole certificates and keys are read by libcrypto's DER
 * parsers, as sending servers read them.
 */
#ifndef MXSURVEY_CORE_TLSA_H
#define MXSURVEY_CORE_TLSA_H

#include "crawler/core/words.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    TLSA_USAGE_TA = 2, /* DANE-TA, RFC 7218 */
    TLSA_USAGE_EE = 3, /* DANE-EE */
    TLSA_SELECTOR_CERTIFICATE = 0,
    TLSA_SELECTOR_KEY = 1,
    TLSA_MATCHING_FULL = 0,
    TLSA_MATCHING_SHA256 = 1,
    TLSA_MATCHING_SHA512 = 2,
};

struct tlsa_record {
    uint8_t usage, selector, matching_type;
    uint16_t size;
    const uint8_t *data; /* borrowed */
};

/* Reads RDATA.  false: shorter than its three numbers. */
bool tlsa_read(const uint8_t *rdata, size_t size, struct tlsa_record *ret);

/* Some total order; 0 for the same record. */
int tlsa_compare(const struct tlsa_record *a, const struct tlsa_record *b);

/* Why the record by itself cannot be used, the first reason in the order of the
 * words; TLSA_USABLE (0) where it can. */
enum tlsa_reason tlsa_judge(const struct tlsa_record *record);

/* Which records of an RRset a client goes by: of those usable, for each usage and
 * selector the full ones and the strongest digest (RFC 7671 s9).  ret may be
 * usable. */
void tlsa_effective(const struct tlsa_record *records, const bool *usable, size_t count, bool *ret);

/* A well-known key or certificate, or a digest of none: a row of data/ca-keys.csv.  Unix
 * times, INT64_MAX for what never comes. */
struct ca_key {
    const char *name;
    enum key_status otherwise;     /* while it is not sent: backup, unsent; or junk, always */
    int64_t sent_from, sent_until; /* in the chains of that time, up to the later excluded */
    int64_t retired;
    int64_t ends; /* the day after its not_after begins */
};

/* What the record's data is, whatever its usage; NULL for a key that we do not
 * know.  A whole certificate is known by its own digest, or by that of its key. */
const struct ca_key *tlsa_known_key(const struct tlsa_record *record);

/* Where it is in its life at this time, by the dates of its row alone.  A key may have
 * later certificates than the record's, so nothing but its row tells. */
enum key_status ca_key_status(const struct ca_key *key, int64_t now);

#endif
