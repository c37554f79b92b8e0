#include "crawler/survey/jobs/hosts.h"

#include "crawler/base/memory.h"
#include "crawler/core/address.h"
#include "crawler/survey/jobs/host_table.h"
#include "crawler/survey/jobs/tlsa_rows.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

/* What a host's questions take: some KB, so only so many at once have it. */
struct host_work {
    struct host_case rules;
    unsigned address_count, address_room;
    struct address_row *addresses;
    struct tlsa_rows tlsa; /* of the last TLSA answer */
};

/* Small, because one hostile MX RRset can name thousands of hosts. */
struct host_job {
    struct hosts *hosts;
    struct host *host;
    struct host_job *next; /* in the queue */
    struct host_waiter *waiters;
    struct host_work *work; /* NULL while it is in the queue */
};

struct hosts {
    struct hosts_settings settings;
    bool last_pass;
    unsigned pass;      /* from 1 on */
    unsigned under_way; /* jobs, those in the queue too */
    unsigned working;   /* jobs with work */
    struct host_job *queue, **queue_end;
    uint32_t next_id;
    struct host_table table;
};

/* --- rows --- */

const struct name *host_target(const struct host *host)
{
    return host->extra != NULL ? host->extra->target : NULL;
}

const struct host_codes *host_codes(const struct host *host)
{
    static const struct host_codes none;
    return host->extra != NULL ? &host->extra->codes : &none;
}

static void put_named(struct hosts *hosts, struct host *host)
{
    char text[NAME_TEXT_MAX];
    name_to_text(&host->name, text);
    struct host_row row = {
        .id = host->id,
        .name = &host->name,
        .class = (enum exchange_class)host->class,
        .provider = suffix_registrable(hosts->settings.suffixes, text),
    };
    store_put_host(hosts->settings.store, &row);
    host->stored = true;
}

static void put_resolved(struct hosts *hosts, const struct host_job *job,
                         const struct host_verdict *verdict, bool hidden)
{
    struct host *host = job->host;
    const struct host_work *work = job->work;
    const struct suffixes *suffixes = hosts->settings.suffixes;
    char text[NAME_TEXT_MAX], target[NAME_TEXT_MAX];
    name_to_text(&host->name, text);
    if (work->rules.hop_count > 0)
        name_to_text(&work->rules.hops[work->rules.hop_count - 1].target, target);
    struct host_row row = {
        .id = host->id,
        .name = &host->name,
        .provider = suffix_registrable(suffixes, text),
        .class = (enum exchange_class)host->class,
        .resolved = true,
        .resolved_at = time(NULL),
        .address_outcome = verdict->address_outcome,
        .failure = verdict->failure,
        .ede = host_codes(host)->address,
        .ipv4_count = verdict->ipv4_count,
        .ipv6_count = verdict->ipv6_count,
        .special_count = verdict->special_count,
        .dnssec = verdict->dnssec,
        .alias = verdict->alias,
        .alias_dnssec = verdict->alias_dnssec,
        .alias_problem = verdict->alias_problem,
        .hidden = hidden,
        .hop_count = work->rules.hop_count,
        .hops = work->rules.hops,
        .alias_provider = work->rules.hop_count > 0 ? suffix_registrable(suffixes, target) : NULL,
        .address_count = work->address_count,
        .addresses = work->addresses,
        .dane = verdict->dane,
        .dane_exim = verdict->dane_exim,
        .tlsa_outcome = verdict->tlsa_outcome,
        .tlsa_hop = verdict->tlsa_hop,
        .tlsa_dnssec = verdict->tlsa_dnssec,
        .tlsa_count = verdict->tlsa_count,
        .tlsa_usable_count = verdict->tlsa_usable_count,
        .tlsa = work->tlsa.rows,
    };
    store_put_host(hosts->settings.store, &row);
    host->stored = true;
    host->hidden = hidden;
}

static void put_failure(const struct host_job *job, enum lookup_kind kind,
                        const struct lookup_answer *lookup, const struct ede *ede)
{
    struct failure_row row = {kind, &job->host->name, *lookup};
    row.lookup.ede = *ede;
    store_put_failure(job->hosts->settings.store, &row);
}

