/* The survey file of a run that goes on: what is left, what is known of what failed, and of hosts.
 */
#include "store_helper.h"

#include "crawler/store/deferred.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static const char *const four[] = {"a.example", "b.example", "c.example", "d.example", NULL};

/* --- what is left --- */

static void assert_next(struct store *store, uint64_t id, const char *name)
{
    struct store_domain domain;
    char text[NAME_TEXT_MAX];
    assert_true(next_domain(store, &domain));
    assert_int_equal(domain.id, id);
    name_to_text(&domain.name, text);
    assert_string_equal(text, name);
}

static void passes_hand_out_what_is_left(void **state)
{
    (void)state;
    struct store_domain domain;
    struct store *store = load_store("left.db", four);
    uint64_t host = put_plain_host(store, "mx.example");
    assert_next(store, 1, "a.example");
    assert_next(store, 2, "b.example");
    put_plain_domain(store, 2, host);
    assert_next(store, 3, "c.example");
    assert_next(store, 4, "d.example");
    assert_false(next_domain(store, &domain));
    assert_false(next_domain(store, &domain));

    store_rewind(store);
    assert_next(store, 1, "a.example");
    put_plain_domain(store, 3, host); /* read ahead already, no longer left */
    assert_next(store, 4, "d.example");
    assert_false(next_domain(store, &domain));
    put_plain_domain(store, 1, host);
    close_store(store, false);

    store = open_store("left.db", STORE_CONTINUED);
    assert_int_equal(store_done_count(store), 3);
    assert_next(store, 4, "d.example");
    assert_false(next_domain(store, &domain));
    close_store(store, false);
}

/* lookup: its codes, of this domain */
static void assert_codes(const struct store *store, uint64_t id, enum deferred_lookup lookup,
                         const char *codes)
{
    char text[EDE_TEXT_MAX];
    struct ede ede = {0};
    store_add_deferred_ede(store, id, lookup, &ede);
    ede_to_text(&ede, text);
    assert_string_equal(text, codes);
}

static void deferred_domains_keep_their_codes(void **state)
{
    (void)state;
    static const char path[] = "deferred.db";
    const struct ede expired = {.count = 1, .codes = {7}}, cached = {.count = 2, .codes = {6, 13}};
    struct ede all = {.count = 1, .codes = {22}};
    struct store *store = load_store(path, four);
    store_defer_ede(store, 1, DEFERRED_MX, &expired);
    store_defer_ede(store, 2, DEFERRED_MX, &(struct ede){.count = 0});
    store_defer_ede(store, 2, DEFERRED_POLICY, &cached);
    assert_codes(store, 1, DEFERRED_MX, "7");
    assert_codes(store, 1, DEFERRED_STS, "");
    assert_codes(store, 2, DEFERRED_MX, "");
    store_defer_ede(store, 1, DEFERRED_MX, &cached);
    store_defer_ede(store, 4, DEFERRED_TLSRPT, &expired);
    close_store(store, false);
    assert_query(path, "SELECT domain, lookup, ede FROM _deferred",
                 "1|0|6,7,13\n2|3|6,13\n4|2|7\n");
    execute(path, "INSERT INTO _deferred VALUES (4, 3, '')");

    store = open_store(path, STORE_CONTINUED);
    assert_codes(store, 1, DEFERRED_MX, "6,7,13");
    assert_codes(store, 2, DEFERRED_TLSRPT, "");
    assert_codes(store, 3, DEFERRED_MX, "");
    assert_codes(store, 4, DEFERRED_TLSRPT, "7");
    assert_codes(store, 4, DEFERRED_POLICY, "");
    store_add_deferred_ede(store, 2, DEFERRED_POLICY, &all);
    assert_int_equal(all.count, 3);
    assert_int_equal(all.codes[2], 22);
    uint64_t host = put_plain_host(store, "mx.example");
    for (uint64_t id = 1; id <= 4; id++)
        put_plain_domain(store, id, host);
    close_store(store, true);
    assert_query(path, "SELECT count(*) FROM _deferred", "0\n");
}

static unsigned recalled;

