/* writer.h - the thread that writes batches, and the queue before it.
 *
 * The main thread fills one batch while others are on their way: at most
 * WRITER_QUEUE of them.  Where the queue is full the current batch just grows
 * (writer_busy() tells the main thread to start nothing new), so the main thread
 * never waits.  Each batch is a transaction.
 */
#ifndef MXSURVEY_STORE_WRITER_H
#define MXSURVEY_STORE_WRITER_H

#include "crawler/store/batch.h"
#include "crawler/store/file.h"

struct writer;

/* Starts the thread; from now on file->db is the thread's, until writer_stop(). */
int writer_start(struct file *file, struct writer **ret, struct error *error);

/* The batch to fill (main thread); changes with writer_hand_over(). */
struct batch *writer_batch(struct writer *writer);

/* Puts the current batch on its way where the queue has room; without rows does
 * nothing.  Never waits. */
void writer_hand_over(struct writer *writer);

bool writer_busy(struct writer *writer);

unsigned writer_queued(struct writer *writer); /* batches on their way */

/* The first error (error may be NULL), once there was one; batches after it are dropped. */
bool writer_failed(struct writer *writer, struct error *error);

/* Hands over what is left, waits until it is written, ends the thread and frees.
 * 0, or -1 with the first error. */
int writer_stop(struct writer *writer, struct error *error);

#endif
