#include "crawler/probe/meetings.h"

#include "crawler/base/interrupt.h"
#include "crawler/base/memory.h"
#include "crawler/probe/outage.h"
#include "crawler/probe/session.h"

#include <assert.h>
#include <stdlib.h>
#include <time.h>

enum {
    TICK_MS = 100,         /* looks for signals */
    SECOND_MS = 1000,      /* flushes, shows how far it is */
    GRACE_MS = 10000,      /* for meetings under way, after a signal */
    HANDED_OUT_MOST = 100, /* hosts read from the file in one turn of the loop */
};

struct meeting;

struct meetings {
    struct meetings_settings settings;
    struct probe_result *result;
    struct error *error;
    int code; /* the store's, once it has failed */
    uv_loop_t loop;
    uv_timer_t tick, next; /* next: when a meeting may begin */
    struct sessions *sessions;
    struct outage *outage;
    struct meeting *first; /* under way */
    uint64_t second_ms;    /* of the last flush */
    uint64_t stop_ms;      /* since a signal came; 0: none */
    bool over;             /* no meeting begins any more */
};

struct meeting {
    struct meetings *meetings;
    struct meeting *next, **link;
    struct session *session;
    struct visit visit;
    struct probes_address address;
    bool has_next_address;
    uint64_t begun_ms;
};

uint64_t meetings_clock(void)
{
    return uv_hrtime() / 1000000;
}

/* --- those under way --- */

static void link_meeting(struct meetings *meetings, struct meeting *meeting)
{
    meeting->next = meetings->first;
    meeting->link = &meetings->first;
    if (meeting->next != NULL)
        meeting->next->link = &meeting->next;
    meetings->first = meeting;
}

static void unlink_meeting(struct meeting *meeting)
{
    *meeting->link = meeting->next;
    if (meeting->next != NULL)
        meeting->next->link = meeting->link;
}

/* --- the end --- */

static void drop_all(struct meetings *meetings)
{
    while (meetings->first != NULL) {
        struct meeting *meeting = meetings->first;
        session_drop(meeting->session);
        unlink_meeting(meeting);
        free(meeting);
    }
}

static void stop(struct meetings *meetings, enum probe_end end)
{
    if (!meetings->over)
        meetings->result->end = end;
    meetings->over = true;
}

static void stop_now(struct meetings *meetings, enum probe_end end)
{
    stop(meetings, end);
    drop_all(meetings);
}

static void check_store(struct meetings *meetings, int code)
{
    if (code == 0 || meetings->code != 0)
        return;
    meetings->code = code;
    stop_now(meetings, PROBE_INTERRUPTED);
}

static void close_if_over(struct meetings *meetings)
{
    if (!meetings->over || meetings->first != NULL || uv_is_closing((uv_handle_t *)&meetings->tick))
        return;
    uv_close((uv_handle_t *)&meetings->tick, NULL);
    uv_close((uv_handle_t *)&meetings->next, NULL);
}

/* --- rows --- */

static void judge(const struct meetings *meetings, const struct probe_row *row,
                  const struct probes_host *host, struct certificate_verdict *ret)
{
    const struct certificate_facts facts = {
        .chain = row->chain,
        .authorities = meetings->settings.authorities,
        .now = row->probed_at,
        .host = &host->name,
        .target = host->has_target ? &host->target : NULL,
        .base = host->has_base && host->record_count > 0 ? &host->base : NULL,
        .records = host->records,
        .usable = host->usable,
        .record_count = host->record_count,
    };
    if (!certificate_judge(&facts, ret))
        memory_lack();
}

/* With what its chain is worth, and its records. */
static void put(struct meetings *meetings, struct probe_row *row)
{
    struct probes *probes = meetings->settings.probes;
    struct probes_host host;
    int code = probes_host(probes, row->host, &host, meetings->error);
    if (code == 0) {
        struct certificate_verdict verdict = {
            .matches = memory_zeroed(host.record_count + 1, sizeof *verdict.matches)};
        if (row->chain != NULL) {
            judge(meetings, row, &host, &verdict);
            row->verdict = &verdict;
        }
        row->met = host.record_count > 0 ? &host : NULL;
        code = probes_put(probes, row, meetings->error);
        free(verdict.matches);
    }
    check_store(meetings, code);
}

static void count(struct meetings *meetings, enum probe_outcome outcome, bool is_first)
{
    struct probe_counts *counts = &meetings->result->counts;
    counts->by_outcome[outcome]++;
    counts->met += is_first;
}

