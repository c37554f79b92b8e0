#include "crawler/core/sts_text.h"

#include <strings.h>

#define STS_VERSION    "v=STSv1"
#define TLSRPT_VERSION "v=TLSRPTv1"

static bool begins_with(const char *text, size_t length, const char *begin)
{
    return length >= strlen(begin) && memcmp(text, begin, strlen(begin)) == 0;
}

/* --- fields of a record --- */

struct field {
    struct sts_text name, value;
};

/* sts-ext-value and tlsrpt-ext-value; the semicolon is gone already */
static bool is_field_value(struct sts_text value)
{
    for (size_t i = 0; i < value.length; i++) {
        if (value.text[i] < 0x21 || value.text[i] > 0x7e || value.text[i] == '=')
            return false;
    }
    return value.length > 0;
}

static bool split_field(struct sts_text text, struct field *ret)
{
    const char *equals = text.length > 0 ? memchr(text.text, '=', text.length) : NULL;
    if (equals == NULL)
        return false;
    size_t length = (size_t)(equals - text.text);
    ret->name = (struct sts_text){text.text, length};
    ret->value = (struct sts_text){equals + 1, text.length - length - 1};
    return is_field_name(ret->name);
}

/* Other octets behind the version make it another one. */
static bool has_version(const char *text, size_t length, const char *version)
{
    size_t size = strlen(version);
    return begins_with(text, length, version) &&
           (length == size || text[size] == ';' || is_wsp(text[size]));
}

/* version 1*(*WSP ";" *WSP field) [*WSP ";" *WSP]; text begins behind the version.  Calls for
 * every field (RFC 8461 s3.1, RFC 8460 s3: the two have one form); false where it, or the call,
 * finds a fault. */
static bool read_fields(const char *text, size_t length,
                        bool (*take)(void *context, const struct field *field), void *context)
{
    const char *at = text, *end = text + length;
    while (at < end && is_wsp(*at))
        at++;
    if (at == end || *at != ';')
        return false;
    for (unsigned count = 0;; count++) {
        at++;
        const char *next = at < end ? memchr(at, ';', (size_t)(end - at)) : NULL;
        struct sts_text part = trim(at, (size_t)((next != NULL ? next : end) - at));
        struct field field;
        if (part.length == 0 && next == NULL)
            return count > 0; /* the last delimiter may end the record */
        if (!split_field(part, &field) || !take(context, &field))
            return false;
        if (next == NULL)
            return part.text + part.length == end; /* blanks are part of a delimiter only */
        at = next;
    }
}

struct sts_fields {
    bool id_met;
    char id[STS_ID_MAX + 1];
};

static bool take_sts_field(void *context, const struct field *field)
{
    struct sts_fields *fields = context;
    if (!is_field_value(field->value))
        return false;
    if (!text_is(field->name, "id") || fields->id_met)
        return true; /* unknown, or again (RFC 8461 s3.2): ignored */
    fields->id_met = true;
    for (size_t i = 0; i < field->value.length; i++) {
        if (i == STS_ID_MAX || !is_alnum(field->value.text[i]))
            return false;
        fields->id[i] = field->value.text[i];
    }
    return true;
}

void sts_record_judge(const char *text, size_t length, struct sts_record *ret)
{
    struct sts_fields fields = {0};
    *ret = (struct sts_record){.outcome = STS_RECORD_NONE};
    if (!has_version(text, length, STS_VERSION))
        return;
    size_t size = strlen(STS_VERSION);
    if (!read_fields(text + size, length - size, take_sts_field, &fields) || !fields.id_met) {
        ret->outcome = STS_RECORD_INVALID;
        return;
    }
    ret->outcome = STS_RECORD_VALID;
    memcpy(ret->id, fields.id, sizeof ret->id);
}

static bool is_hex(char c)
{
    return (c >= '0' && c <= '9') || ((c | 0x20) >= 'a' && (c | 0x20) <= 'f');
}

