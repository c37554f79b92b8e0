#include "crawler/core/name.h"

#include <arpa/inet.h>
#include <string.h>

static bool is_digit(uint8_t octet)
{
    return (uint8_t)(octet - '0') < 10;
}

/* Reads the octet that a backslash announces; *at stands behind the backslash. */
static bool read_escape(const char *text, size_t length, size_t *at, uint8_t *ret)
{
    if (*at == length)
        return false;
    uint8_t first = (uint8_t)text[*at];
    if (!is_digit(first)) {
        *at += 1;
        *ret = first;
        return first >= 0x20 && first <= 0x7e;
    }
    if (length - *at < 3)
        return false;
    uint8_t second = (uint8_t)text[*at + 1], third = (uint8_t)text[*at + 2];
    if (!is_digit(second) || !is_digit(third))
        return false;
    unsigned value = (first - '0') * 100u + (second - '0') * 10u + (third - '0');
    *at += 3;
    *ret = (uint8_t)value;
    return value <= 255;
}

bool name_from_text(const char *text, size_t length, struct name *ret)
{
    if (length == 1 && text[0] == '.') {
        ret->length = 1;
        ret->wire[0] = 0;
        return true;
    }
    unsigned label = 0, used = 1; /* the open label's length octet; octets taken with it */
    for (size_t at = 0; at < length;) {
        uint8_t octet = (uint8_t)text[at++];
        if (octet == '.') {
            if (used - label == 1)
                return false;
            ret->wire[label] = (uint8_t)(used - label - 1);
            label = used++;
            continue;
        }
        if (octet == '\\') {
            if (!read_escape(text, length, &at, &octet))
                return false;
        } else if (octet < 0x21 || octet > 0x7e) {
            return false;
        }
        /* one octet stays free for the root label */
        if (used - label > LABEL_MAX || used >= NAME_WIRE_MAX - 1)
            return false;
        ret->wire[used++] = name_lower(octet);
    }
    if (used == 1)
        return false;
    if (used - label > 1) {
        ret->wire[label] = (uint8_t)(used - label - 1);
        label = used;
    }
    ret->wire[label] = 0;
    ret->length = (uint8_t)(label + 1);
    return true;
}

/* How an octet of a label is written: by itself, with a backslash, as \DDD. */
static unsigned text_width(uint8_t octet)
{
    if (octet < 0x21 || octet > 0x7e)
        return 4;
    switch (octet) {
    case '"':
    case '(':
    case ')':
    case '.':
    case ';':
    case '\\':
    case '@':
    case '$':
        return 2;
    default:
        return 1;
    }
}

size_t name_to_text(const struct name *name, char ret[NAME_TEXT_MAX])
{
    char *out = ret;
    const uint8_t *label = name->wire;
    if (*label == 0)
        *out++ = '.';
    while (*label != 0) {
        for (const uint8_t *octet = label + 1; octet <= label + *label; octet++) {
            unsigned width = text_width(*octet);
            if (width > 1)
                *out++ = '\\';
            if (width == 4) {
                *out++ = (char)('0' + *octet / 100);
                *out++ = (char)('0' + *octet / 10 % 10);
                *out++ = (char)('0' + *octet % 10);
            } else {
                *out++ = (char)*octet;
            }
        }
        label += 1 + *label;
        if (*label != 0)
            *out++ = '.';
    }
    *out = '\0';
    return (size_t)(out - ret);
}

bool name_equal(const struct name *a, const struct name *b)
{
    return a->length == b->length && memcmp(a->wire, b->wire, a->length) == 0;
}

bool name_comes_before(const struct name *a, const struct name *b)
{
    return memcmp(a->wire, b->wire, a->length < b->length ? a->length : b->length) < 0;
}

bool name_is_written(const struct name *name, const uint8_t *octets)
{
    /* nearly always in the case in which it was asked for */
    if (memcmp(name->wire, octets, name->length) == 0)
        return true;
    for (unsigned i = 0; i < name->length; i++) {
        if (name_lower(octets[i]) != name->wire[i]) /* length octets are below 'A' */
            return false;
    }
    return true;
}

bool name_at_or_below(const struct name *a, const struct name *b)
{
    if (a->length < b->length)
        return false;
    unsigned skip = a->length - b->length, at = 0;
    while (at < skip)
        at += 1u + a->wire[at];
    return at == skip && memcmp(a->wire + at, b->wire, b->length) == 0;
}

int name_compare_text(const struct name *a, const struct name *b)
{
    char a_text[NAME_TEXT_MAX], b_text[NAME_TEXT_MAX];
    name_to_text(a, a_text);
    name_to_text(b, b_text);
    return strcmp(a_text, b_text);
}

unsigned name_label_count(const struct name *name)
{
    unsigned count = 0;
    for (const uint8_t *label = name->wire; *label != 0; label += 1 + *label)
        count++;
    return count;
}

