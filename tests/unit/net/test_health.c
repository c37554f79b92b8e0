/* The health of a resolver and of the network behind it: a table of stories over invented time.
 *
 * A story is told in lines, "MS WORD [ARGUMENT...]", times from its begin.  In between the machine
 * is ticked, and its probes are answered as the world is: `resolver` (lives, mute), `network`
 * (there, fails: SERVFAIL at once, silent), `zone N` (there, dead).  The other words are events of
 * health.h, or what is expected: `is` (answers, doubted, away), `net` (works, gone, settles),
 * `silence ASKED STATE`, `failure` and `bogus` (ASKED FAILED VERDICT), `probes N` (of the network,
 * so far), `ask` (yes, no), `was-gone ASKED`,
 * `was-there ASKED`.
 */
#include "crawler/net/health/health.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

enum {
    BEGIN = 100000, /* ms: what is 0 was never */
    STEP = 20,
    NETWORK_MS = 30,
    LONG_SILENCE = 120000,
};

static const struct story {
    const char *title, *lines;
} stories[] = {
    {"answers, and nothing is doubted",
     "0 want\n0 heard\n500 heard\n900 heard\n1100 is answers\n1100 ask yes\n"},
    {"without a question silence is none", "0 is answers\n60000 is answers\n"},
    {"a silent resolver is doubted, then away",
     "0 want\n0 resolver mute\n900 is answers\n1100 is doubted\n2900 is doubted\n3200 is away\n"
     "3200 ask no\n3200 silence 0 away\n"},
    {"a resolver that answers its probes is not away: the question alone is slow",
     "0 want\n30000 is answers\n30000 silence 29000 answers\n"},
    {"refused: away at once", "0 want\n0 resolver mute\n40 refused\n80 is away\n"},
    {"an answer ends it; what was asked before or meanwhile is asked afresh",
     "0 want\n0 resolver mute\n4000 is away\n5000 resolver lives\n5000 heard\n5100 is answers\n"
     "5100 silence 4990 away\n5100 silence 5050 answers\n"},
    {"it was started again: what it had been asked is lost",
     "0 want\n900 restarted\n920 is answers\n920 silence 800 away\n920 silence 900 answers\n"},
    {"the program slept: nothing follows from the time",
     "0 want\n0 resolver mute\n900 overslept\n1800 is answers\n1800 silence 800 away\n"},

    {"after a rest silence counts from the next question",
     "0 want\n0 answered\n1500 answered\n3000 answered\n4500 answered\n4500 unwant\n60000 want\n"
     "61500 probes 4\n62500 probes 5\n"},
    {"... of the resolver, too", "0 want\n0 heard\n10 unwant\n60000 resolver mute\n60000 want\n"
                                 "60500 is answers\n61500 is doubted\n"},
    {"the zones are looked at once, no more without a reason",
     "0 want\n0 answered\n100 probes 1\n1800 answered\n3600 answered\n5000 answered\n5000 probes "
     "4\n6500 answered\n8000 answered\n"
     "9500 answered\n11000 probes 4\n"},
    {"without a question none is probed", "30000 probes 0\n"},
    {"a failure waits for a probe that was asked after it, and stands",
     "0 want\n0 answered\n4500 answered\n5000 failed\n5000 failure 4000 5000 waits\n"
     "5200 failure 4000 5000 stands\n5200 failure 4000 5201 waits\n"},
    {"a dead list: failures without end, the probes are answered, one a second at most",
     "0 want\n5000 failed\n30000 net works\n30000 ask yes\n30000 failure 28000 28900 stands\n"
     "30000 probes 30\n"},
    {"the uplink is gone and all fails at once: known within two seconds",
     "0 want\n5000 answered\n6000 network fails\n6000 failed\n6040 failure 5900 6000 waits\n"
     "8000 net gone\n8000 ask no\n8000 failure 5900 6000 afresh\n8000 is answers\n"},
    {"the uplink is gone and all is silent: known within ten seconds, without any failure",
     "0 want\n5000 answered\n6000 network silent\n14000 net gone\n14000 ask no\n"},
    {"it comes back: the resolver's memory of failures is waited for, all of the time is asked "
     "afresh",
     "0 want\n5000 answered\n6000 network fails\n6000 failed\n10000 net gone\n20000 network there\n"
     "21500 net settles\n21500 ask no\n21500 failure 20900 21400 afresh\n28000 net works\n"
     "28000 ask yes\n28000 failure 21400 27900 afresh\n28000 failed\n"
     "29500 failure 28000 28100 stands\n"},
    {"it goes again while it settles",
     "0 want\n5000 answered\n6000 network fails\n6000 failed\n10000 net gone\n20000 network there\n"
     "21500 net settles\n21600 network fails\n25000 net gone\n40000 net gone\n"},
    {"one dead zone is its own trouble",
     "0 want\n5000 zone 1 dead\n5000 failed\n60000 net works\n60000 failure 55000 56000 stands\n"},
    {"a zone that is not there says nothing",
     "0 want\n0 zone 0 dead\n0 zone 2 dead\n0 zone 3 dead\n5000 answered\n5000 failed\n"
     "60000 net works\n60000 failure 55000 56000 stands\n"},
    {"... but the one that is there does",
     "0 want\n0 zone 0 dead\n0 zone 2 dead\n0 zone 3 dead\n5000 answered\n6000 network fails\n"
     "6000 failed\n9000 net gone\n"},
    {"a DNS without any of the zones: failures stand by themselves, and no probe is sent for them",
     "0 want\n0 network fails\n100 answered\n5000 net works\n5000 failure 4000 4900 stands\n"
     "5000 failed\n60000 probes 4\n60000 net works\n"},
    {"nothing was ever answered: the network is gone from the beginning",
     "0 want\n0 network fails\n0 failed\n5000 net gone\n5000 failure 10 20 afresh\n"},
    {"... until anything is",
     "0 want\n0 network fails\n0 failed\n5000 net gone\n6000 answered\n6000 net works\n"
     "6000 failure 5900 6000 afresh\n"},
    {"... or a probe is",
     "0 want\n0 network fails\n0 failed\n5000 net gone\n6000 network there\n7100 net settles\n"
     "14000 net works\n"},
    {"a resolver that is away answers no probe of the network: that is its own silence",
     "0 want\n5000 answered\n6000 failed\n6000 resolver mute\n6000 network silent\n30000 is away\n"
     "30000 net works\n31000 resolver lives\n31000 network there\n31000 heard\n31200 net works\n"},
};

