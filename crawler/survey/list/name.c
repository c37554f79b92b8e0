/* Most names of most lists are letters, digits, hyphens and dots: one pass with a
 * table takes those.  Whatever that pass does not like, for any reason, goes to
 * read_slowly(), which alone decides about reasons. */
#include "crawler/core/name.h"
#include "crawler/core/utf8.h"
#include "crawler/survey/list/format.h"

#include <arpa/inet.h>
#include <assert.h>
#include <ctype.h>
#include <idn2.h>
#include <stdlib.h>
#include <string.h>

enum {
    DOMAIN_LENGTH_MAX = LIST_DOMAIN_SIZE - 1,
    U_LABEL_MAX = 1000, /* octets of UTF-8; mapping may shorten it */
};

/* What becomes of an octet in a label; 0: not allowed there.  The dot is in it. */
#define LETTER(upper, lower) [upper] = lower, [lower] = lower
#define SAME(octet)          [octet] = octet
static const char label_octet[256] = {
    LETTER('A', 'a'), LETTER('B', 'b'), LETTER('C', 'c'), LETTER('D', 'd'), LETTER('E', 'e'),
    LETTER('F', 'f'), LETTER('G', 'g'), LETTER('H', 'h'), LETTER('I', 'i'), LETTER('J', 'j'),
    LETTER('K', 'k'), LETTER('L', 'l'), LETTER('M', 'm'), LETTER('N', 'n'), LETTER('O', 'o'),
    LETTER('P', 'p'), LETTER('Q', 'q'), LETTER('R', 'r'), LETTER('S', 's'), LETTER('T', 't'),
    LETTER('U', 'u'), LETTER('V', 'v'), LETTER('W', 'w'), LETTER('X', 'x'), LETTER('Y', 'y'),
    LETTER('Z', 'z'), SAME('0'),        SAME('1'),        SAME('2'),        SAME('3'),
    SAME('4'),        SAME('5'),        SAME('6'),        SAME('7'),        SAME('8'),
    SAME('9'),        SAME('-'),        SAME('_'),        SAME('.'),
};

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* true where the text is a name of plain labels and surely no address. */
static bool read_quickly(struct span text, char *ret, size_t *ret_length)
{
    size_t label_start = 0;
    size_t length = text.length;
    if (length > 0 && text.text[length - 1] == '.')
        length--;
    if (length == 0 || length > DOMAIN_LENGTH_MAX || is_digit(text.text[length - 1]))
        return false; /* no address in dotted form ends in a letter */
    for (size_t i = 0; i < length; i++) {
        char c = label_octet[(unsigned char)text.text[i]];
        if (c == 0)
            return false;
        ret[i] = c;
        if (c == '.') {
            if (i == label_start || i - label_start > LABEL_MAX)
                return false;
            label_start = i + 1;
        }
    }
    if (length == label_start || length - label_start > LABEL_MAX)
        return false;
    ret[length] = '\0';
    *ret_length = length;
    return true;
}

/* Four numbers of at most three digits and 255, leading zeros too. */
static bool is_ipv4(struct span text)
{
    unsigned parts = 0, digits = 0, value = 0;
    for (size_t i = 0; i <= text.length; i++) {
        if (i < text.length && is_digit(text.text[i])) {
            value = value * 10 + (unsigned)(text.text[i] - '0');
            if (++digits > 3 || value > 255)
                return false;
        } else if (i == text.length || text.text[i] == '.') {
            if (digits == 0 || ++parts > 4)
                return false;
            digits = value = 0;
        } else {
            return false;
        }
    }
    return parts == 4;
}

static bool is_ipv6(struct span text)
{
    char copy[INET6_ADDRSTRLEN];
    struct in6_addr address;
    const char *zone = memchr(text.text, '%', text.length);
    if (zone != NULL)
        text.length = (size_t)(zone - text.text);
    if (text.length < 2 || text.length >= sizeof copy || memchr(text.text, '\0', text.length))
        return false;
    memcpy(copy, text.text, text.length);
    copy[text.length] = '\0';
    return inet_pton(AF_INET6, copy, &address) == 1;
}

/* Cuts `mark` and the digits behind it, where the text ends so. */
static struct span cut_number(struct span text, char mark)
{
    size_t end = text.length;
    while (end > 0 && is_digit(text.text[end - 1]))
        end--;
    if (end > 1 && end < text.length && text.text[end - 1] == mark)
        text.length = end - 1;
    return text;
}

static bool is_address(struct span text)
{
    if (text.length > 0 && text.text[text.length - 1] == '.')
        text.length--;
    if (text.length > 0 && text.text[0] == '[') {
        struct span inside = cut_number(text, ':');
        if (inside.text[inside.length - 1] != ']' || inside.length < 2)
            return false;
        inside = (struct span){inside.text + 1, inside.length - 2};
        if (inside.length > 5 && strncasecmp(inside.text, "IPv6:", 5) == 0)
            inside = (struct span){inside.text + 5, inside.length - 5}; /* RFC 5321 s4.1.3 */
        return is_ipv4(inside) || is_ipv6(inside);
    }
    text = cut_number(text, '/');
    return is_ipv6(text) || is_ipv4(cut_number(text, ':'));
}

