/* list_transcript.h - a whole list through list_read(), as lines that a test can compare: one for
 * each name ("LINE DOMAIN", and " #RANK" with a rank) and for each rejected line ("LINE ! REASON
 * [TEXT]").  The list is a file in /tmp, which make_path() and remove_path() are to surround. */
#ifndef MXSURVEY_TESTS_SURVEY_LIST_TRANSCRIPT_H
#define MXSURVEY_TESTS_SURVEY_LIST_TRANSCRIPT_H

#include "crawler/survey/list/list.h"

#include <setjmp.h>
#include <stdarg.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>

#define COUNT(array) (sizeof(array) / sizeof *(array))

struct transcript {
    char text[65536];
    size_t used;
    int stop_after; /* calls; 0: never */
    struct list_summary summary;
    struct error error;
};

static int take(struct transcript *transcript, int written)
{
    assert_true(written > 0);
    transcript->used += (size_t)written;
    assert_true(transcript->used < sizeof transcript->text);
    return transcript->stop_after > 0 && --transcript->stop_after == 0 ? 42 : 0;
}

static int take_name(void *context, const struct list_name *name)
{
    struct transcript *t = context;
    size_t room = sizeof t->text - t->used;
    assert_int_equal(strlen(name->domain), name->length);
    if (name->rank < 0)
        return take(
            t, snprintf(t->text + t->used, room, "%" PRIu64 " %s\n", name->line, name->domain));
    return take(t, snprintf(t->text + t->used, room, "%" PRIu64 " %s #%" PRId64 "\n", name->line,
                            name->domain, name->rank));
}

static int take_reject(void *context, const struct list_reject *reject)
{
    struct transcript *t = context;
    return take(t, snprintf(t->text + t->used, sizeof t->text - t->used, "%" PRIu64 " ! %s [%s]\n",
                            reject->line, reject->reason, reject->text));
}

static int read_path(const char *path, enum list_format format, const char *column,
                     struct transcript *ret)
{
    const struct list_source source = {path, format, column, NULL};
    const struct list_sink sink = {take_name, take_reject, ret};
    ret->used = 0;
    ret->text[0] = ret->error.text[0] = '\0';
    return list_read(&source, &sink, &ret->summary, &ret->error);
}

static char path[] = "/tmp/test_list.XXXXXX";

static void write_list(const void *octets, size_t size)
{
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    assert_int_equal(fwrite(octets, 1, size, file), size);
    assert_int_equal(fclose(file), 0);
}

static int make_path(void **state)
{
    (void)state;
    int fd = mkstemp(path);
    if (fd < 0)
        return -1;
    close(fd);
    return 0;
}

static int remove_path(void **state)
{
    (void)state;
    return unlink(path);
}

#endif
