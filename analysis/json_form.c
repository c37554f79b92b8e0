#include "analysis/json_form.h"

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
