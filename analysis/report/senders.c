#include "analysis/report/senders.h"

#include <stdlib.h>
#include <string.h>

#include <sqlite3.h>

#include "analysis/collect/collector.h"
#include "analysis/collect/sql.h"
#include "analysis/collect/survey_file.h"
#include "crawler/core/name.h"

const char *const SENDER_WORDS[SENDER_COUNT] = {
    [SENDER_DANE] = "rfc7672",
    [SENDER_DANE_TARGET] = "expanded_name",
    [SENDER_STS] = "rfc8461",
    [SENDER_STS_TARGET] = "sts_target",
};

const char *const SENDER_MEANINGS[SENDER_COUNT] = {
    [SENDER_DANE] = "DANE by RFC 7672 (Postfix)",
    [SENDER_DANE_TARGET] = "DANE at the alias's target only (Exim)",
    [SENDER_STS] = "MTA-STS by the exchange's name (RFC 8461)",
    [SENDER_STS_TARGET] = "MTA-STS by the alias's target",
};

const char *delivery_meaning(enum delivery delivery)
{
    switch (delivery) {
    case DELIVERY_AUTHENTICATED:
        return "delivers with authentication";
    case DELIVERY_UNAUTHENTICATED:
        return "delivers without";
    case DELIVERY_DEFERRED:
        return "does not deliver";
    case DELIVERY_UNKNOWN:
        break;
    }
    return "is not known";
}

enum {
    DOMAIN,
    DNSSEC,
    STS,
    PREFERENCE,
    EXCHANGE,
    CLASS,
    ADDRESS_OUTCOME,
    ALIAS,
    DANE,
    DANE_EXIM,
    MATCH_NAME,
    MATCH_TARGET,
};

/* The domain whose rows come. */
struct gathering {
    struct collector *collector;
    int64_t domain;
    struct sender_facts facts;
    struct sender_host *hosts;
    size_t room;
};

/* A word's number; 0, not known, for what is none. */
static unsigned number(sqlite3_stmt *row, int column, unsigned last)
{
    int value = sqlite3_column_int(row, column);
    return value > 0 && (unsigned)value <= last ? (unsigned)value : 0;
}

static void count_domain(struct gathering *gathering)
{
    struct sender_report *report = &gathering->collector->report->senders;
    enum delivery ret[SENDER_COUNT];
    if (gathering->domain == 0)
        return;
    gathering->facts.hosts = gathering->hosts;
    senders_judge(&gathering->facts, ret);
    report->domains++;
    for (int i = 0; i < SENDER_COUNT; i++)
        report->deliveries[i][ret[i]]++;
    report->pairs[PAIR_DANE][ret[SENDER_DANE]][ret[SENDER_DANE_TARGET]]++;
    report->pairs[PAIR_STS][ret[SENDER_STS]][ret[SENDER_STS_TARGET]]++;
}

bool sender_row_host(sqlite3_stmt *row, struct sender_host *ret)
{
    struct name exchange;
    const char *text = (const char *)sqlite3_column_text(row, EXCHANGE);
    enum exchange_class class = (enum exchange_class)number(row, CLASS, EXCHANGE_HOST);
    size_t length = (size_t)sqlite3_column_bytes(row, EXCHANGE);
    if (text == NULL || !name_from_text(text, length, &exchange) ||
        !exchange_is_used(&exchange, class))
        return false;
    bool resolved = sqlite3_column_type(row, ADDRESS_OUTCOME) != SQLITE_NULL;
    enum alias alias = (enum alias)number(row, ALIAS, ALIAS_DNAME);
    *ret = (struct sender_host){
        .preference = (uint16_t)sqlite3_column_int(row, PREFERENCE),
        .has_address = !resolved || number(row, ADDRESS_OUTCOME, OUTCOME_FAILED) == OUTCOME_ANSWER,
        .dane = resolved ? (enum dane)number(row, DANE, DANE_USABLE) : DANE_NONE,
        .dane_exim = resolved ? (enum dane)number(row, DANE_EXIM, DANE_USABLE) : DANE_NONE,
        .aliased = alias == ALIAS_CNAME || alias == ALIAS_DNAME,
        .match_name = sqlite3_column_int(row, MATCH_NAME) == 1,
        .match_target = sqlite3_column_int(row, MATCH_TARGET) == 1,
    };
    return true;
}

int64_t sender_row_domain(sqlite3_stmt *row)
{
    return sqlite3_column_int64(row, DOMAIN);
}

struct sender_facts sender_row_facts(sqlite3_stmt *row)
{
    return (struct sender_facts){
        .dnssec = (enum dnssec)number(row, DNSSEC, DNSSEC_INDETERMINATE),
        .sts = (enum sts)number(row, STS, STS_FAILED),
    };
}

static int take_record(void *context, sqlite3_stmt *row, struct error *error)
{
    struct gathering *gathering = context;
    int64_t domain = sender_row_domain(row);
    struct sender_host host;
    if (domain != gathering->domain) {
        count_domain(gathering);
        gathering->domain = domain;
        gathering->facts = sender_row_facts(row);
    }
    if (!sender_row_host(row, &host))
        return 0;
    struct sender_host *hosts =
        collector_grow(gathering->hosts, gathering->facts.count, &gathering->room, sizeof *hosts);
    if (hosts == NULL)
        return collector_no_memory(gathering->collector, error);
    gathering->hosts = hosts;
    hosts[gathering->facts.count++] = host;
    return 0;
}

int senders_collect(struct survey_file *file, struct collector *collector, struct error *error)
{
    struct gathering gathering = {.collector = collector};
    int result = survey_file_query(file, sql_alias_deliveries, take_record, &gathering, error);
    if (result == 0)
        count_domain(&gathering);
    free(gathering.hosts);
    return result;
}
