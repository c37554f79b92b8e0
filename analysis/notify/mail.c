#include "analysis/notify/mail.h"

#include "analysis/document/text_form.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

enum {
    TEMPLATE_MAX = 1 << 16,
    LINE_TEXT_MAX = 8192, /* of a line with what is put into it */
    WORD_MAX = 128,
    FIELD_OCTETS = 997, /* of a line of the header: 998 (RFC 5322 s2.1.1), and a blank before it */
};

struct notify_mail {
    char template[TEMPLATE_MAX + 1];
    char *list;
    size_t list_length;
    FILE *list_out;              /* into list */
    unsigned exchanges, records; /* listed; of the exchange */
    uint64_t left;               /* MX records of the exchange that are not listed */
};

static const char *const placeholders[] = {"{name}", "{date}", "{count}", "{exchanges}"};
enum {
    PLACEHOLDERS = sizeof placeholders / sizeof *placeholders
};
static const char list_placeholder[] = "{list}";

/* --- lines --- */

/* Octets of the next line: up to the last blank that fits, else a word alone, of `most` octets at
 * most. */
static size_t line_length(const char *text, size_t room, size_t most)
{
    size_t length = strlen(text), at = room;
    if (length <= room)
        return length;
    while (at > 0 && text[at] != ' ')
        at--;
    if (at > 0)
        return at;
    length = strcspn(text, " ");
    return length < most ? length : most;
}

/* One line, or several: `column` columns of the first are written, the others begin with indent
 * blanks.  A word that is longer than a line is cut, or where `most` is more than that, of `most`
 * octets. */
static void put_lines(FILE *out, size_t column, int indent, size_t most, const char *text)
{
    do {
        size_t room = MAIL_COLUMNS - column;
        size_t length = line_length(text, room, most > room ? most : room);
        fprintf(out, "%.*s\n", (int)length, text);
        text += length;
        text += strspn(text, " ");
        if (*text != '\0')
            fprintf(out, "%*s", indent, "");
        column = (size_t)indent;
    } while (*text != '\0');
}

static void put_wrapped(FILE *out, size_t column, int indent, const char *text)
{
    put_lines(out, column, indent, 0, text);
}

/* A line of the header is folded where it has blanks (RFC 5322 s2.2.3): in the middle of an address
 * it would be another. */
static void put_field(FILE *out, const char *text)
{
    put_lines(out, 0, 1, FIELD_OCTETS, text);
}

/* Printable ASCII: behind what ret holds, as much as there is room for. */
static void add_ascii(char ret[LINE_TEXT_MAX], const char *text, size_t length)
{
    size_t used = strlen(ret);
    for (size_t i = 0; i < length && used + 5 < LINE_TEXT_MAX; i++) {
        unsigned char octet = (unsigned char)text[i];
        used += (size_t)snprintf(ret + used, LINE_TEXT_MAX - used,
                                 octet >= 0x20 && octet < 0x7f ? "%c" : "\\%03u", octet);
    }
}

/* --- the list --- */

static void put_item(FILE *out, int column, const char *before, const char *text,
                     const char *between, const char *last)
{
    char line[LINE_TEXT_MAX] = "";
    add_ascii(line, before, strlen(before));
    add_ascii(line, text, strlen(text));
    add_ascii(line, between, strlen(between));
    add_ascii(line, last, strlen(last));
    fprintf(out, "%*s", column, "");
    put_wrapped(out, (size_t)column, column + 2, line);
}

/* Of the exchange before. */
static void put_left(struct notify_mail *mail)
{
    char number[NUMBER_MAX];
    if (mail->left > 0)
        fprintf(mail->list_out, "    and %s more MX record%s\n", text_count(mail->left, number),
                mail->left == 1 ? "" : "s");
    mail->left = 0;
}

