#include "analysis/report/sts/sts.h"

#include <sqlite3.h>
#include <string.h>

#include "analysis/collect/collector.h"
#include "analysis/collect/sql.h"
#include "analysis/collect/survey_file.h"

const char *const STS_FAULT_WORDS[STS_FAULT_COUNT] = {"no version", "no mode", "no max_age",
                                                      "no mx", "line"};

static struct sts_count sum(struct sts_count one, struct sts_count other)
{
    return (struct sts_count){one.domains + other.domains, one.enforced + other.enforced};
}

struct sts_count sts_over_aliases(const struct sts_report *sts)
{
    struct sts_count all = {0};
    for (int i = 1; i <= STS_CNAME_NEITHER; i++)
        all = sum(all, sts->effects[i]);
    return all;
}

struct sts_count sts_refused_by_target(const struct sts_report *sts)
{
    return sum(sts->effects[STS_CNAME_NAME_ONLY], sts->effects[STS_CNAME_MIXED]);
}

struct sts_count sts_refused_by_name(const struct sts_report *sts)
{
    return sum(sts->effects[STS_CNAME_TARGET_ONLY], sts->effects[STS_CNAME_MIXED]);
}

static enum sts_fault fault_of(const char *text)
{
    int fault = 0;
    while (fault < FAULT_LINE && (text == NULL || strcmp(text, STS_FAULT_WORDS[fault]) != 0))
        fault++;
    return (enum sts_fault)fault;
}

static int take_policies(void *context, sqlite3_stmt *row, struct error *error)
{
    struct collector *collector = context;
    struct sts_report *sts = &collector->report->sts;
    unsigned record = number_column(row, 0, STS_RECORD_FAILED);
    unsigned policy = number_column(row, 1, STS_POLICY_UNAVAILABLE);
    unsigned detail = number_column(row, 2, STS_DETAIL_SPECIAL_ADDRESS);
    uint64_t count = survey_row_count(row, 4);
    (void)error;
    sts->records[record] += count;
    if (policy == STS_POLICY_UNAVAILABLE)
        sts->fetch[detail] += count;
    if (policy == STS_POLICY_INVALID)
        sts->faults[fault_of((const char *)sqlite3_column_text(row, 3))] += count;
    if (policy == STS_POLICY_VALID) {
        sts->valid += count;
        sts->not_plain += survey_row_count(row, 5);
    }
    return 0;
}

static void add(struct sts_count *sum, uint64_t count, bool enforced)
{
    sum->domains += count;
    sum->enforced += enforced ? count : 0;
}

static int take_matches(void *context, sqlite3_stmt *row, struct error *error)
{
    struct collector *collector = context;
    struct sts_report *sts = &collector->report->sts;
    bool enforced = number_column(row, 0, STS_MODE_NONE) == STS_MODE_ENFORCE;
    (void)error;
    add(&sts->matched, survey_row_count(row, 1), enforced);
    add(&sts->odd, survey_row_count(row, 2), enforced);
    add(&sts->shut, survey_row_count(row, 3), enforced);
    return 0;
}

int sts_collect(struct survey_file *file, struct collector *collector, struct error *error)
{
    struct sts_report *sts = &collector->report->sts;
    if (!sts->asked)
        return 0;
    if (survey_file_query(file, sql_sts_policies, take_policies, collector, error) != 0)
        return -1;
    /* domains without a record, or whose lookup failed, have no row there */
    sts->records[STS_RECORD_NONE] = sts->domains[STS_NONE];
    sts->records[STS_RECORD_FAILED] = sts->domains[STS_FAILED];
    return survey_file_query(file, sql_sts_matches, take_matches, collector, error);
}
