#include "crawler/survey/jobs/tlsa_rows.h"

#include "crawler/base/memory.h"

#include <stdlib.h>
#include <string.h>

void tlsa_rows_clear(struct tlsa_rows *rows)
{
    free(rows->rows);
    free(rows->octets);
    *rows = (struct tlsa_rows){0};
}

static int by_record(const void *a, const void *b)
{
    const struct tlsa_row *x = a, *y = b;
    return tlsa_compare(&x->record, &y->record);
}

/* A record that a server repeats is one (RFC 2181 s5). */
static unsigned unique(struct tlsa_row *rows, unsigned count)
{
    unsigned kept = 0;
    qsort(rows, count, sizeof *rows, by_record);
    for (unsigned i = 0; i < count; i++) {
        if (kept == 0 || by_record(&rows[kept - 1], &rows[i]) != 0)
            rows[kept++] = rows[i];
    }
    return kept;
}

static void judge(struct tlsa_row *row, bool secure, int64_t now)
{
    const struct ca_key *key = tlsa_known_key(&row->record);
    row->reason = secure ? tlsa_judge(&row->record) : TLSA_USABLE;
    row->usable = secure && row->reason == TLSA_USABLE;
    if (key == NULL)
        return;
    row->known_key = key->name;
    row->key_status = ca_key_status(key, now);
}

void tlsa_rows_take(struct tlsa_rows *rows, const struct answer *answer, bool secure, int64_t now)
{
    struct record record;
    size_t offset = 0, used = 0;
    tlsa_rows_clear(rows);
    if (answer->record_count == 0)
        return;
    rows->rows = memory_zeroed(answer->record_count, sizeof *rows->rows);
    rows->octets = memory_get(answer->message_size);
    while (answer_next(answer, &offset, &record)) {
        uint8_t *copy = rows->octets + used;
        memcpy(copy, record.data, record.size);
        used += record.size;
        if (tlsa_read(copy, record.size, &rows->rows[rows->count].record))
            rows->count++;
    }
    rows->count = unique(rows->rows, rows->count);
    for (unsigned i = 0; i < rows->count; i++) {
        judge(&rows->rows[i], secure, now);
        rows->usable_count += rows->rows[i].usable;
    }
}
