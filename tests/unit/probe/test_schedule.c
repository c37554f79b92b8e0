/* Manners: whom to meet next, and when. */
#include "crawler/probe/schedule.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <cmocka.h>

enum {
    HOUR_MS = 3600 * 1000,
    MANY = 500,
};

static const struct schedule_settings usual = {
    .rate = 10, .pause_ms = SCHEDULE_PAUSE_MS, .at_once = SCHEDULE_AT_ONCE_MOST};
static const struct schedule_settings fast = {
    .rate = 0, .pause_ms = SCHEDULE_PAUSE_MS, .at_once = SCHEDULE_AT_ONCE_MOST};

/* Who is handed out now, and begins; 0: nobody; *ret_wait: for so long. */
static uint64_t meet(struct schedule *schedule, uint64_t now, uint64_t prefix, struct visit *visit,
                     uint64_t *ret_wait)
{
    *ret_wait = UINT64_MAX;
    for (;;) {
        enum schedule_step step = schedule_next(schedule, now, visit, ret_wait);
        if (step != SCHEDULE_MEET)
            return 0;
        if (schedule_take(schedule, visit, prefix != 0 ? prefix : visit->host, now))
            return visit->host;
    }
}

static bool is_done(struct schedule *schedule, uint64_t now)
{
    struct visit visit;
    uint64_t wait;
    return schedule_next(schedule, now, &visit, &wait) == SCHEDULE_DONE;
}

static void test_rate(void **state)
{
    struct schedule *schedule = schedule_new(&usual);
    struct visit visit;
    uint64_t wait;
    (void)state;
    for (uint64_t host = 1; host <= 5; host++)
        schedule_add(schedule, host, host, 0, false);
    schedule_begin(schedule);
    assert_int_equal(meet(schedule, 1000, 0, &visit, &wait), 1);
    assert_int_equal(meet(schedule, 1000, 0, &visit, &wait), 0);
    assert_int_equal(wait, 100);
    assert_int_equal(meet(schedule, 1099, 0, &visit, &wait), 0);
    assert_int_equal(meet(schedule, 1100, 0, &visit, &wait), 2);
    /* time that nobody used is not made up for */
    assert_int_equal(meet(schedule, 5000, 0, &visit, &wait), 3);
    assert_int_equal(meet(schedule, 5050, 0, &visit, &wait), 0);
    assert_int_equal(wait, 50);
    assert_int_equal(meet(schedule, 5100, 0, &visit, &wait), 4);
    schedule_free(schedule);
}

static void test_operator(void **state)
{
    struct schedule *schedule = schedule_new(&fast);
    struct visit first, second, visit;
    uint64_t wait;
    (void)state;
    schedule_add(schedule, 11, 7, 0, false);
    schedule_add(schedule, 21, 8, 0, false);
    schedule_add(schedule, 12, 7, 0, false);
    schedule_add(schedule, 13, 7, 0, false);
    schedule_begin(schedule);
    /* the operator with the most hosts, then the other; in the order in which they were added */
    assert_int_equal(meet(schedule, 0, 0, &first, &wait), 11);
    assert_int_equal(meet(schedule, 0, 0, &second, &wait), 21);
    assert_int_equal(meet(schedule, 60000, 0, &visit, &wait), 0);
    assert_true(wait == UINT64_MAX); /* until one ends */
    schedule_end(schedule, &first, VISIT_DONE, 60000);
    assert_int_equal(meet(schedule, 60000, 0, &visit, &wait), 0);
    assert_int_equal(wait, 1000);
    assert_int_equal(meet(schedule, 60999, 0, &visit, &wait), 0);
    assert_int_equal(meet(schedule, 61000, 0, &first, &wait), 12);
    schedule_end(schedule, &first, VISIT_DONE, 61001);
    schedule_end(schedule, &second, VISIT_DONE, 61500);
    assert_int_equal(meet(schedule, 62001, 0, &first, &wait), 13);
    schedule_end(schedule, &first, VISIT_DONE, 63000);
    assert_false(is_done(schedule, 63999));
    assert_true(is_done(schedule, 64000));
    schedule_free(schedule);
}

