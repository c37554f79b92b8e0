/* buckets.h - a hash table that grows one bucket at a time, so that no insertion holds whoever
 * makes it, however large the table is.
 *
 * Linear hashing (Litwin 1980, with the segments of Larson 1988): an insertion parts the entries
 * of one bucket between it and a new one, in the order of the buckets.  The buckets lie in
 * segments, each as large as all before it; none is ever moved or copied, and one that is new
 * takes memory page by page.  What an insertion does is bounded by the longest chain, which with a
 * hash that nobody can foretell is some ten entries.
 *
 * Entries are their owner's, chained by the link that each begins with.  Not made for threads.
 */
#ifndef MXSURVEY_BASE_BUCKETS_H
#define MXSURVEY_BASE_BUCKETS_H

#include <stddef.h>
#include <stdint.h>

enum {
    BUCKETS_FIRST = 1024, /* in the first segment */
    BUCKET_SEGMENTS = 32,
};

struct link {
    struct link *next;
};

struct buckets;

/* Of an entry of these buckets: always the same. */
typedef uint64_t buckets_hash(const struct buckets *buckets, const struct link *entry);

struct buckets {
    buckets_hash *hash;
    unsigned thinness;   /* buckets for each entry, at least */
    size_t entry_count;  /* entries */
    size_t bucket_count; /* that are in use */
    size_t mask;         /* of the bits of a hash that choose among twice as many, at most */
    unsigned most_moved; /* entries that one insertion has looked at, besides its own */
    struct link **segments[BUCKET_SEGMENTS];
};

/* Without memory these end the program (memory.h). */
void buckets_init(struct buckets *buckets, buckets_hash *hash, unsigned thinness);
void buckets_done(struct buckets *buckets); /* its entries stay */

/* Where the first of those entries is whose hash may be this one; further ones follow by `next`.
 * Valid until the next buckets_add(). */
struct link **buckets_at(const struct buckets *buckets, uint64_t hash);

void buckets_add(struct buckets *buckets, struct link *entry);

/* Takes out the entry that this link leads to: of buckets_at(), or an entry's `next`. */
void buckets_take(struct buckets *buckets, struct link **at);

/* Calls for every entry, which may not be taken out meanwhile. */
void buckets_each(const struct buckets *buckets, void (*each)(void *context, struct link *entry),
                  void *context);

#endif