static void put_failures(const struct host_job *job, const struct host_verdict *verdict)
{
    const struct host_lookup *alias = &job->work->rules.alias_failure;
    const struct tlsa_search *tlsa = &job->work->rules.tlsa;
    const struct host_codes *codes = host_codes(job->host);
    const struct lookup_answer address = {.failure = verdict->failure, .tries = verdict->tries};
    if (verdict->failure != FAILURE_NONE)
        put_failure(job, LOOKUP_ADDRESS, &address, &codes->address);
    if (alias->done)
        put_failure(job, LOOKUP_ALIAS, &alias->lookup, &codes->alias);
    if (lookup_failed(&tlsa->lookup))
        put_failure(job, LOOKUP_TLSA, &tlsa->lookup, &codes->tlsa);
}

/* --- the job --- */

static void ask_next(struct host_job *job);

static void begin(struct host_job *job)
{
    const struct hosts_settings *settings = &job->hosts->settings;
    struct host_work *work = job->work;
    work->address_count = 0;
    tlsa_rows_clear(&work->tlsa);
    host_case_init(&work->rules, &job->host->name, settings->believe_ad, settings->tlsa_policy,
                   memory_get);
    ask_next(job);
}

/* Gives work to the jobs that have waited longest. */
static void run_queue(struct hosts *hosts)
{
    while (hosts->queue != NULL && hosts->working < hosts->settings.most_at_once) {
        struct host_job *job = hosts->queue;
        hosts->queue = job->next;
        if (hosts->queue == NULL)
            hosts->queue_end = &hosts->queue;
        job->work = memory_zeroed(1, sizeof *job->work);
        hosts->working++;
        begin(job);
    }
}

static void start(struct hosts *hosts, struct host *host)
{
    struct host_job *job = memory_zeroed(1, sizeof *job);
    job->hosts = hosts;
    job->host = host;
    host_table_extra(&hosts->table, host)->job = job;
    host->state = HOST_UNDER_WAY;
    hosts->under_way++;
    *hosts->queue_end = job;
    hosts->queue_end = &job->next;
    run_queue(hosts);
}

static void remember(struct host_job *job, const struct host_verdict *verdict)
{
    const struct host_case *rules = &job->work->rules;
    struct host *host = job->host;
    host->alias = verdict->alias;
    host->dane = verdict->dane;
    host->address_outcome = verdict->address_outcome;
    host->failure = verdict->failure;
    if (rules->hop_count > 0)
        host_table_set_target(&job->hosts->table, host, &rules->hops[rules->hop_count - 1].target);
}

static void release(struct host_job *job)
{
    if (job->work != NULL) {
        host_case_done(&job->work->rules);
        free(job->work->addresses);
        tlsa_rows_clear(&job->work->tlsa);
        free(job->work);
    }
    free(job);
}

/* A first failure is never the last word, of whichever lookup: it waits for the next pass.  In the
 * last one it is asked again at once. */
static bool asked_again(struct host_job *job)
{
    if (!job->hosts->last_pass)
        return false;
    host_case_done(&job->work->rules);
    begin(job);
    return true;
}

static void finish(struct host_job *job)
{
    struct hosts *hosts = job->hosts;
    struct host *host = job->host;
    struct host_verdict verdict;
    host_judge(&job->work->rules, &verdict);
    bool first_failure = (verdict.failed & ~host->failed) != 0;
    host->failed |= verdict.failed;
    if (first_failure && asked_again(job))
        return;
    host->state = HOST_DEFERRED;
    host->pass = hosts->pass;
    if (!first_failure) {
        remember(job, &verdict);
        host->state = HOST_DONE;
        /* A failed candidate is stored too, but hidden: not known to be a mail host
         * until an MX record names it. */
        bool mail_host = host->named || verdict.address_outcome == OUTCOME_ANSWER;
        if (mail_host || verdict.failed != 0)
            put_resolved(hosts, job, &verdict, !mail_host);
        put_failures(job, &verdict);
    }
    /* A domain without service is no mail host: nobody will ask for it again. */
    bool is_nobodys = host->state == HOST_DONE && !host->stored;
    host->extra->job = NULL;
    host_table_trim(&hosts->table, host);
    if (host->state == HOST_DEFERRED && host->extra != NULL)
        store_defer_host(hosts->settings.store, &host->name, &host->extra->codes);
    hosts->under_way--;
    hosts->working--;
    struct host_waiter *next, *waiter = job->waiters;
    release(job);
    for (; waiter != NULL; waiter = next) {
        next = waiter->next; /* ready() may free it, and the host, too: hosts_leave() */
        waiter->ready(waiter);
    }
    if (is_nobodys)
        host_table_drop(&hosts->table, host);
    run_queue(hosts);
}

