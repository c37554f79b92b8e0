#include "crawler/store/rows.h"

#include "crawler/core/utf8.h"

#include <assert.h>
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

/* --- hosts --- */

static void add_tlsa(struct batch *batch, const struct host_row *row)
{
    struct host_tlsa_item *item = batch_add(batch, TABLE_HOST_TLSA);
    item->id = row->id;
    item->outcome = (uint8_t)row->tlsa_outcome;
    item->base_hop = (uint8_t)row->tlsa_hop;
    item->dnssec = (uint8_t)row->tlsa_dnssec;
    item->count = row->tlsa_count;
    item->usable_count = row->tlsa_usable_count;
    for (int i = 0; i < row->tlsa_count; i++) {
        const struct tlsa_row *tlsa = &row->tlsa[i];
        struct tlsa_item *record = batch_add(batch, TABLE_TLSA);
        record->host = row->id;
        record->usage = tlsa->record.usage;
        record->selector = tlsa->record.selector;
        record->matching_type = tlsa->record.matching_type;
        record->data = batch_text(batch, (const char *)tlsa->record.data, tlsa->record.size);
        record->usable = tlsa->usable;
        record->reason = (uint8_t)tlsa->reason;
        const char *key = tlsa->known_key;
        record->known_key = batch_text(batch, key, key == NULL ? 0 : strlen(key));
        record->key_status = (uint8_t)tlsa->key_status;
    }
}

static void add_addresses(struct batch *batch, const struct host_row *row)
{
    for (unsigned i = 0; i < row->address_count; i++) {
        struct address_item *address = batch_add(batch, TABLE_ADDRESS);
        address->host = row->id;
        address->family = row->addresses[i].family;
        address->special = row->addresses[i].special;
        address->address.family = address->family;
        memcpy(address->address.octets, row->addresses[i].octets, sizeof address->address.octets);
    }
}

static void add_hops(struct batch *batch, const struct host_row *row)
{
    for (unsigned i = 0; i < row->hop_count; i++) {
        struct alias_item *alias = batch_add(batch, TABLE_ALIAS);
        alias->host = row->id;
        alias->hop = (uint8_t)(i + 1);
        alias->kind = (uint8_t)row->hops[i].kind;
        alias->target = batch_name(batch, &row->hops[i].target);
        alias->ttl = (int)row->hops[i].ttl;
    }
}

/* A registrable domain is the tail of its name. */
static int length_of_tail(const char *registrable)
{
    return registrable == NULL ? UNKNOWN_COUNT : (int)strlen(registrable);
}

/* Adds a row of _host_detail where there is something to say. */
static bool add_host_detail(struct batch *batch, const struct host_row *row)
{
    bool differs = row->dane_exim != row->dane && row->dane_exim != DANE_UNKNOWN;
    if (row->failure == FAILURE_NONE && row->ede.count == 0 && !differs &&
        row->alias_dnssec == DNSSEC_UNKNOWN && row->alias_problem == ALIAS_NO_PROBLEM &&
        row->alias_provider == NULL)
        return false;
    struct host_detail_item *detail = batch_add(batch, TABLE_HOST_DETAIL);
    detail->id = row->id;
    detail->failure = (uint8_t)row->failure;
    detail->ede = batch_ede(batch, &row->ede);
    detail->alias_dnssec = (uint8_t)row->alias_dnssec;
    detail->alias_problem = (uint8_t)row->alias_problem;
    detail->dane_exim = differs ? (uint8_t)row->dane_exim : 0;
    detail->alias_provider_length = length_of_tail(row->alias_provider);
    return true;
}

void rows_add_host(struct batch *batch, const struct host_row *row)
{
    assert(row->id != 0 && row->class != EXCHANGE_UNKNOWN);
    assert(!row->resolved || row->address_outcome != OUTCOME_UNKNOWN);
    struct host_item *item = batch_add(batch, TABLE_HOST);
    item->id = row->id;
    item->name = batch_name(batch, row->name);
    item->provider_length = length_of_tail(row->provider);
    item->class = (uint8_t)row->class;
    item->ipv4_count = item->ipv6_count = item->special_count = UNKNOWN_COUNT;
    if (!row->resolved)
        return;
    item->resolved_at = row->resolved_at;
    item->address_outcome = row->hidden ? -(int)row->address_outcome : (int)row->address_outcome;
    item->dnssec = (uint8_t)row->dnssec;
    item->alias = (uint8_t)row->alias;
    item->dane = (uint8_t)row->dane;
    item->ipv4_count = row->ipv4_count;
    item->ipv6_count = row->ipv6_count;
    item->special_count = row->special_count;
    if (add_host_detail(batch, row))
        item->details |= HAS_HOST_DETAIL;
    if (row->tlsa_outcome != OUTCOME_UNKNOWN)
        item->details |= HAS_HOST_TLSA;
    add_hops(batch, row);
    add_addresses(batch, row);
    if (row->tlsa_outcome != OUTCOME_UNKNOWN)
        add_tlsa(batch, row);
}

