#include "analysis/collect/given/operators.h"

#include <string.h>

#include "analysis/collect/given/csv_file.h"

enum {
    FIELD_MAX = 255 /* octets: a name has no more */
};

struct reading {
    const char *path;
    struct operators *operators;
    bool begun;
};

static int take_row(void *context, uint64_t line, char *const *fields, size_t count,
                    struct error *error)
{
    struct reading *reading = context;
    struct operators *operators = reading->operators;
    unsigned long long number = line;
    bool first = !reading->begun;
    char a_labels[LIST_DOMAIN_SIZE];
    const char *domain = csv_name(csv_trim(fields[0]), a_labels);
    reading->begun = true;
    if ((count == 1 && *domain == '\0') || (first && strcmp(domain, "domain") == 0))
        return 0;
    const char *name = count == 2 ? csv_trim(fields[1]) : "";
    if (*domain == '\0' || *name == '\0')
        return error_set(error, "%s:%llu: not a line `domain,operator`", reading->path, number);
    if (strlen(domain) > FIELD_MAX || strlen(name) > FIELD_MAX)
        return error_set(error, "%s:%llu: longer than %d octets", reading->path, number, FIELD_MAX);
    uint32_t *place = key_map_put(&operators->index, key_of(domain, strlen(domain)));
    if (place != NULL && *place != 0)
        return error_set(error, "%s:%llu: %.80s is there twice", reading->path, number, domain);
    uint32_t operator_place = name_table_put(&operators->names, name, strlen(name));
    if (place == NULL || operator_place == 0)
        return error_set(error, "%s: out of memory", reading->path);
    *place = operator_place;
    return 0;
}

int operators_read(const char *path, struct operators *ret, struct error *error)
{
    struct reading reading = {path, ret, false};
    *ret = (struct operators){0};
    int result = csv_file_read(path, take_row, &reading, error);
    if (result != 0)
        operators_free(ret);
    return result;
}

void operators_free(struct operators *operators)
{
    key_map_free(&operators->index);
    name_table_free(&operators->names);
}

uint64_t operators_cluster(const struct operators *operators, uint64_t key)
{
    const uint32_t *place = key_map_find(&operators->index, key);
    if (place == NULL)
        return key;
    const char *name = operators->names.names[*place - 1];
    return key_of(name, strlen(name));
}