/* The same without a world: nothing is ticked or answered but by a line of its own, `tick DUE`
 * (none, or of `afresh`, `resolver`, `zoneN` those that are due), `resolver-probe` and
 * `network-probe` (yes, no): what happens at a moment, and what one millisecond before. */
#define PROBED(answer)                                                                             \
    "0 want\n0 tick zone0\n10 network-probe " answer "\n990 heard\n1000 tick zone1\n"              \
    "1010 network-probe " answer "\n1990 heard\n2000 tick zone2\n2010 network-probe " answer "\n"  \
    "2990 heard\n3000 tick zone3\n3010 network-probe " answer "\n3990 heard\n4000 answered\n"

static const struct story moments[] = {
    {"before the first question nothing is due", "0 tick none\n5000 tick none\n5000 is answers\n"},
    {"doubted, away, by two probes without an answer",
     PROBED("yes") "4000 heard\n4999 tick none\n4999 is answers\n5000 tick resolver\n"
                   "5000 is doubted\n5100 doubt\n5100 is doubted\n5100 resolver-probe no\n"
                   "5999 tick none\n6000 tick resolver\n6100 resolver-probe no\n6999 tick none\n"
                   "6999 is doubted\n7000 tick resolver\n7000 is away\n"},
    {"one probe that is waited for is enough",
     "0 doubt\n0 tick resolver\n1500 tick none\n1600 resolver-probe no\n1600 tick resolver\n"
     "4000 tick none\n4000 is doubted\n4100 resolver-probe no\n4100 tick resolver\n4100 is away\n"},
    {"silence counts from the begin", "0 doubt\n0 tick resolver\n10 resolver-probe no\n"
                                      "1000 tick resolver\n1010 resolver-probe no\n"
                                      "2999 tick resolver\n2999 is doubted\n3000 tick none\n"
                                      "3000 is away\n"},
    {"probes of another silence do not count",
     PROBED("yes") "4000 doubt\n4000 tick resolver\n4100 resolver-probe no\n4200 heard\n"
                   "4200 is answers\n5200 tick resolver\n5300 resolver-probe no\n"
                   "7300 tick resolver\n7300 is doubted\n7400 resolver-probe no\n"
                   "7401 tick none\n7401 is away\n"},
    {"... nor those before the program slept",
     PROBED("yes") "4000 doubt\n4000 tick resolver\n4100 resolver-probe no\n4200 overslept\n"
                   "5200 tick resolver\n5300 resolver-probe no\n7300 tick resolver\n"
                   "7300 is doubted\n7400 resolver-probe no\n7401 tick none\n7401 is away\n"},
    {"doubted by its user; what is away stays so",
     "0 doubt\n0 is doubted\n10 refused\n20 tick resolver\n20 is away\n30 doubt\n30 is away\n"},
    {"a silence proves nothing where nothing else was heard",
     "100 heard\n200 doubt-silence 99\n200 is answers\n200 doubt-silence 100\n200 is doubted\n"},
    {"... or nothing ever was", "100 doubt-silence 0\n100 is doubted\n"},
    {"refused, and heard of before that was looked at",
     "0 want\n0 refused\n10 heard\n20 tick zone0\n20 is answers\n"},
    {"it comes back: told once, and the network's silence begins anew",
     PROBED("yes") "4000 refused\n4000 tick resolver\n4000 is away\n9000 resolver-probe yes\n"
                   "9000 heard\n9000 is answers\n9010 tick afresh\n9020 tick none\n"
                   "9900 heard\n10800 heard\n10999 tick none\n11000 tick zone0\n"},
    {"started again: told once",
     PROBED("yes") "4000 restarted\n4010 tick afresh\n4020 tick none\n"
                   "4020 silence 3999 away\n4020 silence 4000 answers\n"},
    {"doubted: silence is doubted, too", "0 doubt\n0 silence 0 doubted\n"},

    {"probes of the network are a second apart",
     "0 want\n0 tick zone0\n10 network-probe yes\n900 heard\n999 tick none\n1000 tick zone1\n"},
    {"... and one at a time",
     "0 want\n0 tick zone0\n900 heard\n1800 heard\n2500 tick none\n2600 network-probe yes\n"
     "2600 tick zone1\n"},
    {"two seconds without an answer are quiet, whatever is asked meanwhile",
     PROBED("yes") "4900 heard\n5500 want\n5800 heard\n5999 tick none\n6000 tick zone0\n"},
    {"... none where nothing is asked",
     PROBED("yes") "4900 unwant\n9000 heard\n9000 tick none\n9000 want\n9900 heard\n"
                   "10800 heard\n10999 tick none\n11000 tick zone0\n"},
    {"gone by two that fail in a row, and not by an answer from memory",
     PROBED("yes") "4900 failed\n4900 heard\n5000 tick zone0\n5010 network-probe no\n"
                   "5010 net works\n5900 heard\n6000 tick zone1\n6010 network-probe no\n"
                   "6010 net gone\n6020 answered\n6020 net gone\n6030 was-gone 6030\n"},
    {"what a silent resolver does not answer is none of these",
     PROBED("yes") "4900 failed\n4900 heard\n5000 tick zone0\n5010 network-probe no\n5900 heard\n"
                   "6000 tick zone1\n6010 doubt\n6020 network-probe no\n6020 net works\n"},
    {"... nor what it was asked before it was away",
     PROBED("yes") "4900 failed\n4900 heard\n5000 tick zone0\n5010 network-probe no\n5900 heard\n"
                   "6000 tick zone1\n6001 restarted\n6020 network-probe no\n6020 net works\n"},
    {"... but what it is asked at once then",
     PROBED(
         "yes") "4900 failed\n4900 heard\n5000 tick zone0\n5010 network-probe no\n5900 heard\n"
                "6000 restarted\n6000 tick afresh zone1\n6020 network-probe no\n6020 net gone\n"},
    {"an answer to a doubted one counts",
     PROBED("yes") "4900 failed\n4900 heard\n5000 tick zone0\n5010 network-probe no\n5900 heard\n"
                   "6000 tick zone1\n6010 doubt\n6020 network-probe yes\n6020 heard\n"
                   "6900 heard\n7000 tick zone2\n7010 network-probe no\n7010 net works\n"},
    {"it settles for six seconds; then all is asked afresh that was asked before their end",
     PROBED("yes") "4900 failed\n4900 heard\n5000 tick zone0\n5010 network-probe no\n5900 heard\n"
                   "6000 tick zone1\n6010 network-probe no\n6900 heard\n7000 tick zone2\n"
                   "7010 network-probe yes\n7010 net settles\n12990 heard\n13009 tick zone3\n"
                   "13009 net settles\n13010 tick afresh\n13010 net works\n13011 tick none\n"
                   "13020 failure 13009 13015 afresh\n13020 failure 13010 13015 waits\n"
                   /* keys that could not be fetched: a minute more */
                   "13020 bogus 13010 13015 waits\n13020 network-probe yes\n13900 heard\n"
                   "14009 tick zone0\n14010 network-probe yes\n"
                   "14020 failure 13010 13015 stands\n14020 bogus 5000 13015 waits\n"
                   "14020 bogus 13010 13015 waits\n74009 bogus 74009 74009 waits\n"
                   "74010 bogus 74009 74009 afresh\n74010 heard\n74010 bogus 74010 74011 waits\n"
                   "74020 tick zone1\n74030 network-probe yes\n74040 bogus 74010 74011 stands\n"
                   /* servers that were silent: a quarter of an hour */
                   "74040 was-gone 914009\n74040 was-there 914010\n"},
    {"bogus where the network was never gone",
     PROBED("yes") "4000 bogus 2000 3000 stands\n4000 was-there 1\n"},
    {"where only the last zone is there, it tells",
     "0 want\n0 tick zone0\n10 network-probe no\n990 heard\n1000 tick zone1\n1010 network-probe "
     "no\n"
     "1990 heard\n2000 tick zone2\n2010 network-probe no\n2990 heard\n3000 tick zone3\n"
     "3010 network-probe yes\n3500 answered\n3600 failure 3100 3200 waits\n"},
    {"where none is, an answer changes nothing about what failed",
     PROBED("no") "4100 net works\n4200 answered\n4300 failure 4000 4300 stands\n"},
    {"a probe that was asked when the failure came proves it",
     PROBED("yes") "4000 failure 2000 3000 stands\n4000 failure 2000 3001 waits\n"},
};

