/* The private Unbound: nothing of it is on disk.  Its configuration is a file in
 * memory, so that nothing is left behind when the run is killed; its log is a
 * pipe, of which the last words are kept for error messages. */
#include "crawler/net/resolver/unbound.h"

#include "crawler/base/interrupt.h"
#include "crawler/net/resolver/ask.h"
#include "crawler/net/resolver/process.h"
#include "crawler/net/resolver/unbound_config.h"
#include "crawler/net/resolver/unbound_program.h"
#include "crawler/net/resolver/unbound_words.h"

#include <arpa/inet.h>
#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum {
    HEALTH_MS = 10000,    /* from its start to the root's validated answers */
    HEALTH_TRY_MS = 1500, /* one question of it */
    WATCH_MS = 100,
    WIDEN_MS = 1000, /* after a restart: by then it has its sockets */
    SOCKET_BUFFER = 4 << 20,
    SHORT_LIFE_MS = 5000,
    SHORT_LIVES = 6,  /* in a row: it is lost.  A name that kills it is given up before */
    START_TRIES = 3,  /* ports: another program may be faster in taking one */
    CHECK_ROUNDS = 8, /* of dropping what this version does not know */
    OUTPUT_MAX = 16384,
    PATH_MAX_FD = 32,
};

struct unbound {
    uv_loop_t *loop;
    struct unbound_program program;
    char *trust_anchor, *root_hints, *include; /* files, absolute names */
    int config;                                /* in memory */
    char config_path[PATH_MAX_FD];
    char policy[UNBOUND_POLICY_MAX];
    bool refused_known;
    struct unbound_algorithms refused;
    bool has_user; /* started by root, it is another's from the start */
    struct process_user user;
    bool widened; /* the sockets of this life: see widen() */
    struct unbound_plan plan;
    struct sockaddr_in address;
    pid_t pid; /* 0: not running */
    uint64_t started_ms;
    int restarts;
    unsigned short_lives;
    int log_read, log_write;
    struct unbound_words words; /* the end of its log */
    uv_poll_t log;
    uv_timer_t watch;
    unsigned open_handles;
    void (*closed)(void *context);
    void *closed_context;
};

/* Its parts */

/* A port that is free now for UDP and TCP; 0: none found. */
static uint16_t free_port(void)
{
    for (int try = 0; try < 20; try++) {
        struct sockaddr_in address = {.sin_family = AF_INET};
        socklen_t size = sizeof address;
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        int udp = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
        int tcp = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
        bool found = bind(udp, (struct sockaddr *)&address, size) == 0 &&
                     getsockname(udp, (struct sockaddr *)&address, &size) == 0 &&
                     bind(tcp, (struct sockaddr *)&address, size) == 0;
        close(udp);
        close(tcp);
        if (found)
            return ntohs(address.sin_port);
    }
    return 0;
}

static int write_config(struct unbound *unbound, const char *text, struct error *error)
{
    size_t length = strlen(text);
    if (ftruncate(unbound->config, 0) != 0 || lseek(unbound->config, 0, SEEK_SET) != 0 ||
        !process_write(unbound->config, text, length) || lseek(unbound->config, 0, SEEK_SET) != 0)
        return error_set(error, "the configuration of Unbound cannot be written: %s",
                         strerror(errno));
    unbound_config_policy(text, unbound->policy);
    return 0;
}

/* Versions differ in the options they know, and refuse to start with others. */
static int drop_unknown(struct unbound *unbound, char *text, struct error *error)
{
    char output[OUTPUT_MAX];
    char *checkconf = unbound_check_find(unbound->program.path);
    int result = 0, status = 1;
    if (checkconf == NULL)
        return 0; /* Unbound itself will tell */
    const char *const argv[] = {checkconf, unbound->config_path, NULL};
    for (int round = 0; round < CHECK_ROUNDS && status != 0 && result == 0; round++) {
        status = process_run(argv, unbound->config, output, sizeof output);
        if (status == 0)
            break;
        if (unbound_config_drop(text, unbound->config_path, output) == 0)
            break;
        result = write_config(unbound, text, error);
    }
    if (result == 0 && status != 0) {
        unbound_words_clear(&unbound->words);
        unbound_words_keep(&unbound->words, output, strlen(output));
        char words[512];
        result = error_set(error, "the private Unbound's configuration is not accepted: %s",
                           unbound_words_telling(&unbound->words, words, sizeof words));
    }
    free(checkconf);
    return result;
}

