#include "analysis/export/sink.h"

#include <archive.h>
#include <archive_entry.h>
#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

enum {
    BUFFER_SIZE = 128 << 10
};

struct sink {
    FILE *out;
    const char *name;
    struct archive *archive; /* NULL: not compressed */
    bool failed;
    int code; /* errno of the failure, 0: not known */
    size_t used;
    char buffer[BUFFER_SIZE];
};

static void fail(struct sink *sink, int code)
{
    if (!sink->failed)
        sink->code = code;
    sink->failed = true;
}

static la_ssize_t write_out(struct archive *archive, void *context, const void *octets,
                            size_t length)
{
    struct sink *sink = context;
    (void)archive;
    if (sink->failed)
        return -1;
    errno = 0;
    if (fwrite(octets, 1, length, sink->out) == length)
        return (la_ssize_t)length;
    fail(sink, errno);
    return -1;
}

/* One unnamed file in the format `raw`: nothing but the compressed octets.  The
 * time is left out, so that the same rows are the same file. */
static bool open_archive(struct sink *sink, enum compression compression)
{
    struct archive *archive = sink->archive = archive_write_new();
    struct archive_entry *entry = archive_entry_new();
    bool good = archive != NULL && entry != NULL;
    if (good) {
        archive_entry_set_filetype(entry, AE_IFREG);
        good =
            archive_write_set_format_raw(archive) == ARCHIVE_OK &&
            (compression == COMPRESSION_GZIP
                 ? archive_write_add_filter_gzip(archive)
                 : archive_write_add_filter_zstd(archive)) == ARCHIVE_OK &&
            (compression != COMPRESSION_GZIP ||
             archive_write_set_filter_option(archive, "gzip", "timestamp", NULL) == ARCHIVE_OK) &&
            archive_write_set_bytes_in_last_block(archive, 1) == ARCHIVE_OK &&
            archive_write_open(archive, sink, NULL, write_out, NULL) == ARCHIVE_OK &&
            archive_write_header(archive, entry) == ARCHIVE_OK;
    }
    archive_entry_free(entry);
    return good;
}

int sink_open(FILE *out, const char *name, enum compression compression, struct sink **ret,
              struct error *error)
{
    struct sink *sink = malloc(sizeof *sink);
    if (sink == NULL)
        return error_set(error, "%s: out of memory", name);
    sink->out = out;
    sink->name = name;
    sink->archive = NULL;
    sink->failed = false;
    sink->code = 0;
    sink->used = 0;
    if (compression != COMPRESSION_NONE && !open_archive(sink, compression)) {
        const char *reason = sink->archive != NULL ? archive_error_string(sink->archive) : NULL;
        error_set(error, "%s: cannot be compressed: %s", name,
                  reason != NULL ? reason : "out of memory");
        sink_free(sink);
        return -1;
    }
    *ret = sink;
    return 0;
}

static void flush(struct sink *sink)
{
    if (sink->failed || sink->used == 0)
        return;
    if (sink->archive == NULL)
        write_out(NULL, sink, sink->buffer, sink->used);
    else if (archive_write_data(sink->archive, sink->buffer, sink->used) != (la_ssize_t)sink->used)
        fail(sink, 0);
    sink->used = 0;
}

void sink_put(struct sink *sink, const char *octets, size_t length)
{
    while (length > BUFFER_SIZE - sink->used) {
        size_t part = BUFFER_SIZE - sink->used;
        memcpy(sink->buffer + sink->used, octets, part);
        sink->used = BUFFER_SIZE;
        flush(sink);
        sink->used = 0;
        octets += part;
        length -= part;
    }
    memcpy(sink->buffer + sink->used, octets, length);
    sink->used += length;
}

void sink_puts(struct sink *sink, const char *text)
{
    sink_put(sink, text, strlen(text));
}

int sink_failed(const struct sink *sink)
{
    return sink->failed;
}

int sink_close(struct sink *sink, struct error *error)
{
    flush(sink);
    if (sink->archive != NULL && !sink->failed && archive_write_close(sink->archive) != ARCHIVE_OK)
        fail(sink, 0);
    errno = 0;
    if (!sink->failed && (fflush(sink->out) != 0 || ferror(sink->out)))
        fail(sink, errno);
    int result = sink->failed ? error_set(error, "%s: cannot be written: %s", sink->name,
                                          sink->code != 0 ? strerror(sink->code) : "it failed")
                              : 0;
    sink_free(sink);
    return result;
}

void sink_free(struct sink *sink)
{
    if (sink == NULL)
        return;
    sink->failed = true; /* nothing more is written where the archive is left in the middle */
    if (sink->archive != NULL)
        archive_write_free(sink->archive);
    free(sink);
}
