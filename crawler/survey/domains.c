#include "crawler/survey/domains.h"

#include "crawler/core/domain_rules.h"
#include "crawler/survey/memory.h"

#include <assert.h>
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
    /* the MX lookup */
    enum outcome outcome;
    enum failure failure;
    struct ede ede;
    unsigned tries;
    bool authentic;
    bool aliased; /* MX found at alias_target */
    unsigned mx_count;
    struct domain_mx *mx; /* the records; for a domain without MX one entry: itself */
    unsigned pending;     /* hosts waited for */
    struct domain_mx mx_inline[MX_INLINE]; /* where mx points to, unless there are more */
    struct name name, alias_target;
};

struct domains {
    struct domains_settings settings;
    bool last_pass;
    struct domain_counters counters;
    struct domain_job *jobs; /* under way */
    struct domain_job *free; /* to be used again */
    struct mx_fact *facts;   /* scratch of judge_and_put(), as rows */
    struct mx_row *rows;
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
    domains->counters.under_way--;
}

static void make_room(struct domains *domains, unsigned count)
{
    if (count <= domains->scratch_room)
        return;
    domains->scratch_room = count * 2;
    domains->facts = memory_resize(domains->facts, domains->scratch_room, sizeof *domains->facts);
    domains->rows = memory_resize(domains->rows, domains->scratch_room, sizeof *domains->rows);
}

static void gather(const struct domain_job *job, struct domain_facts *ret)
{
    struct domains *domains = job->domains;
    *ret = (struct domain_facts){
        .believe_ad = domains->settings.believe_ad,
        .outcome = job->outcome,
        .failure = job->failure,
        .ede = job->ede,
        .authentic = job->authentic,
    };
    if (domain_needs(job->outcome) == DOMAIN_NEEDS_ITSELF) {
        const struct host *itself = job->mx[0].host;
        ret->address_outcome = (enum outcome)itself->address_outcome;
        ret->address_failure = (enum failure)itself->failure;
        if (itself->ede != NULL)
            ret->address_ede = *itself->ede;
        ret->address_dane = (enum dane)itself->dane;
        return;
    }
    make_room(domains, job->mx_count);
    for (unsigned i = 0; i < job->mx_count; i++) {
        const struct domain_mx *mx = &job->mx[i];
        domains->facts[i] = (struct mx_fact){
            .preference = mx->preference,
            .class = (enum exchange_class)mx->host->class,
            .alias = (enum alias)mx->host->alias,
            .dane = (enum dane)mx->host->dane,
            .exchange = &mx->host->name,
        };
        domains->rows[i] = (struct mx_row){.preference = mx->preference, .host = mx->host->id};
    }
    ret->mx_count = job->mx_count;
    ret->mx = domains->facts;
}

static void put_failure(const struct domain_job *job)
{
    store_put_failure(job->domains->settings.store, &(struct failure_row){
                                                        .kind = LOOKUP_MX,
                                                        .name = &job->name,
                                                        .failure = job->failure,
                                                        .ede = job->ede,
                                                        .tries = job->tries,
                                                    });
}

static void judge_and_put(const struct domain_job *job)
{
    struct domains *domains = job->domains;
    struct domain_facts facts;
    struct domain_verdict verdict;
    gather(job, &facts);
    domain_judge(&facts, &verdict);
    uint64_t provider = verdict.provider_mx >= 0 ? job->mx[verdict.provider_mx].host->id : 0;
    if (verdict.mx_outcome == MX_OUTCOME_IMPLICIT_MX)
        provider = job->mx[0].host->id;
    if (job->outcome == OUTCOME_FAILED)
        put_failure(job);
    store_put_domain(domains->settings.store,
                     &(struct domain_row){
                         .id = job->id,
                         .surveyed_at = time(NULL),
                         .mx_outcome = verdict.mx_outcome,
                         .null_mx_flaw = verdict.null_mx_flaw,
                         .failure = verdict.failure,
                         .ede = verdict.ede,
                         .dnssec = verdict.dnssec,
                         .alias_target = job->aliased ? &job->alias_target : NULL,
                         .provider_host = provider,
                         .cname_mx_count = verdict.cname_mx_count,
                         .dane = verdict.dane,
                         .tlsa_failures = verdict.tlsa_failures,
                         .mx_count = verdict.mx_count,
                         .mx = domains->rows,
                     });
    domains->counters.stored++;
    if (verdict.mx_outcome == MX_OUTCOME_FAILED)
        domains->counters.failed++;
    else
        domains->counters.answered++;
}

static void settle(struct domain_job *job)
{
    struct domains *domains = job->domains;
    bool deferred = job->outcome == OUTCOME_FAILED;
    unsigned hosts = domain_needs(job->outcome) == DOMAIN_NEEDS_ITSELF ? 1 : job->mx_count;
    for (unsigned i = 0; i < hosts; i++)
        deferred |= job->mx[i].host->state == HOST_DEFERRED;
    if (deferred && !domains->last_pass)
        domains->counters.deferred++;
    else
        judge_and_put(job);
    finish(job);
    domains->settings.finished(domains->settings.context);
}

static void host_ready(struct host_waiter *waiter)
{
    struct domain_job *job = ((struct domain_mx *)waiter)->job;
    assert(job->pending > 0);
    if (--job->pending == 0)
        settle(job);
}

static void need_hosts(struct domain_job *job, unsigned count, bool names_it)
{
    struct hosts *hosts = job->domains->settings.hosts;
    job->pending = 1; /* this loop itself: no host_ready() can settle the job early */
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
    job->outcome = result->outcome;
    job->failure = result->failure;
    job->ede = result->ede;
    job->tries = result->tries;
    if (result->outcome != OUTCOME_FAILED)
        job->authentic = result->answer->authentic;
    switch (domain_needs(result->outcome)) {
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
    bool valid = name_from_text(domain->domain, domain->length, &job->name);
    assert(valid); /* list_name_normalize() made it */
    (void)valid;
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

void domains_last_pass(struct domains *domains)
{
    domains->last_pass = true;
}

struct domains *domains_new(const struct domains_settings *settings)
{
    struct domains *domains = memory_zeroed(1, sizeof *domains);
    domains->settings = *settings;
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
    free(domains->facts);
    free(domains->rows);
    free(domains);
}
