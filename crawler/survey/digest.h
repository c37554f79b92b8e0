/* digest.h - what a file held: files are told apart by it, not by their names. */
#ifndef MXSURVEY_SURVEY_DIGEST_H
#define MXSURVEY_SURVEY_DIGEST_H

#include "crawler/core/error.h"

enum {
    DIGEST_SIZE = 65 /* SHA-256 in hexadecimal, and the NUL */
};

/* Of the file's octets: 0, or -1 with error, which names the path. */
int digest_file(const char *path, char ret[DIGEST_SIZE], struct error *error);

#endif
