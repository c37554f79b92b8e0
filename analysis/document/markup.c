#include "analysis/document/markup.h"

#include <stdlib.h>

#include "analysis/document/utf8.h"

int markup_put(FILE *out, const char *text)
{
    char *safe = utf8_for_terminal(text);
    if (safe == NULL)
        return -1;
    for (const char *at = safe; *at != '\0'; at++) {
        if (*at == '&')
            fputs("&amp;", out);
        else if (*at == '<')
            fputs("&lt;", out);
        else if (*at == '>')
            fputs("&gt;", out);
        else if (*at == '"')
            fputs("&quot;", out);
        else if (*at == '\'')
            fputs("&#39;", out);
        else
            fputc(*at, out);
    }
    free(safe);
    return 0;
}
