#include "crawler/net/resolver/unbound_words.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

void unbound_words_clear(struct unbound_words *words)
{
    words->length = 0;
    words->text[0] = '\0';
}

void unbound_words_keep(struct unbound_words *words, const char *text, size_t length)
{
    if (length >= UNBOUND_WORDS_MAX / 2) {
        text += length - UNBOUND_WORDS_MAX / 2;
        length = UNBOUND_WORDS_MAX / 2;
    }
    if (words->length + length >= UNBOUND_WORDS_MAX) {
        size_t drop = words->length + length - UNBOUND_WORDS_MAX / 2;
        if (drop > words->length)
            drop = words->length;
        memmove(words->text, words->text + drop, words->length - drop);
        words->length -= drop;
    }
    memcpy(words->text + words->length, text, length);
    words->length += length;
    words->text[words->length] = '\0';
}

void unbound_words_drain(struct unbound_words *words, int log)
{
    char text[4096];
    /* bounded: a resolver that talks without end must not hold the loop */
    for (int turn = 0; turn < 16; turn++) {
        ssize_t got = read(log, text, sizeof text);
        if (got <= 0)
            return;
        unbound_words_keep(words, text, (size_t)got);
    }
}

/* One of its lines without what stands before the message: `[time] name[pid:0] `. */
static const char *without_prefix(const char *line, size_t *length)
{
    const char *end = line + *length;
    if (*line != '[')
        return line;
    for (int spaces = 0; line < end && spaces < 2; line++)
        spaces += *line == ' ';
    *length = (size_t)(end - line);
    return line;
}

const char *unbound_words_telling(const struct unbound_words *words, char *ret, size_t size)
{
    const char *chosen = "it said nothing", *line = words->text;
    size_t chosen_length = strlen(chosen), length;
    bool is_error = false;
    for (; *line != '\0' && !is_error; line += length + (line[length] == '\n')) {
        length = strcspn(line, "\n");
        if (length == 0)
            continue;
        is_error = memmem(line, length, "error: ", 7) != NULL;
        chosen_length = length;
        chosen = without_prefix(line, &chosen_length);
    }
    snprintf(ret, size, "%.*s", (int)chosen_length, chosen);
    return ret;
}