/* Once: the program stays the same.  Where it cannot be asked, it is not known. */
static void ask_algorithms(struct unbound *unbound)
{
    char *checkconf = unbound_check_find(unbound->program.path);
    unbound->refused_known =
        checkconf != NULL && unbound_check_algorithms(checkconf, &unbound->refused);
    free(checkconf);
}

static int make_config(struct unbound *unbound, struct error *error)
{
    char text[UNBOUND_CONFIG_MAX];
    uint16_t port = free_port();
    if (port == 0)
        return error_set(error, "no port of 127.0.0.1 is free for the private Unbound");
    unbound->plan.port = port;
    unbound->address = (struct sockaddr_in){.sin_family = AF_INET, .sin_port = htons(port)};
    unbound->address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    unbound_config_write(&unbound->plan, text);
    if (write_config(unbound, text, error) != 0)
        return -1;
    return drop_unknown(unbound, text, error);
}

static bool spawn(struct unbound *unbound)
{
    const char *const argv[] = {unbound->program.path, "-d", "-c", unbound->config_path, NULL};
    lseek(unbound->config, 0, SEEK_SET);
    pid_t pid = process_start(argv, unbound->program.image, unbound->config, unbound->log_write,
                              unbound->has_user ? &unbound->user : NULL);
    unbound->widened = !unbound->has_user;
    uv_update_time(unbound->loop);
    unbound->started_ms = uv_now(unbound->loop);
    unbound->pid = pid > 0 ? pid : 0;
    return pid > 0;
}

/* Health */

static bool validated(const struct unbound *unbound, enum record_type type, struct error *error)
{
    struct ask_question question = {.question = {.name = {.length = 1}, .type = type}};
    struct ask_reply *reply = malloc(sizeof *reply);
    char ede[EDE_TEXT_MAX];
    bool good = false;
    const struct sockaddr *address = (const struct sockaddr *)&unbound->address;
    if (reply != NULL && ask_udp(address, &question, HEALTH_TRY_MS, reply, error) == 0) {
        const struct answer *answer = &reply->answer;
        good = answer->outcome == OUTCOME_ANSWER && answer->authentic;
        ede_to_text(&answer->ede, ede);
        if (!good)
            error_set(error, "answer %s%s%s%s",
                      answer->outcome == OUTCOME_FAILED ? failure_word(answer->failure)
                                                        : outcome_word(answer->outcome),
                      answer->authentic ? "" : ", not validated", ede[0] != '\0' ? ", EDE " : "",
                      ede);
    }
    free(reply);
    return good;
}

/* It has its sockets, and could not make them larger than the system allows others than root. */
static void widen(struct unbound *unbound)
{
    if (!unbound->widened)
        process_widen_sockets(unbound->pid, SOCKET_BUFFER);
    unbound->widened = true;
}

static int wait_healthy(struct unbound *unbound, struct error *error)
{
    static const struct timespec pause = {.tv_nsec = 20 * 1000 * 1000};
    char words[512];
    struct error reason = {""};
    uint64_t deadline = uv_hrtime() + (uint64_t)HEALTH_MS * 1000000;
    for (;;) {
        bool running = process_runs(unbound->pid);
        unbound_words_drain(&unbound->words, unbound->log_read);
        if (!running) {
            unbound->pid = 0;
            return error_set(error, "the private Unbound did not start: %s",
                             unbound_words_telling(&unbound->words, words, sizeof words));
        }
        if (validated(unbound, TYPE_DNSKEY, &reason) && validated(unbound, TYPE_SOA, &reason))
            return 0;
        if (interrupt_count() > 0)
            return error_set(error, "stopped while the private Unbound was started");
        if (uv_hrtime() > deadline)
            break;
        nanosleep(&pause, NULL);
    }
    unbound_words_drain(&unbound->words, unbound->log_read);
    return error_set(error,
                     "the private Unbound does not get validated answers about the root (%s; its "
                     "last words: %s): is there a way to the root servers?  Else give a "
                     "validating resolver (--resolver ADDR)",
                     reason.text, unbound_words_telling(&unbound->words, words, sizeof words));
}

/* Life */

static void on_log(uv_poll_t *poll, int status, int events)
{
    (void)status, (void)events;
    struct unbound *unbound = poll->data;
    unbound_words_drain(&unbound->words, unbound->log_read);
}

