#include "crawler/survey/hosts.h"

#include "crawler/core/address.h"
#include "crawler/survey/memory.h"
#include "crawler/survey/tlsa_rows.h"

#include <assert.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <xxhash.h>

struct host_job {
    struct hosts *hosts;
    struct host *host;
    struct host_waiter *waiters;
    bool named; /* some waiter's MX record names it */
    struct host_case rules;
    unsigned address_count, address_room;
    struct address_row *addresses;
    struct tlsa_rows tlsa; /* of the last TLSA answer */
};

struct hosts {
    struct hosts_settings settings;
    uint64_t seed;
    bool last_pass;
    unsigned under_way;
    uint32_t next_id;
    uint32_t count, slot_count; /* slot_count is a power of two */
    struct host **slots;
};

/* --- the table: open addressing, linear probing --- */

static uint32_t slot_of(const struct hosts *hosts, const struct name *name)
{
    uint64_t hash = XXH3_64bits_withSeed(name->wire, name->length, hosts->seed);
    uint32_t slot = (uint32_t)hash & (hosts->slot_count - 1);
    while (hosts->slots[slot] != NULL && !name_equal(&hosts->slots[slot]->name, name))
        slot = (slot + 1) & (hosts->slot_count - 1);
    return slot;
}

static void grow(struct hosts *hosts)
{
    uint32_t old_count = hosts->slot_count;
    struct host **old = hosts->slots;
    hosts->slot_count = old_count * 2;
    hosts->slots = memory_zeroed(hosts->slot_count, sizeof *hosts->slots);
    for (uint32_t i = 0; i < old_count; i++) {
        if (old[i] != NULL)
            hosts->slots[slot_of(hosts, &old[i]->name)] = old[i];
    }
    free(old);
}

static struct host *add(struct hosts *hosts, const struct name *name, uint32_t id)
{
    if ((hosts->count + 1) * 4 > (uint64_t)hosts->slot_count * 3)
        grow(hosts);
    struct host *host = memory_get(offsetof(struct host, name) + NAME_SIZE(name->length));
    memset(host, 0, offsetof(struct host, name));
    memcpy(&host->name, name, NAME_SIZE(name->length));
    host->id = id;
    hosts->slots[slot_of(hosts, name)] = host;
    hosts->count++;
    return host;
}

/* Takes a host out and closes the gap in its probe sequence. */
static void drop(struct hosts *hosts, struct host *host)
{
    uint32_t mask = hosts->slot_count - 1, gap = slot_of(hosts, &host->name);
    hosts->slots[gap] = NULL;
    for (uint32_t i = (gap + 1) & mask; hosts->slots[i] != NULL; i = (i + 1) & mask) {
        struct host *moved = hosts->slots[i];
        hosts->slots[i] = NULL;
        hosts->slots[slot_of(hosts, &moved->name)] = moved;
    }
    hosts->count--;
    free(host->ede);
    free(host);
}

/* --- rows --- */

static void put_named(struct hosts *hosts, struct host *host)
{
    char text[NAME_TEXT_MAX];
    name_to_text(&host->name, text);
    struct host_row row = {
        .id = host->id,
        .name = &host->name,
        .class = (enum exchange_class)host->class,
        .provider = exchange_class_is_resolved((enum exchange_class)host->class)
                        ? suffix_registrable(hosts->settings.suffixes, text)
                        : NULL,
    };
    store_put_host(hosts->settings.store, &row);
    host->stored = true;
}

static void put_resolved(struct hosts *hosts, const struct host_job *job,
                         const struct host_verdict *verdict)
{
    struct host *host = job->host;
    char text[NAME_TEXT_MAX];
    name_to_text(&host->name, text);
    struct host_row row = {
        .id = host->id,
        .name = &host->name,
        .provider = suffix_registrable(hosts->settings.suffixes, text),
        .class = (enum exchange_class)host->class,
        .resolved = true,
        .address_outcome = verdict->address_outcome,
        .failure = verdict->failure,
        .ede = verdict->ede,
        .ipv4_count = verdict->ipv4_count,
        .ipv6_count = verdict->ipv6_count,
        .special_count = verdict->special_count,
        .dnssec = verdict->dnssec,
        .alias = verdict->alias,
        .alias_dnssec = verdict->alias_dnssec,
        .alias_problem = verdict->alias_problem,
        .hop_count = job->rules.hop_count,
        .hops = job->rules.hops,
        .address_count = job->address_count,
        .addresses = job->addresses,
        .dane = verdict->dane,
        .tlsa_outcome = verdict->tlsa_outcome,
        .tlsa_hop = verdict->tlsa_hop,
        .tlsa_dnssec = verdict->tlsa_dnssec,
        .tlsa_count = verdict->tlsa_count,
        .tlsa_usable_count = verdict->tlsa_usable_count,
        .tlsa = job->tlsa.rows,
    };
    store_put_host(hosts->settings.store, &row);
    host->stored = true;
}

