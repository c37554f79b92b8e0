#include "crawler/cli/progress/text.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

/* What a line may do without. */
enum field {
    FIELD_POLICIES = 1 << 0,
    FIELD_IN_FLIGHT = 1 << 1,
    FIELD_FAILED = 1 << 2,
    FIELD_PASS = 1 << 3,
    FIELD_ANSWERED = 1 << 4,
};

struct words {
    const char *of, *domains, *a_second, *comma, *left, *paused, *gone;
    bool tight; /* durations without blanks */
};

static const struct words long_words = {
    .of = " of ",
    .domains = " domains",
    .a_second = "questions/s",
    .comma = ", ",
    .left = " left",
    .paused = "; PAUSED: the resolver does not answer",
    .gone = "; PAUSED: the network behind the resolver is gone",
};
static const struct words short_words = {
    .of = "/",
    .domains = " domains",
    .a_second = "q/s",
    .comma = ", ",
    .left = " left",
    .paused = "; PAUSED: no answers",
    .gone = "; PAUSED: no network",
};
static const struct words tight_words = {
    .of = "/",
    .domains = "",
    .a_second = "q/s",
    .comma = " ",
    .left = "",
    .paused = " PAUSED",
    .gone = " PAUSED",
    .tight = true,
};

/* From all there is to what no line may lack: done and left, questions a second, time left. */
static const struct form {
    const struct words *words;
    unsigned fields;
} forms[] = {
    {&long_words, FIELD_POLICIES | FIELD_IN_FLIGHT | FIELD_FAILED | FIELD_PASS | FIELD_ANSWERED},
    {&long_words, FIELD_IN_FLIGHT | FIELD_FAILED | FIELD_PASS | FIELD_ANSWERED},
    {&short_words, FIELD_IN_FLIGHT | FIELD_FAILED | FIELD_PASS | FIELD_ANSWERED},
    {&short_words, FIELD_FAILED | FIELD_PASS | FIELD_ANSWERED},
    {&short_words, FIELD_PASS | FIELD_ANSWERED},
    {&short_words, FIELD_ANSWERED},
    {&short_words, 0},
    {&tight_words, 0},
};

static void add(char line[PROGRESS_LINE_MAX], const char *format, ...)
    __attribute__((format(printf, 2, 3)));

static void add(char line[PROGRESS_LINE_MAX], const char *format, ...)
{
    size_t length = strlen(line);
    va_list args;
    va_start(args, format);
    vsnprintf(line + length, PROGRESS_LINE_MAX - length, format, args);
    va_end(args);
}

/* 12,345,678 */
static void add_grouped(char line[PROGRESS_LINE_MAX], uint64_t number)
{
    char digits[24];
    int length = snprintf(digits, sizeof digits, "%" PRIu64, number);
    for (int i = 0; i < length; i++)
        add(line, "%s%c", i > 0 && (length - i) % 3 == 0 ? "," : "", digits[i]);
}

/* 59 s, 3 min 07 s, 2 h 05 min, 3 days; tight: 59s, 3m07s, 2h05m, 3d */
static void add_duration(char line[PROGRESS_LINE_MAX], double seconds, bool tight)
{
    uint64_t s = (uint64_t)(seconds + 0.5);
    if (s < 60)
        add(line, tight ? "%" PRIu64 "s" : "%" PRIu64 " s", s);
    else if (s < 3600)
        add(line, tight ? "%" PRIu64 "m%02" PRIu64 "s" : "%" PRIu64 " min %02" PRIu64 " s", s / 60,
            s % 60);
    else if (s < 48 * 3600)
        add(line, tight ? "%" PRIu64 "h%02" PRIu64 "m" : "%" PRIu64 " h %02" PRIu64 " min",
            s / 3600, s % 3600 / 60);
    else
        add(line, tight ? "%" PRIu64 "d" : "%" PRIu64 " days", s / 86400);
}

static void add_fields(char line[PROGRESS_LINE_MAX], const struct progress_numbers *numbers,
                       const struct form *form)
{
    const char *comma = form->words->comma;
    if (numbers->asked >= 0)
        add(line, "%s%.0f %s", comma, numbers->asked, form->words->a_second);
    if ((form->fields & FIELD_ANSWERED) != 0 && numbers->answered >= 0)
        add(line, "%s%.1f %% answered", comma, 100 * numbers->answered);
    if ((form->fields & FIELD_FAILED) != 0)
        add(line, "%s%" PRIu64 " failed", comma, numbers->failed);
    if ((form->fields & FIELD_IN_FLIGHT) != 0)
        add(line, "%s%u in flight", comma, numbers->in_flight);
    if ((form->fields & FIELD_POLICIES) != 0 && numbers->for_policies > 0)
        add(line, "%s%u wait for policies", comma, numbers->for_policies);
    if (numbers->seconds_left >= 0) {
        add(line, "%s", comma);
        add_duration(line, numbers->seconds_left, form->words->tight);
        add(line, "%s", form->words->left);
    }
}

static void write_form(const struct progress_numbers *numbers, const struct form *form,
                       char ret[PROGRESS_LINE_MAX])
{
    *ret = '\0';
    add_grouped(ret, numbers->done);
    add(ret, "%s", form->words->of);
    add_grouped(ret, numbers->total);
    add(ret, "%s", form->words->domains);
    if (numbers->paused) {
        add(ret, "%s", numbers->network_gone ? form->words->gone : form->words->paused);
        return;
    }
    if ((form->fields & FIELD_PASS) != 0 && numbers->pass == 2)
        add(ret, " (second pass)");
    else if ((form->fields & FIELD_PASS) != 0 && numbers->pass > 2)
        add(ret, " (pass %u)", numbers->pass);
    add_fields(ret, numbers, form);
}

void progress_text(const struct progress_numbers *numbers, unsigned width,
                   char ret[PROGRESS_LINE_MAX])
{
    for (unsigned i = 0; i < sizeof forms / sizeof *forms; i++) {
        write_form(numbers, &forms[i], ret);
        if (strlen(ret) <= width)
            return;
    }
    ret[width] = '\0';
}
