/* mail.h - the mail to whom the records of notify.h belong, from a template.
 *
 * A template is ASCII: lines of a header (`Subject: ...`, it has to be there), an empty line, the
 * body.  In its lines these are replaced:
 *
 *     {name}       what was asked for
 *     {date}       of the survey: 2026-11-23
 *     {count}      "4 MX records"
 *     {exchanges}  "1 exchange"
 *     {list}       on a line by itself: each exchange, its alias's target, what to change, and the
 *                  MX records that name it; of many the first
 *
 * What becomes longer than MAIL_COLUMNS is wrapped, in the header as RFC 5322 section 2.2.3 says:
 * where it has blanks.
 * The mail is ASCII whatever a survey file holds: any other octet is \DDD (RFC 1035 section 5.1).
 */
#ifndef MXSURVEY_ANALYSIS_NOTIFY_MAIL_H
#define MXSURVEY_ANALYSIS_NOTIFY_MAIL_H

#include "analysis/notify/row.h"
#include "crawler/core/error.h"

#include <stdint.h>
#include <stdio.h>

enum {
    MAIL_COLUMNS = 76,
    MAIL_EXCHANGES = 50, /* of the list, and MX records of one */
    MAIL_RECORDS = 20,
};

extern const char notify_mail_template[];

struct notify_mail;

/* Reads the template; path NULL: the one built in.  0, or -1 with one line: it cannot be read, or
 * is no template. */
int notify_mail_open(const char *path, struct notify_mail **ret, struct error *error);
void notify_mail_free(struct notify_mail *mail); /* NULL is fine */

/* One record more; `other`: its exchange, or what to change, is another than the last one's.
 * -1 without memory. */
int notify_mail_take(struct notify_mail *mail, const struct notify_row *row, bool other);

struct notify_mail_facts {
    const char *name, *date;
    uint64_t records, exchanges;
};
/* -1 without memory; errors of out stay in ferror(). */
int notify_mail_write(struct notify_mail *mail, const struct notify_mail_facts *facts, FILE *out);

#endif
