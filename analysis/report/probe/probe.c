#include "analysis/report/probe/probe.h"

#include <sqlite3.h>
#include <stdlib.h>

#include "analysis/collect/collector.h"
#include "analysis/collect/sql.h"
#include "analysis/collect/survey_file.h"

const char *const CERTIFICATE_NAMES_WORDS[CERTIFICATE_NAMES_COUNT] = {"exchange", "target", "both",
                                                                      "neither"};
const char *const EXPIRY_WORDS[EXPIRY_COUNT] = {"expired", "within_7_days", "within_14_days",
                                                "within_30_days"};

/* --- hosts that were met: columns of sql/probes.sql --- */

enum {
    ID,
    OUTCOME,
    TLS_VERSION,
    PLAINTEXT,
    CERTIFICATE,
    PKIX,
    NAMES_HOST_COLUMN,
    NAMES_TARGET_COLUMN,
    DANE
};

static unsigned seen_of(sqlite3_stmt *row, enum probe_outcome outcome)
{
    unsigned seen = SEEN_ANY | SEEN_MET;
    if (outcome == PROBE_TLS)
        seen |= SEEN_TLS;
    else if (outcome == PROBE_NO_STARTTLS)
        seen |= SEEN_NO_STARTTLS;
    else if (outcome == PROBE_TLS_FAILED)
        seen |= SEEN_TLS_FAILED;
    if (survey_row_is_null(row, CERTIFICATE))
        return seen;
    seen |= SEEN_CERTIFICATE;
    if (survey_row_is_null(row, PKIX))
        seen |= SEEN_VALID;
    if (sqlite3_column_int(row, NAMES_HOST_COLUMN) == 1)
        seen |= SEEN_NAMES_HOST;
    if (sqlite3_column_int(row, NAMES_TARGET_COLUMN) == 1)
        seen |= SEEN_NAMES_TARGET;
    if (sqlite3_column_int(row, DANE) == 1)
        seen |= SEEN_DANE;
    return seen;
}

static int take_met(void *context, sqlite3_stmt *row, struct error *error)
{
    struct collector *collector = context;
    struct probe_report *report = &collector->report->probe;
    uint8_t outcome = number_column(row, OUTCOME, PROBE_MALFORMED);
    struct seen_host *seen =
        grow_items(collector->seen, collector->seen_count, &collector->seen_room, sizeof *seen);
    if (seen == NULL)
        return collector_no_memory(collector, error);
    collector->seen = seen;
    seen[collector->seen_count++] = (struct seen_host){
        .number = sqlite3_column_int64(row, ID),
        .seen = (uint16_t)seen_of(row, (enum probe_outcome)outcome),
    };
    report->any = true;
    report->outcomes[outcome] += outcome > 0;
    if (!survey_row_is_null(row, TLS_VERSION))
        report->versions[number_column(row, TLS_VERSION, TLS_VERSION_1_3)]++;
    report->plaintext += sqlite3_column_int(row, PLAINTEXT) == 1;
    if (!survey_row_is_null(row, CERTIFICATE))
        report->pkix[number_column(row, PKIX, PKIX_OTHER)]++;
    return 0;
}

int probe_collect_hosts(struct survey_file *file, struct collector *collector, struct error *error)
{
    return survey_file_query(file, sql_probes, take_met, collector, error);
}

static int compare_numbers(const void *one, const void *other)
{
    int64_t number = *(const int64_t *)one, of = ((const struct seen_host *)other)->number;
    return (number > of) - (number < of);
}

uint16_t probe_seen(const struct collector *collector, int64_t host)
{
    if (collector->seen_count == 0)
        return 0;
    const struct seen_host *seen =
        bsearch(&host, collector->seen, collector->seen_count, sizeof *seen, compare_numbers);
    return seen != NULL ? seen->seen : SEEN_ANY;
}

void probe_count_host(struct report *report, struct host_kind kind)
{
    unsigned seen = kind.seen;
    if (report->probe.any && (seen & SEEN_MET) == 0 && kind.outcome == 0)
        report->probe.outcomes[PROBE_LEFT]++;
    if (!kind.named || !kind.alias || kind.outcome != 0 || (seen & SEEN_CERTIFICATE) == 0)
        return;
    bool host = (seen & SEEN_NAMES_HOST) != 0, target = (seen & SEEN_NAMES_TARGET) != 0;
    enum certificate_names names = host && target ? NAMES_BOTH
                                   : host         ? NAMES_HOST
                                   : target       ? NAMES_TARGET
                                                  : NAMES_NEITHER;
    report->probe.aliases[names].named++;
    report->probe.aliases[names].valid += (seen & SEEN_VALID) != 0;
}

/* --- hosts that fail: columns of sql/probe_failing.sql --- */

enum {
    KIND,
    FAILING_HOST,
    FAILING_PROVIDER,
    FAILING_OUTCOME,
    FAILING_HOSTS,
    FAILING_DOMAINS
};

static int take_failing(void *context, sqlite3_stmt *row, struct error *error)
{
    struct collector *collector = context;
    struct probe_report *report = &collector->report->probe;
    int kind = sqlite3_column_int(row, KIND);
    struct failing_list *list = kind == 1 ? &report->failing_providers : &report->failing;
    if (kind == 0) {
        report->failing_hosts = survey_row_count(row, FAILING_HOSTS);
        report->failing_domains = survey_row_count(row, FAILING_DOMAINS);
        return 0;
    }
    if (list->length == PROVIDERS_MAX)
        return 0;
    struct failing_host *items = realloc(list->items, (list->length + 1) * sizeof *items);
    if (items == NULL)
        return collector_no_memory(collector, error);
    list->items = items;
    items[list->length++] = (struct failing_host){
        .host = survey_row_text(row, FAILING_HOST),
        .provider = survey_row_text(row, FAILING_PROVIDER),
        .outcome = (enum probe_outcome)number_column(row, FAILING_OUTCOME, PROBE_MALFORMED),
        .hosts = survey_row_count(row, FAILING_HOSTS),
        .domains = survey_row_count(row, FAILING_DOMAINS),
    };
    return 0;
}

static int take_expiry(void *context, sqlite3_stmt *row, struct error *error)
{
    struct collector *collector = context;
    struct probe_report *report = &collector->report->probe;
    (void)error;
    for (int i = 0; i < EXPIRY_COUNT; i++) {
        report->expiry[i].hosts = survey_row_count(row, 2 * i);
        report->expiry[i].certificates = survey_row_count(row, 2 * i + 1);
    }
    return 0;
}

int probe_collect(struct survey_file *file, struct collector *collector, struct error *error)
{
    if (!collector->report->probe.any)
        return 0;
    if (survey_file_query(file, sql_probe_expiry, take_expiry, collector, error) != 0)
        return -1;
    if (collector->disbelieved) /* nothing is known of TLSA records */
        return 0;
    return survey_file_query(file, sql_probe_failing, take_failing, collector, error);
}

static void free_list(struct failing_list *list)
{
    for (size_t i = 0; i < list->length; i++) {
        free(list->items[i].host);
        free(list->items[i].provider);
    }
    free(list->items);
}

void probe_free(struct report *report)
{
    free_list(&report->probe.failing);
    free_list(&report->probe.failing_providers);
}
