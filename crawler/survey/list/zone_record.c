/* The words of a zone file's line. */
#include "crawler/survey/list/zone_record.h"

#include <string.h>
#include <strings.h>

static const char *const known_types[] = {
    "SOA",   "NS",    "A",     "AAAA",   "DS",     "MX",    "TXT",        "CNAME", "DNAME",
    "PTR",   "SRV",   "RRSIG", "DNSKEY", "NSEC",   "NSEC3", "NSEC3PARAM", "CAA",   "TLSA",
    "SSHFP", "NAPTR", "SVCB",  "HTTPS",  "ZONEMD", "CDS",   "CDNSKEY"};

bool zone_space(char c)
{
    return c == ' ' || c == '\t' || c == '\r';
}

struct span zone_take_word(struct span *rest)
{
    size_t start = 0, end;
    while (start < rest->length && zone_space(rest->text[start]))
        start++;
    end = start;
    while (end < rest->length && !zone_space(rest->text[end]))
        end += rest->text[end] == '\\' && end + 1 < rest->length ? 2 : 1;
    struct span word = {rest->text + start, end - start};
    *rest = (struct span){rest->text + end, rest->length - end};
    return word;
}

/* `3600` or `1h30m` */
static bool is_ttl(struct span word)
{
    if (word.length == 0 || word.text[0] < '0' || word.text[0] > '9')
        return false;
    for (size_t i = 0; i < word.length; i++) {
        char c = word.text[i];
        if ((c < '0' || c > '9') && (c == '\0' || strchr("smhdwSMHDW", c) == NULL))
            return false;
    }
    return true;
}

static bool is_class(struct span word)
{
    return span_is_word(word, "IN") || span_is_word(word, "CH") || span_is_word(word, "HS") ||
           (word.length > 5 && strncasecmp(word.text, "CLASS", 5) == 0);
}

static bool is_type(struct span word)
{
    if (word.length == 0 || (word.text[0] | 0x20) < 'a' || (word.text[0] | 0x20) > 'z')
        return false;
    for (size_t i = 0; i < word.length; i++) {
        char c = word.text[i];
        if (!((c | 0x20) >= 'a' && (c | 0x20) <= 'z') && !(c >= '0' && c <= '9') && c != '-')
            return false;
    }
    return true;
}

bool zone_split_record(struct span line, struct record_words *ret)
{
    *ret = (struct record_words){.is_in = true};
    if (line.length > 0 && !zone_space(line.text[0]))
        ret->owner = zone_take_word(&line);
    bool ttl = false, class = false;
    for (;;) {
        struct span word = zone_take_word(&line);
        if (!ttl && is_ttl(word)) {
            ttl = true;
        } else if (!class && is_class(word)) {
            class = true;
            ret->is_in = span_is_word(word, "IN") || span_is_word(word, "CLASS1");
        } else {
            ret->type = word;
            break;
        }
    }
    ret->is_qualified = ttl || class;
    ret->data = span_trim(line);
    return is_type(ret->type) && ret->data.length > 0;
}

static bool is_one_of(struct span word, const char *const *words, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (span_is_word(word, words[i]))
            return true;
    }
    return false;
}

static bool is_known_type(struct span word)
{
    return is_one_of(word, known_types, sizeof known_types / sizeof *known_types);
}

static bool is_directive(struct span line)
{
    static const char *const directives[] = {"$ORIGIN", "$TTL", "$INCLUDE", "$GENERATE"};
    return is_one_of(zone_take_word(&line), directives, sizeof directives / sizeof *directives);
}

bool zone_looks_like(struct span line)
{
    struct record_words record;
    if (is_directive(line))
        return true;
    if (!zone_split_record(line, &record))
        return false;
    if (record.is_qualified && record.type.length > 4 &&
        strncasecmp(record.type.text, "TYPE", 4) == 0)
        return true;
    return is_known_type(record.type);
}

/* Does it close more parentheses than it opens? */
static bool closes_others(struct span line)
{
    bool is_quoted = false;
    int depth = 0;
    for (size_t i = 0; i < line.length; i++) {
        char c = line.text[i];
        if (c == '\\')
            i++;
        else if (c == '"')
            is_quoted = !is_quoted;
        else if (!is_quoted && c == ';')
            break;
        else if (!is_quoted && (c == '(' || c == ')'))
            depth += c == '(' ? 1 : -1;
        if (depth < 0)
            return true;
    }
    return false;
}

bool zone_stands_alone(struct span line)
{
    struct record_words record;
    if (line.length == 0 || zone_space(line.text[0]) || strchr("\"();", line.text[0]) != NULL)
        return false;
    if (!zone_looks_like(line) || closes_others(line))
        return false;
    if (is_directive(line))
        return true;
    zone_split_record(line, &record);
    /* `A NS SOA`: the types of an NSEC record go on */
    return record.is_qualified || !is_known_type(record.owner);
}
