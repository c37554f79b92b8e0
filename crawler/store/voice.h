/* voice.h - what the store asks and says at the end. */
#ifndef MXSURVEY_STORE_VOICE_H
#define MXSURVEY_STORE_VOICE_H

#include <stdbool.h>

/* That of a finished survey may take hours; where another program holds the file, any may take a
 * while. */
struct store_voice {
    bool (*stopped)(void *context); /* asked now and then; true: it is left for another time */
    void (*say)(void *context, const char *line);
    void *context;
};

#endif