int notify_mail_take(struct notify_mail *mail, const struct notify_row *row, bool other)
{
    if (other) {
        put_left(mail);
        mail->records = 0;
        mail->exchanges++;
    }
    if (mail->exchanges > MAIL_EXCHANGES)
        return 0;
    if (other) {
        fputs(mail->exchanges > 1 ? "\n" : "", mail->list_out);
        put_item(mail->list_out, 2, "", row->texts[NOTIFY_EXCHANGE], " -> ", notify_target(row));
        put_item(mail->list_out, 2, "To do: ", row->texts[NOTIFY_CHANGE], ".", "");
    }
    if (mail->records++ < MAIL_RECORDS)
        put_item(mail->list_out, 4, "", row->texts[NOTIFY_DOMAIN], "  MX ",
                 row->texts[NOTIFY_PREFERENCE]);
    else
        mail->left++;
    return ferror(mail->list_out) ? -1 : 0;
}

static int end_list(struct notify_mail *mail)
{
    char number[NUMBER_MAX];
    put_left(mail);
    if (mail->exchanges > MAIL_EXCHANGES)
        fprintf(mail->list_out, "\n  and %s more exchange%s\n",
                text_count(mail->exchanges - MAIL_EXCHANGES, number),
                mail->exchanges == MAIL_EXCHANGES + 1 ? "" : "s");
    int result = fclose(mail->list_out);
    mail->list_out = NULL;
    return result == 0 ? 0 : -1;
}

/* --- the template --- */

/* The placeholder at text, or -1. */
static int placeholder_at(const char *text, const char *const *words, int count)
{
    for (int i = 0; i < count; i++) {
        if (strncmp(text, words[i], strlen(words[i])) == 0)
            return i;
    }
    return -1;
}

/* "{word}" that is none: its octets; else 0. */
static size_t unknown_at(const char *text)
{
    size_t letters = *text == '{' ? strspn(text + 1, "abcdefghijklmnopqrstuvwxyz") : 0;
    if (letters == 0 || text[1 + letters] != '}' ||
        placeholder_at(text, placeholders, PLACEHOLDERS) >= 0)
        return 0;
    return letters + 2;
}

static bool is_list(const char *line, size_t length)
{
    return length == strlen(list_placeholder) && strncmp(line, list_placeholder, length) == 0;
}

static bool is_field(const char *line, size_t length)
{
    size_t name = strcspn(line, ": \n");
    return name > 0 && name < length && line[name] == ':';
}

/* What is wrong with the line, or NULL. */
static const char *line_fault(const char *line, size_t length, bool header, char ret[WORD_MAX])
{
    if (header && !is_field(line, length))
        return "is no line of a mail's header, such as `Subject: {name}`, nor empty";
    for (size_t i = 0; i < length; i++) {
        if (line[i] < 0x20 || line[i] > 0x7e)
            return "is not all printable ASCII";
    }
    for (size_t i = 0; i < length && !is_list(line, length); i++) {
        size_t unknown = unknown_at(line + i);
        if (unknown > 0) {
            snprintf(ret, WORD_MAX, "has %.*s%s", unknown > 40 ? 40 : (int)unknown, line + i,
                     strncmp(line + i, list_placeholder, unknown) == 0
                         ? ", which has a line by itself in the body"
                         : ", which nothing is put in for");
            return ret;
        }
    }
    return NULL;
}

static int check_template(const char *template, const char *path, struct error *error)
{
    bool header = true, subject = false;
    unsigned number = 1;
    for (const char *line = template; *line != '\0'; number++) {
        char word[WORD_MAX];
        size_t length = strcspn(line, "\n");
        header &= length > 0;
        subject |= header && strncasecmp(line, "Subject:", 8) == 0;
        const char *fault = line_fault(line, length, header, word);
        if (fault != NULL)
            return error_set(error, "%s: line %u %s", path, number, fault);
        line += length + (line[length] != '\0');
    }
    if (!subject || header)
        return error_set(
            error, "%s: no mail template: a line `Subject: ...`, an empty line, the body", path);
    return 0;
}