/* Nobody answered, and the network was there. */
static void silent_fact(void *context, const struct silent *silent)
{
    struct meetings *meetings = context;
    struct probe_row row = {
        .host = silent->host,
        .probed_at = silent->probed_at,
        .address = &silent->address,
        .outcome = silent->outcome,
        .phase = PROBE_CONNECT,
        .alert = -1,
    };
    if (meetings->code != 0)
        return;
    if (silent->outcome == PROBE_NOT_MET) {
        meetings->result->counts.no_route++;
        return;
    }
    count(meetings, silent->outcome, !silent->second);
    put(meetings, &row);
}

static void see_silent(struct meetings *meetings, const struct silent *silent)
{
    if (!outage_silent(meetings->outage, silent, silent_fact, meetings) || meetings->over)
        return;
    meetings->result->row = meetings->outage->row;
    stop_now(meetings, PROBE_CUT_OFF);
}

static struct silent silent_of(const struct visit *visit, const struct probes_address *address,
                               enum probe_outcome outcome, uint64_t begun_ms)
{
    return (struct silent){
        .host = visit->host,
        .operator_hash = visit->group,
        .second = visit->second,
        .begun_ms = begun_ms,
        .probed_at = time(NULL),
        .outcome = outcome,
        .address = *address,
    };
}

/* --- a meeting --- */

static void pump(struct meetings *meetings);

static void on_connected(void *context)
{
    struct meeting *meeting = context;
    outage_connected(meeting->meetings->outage, meetings_clock(), silent_fact, meeting->meetings);
}

static void store_meeting(const struct meeting *meeting, const struct session_result *result)
{
    struct probe_row row = {
        .host = meeting->visit.host,
        .probed_at = time(NULL),
        .address = &meeting->address,
        .outcome = result->outcome,
        .phase = result->phase,
        .reply = result->reply,
        .plaintext = result->plaintext,
        .version = result->version,
        .alert = result->alert,
        .chain = result->chain,
    };
    count(meeting->meetings, result->outcome, !meeting->visit.second);
    put(meeting->meetings, &row);
}

static void on_ended(void *context, const struct session_result *result)
{
    struct meeting *meeting = context;
    struct meetings *meetings = meeting->meetings;
    bool is_silent = result->phase == PROBE_CONNECT;
    enum visit_end end = VISIT_DONE;
    if (is_silent && meeting->has_next_address)
        end = VISIT_NEXT_ADDRESS;
    else if (result->outcome == PROBE_GREETING_4XX && !meeting->visit.once_more)
        end = VISIT_ONCE_MORE;
    unlink_meeting(meeting);
    schedule_end(meetings->settings.schedule, &meeting->visit, end, meetings_clock());
    if (!is_silent) {
        store_meeting(meeting, result);
    } else if (end == VISIT_DONE) {
        const struct silent silent =
            silent_of(&meeting->visit, &meeting->address, result->outcome, meeting->begun_ms);
        see_silent(meetings, &silent);
    }
    free(meeting);
    pump(meetings);
}

static const struct session_voice voice = {.connected = on_connected, .ended = on_ended};

static void begin(struct meetings *meetings, const struct visit *visit,
                  const struct probes_host *host, const struct probes_address *address,
                  bool has_next_address)
{
    struct meeting *meeting = memory_get(sizeof *meeting);
    *meeting = (struct meeting){
        .meetings = meetings,
        .visit = *visit,
        .address = *address,
        .has_next_address = has_next_address,
        .begun_ms = meetings_clock(),
    };
    link_meeting(meetings, meeting);
    meeting->session = session_begin(meetings->sessions, address, SMTP_PORT,
                                     host->has_base ? &host->base : &host->name, &voice, meeting);
}

/* The first of these, from the visit's on, to which there is a way; count: none. */
static unsigned routed(const struct probes_address *addresses, unsigned from, unsigned count)
{
    struct probes_address ours;
    while (from < count && !session_route(&addresses[from], &ours))
        from++;
    return from;
}

static void meet(struct meetings *meetings, struct visit *visit)
{
    struct schedule *schedule = meetings->settings.schedule;
    struct probes_address addresses[CHOICE_ADDRESSES_MAX];
    struct probes_host host;
    int code = probes_host(meetings->settings.probes, visit->host, &host, meetings->error);
    if (code != 0) {
        schedule_skip(schedule, visit);
        check_store(meetings, code);
        return;
    }
    unsigned count = choice_addresses(meetings->settings.choice, &host, addresses);
    unsigned at = routed(addresses, visit->address, count);
    if (at == count) {
        schedule_skip(schedule, visit);
        if (count == 0) {
            meetings->result->counts.left_out++;
            return;
        }
        const struct silent silent =
            silent_of(visit, &addresses[0], PROBE_NOT_MET, meetings_clock());
        see_silent(meetings, &silent);
        return;
    }
    visit->address = (uint8_t)at;
    const struct probes_address *address = &addresses[at];
    if (schedule_take(schedule, visit, schedule_prefix(address->family, address->octets),
                      meetings_clock()))
        begin(meetings, visit, &host, address, routed(addresses, at + 1, count) < count);
}

