#include "lookup_bench.h"

#include <stdio.h>
#include <string.h>

static void on_closed(void *context)
{
    ((struct bench *)context)->closed = true;
}

static void on_room(void *context)
{
    ((struct bench *)context)->rooms++;
}

static void on_done(void *context, const struct lookup_result *result);

void ask(struct bench *bench, const char *text)
{
    struct name name;
    assert_true(name_from_text(text, strlen(text), &name));
    bench->inside_ask++;
    lookup_ask(bench->lookups, &name, TYPE_A, on_done, bench);
    bench->inside_ask--;
}

static void on_done(void *context, const struct lookup_result *result)
{
    struct bench *bench = context;
    struct outcome_seen *seen = &bench->seen[bench->count++];
    char text[NAME_TEXT_MAX];
    assert_int_equal(bench->inside_ask, 0);
    name_to_text(&result->question->name, text);
    snprintf(seen->name, sizeof seen->name, "%.63s", text);
    seen->outcome = result->lookup.outcome;
    seen->failure = result->lookup.failure;
    seen->tries = result->lookup.tries;
    seen->records = result->answer != NULL ? result->answer->record_count : 0;
    ede_to_text(&result->lookup.ede, seen->ede);
    assert_false(result->question->checking_disabled);
    assert_int_equal(result->answer == NULL, result->lookup.outcome == OUTCOME_FAILED);
    if (bench->then != NULL) {
        const char *next = bench->then;
        bench->then = NULL;
        ask(bench, next);
    }
    if (bench->close_in_done && !bench->closed) {
        bench->close_in_done = false;
        lookups_close(bench->lookups, on_closed, bench);
    }
    if (bench->count == bench->awaited)
        uv_stop(&bench->loop);
}

void point_to(struct sockaddr_storage *address, uint16_t port)
{
    uv_ip4_addr("127.0.0.1", port, (struct sockaddr_in *)address);
}

struct lookup_settings settings_for(const struct bench *bench)
{
    struct lookup_settings settings = {
        .resolver_count = 1,
        .sockets = 2,
        .timeout_ms = TIMEOUT_MS,
        .tries = TRIES,
        .max_in_flight = 100,
        .receive_buffer = 1 << 20,
    };
    point_to(&settings.resolvers[0], bench->responder.port);
    return settings;
}

void begin(struct bench *bench, const struct lookup_settings *settings)
{
    struct error error = {""};
    bench->lookups = lookups_new(&bench->loop, settings, on_room, bench, &error);
    assert_string_equal(error.text, "");
    assert_non_null(bench->lookups);
}

int setup(void **state)
{
    static struct bench bench;
    memset(&bench, 0, sizeof bench);
    uv_loop_init(&bench.loop);
    responder_open(&bench.responder, &bench.loop, 0);
    *state = &bench;
    return 0;
}

int teardown(void **state)
{
    struct bench *bench = *state;
    if (bench->lookups != NULL && !bench->closed)
        lookups_close(bench->lookups, on_closed, bench);
    responder_close(&bench->responder);
    responder_close(&bench->second);
    uv_run(&bench->loop, UV_RUN_DEFAULT);
    lookups_free(bench->lookups);
    return uv_loop_close(&bench->loop) == 0 && bench->closed ? 0 : -1;
}

static void on_timer(uv_timer_t *timer)
{
    struct bench *bench = timer->data;
    bench->timed_out = true;
    uv_stop(&bench->loop);
}

bool run(struct bench *bench, unsigned results, unsigned ms)
{
    uv_timer_t timer;
    bench->awaited = results;
    bench->timed_out = false;
    uv_timer_init(&bench->loop, &timer);
    timer.data = bench;
    uv_update_time(&bench->loop);
    uv_timer_start(&timer, on_timer, ms, 0);
    if (bench->count < results || results == 0)
        uv_run(&bench->loop, UV_RUN_DEFAULT);
    uv_close((uv_handle_t *)&timer, NULL);
    uv_run(&bench->loop, UV_RUN_NOWAIT);
    return !bench->timed_out;
}

const struct outcome_seen *seen_of(const struct bench *bench, const char *name)
{
    for (unsigned i = 0; i < bench->count; i++) {
        if (strcmp(bench->seen[i].name, name) == 0)
            return &bench->seen[i];
    }
    fail_msg("%s: no result", name);
    return NULL;
}

void expect(const struct bench *bench, const struct expected *expected)
{
    const struct outcome_seen *seen = seen_of(bench, expected->name);
    if (seen->outcome != expected->outcome || seen->failure != expected->failure ||
        strcmp(seen->ede, expected->ede) != 0 || seen->records != expected->records ||
        (expected->tries != 0 && seen->tries != expected->tries))
        fail_msg("%s: outcome %d failure %d ede \"%s\" records %u tries %u", expected->name,
                 (int)seen->outcome, (int)seen->failure, seen->ede, seen->records, seen->tries);
}