struct world {
    struct health health;
    bool resolver_lives, network_there, network_answers_failure, dead[HEALTH_ZONES];
    uint64_t probe_ends_ms;
    bool probing, probe_good;
    unsigned probes;
    uint64_t probed_ms;
};

static void send_probe(struct world *world, unsigned zone, uint64_t now)
{
    bool heard = world->resolver_lives && (world->network_there || world->network_answers_failure);
    if (world->probes > 0 && now - world->probed_ms < 1000)
        fail_msg("probes %u ms apart", (unsigned)(now - world->probed_ms));
    world->probes++;
    world->probed_ms = now;
    world->probing = true;
    world->probe_good = world->resolver_lives && world->network_there && !world->dead[zone];
    world->probe_ends_ms = now + (heard ? NETWORK_MS : HEALTH_PROBE_WAIT_MS);
}

static void pass(struct world *world, uint64_t now)
{
    if (world->probing && now >= world->probe_ends_ms) {
        world->probing = false;
        if (world->resolver_lives)
            health_heard(&world->health, now);
        health_network_probe_ended(&world->health, world->probe_good, now);
    }
    struct health_due due = health_tick(&world->health, now);
    if (due.resolver) {
        if (world->resolver_lives)
            health_heard(&world->health, now);
        health_resolver_probe_ended(&world->health, world->resolver_lives);
    }
    if (due.network)
        send_probe(world, due.zone, now);
}

