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
    TABLE_SURVEYED,
    TABLE_SURVEYED_DETAIL,
    TABLE_MORE_MX,
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
#define NO_TEXT UINT32_MAX

/* Rows begin with the number that they are sorted by before they are written
 * (0 in tables that are not sorted), so that trees grow at their end. */
struct listed_item {
    uint64_t id;
    int64_t rank; /* negative: NULL */
    uint32_t domain;
    uint8_t length;
    uint8_t suffix_length; /* 0: NULL */
};

struct listed_position_item {
    uint64_t id;
    uint64_t position;
};

struct rejected_item {
    uint64_t unsorted;
    uint64_t line;
    struct text list, text, reason;
};

struct host_item {
    uint64_t id;
    struct text name, provider;
    int ipv4_count, ipv6_count, special_count;
    uint8_t class, address_outcome, dnssec, alias, dane;
};

struct host_detail_item {
    uint64_t id;
    struct text ede;
    uint8_t failure, alias_dnssec, alias_problem, dane_exim;
    bool hidden;
};

struct shown_host_item {
    uint64_t id;
};

struct alias_item {
    uint64_t host;
    struct text target;
    uint8_t hop, kind;
};

struct address_item {
    uint64_t host;
    uint8_t family;
    bool special;
    uint8_t octets[16];
};

struct host_tlsa_item {
    uint64_t id;
    int count, usable_count;
    uint8_t outcome, hop, dnssec;
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
    unsigned tries;
    uint8_t kind, failure;
};

struct deferred_item {
    uint64_t domain;
    struct text ede;
    uint8_t lookup;
};

struct surveyed_item {
    uint64_t id;
    int64_t surveyed_at;
    uint64_t host; /* 0: NULL */
    int mx_count, cname_mx_count;
    int preference; /* negative: NULL */
    uint8_t mx_outcome, dnssec, dane, sts, tlsrpt;
    bool dane_ready;
};

struct surveyed_detail_item {
    uint64_t id;
    struct text ede, alias_target;
    unsigned tlsa_failures, unknown_mx_count;
    uint8_t null_mx_flaw, failure;
};

struct more_mx_item {
    uint64_t domain;
    uint64_t host;
    uint16_t preference;
};

struct sts_policy_item {
    uint64_t id;
    int64_t fetched_at; /* 0: NULL */
    struct text record_id, fault, mx, media_type;
    int max_age;          /* negative: NULL */
    unsigned http_status; /* 0: NULL */
    uint8_t record_outcome, policy_outcome, detail, mode, cname_effect;
};

struct sts_match_item {
    uint64_t domain;
    uint64_t host;
    bool alias, name, target;
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

size_t table_row_size(enum table_id table);

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
