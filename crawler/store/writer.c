#include "crawler/store/writer.h"

#include "crawler/store/insert.h"

#include <assert.h>
#include <pthread.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

enum {
    WRITER_NICENESS = 10,
    WRITER_QUEUE = 2,               /* batches on their way */
    BATCH_COUNT = WRITER_QUEUE + 1, /* and the one being filled */
};

struct writer {
    struct file *file;
    pthread_t thread;
    struct batch batches[BATCH_COUNT]; /* a ring: filled at tail, written at head */
    unsigned current;                  /* main thread only */

    pthread_mutex_t mutex; /* of all below */
    pthread_cond_t changed;
    unsigned head, queued;
    bool stopping;
    struct error error;
    atomic_bool failed; /* error is set; atomic so that looking costs no lock */
    atomic_bool full;   /* queued == WRITER_QUEUE, likewise */
};

static void fail(struct writer *writer, const struct error *error)
{
    pthread_mutex_lock(&writer->mutex);
    if (!atomic_load(&writer->failed)) {
        writer->error = *error;
        atomic_store(&writer->failed, true);
    }
    pthread_mutex_unlock(&writer->mutex);
}

bool writer_failed(struct writer *writer, struct error *error)
{
    if (!atomic_load(&writer->failed))
        return false;
    if (error != NULL) {
        pthread_mutex_lock(&writer->mutex);
        *error = writer->error;
        pthread_mutex_unlock(&writer->mutex);
    }
    return true;
}

static void write_batch(struct writer *writer, struct insert *insert, struct batch *batch)
{
    static const char doing[] = "write rows to it";
    struct error error;
    struct file *file = writer->file;
    int status = file_is_moved(file)
                     ? file_error(file, doing, SQLITE_READONLY_DBMOVED, NULL, &error)
                     : file_exec(file, "BEGIN IMMEDIATE", doing, &error);
    if (status == 0) {
        int code = insert_batch(insert, batch);
        if (code == SQLITE_OK) {
            status = file_exec(file, "COMMIT", doing, &error);
        } else {
            const char *detail = batch->out_of_memory ? NULL : sqlite3_errmsg(file->db);
            status = file_error(file, doing, code, detail, &error);
            if (!sqlite3_get_autocommit(file->db))
                sqlite3_exec(file->db, "ROLLBACK", NULL, NULL, NULL);
        }
    }
    if (status != 0)
        fail(writer, &error);
}

/* On a shared core the writer works while the event loop waits for answers: what is written a
 * little later delays nobody.  When its queue is full nothing new is started (writer_busy()), and
 * it has the core. */
static void step_back(void)
{
    pthread_setschedparam(pthread_self(), SCHED_BATCH, &(struct sched_param){0});
    setpriority(PRIO_PROCESS, (id_t)gettid(), WRITER_NICENESS); /* of this thread */
}

static void *writer_main(void *context)
{
    struct writer *writer = context;
    struct insert *insert = NULL;
    step_back();
    int code = insert_new(writer->file->db, &insert);
    if (code != SQLITE_OK) {
        struct error error;
        file_error(writer->file, "prepare writing", code, sqlite3_errmsg(writer->file->db), &error);
        fail(writer, &error);
    }

    pthread_mutex_lock(&writer->mutex);
    for (;;) {
        while (writer->queued == 0 && !writer->stopping)
            pthread_cond_wait(&writer->changed, &writer->mutex);
        if (writer->queued == 0)
            break;
        struct batch *batch = &writer->batches[writer->head];
        pthread_mutex_unlock(&writer->mutex);

        if (!atomic_load(&writer->failed))
            write_batch(writer, insert, batch);
        batch_clear(batch);

        pthread_mutex_lock(&writer->mutex);
        writer->head = (writer->head + 1) % BATCH_COUNT;
        writer->queued--;
        atomic_store(&writer->full, false);
        pthread_cond_signal(&writer->changed);
    }
    pthread_mutex_unlock(&writer->mutex);
    insert_free(insert);
    return NULL;
}

int writer_start(struct file *file, struct writer **ret, struct error *error)
{
    struct writer *writer = calloc(1, sizeof *writer);
    if (writer == NULL)
        return file_error(file, "start writing", SQLITE_NOMEM, NULL, error);
    writer->file = file;
    pthread_mutex_init(&writer->mutex, NULL);
    pthread_cond_init(&writer->changed, NULL);
    int code = pthread_create(&writer->thread, NULL, writer_main, writer);
    if (code != 0) {
        file_error(file, "start the writer thread", SQLITE_ERROR, strerror(code), error);
        pthread_cond_destroy(&writer->changed);
        pthread_mutex_destroy(&writer->mutex);
        free(writer);
        return -1;
    }
    *ret = writer;
    return 0;
}

struct batch *writer_batch(struct writer *writer)
{
    return &writer->batches[writer->current];
}

/* With the mutex held and room in the queue. */
static void push(struct writer *writer)
{
    assert(writer->queued < WRITER_QUEUE);
    writer->queued++;
    atomic_store(&writer->full, writer->queued == WRITER_QUEUE);
    writer->current = (writer->current + 1) % BATCH_COUNT;
    pthread_cond_signal(&writer->changed);
}

void writer_hand_over(struct writer *writer)
{
    const struct batch *batch = writer_batch(writer);
    if (batch->row_count == 0 && !batch->out_of_memory)
        return;
    if (atomic_load(&writer->full))
        return;
    pthread_mutex_lock(&writer->mutex);
    push(writer);
    pthread_mutex_unlock(&writer->mutex);
}

bool writer_busy(struct writer *writer)
{
    return atomic_load(&writer->full);
}

unsigned writer_queued(struct writer *writer)
{
    pthread_mutex_lock(&writer->mutex);
    unsigned queued = writer->queued;
    pthread_mutex_unlock(&writer->mutex);
    return queued;
}

int writer_stop(struct writer *writer, struct error *error)
{
    const struct batch *batch = writer_batch(writer);
    pthread_mutex_lock(&writer->mutex);
    while (writer->queued == WRITER_QUEUE)
        pthread_cond_wait(&writer->changed, &writer->mutex);
    if (batch->row_count > 0 || batch->out_of_memory)
        push(writer);
    writer->stopping = true;
    pthread_cond_signal(&writer->changed);
    pthread_mutex_unlock(&writer->mutex);
    pthread_join(writer->thread, NULL);

    int status = writer_failed(writer, error) ? -1 : 0;
    for (unsigned i = 0; i < BATCH_COUNT; i++)
        batch_free(&writer->batches[i]);
    pthread_cond_destroy(&writer->changed);
    pthread_mutex_destroy(&writer->mutex);
    free(writer);
    return status;
}
