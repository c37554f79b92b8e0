#include "analysis/report/senders/senders.h"

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
    OUTCOME,
    NAME_MATCH,
    TARGET_MATCH,
    DANE_MATCH,
};

/* The domain whose rows come. */
struct gathering {
    struct collector *collector;
    int64_t domain;
    struct sender_facts facts;
    struct sender_host *hosts;
    size_t room;
};

/* Of senders that must not deliver without authentication */
static uint8_t refused_part(enum delivery delivery)
{
    if (delivery == DELIVERY_UNKNOWN)
        return PART_UNANSWERED;
    return delivery == DELIVERY_DEFERRED ? PART_HAS : PART_HAS_NOT;
}

/* What a policy to enforce comes to now that the hosts were met; of a domain that can be reached */
static int judge_probed(const struct gathering *gathering, struct error *error)
{
    struct collector *collector = gathering->collector;
    struct sender_facts facts = gathering->facts;
    enum delivery ret[SENDER_COUNT];
    bool reached = false;
    for (unsigned i = 0; i < facts.count; i++)
        reached |= facts.hosts[i].has_address;
    if (!collector->report->probe.any || facts.sts != STS_ENFORCE || !reached)
        return 0;
    facts.met = true;
    senders_judge(&facts, ret);
    struct probed_domain *probed = grow_items(collector->probed, collector->probed_count,
                                              &collector->probed_room, sizeof *probed);
    if (probed == NULL)
        return collector_no_memory(collector, error);
    collector->probed = probed;
    probed[collector->probed_count++] = (struct probed_domain){
        gathering->domain, {refused_part(ret[SENDER_STS]), refused_part(ret[SENDER_STS_TARGET])}};
    return 0;
}

static int count_domain(struct gathering *gathering, struct error *error)
{
    struct sender_report *report = &gathering->collector->report->senders;
    enum delivery ret[SENDER_COUNT];
    if (gathering->domain == 0)
        return 0;
    gathering->facts.hosts = gathering->hosts;
    senders_judge(&gathering->facts, ret);
    report->domains++;
    for (int i = 0; i < SENDER_COUNT; i++)
        report->deliveries[i][ret[i]]++;
    report->pairs[PAIR_DANE][ret[SENDER_DANE]][ret[SENDER_DANE_TARGET]]++;
    report->pairs[PAIR_STS][ret[SENDER_STS]][ret[SENDER_STS_TARGET]]++;
    return judge_probed(gathering, error);
}

/* What came of a meeting; all that says nothing of TLS is as if there had been none. */
static struct sender_shown row_shown(sqlite3_stmt *row)
{
    unsigned outcome = number_column(row, OUTCOME, PROBE_MALFORMED);
    return (struct sender_shown){
        .known =
            outcome == PROBE_TLS || outcome == PROBE_NO_STARTTLS || outcome == PROBE_TLS_FAILED,
        .tls = outcome == PROBE_TLS,
        .name_match = sqlite3_column_int(row, NAME_MATCH) == 1,
        .target_match = sqlite3_column_int(row, TARGET_MATCH) == 1,
        .dane_match = sqlite3_column_int(row, DANE_MATCH) == 1,
    };
}

bool sender_row_is_null(sqlite3_stmt *row)
{
    return number_column(row, CLASS, EXCHANGE_HOST) == EXCHANGE_NULL;
}

bool sender_row_host(sqlite3_stmt *row, struct sender_host *ret)
{
    struct name exchange;
    const char *text = (const char *)sqlite3_column_text(row, EXCHANGE);
    enum exchange_class class = (enum exchange_class)number_column(row, CLASS, EXCHANGE_HOST);
    size_t length = (size_t)sqlite3_column_bytes(row, EXCHANGE);
    if (text == NULL || !name_from_text(text, length, &exchange) ||
        !exchange_is_used(&exchange, class))
        return false;
    bool resolved = !survey_row_is_null(row, ADDRESS_OUTCOME);
    enum alias alias = (enum alias)number_column(row, ALIAS, ALIAS_DNAME);
    *ret = (struct sender_host){
        .preference = (uint16_t)sqlite3_column_int(row, PREFERENCE),
        .has_address =
            !resolved || number_column(row, ADDRESS_OUTCOME, OUTCOME_FAILED) == OUTCOME_ANSWER,
        .dane = resolved ? (enum dane)number_column(row, DANE, DANE_USABLE) : DANE_NONE,
        .dane_exim = resolved ? (enum dane)number_column(row, DANE_EXIM, DANE_USABLE) : DANE_NONE,
        .aliased = alias == ALIAS_CNAME || alias == ALIAS_DNAME,
        .match_name = sqlite3_column_int(row, MATCH_NAME) == 1,
        .match_target = sqlite3_column_int(row, MATCH_TARGET) == 1,
        .shown = row_shown(row),
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
        .dnssec = (enum dnssec)number_column(row, DNSSEC, DNSSEC_INDETERMINATE),
        .sts = (enum sts)number_column(row, STS, STS_FAILED),
    };
}

static int take_record(void *context, sqlite3_stmt *row, struct error *error)
{
    struct gathering *gathering = context;
    int64_t domain = sender_row_domain(row);
    struct sender_host host;
    if (domain != gathering->domain) {
        if (count_domain(gathering, error) != 0)
            return -1;
        gathering->domain = domain;
        gathering->facts = sender_row_facts(row);
    }
    gathering->facts.has_null |= sender_row_is_null(row);
    if (!sender_row_host(row, &host))
        return 0;
    struct sender_host *hosts =
        grow_items(gathering->hosts, gathering->facts.count, &gathering->room, sizeof *hosts);
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
        result = count_domain(&gathering, error);
    free(gathering.hosts);
    return result;
}
