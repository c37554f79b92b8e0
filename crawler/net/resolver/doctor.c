#include "crawler/net/resolver/doctor.h"

#include "crawler/base/endpoint.h"
#include "crawler/net/resolver/ask.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

enum {
    BURST_MS = 1000,            /* without an answer: no further one comes */
    EDE_NOT_AUTHORITATIVE = 20, /* RFC 8914 s4.21: Unbound's answer to RD=0 */
};

struct visit {
    const struct doctor_settings *settings;
    struct doctor_report *report;
    int resolver;
    const struct sockaddr *address;
    struct ask_reply *reply;
    struct error reason;
};

static void find(struct visit *visit, const char *name, enum finding_level level,
                 const char *format, ...) __attribute__((format(printf, 4, 5)));

static void find(struct visit *visit, const char *name, enum finding_level level,
                 const char *format, ...)
{
    struct doctor_report *report = visit->report;
    struct finding *finding = &report->findings[report->count++];
    va_list args;
    finding->name = name;
    finding->resolver = visit->resolver;
    finding->level = level;
    va_start(args, format);
    vsnprintf(finding->text, sizeof finding->text, format, args);
    va_end(args);
    if (level > report->worst)
        report->worst = level;
}

static bool ask(struct visit *visit, enum record_type type, bool tcp, bool no_recursion)
{
    struct ask_question question = {
        .question = {.name = {.length = 1}, .type = type},
        .no_recursion = no_recursion,
    };
    unsigned timeout_ms = visit->settings->timeout_ms;
    return (tcp ? ask_tcp : ask_udp)(visit->address, &question, timeout_ms, visit->reply,
                                     &visit->reason) == 0;
}

static bool over_udp(struct visit *visit)
{
    if (!ask(visit, TYPE_SOA, false, false)) {
        find(visit, "udp", FINDING_ERROR, "no use over UDP: %s", visit->reason.text);
        return false;
    }
    const struct ask_declined *no = ask_declined(&visit->reply->answer);
    if (no != NULL) {
        find(visit, "udp", FINDING_ERROR, "answers %s to the root's SOA: %s", no->word, no->hint);
        return false;
    }
    find(visit, "udp", FINDING_OK, "answers over UDP");
    return true;
}

static void over_tcp(struct visit *visit)
{
    if (ask(visit, TYPE_DNSKEY, true, false))
        find(visit, "tcp", FINDING_OK, "answers over TCP");
    else
        find(visit, "tcp", FINDING_ERROR,
             "no use over TCP (%s): long answers, as of domains with many mail hosts, would fail",
             visit->reason.text);
}

#define INSTEAD "or leave out --resolver for a private Unbound"

/* What is there without validation, and not with it. */
static bool is_bogus(struct visit *visit, enum record_type type)
{
    const struct ask_question question = {
        .question = {.name = {.length = 1}, .type = type, .checking_disabled = true},
    };
    return visit->reply->answer.failure == FAILURE_SERVFAIL &&
           ask_whole(visit->address, &question, visit->settings->timeout_ms, visit->reply,
                     &visit->reason) == 0 &&
           visit->reply->answer.outcome == OUTCOME_ANSWER;
}

/* false: the reason is found. */
static bool is_validated(struct visit *visit, enum record_type type, const char *word)
{
    const struct ask_question question = {.question = {.name = {.length = 1}, .type = type}};
    const struct answer *answer = &visit->reply->answer;
    if (ask_whole(visit->address, &question, visit->settings->timeout_ms, visit->reply,
                  &visit->reason) != 0) {
        find(visit, "validation", FINDING_ERROR,
             "not known whether it validates: the root's %s: %s", word, visit->reason.text);
        return false;
    }
    if (answer->outcome == OUTCOME_ANSWER && answer->authentic)
        return true;
    enum failure failure = answer->failure;
    if (failure == FAILURE_NONE)
        find(visit, "validation", FINDING_ERROR,
             "does not validate: the root's %s comes back as: %s, AD=%d; turn DNSSEC validation "
             "on, " INSTEAD,
             word, outcome_word(answer->outcome), answer->authentic);
    else if (failure == FAILURE_REFERRAL)
        find(visit, "validation", FINDING_ERROR,
             "does not recurse: asked for the root's %s it gives no answer; give it "
             "recursion, " INSTEAD,
             word);
    else if (is_bogus(visit, type))
        find(
            visit, "validation", FINDING_ERROR,
            "takes the root's %s for bogus (SERVFAIL, but not with CD=1): look at its trust anchor "
            "and its clock, " INSTEAD,
            word);
    else
        find(visit, "validation", FINDING_ERROR,
             "fails (%s) at the root's %s: it, or the network behind it, may be out of order",
             failure_word(failure), word);
    return false;
}

static void validating(struct visit *visit)
{
    if (is_validated(visit, TYPE_DNSKEY, "DNSKEY") && is_validated(visit, TYPE_SOA, "SOA"))
        find(visit, "validation", FINDING_OK, "validates: the root's DNSKEY and SOA have AD=1");
}

static void authentic_data(struct visit *visit)
{
    bool loopback = endpoint_on_loopback(visit->address);
    if (!visit->settings->believe_ad)
        find(visit, "ad", FINDING_WARNING,
             "%s: its AD bit is not believed, every DNSSEC status will be indeterminate; give "
             "--trust-ad where the way to it is safe (RFC 4035 s4.9.3)",
             loopback ? "on loopback, but another resolver is not" : "not on loopback");
    else
        find(visit, "ad", FINDING_OK, "its AD bit is believed: %s",
             loopback ? "on loopback" : "--trust-ad");
}

