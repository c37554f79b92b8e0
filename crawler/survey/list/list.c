/* From blocks of bytes to lines to names.
 *
 * The first SAMPLE_SIZE octets of each file are held back until its format is
 * known; a line that lies in one block is read where it lies, others are put
 * together in `partial`. */
#include "crawler/survey/list/list.h"

#include "crawler/base/interrupt.h"
#include "crawler/base/memory.h"
#include "crawler/core/utf8.h"
#include "crawler/survey/list/format.h"
#include "crawler/survey/list/input.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

enum {
    SAMPLE_SIZE = 64 * 1024
};

struct reader {
    const struct list_source *source;
    const struct list_sink *sink;
    struct list_input *input;
    struct error *error;
    struct list_summary summary;
    /* of the file that is read now */
    enum list_format format;
    struct csv csv;
    struct zone *zone;
    size_t sample_size, partial_size;
    bool after_return;   /* of a line that ended in CR: an LF belongs to it */
    bool partial_is_cut; /* the line is longer than what is kept */
    char sample[SAMPLE_SIZE];
    char partial[LIST_LINE_MAX];
};

static int fail_damaged(struct reader *reader)
{
    if (interrupt_count() > 0)
        return LIST_INTERRUPTED;
    return error_set(reader->error, "%s: %s after %" PRIu64 " good lines; %s", reader->source->path,
                     list_input_problem(reader->input), reader->summary.lines,
                     list_input_remedy(reader->input));
}

/* --- one line --- */

static int give_reject(struct reader *reader, uint64_t number, struct span line, const char *reason)
{
    char text[LIST_TEXT_CHARACTERS * 4 + 1];
    utf8_from_octets(line.text, line.length, LIST_TEXT_CHARACTERS, text);
    const struct list_reject reject = {.line = number, .text = text, .reason = reason};
    reader->summary.rejected++;
    return reader->sink->reject(reader->sink->context, &reject);
}

static enum line_verdict read_verdict(struct reader *reader, struct span line,
                                      struct line_name *ret)
{
    if (reader->format == LIST_ZONE)
        return zone_read(reader->zone, line, reader->summary.lines, ret);
    if (reader->format == LIST_PLAIN)
        return plain_read(line, ret);
    return csv_read(&reader->csv, line, ret);
}

static int fail_stratum(const struct reader *reader, const char *what)
{
    return error_set(reader->error, "%s: line %" PRIu64 ": a stratum %s; is \"%s\" the column?",
                     reader->source->path, reader->summary.lines, what, reader->source->stratum);
}

/* Text from a field, its doubled quotes single.  -1 with error: no such text.  Values are not
 * mended: two that differ could become one. */
static int read_stratum(const struct reader *reader, struct span field, char ret[LIST_STRATUM_SIZE])
{
    size_t length = 0;
    if (!span_is_text(field))
        return fail_stratum(reader, "that is not UTF-8, or has control characters");
    for (size_t at = 0; at < field.length; at++) {
        if (length == LIST_STRATUM_SIZE - 1)
            return fail_stratum(reader, "over 64 octets");
        ret[length++] = field.text[at];
        at += field.text[at] == '"' && at + 1 < field.length && field.text[at + 1] == '"';
    }
    ret[length] = '\0';
    return 0;
}

/* Every line of a zone's record has a row of its own: what it swallowed may have been names. */
static int give_reject_of_zone(struct reader *reader, uint64_t number, struct span line,
                               const char *reason)
{
    int result = 0;
    if (!zone_line(reader->zone, 0, &number, &line))
        return give_reject(reader, number, line, reason);
    for (size_t i = 0; result == 0 && zone_line(reader->zone, i, &number, &line); i++)
        result = give_reject(reader, number, line, i == 0 ? reason : "further line");
    return result;
}

/* Of a zone, where a record is open that goes no further. */
static int end_record(struct reader *reader)
{
    struct line_name name;
    const struct span none = {NULL, 0};
    if (zone_end(reader->zone, &name) != LINE_REJECT)
        return 0;
    return give_reject_of_zone(reader, 0, none, name.reason);
}

static int take_cut_line(struct reader *reader, uint64_t number, struct span line)
{
    int result = reader->zone != NULL ? end_record(reader) : 0;
    if (reader->zone != NULL)
        zone_pass(reader->zone, line);
    return result == 0 ? give_reject(reader, number, line, "line too long") : result;
}