static void put_failure(const struct host_job *job, enum lookup_kind kind, enum failure failure,
                        const struct ede *ede, unsigned tries)
{
    const struct failure_row row = {
        .kind = kind,
        .name = &job->host->name,
        .failure = failure,
        .ede = *ede,
        .tries = tries,
    };
    store_put_failure(job->hosts->settings.store, &row);
}

static void put_failures(const struct host_job *job, const struct host_verdict *verdict)
{
    const struct host_lookup *alias = &job->rules.alias_failure;
    const struct tlsa_search *tlsa = &job->rules.tlsa;
    if (verdict->failure != FAILURE_NONE)
        put_failure(job, LOOKUP_ADDRESS, verdict->failure, &verdict->ede, verdict->tries);
    if (alias->done)
        put_failure(job, LOOKUP_ALIAS, alias->failure, &alias->ede, alias->tries);
    if (tlsa->outcome == OUTCOME_FAILED)
        put_failure(job, LOOKUP_TLSA, tlsa->failure, &tlsa->ede, tlsa->tries);
    job->host->failures_stored = true;
}

/* --- the job --- */

static void ask_next(struct host_job *job);

static void begin(struct host_job *job)
{
    const struct hosts_settings *settings = &job->hosts->settings;
    job->address_count = 0;
    tlsa_rows_clear(&job->tlsa);
    host_case_init(&job->rules, &job->host->name, settings->believe_ad, settings->tlsa_policy);
    ask_next(job);
}

static void start(struct hosts *hosts, struct host *host)
{
    struct host_job *job = memory_zeroed(1, sizeof *job);
    job->hosts = hosts;
    job->host = host;
    host->job = job;
    host->state = HOST_UNDER_WAY;
    hosts->under_way++;
    begin(job);
}

static void remember(struct host *host, const struct host_verdict *verdict)
{
    host->alias = (uint8_t)verdict->alias;
    host->dane = (uint8_t)verdict->dane;
    host->address_outcome = (uint8_t)verdict->address_outcome;
    host->failure = (uint8_t)verdict->failure;
    if (verdict->ede.count > 0) {
        host->ede = memory_get(sizeof *host->ede);
        *host->ede = verdict->ede;
    }
}

static void release(struct host_job *job)
{
    host_case_done(&job->rules);
    free(job->addresses);
    tlsa_rows_clear(&job->tlsa);
    free(job);
}

/* A first failure is never the last word: in the last pass it is asked again at
 * once, before it waits for that pass. */
static bool asked_again(struct host_job *job, const struct host_verdict *verdict)
{
    struct hosts *hosts = job->hosts;
    struct host *host = job->host;
    if (verdict->complete || !hosts->last_pass || host->attempts > 1)
        return false;
    host_case_done(&job->rules);
    begin(job);
    return true;
}

static void finish(struct host_job *job)
{
    struct hosts *hosts = job->hosts;
    struct host *host = job->host;
    struct host_verdict verdict;
    host_judge(&job->rules, &verdict);
    if (host->attempts < UINT8_MAX)
        host->attempts++;
    if (asked_again(job, &verdict))
        return;
    host->state = HOST_DEFERRED;
    if (verdict.complete || hosts->last_pass) {
        remember(host, &verdict);
        host->state = HOST_DONE;
        if (job->named || verdict.address_outcome == OUTCOME_ANSWER)
            put_resolved(hosts, job, &verdict);
        if (!host->failures_stored)
            put_failures(job, &verdict);
    }
    host->job = NULL;
    hosts->under_way--;
    struct host_waiter *next, *waiter = job->waiters;
    release(job);
    for (; waiter != NULL; waiter = next) {
        next = waiter->next; /* ready() may free it */
        waiter->ready(waiter);
    }
    /* A domain without service is no mail host: nobody will ask for it again. */
    if (host->state == HOST_DONE && !host->stored && verdict.complete)
        drop(hosts, host);
}

static void keep_addresses(struct host_job *job, enum record_type type, const struct answer *answer,
                           struct host_reply *reply)
{
    uint8_t family = type == TYPE_A ? 4 : 6;
    size_t offset = 0;
    struct record record;
    while (answer_next(answer, &offset, &record)) {
        if (job->address_count == job->address_room) {
            job->address_room = job->address_room == 0 ? 4 : job->address_room * 2;
            job->addresses =
                memory_resize(job->addresses, job->address_room, sizeof *job->addresses);
        }
        struct address_row *address = &job->addresses[job->address_count++];
        *address = (struct address_row){.family = family};
        memcpy(address->octets, record.data, record.size);
        address->special = address_is_special(family, address->octets);
        reply->address_count++;
        reply->special_count += address->special;
    }
}

