#include "crawler/store/ahead.h"

#include "crawler/store/permute.h"

#include <assert.h>
#include <pthread.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>

enum {
    BLOCK_COUNT = 3,
    BLOCK_NAMES = 4096,                                    /* 16 runs or more, when shuffled */
    BLOCK_OCTETS = BLOCK_NAMES * 24 + sizeof(struct name), /* a block of long names has fewer */
    /* reading over this many names that are done is cheaper than a new search */
    SKIP_MAX = 64,
};

struct block {
    unsigned count;
    size_t used; /* octets of names */
    int code;    /* SQLITE_OK: another block follows; SQLITE_DONE: none; or an error */
    uint64_t id[BLOCK_NAMES];
    uint32_t offset[BLOCK_NAMES];
    uint8_t names[BLOCK_OCTETS]; /* each NAME_SIZE() of a struct name, at its offset */
    /* shuffled: run r is the names from run_start[r] on */
    unsigned run_count;
    uint16_t run_start[BLOCK_NAMES + 1];
    uint16_t turn[BLOCK_NAMES]; /* the order of handing out: indices */
};

struct ahead {
    const struct left *left;
    sqlite3_stmt *from_id;
    pthread_t thread;

    /* main thread only */
    struct block *current; /* being handed out: blocks[head] */
    unsigned next;

    pthread_mutex_t mutex; /* of all below */
    pthread_cond_t changed;
    struct block blocks[BLOCK_COUNT]; /* a ring: handed out at head, filled behind */
    unsigned head, filled;
    struct ahead_order order;
    uint64_t position; /* in visiting order, of the next name; the thread's while reading */
    bool reading, pass_over, stopping;
};

static bool is_full(const struct block *block)
{
    return block->count == BLOCK_NAMES || block->used > BLOCK_OCTETS - sizeof(struct name);
}

static int keep_row(struct block *block, sqlite3_stmt *statement)
{
    /* as blob: the text as it is stored, without a copy for a final NUL */
    const void *text = sqlite3_column_blob(statement, 1);
    int length = sqlite3_column_bytes(statement, 1);
    struct name *name = (struct name *)(block->names + block->used);
    if (text == NULL || !name_from_text(text, (size_t)length, name))
        return SQLITE_CORRUPT;
    block->id[block->count] = (uint64_t)sqlite3_column_int64(statement, 0);
    block->offset[block->count++] = (uint32_t)block->used;
    block->used += NAME_SIZE(name->length);
    return SQLITE_OK;
}

/* Reads what is left of the names from..to.  *ret_next: where to go on. */
static int read_range(struct ahead *ahead, struct block *block, uint64_t from, uint64_t to,
                      uint64_t *ret_next)
{
    const struct left *left = ahead->left;
    *ret_next = left_skip_done(left, from);
    if (*ret_next > to)
        return SQLITE_OK;
    int code = sqlite3_bind_int64(ahead->from_id, 1, (sqlite3_int64)*ret_next);
    while (code == SQLITE_OK && !is_full(block)) {
        code = sqlite3_step(ahead->from_id);
        if (code != SQLITE_ROW)
            break;
        uint64_t id = (uint64_t)sqlite3_column_int64(ahead->from_id, 0);
        code = left_is_done(left, id) ? SQLITE_OK : keep_row(block, ahead->from_id);
        *ret_next = left_skip_done(left, id + 1);
        if (*ret_next > to || *ret_next - id > SKIP_MAX)
            break;
    }
    int reset = sqlite3_reset(ahead->from_id);
    /* every number has its row */
    return code == SQLITE_DONE ? SQLITE_CORRUPT : code == SQLITE_OK ? reset : code;
}

static int read_in_order(struct ahead *ahead, struct block *block)
{
    int code = SQLITE_OK;
    while (code == SQLITE_OK && !is_full(block)) {
        uint64_t next;
        code = read_range(ahead, block, ahead->position + 1, ahead->left->count, &next);
        if (code == SQLITE_OK && next > ahead->left->count)
            code = SQLITE_DONE;
        ahead->position = next - 1;
    }
    for (unsigned i = 0; i < block->count; i++)
        block->turn[i] = (uint16_t)i;
    return code;
}

/* One name of each run by turns. */
static void take_turns(struct block *block)
{
    unsigned taken = 0;
    block->run_start[block->run_count] = (uint16_t)block->count;
    for (unsigned round = 0; taken < block->count; round++) {
        for (unsigned run = 0; run < block->run_count; run++) {
            unsigned index = block->run_start[run] + round;
            if (index < block->run_start[run + 1])
                block->turn[taken++] = (uint16_t)index;
        }
    }
}

/* The position counts places in the shuffled runs, all of one length. */
static int read_shuffled(struct ahead *ahead, struct block *block)
{
    uint64_t count = ahead->left->count, length = ahead->order.run;
    uint64_t runs = (count + length - 1) / length;
    int code = SQLITE_OK;
    while (code == SQLITE_OK && !is_full(block)) {
        if (ahead->position >= runs * length) {
            code = SQLITE_DONE;
            break;
        }
        uint64_t first = permute(ahead->position / length, runs, ahead->order.seed) * length + 1;
        uint64_t last = first + length - 1 < count ? first + length - 1 : count, next;
        next = left_skip_done(ahead->left, first + ahead->position % length);
        if (next <= last) {
            block->run_start[block->run_count++] = (uint16_t)block->count;
            code = read_range(ahead, block, next, last, &next);
        }
        ahead->position -= ahead->position % length;
        ahead->position += next > last ? length : next - first;
    }
    take_turns(block);
    return code;
}

