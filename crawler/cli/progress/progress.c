#include "crawler/cli/progress/progress.h"

#include "crawler/cli/progress/text.h"

#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

enum {
    PLAIN_MS = 30000,
    USUAL_COLUMNS = 80,
    /* domains end in crowds and in droughts: long enough to be calm, short enough to be true */
    DOMAINS_OVER_MS = 60000,
    QUESTIONS_OVER_MS = 3000,
    LONGEST_S = 1000 * 86400,
};

bool progress_rewrites(FILE *out)
{
    const char *kind = getenv("TERM");
    return isatty(fileno(out)) && kind != NULL && *kind != '\0' && strcmp(kind, "dumb") != 0;
}

/* Asked for each line: a window changes its size.  The last column stays free, for what is written
 * there moves some terminals on to the next line. */
unsigned progress_width(const struct progress_view *view)
{
    struct winsize size;
    if (!view->terminal)
        return PROGRESS_LINE_MAX - 1;
    if (ioctl(fileno(view->out), TIOCGWINSZ, &size) != 0 || size.ws_col == 0)
        return USUAL_COLUMNS - 1;
    return size.ws_col - 1U;
}

/* Negative: not known, as where nothing has ended for a long time. */
static double seconds_left(const struct progress_view *view, uint64_t left)
{
    double rate = progress_rate_a_second(&view->domains);
    return left > 0 && rate * LONGEST_S > (double)left ? (double)left / rate : -1;
}

static struct progress_numbers numbers_of(const struct progress_view *view,
                                          const struct pipeline_progress *progress)
{
    const struct domain_counters *domains = &progress->domains;
    uint64_t judged = domains->answered + domains->failed + domains->deferred;
    return (struct progress_numbers){
        .done = progress->done,
        .total = progress->total,
        .pass = progress->pass,
        .paused = progress->lookups.pause != PAUSE_NONE,
        .network_gone = progress->lookups.pause == PAUSE_NETWORK,
        .asked = progress_rate_a_second(&view->questions),
        .answered = judged == 0 ? -1 : (double)domains->answered / (double)judged,
        .failed = domains->failed + (progress->pass > 1 ? 0 : domains->deferred),
        .in_flight = progress->lookups.in_flight,
        .for_policies = domains->for_policies,
        .seconds_left = seconds_left(view, progress->total - progress->done),
    };
}

void progress_show(struct progress_view *view, const struct pipeline_progress *progress)
{
    char line[PROGRESS_LINE_MAX];
    uint64_t now = progress->elapsed_ms;
    progress_rate_see(&view->domains, now, progress->done, DOMAINS_OVER_MS);
    progress_rate_see(&view->questions, now, progress->lookups.asked, QUESTIONS_OVER_MS);
    if (!progress_is_due(view, now))
        return;
    const struct progress_numbers numbers = numbers_of(view, progress);
    progress_text(&numbers, progress_width(view), line);
    progress_put(view, line);
}

bool progress_is_due(struct progress_view *view, uint64_t now_ms)
{
    if (!view->terminal && now_ms - view->plain_ms < PLAIN_MS)
        return false;
    view->plain_ms = now_ms;
    return true;
}

void progress_put(struct progress_view *view, const char *line)
{
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
