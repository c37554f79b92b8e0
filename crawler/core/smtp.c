#include "crawler/core/smtp.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

enum {
    CODE_LENGTH = 3,
    SERVICE_CLOSES = 421 /* RFC 5321 s3.8: at any time */
};

void smtp_begin(struct smtp *smtp, const char *helo)
{
    smtp->phase = PROBE_CONNECT;
    smtp->outcome = PROBE_NOT_MET;
    smtp->reply = 0;
    smtp->plaintext = smtp->starttls = false;
    smtp->command = "";
    smtp->code = smtp->lines = smtp->length = 0;
    snprintf(smtp->ehlo, sizeof smtp->ehlo, "EHLO %s\r\n", helo);
}

enum smtp_want smtp_connected(struct smtp *smtp)
{
    smtp->phase = PROBE_GREETING;
    return SMTP_READ;
}

static enum smtp_want say(struct smtp *smtp, enum probe_phase phase, const char *command)
{
    smtp->phase = phase;
    smtp->command = command;
    return SMTP_WRITE;
}

static enum smtp_want finish(struct smtp *smtp, enum probe_outcome outcome, const char *command)
{
    smtp->outcome = outcome;
    smtp->command = command;
    return SMTP_CLOSE;
}

static enum smtp_want quit(struct smtp *smtp, enum probe_outcome outcome)
{
    return finish(smtp, outcome, "QUIT\r\n");
}

/* --- whole replies --- */

/* s4.2.2: syntax error, or not implemented */
static bool is_unknown_command(unsigned code)
{
    return code >= 500 && code <= 504;
}

/* A reply that is no yes. */
static enum smtp_want refused(struct smtp *smtp)
{
    bool is_permanent = smtp->reply >= 500;
    if (smtp->reply == SERVICE_CLOSES)
        return finish(smtp, PROBE_GREETING_4XX, "");
    if (smtp->reply < 400)
        return finish(smtp, PROBE_MALFORMED, "");
    if (smtp->phase == PROBE_STARTTLS ||
        (smtp->phase == PROBE_EHLO && is_unknown_command(smtp->reply)))
        return quit(smtp, PROBE_NO_STARTTLS);
    return quit(smtp, is_permanent ? PROBE_GREETING_5XX : PROBE_GREETING_4XX);
}

static enum smtp_want take_reply(struct smtp *smtp)
{
    if (smtp->reply >= 300)
        return refused(smtp);
    if (smtp->phase == PROBE_GREETING)
        return say(smtp, PROBE_EHLO, smtp->ehlo);
    if (smtp->phase == PROBE_EHLO)
        return smtp->starttls ? say(smtp, PROBE_STARTTLS, "STARTTLS\r\n")
                              : quit(smtp, PROBE_NO_STARTTLS);
    smtp->phase = PROBE_HANDSHAKE;
    smtp->command = "";
    return SMTP_SHAKE;
}

/* --- lines --- */

/* The code at the start of a line: 2yz to 5yz; 0 for none. */
static unsigned read_code(const char *line, size_t length)
{
    if (length < CODE_LENGTH || line[0] < '2' || line[0] > '5')
        return 0;
    unsigned code = 0;
    for (size_t i = 0; i < CODE_LENGTH; i++) {
        if (line[i] < '0' || line[i] > '9')
            return 0;
        code = 10 * code + (unsigned)(line[i] - '0');
    }
    return code;
}

/* Is this, behind code and separator, the line of an extension (s4.1.1.1)?  STARTTLS has no
 * parameters (RFC 3207 s2); those that it has are passed over, as senders do. */
static bool offers_starttls(const char *text, size_t length)
{
    static const char keyword[] = "STARTTLS";
    size_t size = sizeof keyword - 1;
    for (; length > 0 && (*text == ' ' || *text == '\t'); length--)
        text++;
    return length >= size && strncasecmp(text, keyword, size) == 0 &&
           (length == size || text[size] == ' ' || text[size] == '\t' || text[size] == '=');
}

/* false: no line of a reply, or not of this one.  *ret_last: its last. */
static bool take_line(struct smtp *smtp, bool *ret_last)
{
    size_t length = smtp->length;
    if (length > 0 && smtp->line[length - 1] == '\r')
        length--;
    smtp->length = 0;
    unsigned code = read_code(smtp->line, length);
    char separator = length > CODE_LENGTH ? smtp->line[CODE_LENGTH] : ' ';
    if (code == 0 || length > SMTP_LINE_MAX || (separator != ' ' && separator != '-'))
        return false;
    if ((smtp->code != 0 && smtp->code != code) || smtp->lines == SMTP_LINES_MAX)
        return false;
    /* the first line has the server's name */
    if (smtp->phase == PROBE_EHLO && smtp->lines > 0 && length > CODE_LENGTH)
        smtp->starttls |= offers_starttls(smtp->line + CODE_LENGTH + 1, length - CODE_LENGTH - 1);
    smtp->code = (uint16_t)code;
    smtp->lines++;
    *ret_last = separator == ' ';
    return true;
}

static enum smtp_want end_line(struct smtp *smtp)
{
    bool is_last;
    if (!take_line(smtp, &is_last))
        return finish(smtp, PROBE_MALFORMED, "");
    if (!is_last)
        return SMTP_READ;
    smtp->reply = smtp->code;
    smtp->code = smtp->lines = 0;
    return take_reply(smtp);
}

static enum smtp_want take_octet(struct smtp *smtp, uint8_t octet)
{
    if (octet == '\n')
        return end_line(smtp);
    if (smtp->length == sizeof smtp->line)
        return finish(smtp, PROBE_MALFORMED, "");
    smtp->line[smtp->length++] = (char)octet;
    return SMTP_READ;
}

enum smtp_want smtp_take(struct smtp *smtp, const uint8_t *octets, size_t size)
{
    enum smtp_want want = SMTP_READ;
    for (size_t i = 0; i < size && smtp->outcome == PROBE_NOT_MET; i++) {
        if (smtp->phase == PROBE_HANDSHAKE) {
            smtp->plaintext = true;
            return SMTP_SHAKE;
        }
        enum smtp_want next = take_octet(smtp, octets[i]);
        want = next == SMTP_READ ? want : next;
    }
    return smtp->outcome != PROBE_NOT_MET ? SMTP_CLOSE : want;
}

/* --- the rest --- */

enum smtp_want smtp_secured(struct smtp *smtp)
{
    smtp->phase = PROBE_QUIT;
    return quit(smtp, PROBE_TLS);
}

void smtp_end(struct smtp *smtp, enum probe_outcome outcome)
{
    if (smtp->outcome == PROBE_NOT_MET)
        finish(smtp, outcome, "");
}
