/* sink.h - a stream of octets to a file, compressed where wanted, in constant memory. */
#ifndef MXSURVEY_ANALYSIS_EXPORT_SINK_H
#define MXSURVEY_ANALYSIS_EXPORT_SINK_H

#include <stddef.h>
#include <stdio.h>

#include "crawler/core/error.h"

enum compression {
    COMPRESSION_NONE,
    COMPRESSION_GZIP,
    COMPRESSION_ZSTD
};

struct sink;

/* out stays the caller's; name is for errors and lives as long as the sink.  0, or
 * -1 with one line. */
int sink_open(FILE *out, const char *name, enum compression compression, struct sink **ret,
              struct error *error);

/* An error is kept until sink_close(); what follows it is dropped. */
void sink_put(struct sink *sink, const char *octets, size_t length);
void sink_puts(struct sink *sink, const char *text);
int sink_failed(const struct sink *sink);

/* Ends the stream, flushes out and frees the sink; -1 with one line where
 * anything of it could not be written. */
int sink_close(struct sink *sink, struct error *error);
void sink_free(struct sink *sink); /* of one that need not end well; NULL is fine */

#endif
