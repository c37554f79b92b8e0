#include "crawler/cli/progress.h"

#include <inttypes.h>

/* 12,345,678 */
static void grouped(uint64_t number, char ret[32])
{
    char digits[24];
    int length = snprintf(digits, sizeof digits, "%" PRIu64, number), out = 0;
    for (int i = 0; i < length; i++) {
        if (i > 0 && (length - i) % 3 == 0)
            ret[out++] = ',';
        ret[out++] = digits[i];
    }
    ret[out] = '\0';
}

static void duration(double seconds, char ret[32])
{
    uint64_t s = (uint64_t)(seconds + 0.5);
    if (s < 60)
        snprintf(ret, 32, "%" PRIu64 " s", s);
    else if (s < 3600)
        snprintf(ret, 32, "%" PRIu64 " min %02" PRIu64 " s", s / 60, s % 60);
    else if (s < 48 * 3600)
        snprintf(ret, 32, "%" PRIu64 " h %02" PRIu64 " min", s / 3600, s % 3600 / 60);
    else
        snprintf(ret, 32, "%" PRIu64 " days", s / 86400);
}

static double questions_a_second(const struct progress_view *view,
                                 const struct pipeline_progress *progress)
{
    uint64_t span = progress->elapsed_ms - view->last_ms;
    return span == 0 ? 0
                     : (double)(progress->lookups.asked - view->last_asked) * 1000 / (double)span;
}

static void update_rate(struct progress_view *view, const struct pipeline_progress *progress)
{
    uint64_t span = progress->elapsed_ms - view->last_ms;
    if (span == 0)
        return;
    double now = (double)(progress->done - view->last_done) * 1000 / (double)span;
    /* over about twenty lines: long enough to be calm, short enough to be true */
    view->rate = view->last_ms == 0 ? now : view->rate * 0.95 + now * 0.05;
}

void progress_line(struct progress_view *view, const struct pipeline_progress *progress,
                   char ret[PROGRESS_LINE_MAX])
{
    char done[32], total[32], left[32], eta[48] = "", policies[48] = "";
    const struct domain_counters *domains = &progress->domains;
    uint64_t judged = domains->answered + domains->failed + domains->deferred;
    double share = judged == 0 ? 100 : 100.0 * (double)domains->answered / (double)judged;
    double asked = questions_a_second(view, progress);
    uint64_t names_left = progress->total - progress->done;
    update_rate(view, progress);
    view->last_ms = progress->elapsed_ms;
    view->last_asked = progress->lookups.asked;
    view->last_done = progress->done;
    grouped(progress->done, done);
    grouped(progress->total, total);
    if (progress->lookups.paused) {
        snprintf(ret, PROGRESS_LINE_MAX, "%s of %s domains; PAUSED: the resolver does not answer",
                 done, total);
        return;
    }
    if (view->rate > 0 && names_left > 0) {
        duration((double)names_left / view->rate, left);
        snprintf(eta, sizeof eta, ", %s left", left);
    }
    if (domains->for_policies > 0)
        snprintf(policies, sizeof policies, ", %u wait for policies", domains->for_policies);
    snprintf(ret, PROGRESS_LINE_MAX,
             "%s of %s domains%s, %.0f questions/s, %.1f %% answered, %" PRIu64
             " failed, %u in flight%s%s",
             done, total, progress->pass > 1 ? " (second pass)" : "", asked, share,
             domains->failed + (progress->pass > 1 ? 0 : domains->deferred),
             progress->lookups.in_flight, policies, eta);
}

void progress_show(struct progress_view *view, const struct pipeline_progress *progress)
{
    char line[PROGRESS_LINE_MAX];
    if (!view->terminal) {
        if (progress->elapsed_ms - view->plain_ms < PROGRESS_PLAIN_MS)
            return;
        view->plain_ms = progress->elapsed_ms;
    }
    progress_line(view, progress, line);
    if (view->terminal)
        fprintf(view->out, "\r%s\033[K", line);
    else
        fprintf(view->out, "%s\n", line);
    fflush(view->out);
    view->open = view->terminal;
}

void progress_break(struct progress_view *view)
{
    if (view->open)
        fputc('\n', view->out);
    view->open = false;
}