static void say_due(const struct health_due *due, char ret[48])
{
    char zone[16] = "";
    if (due->network)
        snprintf(zone, sizeof zone, " zone%u", due->zone);
    snprintf(ret, 48, "%s%s%s", due->afresh ? " afresh" : "", due->resolver ? " resolver" : "",
             zone);
    if (*ret == '\0')
        strcpy(ret, " none");
}

static bool ticks(struct health *health, uint64_t now, const char *expected)
{
    char text[48];
    struct health_due due = health_tick(health, now);
    say_due(&due, text);
    return strcmp(text + 1, expected) == 0;
}

static bool happens(struct world *world, uint64_t now, const char *word, const char *rest)
{
    struct health *health = &world->health;
    unsigned zone, asked;
    if (strcmp(word, "want") == 0)
        health_want(health, now);
    else if (strcmp(word, "unwant") == 0)
        health_unwant(health);
    else if (strcmp(word, "heard") == 0)
        health_heard(health, now);
    else if (strcmp(word, "answered") == 0)
        health_answered(health, now);
    else if (strcmp(word, "refused") == 0)
        health_refused(health);
    else if (strcmp(word, "restarted") == 0)
        health_restarted(health, now);
    else if (strcmp(word, "overslept") == 0)
        health_overslept(health, now);
    else if (strcmp(word, "doubt") == 0)
        health_doubt(health);
    else if (strcmp(word, "doubt-silence") == 0 && sscanf(rest, "%u", &asked) == 1)
        health_doubt_silence(health, BEGIN + asked);
    else if (strcmp(word, "resolver-probe") == 0)
        health_resolver_probe_ended(health, strcmp(rest, "yes") == 0);
    else if (strcmp(word, "network-probe") == 0)
        health_network_probe_ended(health, strcmp(rest, "yes") == 0, now);
    else if (strcmp(word, "tick") == 0)
        return ticks(health, now, rest);
    else if (strcmp(word, "failed") == 0)
        health->failures++;
    else if (strcmp(word, "resolver") == 0)
        world->resolver_lives = strcmp(rest, "lives") == 0;
    else if (strcmp(word, "zone") == 0 && sscanf(rest, "%u dead", &zone) == 1)
        world->dead[zone] = true;
    else if (strcmp(word, "network") == 0) {
        world->network_there = strcmp(rest, "there") == 0;
        world->network_answers_failure = strcmp(rest, "fails") == 0;
    } else
        return false;
    return true;
}

