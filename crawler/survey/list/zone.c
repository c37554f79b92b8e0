/* Zone files, RFC 1035 s5.1: of every record the owner and the type are read, of
 * the rest only what may go on to the next line.
 *
 * Records without parentheses, quotes, escapes and comments, such as the zone
 * files of registries have almost only, are read where they are; others are first
 * copied to one line (struct zone .record).
 *
 * A record whose parentheses do not close would take all that follows with it.  It ends where
 * another one begins (zone_stands_alone()), or a directive does, where it is too long, or with the
 * file; then each of its lines is rejected, and the line that ended it is read.  A quote ends with
 * its line. */
#include "crawler/survey/list/zone_record.h"

#include "crawler/base/memory.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum {
    RECORD_LINES_MAX = 1024,
    SHOWN_MAX = 1024 /* octets kept of a line, to show it */
};

/* The name of an owner or origin: text with a final dot, escapes as they are. */
struct owner {
    size_t length; /* 0: none */
    char text[LIST_DOMAIN_SIZE * 4 + 2];
};

struct zone {
    struct owner origin, apex, owner;
    const char *owner_reason; /* why owner is empty */
    struct owner given;       /* the last delegation given or rejected */
    unsigned depth;           /* of parentheses */
    /* the lines of the record under way, or of the last verdict, unless read where they are */
    size_t line_count;
    struct {
        uint64_t number;
        size_t start, length; /* in texts */
    } lines[RECORD_LINES_MAX];
    size_t texts_length;
    char texts[LIST_LINE_MAX];
    size_t record_length;
    char record[LIST_LINE_MAX];
};

/* --- owners --- */

static void owner_add(struct owner *owner, const char *text, size_t length)
{
    memcpy(owner->text + owner->length, text, length);
    owner->length += length;
}

/* An escaped dot at the end does not end a name. */
static bool ends_in_dot(struct span word)
{
    size_t backslashes = 0;
    if (word.length == 0 || word.text[word.length - 1] != '.')
        return false;
    while (backslashes + 1 < word.length && word.text[word.length - 2 - backslashes] == '\\')
        backslashes++;
    return backslashes % 2 == 0;
}

/* The absolute name of an owner word, or the reason why there is none. */
static const char *owner_set(const struct owner *origin, struct span word, struct owner *ret)
{
    struct owner owner; /* not cleared: this runs for every record */
    owner.length = 0;
    bool is_absolute = ends_in_dot(word);
    bool is_origin = word.length == 1 && word.text[0] == '@';
    if (!is_absolute && origin->length == 0)
        return "no origin";
    if (word.length + 1 + origin->length > sizeof owner.text)
        return "name too long";
    if (!is_origin)
        owner_add(&owner, word.text, word.length);
    if (!is_absolute) {
        if (!is_origin && !(origin->length == 1))
            owner_add(&owner, ".", 1);
        owner_add(&owner, origin->text, origin->length);
    }
    ret->length = owner.length;
    memcpy(ret->text, owner.text, owner.length);
    return NULL;
}

static bool owner_equal(const struct owner *a, const struct owner *b)
{
    return a->length == b->length && strncasecmp(a->text, b->text, a->length) == 0;
}

/* Is the name that ends in a dot below the apex? */
static bool is_below(const struct owner *owner, const struct owner *apex)
{
    if (apex->length == 0 || (apex->length == 1 && owner->length > 1))
        return true;
    if (owner->length <= apex->length)
        return false;
    size_t start = owner->length - apex->length;
    return strncasecmp(owner->text + start, apex->text, apex->length) == 0 &&
           ends_in_dot((struct span){owner->text, start});
}

/* The octet of an escape after its backslash, RFC 1035 s5.1; -1: none. */
static int read_escape(struct span text, size_t *ret_length)
{
    unsigned value = 0;
    *ret_length = 1;
    if (text.length == 0)
        return -1;
    if (text.text[0] < '0' || text.text[0] > '9')
        return (unsigned char)text.text[0];
    *ret_length = 3;
    for (size_t i = 0; i < 3; i++) {
        if (i >= text.length || text.text[i] < '0' || text.text[i] > '9')
            return -1;
        value = value * 10 + (unsigned)(text.text[i] - '0');
    }
    return value <= 255 ? (int)value : -1;
}

/* Escapes to the octets that they stand for; false where one of them has no place
 * in a name of a list (the dot is one of those). */