static void *ahead_main(void *context)
{
    struct ahead *ahead = context;
    /* as the writer's: it is not to take a shared core from the event loop */
    pthread_setschedparam(pthread_self(), SCHED_BATCH, &(struct sched_param){0});
    pthread_mutex_lock(&ahead->mutex);
    for (;;) {
        while (!ahead->stopping && (ahead->pass_over || ahead->filled == BLOCK_COUNT))
            pthread_cond_wait(&ahead->changed, &ahead->mutex);
        if (ahead->stopping)
            break;
        struct block *block = &ahead->blocks[(ahead->head + ahead->filled) % BLOCK_COUNT];
        ahead->reading = true;
        pthread_mutex_unlock(&ahead->mutex);

        block->count = block->run_count = 0;
        block->used = 0;
        block->code =
            ahead->order.shuffled ? read_shuffled(ahead, block) : read_in_order(ahead, block);

        pthread_mutex_lock(&ahead->mutex);
        ahead->reading = false;
        ahead->filled++;
        ahead->pass_over = block->code != SQLITE_OK;
        pthread_cond_signal(&ahead->changed);
    }
    pthread_mutex_unlock(&ahead->mutex);
    return NULL;
}

static void set_order(struct ahead *ahead, const struct ahead_order *order)
{
    ahead->order = *order;
    if (ahead->order.run == 0)
        ahead->order.run = 1;
    assert(ahead->order.run <= AHEAD_RUN_MAX);
}

int ahead_start(const struct left *left, sqlite3 *db, const struct ahead_order *order,
                struct ahead **ret)
{
    struct ahead *ahead = calloc(1, sizeof *ahead);
    if (ahead == NULL)
        return SQLITE_NOMEM;
    ahead->left = left;
    set_order(ahead, order);
    int code = sqlite3_prepare_v3(db, "SELECT id, domain FROM _listed WHERE id >= ? ORDER BY id",
                                  -1, SQLITE_PREPARE_PERSISTENT, &ahead->from_id, NULL);
    if (code == SQLITE_OK) {
        pthread_mutex_init(&ahead->mutex, NULL);
        pthread_cond_init(&ahead->changed, NULL);
        if (pthread_create(&ahead->thread, NULL, ahead_main, ahead) == 0) {
            *ret = ahead;
            return SQLITE_OK;
        }
        pthread_cond_destroy(&ahead->changed);
        pthread_mutex_destroy(&ahead->mutex);
        code = SQLITE_NOMEM;
    }
    sqlite3_finalize(ahead->from_id);
    free(ahead);
    return code;
}

void ahead_stop(struct ahead *ahead)
{
    if (ahead == NULL)
        return;
    pthread_mutex_lock(&ahead->mutex);
    ahead->stopping = true;
    pthread_cond_signal(&ahead->changed);
    pthread_mutex_unlock(&ahead->mutex);
    pthread_join(ahead->thread, NULL);
    pthread_cond_destroy(&ahead->changed);
    pthread_mutex_destroy(&ahead->mutex);
    sqlite3_finalize(ahead->from_id);
    free(ahead);
}

void ahead_rewind(struct ahead *ahead, const struct ahead_order *order)
{
    pthread_mutex_lock(&ahead->mutex);
    /* no more than what is left of one block */
    while (ahead->reading)
        pthread_cond_wait(&ahead->changed, &ahead->mutex);
    ahead->head = ahead->filled = 0;
    ahead->current = NULL;
    ahead->position = 0;
    set_order(ahead, order);
    ahead->pass_over = false;
    pthread_cond_signal(&ahead->changed);
    pthread_mutex_unlock(&ahead->mutex);
}

/* Makes the next filled block the current one, giving back the one before. */
static bool next_block(struct ahead *ahead)
{
    pthread_mutex_lock(&ahead->mutex);
    if (ahead->current != NULL) {
        ahead->head = (ahead->head + 1) % BLOCK_COUNT;
        ahead->filled--;
        pthread_cond_signal(&ahead->changed);
    }
    ahead->current = ahead->filled > 0 ? &ahead->blocks[ahead->head] : NULL;
    ahead->next = 0;
    pthread_mutex_unlock(&ahead->mutex);
    return ahead->current != NULL;
}

int ahead_next(struct ahead *ahead, struct store_domain *ret)
{
    for (;;) {
        const struct block *block = ahead->current;
        while (block != NULL && ahead->next < block->count) {
            unsigned i = block->turn[ahead->next++];
            /* its row may have come since it was read ahead, in a second pass */
            if (left_is_done(ahead->left, block->id[i]))
                continue;
            const struct name *name = (const struct name *)(block->names + block->offset[i]);
            ret->id = block->id[i];
            memcpy(&ret->name, name, NAME_SIZE(name->length));
            return SQLITE_ROW;
        }
        if (block != NULL && block->code != SQLITE_OK)
            return block->code;
        if (!next_block(ahead))
            return SQLITE_BUSY;
    }
}