static void on_watch(uv_timer_t *timer)
{
    struct unbound *unbound = timer->data;
    if (unbound->pid != 0 && uv_now(unbound->loop) - unbound->started_ms >= WIDEN_MS)
        widen(unbound);
    if (unbound->restarts < 0 || (unbound->pid != 0 && process_runs(unbound->pid)))
        return;
    unbound->pid = 0;
    bool short_life = uv_now(unbound->loop) - unbound->started_ms < SHORT_LIFE_MS;
    unbound->short_lives = short_life ? unbound->short_lives + 1 : 0;
    if (unbound->short_lives >= SHORT_LIVES) {
        unbound->restarts = -1;
        return;
    }
    unbound->restarts++;
    spawn(unbound); /* where this fails: again in the next turn */
}

static int start_once(struct unbound *unbound, struct error *error)
{
    if (make_config(unbound, error) != 0)
        return -1;
    unbound_words_clear(&unbound->words);
    if (!spawn(unbound))
        return error_set(error, "the private Unbound cannot be started: %s", strerror(errno));
    if (wait_healthy(unbound, error) == 0) {
        widen(unbound);
        return 0;
    }
    if (unbound->pid != 0)
        process_kill(unbound->pid);
    unbound->pid = 0;
    return -1;
}

static int open_parts(struct unbound *unbound, struct error *error)
{
    int ends[2];
    unbound->config = process_memory_file("unbound.conf", false);
    if (unbound->config < 0 || pipe2(ends, O_CLOEXEC | O_NONBLOCK) != 0)
        return error_set(error, "the private Unbound cannot be started: %s", strerror(errno));
    unbound->log_read = ends[0];
    unbound->log_write = ends[1]; /* full: its words are lost, it goes on */
    snprintf(unbound->config_path, sizeof unbound->config_path, "/proc/self/fd/%d",
             unbound->config);
    return 0;
}

/* Unbound takes a relative name for one below its directory, and passes over an include that it
 * does not find or whose pattern fits nothing. */
static int find_file(const char *path, const char *what, const char *unfit, char **ret,
                     struct error *error)
{
    if (path == NULL)
        return 0;
    *ret = realpath(path, NULL);
    if (*ret == NULL || access(*ret, R_OK) != 0)
        return error_set(error, "%s: %s cannot be read: %s", path, what, strerror(errno));
    if (strpbrk(*ret, unfit) != NULL)
        return error_set(error, "%s: the name of %s may not hold line ends or any of %s", *ret,
                         what, unfit + 1);
    return 0;
}

static int make_plan(struct unbound *unbound, const struct unbound_settings *settings,
                     struct error *error)
{
    static const char packaged[] = "/usr/share/dns/root.key";
    const char *anchor = settings->trust_anchor != NULL ? settings->trust_anchor : packaged;
    unbound_plan_machine(settings->threads, settings->max_in_flight, &unbound->plan);
    if (anchor == packaged && access(packaged, R_OK) != 0)
        return error_set(error,
                         "%s: no trust anchor for the root: install it (apt-get install "
                         "dns-root-data), or give one (--trust-anchor FILE)",
                         packaged);
    if (find_file(anchor, "the trust anchor", "\n\"", &unbound->trust_anchor, error) != 0 ||
        find_file(settings->root_hints, "the root hints", "\n\"", &unbound->root_hints, error) !=
            0 ||
        find_file(settings->include, "the further configuration", "\n\"*?[{~", &unbound->include,
                  error) != 0)
        return -1;
    unbound->plan.trust_anchor = unbound->trust_anchor;
    unbound->plan.root_hints = unbound->root_hints;
    unbound->plan.include = unbound->include;
    return 0;
}

/* It needs no right of root's.  Where it could not read what it was given it stays root, which
 * run_info says. */
static void find_user(struct unbound *unbound)
{
    static const char *const names[] = {"unbound", "nobody", NULL};
    const char *const files[] = {unbound->trust_anchor, unbound->root_hints, unbound->include};
    unbound->has_user = process_find_user(names, &unbound->user) &&
                        process_user_reads(&unbound->user, files, sizeof files / sizeof *files);
}