static bool unescape(struct span text, char *ret, size_t *ret_length)
{
    static const char allowed[] =
        "0123456789-_abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";
    size_t used = 0;
    for (size_t i = 0; i < text.length; i++) {
        char octet = text.text[i];
        if (octet == '\\') {
            size_t length;
            struct span escape = {text.text + i + 1, text.length - i - 1};
            int value = read_escape(escape, &length);
            if (value <= 0 || value >= 0x80 || strchr(allowed, value) == NULL)
                return false;
            octet = (char)value;
            i += length;
        }
        ret[used++] = octet;
    }
    *ret_length = used;
    return true;
}

/* --- records --- */

static enum line_verdict reject(struct line_name *ret, const char *reason)
{
    ret->reason = reason;
    return LINE_REJECT;
}

static enum line_verdict give_delegation(struct zone *zone, struct line_name *ret)
{
    char plain[sizeof zone->owner.text];
    struct span name = {zone->owner.text, zone->owner.length};
    if (owner_equal(&zone->owner, &zone->given))
        return LINE_SKIP; /* the next of its NS records */
    zone->given.length = 0;
    owner_add(&zone->given, zone->owner.text, zone->owner.length);
    if (!is_below(&zone->owner, &zone->apex))
        return reject(ret, "out of zone");
    if (memchr(name.text, '\\', name.length) != NULL) {
        if (!unescape(name, plain, &name.length))
            return reject(ret, "bad character");
        name.text = plain;
    }
    ret->reason = list_name_read(name, ret->domain, &ret->length);
    return ret->reason == NULL ? LINE_NAME : LINE_REJECT;
}

/* Remembers the owner, which further records may be without. */
static void take_owner(struct zone *zone, struct span word)
{
    if (word.length == 0)
        return;
    zone->owner_reason = owner_set(&zone->origin, word, &zone->owner);
    if (zone->owner_reason != NULL)
        zone->owner.length = 0;
}

static enum line_verdict read_record(struct zone *zone, struct span line, struct line_name *ret)
{
    struct record_words record;
    bool is_record = zone_split_record(line, &record);
    take_owner(zone, record.owner);
    if (!is_record)
        return reject(ret, "bad record");
    bool is_ns = span_is_word(record.type, "NS") || span_is_word(record.type, "TYPE2");
    bool is_soa = span_is_word(record.type, "SOA") || span_is_word(record.type, "TYPE6");
    if (!record.is_in || (!is_ns && !is_soa))
        return LINE_SKIP;
    if (zone->owner.length == 0)
        return reject(ret, zone->owner_reason);
    if (is_soa) {
        zone->apex.length = 0;
        owner_add(&zone->apex, zone->owner.text, zone->owner.length);
        if (zone->origin.length == 0)
            owner_set(&zone->origin, (struct span){zone->owner.text, zone->owner.length},
                      &zone->origin);
        return LINE_SKIP;
    }
    if (zone->apex.length > 0 && owner_equal(&zone->owner, &zone->apex))
        return LINE_SKIP;
    return give_delegation(zone, ret);
}

static enum line_verdict read_directive(struct zone *zone, struct span line, struct line_name *ret)
{
    struct span word = zone_take_word(&line);
    if (span_is_word(word, "$TTL"))
        return LINE_SKIP;
    if (span_is_word(word, "$INCLUDE"))
        return reject(ret, "include");
    if (!span_is_word(word, "$ORIGIN"))
        return reject(ret, "directive");
    word = zone_take_word(&line);
    const char *reason =
        word.length == 0 ? "bad record" : owner_set(&zone->origin, word, &zone->origin);
    if (reason != NULL) {
        zone->origin.length = 0; /* relative names that follow are not below the one before */
        return reject(ret, reason);
    }
    if (zone->apex.length == 0)
        owner_add(&zone->apex, zone->origin.text, zone->origin.length);
    return LINE_SKIP;
}

static enum line_verdict read_joined(struct zone *zone, struct span line, struct line_name *ret)
{
    if (span_trim(line).length == 0)
        return LINE_SKIP;
    if (line.text[0] == '$')
        return read_directive(zone, line, ret);
    return read_record(zone, line, ret);
}

/* --- lines to records --- */

/* Copies a line without its comment, parentheses as blanks, what is in quotes as
 * one word; false: no room. */