/* Do all octets that are not ASCII stand for letters in Latin-1? */
static bool is_latin1(struct span text)
{
    for (size_t i = 0; i < text.length; i++) {
        unsigned char octet = (unsigned char)text.text[i];
        if (octet >= 0x80 && (octet < 0xc0 || octet == 0xd7 || octet == 0xf7))
            return false;
    }
    return true;
}

/* The length of a label separator at the start, 0: none.  UTS 46 s4 step 1 maps
 * U+3002, U+FF0E and U+FF61 to the dot. */
static size_t dot_length(struct span text)
{
    static const char *const dots[] = {".", "\xe3\x80\x82", "\xef\xbc\x8e", "\xef\xbd\xa1"};
    for (size_t i = 0; i < sizeof dots / sizeof dots[0]; i++) {
        size_t length = strlen(dots[i]);
        if (text.length >= length && memcmp(text.text, dots[i], length) == 0)
            return length;
    }
    return 0;
}

/* What is no name at all, before its labels are looked at; NULL: go on. */
static const char *judge_kind(struct span text)
{
    if (text.length == 0)
        return "empty name";
    if (text.length == 1 && text.text[0] == '.')
        return "root";
    if (is_address(text))
        return "address";
    if (memchr(text.text, '/', text.length) != NULL)
        return "url";
    if (memchr(text.text, '@', text.length) != NULL)
        return "mail address";
    if (text.text[0] == '*' && (text.length == 1 || text.text[1] == '.'))
        return "wildcard";
    if (!span_is_utf8(text))
        return is_latin1(text) ? "not utf-8 (Latin-1? iconv -f LATIN1 -t UTF-8)" : "not utf-8";
    return NULL;
}

/* An A-label for a label that is not all ASCII. */
static const char *convert_label(struct span label, char ret[LABEL_MAX + 1])
{
    uint8_t copy[U_LABEL_MAX + 1];
    uint8_t *converted = NULL;
    const char *reason = NULL;
    if (label.length > U_LABEL_MAX)
        return "label too long";
    if (memchr(label.text, '\0', label.length) != NULL)
        return "bad character";
    memcpy(copy, label.text, label.length);
    copy[label.length] = '\0';
    int status = idn2_lookup_u8(copy, &converted, IDN2_NFC_INPUT | IDN2_NONTRANSITIONAL);
    if (status == IDN2_TOO_BIG_LABEL || status == IDN2_TOO_BIG_DOMAIN ||
        status == IDN2_PUNYCODE_BIG_OUTPUT)
        reason = "label too long";
    else if (status != IDN2_OK)
        reason = "idn";
    else if (strlen((char *)converted) > LABEL_MAX)
        reason = "label too long";
    else
        strcpy(ret, (char *)converted);
    idn2_free(converted);
    return reason;
}

static const char *read_label(struct span label, char ret[LABEL_MAX + 1])
{
    bool is_ascii = true;
    for (size_t i = 0; i < label.length; i++)
        is_ascii = is_ascii && (unsigned char)label.text[i] < 0x80;
    if (!is_ascii) {
        const char *reason = convert_label(label, ret);
        if (reason != NULL)
            return reason;
        label = (struct span){ret, strlen(ret)};
    }
    for (size_t i = 0; i < label.length; i++) {
        if (label_octet[(unsigned char)label.text[i]] == 0 || label.text[i] == '.')
            return "bad character";
    }
    if (label.length > LABEL_MAX)
        return "label too long";
    if (label.length == 0)
        return "empty label";
    for (size_t i = 0; i < label.length; i++)
        ret[i] = label_octet[(unsigned char)label.text[i]];
    ret[label.length] = '\0';
    return NULL;
}

static const char *read_slowly(struct span text, char *ret, size_t *ret_length)
{
    const char *reason = judge_kind(text);
    size_t used = 0;
    if (reason != NULL)
        return reason;
    while (text.length > 0) {
        char label[LABEL_MAX + 1];
        struct span rest = text;
        while (rest.length > 0 && dot_length(rest) == 0)
            rest = (struct span){rest.text + 1, rest.length - 1};
        reason = read_label((struct span){text.text, text.length - rest.length}, label);
        if (reason != NULL)
            return reason;
        size_t length = strlen(label);
        if (used + (used > 0) + length > DOMAIN_LENGTH_MAX)
            return "name too long";
        if (used > 0)
            ret[used++] = '.';
        memcpy(ret + used, label, length);
        used += length;
        size_t dot = dot_length(rest);
        text = (struct span){rest.text + dot, rest.length - dot};
    }
    ret[used] = '\0';
    *ret_length = used;
    /* full-width digits become an address only by the mapping */
    return is_ipv4((struct span){ret, used}) ? "address" : NULL;
}

const char *list_name_read(struct span text, char ret[LIST_DOMAIN_SIZE], size_t *ret_length)
{
    if (read_quickly(text, ret, ret_length))
        return NULL;
    return read_slowly(text, ret, ret_length);
}

enum line_verdict name_read(struct span text, struct line_name *ret)
{
    ret->reason = list_name_read(text, ret->domain, &ret->length);
    return ret->reason == NULL ? LINE_NAME : LINE_REJECT;
}

const char *list_name_normalize(const char *text, size_t length, char ret[LIST_DOMAIN_SIZE])
{
    size_t ret_length;
    return list_name_read(span_trim(span_without_comment((struct span){text, length})), ret,
                          &ret_length);
}