static bool is_judged(const struct health *health, uint64_t now, bool bogus, const char *text)
{
    static const char *const verdicts[] = {"stands", "waits", "afresh"};
    unsigned asked, failed;
    char expected[16];
    if (sscanf(text, "%u %u %15s", &asked, &failed, expected) != 3)
        return false;
    const struct health_failure failure = {BEGIN + asked, BEGIN + failed, bogus};
    return strcmp(verdicts[health_of_failure(health, &failure, now)], expected) == 0;
}

static bool holds(const struct world *world, uint64_t now, const char *word, const char *rest)
{
    static const char *const states[] = {"answers", "doubted", "away"};
    static const char *const networks[] = {"works", "gone", "settles"};
    const struct health *health = &world->health;
    unsigned asked;
    char expected[16];
    if (strcmp(word, "is") == 0)
        return strcmp(states[health->resolver], rest) == 0;
    if (strcmp(word, "net") == 0)
        return strcmp(networks[health->network], rest) == 0;
    if (strcmp(word, "ask") == 0)
        return health_may_ask(health) == (strcmp(rest, "yes") == 0);
    if (strcmp(word, "was-gone") == 0 && sscanf(rest, "%u", &asked) == 1)
        return health_network_was_gone(health, BEGIN + asked);
    if (strcmp(word, "was-there") == 0 && sscanf(rest, "%u", &asked) == 1)
        return !health_network_was_gone(health, BEGIN + asked);
    if (strcmp(word, "probes") == 0)
        return sscanf(rest, "%u", &asked) == 1 && world->probes == asked;
    if (strcmp(word, "silence") == 0 && sscanf(rest, "%u %15s", &asked, expected) == 2)
        return strcmp(states[health_of_silence(health, BEGIN + asked)], expected) == 0;
    if (strcmp(word, "failure") == 0 || strcmp(word, "bogus") == 0)
        return is_judged(health, now, *word == 'b', rest);
    return false;
}

