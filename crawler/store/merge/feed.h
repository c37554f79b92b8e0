/* feed.h - one table's rows out of all parts, as a virtual table (rows.h). */
#ifndef MXSURVEY_STORE_MERGE_FEED_H
#define MXSURVEY_STORE_MERGE_FEED_H

#include "crawler/store/merge/private.h"

enum merge_kind {
    MERGE_LISTED,    /* the names by the last column; decides the order of domains */
    MERGE_SURVEYED,  /* domains, which say when their hosts were met */
    MERGE_OF_DOMAIN, /* rows of domains */
    MERGE_OF_SET,    /* sets of MX records */
    MERGE_HOST,      /* the kept hosts */
    MERGE_OF_HOST,   /* rows of theirs */
    MERGE_FAILURES,  /* a host's only with the host; the last column is its number */
    MERGE_FROM_FIRST /* the same in all parts */
};

struct merge_table {
    const char *name;
    const char *select;
    enum merge_kind kind;
    int extra; /* columns behind the table's */
};

struct merge_feed;

struct merge_feed *merge_feed_open(struct merge *merge, const struct merge_table *table,
                                   struct error *error);
void merge_feed_close(struct merge_feed *feed);

/* Makes it a virtual table of this name in the united file's connection. */
int merge_feed_register(struct merge_feed *feed, const char *name, struct error *error);

/* Replaces error where a part, not the united file, is at fault. */
void merge_feed_failed(const struct merge_feed *feed, struct error *error);
/* Were all rows taken? */
int merge_feed_finished(struct merge_feed *feed, struct error *error);

#endif