static void test_prefix(void **state)
{
    struct schedule *schedule = schedule_new(&fast);
    struct visit first, visit;
    uint64_t wait;
    (void)state;
    for (uint64_t host = 1; host <= 3; host++)
        schedule_add(schedule, host, host, 0, false);
    schedule_begin(schedule);
    for (uint64_t host = 1; host <= 3; host++) {
        uint64_t now = 10000 * host;
        assert_int_equal(meet(schedule, now, 99, &first, &wait), host);
        assert_int_equal(meet(schedule, now + 5000, 99, &visit, &wait), 0);
        schedule_end(schedule, &first, VISIT_DONE, now + 6000);
        assert_int_equal(meet(schedule, now + 6999, 99, &visit, &wait), 0);
        assert_int_equal(wait, 1);
    }
    assert_true(is_done(schedule, 60000));
    schedule_free(schedule);
}

/* A prefix of many small operators counts as one large one. */
static void test_prefix_weight(void **state)
{
    struct schedule *schedule = schedule_new(&usual);
    uint64_t now = 0, wait;
    unsigned met = 0;
    struct visit visit;
    (void)state;
    for (uint64_t host = 1; host <= 20; host++)
        schedule_add(schedule, host, host, 0, false);
    for (uint64_t host = 101; host <= 250; host++)
        schedule_add(schedule, host, host, 0, false);
    schedule_begin(schedule);
    for (;;) { /* those up to 20 share a prefix */
        enum schedule_step step = schedule_next(schedule, now, &visit, &wait);
        if (step == SCHEDULE_DONE)
            break;
        if (step == SCHEDULE_WAIT)
            now += wait;
        else if (schedule_take(schedule, &visit, visit.host <= 20 ? 1 : visit.host, now)) {
            schedule_end(schedule, &visit, VISIT_DONE, now);
            met++;
        }
    }
    assert_int_equal(met, 170);
    assert_in_range(now, 19000, 21000); /* planned: 20 a second apart */
    schedule_free(schedule);
}

static void test_prefix_of_addresses(void **state)
{
    const uint8_t v4[4] = {192, 0, 2, 1}, near4[4] = {192, 0, 2, 255}, far4[4] = {192, 0, 3, 1};
    const uint8_t v6[16] = {0x20, 1, 0xd, 0xb8, 0, 1, 0, 1, [15] = 1};
    const uint8_t near6[16] = {0x20, 1, 0xd, 0xb8, 0, 1, 0xff},
                  far6[16] = {0x20, 1, 0xd, 0xb8, 0, 2};
    (void)state;
    assert_true(schedule_prefix(4, v4) == schedule_prefix(4, near4));
    assert_true(schedule_prefix(4, v4) != schedule_prefix(4, far4));
    assert_true(schedule_prefix(6, v6) == schedule_prefix(6, near6));
    assert_true(schedule_prefix(6, v6) != schedule_prefix(6, far6));
    assert_true(schedule_prefix(4, far4) == UINT64_C(0x04c00003));
    assert_true(schedule_prefix(6, v6) == UINT64_C(0x0620010db80001));
    const uint8_t zero[16] = {0};
    assert_true(schedule_prefix(6, zero) != schedule_prefix(4, zero));
}

static void test_once_more(void **state)
{
    struct schedule *schedule = schedule_new(&fast);
    struct visit visit;
    struct schedule_counts counts;
    uint64_t wait;
    (void)state;
    schedule_add(schedule, 1, 1, 0, false);
    schedule_add(schedule, 2, 2, 0, false);
    schedule_begin(schedule);
    assert_int_equal(meet(schedule, 0, 0, &visit, &wait), 1);
    assert_false(visit.once_more);
    schedule_end(schedule, &visit, VISIT_ONCE_MORE, 500);
    assert_int_equal(meet(schedule, 1500, 0, &visit, &wait), 2);
    assert_int_equal(meet(schedule, 500 + HOUR_MS - 1, 0, &visit, &wait), 0);
    assert_int_equal(wait, 1); /* host 2 is still under way */
    struct visit again;
    assert_int_equal(meet(schedule, 500 + HOUR_MS, 0, &again, &wait), 1);
    assert_true(again.once_more);
    assert_true(again.second);
    schedule_end(schedule, &again, VISIT_DONE, HOUR_MS + 1000);
    schedule_end(schedule, &visit, VISIT_ONCE_MORE, HOUR_MS + 1000);
    assert_true(is_done(schedule, HOUR_MS + 2000)); /* nobody waits for an hour with nothing else */
    schedule_counts(schedule, &counts);
    assert_int_equal(counts.later, 1);
    assert_int_equal(counts.next_later_ms, 2 * HOUR_MS + 1000);
    schedule_free(schedule);
}

