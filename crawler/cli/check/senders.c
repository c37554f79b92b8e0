/* senders.c - what the domain's alias exchanges do, sender by sender (core/senders.h). */
#include "crawler/cli/check/story.h"

#include "analysis/document/json_form.h"
#include "analysis/report/senders/senders.h"
#include "analysis/collect/sql.h"
#include "crawler/base/memory.h"

#include <stdlib.h>

static int domain_number(struct story *story, int64_t *ret)
{
    sqlite3_stmt *row;
    if (sqlite3_prepare_v2(story->db, "SELECT id FROM _listed WHERE domain = ?1", -1, &row, NULL) !=
        SQLITE_OK)
        return -1;
    sqlite3_bind_text(row, 1, story->domain, -1, SQLITE_STATIC);
    int step = sqlite3_step(row);
    *ret = step == SQLITE_ROW ? sqlite3_column_int64(row, 0) : 0;
    sqlite3_finalize(row);
    return step == SQLITE_ROW || step == SQLITE_DONE ? 0 : -1;
}

/* The exchanges of the domain with this number, of those that have an alias among them. */
static int gather(sqlite3_stmt *row, int64_t number, struct sender_facts *ret,
                  struct sender_host **ret_hosts, bool *ret_found)
{
    int step;
    while ((step = sqlite3_step(row)) == SQLITE_ROW) {
        struct sender_host host;
        if (sender_row_domain(row) != number)
            continue;
        if (!*ret_found)
            *ret = sender_row_facts(row);
        *ret_found = true;
        ret->has_null |= sender_row_is_null(row);
        if (!sender_row_host(row, &host))
            continue;
        *ret_hosts = memory_resize(*ret_hosts, ret->count + 1, sizeof **ret_hosts);
        (*ret_hosts)[ret->count++] = host;
    }
    return step == SQLITE_DONE ? 0 : -1;
}

/* With --sts off nothing is said of MTA-STS. */
static void tell(const struct story *story, enum sts sts,
                 const enum delivery delivery[SENDER_COUNT])
{
    enum sender last = sts == STS_NOT_ASKED ? SENDER_DANE_TARGET : SENDER_STS_TARGET;
    story_say(story, "  what an alias does, sender by sender:\n");
    for (enum sender sender = SENDER_DANE; sender <= last; sender++)
        story_say(story, "    %s: %s\n", SENDER_MEANINGS[sender],
                  delivery_meaning(delivery[sender]));
}

static json_t *as_json(const enum delivery delivery[SENDER_COUNT])
{
    json_t *object = json_object();
    for (enum sender sender = 0; sender < SENDER_COUNT; sender++)
        object = json_with_member(object, SENDER_WORDS[sender],
                                  json_pack("s?", delivery_word(delivery[sender])));
    return object;
}

int story_senders(struct story *story, json_t **ret_json)
{
    sqlite3_stmt *row;
    struct sender_facts facts;
    struct sender_host *hosts = NULL;
    enum delivery delivery[SENDER_COUNT];
    int64_t number;
    bool found = false;
    if (domain_number(story, &number) != 0 ||
        sqlite3_prepare_v2(story->db, sql_alias_deliveries, -1, &row, NULL) != SQLITE_OK)
        return -1;
    int result = gather(row, number, &facts, &hosts, &found);
    sqlite3_finalize(row);
    if (result == 0 && found) {
        facts.hosts = hosts;
        facts.met = story->met;
        senders_judge(&facts, delivery);
        tell(story, facts.sts, delivery);
        if (ret_json != NULL)
            *ret_json = as_json(delivery);
    }
    free(hosts);
    return result;
}
