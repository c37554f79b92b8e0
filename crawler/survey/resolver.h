/* resolver.h - the resolver of a command: the private Unbound, or those given. */
#ifndef MXSURVEY_SURVEY_RESOLVER_H
#define MXSURVEY_SURVEY_RESOLVER_H

#include "crawler/net/resolver/unbound.h"
#include "crawler/survey/settings.h"

enum {
    RECEIVE_BUFFER = 4 << 20
};

/* The loop of a command, which resolver_stop() closes.  0, or -1 with error: also where the
 * system allows too few open files for a survey. */
int resolver_loop(uv_loop_t *loop, struct error *error);

/* Without settings->resolvers starts an Unbound, which the caller stops and frees
 * (or resolver_stop() does); *ret_unbound is NULL with them.  Fills in what asking needs.  0, or -1
 * with error. */
int resolver_start(uv_loop_t *loop, const struct settings *settings, struct unbound **ret_unbound,
                   struct lookup_settings *ret, struct error *error);

/* Stops what resolver_start() has started (NULL ok) and closes the loop. */
void resolver_stop(uv_loop_t *loop, struct unbound *unbound);

enum first_look {
    LOOK_WELL,
    LOOK_NOT_VALIDATING, /* it answers without AD */
    LOOK_UNPROVEN,       /* it lives, but fails at the root's keys, or is late */
    LOOK_NOT_RECURSING,  /* no survey with it */
    LOOK_SILENT,         /* or what it says cannot be read */
};

/* A first look at a resolver that was given, patience_ms at most: where it is not
 * well, *ret_warning is a line that says what to expect. */
enum first_look resolver_look(const struct settings *settings, unsigned resolver,
                              unsigned patience_ms, struct error *ret_warning);

#endif
