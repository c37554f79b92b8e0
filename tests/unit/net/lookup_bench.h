/* lookup_bench.h - what tests of lookups share: a responder that misbehaves by request, a second
 * one, and what came of each question, in the order of the answers.
 */
#ifndef MXSURVEY_TESTS_UNIT_LOOKUP_BENCH_H
#define MXSURVEY_TESTS_UNIT_LOOKUP_BENCH_H

#include "crawler/net/lookup/lookup.h"

#include "responder.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

enum {
    RESULTS_MAX = 2048,
    TIMEOUT_MS = 100,
    TRIES = 2,
};

struct outcome_seen {
    char name[64];
    enum outcome outcome;
    enum failure failure;
    char ede[EDE_TEXT_MAX];
    unsigned records, tries;
};

struct bench {
    uv_loop_t loop;
    struct responder responder, second;
    struct lookups *lookups;
    struct outcome_seen seen[RESULTS_MAX];
    unsigned count, awaited;
    unsigned inside_ask; /* done() may never come while this is set */
    unsigned rooms;
    bool closed, timed_out;
    const char *then; /* asked from inside the next done() */
    bool close_in_done;
};

/* cmocka: of each test; *state is its bench, with one responder open.  No handle may be left. */
int setup(void **state);
int teardown(void **state);

void point_to(struct sockaddr_storage *address, uint16_t port);
struct lookup_settings settings_for(const struct bench *bench); /* the first responder alone */
void begin(struct bench *bench, const struct lookup_settings *settings);

/* For its A records. */
void ask(struct bench *bench, const char *text);

/* Runs until so many results are there, or the time is over; true for the first. */
bool run(struct bench *bench, unsigned results, unsigned ms);

const struct outcome_seen *seen_of(const struct bench *bench, const char *name);

struct expected {
    const char *name;
    enum outcome outcome;
    enum failure failure;
    const char *ede;
    unsigned records, tries; /* tries 0: not looked at */
};
void expect(const struct bench *bench, const struct expected *expected);

#endif