static int compare_addresses(const void *a, const void *b)
{
    const struct address_row *left = a, *right = b;
    return memcmp(left->octets, right->octets, sizeof left->octets);
}

/* Of the rows from `first` on each once: a server may repeat a record (RFC 2181 s5). */
static void drop_repeated(struct host_work *work, unsigned first)
{
    struct address_row *rows = work->addresses + first;
    unsigned count = work->address_count - first, kept = 1;
    if (count < 2)
        return;
    qsort(rows, count, sizeof *rows, compare_addresses);
    for (unsigned i = 1; i < count; i++) {
        if (compare_addresses(&rows[i], &rows[kept - 1]) != 0)
            rows[kept++] = rows[i];
    }
    work->address_count = first + kept;
}

static void keep_addresses(struct host_work *work, enum record_type type,
                           const struct answer *answer, struct host_reply *reply)
{
    uint8_t family = type == TYPE_A ? 4 : 6;
    unsigned first = work->address_count;
    size_t offset = 0;
    struct record record;
    while (answer_next(answer, &offset, &record)) {
        if (work->address_count == work->address_room) {
            work->address_room = work->address_room == 0 ? 4 : work->address_room * 2;
            work->addresses =
                memory_resize(work->addresses, work->address_room, sizeof *work->addresses);
        }
        struct address_row *address = &work->addresses[work->address_count++];
        *address = (struct address_row){.family = family};
        memcpy(address->octets, record.data, record.size);
        address->special = address_is_special(family, address->octets);
    }
    drop_repeated(work, first);
    reply->address_count = work->address_count - first;
    for (unsigned i = first; i < work->address_count; i++)
        reply->special_count += work->addresses[i].special;
}

static void keep_tlsa(struct host_job *job, const struct answer *answer, struct host_reply *reply)
{
    tlsa_rows_take(&job->work->tlsa, answer, job->hosts->settings.believe_ad && answer->authentic,
                   time(NULL));
    reply->tlsa_count = job->work->tlsa.count;
    reply->tlsa_usable_count = job->work->tlsa.usable_count;
}

static bool is_excluded(const struct hosts *hosts, const struct name *name)
{
    return hosts->settings.exclude != NULL && exclude_has(hosts->settings.exclude, name);
}

/* An alias may lead to names that opted out; the host itself did not, or it were not resolved. */
static void pass_over_excluded(struct host_job *job)
{
    struct host_case *rules = &job->work->rules;
    struct host_question question;
    while (rules->stage == HOST_WALK || rules->stage == HOST_TLSA) {
        host_next(rules, &question);
        if (!is_excluded(job->hosts, question.name))
            return;
        host_refuse(rules);
    }
}

/* The second attempt may meet a cache that no longer says why: no code is lost meanwhile. */
static void keep_codes(struct host *host, enum record_type type, const struct ede *ede)
{
    struct host_codes *codes = &host->extra->codes;
    if (ede->count == 0)
        return;
    ede_merge(type == TYPE_TLSA                     ? &codes->tlsa
              : type == TYPE_A || type == TYPE_AAAA ? &codes->address
                                                    : &codes->alias,
              ede);
}

static void take(void *context, const struct lookup_result *result)
{
    struct host_job *job = context;
    enum record_type type = result->question->type;
    keep_codes(job->host, type, &result->lookup.ede);
    struct host_reply reply = {.lookup = result->lookup};
    if (!lookup_failed(&result->lookup)) {
        reply.chain = &result->answer->chain;
        if (type == TYPE_A || type == TYPE_AAAA)
            keep_addresses(job->work, type, result->answer, &reply);
        else if (type == TYPE_TLSA)
            keep_tlsa(job, result->answer, &reply);
    }
    if (!host_take(&job->work->rules, type, &reply))
        return;
    pass_over_excluded(job);
    if (job->work->rules.stage == HOST_JUDGED)
        finish(job);
    else
        ask_next(job);
}

