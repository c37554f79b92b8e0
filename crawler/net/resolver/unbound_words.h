/* unbound_words.h - the end of what the private Unbound says, for error messages. */
#ifndef MXSURVEY_NET_RESOLVER_UNBOUND_WORDS_H
#define MXSURVEY_NET_RESOLVER_UNBOUND_WORDS_H

#include <stddef.h>

enum {
    UNBOUND_WORDS_MAX = 4096
};

struct unbound_words {
    size_t length;
    char text[UNBOUND_WORDS_MAX]; /* ends with a NUL */
};

void unbound_words_clear(struct unbound_words *words);
void unbound_words_keep(struct unbound_words *words, const char *text, size_t length);

/* Keeps what the log, a pipe that does not block, has by now. */
void unbound_words_drain(struct unbound_words *words, int log);

/* The first line that tells of an error, else the last. */
const char *unbound_words_telling(const struct unbound_words *words, char *ret, size_t size);

#endif