/* A URI by its octets (RFC 3986 s2): without these others, each `%` with its two digits, and one
 * fragment. */
static bool has_uri_octets(struct sts_text uri, const char *others)
{
    bool has_fragment = false;
    for (size_t i = 0; i < uri.length; i++) {
        char c = uri.text[i];
        if (c < 0x21 || c > 0x7e || strchr(others, c) != NULL || (c == '#' && has_fragment))
            return false;
        if (c == '%' &&
            (uri.length - i < 3 || !is_hex(uri.text[i + 1]) || !is_hex(uri.text[i + 2])))
            return false;
        has_fragment |= c == '#';
    }
    return true;
}

/* Of a scheme that RFC 8460 s3 knows, with something behind it; commas, exclamation points and
 * semicolons are encoded.  Brackets are for addresses of hosts, which mailto has not. */
static bool is_report_uri(struct sts_text uri)
{
    static const struct scheme {
        const char *name, *others;
    } schemes[] = {{"mailto:", "!\"<>[\\]^`{|}"}, {"https:", "!\"<>\\^`{|}"}};
    for (size_t i = 0; i < sizeof schemes / sizeof *schemes; i++) {
        const struct scheme *scheme = &schemes[i];
        if (uri.length > strlen(scheme->name) &&
            strncasecmp(uri.text, scheme->name, strlen(scheme->name)) == 0)
            return has_uri_octets(uri, scheme->others);
    }
    return false;
}

static bool take_tlsrpt_field(void *context, const struct field *field)
{
    bool *rua_met = context;
    if (!text_is(field->name, "rua"))
        return is_field_value(field->value);
    if (*rua_met)
        return field->value.length > 0; /* again: ignored */
    *rua_met = true;
    const char *at = field->value.text, *end = at + field->value.length;
    for (;;) {
        const char *comma = at < end ? memchr(at, ',', (size_t)(end - at)) : NULL;
        struct sts_text uri = trim(at, (size_t)((comma != NULL ? comma : end) - at));
        /* blanks go around commas only: `rua= mailto:` is none */
        if (!is_report_uri(uri) || (at == field->value.text && uri.text != at))
            return false;
        if (comma == NULL)
            return true;
        at = comma + 1;
    }
}

enum tlsrpt tlsrpt_judge(const char *text, size_t length)
{
    bool rua_met = false;
    if (!has_version(text, length, TLSRPT_VERSION))
        return TLSRPT_NONE;
    size_t size = strlen(TLSRPT_VERSION);
    return read_fields(text + size, length - size, take_tlsrpt_field, &rua_met) && rua_met
               ? TLSRPT_VALID
               : TLSRPT_INVALID;
}

/* --- the records of an answer --- */

/* Different ones; the same one again is the same one (RFC 2181 s5). */
struct record_set {
    struct record first;
    enum {
        EMPTY,
        ONE,
        SEVERAL
    } size;
};

static void add_record(struct record_set *set, const struct record *record)
{
    if (set->size == EMPTY) {
        set->first = *record;
        set->size = ONE;
    } else if (record->size != set->first.size ||
               memcmp(record->data, set->first.data, record->size) != 0) {
        set->size = SEVERAL;
    }
}

/* A single record is looked at whatever it says; of several those that begin with
 * begin, the version and its semicolon (RFC 8461 s3.1, RFC 8460 s3). */
static struct record_set choose(const struct answer *answer, const char *begin)
{
    char text[TXT_SIZE_MAX];
    struct record record;
    struct record_set all = {.size = EMPTY}, versioned = {.size = EMPTY};
    for (size_t offset = 0; answer_next(answer, &offset, &record);) {
        add_record(&all, &record);
        if (begins_with(text, record_txt(answer, &record, text), begin))
            add_record(&versioned, &record);
    }
    return all.size == SEVERAL ? versioned : all;
}

