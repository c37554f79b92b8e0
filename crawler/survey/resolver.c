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

static int ask_root(const struct settings *settings, unsigned resolver, enum record_type type,
                    bool no_recursion, unsigned patience_ms, struct ask_reply *reply,
                    struct error *error)
{
    const struct ask_question question = {
        .question = {.name = {.length = 1}, .type = type},
        .no_recursion = no_recursion,
    };
    return ask_whole((const struct sockaddr *)&settings->resolvers[resolver], &question,
                     patience_ms, reply, error);
}

/* One that has no way to the root, in a DNS of its own, may be silent about the root's keys, and
 * answer what it need not ask others. */
static bool is_alive(const struct settings *settings, unsigned resolver, struct ask_reply *reply)
{
    struct error reason;
    return ask_root(settings, resolver, TYPE_SOA, true, ALIVE_MS, reply, &reason) == 0;
}

/* Of whatever name, and not of keys alone, which some know nothing of. */
static const struct ask_declined *declined(const struct settings *settings, unsigned resolver,
                                           struct ask_reply *reply)
{
    struct error reason;
    if (ask_declined(&reply->answer) == NULL ||
        ask_root(settings, resolver, TYPE_SOA, false, ALIVE_MS, reply, &reason) != 0)
        return NULL;
    return ask_declined(&reply->answer);
}

static enum first_look look_at(const struct answer *answer, const char *text, struct error *ret)
{
    bool referral = answer->failure == FAILURE_REFERRAL;
    if (referral || (!answer->recursion_available && answer->outcome != OUTCOME_ANSWER)) {
        error_set(ret,
                  "%s does not recurse (asked for the root's DNSKEY it %s): no resolver for a "
                  "survey",
                  text,
                  answer->recursion_available ? "refers to other servers"
                                              : "gives no answer, RA=0");
        return LOOK_NOT_RECURSING;
    }
    if (answer->outcome == OUTCOME_FAILED) {
        error_set(ret,
                  "%s fails (%s) at the root's DNSKEY: it, or the network behind it, may be out of "
                  "order; no answer of it counts as DNSSEC secure",
                  text, failure_word(answer->failure));
        return LOOK_UNPROVEN;
    }
    if (answer->authentic)
        return LOOK_WELL;
    error_set(ret,
              "%s does not validate (no AD on the root's DNSKEY): no answer of it can be DNSSEC "
              "secure",
              text);
    return LOOK_NOT_VALIDATING;
}

enum first_look resolver_look(const struct settings *settings, unsigned resolver,
                              unsigned patience_ms, struct error *ret_warning)
{
    const char *text = settings->resolver_texts[resolver];
    struct ask_reply *reply = memory_get(sizeof *reply);
    struct error reason;
    enum first_look look;
    if (ask_root(settings, resolver, TYPE_DNSKEY, false, patience_ms, reply, &reason) != 0) {
        error_set(ret_warning, "%s: %s; mxsurvey doctor --resolver %s says more", text, reason.text,
                  text);
        look = is_alive(settings, resolver, reply) ? LOOK_UNPROVEN : LOOK_SILENT;
    } else {
        look = look_at(&reply->answer, text, ret_warning);
        const struct ask_declined *no =
            look == LOOK_UNPROVEN ? declined(settings, resolver, reply) : NULL;
        if (no != NULL) {
            error_set(ret_warning,
                      "%s answers %s to whatever it is asked: no resolver for a survey; %s", text,
                      no->word, no->hint);
            look = LOOK_NOT_RECURSING;
        }
    }
    free(reply);
    return look;
}
