#include "crawler/survey/jobs/domains.h"

#include "crawler/base/memory.h"
#include "crawler/core/domain_rules.h"
#include "crawler/survey/jobs/setbacks.h"

#include <assert.h>
#include <limits.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum {
    MX_INLINE = 4, /* most domains have no more */
    FEW_MX = 16,   /* sorted by insertion: qsort() takes longer to begin */
};

struct domain_mx {
    struct host_waiter waiter; /* first: ready() gets it */
    struct domain_job *job;
    struct host *host;
    uint16_t preference;
};

/* Taken from a list of free ones: a job costs no allocation but its first time. */
struct domain_job {
    struct domains *domains;
    struct domain_job *previous, *next; /* under way; next: also among the free ones */
    uint64_t id;
    struct lookup_answer lookup; /* of MX; its EDE codes of earlier passes, too */
    bool aliased;                /* MX found at alias_target */
    uint32_t mx_ttl;             /* the smallest of the records */
    unsigned mx_count;
    struct domain_mx *mx; /* the records; for a domain without MX one entry: itself */
    unsigned pending;     /* hosts and records waited for */
    bool for_policy;      /* waits for its policy: not under way */
    struct domain_sts sts;
    struct policy_waiter policy;
    struct domain_job *next_for_policy;    /* among those that wait for room to wait */
    struct domain_mx mx_inline[MX_INLINE]; /* where mx points to, unless there are more */
    struct name name, alias_target;
};

struct domains {
    struct domains_settings settings;
    bool last_pass;
    unsigned pass; /* from 1 on */
    struct setbacks setbacks;
    struct domain_counters counters;
    struct domain_job *jobs; /* under way */
    struct domain_job *free; /* to be used again */
    struct domain_sts_settings sts;
    struct domain_job *no_room, **no_room_end; /* in the last pass: wait for room to wait */
    struct mx_fact *facts;                     /* scratch of judge_and_put(), as the others */
    struct mx_row *rows;
    struct sts_exchange *exchanges;
    struct sts_match *matches;
    unsigned scratch_room;
};

static void finish(struct domain_job *job)
{
    struct domains *domains = job->domains;
    if (job->previous != NULL)
        job->previous->next = job->next;
    else
        domains->jobs = job->next;
    if (job->next != NULL)
        job->next->previous = job->previous;
    if (job->mx != job->mx_inline)
        free(job->mx);
    job->next = domains->free;
    domains->free = job;
    if (job->for_policy)
        domains->counters.for_policies--;
    else
        domains->counters.under_way--;
}

static void make_room(struct domains *domains, unsigned count)
{
    if (count <= domains->scratch_room)
        return;
    domains->scratch_room = count * 2;
    domains->facts = memory_resize(domains->facts, domains->scratch_room, sizeof *domains->facts);
    domains->rows = memory_resize(domains->rows, domains->scratch_room, sizeof *domains->rows);
    domains->exchanges =
        memory_resize(domains->exchanges, domains->scratch_room, sizeof *domains->exchanges);
    domains->matches =
        memory_resize(domains->matches, domains->scratch_room, sizeof *domains->matches);
}

/* The lowest preference of exchanges other than `.`; above all where there is none. */
static int lowest_preference(const struct domain_job *job)
{
    int ret = INT_MAX;
    for (unsigned i = 0; i < job->mx_count; i++) {
        if (job->mx[i].host->class != EXCHANGE_NULL && job->mx[i].preference < ret)
            ret = job->mx[i].preference;
    }
    return ret;
}

static void gather(const struct domain_job *job, struct domain_facts *ret)
{
    struct domains *domains = job->domains;
    *ret = (struct domain_facts){
        .believe_ad = domains->settings.believe_ad,
        .lookup = job->lookup,
    };
    if (domain_needs(job->lookup.outcome) == DOMAIN_NEEDS_ITSELF) {
        const struct host *itself = job->mx[0].host;
        ret->address.outcome = (enum outcome)itself->address_outcome;
        ret->address.failure = (enum failure)itself->failure;
        ret->address.ede = host_codes(itself)->address;
        ret->address_dane = (enum dane)itself->dane;
        return;
    }
    make_room(domains, job->mx_count);
    int lowest = lowest_preference(job);
    for (unsigned i = 0; i < job->mx_count; i++) {
        const struct domain_mx *mx = &job->mx[i];
        domains->facts[i] = (struct mx_fact){
            .preference = mx->preference,
            .class = (enum exchange_class)mx->host->class,
            .address_outcome = (enum outcome)mx->host->address_outcome,
            .alias = (enum alias)mx->host->alias,
            .dane = (enum dane)mx->host->dane,
            .exchange = &mx->host->name,
        };
        domains->rows[i] = (struct mx_row){
            .preference = mx->preference,
            .host = mx->host->id,
            .is_primary = mx->preference == lowest && mx->host->class != EXCHANGE_NULL,
        };
        domains->exchanges[i] = (struct sts_exchange){
            .exchange = &mx->host->name,
            .target = host_target(mx->host),
            .alias = mx->host->alias == ALIAS_CNAME || mx->host->alias == ALIAS_DNAME,
        };
    }
    ret->mx_count = job->mx_count;
    ret->mx = domains->facts;
}