void sts_record_read(const struct answer *answer, struct sts_record *ret)
{
    char text[TXT_SIZE_MAX];
    struct record_set set = choose(answer, STS_VERSION ";");
    *ret = (struct sts_record){.outcome = STS_RECORD_NONE};
    if (set.size == SEVERAL)
        ret->outcome = STS_RECORD_MULTIPLE;
    else if (set.size == ONE)
        sts_record_judge(text, record_txt(answer, &set.first, text), ret);
}

enum tlsrpt tlsrpt_read(const struct answer *answer)
{
    char text[TXT_SIZE_MAX];
    struct record_set set = choose(answer, TLSRPT_VERSION ";");
    if (set.size != ONE)
        return set.size == SEVERAL ? TLSRPT_MULTIPLE : TLSRPT_NONE;
    return tlsrpt_judge(text, record_txt(answer, &set.first, text));
}

/* --- matching --- */

bool sts_pattern_matches(struct sts_text pattern, const struct name *name)
{
    const uint8_t *label = name->wire;
    const char *at = pattern.text, *end = pattern.text + pattern.length;
    if (pattern.length >= 2 && at[0] == '*' && at[1] == '.') {
        if (label[0] == 0)
            return false;
        label += label[0] + 1;
        at += 2;
    }
    while (label[0] != 0 && at < end) {
        const char *dot = memchr(at, '.', (size_t)(end - at));
        size_t length = (size_t)((dot != NULL ? dot : end) - at);
        if (length != label[0] || strncasecmp(at, (const char *)label + 1, length) != 0)
            return false;
        label += label[0] + 1;
        if (dot == NULL)
            return label[0] == 0;
        at = dot + 1;
    }
    return false;
}

bool sts_may_list(const struct name *exchange)
{
    return exchange_class_of(exchange) == EXCHANGE_HOST;
}

enum sts_cname_effect sts_cname_effect_of(enum sts_mode mode, const struct sts_match *matches,
                                          unsigned count)
{
    bool any = false, name_only = false, target_only = false, neither = false;
    for (unsigned i = 0; i < count; i++) {
        const struct sts_match *match = &matches[i];
        if (!match->alias)
            continue;
        any = true;
        name_only |= match->name && !match->target;
        target_only |= match->target && !match->name;
        neither |= !match->name && !match->target;
    }
    if (!any || (mode != STS_MODE_ENFORCE && mode != STS_MODE_TESTING))
        return STS_CNAME_NO_EFFECT;
    if (name_only || target_only)
        return name_only && target_only ? STS_CNAME_MIXED
               : name_only              ? STS_CNAME_NAME_ONLY
                                        : STS_CNAME_TARGET_ONLY;
    return neither ? STS_CNAME_NEITHER : STS_CNAME_SAME;
}

static enum sts sts_of_mode(enum sts_mode mode)
{
    switch (mode) {
    case STS_MODE_ENFORCE:
        return STS_ENFORCE;
    case STS_MODE_TESTING:
        return STS_TESTING;
    case STS_MODE_NONE:
    case STS_MODE_UNKNOWN:
        break;
    }
    return STS_OFF;
}

enum sts sts_of(enum sts_record_outcome record, enum sts_policy_outcome policy, enum sts_mode mode)
{
    switch (record) {
    case STS_RECORD_NOT_ASKED:
        return STS_NOT_ASKED;
    case STS_RECORD_NONE:
        return STS_NONE;
    case STS_RECORD_FAILED:
        return STS_FAILED;
    case STS_RECORD_MULTIPLE:
    case STS_RECORD_INVALID:
        return STS_INVALID_RECORD;
    case STS_RECORD_VALID:
        break;
    }
    if (policy == STS_POLICY_VALID)
        return sts_of_mode(mode);
    return policy == STS_POLICY_INVALID ? STS_INVALID_POLICY : STS_UNAVAILABLE;
}

bool sts_status_is_for_now(unsigned http_status)
{
    return http_status == 408 || http_status == 425 || http_status == 429 || http_status >= 500;
}
