#include "crawler/store/merge/rows.h"

#include "crawler/store/merge/feed.h"
#include "crawler/store/merge/hosts.h"

#include <stdio.h>
#include <stdlib.h>

/* Each statement gives the table's columns in their order, the number first, then what
 * only the merge needs; in order of that number. */
static const struct merge_table domain_tables[] = {
    {"listed",
     "SELECT l.*, p.position FROM listed AS l JOIN listed_position AS p ON p.id = l.id"
     " ORDER BY l.id",
     "rank_offset", MERGE_LISTED, 1, NULL},
    {"surveyed", "SELECT * FROM surveyed ORDER BY id", "host", MERGE_OF_DOMAIN, 0, "surveyed_at"},
    {"surveyed_detail", "SELECT * FROM surveyed_detail ORDER BY id", NULL, MERGE_OF_DOMAIN, 0,
     NULL},
    {"more_mx",
     "SELECT m.*, s.surveyed_at FROM more_mx AS m LEFT JOIN surveyed AS s ON s.id = m.domain"
     " ORDER BY m.domain",
     "host", MERGE_OF_DOMAIN, 1, "surveyed_at"},
    {"sts_policy", "SELECT * FROM sts_policy ORDER BY id", NULL, MERGE_OF_DOMAIN, 0, NULL},
    {"sts_match", "SELECT * FROM sts_match ORDER BY domain", "host", MERGE_OF_DOMAIN, 0, NULL},
};

static const struct merge_table other_tables[] = {
    {"host", "SELECT * FROM host ORDER BY id", NULL, MERGE_OF_HOST, 0, NULL},
    {"host_detail", "SELECT * FROM host_detail ORDER BY id", "hidden", MERGE_OF_HOST, 0, NULL},
    {"alias", "SELECT * FROM alias ORDER BY host", NULL, MERGE_OF_HOST, 0, NULL},
    {"address", "SELECT * FROM address ORDER BY host", NULL, MERGE_OF_HOST, 0, NULL},
    {"host_tlsa", "SELECT * FROM host_tlsa ORDER BY id", NULL, MERGE_OF_HOST, 0, NULL},
    {"tlsa", "SELECT * FROM tlsa ORDER BY host", NULL, MERGE_OF_HOST, 0, NULL},
    {"failure",
     "SELECT f.*, h.id FROM failure AS f LEFT JOIN host AS h ON f.kind IN (2, 3, 4)"
     " AND h.name = f.name ORDER BY f.id",
     NULL, MERGE_FAILURES, 1, NULL},
    {"rejected", "SELECT * FROM rejected ORDER BY id", NULL, MERGE_FROM_FIRST, 0, NULL},
};

/* The only shard of one has no positions: its numbers are those of the list. */
static const struct merge_table listed_alone = {
    "listed", "SELECT *, id FROM listed ORDER BY id", "rank_offset", MERGE_LISTED, 1, NULL};

static int copy_table(struct merge *merge, const struct merge_table *table, struct error *error)
{
    char sql[128], name[64];
    struct merge_feed *feed = merge_feed_open(merge, table, error);
    if (feed == NULL)
        return -1;
    snprintf(name, sizeof name, "merge_%s", table->name);
    snprintf(sql, sizeof sql, "INSERT INTO %s SELECT * FROM %s", table->name, name);
    int status = merge_feed_register(feed, name, error);
    if (status == 0)
        status = file_exec(&merge->out, sql, "write rows to it", error);
    if (status != 0)
        merge_feed_failed(feed, error); /* says more than SQLite can */
    else
        status = merge_feed_finished(feed, error);
    sqlite3_create_module(merge->out.db, name, NULL, NULL); /* takes it away */
    merge_feed_close(feed);
    return status == 0 ? merge_check_maps(merge, error) : status;
}

int merge_rows_copy(struct merge *merge, struct error *error)
{
    for (unsigned i = 0; i < sizeof domain_tables / sizeof *domain_tables; i++) {
        const struct merge_table *table = &domain_tables[i];
        if (table->kind == MERGE_LISTED && merge->parts.count == 1)
            table = &listed_alone;
        if (copy_table(merge, table, error) != 0)
            return -1;
    }
    if (merge_hosts_choose(merge, error) != 0)
        return -1;
    for (unsigned i = 0; i < sizeof other_tables / sizeof *other_tables; i++) {
        if (copy_table(merge, &other_tables[i], error) != 0)
            return -1;
    }
    return 0;
}