static bool join_line(struct zone *zone, struct span line)
{
    bool quoted = false;
    for (size_t i = 0; i < line.length; i++) {
        char c = line.text[i];
        if (zone->record_length + 3 > sizeof zone->record)
            return false;
        if (c == '\\' && i + 1 < line.length) {
            zone->record[zone->record_length++] = c;
            c = line.text[++i];
        } else if (c == '"') {
            quoted = !quoted;
        } else if (quoted && zone_space(c)) {
            c = '_';
        } else if (!quoted && c == ';') {
            break;
        } else if (!quoted && c == '(') {
            zone->depth++;
            c = ' ';
        } else if (!quoted && c == ')') {
            zone->depth -= zone->depth > 0;
            c = ' ';
        }
        zone->record[zone->record_length++] = c;
    }
    zone->record[zone->record_length++] = ' ';
    return true;
}

static bool has_special(struct span line)
{
    return memchr(line.text, '(', line.length) != NULL ||
           memchr(line.text, ';', line.length) != NULL ||
           memchr(line.text, '"', line.length) != NULL;
}

/* false: there is no room for a further one. */
static bool keep_line(struct zone *zone, struct span line, uint64_t number)
{
    size_t room = sizeof zone->texts - zone->texts_length;
    size_t length = line.length < SHOWN_MAX ? line.length : SHOWN_MAX;
    bool has_room = length < room && zone->line_count + 1 < RECORD_LINES_MAX;
    length = length < room ? length : room;
    zone->lines[zone->line_count].number = number;
    zone->lines[zone->line_count].start = zone->texts_length;
    zone->lines[zone->line_count].length = length;
    zone->line_count++;
    memcpy(zone->texts + zone->texts_length, line.text, length);
    zone->texts_length += length;
    return has_room;
}

void zone_pass(struct zone *zone, struct span line)
{
    if (line.length == 0 || zone_space(line.text[0]))
        return;
    struct span word = zone_take_word(&line);
    if (span_is_word(word, "$ORIGIN"))
        zone->origin.length = 0;
    else if (word.text[0] != '$')
        take_owner(zone, word);
}

/* Records without owner that follow are those of this one's. */
static enum line_verdict give_up(struct zone *zone, struct line_name *ret, const char *reason)
{
    zone->depth = 0;
    zone_pass(zone, (struct span){zone->record, zone->record_length});
    return reject(ret, reason);
}

enum line_verdict zone_read(struct zone *zone, struct span line, uint64_t number,
                            struct line_name *ret)
{
    ret->rank = -1;
    if (zone->depth == 0) {
        zone->line_count = zone->texts_length = zone->record_length = 0;
        if (line.length == 0 || !has_special(line))
            return line.length == 0 ? LINE_SKIP : read_joined(zone, line, ret);
    }
    bool has_room = keep_line(zone, line, number);
    if (!join_line(zone, line) || (!has_room && zone->depth > 0))
        return give_up(zone, ret, "record too long");
    if (zone->depth > 0)
        return LINE_SKIP;
    return read_joined(zone, (struct span){zone->record, zone->record_length}, ret);
}

bool zone_is_broken_by(const struct zone *zone, struct span line)
{
    return zone->depth > 0 && zone_stands_alone(line);
}

enum line_verdict zone_end(struct zone *zone, struct line_name *ret)
{
    return zone->depth > 0 ? give_up(zone, ret, "open parenthesis") : LINE_SKIP;
}

bool zone_line(const struct zone *zone, size_t index, uint64_t *ret_number, struct span *ret)
{
    if (index >= zone->line_count)
        return false;
    *ret_number = zone->lines[index].number;
    *ret = (struct span){zone->texts + zone->lines[index].start, zone->lines[index].length};
    return true;
}

struct zone *zone_new(struct span sample)
{
    struct zone *zone = memory_zeroed(1, sizeof *zone);
    struct owner origin = {.length = 0};
    struct span line, word;
    struct record_words record;
    zone->owner_reason = "no owner";
    /* a sorted file has NS records of the apex before its SOA */
    while (sample.length > 0 && zone->apex.length == 0) {
        line = span_take_line(&sample);
        if (line.length > 0 && line.text[0] == ';') /* `; SOA record` is none */
            continue;
        bool is_record = zone_split_record(line, &record);
        word = record.owner;
        if (span_is_word(record.owner, "$ORIGIN")) {
            zone_take_word(&line);
            owner_set(&origin, zone_take_word(&line), &origin);
        } else if (is_record && word.length > 0 && span_is_word(record.type, "SOA")) {
            owner_set(&origin, word, &zone->apex);
        }
    }
    return zone;
}

void zone_free(struct zone *zone)
{
    free(zone);
}