/* Hosts that said 4xx to an earlier command. */
static void test_due_later(void **state)
{
    struct schedule *schedule = schedule_new(&fast);
    struct visit visit;
    uint64_t wait;
    (void)state;
    schedule_add(schedule, 1, 7, 9000, true);
    schedule_add(schedule, 2, 7, 0, false);
    schedule_add(schedule, 3, 7, 5000, true);
    schedule_add(schedule, 4, 8, 0, true);
    schedule_begin(schedule);
    assert_int_equal(meet(schedule, 0, 0, &visit, &wait), 2);
    struct visit other;
    assert_int_equal(meet(schedule, 0, 0, &other, &wait), 4);
    assert_true(other.once_more);
    assert_false(other.second);
    schedule_end(schedule, &visit, VISIT_DONE, 100);
    assert_int_equal(meet(schedule, 4999, 0, &visit, &wait), 0);
    assert_int_equal(wait, 1);
    assert_int_equal(meet(schedule, 5000, 0, &visit, &wait), 3);
    schedule_end(schedule, &visit, VISIT_DONE, 20000);
    assert_int_equal(meet(schedule, 21000, 0, &visit, &wait), 1);
    schedule_end(schedule, &visit, VISIT_DONE, 21000);
    schedule_end(schedule, &other, VISIT_DONE, 21000);
    assert_true(is_done(schedule, 22000));
    schedule_free(schedule);
}

static void test_next_address(void **state)
{
    struct schedule *schedule = schedule_new(&fast);
    struct visit visit;
    uint64_t wait;
    (void)state;
    schedule_add(schedule, 1, 7, 0, false);
    schedule_add(schedule, 2, 7, 0, false);
    schedule_begin(schedule);
    assert_int_equal(meet(schedule, 0, 61, &visit, &wait), 1);
    assert_int_equal(visit.address, 0);
    schedule_end(schedule, &visit, VISIT_NEXT_ADDRESS, 10000);
    assert_int_equal(meet(schedule, 10999, 41, &visit, &wait), 0);
    assert_int_equal(meet(schedule, 11000, 41, &visit, &wait), 1); /* before the operator's next */
    assert_int_equal(visit.address, 1);
    schedule_end(schedule, &visit, VISIT_DONE, 11000);
    assert_int_equal(meet(schedule, 12000, 61, &visit, &wait), 2);
    assert_int_equal(visit.address, 0);
    schedule_free(schedule);
}

static void test_at_once(void **state)
{
    const struct schedule_settings few = {.pause_ms = SCHEDULE_PAUSE_MS, .at_once = 2};
    struct schedule *schedule = schedule_new(&few);
    struct visit first, visit;
    uint64_t wait;
    (void)state;
    for (uint64_t host = 1; host <= 3; host++)
        schedule_add(schedule, host, host, 0, false);
    schedule_begin(schedule);
    assert_int_equal(meet(schedule, 0, 0, &first, &wait), 1);
    assert_int_equal(meet(schedule, 0, 0, &visit, &wait), 2);
    assert_int_equal(meet(schedule, 0, 0, &visit, &wait), 0);
    schedule_end(schedule, &first, VISIT_DONE, 10);
    assert_int_equal(meet(schedule, 10, 0, &visit, &wait), 3);
    schedule_free(schedule);
}

static void test_skip(void **state)
{
    struct schedule *schedule = schedule_new(&usual);
    struct visit visit;
    uint64_t wait;
    (void)state;
    schedule_add(schedule, 1, 7, 0, false);
    schedule_add(schedule, 2, 7, 0, false);
    schedule_begin(schedule);
    assert_int_equal(schedule_next(schedule, 0, &visit, &wait), SCHEDULE_MEET);
    schedule_skip(schedule, &visit);
    assert_int_equal(meet(schedule, 0, 0, &visit, &wait), 2); /* no packet: nobody need rest */
    schedule_free(schedule);
}