void rows_show_host(struct batch *batch, uint64_t id)
{
    struct shown_host_item *item = batch_add(batch, TABLE_SHOWN_HOST);
    item->id = id;
}

void rows_add_failure(struct batch *batch, const struct failure_row *row)
{
    struct failure_item *item = batch_add(batch, TABLE_FAILURE);
    item->kind = (uint8_t)row->kind;
    item->name = batch_name(batch, row->name);
    item->failure = (uint8_t)row->lookup.failure;
    item->ede = batch_ede(batch, &row->lookup.ede);
    item->tries = (int)row->lookup.tries;
}

/* --- domains --- */

/* The number of the set of a domain's mail hosts, 0 where it has none. */
static uint64_t add_records(struct batch *batch, struct mx_sets *sets, const struct domain_row *row)
{
    struct mx_set_record implicit = {
        .preference = UNKNOWN_COUNT, .host = row->provider_host, .role = MX_PRIMARY};
    const struct mx_set *set;
    if (row->mx_count > 0)
        set = mx_sets_find(sets, row->mx, (unsigned)row->mx_count);
    else if (row->provider_host != 0)
        set = mx_sets_add(sets, &implicit, 1);
    else
        return 0;
    if (set == NULL) {
        batch->out_of_memory = true;
        return 0;
    }
    for (unsigned i = 0; set->is_new && i < set->count; i++) {
        struct mx_record_item *item = batch_add(batch, TABLE_MX_RECORD);
        item->mx_set = set->id;
        item->place = (int)i;
        item->preference = set->records[i].preference;
        item->host = set->records[i].host;
        item->role = set->records[i].role;
    }
    return set->id;
}

/* --- MTA-STS --- */

enum {
    FAULT_CHARACTERS = 200, /* as of a rejected line */
    MEDIA_TYPE_CHARACTERS = 100,
};

/* The patterns in lower case as JSON: of letters, digits, hyphens, dots and `*` only
 * (sts_policy_read()), so that nothing is to be escaped. */
static struct text patterns_json(struct batch *batch, const struct sts_policy *policy)
{
    /* `"a",` is no longer than the line that it comes from: mx:a and its end */
    char *json = malloc(policy->body.length + sizeof "[]");
    struct text ret = {NO_TEXT, 0};
    struct sts_text pattern;
    size_t used = 0;
    if (json == NULL) {
        batch->out_of_memory = true;
        return ret;
    }
    json[used++] = '[';
    for (size_t offset = 0; sts_policy_next_mx(policy, &offset, &pattern);) {
        if (used > 1)
            json[used++] = ',';
        json[used++] = '"';
        for (size_t i = 0; i < pattern.length; i++)
            json[used++] = (char)tolower((unsigned char)pattern.text[i]);
        json[used++] = '"';
    }
    json[used++] = ']';
    assert(used <= policy->body.length + sizeof "[]");
    ret = batch_text(batch, json, used);
    free(json);
    return ret;
}

/* The beginning of hostile octets, at most so many characters. */
static struct text add_octets(struct batch *batch, const char *octets, size_t length,
                              size_t characters)
{
    char text[UTF8_CHARACTER_MAX * FAULT_CHARACTERS + 1];
    assert(characters <= FAULT_CHARACTERS);
    return batch_text(batch, text, utf8_from_octets(octets, length, characters, text));
}

static void add_policy(struct batch *batch, const struct sts_policy *policy,
                       struct sts_policy_item *item)
{
    if (policy->outcome == STS_POLICY_VALID) {
        item->mode = (uint8_t)policy->mode;
        item->max_age = (int)policy->max_age;
        item->mx = patterns_json(batch, policy);
    } else {
        item->fault = add_octets(batch, policy->fault.text, policy->fault.length, FAULT_CHARACTERS);
    }
}