static int recall_codes(void *context, const struct name *name, const struct host_codes *codes)
{
    char text[NAME_TEXT_MAX], ede[EDE_TEXT_MAX];
    name_to_text(name, text);
    assert_string_equal(text, recalled == 0 ? "a\\.b.example" : "mx.example");
    ede_to_text(&codes->address, ede);
    assert_string_equal(ede, recalled == 0 ? "" : "6,13");
    ede_to_text(&codes->alias, ede);
    assert_string_equal(ede, recalled == 0 ? "" : "7");
    ede_to_text(&codes->tlsa, ede);
    assert_string_equal(ede, recalled == 0 ? "7" : "");
    recalled++;
    return *(const int *)context;
}

/* Of a host all that was said last, whatever it was before. */
static void deferred_hosts_keep_their_codes(void **state)
{
    (void)state;
    static const char path[] = "deferred-hosts.db";
    const struct ede expired = {.count = 1, .codes = {7}}, cached = {.count = 2, .codes = {6, 13}};
    struct error error;
    int on = 0, stop = 7;
    const struct name name = name_of("mx.example"), odd = name_of("a\\.b.example");
    struct store *store = load_store(path, four);
    store_defer_host(store, &name, &(struct host_codes){.address = expired, .tlsa = expired});
    store_defer_host(store, &odd, &(struct host_codes){.tlsa = expired});
    store_defer_host(store, &name, &(struct host_codes){.address = cached, .alias = expired});
    close_store(store, false);

    store = open_store(path, STORE_CONTINUED);
    assert_int_equal(store_each_deferred_host(store, recall_codes, &on, &error), 0);
    assert_int_equal(recalled, 2);
    recalled = 0;
    assert_int_equal(store_each_deferred_host(store, recall_codes, &stop, &error), stop);
    assert_int_equal(recalled, 1);
    execute(path, "UPDATE _deferred_host SET name = 'a..b' WHERE name = 'mx.example'");
    assert_int_equal(store_each_deferred_host(store, recall_codes, &on, &error), -1);
    assert_non_null(strstr(error.text, path));
    assert_non_null(strstr(error.text, "database disk image is malformed"));
    execute(path, "DELETE FROM _deferred_host WHERE name = 'a..b'");
    uint64_t host = put_plain_host(store, "mx.example");
    for (uint64_t id = 1; id <= 4; id++)
        put_plain_domain(store, id, host);
    close_store(store, true);
    assert_query(path, "SELECT count(*) FROM _deferred_host", "0\n");
}

/* More than the smallest table holds; and a hostile resolver has a different list for each. */
static void codes_of_many_deferred_domains(void **state)
{
    (void)state;
    struct deferred deferred;
    struct ede ede;
    deferred_init(&deferred);
    for (uint64_t id = 1; id <= 5000; id++)
        deferred_put(&deferred, id, id % 3, &(struct ede){.count = 1, .codes = {id % 9}});
    for (unsigned code = 9; code < 3000; code++)
        deferred_put(&deferred, 9999, 0, &(struct ede){.count = 1, .codes = {(uint16_t)code}});
    for (uint64_t id = 1; id <= 5000; id++) {
        deferred_get(&deferred, id, id % 3, &ede);
        assert_int_equal(ede.count, 1);
        assert_int_equal(ede.codes[0], id % 9);
        deferred_get(&deferred, id, id % 3 + 1, &ede);
        assert_int_equal(ede.count, 0);
    }
    deferred_get(&deferred, 9999, 0, &ede);
    assert_int_equal(ede.codes[0], DEFERRED_LISTS_MAX - 1); /* the last that was taken */
    deferred_free(&deferred);
}

enum {
    MANY = 5000
};

static struct store *load_many(const char *path)
{
    struct error error;
    struct store *store = open_store(path, STORE_NEW);
    assert_int_equal(store_load_begin(store, &error), 0);
    for (unsigned i = 1; i <= MANY; i++) {
        char name[32];
        int length = snprintf(name, sizeof name, "n%u.example", i);
        assert_int_equal(store_load_name(store, name, (size_t)length, i, "example", 0, &error), 0);
    }
    assert_int_equal(store_load_end(store, &error), 0);
    return store;
}