/* Of the domain's own registrable domain, the tail of its name; 0: none. */
static unsigned own_provider_length(const struct domain_job *job)
{
    char text[NAME_TEXT_MAX];
    name_to_text(&job->name, text);
    const char *provider = suffix_registrable(job->domains->settings.suffixes, text);
    return provider == NULL ? 0 : (unsigned)strlen(provider);
}

/* policy: NULL where none was asked for */
static void judge_and_put(const struct domain_job *job, const struct policy_result *policy)
{
    struct domains *domains = job->domains;
    struct domain_facts facts;
    struct domain_verdict verdict;
    struct sts_row sts_row;
    gather(job, &facts);
    domain_judge(&facts, &verdict);
    uint64_t provider = verdict.provider_mx >= 0 ? job->mx[verdict.provider_mx].host->id : 0;
    unsigned provider_length = 0;
    if (verdict.mx_outcome == MX_OUTCOME_IMPLICIT_MX) {
        provider = job->mx[0].host->id;
        provider_length = own_provider_length(job);
    }
    if (lookup_failed(&job->lookup))
        store_put_failure(domains->settings.store,
                          &(struct failure_row){LOOKUP_MX, &job->name, job->lookup});
    struct domain_row row = {
        .id = job->id,
        .surveyed_at = time(NULL),
        .mx_outcome = verdict.mx_outcome,
        .null_mx_flaw = verdict.null_mx_flaw,
        .failure = verdict.failure,
        .ede = verdict.ede,
        .dnssec = verdict.dnssec,
        .alias_target = job->aliased ? &job->alias_target : NULL,
        .provider_host = provider,
        .provider_length = provider_length,
        .cname_mx_count = verdict.cname_mx_count,
        .unknown_mx_count = verdict.unknown_mx_count,
        .dane = verdict.dane,
        .dane_ready = verdict.dane_ready,
        .tlsa_failures = verdict.tlsa_failures,
        .mx_ttl = job->mx_ttl,
        .mx_count = verdict.mx_count,
        .mx = domains->rows,
    };
    if (job->sts.asked) {
        domain_sts_put_failures(&domains->sts, &job->sts, job->id, &job->name, policy);
        domain_sts_judge(&job->sts, policy, domains->exchanges, facts.mx_count, domains->matches,
                         &row, &sts_row);
    }
    store_put_domain(domains->settings.store, &row);
    domains->counters.stored++;
    if (verdict.mx_outcome == MX_OUTCOME_FAILED)
        domains->counters.failed++;
    else
        domains->counters.answered++;
}

/* --- from step to step --- */

/* Lookups of the domain's own, as bits; policy: NULL where none was asked for. */
static unsigned failed_lookups(const struct domain_job *job, const struct policy_result *policy)
{
    unsigned failed = domain_sts_failed(&job->sts);
    if (lookup_failed(&job->lookup))
        failed |= 1U << DEFERRED_MX;
    if (policy != NULL && policy->passing && policy->tried)
        failed |= 1U << DEFERRED_POLICY;
    return failed;
}

static bool comes_again(const struct domain_job *job, const struct policy_result *policy)
{
    const struct domains *domains = job->domains;
    unsigned hosts = domain_needs(job->lookup.outcome) == DOMAIN_NEEDS_ITSELF ? 1 : job->mx_count;
    unsigned failed = failed_lookups(job, policy);
    if (domains->last_pass)
        return false;
    if (policy != NULL && !policy->tried)
        return true;
    for (unsigned i = 0; i < hosts; i++) {
        if (job->mx[i].host->state == HOST_DEFERRED)
            return true;
    }
    return failed != 0 && (failed & ~setbacks_of(&domains->setbacks, job->id)) != 0;
}