static int take_line(struct reader *reader, struct span line, bool is_cut)
{
    struct line_name name;
    struct span first;
    char stratum[LIST_STRATUM_SIZE];
    uint64_t number = ++reader->summary.lines;
    int result = 0;
    if (span_is_skipped(line) && !(is_cut && span_trim(line).length == 0))
        return 0;
    if (is_cut)
        return take_cut_line(reader, number, line);
    if (reader->zone != NULL && zone_is_broken_by(reader->zone, line))
        result = end_record(reader);
    if (result != 0)
        return result;
    enum line_verdict verdict = read_verdict(reader, line, &name);
    if (verdict == LINE_SKIP)
        return 0;
    if (verdict == LINE_REJECT)
        return reader->zone != NULL ? give_reject_of_zone(reader, number, line, name.reason)
                                    : give_reject(reader, number, line, name.reason);
    if (reader->zone != NULL)
        zone_line(reader->zone, 0, &number, &first);
    bool has_stratum = reader->source->stratum != NULL && name.stratum.length > 0;
    if (has_stratum && read_stratum(reader, name.stratum, stratum) != 0)
        return -1;
    const struct list_name entry = {.domain = name.domain,
                                    .length = name.length,
                                    .rank = name.rank,
                                    .line = number,
                                    .stratum = has_stratum ? stratum : NULL};
    reader->summary.names++;
    return reader->sink->name(reader->sink->context, &entry);
}

/* --- blocks to lines --- */

static void keep_partial(struct reader *reader, struct span part)
{
    size_t room = sizeof reader->partial - reader->partial_size;
    if (part.length > room) {
        part.length = room;
        reader->partial_is_cut = true;
    }
    if (part.length > 0)
        memcpy(reader->partial + reader->partial_size, part.text, part.length);
    reader->partial_size += part.length;
}

static int take_partial(struct reader *reader)
{
    int result = take_line(reader, (struct span){reader->partial, reader->partial_size},
                           reader->partial_is_cut);
    reader->partial_size = 0;
    reader->partial_is_cut = false;
    return result;
}

static int take_block(struct reader *reader, struct span block)
{
    const char *feed = NULL;
    int result = 0;
    while (block.length > 0 && result == 0) {
        bool is_second = reader->after_return && block.text[0] == '\n';
        reader->after_return = false;
        if (is_second) { /* of a CRLF */
            block = (struct span){block.text + 1, block.length - 1};
            continue;
        }
        const char *end = span_line_end(block, &feed);
        reader->after_return = end != NULL && *end == '\r';
        struct span line = {block.text, end != NULL ? (size_t)(end - block.text) : block.length};
        if (end == NULL || reader->partial_size > 0 || line.length > LIST_LINE_MAX) {
            keep_partial(reader, line);
            if (end != NULL)
                result = take_partial(reader);
        } else {
            result = take_line(reader, line, false);
        }
        size_t used = line.length + (end != NULL);
        block = (struct span){block.text + used, block.length - used};
    }
    return result;
}

/* --- one file --- */

static bool begins_with(const struct reader *reader, const char *octets, size_t count)
{
    return reader->sample_size >= count && memcmp(reader->sample, octets, count) == 0;
}

/* By the byte order mark; NULL: not what is read in octets anyway.  UTF-16 may begin as UTF-32
 * does, but no text has a NUL first. */
static const char *wide_encoding(const struct reader *reader)
{
    if (begins_with(reader, "\xff\xfe\0\0", 4) || begins_with(reader, "\0\0\xfe\xff", 4))
        return "UTF-32";
    if (begins_with(reader, "\xff\xfe", 2) || begins_with(reader, "\xfe\xff", 2))
        return "UTF-16";
    return NULL;
}

static void cut_last_line(struct span *lines)
{
    size_t length = lines->length;
    while (length > 0 && lines->text[length - 1] != '\n' && lines->text[length - 1] != '\r')
        length--;
    if (length > 0)
        lines->length = length;
}

/* Which option says that the list is a CSV with a header; NULL: none. */
static const char *csv_option(const struct list_source *source)
{
    return source->column != NULL    ? "--list-column"
           : source->stratum != NULL ? "--list-stratum"
                                     : NULL;
}

/* The sample without a byte order mark, and for detection without a last line that
 * is cut. */
