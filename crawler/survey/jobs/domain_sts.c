#include "crawler/survey/jobs/domain_sts.h"

#include "crawler/base/memory.h"
#include "crawler/core/sts_patterns.h"

#include <stdlib.h>
#include <time.h>

static void take_record(void *context, const struct lookup_result *result)
{
    struct domain_sts *sts = context;
    if (lookup_failed(&result->lookup)) {
        sts->record.outcome = STS_RECORD_FAILED;
        sts->record_lookup = result->lookup;
    } else {
        sts_record_read(result->answer, &sts->record);
    }
    sts->ready(sts->context);
}

static void take_tlsrpt(void *context, const struct lookup_result *result)
{
    struct domain_sts *sts = context;
    if (lookup_failed(&result->lookup)) {
        sts->tlsrpt = TLSRPT_FAILED;
        sts->tlsrpt_lookup = result->lookup;
    } else {
        sts->tlsrpt = tlsrpt_read(result->answer);
    }
    sts->ready(sts->context);
}

static bool is_excluded(const struct domain_sts_settings *settings, const struct name *name)
{
    return settings->exclude != NULL && exclude_has(settings->exclude, name);
}

/* A domain whose policy may not be fetched is not asked for its record either. */
static bool policy_is_excluded(const struct domain_sts_settings *settings,
                               const struct name *domain)
{
    struct name name;
    return name_prepend(STS_POLICY_PREFIX, domain, &name) && is_excluded(settings, &name);
}

unsigned domain_sts_ask(const struct domain_sts_settings *settings, struct domain_sts *sts,
                        const struct name *domain, void (*ready)(void *context), void *context)
{
    struct name name;
    unsigned asked = 0;
    sts->asked = true;
    sts->ready = ready;
    sts->context = context;
    if (!name_prepend(STS_RECORD_PREFIX, domain, &name)) {
        sts->record.outcome = STS_RECORD_NONE;
    } else if (!is_excluded(settings, &name) && !policy_is_excluded(settings, domain)) {
        lookup_ask(settings->lookups, &name, TYPE_TXT, take_record, sts);
        asked++;
    }
    if (!name_prepend(TLSRPT_PREFIX, domain, &name)) {
        sts->tlsrpt = TLSRPT_NONE;
    } else if (!is_excluded(settings, &name)) {
        lookup_ask(settings->lookups, &name, TYPE_TXT, take_tlsrpt, sts);
        asked++;
    }
    return asked;
}

unsigned domain_sts_failed(const struct domain_sts *sts)
{
    return (sts->record.outcome == STS_RECORD_FAILED ? 1U << DEFERRED_STS : 0) |
           (sts->tlsrpt == TLSRPT_FAILED ? 1U << DEFERRED_TLSRPT : 0);
}

void domain_sts_defer(const struct domain_sts_settings *settings, const struct domain_sts *sts,
                      uint64_t id, const struct policy_result *result)
{
    store_defer_ede(settings->store, id, DEFERRED_STS, &sts->record_lookup.ede);
    store_defer_ede(settings->store, id, DEFERRED_TLSRPT, &sts->tlsrpt_lookup.ede);
    if (result != NULL)
        store_defer_ede(settings->store, id, DEFERRED_POLICY, &result->lookup.ede);
}

/* Where and by which names the lookups of a domain are known. */
struct sts_lookup {
    enum deferred_lookup lookup;
    enum lookup_kind kind;
    const char *prefix;
};

static void put_failure(struct store *store, const struct sts_lookup *what, uint64_t id,
                        const struct name *domain, const struct lookup_answer *lookup)
{
    struct name name;
    if (lookup->failure == FAILURE_NONE || !name_prepend(what->prefix, domain, &name))
        return;
    struct failure_row row = {what->kind, &name, *lookup};
    store_add_deferred_ede(store, id, what->lookup, &row.lookup.ede);
    store_put_failure(store, &row);
}

void domain_sts_put_failures(const struct domain_sts_settings *settings,
                             const struct domain_sts *sts, uint64_t id, const struct name *domain,
                             const struct policy_result *result)
{
    static const struct sts_lookup record = {DEFERRED_STS, LOOKUP_STS, STS_RECORD_PREFIX};
    static const struct sts_lookup tlsrpt = {DEFERRED_TLSRPT, LOOKUP_TLSRPT, TLSRPT_PREFIX};
    static const struct sts_lookup policy = {DEFERRED_POLICY, LOOKUP_STS, STS_POLICY_PREFIX};
    put_failure(settings->store, &record, id, domain, &sts->record_lookup);
    put_failure(settings->store, &tlsrpt, id, domain, &sts->tlsrpt_lookup);
    if (result != NULL)
        put_failure(settings->store, &policy, id, domain, &result->lookup);
}

static void match_all(const struct sts_policy *policy, const struct sts_exchange *exchanges,
                      unsigned count, struct sts_match *matches)
{
    struct sts_text *patterns = NULL, pattern;
    size_t pattern_count = 0, room = 0;
    for (size_t offset = 0; sts_policy_next_mx(policy, &offset, &pattern);) {
        patterns = memory_room(patterns, pattern_count, &room, sizeof *patterns);
        patterns[pattern_count++] = pattern;
    }
    sts_patterns_sort(patterns, pattern_count);
    for (unsigned i = 0; i < count; i++) {
        const struct name *target = exchanges[i].target;
        matches[i] = (struct sts_match){
            .alias = exchanges[i].alias,
            .name = sts_patterns_match(patterns, pattern_count, exchanges[i].exchange),
            .target = target != NULL && sts_patterns_match(patterns, pattern_count, target),
        };
    }
    free(patterns);
}

static void judge_policy(const struct policy_result *result, const struct sts_exchange *exchanges,
                         unsigned count, struct sts_match *matches, struct sts_row *row)
{
    const struct sts_policy *policy = &result->policy;
    row->policy_outcome = result->outcome;
    row->detail = result->detail;
    row->http_status = result->http_status;
    row->media_type = result->media_type;
    if (result->outcome == STS_POLICY_UNAVAILABLE)
        return;
    row->policy = policy;
    row->fetched_at = time(NULL);
    if (result->outcome != STS_POLICY_VALID)
        return;
    match_all(policy, exchanges, count, matches);
    row->matches = matches;
    row->cname_effect = sts_cname_effect_of(policy->mode, matches, count);
}

void domain_sts_judge(const struct domain_sts *sts, const struct policy_result *result,
                      const struct sts_exchange *exchanges, unsigned count,
                      struct sts_match *matches, struct domain_row *row, struct sts_row *ret_row)
{
    row->sts = sts_of(sts->record.outcome, result != NULL ? result->outcome : STS_POLICY_NOT_ASKED,
                      result != NULL ? result->policy.mode : STS_MODE_UNKNOWN);
    row->tlsrpt = sts->tlsrpt;
    if (sts->record.outcome == STS_RECORD_NOT_ASKED || sts->record.outcome == STS_RECORD_NONE ||
        sts->record.outcome == STS_RECORD_FAILED)
        return;
    *ret_row = (struct sts_row){
        .record_outcome = sts->record.outcome,
        .record_id = sts->record.outcome == STS_RECORD_VALID ? sts->record.id : NULL,
        .policy_outcome = STS_POLICY_NOT_ASKED,
    };
    if (result != NULL)
        judge_policy(result, exchanges, count, matches, ret_row);
    row->sts_row = ret_row;
}