static void ask_next(struct host_job *job)
{
    struct lookups *lookups = job->hosts->settings.lookups;
    struct host_question question;
    host_next(&job->work->rules, &question);
    if (question.a)
        lookup_ask(lookups, question.name, TYPE_A, take, job);
    if (question.aaaa)
        lookup_ask(lookups, question.name, TYPE_AAAA, take, job);
    if (!question.a && !question.aaaa)
        lookup_ask(lookups, question.name, question.type, take, job);
}

/* --- the public side --- */

struct host *hosts_get(struct hosts *hosts, const struct name *name)
{
    struct host *host = host_table_get(&hosts->table, name);
    if (host != NULL)
        return host;
    host = host_table_add(&hosts->table, name, hosts->next_id++);
    host->class = exchange_class_of(name);
    host->resolved =
        exchange_class_is_resolved((enum exchange_class)host->class) && !is_excluded(hosts, name);
    if (!host->resolved)
        host->state = HOST_DONE;
    return host;
}

bool hosts_need(struct hosts *hosts, struct host *host, struct host_waiter *waiter)
{
    bool again = false;
    host->named |= waiter->names_it;
    switch ((enum host_state)host->state) {
    case HOST_DONE:
        if (!host->resolved && !host->stored)
            put_named(hosts, host);
        if (host->hidden && waiter->names_it) {
            store_show_host(hosts->settings.store, host->id);
            host->hidden = false;
        }
        break;
    case HOST_DEFERRED:
        again = host->pass < hosts->pass;
        break;
    case HOST_NAMED:
        again = true;
        break;
    case HOST_UNDER_WAY:
        break;
    }
    if (again) {
        start(hosts, host);
    } else if (host->state != HOST_UNDER_WAY) {
        return true;
    }
    waiter->next = host->extra->job->waiters;
    host->extra->job->waiters = waiter;
    return false;
}

void hosts_leave(struct hosts *hosts, struct host *host)
{
    if (host->state == HOST_DONE && host->stored && !host->named && host->extra == NULL)
        host_table_shorten(&hosts->table, host);
}

void hosts_begin_pass(struct hosts *hosts, bool last)
{
    hosts->pass++;
    hosts->last_pass = last;
}

unsigned hosts_under_way(const struct hosts *hosts)
{
    return hosts->under_way;
}

bool hosts_are_queued(const struct hosts *hosts)
{
    return hosts->queue != NULL;
}

static int recall(void *context, const struct known_host *known)
{
    struct hosts *hosts = context;
    struct host *host = host_table_add(&hosts->table, &known->name, (uint32_t)known->id);
    host->class = known->class;
    host->resolved = known->resolved;
    host->alias = known->alias;
    host->dane = known->dane;
    host->address_outcome = known->address_outcome;
    host->failure = known->failure;
    if (known->ede.count > 0)
        host_table_extra(&hosts->table, host)->codes.address = known->ede;
    if (known->aliased)
        host_table_set_target(&hosts->table, host, &known->alias_target);
    host->hidden = known->hidden;
    host->state = HOST_DONE;
    host->stored = true;
    hosts_leave(hosts, host);
    return 0;
}

/* Of a host whose row waits for a second attempt; or did, and has more of them. */
static int recall_codes(void *context, const struct name *name, const struct host_codes *codes)
{
    struct hosts *hosts = context;
    struct host_codes *known = &host_table_extra(&hosts->table, hosts_get(hosts, name))->codes;
    ede_merge(&known->address, &codes->address);
    known->alias = codes->alias;
    known->tlsa = codes->tlsa;
    return 0;
}

struct hosts *hosts_new(const struct hosts_settings *settings, struct error *error)
{
    struct hosts *hosts = memory_zeroed(1, sizeof *hosts);
    hosts->settings = *settings;
    hosts->queue_end = &hosts->queue;
    host_table_init(&hosts->table);
    hosts->next_id = (uint32_t)store_next_host_id(settings->store);
    if (store_each_host(settings->store, recall, hosts, error) != 0 ||
        store_each_deferred_host(settings->store, recall_codes, hosts, error) != 0) {
        hosts_free(hosts);
        return NULL;
    }
    return hosts;
}

static void release_job(void *context, struct host *host)
{
    (void)context;
    if (host->extra != NULL && host->extra->job != NULL)
        release(host->extra->job);
}

void hosts_free(struct hosts *hosts)
{
    if (hosts == NULL)
        return;
    if (hosts->under_way > 0)
        host_table_each(&hosts->table, release_job, NULL);
    host_table_free(&hosts->table);
    free(hosts);
}