static int read_template(const char *path, char ret[TEMPLATE_MAX + 1], struct error *error)
{
    FILE *file = fopen(path, "r");
    if (file == NULL)
        return error_set(error, "%s: cannot be read: %s", path, strerror(errno));
    size_t length = fread(ret, 1, TEMPLATE_MAX + 1, file);
    int failure = ferror(file) ? errno : 0;
    fclose(file);
    if (failure != 0)
        return error_set(error, "%s: cannot be read: %s", path, strerror(failure));
    if (length > TEMPLATE_MAX)
        return error_set(error, "%s: over %d octets, too long for a mail template", path,
                         TEMPLATE_MAX);
    if (memchr(ret, '\0', length) != NULL)
        return error_set(error, "%s: no text, and no mail template", path);
    ret[length] = '\0';
    return 0;
}

/* Lines may end with CRLF. */
static void drop_returns(char *text)
{
    char *to = text;
    for (const char *from = text; *from != '\0'; from++) {
        if (from[0] != '\r' || from[1] != '\n')
            *to++ = *from;
    }
    *to = '\0';
}

int notify_mail_open(const char *path, struct notify_mail **ret, struct error *error)
{
    struct notify_mail *mail = calloc(1, sizeof *mail);
    if (mail == NULL)
        return error_set(error, "the mail: out of memory");
    mail->list_out = open_memstream(&mail->list, &mail->list_length);
    if (mail->list_out == NULL) {
        error_set(error, "the mail: out of memory");
        goto failed;
    }
    if (path == NULL)
        snprintf(mail->template, sizeof mail->template, "%s", notify_mail_template);
    else if (read_template(path, mail->template, error) != 0)
        goto failed;
    drop_returns(mail->template);
    if (check_template(mail->template, path != NULL ? path : "the mail", error) != 0)
        goto failed;
    *ret = mail;
    return 0;

failed:
    notify_mail_free(mail);
    return -1;
}

void notify_mail_free(struct notify_mail *mail)
{
    if (mail == NULL)
        return;
    if (mail->list_out != NULL)
        fclose(mail->list_out);
    free(mail->list);
    free(mail);
}

/* --- the mail --- */

static void fill_line(const char *line, size_t length, const char *const values[PLACEHOLDERS],
                      char ret[LINE_TEXT_MAX])
{
    *ret = '\0';
    for (const char *at = line; at < line + length;) {
        int which = placeholder_at(at, placeholders, PLACEHOLDERS);
        const char *text = which >= 0 ? values[which] : at;
        size_t from = which >= 0 ? strlen(placeholders[which]) : 1;
        add_ascii(ret, text, which >= 0 ? strlen(text) : 1);
        at += from;
    }
}

int notify_mail_write(struct notify_mail *mail, const struct notify_mail_facts *facts, FILE *out)
{
    char number[NUMBER_MAX], count[2 * NUMBER_MAX], exchanges[2 * NUMBER_MAX], text[LINE_TEXT_MAX];
    snprintf(count, sizeof count, "%s MX record%s", text_count(facts->records, number),
             facts->records == 1 ? "" : "s");
    snprintf(exchanges, sizeof exchanges, "%s exchange%s", text_count(facts->exchanges, number),
             facts->exchanges == 1 ? "" : "s");
    const char *const values[PLACEHOLDERS] = {facts->name, facts->date, count, exchanges};
    bool header = true;
    if (end_list(mail) != 0)
        return -1;
    for (const char *line = mail->template; *line != '\0';) {
        size_t length = strcspn(line, "\n");
        header &= length > 0;
        if (is_list(line, length)) {
            fputs(mail->list, out);
        } else {
            fill_line(line, length, values, text);
            if (header)
                put_field(out, text);
            else
                put_wrapped(out, 0, 0, text);
        }
        line += length + (line[length] != '\0');
    }
    return 0;
}
