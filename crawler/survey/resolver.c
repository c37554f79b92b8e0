#include "crawler/survey/resolver.h"

#include "crawler/base/endpoint.h"
#include "crawler/base/memory.h"
#include "crawler/net/resolver/ask.h"

#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

enum {
    /* A resolver with SO_REUSEPORT gives a thread the source ports that hash to it. */
    SOCKETS_PER_RESOLVER = 8,
    /* Of these, of policy servers (64) and of the survey's file; with much fewer libuv aborts, and
     * with fewer questions that cannot be sent would look like a resolver that is away. */
    DESCRIPTORS_LEAST = 128,
    ALIVE_MS = 500,
};

int resolver_loop(uv_loop_t *loop, struct error *error)
{
    struct rlimit limit;
    if (getrlimit(RLIMIT_NOFILE, &limit) == 0 && limit.rlim_cur < DESCRIPTORS_LEAST)
        return error_set(error, "only %u open files are allowed, at least %u are needed: ulimit -n",
                         (unsigned)limit.rlim_cur, DESCRIPTORS_LEAST);
    int code = uv_loop_init(loop);
    return code == 0 ? 0 : error_set(error, "cannot start the event loop: %s", uv_strerror(code));
}

int resolver_start(uv_loop_t *loop, const struct settings *settings, struct unbound **ret_unbound,
                   struct lookup_settings *ret, struct error *error)
{
    *ret = (struct lookup_settings){
        .resolver_count = settings->resolver_count,
        .sockets = SOCKETS_PER_RESOLVER,
        .timeout_ms = settings->timeout_ms,
        .tries = settings->tries,
        .max_in_flight = settings_max_in_flight(settings),
        .max_qps = settings->max_qps,
        .receive_buffer = RECEIVE_BUFFER,
    };
    *ret_unbound = NULL;
    if (settings->resolver_count > 0) {
        memcpy(ret->resolvers, settings->resolvers, sizeof ret->resolvers);
        for (unsigned i = 0; i < settings->resolver_count; i++)
            ret->forgeable |=
                !endpoint_on_loopback((const struct sockaddr *)&settings->resolvers[i]);
        return 0;
    }
    const struct unbound_settings unbound = {
        .root_hints = settings->root_hints,
        .trust_anchor = settings->trust_anchor,
        .include = settings->unbound_include,
        .max_in_flight = ret->max_in_flight,
    };
    *ret_unbound = unbound_start(loop, &unbound, error);
    if (*ret_unbound == NULL)
        return -1;
    const struct sockaddr *address = unbound_address(*ret_unbound);
    ret->resolver_count = 1;
    memcpy(&ret->resolvers[0], address,
           address->sa_family == AF_INET ? sizeof(struct sockaddr_in)
                                         : sizeof(struct sockaddr_in6));
    return 0;
}

static void on_closed(void *context)
{
    *(bool *)context = true;
}

void resolver_stop(uv_loop_t *loop, struct unbound *unbound)
{
    if (unbound != NULL) {
        bool closed = false;
        unbound_stop(unbound, on_closed, &closed);
        while (!closed)
            uv_run(loop, UV_RUN_ONCE);
        unbound_free(unbound);
    }
    uv_run(loop, UV_RUN_NOWAIT);
    uv_loop_close(loop);
}

/* One that has no way to the root, in a DNS of its own, may be silent about the root's keys, and
 * answer what it need not ask others. */
static bool is_alive(const struct settings *settings, unsigned resolver, struct ask_reply *reply)
{
    const struct ask_question question = {
        .question = {.name = {.length = 1}, .type = TYPE_SOA},
        .no_recursion = true,
    };
    struct error reason;
    return ask_udp((const struct sockaddr *)&settings->resolvers[resolver], &question, ALIVE_MS,
                   reply, &reason) == 0;
}

enum first_look resolver_look(const struct settings *settings, unsigned resolver,
                              unsigned patience_ms, struct error *ret_warning)
{
    const char *text = settings->resolver_texts[resolver];
    struct ask_question question = {
        .question = {.name = {.length = 1}, .type = TYPE_DNSKEY},
    };
    struct ask_reply *reply = memory_get(sizeof *reply);
    struct error reason;
    enum first_look look = LOOK_WELL;
    if (ask_udp((const struct sockaddr *)&settings->resolvers[resolver], &question, patience_ms,
                reply, &reason) != 0) {
        error_set(ret_warning, "%s: %s; mxsurvey doctor --resolver %s says more", text, reason.text,
                  text);
        look = is_alive(settings, resolver, reply) ? LOOK_UNPROVEN : LOOK_SILENT;
    } else if (reply->answer.failure == FAILURE_REFERRAL ||
               (!reply->answer.recursion_available && reply->answer.outcome != OUTCOME_ANSWER)) {
        error_set(ret_warning,
                  "%s does not recurse (asked for the root's DNSKEY it %s): no resolver for a "
                  "survey",
                  text,
                  reply->answer.failure == FAILURE_REFERRAL ? "refers to other servers"
                                                            : "gives no answer, RA=0");
        look = LOOK_NOT_RECURSING;
    } else if (!reply->answer.authentic) {
        error_set(ret_warning,
                  "%s does not validate (no AD on the root's DNSKEY): no answer of it can be "
                  "DNSSEC secure",
                  text);
        look = reply->answer.outcome == OUTCOME_FAILED ? LOOK_UNPROVEN : LOOK_NOT_VALIDATING;
    }
    free(reply);
    return look;
}