static void end(struct domain_job *job, bool deferred, const struct policy_result *policy)
{
    struct domains *domains = job->domains;
    if (deferred) {
        domains->counters.deferred++;
        setbacks_add(&domains->setbacks, job->id, failed_lookups(job, policy));
        store_defer_ede(domains->settings.store, job->id, DEFERRED_MX, &job->lookup.ede);
        domain_sts_defer(&domains->sts, &job->sts, job->id, policy);
    } else {
        judge_and_put(job, policy);
    }
    if (domain_needs(job->lookup.outcome) == DOMAIN_NEEDS_ITSELF)
        hosts_leave(domains->settings.hosts, job->mx[0].host);
    finish(job);
    domains->settings.finished(domains->settings.context);
}

static void wait_for_policy(struct domain_job *job);

static void policy_ready(struct policy_waiter *waiter, const struct policy_result *result)
{
    struct domain_job *job =
        (struct domain_job *)((char *)waiter - offsetof(struct domain_job, policy));
    struct domains *domains = job->domains;
    end(job, comes_again(job, result), result);
    struct domain_job *next = domains->no_room;
    if (next == NULL || !policies_have_room(domains->settings.policies))
        return;
    domains->no_room = next->next_for_policy;
    if (domains->no_room == NULL)
        domains->no_room_end = &domains->no_room;
    wait_for_policy(next);
}

static void wait_for_policy(struct domain_job *job)
{
    struct domains *domains = job->domains;
    domains->counters.under_way--;
    domains->counters.for_policies++;
    job->for_policy = true;
    job->policy.ready = policy_ready;
    policies_ask(domains->settings.policies, &job->name, &job->policy);
}

/* The last question of all.  Where too many wait already: in the last pass it waits, in its
 * place among those under way, so that no further domains start meanwhile. */
static void need_policy(struct domain_job *job)
{
    struct domains *domains = job->domains;
    if (policies_have_room(domains->settings.policies)) {
        wait_for_policy(job);
    } else if (domains->pass == 1 && !domains->last_pass) {
        end(job, true, NULL);
    } else {
        job->next_for_policy = NULL;
        *domains->no_room_end = job;
        domains->no_room_end = &job->next_for_policy;
    }
}

/* As far as known: true for good where an exchange is resolved. */
static bool has_mail_host(const struct domain_job *job)
{
    switch (domain_needs(job->lookup.outcome)) {
    case DOMAIN_NEEDS_HOSTS:
        for (unsigned i = 0; i < job->mx_count; i++) {
            if (job->mx[i].host->resolved)
                return true;
        }
        return false;
    case DOMAIN_NEEDS_ITSELF:
        return job->mx[0].host->state == HOST_DONE &&
               job->mx[0].host->address_outcome == OUTCOME_ANSWER;
    case DOMAIN_NEEDS_NOTHING:
        break;
    }
    return false;
}

static void one_ready(void *context);

/* Asks for its TXT records, once, when it is known to have a mail host. */
static void need_records(struct domain_job *job)
{
    struct domains *domains = job->domains;
    if (domains->settings.policies == NULL || job->sts.asked || !has_mail_host(job))
        return;
    job->pending += domain_sts_ask(&domains->sts, &job->sts, &job->name, one_ready, job);
}

/* Nothing is waited for now. */
static void settle(struct domain_job *job)
{
    need_records(job);
    if (job->pending > 0)
        return;
    if (comes_again(job, NULL))
        end(job, true, NULL);
    else if (job->sts.record.outcome == STS_RECORD_VALID)
        need_policy(job);
    else
        end(job, false, NULL);
}

static void one_ready(void *context)
{
    struct domain_job *job = context;
    assert(job->pending > 0);
    if (--job->pending == 0)
        settle(job);
}

static void host_ready(struct host_waiter *waiter)
{
    one_ready(((struct domain_mx *)waiter)->job);
}

static void need_hosts(struct domain_job *job, unsigned count, bool names_it)
{
    struct hosts *hosts = job->domains->settings.hosts;
    job->pending = 1; /* this loop itself: no host_ready() can settle the job early */
    if (names_it)
        need_records(job);
    for (unsigned i = 0; i < count; i++) {
        struct domain_mx *mx = &job->mx[i];
        mx->job = job;
        mx->waiter = (struct host_waiter){.names_it = names_it, .ready = host_ready};
        if (!hosts_need(hosts, mx->host, &mx->waiter))
            job->pending++;
    }
    if (--job->pending == 0)
        settle(job);
}

static int by_preference_and_host(const void *a, const void *b)
{
    const struct domain_mx *x = a, *y = b;
    if (x->preference != y->preference)
        return x->preference < y->preference ? -1 : 1;
    return (x->host->id > y->host->id) - (x->host->id < y->host->id);
}