/* --- the loop --- */

static void on_next(uv_timer_t *timer)
{
    pump(timer->data);
}

/* Begins what may begin now. */
static void pump(struct meetings *meetings)
{
    struct visit visit;
    uint64_t wait = 0;
    unsigned handed_out = 0;
    enum schedule_step step = SCHEDULE_MEET;
    while (!meetings->over && step == SCHEDULE_MEET && handed_out++ < HANDED_OUT_MOST) {
        step = schedule_next(meetings->settings.schedule, meetings_clock(), &visit, &wait);
        if (step == SCHEDULE_MEET)
            meet(meetings, &visit);
        else if (step == SCHEDULE_DONE)
            stop(meetings, PROBE_ENDED);
    }
    if (!meetings->over && wait != UINT64_MAX)
        uv_timer_start(&meetings->next, on_next, wait, 0);
    close_if_over(meetings);
}

static void keep_counts(struct meetings *meetings, uint64_t now_ms)
{
    struct probe_counts *counts = &meetings->result->counts;
    struct schedule_counts scheduled;
    schedule_counts(meetings->settings.schedule, &scheduled);
    counts->under_way = scheduled.under_way;
    counts->later = scheduled.later;
    counts->later_at = 0;
    if (scheduled.later > 0)
        counts->later_at =
            time(NULL) + ((int64_t)scheduled.next_later_ms - (int64_t)now_ms) / SECOND_MS;
    counts->elapsed_ms = now_ms - meetings->settings.begun_ms;
    counts->seconds_left =
        schedule_seconds(&meetings->settings.manners, scheduled.left, scheduled.largest_left);
}

static void on_second(struct meetings *meetings, uint64_t now_ms)
{
    meetings->second_ms = now_ms;
    check_store(meetings, probes_flush(meetings->settings.probes, meetings->error));
    keep_counts(meetings, now_ms);
    meetings->settings.voice->progress(meetings->settings.voice->context,
                                       &meetings->result->counts);
}

/* After the first signal, meetings under way may end, for they would have to be begun again. */
static void on_signals(struct meetings *meetings, unsigned signals, uint64_t now_ms)
{
    if (meetings->stop_ms == 0)
        meetings->stop_ms = now_ms;
    stop(meetings, PROBE_INTERRUPTED);
    if (signals > 1 || now_ms - meetings->stop_ms >= GRACE_MS)
        drop_all(meetings);
}

static void on_tick(uv_timer_t *timer)
{
    struct meetings *meetings = timer->data;
    uint64_t now_ms = meetings_clock();
    unsigned signals = interrupt_count();
    if (now_ms - meetings->second_ms >= SECOND_MS)
        on_second(meetings, now_ms);
    if (signals > 0)
        on_signals(meetings, signals, now_ms);
    close_if_over(meetings);
}

int meetings_run(const struct meetings_settings *settings, struct probe_result *ret,
                 struct error *error)
{
    struct meetings meetings = {
        .settings = *settings,
        .result = ret,
        .error = error,
    };
    int code = uv_loop_init(&meetings.loop);
    if (code != 0)
        return error_set(error, "cannot start the event loop: %s", uv_strerror(code));
    meetings.sessions = sessions_new(&meetings.loop, settings->helo, &session_limits_usual, error);
    if (meetings.sessions != NULL) {
        meetings.outage = memory_zeroed(1, sizeof *meetings.outage);
        uv_timer_init(&meetings.loop, &meetings.tick);
        uv_timer_init(&meetings.loop, &meetings.next);
        meetings.tick.data = meetings.next.data = &meetings;
        uv_timer_start(&meetings.tick, on_tick, TICK_MS, TICK_MS);
        /* whoever was met by a command that was stopped just now has its second, too */
        uv_timer_start(&meetings.next, on_next, settings->manners.pause_ms, 0);
        uv_run(&meetings.loop, UV_RUN_DEFAULT);
        if (meetings.code == 0 && ret->end == PROBE_ENDED)
            outage_end(meetings.outage, silent_fact, &meetings);
        keep_counts(&meetings, meetings_clock());
    }
    code = uv_loop_close(&meetings.loop);
    assert(code == 0);
    bool has_sessions = meetings.sessions != NULL;
    sessions_free(meetings.sessions);
    free(meetings.outage);
    return has_sessions ? meetings.code : -1;
}
