#include "crawler/store/merge/rows.h"

#include "crawler/store/merge/feed.h"
#include "crawler/store/merge/hosts.h"

#include <stdio.h>
#include <stdlib.h>

/* Each statement gives the table's columns in their order, the number first, then what
 * only the merge needs; in order of that number. */
static const struct merge_table domain_tables[] = {
    {"_listed",
     "SELECT l.*, p.position FROM _listed AS l JOIN _listed_position AS p ON p.id = l.id"
     " ORDER BY l.id",
     MERGE_LISTED, 1},
    {"_stratum", "SELECT * FROM _stratum ORDER BY id", MERGE_FROM_FIRST, 0},
    {"_surveyed", "SELECT * FROM _surveyed ORDER BY id", MERGE_SURVEYED, 0},
    {"_surveyed_detail", "SELECT * FROM _surveyed_detail ORDER BY id", MERGE_OF_DOMAIN, 0},
    {"_mx_record", "SELECT * FROM _mx_record ORDER BY mx_set, place", MERGE_OF_SET, 0},
    {"_sts_policy", "SELECT * FROM _sts_policy ORDER BY id", MERGE_OF_DOMAIN, 0},
    {"_sts_match", "SELECT * FROM _sts_match ORDER BY domain", MERGE_OF_DOMAIN, 0},
};

static const struct merge_table other_tables[] = {
    {"_host", "SELECT * FROM _host ORDER BY id", MERGE_HOST, 0},
    {"_host_detail", "SELECT * FROM _host_detail ORDER BY id", MERGE_OF_HOST, 0},
    {"_alias", "SELECT * FROM _alias ORDER BY host", MERGE_OF_HOST, 0},
    {"_address", "SELECT * FROM _address ORDER BY host", MERGE_OF_HOST, 0},
    {"_host_tlsa", "SELECT * FROM _host_tlsa ORDER BY id", MERGE_OF_HOST, 0},
    {"_tlsa", "SELECT * FROM _tlsa ORDER BY host", MERGE_OF_HOST, 0},
    {"_failure",
     "SELECT f.*, h.id FROM _failure AS f LEFT JOIN _host AS h ON f.kind IN (2, 3, 4)"
     " AND h.name = f.name ORDER BY f.id",
     MERGE_FAILURES, 1},
    {"_rejected", "SELECT * FROM _rejected ORDER BY id", MERGE_FROM_FIRST, 0},
};

/* The only shard of one has no positions: its numbers are those of the list. */
static const struct merge_table listed_alone = {"_listed", "SELECT *, id FROM _listed ORDER BY id",
                                                MERGE_LISTED, 1};

static int copy_table(struct merge *merge, const struct merge_table *table, struct error *error)
{
    char sql[128], name[64];
    struct merge_feed *feed = merge_feed_open(merge, table, error);
    if (feed == NULL)
        return -1;
    snprintf(name, sizeof name, "merge%s", table->name);
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