bool name_prepend(const char *prefix, const struct name *name, struct name *ret)
{
    struct name front;
    if (!name_from_text(prefix, strlen(prefix), &front))
        return false;
    unsigned labels = front.length - 1u;
    if (labels + name->length > NAME_WIRE_MAX)
        return false;
    /* ret may be name itself */
    memmove(ret->wire + labels, name->wire, name->length);
    memcpy(ret->wire, front.wire, labels);
    ret->length = (uint8_t)(labels + name->length);
    return true;
}

/* Four numbers 0..255.  Leading zeros are let pass, other than by inet_pton():
 * whoever wrote 192.000.002.001 as an exchange meant an address. */
static bool is_ipv4_text(const char *text)
{
    for (unsigned part = 0; part < 4; part++) {
        unsigned digits = 0, value = 0;
        for (; is_digit((uint8_t)*text) && digits < 4; digits++)
            value = value * 10 + (unsigned)(*text++ - '0');
        if (digits == 0 || digits > 3 || value > 255 || *text != (part < 3 ? '.' : '\0'))
            return false;
        text++;
    }
    return true;
}

/* The name's octets with the labels joined by dots hold an address, with or
 * without the brackets and the tag of an SMTP address literal (RFC 5321 s4.1.3). */
static bool is_address(const struct name *exchange)
{
    enum {
        LITERAL_MAX = sizeof "[ipv6:]" + INET6_ADDRSTRLEN
    };
    uint8_t last = exchange->wire[exchange->length - 2];
    if (exchange->length > LITERAL_MAX ||
        (last != ']' && last != ':' && !is_digit(last) && (uint8_t)(last - 'a') > 'f' - 'a'))
        return false;
    unsigned labels = name_label_count(exchange);
    if (labels != 1 && labels != 4)
        return false;
    char text[LITERAL_MAX];
    size_t length = 0;
    for (const uint8_t *label = exchange->wire; *label != 0; label += 1 + *label) {
        if (length > 0)
            text[length++] = '.';
        memcpy(text + length, label + 1, *label);
        length += *label;
    }
    const char *start = text;
    if (text[0] == '[' && text[length - 1] == ']') {
        start++;
        length--;
    }
    text[length] = '\0';
    if (strlen(start) != (size_t)(text + length - start))
        return false; /* a NUL in the name */
    struct in6_addr ipv6;
    bool tagged = strncmp(start, "ipv6:", 5) == 0;
    return (!tagged && is_ipv4_text(start)) ||
           inet_pton(AF_INET6, tagged ? start + 5 : start, &ipv6) == 1;
}

bool name_top_is_number(const struct name *name)
{
    const uint8_t *top = NULL;
    for (const uint8_t *label = name->wire; *label != 0; label += 1 + *label)
        top = label;
    if (top == NULL)
        return false;
    for (const uint8_t *octet = top + 1; octet <= top + *top; octet++) {
        if (!is_digit(*octet))
            return false;
    }
    return true;
}

/* RFC 1123 s2.1: letters, digits, hyphens; no hyphen first or last in a label; the top label
 * is alphabetic, so that no host name is read as an address. */
static bool is_host_name(const struct name *name)
{
    if (name_top_is_number(name))
        return false;
    for (const uint8_t *label = name->wire; *label != 0; label += 1 + *label) {
        if (label[1] == '-' || label[*label] == '-')
            return false;
        for (const uint8_t *octet = label + 1; octet <= label + *label; octet++) {
            if ((uint8_t)(*octet - 'a') > 'z' - 'a' && !is_digit(*octet) && *octet != '-')
                return false;
        }
    }
    return true;
}

enum exchange_class exchange_class_of(const struct name *exchange)
{
    static const struct name localhost = {11, "\011localhost"};
    if (exchange->length == 1)
        return EXCHANGE_NULL;
    if (is_address(exchange))
        return EXCHANGE_ADDRESS;
    if (name_at_or_below(exchange, &localhost))
        return EXCHANGE_LOCALHOST;
    if (!is_host_name(exchange))
        return EXCHANGE_INVALID;
    return exchange->length == 2u + exchange->wire[0] ? EXCHANGE_SINGLE_LABEL : EXCHANGE_HOST;
}

bool exchange_class_is_resolved(enum exchange_class class)
{
    return class == EXCHANGE_HOST || class == EXCHANGE_SINGLE_LABEL || class == EXCHANGE_INVALID;
}

bool exchange_is_used(const struct name *exchange, enum exchange_class class)
{
    if (class == EXCHANGE_ADDRESS)
        return exchange->wire[1] != '[';
    if (class != EXCHANGE_INVALID)
        return exchange_class_is_resolved(class);
    struct name mended;
    memcpy(&mended, exchange, NAME_SIZE(exchange->length));
    for (uint8_t *label = mended.wire; *label != 0; label += 1 + *label) {
        for (uint8_t *octet = label + 1; octet <= label + *label; octet++) {
            if (*octet == '_')
                *octet = 'a';
        }
    }
    return is_host_name(&mended);
}
