/* message_builder.h - builds DNS messages octet by octet, for tests only: knows
 * nothing of the code under test and writes wrong messages as readily. */
#ifndef MXSURVEY_TESTS_MESSAGE_BUILDER_H
#define MXSURVEY_TESTS_MESSAGE_BUILDER_H

#include <stdint.h>
#include <string.h>

struct builder {
    uint8_t bytes[70000];
    size_t size;
};

enum {
    SECTION_ANSWER = 6, /* offsets of the counts in the header */
    SECTION_AUTHORITY = 8,
    SECTION_ADDITIONAL = 10,
};

static inline void put_octets(struct builder *b, const void *octets, size_t size)
{
    memcpy(b->bytes + b->size, octets, size);
    b->size += size;
}

static inline void put_8(struct builder *b, unsigned value)
{
    b->bytes[b->size++] = (uint8_t)value;
}

static inline void put_16(struct builder *b, unsigned value)
{
    put_8(b, value >> 8);
    put_8(b, value & 0xff);
}

static inline void set_16(struct builder *b, size_t at, unsigned value)
{
    b->bytes[at] = (uint8_t)(value >> 8);
    b->bytes[at + 1] = (uint8_t)value;
}

/* Labels divided by dots, as they are; "" is the root.  A final `>N` is a
 * compression pointer to offset N (decimal) instead of the root label. */
static inline void put_name(struct builder *b, const char *text)
{
    while (*text != '\0' && *text != '>') {
        size_t size = strcspn(text, ".>");
        put_8(b, (unsigned)size);
        put_octets(b, text, size);
        text += size + (text[size] == '.');
    }
    if (*text == '\0') {
        put_8(b, 0);
        return;
    }
    unsigned target = 0;
    while (*++text != '\0')
        target = target * 10 + (unsigned)(*text - '0');
    put_16(b, 0xc000 | target);
}

/* A header without records, and one question of class IN. */
static inline void begin(struct builder *b, unsigned flags, const char *name, unsigned type)
{
    b->size = 0;
    put_16(b, 0x1234);
    put_16(b, flags);
    put_16(b, 1);
    put_16(b, 0);
    put_16(b, 0);
    put_16(b, 0);
    put_name(b, name);
    put_16(b, type);
    put_16(b, 1);
}

/* Counts a record in its section and writes it up to RDLENGTH, left zero.
 * Returns where RDATA begins. */
static inline size_t begin_record(struct builder *b, size_t section, const char *owner,
                                  unsigned type)
{
    set_16(b, section, (b->bytes[section] << 8 | b->bytes[section + 1]) + 1u);
    put_name(b, owner);
    put_16(b, type);
    put_16(b, 1);
    put_16(b, 0);
    put_16(b, 300);
    put_16(b, 0);
    return b->size;
}

static inline void end_record(struct builder *b, size_t data)
{
    set_16(b, data - 2, (unsigned)(b->size - data));
}

/* Of a record whose RDATA begins here. */
static inline void set_ttl(struct builder *b, size_t data, unsigned high, unsigned low)
{
    set_16(b, data - 6, high);
    set_16(b, data - 4, low);
}

static inline void put_record(struct builder *b, size_t section, const char *owner, unsigned type,
                              const void *data, size_t size)
{
    size_t at = begin_record(b, section, owner, type);
    put_octets(b, data, size);
    end_record(b, at);
}

/* Returns where RDATA begins, as the next. */
static inline size_t put_alias(struct builder *b, const char *owner, unsigned type,
                               const char *target)
{
    size_t at = begin_record(b, SECTION_ANSWER, owner, type);
    put_name(b, target);
    end_record(b, at);
    return at;
}

static inline size_t put_mx(struct builder *b, const char *owner, unsigned preference,
                            const char *exchange)
{
    size_t at = begin_record(b, SECTION_ANSWER, owner, 15);
    put_16(b, preference);
    put_name(b, exchange);
    end_record(b, at);
    return at;
}

static inline void put_a(struct builder *b, const char *owner)
{
    put_record(b, SECTION_ANSWER, owner, 1, "\300\0\2\1", 4);
}

/* OPT; high: the extended rcode's upper octet */
static inline void put_opt(struct builder *b, unsigned high, const void *options, size_t size)
{
    put_record(b, SECTION_ADDITIONAL, "", 41, options, size);
    size_t opt = b->size - size - 11;
    set_16(b, opt + 3, 1232);
    set_16(b, opt + 5, high << 8);
    set_16(b, opt + 7, 0);
}

#endif
