#include "analysis/notify/row.h"

#include <stdlib.h>
#include <string.h>

#include "analysis/export/export_row.h"
#include "analysis/document/text_form.h"
#include "analysis/document/utf8.h"

static const char *const column_names[NOTIFY_COLUMNS] = {
    [NOTIFY_PROVIDER] = "provider",
    [NOTIFY_TARGET_PROVIDER] = "target_provider",
    [NOTIFY_DOMAIN] = "domain",
    [NOTIFY_PREFERENCE] = "preference",
    [NOTIFY_EXCHANGE] = "exchange",
    [NOTIFY_ALIAS_TARGET] = "alias_target",
    [NOTIFY_ALIAS_PROBLEM] = "alias_problem",
    [NOTIFY_CHANGE] = "change",
};

void notify_row_free(struct notify_row *row)
{
    for (int i = 0; i < NOTIFY_COLUMNS; i++)
        free(row->texts[i]);
    *row = (struct notify_row){0};
}

char *notify_change(const struct notify_row *row)
{
    const char *exchange = row->texts[NOTIFY_EXCHANGE];
    const char *target = row->texts[NOTIFY_ALIAS_TARGET];
    const char *problem = row->texts[NOTIFY_ALIAS_PROBLEM];
    char *text = NULL;
    int length;
    bool dangling = problem != NULL && strcmp(problem, "dangling") == 0;
    if (target == NULL && dangling)
        length = asprintf(&text,
                          "%s is an alias to a name that cannot be, as a DNAME makes it too long: "
                          "let the MX record name a host with addresses of its own",
                          exchange);
    else if (dangling)
        length = asprintf(&text,
                          "%s leads to %s, which does not exist: give it address records in place "
                          "of the alias, or take the MX record out",
                          exchange, target);
    else if (problem != NULL)
        length =
            asprintf(&text, "give %s address records in place of its aliases, a faulty chain (%s)",
                     exchange, problem);
    else if (target == NULL) /* a damaged file */
        length = asprintf(&text, "give %s address records in place of the alias", exchange);
    else if (row->own)
        length = asprintf(&text,
                          "let the MX record name %s, or give %s address records in place of the "
                          "alias",
                          target, exchange);
    else
        length = asprintf(&text, "give %s address records in place of the alias to %s", exchange,
                          target);
    return length < 0 ? NULL : text;
}

const char *notify_target(const struct notify_row *row)
{
    const char *target = row->texts[NOTIFY_ALIAS_TARGET];
    return target != NULL ? target : "a name that cannot be";
}

bool notify_put_guarded(struct sink *sink, const char *text)
{
    char *guarded = NULL;
    if (!utf8_is_formula(text))
        return put_csv_text(sink, text, strlen(text));
    if (asprintf(&guarded, "'%s", text) < 0)
        return false;
    bool good = put_csv_text(sink, guarded, strlen(guarded));
    free(guarded);
    return good;
}

bool notify_put_csv_header(struct sink *sink)
{
    for (int i = 0; i < NOTIFY_COLUMNS; i++) {
        sink_puts(sink, i > 0 ? "," : "");
        sink_puts(sink, column_names[i]);
    }
    sink_puts(sink, "\r\n");
    return true;
}

bool notify_put_csv(struct sink *sink, const struct notify_row *row)
{
    bool good = true;
    for (int i = 0; i < NOTIFY_COLUMNS; i++) {
        sink_puts(sink, i > 0 ? "," : "");
        if (row->texts[i] != NULL)
            good &= notify_put_guarded(sink, row->texts[i]);
    }
    sink_puts(sink, "\r\n");
    return good;
}

bool notify_put_json(struct sink *sink, const struct notify_row *row)
{
    bool good = true;
    for (int i = 0; i < NOTIFY_COLUMNS; i++) {
        const char *text = row->texts[i];
        sink_puts(sink, i > 0 ? ",\"" : "{\"");
        sink_puts(sink, column_names[i]);
        sink_puts(sink, "\":");
        if (text == NULL)
            sink_puts(sink, "null");
        else if (i == NOTIFY_PREFERENCE)
            sink_puts(sink, text);
        else
            good &= put_json_text(sink, text, strlen(text));
    }
    sink_puts(sink, "}\n");
    return good;
}

void notify_print_provider(FILE *out, const struct notify_row *row)
{
    const char *provider = row->texts[NOTIFY_PROVIDER];
    fputs("\n--- ", out);
    text_wrap(out, 4, 4, provider != NULL ? provider : "(no provider)");
}

int notify_print_exchange(FILE *out, const struct notify_row *row)
{
    char *line = NULL;
    const char *problem = row->texts[NOTIFY_ALIAS_PROBLEM];
    if (asprintf(&line, "%s -> %s%s%s%s", row->texts[NOTIFY_EXCHANGE], notify_target(row),
                 problem != NULL ? " (" : "", problem != NULL ? problem : "",
                 problem != NULL ? ")" : "") < 0)
        return -1;
    fputc('\n', out);
    text_wrap(out, 0, 4, line);
    free(line);
    if (asprintf(&line, "To do: %s.", row->texts[NOTIFY_CHANGE]) < 0)
        return -1;
    fputs("  ", out);
    text_wrap(out, 2, 4, line);
    free(line);
    return 0;
}

int notify_print_domain(FILE *out, const struct notify_row *row)
{
    char *line = NULL;
    if (asprintf(&line, "%s  MX %s %s", row->texts[NOTIFY_DOMAIN], row->texts[NOTIFY_PREFERENCE],
                 row->texts[NOTIFY_EXCHANGE]) < 0)
        return -1;
    fputs("    ", out);
    text_wrap(out, 4, 8, line);
    free(line);
    return 0;
}