static void tell(const struct story *story, bool by_itself)
{
    struct world world = {.resolver_lives = true, .network_there = true};
    uint64_t now = BEGIN;
    memset(&world.health, 0x5a, sizeof world.health);
    health_init(&world.health, now);
    for (const char *line = story->lines; *line != '\0'; line += strcspn(line, "\n") + 1) {
        unsigned at;
        char word[16], rest[32] = "", text[64];
        snprintf(text, sizeof text, "%.*s", (int)strcspn(line, "\n"), line);
        assert_true(sscanf(text, "%u %15s %31[^\n]", &at, word, rest) >= 2);
        for (; by_itself && now < BEGIN + at; now += STEP)
            pass(&world, now);
        if (!happens(&world, BEGIN + at, word, rest) && !holds(&world, BEGIN + at, word, rest))
            fail_msg("%s: not so: %s", story->title, text);
    }
}

static void test_stories(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof stories / sizeof *stories; i++)
        tell(&stories[i], true);
}

static void test_moments(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof moments / sizeof *moments; i++)
        tell(&moments[i], false);
}

/* A clock that has just begun: a probe is due as at any time, and what is bogus stands. */
static void test_first_moment(void **state)
{
    static const struct health_failure bogus = {.asked_ms = 10, .failed_ms = 10, .bogus = true};
    struct health health;
    (void)state;
    health_init(&health, 10);
    health_want(&health, 10);
    assert_true(health_tick(&health, 10).network);
    health_network_probe_ended(&health, true, 20);
    assert_int_equal(health_of_failure(&health, &bogus, 20), PROVES);
}

/* Of a network that was never gone nothing is too early. */
static void test_never_gone(void **state)
{
    struct health health;
    (void)state;
    health_init(&health, 0);
    assert_false(health_network_was_gone(&health, 0));
}

/* A resolver that is away for a moment keeps its questions. */
static void test_lost(void **state)
{
    struct health health;
    (void)state;
    health_init(&health, BEGIN);
    health_want(&health, BEGIN);
    assert_false(health_lost(&health, BEGIN + LONG_SILENCE));
    health_refused(&health);
    health_tick(&health, BEGIN + 100);
    health_refused(&health); /* once more: away since the first time */
    health_tick(&health, BEGIN + 900);
    assert_false(health_lost(&health, BEGIN + 1099));
    assert_true(health_lost(&health, BEGIN + 1100));
    health_heard(&health, BEGIN + 1200);
    assert_false(health_lost(&health, BEGIN + 1200));
}

/* What is lost with a resolver that had not said anything since it was started says nothing of the
 * question. */
static void alive_when_asked(void **state)
{
    struct health health;
    (void)state;
    health_init(&health, 100);
    assert_true(health_was_alive(&health, 150)); /* never started again */
    health_heard(&health, 200);
    assert_true(health_was_alive(&health, 150));
    assert_true(health_was_alive(&health, 250));
    health_restarted(&health, 300);
    assert_true(health_was_alive(&health, 299)); /* asked of the one that died */
    assert_false(health_was_alive(&health, 300));
    assert_false(health_was_alive(&health, 350));
    health_heard(&health, 400);
    assert_true(health_was_alive(&health, 299));
    assert_false(health_was_alive(&health, 300));
    assert_false(health_was_alive(&health, 399));
    assert_true(health_was_alive(&health, 400));
    health_heard(&health, 500); /* only the first sign of life counts */
    assert_true(health_was_alive(&health, 450));
    health_restarted(&health, 600);
    assert_true(health_was_alive(&health, 350)); /* of a life before: long settled */
    assert_false(health_was_alive(&health, 600));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(alive_when_asked), cmocka_unit_test(test_stories),
        cmocka_unit_test(test_moments),     cmocka_unit_test(test_first_moment),
        cmocka_unit_test(test_lost),        cmocka_unit_test(test_never_gone),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