/* Blocks, sparse remains, and shuffling: each name that is left exactly once. */
static void assert_pass(struct store *store, const bool *left, bool shuffled)
{
    unsigned seen[MANY + 1] = {0}, in_order = 0, neighbours = 0;
    uint64_t last = 0;
    struct store_domain domain;
    while (next_domain(store, &domain)) {
        char name[32], text[NAME_TEXT_MAX];
        snprintf(name, sizeof name, "n%llu.example", (unsigned long long)domain.id);
        name_to_text(&domain.name, text);
        assert_string_equal(text, name);
        seen[domain.id]++;
        in_order += domain.id > last;
        neighbours += domain.id == last + 1;
        last = domain.id;
    }
    unsigned count = 0;
    for (unsigned id = 1; id <= MANY; id++) {
        assert_int_equal(seen[id], left[id]);
        count += left[id];
    }
    if (shuffled) {
        assert_true(in_order < count * 3 / 4);
        assert_true(neighbours < count / 20);
    } else {
        assert_int_equal(in_order, count);
    }
}

static void every_name_comes_once(void **state)
{
    (void)state;
    bool left[MANY + 1];
    memset(left, true, sizeof left);
    struct store *store = load_many("many.db");
    assert_pass(store, left, false);
    store_set_shuffle(store, 5, true);
    assert_pass(store, left, true);
    store_set_shuffle(store, 5, false);
    assert_pass(store, left, true);
    uint64_t host = put_plain_host(store, "mx.example");
    for (unsigned id = 1; id <= MANY; id++) {
        /* dense in places, sparse in others, a long gap, both ends done */
        if (id % 3 == 0 || (id > 1000 && id % 100 != 0) || id == 1 || id == MANY) {
            put_plain_domain(store, id, host);
            left[id] = false;
        }
    }
    store_rewind(store);
    assert_pass(store, left, true);
    store_set_shuffle(store, 5, true);
    assert_pass(store, left, true);
    close_store(store, false);
    store = open_store("many.db", STORE_CONTINUED);
    assert_pass(store, left, false);
    close_store(store, false);
}

/* --- hosts of an earlier part, hostile names --- */

struct met {
    unsigned count;
    struct known_host hosts[4];
};

static int meet(void *context, const struct known_host *host)
{
    struct met *met = context;
    assert_true(met->count < 4);
    met->hosts[met->count++] = *host;
    return met->count == 3 ? 7 : 0;
}

static void hosts_are_known_again(void **state)
{
    (void)state;
    struct error error;
    struct met met = {0};
    /* quotes, a semicolon, a dot inside a label, a NUL, UTF-8 */
    struct name odd = name_of("it\\'s\\\"\\;\\.x\\000\\195\\164.example");
    struct name root = name_of(".");
    struct hop hops[] = {{ALIAS_CNAME, 60, name_of("a.example")},
                         {ALIAS_DNAME, 60, name_of("b.example")}};
    struct store *store = load_store("hosts.db", four);
    put_plain_host(store, "mx.example");
    uint64_t id = store_next_host_id(store);
    store_put_host(store, &(struct host_row){.id = id,
                                             .name = &odd,
                                             .class = EXCHANGE_INVALID,
                                             .resolved = true,
                                             .address_outcome = OUTCOME_NODATA,
                                             .alias = ALIAS_CNAME,
                                             .hop_count = 2,
                                             .hops = hops,
                                             .dane = DANE_USABLE});
    store_put_host(
        store,
        &(struct host_row){.id = store_next_host_id(store), .name = &root, .class = EXCHANGE_NULL});
    put_plain_domain(store, 1, id);
    close_store(store, false);
    assert_query("hosts.db", "SELECT exchange FROM mx_records",
                 "it's\\\"\\;\\.x\\000\\195\\164.example\n");

    store = open_store("hosts.db", STORE_CONTINUED);
    assert_int_equal(store_each_host(store, meet, &met, &error), 7);
    assert_int_equal(store_next_host_id(store), 4);
    assert_int_equal(met.count, 3);
    assert_int_equal(met.hosts[0].id, 1);
    assert_int_equal(met.hosts[0].address_outcome, OUTCOME_ANSWER);
    assert_true(met.hosts[0].resolved);
    assert_int_equal(met.hosts[0].alias, ALIAS_NONE);
    assert_int_equal(met.hosts[0].dane, DANE_UNKNOWN);
    assert_int_equal(met.hosts[1].id, id);
    assert_true(name_equal(&met.hosts[1].name, &odd));
    assert_int_equal(met.hosts[1].class, EXCHANGE_INVALID);
    assert_int_equal(met.hosts[1].address_outcome, OUTCOME_NODATA);
    assert_int_equal(met.hosts[1].alias, ALIAS_CNAME);
    assert_int_equal(met.hosts[1].dane, DANE_USABLE);
    assert_false(met.hosts[0].aliased);
    assert_true(met.hosts[1].aliased);
    assert_true(name_equal(&met.hosts[1].alias_target, &hops[1].target));
    assert_false(met.hosts[2].resolved);
    assert_int_equal(met.hosts[2].class, EXCHANGE_NULL);
    close_store(store, false);
}

