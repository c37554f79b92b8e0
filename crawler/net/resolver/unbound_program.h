/* unbound_program.h - the program of the private Unbound: where it is, and what it is made of. */
#ifndef MXSURVEY_NET_RESOLVER_UNBOUND_PROGRAM_H
#define MXSURVEY_NET_RESOLVER_UNBOUND_PROGRAM_H

#include "crawler/core/error.h"

struct unbound_program {
    char *path;          /* owned */
    int image;           /* owned: a copy of it in memory, which is to be run instead; or -1 */
    char version[32];    /* "1.17.1" */
    char libraries[160]; /* that it is linked with: they decide on algorithms; "": not told */
};

/* name: NULL is `unbound`.  0, or -1 with error: not installed, or something else.  To be freed in
 * either case. */
int unbound_program_find(const char *name, struct unbound_program *ret, struct error *error);

void unbound_program_free(struct unbound_program *program);

#endif