static void edns(struct visit *visit)
{
    int size = ask(visit, TYPE_SOA, false, false) ? visit->reply->answer.udp_size : -1;
    if (size < 0)
        find(visit, "edns", FINDING_WARNING,
             "no EDNS in its answers: longer ones need TCP, failures have no EDE code");
    else
        find(visit, "edns", size < 1232 ? FINDING_WARNING : FINDING_OK,
             "speaks EDNS, takes %d octets over UDP", size);
}

static void extended_errors(struct visit *visit)
{
    const struct ede *ede = &visit->reply->answer.ede;
    char codes[EDE_TEXT_MAX];
    if (ask(visit, TYPE_SOA, false, true) && ede->count > 0) {
        ede_to_text(ede, codes);
        find(visit, "ede", FINDING_OK,
             "tells reasons of failures: EDE %s to a question with RD=0%s", codes,
             ede->codes[0] == EDE_NOT_AUTHORITATIVE ? " (as Unbound with ede: yes)" : "");
    } else {
        find(visit, "ede", FINDING_WARNING,
             "no extended error (EDE) shown when asked with RD=0: the column ede may stay empty "
             "(Unbound: ede: yes, val-log-level: 2)");
    }
}

static void version(struct visit *visit)
{
    char text[ASK_VERSION_MAX];
    if (ask_version(visit->address, visit->settings->timeout_ms, text))
        find(visit, "version", FINDING_OK, "says it is %s", text);
    else
        find(visit, "version", FINDING_OK, "does not tell its version");
}

/* What its socket takes: a survey finds that out, and what was lost costs time. */
static void burst(struct visit *visit)
{
    unsigned timeout_ms = visit->settings->timeout_ms;
    int answers = ask_burst(visit->address, timeout_ms < BURST_MS ? timeout_ms : BURST_MS);
    if (answers >= ASK_BURST * 9 / 10)
        find(visit, "burst", FINDING_OK, "answers %d of %d questions sent at once", answers,
             ASK_BURST);
    else if (answers >= 0)
        find(visit, "burst", FINDING_WARNING,
             "answers %d of %d questions sent at once, the others get lost: a survey asks it "
             "slowly; give its socket a larger receive buffer (Unbound: so-rcvbuf: 4m)",
             answers, ASK_BURST);
}

static void visit_resolver(struct visit *visit)
{
    if (!over_udp(visit))
        return;
    over_tcp(visit);
    validating(visit);
    authentic_data(visit);
    edns(visit);
    extended_errors(visit);
    version(visit);
    burst(visit);
}

static void descriptors(struct visit *visit)
{
    struct rlimit limit;
    unsigned wished = visit->settings->descriptors;
    if (getrlimit(RLIMIT_NOFILE, &limit) != 0)
        return;
    if (limit.rlim_cur < wished)
        find(visit, "descriptors", FINDING_ERROR,
             "%llu file descriptors allowed, %u needed: ulimit -n %u",
             (unsigned long long)limit.rlim_cur, wished, wished);
    else if (visit->settings->private_resolver && limit.rlim_max < 16384)
        find(visit, "descriptors", FINDING_WARNING,
             "at most %llu file descriptors allowed: the private Unbound can have few questions "
             "under way; raise the hard limit (16384 is plenty)",
             (unsigned long long)limit.rlim_max);
    else
        find(visit, "descriptors", FINDING_OK, "%llu file descriptors allowed",
             (unsigned long long)limit.rlim_cur);
}

/* What a socket really gets: the kernel doubles it for its own use. */
static void receive_buffer(struct visit *visit)
{
    int wished = (int)visit->settings->receive_buffer, got = 0;
    socklen_t size = sizeof got;
    int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    if (fd < 0)
        return;
    if (setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &wished, sizeof wished) != 0)
        setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &wished, sizeof wished);
    if (getsockopt(fd, SOL_SOCKET, SO_RCVBUF, &got, &size) == 0) {
        got /= 2;
        if (got < wished)
            find(visit, "receive-buffer", FINDING_WARNING,
                 "sockets get %d octets of receive buffer, not %d: answers that come faster are "
                 "lost and asked for again; sysctl -w net.core.rmem_max=%d",
                 got, wished, wished);
        else
            find(visit, "receive-buffer", FINDING_OK, "sockets get %d octets of receive buffer",
                 got);
    }
    close(fd);
}

int doctor_run(const struct doctor_settings *settings, struct doctor_report *ret,
               struct error *error)
{
    struct visit visit = {.settings = settings, .report = ret};
    visit.reply = malloc(sizeof *visit.reply);
    if (visit.reply == NULL)
        return error_set(error, "out of memory");
    ret->worst = FINDING_OK;
    ret->count = 0;
    for (unsigned i = 0; i < settings->resolver_count; i++) {
        visit.resolver = (int)i;
        visit.address = (const struct sockaddr *)&settings->resolvers[i];
        visit_resolver(&visit);
    }
    visit.resolver = -1;
    descriptors(&visit);
    receive_buffer(&visit);
    free(visit.reply);
    return 0;
}