static int detect(struct reader *reader, bool is_whole, struct span *ret)
{
    const struct list_source *source = reader->source;
    struct error error;
    size_t mark = begins_with(reader, "\xef\xbb\xbf", 3) ? 3 : 0;
    const char *wide = wide_encoding(reader);
    if (wide != NULL)
        return error_set(reader->error, "%s: %s text; convert it: iconv -f %s -t UTF-8",
                         source->path, wide, wide);
    *ret = (struct span){reader->sample + mark, reader->sample_size - mark};
    struct span lines = *ret;
    if (!is_whole)
        cut_last_line(&lines);
    reader->format = source->format;
    if (source->format == LIST_AUTO)
        reader->format = csv_option(source) != NULL ? LIST_CSV : format_detect(lines);
    if (reader->format == LIST_ZONE)
        reader->zone = zone_new(lines);
    if (reader->format == LIST_CSV) {
        if (csv_detect(lines, source, &reader->csv, &error) != 0)
            return error_set(reader->error, "%s: %s", source->path, error.text);
    }
    return 0;
}

/* Fills the sample; what does not fit of the last block is left in *ret_rest,
 * valid until the next block.  1: the file goes on, 0: it is whole, -1. */
static int take_sample(struct reader *reader, struct span *ret_rest)
{
    *ret_rest = (struct span){NULL, 0};
    reader->sample_size = 0;
    while (reader->sample_size < SAMPLE_SIZE) {
        const char *block;
        size_t size;
        int got = list_input_block(reader->input, &block, &size);
        if (got <= 0)
            return got;
        size_t room = SAMPLE_SIZE - reader->sample_size;
        size_t used = size < room ? size : room;
        memcpy(reader->sample + reader->sample_size, block, used);
        reader->sample_size += used;
        *ret_rest = (struct span){block + used, size - used};
    }
    return 1;
}

/* The last line without a line end, and a zone's last record. */
static int end_file(struct reader *reader)
{
    int result = 0;
    if (reader->partial_size > 0)
        result = take_partial(reader);
    if (result == 0 && reader->zone != NULL)
        result = end_record(reader);
    return result;
}

/* Of a file that is damaged before it was looked at: what a message says was good. */
static void count_sample_lines(struct reader *reader)
{
    struct span rest = {reader->sample, reader->sample_size};
    const char *feed = NULL;
    while (span_line_end(rest, &feed) != NULL) {
        span_take_line(&rest);
        reader->summary.lines++;
    }
}

static int read_file(struct reader *reader)
{
    struct span sample, block;
    int got = take_sample(reader, &block);
    if (got < 0)
        count_sample_lines(reader);
    int result = got < 0 ? 0 : detect(reader, got == 0, &sample);
    if (result == 0 && got >= 0)
        result = take_block(reader, sample);
    if (result == 0 && got == 1)
        result = take_block(reader, block);
    while (result == 0 && got == 1) {
        got = list_input_block(reader->input, &block.text, &block.length);
        if (got == 1)
            result = take_block(reader, block);
    }
    if (result == 0 && got < 0)
        result = fail_damaged(reader);
    if (result == 0)
        result = end_file(reader);
    zone_free(reader->zone);
    reader->zone = NULL;
    reader->partial_size = 0;
    reader->after_return = false;
    return result;
}

int list_read(const struct list_source *source, const struct list_sink *sink,
              struct list_summary *ret, struct error *error)
{
    struct list_input *input;
    if (csv_option(source) != NULL && (source->format == LIST_PLAIN || source->format == LIST_ZONE))
        return error_set(error, "%s: %s is for CSV; this list is read as %s", source->path,
                         csv_option(source), source->format == LIST_PLAIN ? "plain" : "zone");
    if (list_input_open(source->path, "list", &input, error) != 0)
        return interrupt_count() > 0 ? LIST_INTERRUPTED : -1;
    struct reader *reader = memory_zeroed(1, sizeof *reader);
    reader->source = source;
    reader->sink = sink;
    reader->input = input;
    reader->error = error;
    int result = 0, got;
    while (result == 0 && (got = list_input_next(input)) != 0)
        result = got < 0 ? fail_damaged(reader) : read_file(reader);
    if (result == 0 && list_input_digest(input, reader->summary.sha256) != 0)
        result = fail_damaged(reader);
    if (result == 0)
        *ret = reader->summary;
    free(reader);
    list_input_free(input);
    return result;
}