/* One that has waited for a prefix, and then does not want it, leaves it to those behind. */
static void test_prefix_passed_on(void **state)
{
    (void)state;
    for (unsigned takes_another = 0; takes_another < 2; takes_another++) {
        struct schedule *schedule = schedule_new(&fast);
        struct visit first, visit;
        uint64_t wait;
        for (uint64_t host = 1; host <= 4; host++)
            schedule_add(schedule, host, host, 0, false);
        schedule_begin(schedule);
        assert_int_equal(meet(schedule, 0, 99, &first, &wait), 1); /* the others wait */
        assert_int_equal(meet(schedule, 0, 99, &visit, &wait), 0);
        schedule_end(schedule, &first, VISIT_DONE, 0);
        assert_int_equal(schedule_next(schedule, 1000, &visit, &wait), SCHEDULE_MEET);
        assert_int_equal(visit.host, 2);
        if (takes_another)
            assert_true(schedule_take(schedule, &visit, 77, 1000));
        else
            schedule_skip(schedule, &visit);
        assert_int_equal(meet(schedule, 1000, 99, &first, &wait), 3);
        schedule_end(schedule, &first, VISIT_DONE, 1000);
        assert_int_equal(meet(schedule, 2000, 99, &first, &wait), 4);
        schedule_end(schedule, &first, VISIT_DONE, 2000);
        if (takes_another)
            schedule_end(schedule, &visit, VISIT_DONE, 2000);
        assert_true(is_done(schedule, 3000));
        schedule_free(schedule);
    }
}

/* Many hosts, operators and prefixes by chance: the rules hold, and everyone is met once. */
static void test_many(void **state)
{
    struct schedule *schedule = schedule_new(&fast);
    static uint64_t operator_free[20], prefix_free[30];
    static bool operator_busy[20], prefix_busy[30];
    static unsigned met[MANY];
    static struct {
        struct visit visit;
        uint64_t end;
    } under_way[MANY];
    unsigned count = 0, done = 0;
    uint64_t now = 0, wait;
    (void)state;
    srand(1);
    for (uint64_t host = 0; host < MANY; host++)
        schedule_add(schedule, host, host * host % 20, 0, false);
    schedule_begin(schedule);
    for (;; now += 50) {
        for (unsigned i = 0; i < count; i++) {
            if (under_way[i].end > now)
                continue;
            uint64_t host = under_way[i].visit.host;
            operator_busy[host * host % 20] = prefix_busy[host % 30] = false;
            operator_free[host * host % 20] = prefix_free[host % 30] = now + 1000;
            schedule_end(schedule, &under_way[i].visit, VISIT_DONE, now);
            under_way[i--] = under_way[--count];
            done++;
        }
        struct visit visit;
        enum schedule_step step;
        while ((step = schedule_next(schedule, now, &visit, &wait)) == SCHEDULE_MEET) {
            if (!schedule_take(schedule, &visit, visit.host % 30, now))
                continue;
            uint64_t operator_of = visit.host * visit.host % 20, prefix = visit.host % 30;
            assert_false(operator_busy[operator_of] || prefix_busy[prefix]);
            assert_true(operator_free[operator_of] <= now && prefix_free[prefix] <= now);
            operator_busy[operator_of] = prefix_busy[prefix] = true;
            met[visit.host]++;
            under_way[count].visit = visit;
            under_way[count++].end = now + (uint64_t)(rand() % 2000);
        }
        if (step == SCHEDULE_DONE)
            break;
        assert_true(now < UINT64_C(1000) * 3 * MANY);
    }
    assert_int_equal(done, MANY);
    for (unsigned i = 0; i < MANY; i++)
        assert_int_equal(met[i], 1);
    schedule_free(schedule);
}

/* The operator with the most hosts left goes first; of several, the least hash. */
static void test_order(void **state)
{
    enum {
        OPERATORS = 97
    };
    struct schedule *schedule = schedule_new(&fast);
    struct schedule_counts counts;
    struct visit visit;
    uint64_t wait, host = 0, last = 0, most = 23, in_all = 0;
    (void)state;
    for (uint64_t operator_hash = 0; operator_hash < OPERATORS; operator_hash++) {
        uint64_t its = operator_hash * 29 % 23 + 1;
        in_all += its;
        while (its-- > 0)
            schedule_add(schedule, ++host, operator_hash, 0, false);
    }
    schedule_begin(schedule);
    schedule_counts(schedule, &counts);
    assert_int_equal(counts.hosts, in_all);
    assert_int_equal(counts.operators, OPERATORS);
    assert_int_equal(counts.largest, 23);
    assert_int_equal(counts.left, in_all);
    assert_int_equal(counts.largest_left, 23);
    for (unsigned met = 0; met < OPERATORS; met++) {
        assert_true(meet(schedule, 0, met + 1, &visit, &wait) != 0);
        assert_int_equal(visit.order, visit.host - 1);
        uint64_t its = (uint64_t)visit.group * 29 % 23 + 1;
        assert_true(its < most || (its == most && (met == 0 || visit.group > last)));
        most = its;
        last = visit.group;
    }
    assert_int_equal(meet(schedule, 0, 0, &visit, &wait), 0);
    schedule_counts(schedule, &counts);
    assert_int_equal(counts.under_way, OPERATORS);
    assert_int_equal(counts.left, in_all - OPERATORS);
    assert_int_equal(counts.largest_left, 22);
    assert_int_equal(counts.later, 0);
    assert_int_equal(counts.next_later_ms, 0);
    schedule_free(schedule);
}

