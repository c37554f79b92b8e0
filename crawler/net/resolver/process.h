/* process.h - other programs: found, run to their end, or started to die with us. */
#ifndef MXSURVEY_NET_RESOLVER_PROCESS_H
#define MXSURVEY_NET_RESOLVER_PROCESS_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

/* The path of a program: name itself where it has a slash, else the first found
 * in PATH, /usr/local/sbin, /usr/sbin, /sbin (Debian's PATH of a user lacks the
 * latter).  NULL: none.  The caller frees. */
char *process_find(const char *name);

/* Runs a program to its end, its output (both streams) into ret_text, at most
 * size - 1 octets and a NUL.  Returns its exit status, -1 where it could not be
 * run or was killed.  The descriptor keep stays open in it (-1: none). */
int process_run(const char *const argv[], int keep, char *ret_text, size_t size);

/* A user without rights. */
struct process_user {
    uid_t uid;
    gid_t gid;
};

/* The first of these names that there is, for who is root; false: not root, or there is none. */
bool process_find_user(const char *const names[], struct process_user *ret);

/* Can it be changed to (not in a user namespace without it), and read all of these (NULL: none)? */
bool process_user_reads(const struct process_user *user, const char *const paths[], unsigned count);

/* Gives the receive and send buffers of a process' UDP sockets this size, beyond what the system
 * allows others than root: best effort. */
void process_widen_sockets(pid_t pid, int size);

/* Starts a program whose output goes to log and which is killed when this thread
 * ends, also by kill -9 (PR_SET_PDEATHSIG): call it from the main thread.
 * executable: an open file to run, or -1 for argv[0].  user: to run as, or NULL.  Returns its id,
 * or -1. */
pid_t process_start(const char *const argv[], int executable, int keep, int log,
                    const struct process_user *user);

/* true while it runs; once false, it is reaped. */
bool process_runs(pid_t pid);

void process_kill(pid_t pid); /* with SIGKILL; waits for its end */

/* A file in memory, for text or a program: nothing is left when we are killed.
 * Not inherited by programs unless kept.  -1 with errno. */
int process_memory_file(const char *name, bool executable);

/* Writes all; false with errno. */
bool process_write(int fd, const void *bytes, size_t size);

#endif
