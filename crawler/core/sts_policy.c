/* The policy's grammar (RFC 8461 s3.2):
 *
 *     field *WSP *(term field *WSP) [term]        term: LF or CRLF
 *     field: name ":" *WSP value, or nothing: the RFC has a term among the fields, so
 *     that blank lines may stand anywhere
 *
 * version, mode, max_age: each once at least, the first counts; mx: any number,
 * one at least unless mode is none; others: ignored, but in this form.
 */
#include "crawler/core/sts_text.h"
#include "crawler/core/utf8.h"

enum {
    MAX_AGE_DIGITS = 10
};

static struct sts_text take_line(struct sts_text body, size_t *offset)
{
    const char *at = body.text + *offset;
    size_t left = body.length - *offset;
    const char *end = left > 0 ? memchr(at, '\n', left) : NULL;
    size_t length = end != NULL ? (size_t)(end - at) : left;
    *offset += end != NULL ? length + 1 : left;
    if (end != NULL && length > 0 && at[length - 1] == '\r')
        length--;
    return (struct sts_text){at, length};
}

/* sts-policy-ext-value: visible characters, UTF-8 too, and spaces inside */
static bool is_field_value(struct sts_text value)
{
    for (size_t i = 0; i < value.length;) {
        unsigned char c = (unsigned char)value.text[i];
        size_t size = c < 0x20 || c == 0x7f ? 0 : utf8_character(value.text + i, value.length - i);
        if (size == 0)
            return false;
        i += size;
    }
    return value.length > 0;
}

static bool split_field(struct sts_text line, struct sts_text *ret_name, struct sts_text *ret_value)
{
    const char *colon = line.length > 0 ? memchr(line.text, ':', line.length) : NULL;
    if (colon == NULL)
        return false;
    *ret_name = (struct sts_text){line.text, (size_t)(colon - line.text)};
    *ret_value = trim(colon + 1, line.length - ret_name->length - 1);
    return is_field_name(*ret_name) && is_field_value(*ret_value);
}

/* ["*."] Domain, as RFC 5321 s4.1.2 has it: labels of letters, digits and hyphens inside */
static bool is_pattern(struct sts_text pattern)
{
    size_t start = pattern.length >= 2 && memcmp(pattern.text, "*.", 2) == 0 ? 2 : 0;
    char last = '.';
    for (size_t i = start; i < pattern.length; i++) {
        char c = pattern.text[i];
        if (c == '.' || c == '-') {
            if (last == '.' || (c == '.' && last == '-'))
                return false;
        } else if (!is_alnum(c)) {
            return false;
        }
        last = c;
    }
    return last != '.' && last != '-';
}

static bool read_max_age(struct sts_text value, uint32_t *ret)
{
    uint64_t number = 0;
    if (value.length > MAX_AGE_DIGITS)
        return false;
    for (size_t i = 0; i < value.length; i++) {
        if (value.text[i] < '0' || value.text[i] > '9')
            return false;
        number = number * 10 + (uint64_t)(value.text[i] - '0');
    }
    *ret = (uint32_t)number;
    return number <= STS_MAX_AGE_MAX;
}

static bool read_mode(struct sts_text value, enum sts_mode *ret)
{
    for (enum sts_mode mode = STS_MODE_ENFORCE; mode <= STS_MODE_NONE; mode++) {
        if (text_is(value, sts_mode_word(mode))) {
            *ret = mode;
            return true;
        }
    }
    return false;
}

struct met {
    bool version, mode, max_age, mx;
};

static bool take_field(struct sts_text line, struct sts_policy *policy, struct met *met)
{
    struct sts_text name, value;
    if (!split_field(line, &name, &value))
        return false;
    if (text_is(name, "mx")) {
        met->mx = true;
        return is_pattern(value);
    }
    if (text_is(name, "version") && !met->version) {
        met->version = true;
        return text_is(value, "STSv1");
    }
    if (text_is(name, "mode") && !met->mode) {
        met->mode = true;
        return read_mode(value, &policy->mode);
    }
    if (text_is(name, "max_age") && !met->max_age) {
        met->max_age = true;
        return read_max_age(value, &policy->max_age);
    }
    return true;
}

static const char *missing(const struct met *met, enum sts_mode mode)
{
    if (!met->version)
        return "no version";
    if (!met->mode)
        return "no mode";
    if (!met->max_age)
        return "no max_age";
    return met->mx || mode == STS_MODE_NONE ? NULL : "no mx";
}

void sts_policy_read(const char *body, size_t length, struct sts_policy *ret)
{
    struct met met = {0};
    *ret = (struct sts_policy){.outcome = STS_POLICY_INVALID, .body = {body, length}};
    unsigned number = 0;
    for (size_t offset = 0; offset < length;) {
        struct sts_text line = take_line(ret->body, &offset);
        number++;
        if (trim(line.text, line.length).length == 0)
            continue;
        if (!take_field(line, ret, &met)) {
            ret->fault = line;
            ret->fault_line = number;
            return;
        }
    }
    const char *what = missing(&met, ret->mode);
    if (what != NULL)
        ret->fault = (struct sts_text){what, strlen(what)};
    else
        ret->outcome = STS_POLICY_VALID;
}

bool sts_policy_next_mx(const struct sts_policy *policy, size_t *offset, struct sts_text *ret)
{
    while (*offset < policy->body.length) {
        struct sts_text line = take_line(policy->body, offset);
        if (line.length > 3 && memcmp(line.text, "mx:", 3) == 0) {
            *ret = trim(line.text + 3, line.length - 3);
            return true;
        }
    }
    return false;
}