struct unbound *unbound_start(uv_loop_t *loop, const struct unbound_settings *settings,
                              struct error *error)
{
    struct unbound *unbound = calloc(1, sizeof *unbound);
    int result = -1;
    if (unbound == NULL) {
        error_set(error, "out of memory");
        return NULL;
    }
    unbound->loop = loop;
    unbound->config = unbound->log_read = unbound->log_write = -1;
    if (unbound_program_find(settings->program, &unbound->program, error) != 0 ||
        make_plan(unbound, settings, error) != 0 || open_parts(unbound, error) != 0)
        goto done;
    find_user(unbound);
    ask_algorithms(unbound);
    for (int try = 0; try < START_TRIES && result != 0; try++) {
        result = start_once(unbound, error);
        if (result != 0 && strstr(unbound->words.text, "already in use") == NULL)
            break;
    }
done:
    if (result != 0) {
        unbound_free(unbound);
        return NULL;
    }
    uv_poll_init(loop, &unbound->log, unbound->log_read);
    uv_timer_init(loop, &unbound->watch);
    unbound->log.data = unbound->watch.data = unbound;
    uv_poll_start(&unbound->log, UV_READABLE, on_log);
    uv_timer_start(&unbound->watch, on_watch, WATCH_MS, WATCH_MS);
    return unbound;
}

const struct sockaddr *unbound_address(const struct unbound *unbound)
{
    return (const struct sockaddr *)&unbound->address;
}

const char *unbound_version(const struct unbound *unbound)
{
    return unbound->program.version;
}

const char *unbound_libraries(const struct unbound *unbound)
{
    return unbound->program.libraries;
}

const char *unbound_policy(const struct unbound *unbound)
{
    return unbound->policy;
}

/* The first line of a file of its process; "" where there is none. */
static void read_of_process(const struct unbound *unbound, const char *name,
                            char ret[UNBOUND_PLACE_MAX])
{
    char path[64];
    ret[0] = '\0';
    snprintf(path, sizeof path, "/proc/%d/%s", (int)unbound->pid, name);
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    ssize_t got = fd >= 0 ? read(fd, ret, UNBOUND_PLACE_MAX - 1) : -1;
    if (fd >= 0)
        close(fd);
    ret[got > 0 ? got : 0] = '\0';
    ret[strcspn(ret, "\n")] = '\0';
}

void unbound_place(const struct unbound *unbound, char ret_user[UNBOUND_PLACE_MAX],
                   char ret_confinement[UNBOUND_PLACE_MAX])
{
    char path[64];
    struct stat status;
    snprintf(path, sizeof path, "/proc/%d", (int)unbound->pid);
    const struct passwd *user = stat(path, &status) == 0 ? getpwuid(status.st_uid) : NULL;
    snprintf(ret_user, UNBOUND_PLACE_MAX, "%s", user != NULL ? user->pw_name : "not known");
    read_of_process(unbound, "attr/current", ret_confinement);
    if (ret_confinement[0] == '\0' || strcmp(ret_confinement, "unconfined") == 0)
        snprintf(ret_confinement, UNBOUND_PLACE_MAX, "none");
}

bool unbound_validation(const struct unbound *unbound, struct unbound_validation *ret)
{
    char *checkconf = unbound_check_find(unbound->program.path);
    if (checkconf == NULL)
        return false;
    unbound_check_validation(checkconf, unbound->config_path, unbound->config, ret);
    free(checkconf);
    return true;
}

const struct unbound_algorithms *unbound_refused(const struct unbound *unbound)
{
    return unbound->refused_known ? &unbound->refused : NULL;
}

int unbound_restarts(const struct unbound *unbound)
{
    return unbound->restarts;
}

static void on_handle_closed(uv_handle_t *handle)
{
    struct unbound *unbound = handle->data;
    if (--unbound->open_handles == 0)
        unbound->closed(unbound->closed_context);
}

void unbound_stop(struct unbound *unbound, void (*closed)(void *context), void *context)
{
    assert(unbound->open_handles == 0);
    if (unbound->pid != 0)
        process_kill(unbound->pid); /* it has nothing to save */
    unbound->pid = 0;
    unbound->closed = closed;
    unbound->closed_context = context;
    unbound->open_handles = 2;
    uv_close((uv_handle_t *)&unbound->log, on_handle_closed);
    uv_close((uv_handle_t *)&unbound->watch, on_handle_closed);
}

void unbound_free(struct unbound *unbound)
{
    if (unbound == NULL)
        return;
    const int files[] = {unbound->config, unbound->log_read, unbound->log_write};
    for (unsigned i = 0; i < sizeof files / sizeof *files; i++) {
        if (files[i] >= 0)
            close(files[i]);
    }
    unbound_program_free(&unbound->program);
    free(unbound->trust_anchor);
    free(unbound->root_hints);
    free(unbound->include);
    free(unbound);
}
