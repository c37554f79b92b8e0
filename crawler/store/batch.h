/* batch.h - rows on their way into the file.
 *
 * One array of plain rows for each table, and one arena for their texts.  The
 * main thread fills a batch with copies; whoever writes it reads it through
 * columns.h and clears it.  Arrays keep their memory for the next use.
 */
#ifndef MXSURVEY_STORE_BATCH_H
#define MXSURVEY_STORE_BATCH_H

#include "crawler/core/message.h"

/* In the order in which they are written. */
enum table_id {
    TABLE_LISTED,
    TABLE_LISTED_POSITION,
    TABLE_STRATUM,
    TABLE_REJECTED,
    TABLE_HOST,
    TABLE_HOST_DETAIL,
    TABLE_SHOWN_HOST,
    TABLE_ALIAS,
    TABLE_ADDRESS,
    TABLE_HOST_TLSA,
    TABLE_TLSA,
    TABLE_FAILURE,
    TABLE_DEFERRED,
    TABLE_DEFERRED_HOST,
    TABLE_MX_RECORD,
    TABLE_SURVEYED,
    TABLE_SURVEYED_DETAIL,
    TABLE_STS_POLICY,
    TABLE_STS_MATCH,
    TABLE_RUN,
    TABLE_COUNT
};

/* A text in the arena; offset NO_TEXT is NULL. */
struct text {
    uint32_t offset;
    uint32_t length;
};
#define NO_TEXT   UINT32_MAX
#define NO_OFFSET INT64_MIN

/* Members are called as the columns of schema/tables.sql; columns.c says of which value of a
 * member NULL is stored.  Rows begin with the number that they are sorted by before they are
 * written (0 in tables that are not sorted), so that trees grow at their end. */
struct listed_item {
    uint64_t id;
    int64_t rank_offset;
    uint64_t suffix_stratum;
    struct text domain;
};

struct listed_position_item {
    uint64_t id;
    uint64_t position;
};

struct stratum_item {
    uint64_t id;
    struct text stratum;
};

struct rejected_item {
    uint64_t unsorted;
    uint64_t line;
    struct text list, text, reason;
};

struct host_item {
    uint64_t id;
    int64_t resolved_at;
    int64_t address_outcome; /* below 0: hidden */
    struct text name;
    int provider_length;
    int ipv4_count, ipv6_count, special_count;
    uint8_t class, dnssec, alias, dane, details;
};

/* Bits of host_item.details. */
enum {
    HAS_HOST_DETAIL = 1,
    HAS_HOST_TLSA = 2,
};

struct host_detail_item {
    uint64_t id;
    struct text ede;
    int alias_provider_length;
    uint8_t failure, alias_dnssec, alias_problem, dane_exim;
};

struct shown_host_item {
    uint64_t id;
};

struct alias_item {
    uint64_t host;
    struct text target;
    int ttl;
    uint8_t hop, kind;
};

struct item_address {
    uint8_t family;
    uint8_t octets[16];
};

struct address_item {
    uint64_t host;
    struct item_address address;
    uint8_t family;
    bool special;
};

struct host_tlsa_item {
    uint64_t id;
    int count, usable_count;
    uint8_t outcome, base_hop, dnssec;
};

struct tlsa_item {
    uint64_t host;
    struct text data; /* octets */
    struct text known_key;
    uint8_t usage, selector, matching_type, reason, key_status;
    bool usable;
};

struct failure_item {
    uint64_t unsorted;
    struct text name, ede;
    int tries;
    uint8_t kind, failure;
};

struct deferred_item {
    uint64_t domain;
    struct text ede;
    uint8_t lookup;
};

struct deferred_host_item {
    uint64_t unsorted;
    struct text name, address, alias, tlsa;
};

struct mx_record_item {
    uint64_t mx_set;
    uint64_t host;
    int place, preference;
    uint8_t role;
};

struct surveyed_item {
    uint64_t id;
    int64_t surveyed_at;
    uint64_t mx_set;
    int64_t provider;
    int64_t mx_ttl;
    int mx_count, cname_mx_count;
    uint8_t mx_outcome, dnssec, dane, sts, tlsrpt;
    bool dane_ready, detailed;
};

struct surveyed_detail_item {
    uint64_t id;
    struct text ede, alias_target;
    int tlsa_failures, unknown_mx_count;
    uint8_t null_mx_flaw, failure;
};

struct sts_policy_item {
    uint64_t id;
    int64_t fetched_at;
    struct text record_id, fault, mx, media_type;
    int max_age, http_status;
    uint8_t record_outcome, policy_outcome, detail, mode, cname_effect;
};

struct sts_match_item {
    uint64_t domain;
    uint64_t host;
    int target;
    bool name;
};

struct run_item {
    uint64_t unsorted;
    struct text key, value;
};

struct buffer {
    char *data;
    size_t count, capacity; /* in items; of the arena: in octets */
    uint32_t *order;        /* indices of sorted items; NULL: they are in order */
};

struct batch {
    struct buffer rows[TABLE_COUNT];
    struct buffer texts;
    size_t row_count;   /* of all tables */
    bool out_of_memory; /* a row is missing: the batch must not be written */
};

/* A zeroed row to fill, valid until the next call for this table; where memory
 * is exhausted a scratch row, and the batch is marked. */
void *batch_add(struct batch *batch, enum table_id table);

struct text batch_text(struct batch *batch, const char *text, size_t length);
struct text batch_name(struct batch *batch, const struct name *name); /* NULL gives NO_TEXT */
struct text batch_ede(struct batch *batch, const struct ede *ede);    /* none gives NO_TEXT */

/* Each table by the first number of its rows: these stay where they are, batch_row() tells. */
void batch_sort(struct batch *batch);

/* The row with this index, of a batch that is sorted. */
static inline const void *batch_row(const struct buffer *rows, size_t index, size_t size)
{
    return rows->data + (rows->order != NULL ? rows->order[index] : index) * size;
}

void batch_clear(struct batch *batch);
void batch_free(struct batch *batch); /* what it holds, not the struct */

#endif
