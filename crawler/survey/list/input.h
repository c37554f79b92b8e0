/* input.h - the bytes of a list, or of another input: opened, hashed, decompressed, file by file.
 *
 * libarchive does the work, but for gzip: it does not verify gzip's
 * checksums, and a flipped bit must not become a surveyed name.
 */
#ifndef MXSURVEY_SURVEY_LIST_INPUT_H
#define MXSURVEY_SURVEY_LIST_INPUT_H

#include "crawler/core/error.h"

#include <stddef.h>

struct list_input;

/* 0; -1 with error, which names the path; `what` is it to be: "list". */
int list_input_open(const char *path, const char *what, struct list_input **ret,
                    struct error *error);

/* The next file inside (a list that is no archive is one file): 1; 0 at the end;
 * -1: see list_input_problem(). */
int list_input_next(struct list_input *input);

/* The next block of the file: 1; 0 at its end; -1: see list_input_problem().
 * Borrowed: valid until the next call. */
int list_input_block(struct list_input *input, const char **ret, size_t *ret_size);

/* Reads what is left and gives the digest of all stored bytes: 0 or -1. */
int list_input_digest(struct list_input *input, char ret[65]);

/* What is wrong, in words, without the path.  Every call fails from the first signal on that
 * asks to stop (interrupt_count()). */
const char *list_input_problem(const struct list_input *input);
/* What to do about it. */
const char *list_input_remedy(const struct list_input *input);

void list_input_free(struct list_input *input);

#endif