static void hosts_of_nobody_go(void **state)
{
    (void)state;
    struct name stray = name_of("stray.example"), hidden = name_of("hidden.example");
    struct hop hop = {ALIAS_CNAME, 60, name_of("a.example")};
    struct store *store = load_store("strays.db", four);
    put_plain_domain(store, 1, put_plain_host(store, "mx.example"));
    struct host_row row = {.id = store_next_host_id(store),
                           .name = &stray,
                           .class = EXCHANGE_HOST,
                           .resolved = true,
                           .address_outcome = OUTCOME_ANSWER,
                           .alias = ALIAS_CNAME,
                           .alias_dnssec = DNSSEC_SECURE,
                           .hop_count = 1,
                           .hops = &hop,
                           .address_count = 1,
                           .addresses = &(struct address_row){.family = 4},
                           .tlsa_outcome = OUTCOME_NODATA,
                           .tlsa_dnssec = DNSSEC_SECURE,
                           .dane = DANE_NONE};
    store_put_host(store, &row);
    store_put_failure(store, &(struct failure_row){
                                 LOOKUP_ALIAS, &stray, {.failure = FAILURE_TIMEOUT, .tries = 1}});
    row.id = store_next_host_id(store);
    row.name = &hidden;
    row.hidden = true;
    store_put_host(store, &row);
    close_store(store, true);
    assert_query("strays.db", "SELECT host FROM hosts", "mx.example\n");
    assert_query("strays.db", "SELECT host FROM aliases", "");
    assert_query("strays.db", "SELECT name FROM failures", "");
    assert_query("strays.db",
                 "SELECT name FROM _host WHERE id IN (SELECT host FROM _alias) AND id IN"
                 " (SELECT host FROM _address) AND id IN (SELECT id FROM _host_tlsa) AND id IN"
                 " (SELECT id FROM _host_detail)",
                 "hidden.example\n");
    assert_query("strays.db", "SELECT count(*) FROM _host_detail", "1\n");
}

/* A domain is done and yet left to a retry, where its policy came from the one address of its
 * policy host that was found. */
static void retry_takes_what_failed_beside_an_answer(void **state)
{
    (void)state;
    struct error error = {""};
    enum store_state now;
    struct store_domain domain;
    const struct name policy_host = name_of("mta-sts.b.example"),
                      no_policy_host = name_of("mta-sts.example");
    const struct lookup_answer lookup = {.failure = FAILURE_SERVFAIL, .tries = 2};
    struct store *store = load_store("beside.db", four);
    uint64_t host = put_plain_host(store, "mx.example");
    store_put_failure(store, &(struct failure_row){LOOKUP_STS, &policy_host, lookup});
    store_put_failure(store, &(struct failure_row){LOOKUP_STS, &no_policy_host, lookup});
    for (uint64_t id = 1; id <= 4; id++)
        put_plain_domain(store, id, host);
    close_store(store, true);

    store = open_store("beside.db", STORE_FINISHED);
    assert_int_equal(store_retry("beside.db", &store, &now, &error), 0);
    assert_next(store, 2, "b.example");
    assert_false(next_domain(store, &domain));
    close_store(store, false);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(passes_hand_out_what_is_left),
        cmocka_unit_test(deferred_domains_keep_their_codes),
        cmocka_unit_test(codes_of_many_deferred_domains),
        cmocka_unit_test(deferred_hosts_keep_their_codes),
        cmocka_unit_test(every_name_comes_once),
        cmocka_unit_test(hosts_are_known_again),
        cmocka_unit_test(hosts_of_nobody_go),
        cmocka_unit_test(retry_takes_what_failed_beside_an_answer),
    };
    return cmocka_run_group_tests(tests, enter_directory, leave_directory);
}
