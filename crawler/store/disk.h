/* disk.h - what the disk that a survey file lies on means for it: a lock that keeps a second
 * program out, and whether other machines may share it.
 */
#ifndef MXSURVEY_STORE_DISK_H
#define MXSURVEY_STORE_DISK_H

#include <stdbool.h>

/* Locks the file for this descriptor alone, until it is closed.  0, or errno: EAGAIN where another
 * descriptor has the lock.
 *
 * The lock is an open file description's, on one octet far behind the end of any database: no other
 * meets it.  A flock(2) would not do, for NFS makes of it a lock on the whole file, which meets
 * those of SQLite, even in the same process. */
int disk_lock(int descriptor);

/* Is it a disk that other machines may have mounted too?  SQLite's index of its log is memory that
 * the programs of one machine share: there it needs the file for itself. */
bool disk_is_network(int descriptor);

#endif