static void sort(struct domain_mx *mx, unsigned count)
{
    if (count > FEW_MX) {
        qsort(mx, count, sizeof *mx, by_preference_and_host);
        return;
    }
    for (unsigned i = 1; i < count; i++) {
        struct domain_mx moving = mx[i];
        unsigned place = i;
        for (; place > 0 && by_preference_and_host(&mx[place - 1], &moving) > 0; place--)
            mx[place] = mx[place - 1];
        mx[place] = moving;
    }
}

/* The records of an RRset are distinct (RFC 2181 s5), but for the case of letters. */
static unsigned unique(struct domain_mx *mx, unsigned count)
{
    unsigned kept = 0;
    sort(mx, count);
    for (unsigned i = 0; i < count; i++) {
        if (kept == 0 || by_preference_and_host(&mx[kept - 1], &mx[i]) != 0)
            mx[kept++] = mx[i];
    }
    return kept;
}

static void take_mx(struct domain_job *job, const struct answer *answer)
{
    struct hosts *hosts = job->domains->settings.hosts;
    struct record record;
    size_t offset = 0;
    if (answer->record_count > MX_INLINE)
        job->mx = memory_get(answer->record_count * sizeof *job->mx);
    while (answer_next(answer, &offset, &record)) {
        struct name exchange;
        struct domain_mx *mx = &job->mx[job->mx_count++];
        record_mx(answer, &record, &mx->preference, &exchange);
        if (job->mx_count == 1 || record.ttl < job->mx_ttl)
            job->mx_ttl = record.ttl;
        mx->host = hosts_get(hosts, &exchange);
    }
    if (job->mx_count > 1)
        job->mx_count = unique(job->mx, job->mx_count);
    job->aliased = answer->chain.count > 0;
    if (job->aliased)
        memcpy(&job->alias_target, &answer->owner, NAME_SIZE(answer->owner.length));
}

static void take(void *context, const struct lookup_result *result)
{
    struct domain_job *job = context;
    job->lookup = result->lookup;
    store_add_deferred_ede(job->domains->settings.store, job->id, DEFERRED_MX, &job->lookup.ede);
    switch (domain_needs(result->lookup.outcome)) {
    case DOMAIN_NEEDS_HOSTS:
        take_mx(job, result->answer);
        need_hosts(job, job->mx_count, true);
        break;
    case DOMAIN_NEEDS_ITSELF:
        job->mx[0].host = hosts_get(job->domains->settings.hosts, &job->name);
        need_hosts(job, 1, false);
        break;
    case DOMAIN_NEEDS_NOTHING:
        settle(job);
        break;
    }
}

void domains_start(struct domains *domains, const struct store_domain *domain)
{
    struct domain_job *job = domains->free;
    if (job != NULL)
        domains->free = job->next;
    else
        job = memory_get(sizeof *job);
    memset(job, 0, offsetof(struct domain_job, mx_inline));
    memcpy(&job->name, &domain->name, NAME_SIZE(domain->name.length));
    job->domains = domains;
    job->id = domain->id;
    job->mx = job->mx_inline;
    job->next = domains->jobs;
    if (job->next != NULL)
        job->next->previous = job;
    domains->jobs = job;
    domains->counters.under_way++;
    lookup_ask(domains->settings.lookups, &job->name, TYPE_MX, take, job);
}

const struct domain_counters *domains_counters(const struct domains *domains)
{
    return &domains->counters;
}

void domains_begin_pass(struct domains *domains, bool last)
{
    domains->pass++;
    domains->last_pass = last;
}

struct domains *domains_new(const struct domains_settings *settings)
{
    struct domains *domains = memory_zeroed(1, sizeof *domains);
    domains->settings = *settings;
    domains->sts = (struct domain_sts_settings){
        .lookups = settings->lookups,
        .store = settings->store,
        .exclude = settings->exclude,
    };
    domains->no_room_end = &domains->no_room;
    setbacks_init(&domains->setbacks);
    return domains;
}

void domains_free(struct domains *domains)
{
    if (domains == NULL)
        return;
    while (domains->jobs != NULL)
        finish(domains->jobs);
    for (struct domain_job *next, *job = domains->free; job != NULL; job = next) {
        next = job->next;
        free(job);
    }
    setbacks_done(&domains->setbacks);
    free(domains->facts);
    free(domains->rows);
    free(domains->exchanges);
    free(domains->matches);
    free(domains);
}
