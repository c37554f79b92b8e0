#include "analysis/document/json_form.h"

#include <string.h>

enum {
    MEMBER_MAX = 64 /* octets of a name */
};

json_t *word_json(const char *text)
{
    return text != NULL ? json_string(text) : json_null();
}

json_t *count_json(uint64_t count)
{
    return json_integer((json_int_t)count);
}

json_t *known_count_json(bool defined, uint64_t count)
{
    return defined ? count_json(count) : json_null();
}

json_t *real_json(bool defined, double value)
{
    return defined ? json_real(value) : json_null();
}

json_t *interval_json(bool defined, struct interval interval)
{
    return defined ? json_pack("[f, f]", interval.low, interval.high) : json_null();
}

json_t *json_with_item(json_t *list, json_t *item)
{
    if (json_array_append_new(list, item) == 0)
        return list;
    json_decref(list);
    return NULL;
}

json_t *json_with_member(json_t *object, const char *key, json_t *value)
{
    if (json_object_set_new(object, key, value) == 0)
        return object;
    json_decref(object);
    return NULL;
}

json_t *json_with_members(json_t *object, json_t *more)
{
    if (object != NULL && (more == NULL || json_object_update(object, more) != 0)) {
        json_decref(object);
        object = NULL;
    }
    json_decref(more);
    return object;
}

json_t *json_pick(json_t *object, const char *names)
{
    json_t *picked = object != NULL ? json_object() : NULL;
    for (const char *at = names; picked != NULL && *at != '\0'; at += strspn(at, " ")) {
        char name[MEMBER_MAX];
        size_t length = strcspn(at, " ");
        snprintf(name, sizeof name, "%.*s", (int)length, at);
        picked = json_with_member(picked, name, json_incref(json_object_get(object, name)));
        at += length;
    }
    json_decref(object);
    return picked;
}

json_t *json_list(const void *items, size_t length, size_t size, json_make_fn *make)
{
    json_t *list = json_array();
    for (size_t i = 0; i < length; i++)
        list = json_with_item(list, make((const char *)items + i * size));
    return list;
}

json_t *json_of_members(const struct json_member *members, size_t length)
{
    json_t *object = json_object();
    for (size_t i = 0; i < length; i++)
        object = json_with_member(object, members[i].name, members[i].value);
    return object;
}

json_t *json_of_counts(const struct json_count *counts, size_t length)
{
    json_t *object = json_object();
    for (size_t i = 0; i < length; i++)
        object = json_with_member(object, counts[i].name, count_json(counts[i].count));
    return object;
}

/* Jansson escapes all control characters but DEL. */
static int write_escaped(const char *buffer, size_t size, void *data)
{
    FILE *out = data;
    for (size_t i = 0; i < size; i++) {
        if (buffer[i] == 0x7f)
            fputs("\\u007f", out);
        else
            fputc(buffer[i], out);
    }
    return 0;
}

int json_form_print(json_t *tree, FILE *out)
{
    if (tree == NULL)
        return -1;
    int result = json_dump_callback(tree, write_escaped, out, JSON_INDENT(2) | JSON_ENSURE_ASCII);
    fputc('\n', out);
    json_decref(tree);
    return result;
}