static void add_sts(struct batch *batch, const struct domain_row *row, const struct sts_row *sts)
{
    struct sts_policy_item *item = batch_add(batch, TABLE_STS_POLICY);
    item->id = row->id;
    item->record_outcome = (uint8_t)sts->record_outcome;
    item->record_id =
        batch_text(batch, sts->record_id, sts->record_id == NULL ? 0 : strlen(sts->record_id));
    item->policy_outcome = (uint8_t)sts->policy_outcome;
    item->detail = (uint8_t)sts->detail;
    item->http_status = sts->http_status > 0 ? (int)sts->http_status : UNKNOWN_COUNT;
    item->fetched_at = sts->fetched_at;
    item->cname_effect = (uint8_t)sts->cname_effect;
    item->fault = item->mx = item->media_type = (struct text){NO_TEXT, 0};
    if (sts->media_type != NULL)
        item->media_type =
            add_octets(batch, sts->media_type, strlen(sts->media_type), MEDIA_TYPE_CHARACTERS);
    item->max_age = -1;
    if (sts->policy != NULL)
        add_policy(batch, sts->policy, item);
    if (sts->matches == NULL)
        return;
    for (int i = 0; i < row->mx_count; i++) {
        struct sts_match_item *match = batch_add(batch, TABLE_STS_MATCH);
        match->domain = row->id;
        match->host = row->mx[i].host;
        match->name = sts->matches[i].name;
        match->target = sts->matches[i].alias ? sts->matches[i].target : UNKNOWN_COUNT;
    }
}

void rows_add_deferred(struct batch *batch, uint64_t id, enum deferred_lookup lookup,
                       const struct ede *ede)
{
    struct deferred_item *item = batch_add(batch, TABLE_DEFERRED);
    item->domain = id;
    item->lookup = (uint8_t)lookup;
    item->ede = batch_ede(batch, ede);
}

void rows_add_deferred_host(struct batch *batch, const struct name *name,
                            const struct host_codes *codes)
{
    struct deferred_host_item *item = batch_add(batch, TABLE_DEFERRED_HOST);
    item->name = batch_name(batch, name);
    item->address = batch_ede(batch, &codes->address);
    item->alias = batch_ede(batch, &codes->alias);
    item->tlsa = batch_ede(batch, &codes->tlsa);
}

/* Adds a row of _surveyed_detail where there is something to say. */
static bool add_domain_detail(struct batch *batch, const struct domain_row *row)
{
    if (row->null_mx_flaw == NULL_MX_NO_FLAW && row->failure == FAILURE_NONE &&
        row->ede.count == 0 && row->alias_target == NULL && row->tlsa_failures <= 0 &&
        row->unknown_mx_count <= 0)
        return false;
    struct surveyed_detail_item *detail = batch_add(batch, TABLE_SURVEYED_DETAIL);
    detail->id = row->id;
    detail->null_mx_flaw = (uint8_t)row->null_mx_flaw;
    detail->failure = (uint8_t)row->failure;
    detail->ede = batch_ede(batch, &row->ede);
    detail->alias_target = batch_name(batch, row->alias_target);
    detail->tlsa_failures = row->tlsa_failures > 0 ? row->tlsa_failures : UNKNOWN_COUNT;
    detail->unknown_mx_count = row->unknown_mx_count > 0 ? row->unknown_mx_count : UNKNOWN_COUNT;
    return true;
}

/* Most TTLs are whole minutes, and take an octet less so. */
static int64_t shortened_ttl(uint32_t seconds)
{
    return seconds % 60 == 0 ? seconds / 60 : -(int64_t)seconds;
}

void rows_add_domain(struct batch *batch, struct mx_sets *sets, const struct domain_row *row)
{
    assert(row->mx_outcome != MX_OUTCOME_UNKNOWN);
    struct surveyed_item *item = batch_add(batch, TABLE_SURVEYED);
    item->id = row->id;
    item->surveyed_at = row->surveyed_at;
    item->mx_outcome = (uint8_t)row->mx_outcome;
    item->dnssec = (uint8_t)row->dnssec;
    item->mx_count = row->mx_count;
    item->cname_mx_count = row->cname_mx_count;
    item->mx_ttl = row->mx_count > 0 ? shortened_ttl(row->mx_ttl) : NO_OFFSET;
    item->mx_set = add_records(batch, sets, row);
    item->provider =
        row->provider_length > 0 ? -(int64_t)row->provider_length : (int64_t)row->provider_host;
    item->dane = (uint8_t)row->dane;
    item->dane_ready = row->dane_ready;
    item->sts = (uint8_t)row->sts;
    item->tlsrpt = (uint8_t)row->tlsrpt;
    item->detailed = add_domain_detail(batch, row);
    if (row->sts_row != NULL)
        add_sts(batch, row, row->sts_row);
}