/* What becomes of each host in test_ends. */
struct fate {
    unsigned address;
    bool once_more, second, is_done;
    uint64_t not_before;
};

static enum visit_end end_of(struct fate *fate, uint64_t host, uint64_t now)
{
    if (fate->address < host % 3) {
        fate->address++;
        return VISIT_NEXT_ADDRESS;
    }
    if (host % 5 == 0 && !fate->once_more) {
        *fate = (struct fate){.once_more = true, .second = true, .not_before = now + HOUR_MS};
        return VISIT_ONCE_MORE;
    }
    fate->is_done = true;
    return VISIT_DONE;
}

/* Every end, and hosts that wait for their hour: each comes back as what it is, when it is due. */
static void test_ends(void **state)
{
    static struct fate fates[MANY];
    struct schedule *schedule = schedule_new(&fast);
    struct visit watch = {0}, visit, under_way[64];
    uint64_t now = 0, wait, last_end = 0;
    unsigned done = 0, count = 0;
    (void)state;
    for (uint64_t host = 0; host < MANY; host++) {
        fates[host].once_more = host % 6 == 0;
        fates[host].not_before = host % 6 == 0 ? 7919 * host % 100000 : 0;
        schedule_add(schedule, host, host % 37, fates[host].not_before, fates[host].once_more);
    }
    schedule_add(schedule, MANY, 99, 0, false); /* under way all the time, so that hours pass */
    schedule_begin(schedule);
    while (done < MANY) {
        uint64_t host;
        enum schedule_step step;
        while ((step = schedule_next(schedule, now, &visit, &wait)) == SCHEDULE_MEET) {
            host = visit.host;
            if (host == MANY) {
                assert_true(schedule_take(schedule, &visit, 999, now));
                watch = visit;
                continue;
            }
            assert_true(host < MANY && !fates[host].is_done && fates[host].not_before <= now);
            assert_int_equal(visit.order, host);
            assert_int_equal(visit.address, fates[host].address);
            assert_int_equal(visit.once_more, fates[host].once_more);
            assert_int_equal(visit.second, fates[host].second);
            if (host % 7 == 3 && fates[host].address == 0) { /* no way to it */
                fates[host].is_done = true;
                done++;
                schedule_skip(schedule, &visit);
            } else if (schedule_take(schedule, &visit, (host + visit.address) % 41, now)) {
                under_way[count++] = visit;
            }
        }
        assert_int_equal(step, SCHEDULE_WAIT);
        if (count > 0 && (wait > 300 || now - last_end > 700)) { /* the one that began last */
            now += 300;
            last_end = now;
            visit = under_way[--count];
            schedule_end(schedule, &visit, end_of(&fates[visit.host], visit.host, now), now);
            done += fates[visit.host].is_done;
        } else {
            assert_true(wait > 0 && wait <= HOUR_MS);
            now += wait;
        }
    }
    schedule_end(schedule, &watch, VISIT_DONE, now);
    assert_true(is_done(schedule, now + 1000));
    schedule_free(schedule);
}

static void test_plan(void **state)
{
    (void)state;
    assert_int_equal(schedule_seconds(&usual, 0, 0), 0);
    assert_int_equal(schedule_seconds(&usual, 1001, 3), 101);
    assert_int_equal(schedule_seconds(&usual, 1000, 500), 500);
    struct schedule *schedule = schedule_new(&usual);
    assert_true(is_done(schedule, 0));
    schedule_begin(schedule);
    assert_true(is_done(schedule, 0));
    schedule_free(schedule);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_rate),
        cmocka_unit_test(test_operator),
        cmocka_unit_test(test_prefix),
        cmocka_unit_test(test_prefix_weight),
        cmocka_unit_test(test_prefix_of_addresses),
        cmocka_unit_test(test_once_more),
        cmocka_unit_test(test_due_later),
        cmocka_unit_test(test_next_address),
        cmocka_unit_test(test_at_once),
        cmocka_unit_test(test_skip),
        cmocka_unit_test(test_prefix_passed_on),
        cmocka_unit_test(test_many),
        cmocka_unit_test(test_order),
        cmocka_unit_test(test_ends),
        cmocka_unit_test(test_plan),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