static void keep_tlsa(struct host_job *job, const struct answer *answer, struct host_reply *reply)
{
    tlsa_rows_take(&job->tlsa, answer, job->hosts->settings.believe_ad && answer->authentic);
    reply->tlsa_count = job->tlsa.count;
    reply->tlsa_usable_count = job->tlsa.usable_count;
}

static void take(void *context, const struct lookup_result *result)
{
    struct host_job *job = context;
    enum record_type type = result->question->type;
    struct host_reply reply = {
        .outcome = result->outcome,
        .failure = result->failure,
        .ede = result->ede,
        .tries = result->tries,
    };
    if (result->outcome != OUTCOME_FAILED) {
        reply.authentic = result->answer->authentic;
        reply.chain = &result->answer->chain;
        if (type == TYPE_A || type == TYPE_AAAA)
            keep_addresses(job, type, result->answer, &reply);
        else if (type == TYPE_TLSA)
            keep_tlsa(job, result->answer, &reply);
    }
    if (!host_take(&job->rules, type, &reply))
        return;
    if (job->rules.stage == HOST_JUDGED)
        finish(job);
    else
        ask_next(job);
}

static void ask_next(struct host_job *job)
{
    struct host_question question;
    host_next(&job->rules, &question);
    if (question.addresses) {
        job->address_count = 0;
        lookup_ask(job->hosts->settings.lookups, question.name, TYPE_A, take, job);
        lookup_ask(job->hosts->settings.lookups, question.name, TYPE_AAAA, take, job);
    } else {
        lookup_ask(job->hosts->settings.lookups, question.name, question.type, take, job);
    }
}

/* --- the public side --- */

struct host *hosts_get(struct hosts *hosts, const struct name *name)
{
    struct host *host = hosts->slots[slot_of(hosts, name)];
    if (host != NULL)
        return host;
    host = add(hosts, name, hosts->next_id++);
    host->class = (uint8_t)exchange_class_of(name);
    host->resolved =
        exchange_class_is_resolved((enum exchange_class)host->class) &&
        (hosts->settings.exclude == NULL || !exclude_has(hosts->settings.exclude, name));
    if (!host->resolved)
        host->state = HOST_DONE;
    return host;
}

bool hosts_need(struct hosts *hosts, struct host *host, struct host_waiter *waiter)
{
    bool again = false;
    switch ((enum host_state)host->state) {
    case HOST_DONE:
        if (!host->resolved && !host->stored)
            put_named(hosts, host);
        /* met before as a domain without service: its row is wanted only now */
        again = waiter->names_it && !host->stored;
        break;
    case HOST_DEFERRED:
        again = hosts->last_pass;
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
    host->job->named |= waiter->names_it;
    waiter->next = host->job->waiters;
    host->job->waiters = waiter;
    return false;
}

void hosts_last_pass(struct hosts *hosts)
{
    hosts->last_pass = true;
}

unsigned hosts_under_way(const struct hosts *hosts)
{
    return hosts->under_way;
}

uint32_t hosts_count(const struct hosts *hosts)
{
    return hosts->count;
}

static int recall(void *context, const struct known_host *known)
{
    struct hosts *hosts = context;
    struct host *host = add(hosts, &known->name, (uint32_t)known->id);
    host->class = (uint8_t)known->class;
    host->resolved = known->resolved;
    host->alias = (uint8_t)known->alias;
    host->dane = (uint8_t)known->dane;
    host->address_outcome = (uint8_t)known->address_outcome;
    host->state = HOST_DONE;
    host->stored = true;
    host->failures_stored = true;
    return 0;
}

struct hosts *hosts_new(const struct hosts_settings *settings, struct error *error)
{
    struct hosts *hosts = memory_zeroed(1, sizeof *hosts);
    hosts->settings = *settings;
    hosts->seed = memory_random();
    hosts->slot_count = 1024;
    hosts->slots = memory_zeroed(hosts->slot_count, sizeof *hosts->slots);
    hosts->next_id = (uint32_t)store_next_host_id(settings->store);
    if (store_each_host(settings->store, recall, hosts, error) != 0) {
        hosts_free(hosts);
        return NULL;
    }
    return hosts;
}

void hosts_free(struct hosts *hosts)
{
    if (hosts == NULL)
        return;
    for (uint32_t i = 0; i < hosts->slot_count; i++) {
        struct host *host = hosts->slots[i];
        if (host == NULL)
            continue;
        if (host->job != NULL)
            release(host->job);
        free(host->ede);
        free(host);
    }
    free(hosts->slots);
    free(hosts);
}
