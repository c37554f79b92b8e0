/* probe.c - `mxsurvey doctor --probe`: can mail hosts be met from here? */
#include "crawler/cli/cli.h"

#include "crawler/core/address.h"
#include "crawler/core/words.h"
#include "crawler/probe/helo.h"
#include "crawler/probe/session.h"

#include <signal.h>
#include <stdio.h>
#include <string.h>

enum {
    ADDRESSES_MAX = 16
};

struct look {
    struct session_result result;
    bool connected;
};

static void on_connected(void *context)
{
    ((struct look *)context)->connected = true;
}

static void on_ended(void *context, const struct session_result *result)
{
    ((struct look *)context)->result = *result;
    ((struct look *)context)->result.chain = NULL; /* not ours */
}

/* Meets the host at this address; -1 with error: OpenSSL or the loop. */
static int meet(const struct options *options, const struct name *server,
                const struct probes_address *address, struct look *ret, struct error *error)
{
    static const struct session_voice voice = {.connected = on_connected, .ended = on_ended};
    uv_loop_t loop;
    int code = uv_loop_init(&loop);
    if (code != 0)
        return error_set(error, "cannot start the event loop: %s", uv_strerror(code));
    struct sessions *sessions =
        sessions_new(&loop, options->meeting.helo, &session_limits_usual, error);
    *ret = (struct look){.connected = false};
    if (sessions != NULL) {
        signal(SIGPIPE, SIG_IGN); /* of a server that goes away; not of who reads what we print */
        session_begin(sessions, address, SMTP_PORT, server, &voice, ret);
        uv_run(&loop, UV_RUN_DEFAULT);
        signal(SIGPIPE, SIG_DFL);
    }
    sessions_free(sessions);
    uv_loop_close(&loop);
    return sessions != NULL ? 0 : -1;
}

static void print_finding(bool ok, const char *name, const char *text)
{
    printf("  %-8s %-15s %s\n", ok ? "ok" : "ERROR", name, text);
}

static void describe(const struct look *look, const char *address, struct error *ret)
{
    const struct session_result *result = &look->result;
    if (!look->connected)
        error_set(ret, "no connection to %s: %s; a provider that closes it opens it on request",
                  address, probe_outcome_word(result->outcome));
    else
        error_set(ret, "%s takes connections; what came of it: %s (%s)", address,
                  probe_outcome_word(result->outcome), probe_phase_word(result->phase));
}

static bool look_at_address(const struct options *options, const struct name *server,
                            const struct probes_address *address, bool *ret_names_agree,
                            struct error *error)
{
    char text[ADDRESS_TEXT_MAX];
    struct probes_address ours;
    struct look look;
    struct error line = {""};
    address_to_text(address->family, address->octets, text);
    if (!session_route(address, &ours)) {
        error_set(&line, "no way from here to %s", text);
        print_finding(false, "port 25", line.text);
        return false;
    }
    if (meet(options, server, address, &look, error) != 0)
        return false;
    describe(&look, text, &line);
    print_finding(look.connected, "port 25", line.text);
    *ret_names_agree =
        helo_check(options->meeting.helo, &ours, settings_resolver(&options->settings), &line) == 0;
    if (*ret_names_agree)
        error_set(&line, "%s is the reverse name of this machine's address, and points back to it",
                  options->meeting.helo);
    print_finding(*ret_names_agree, "names", line.text);
    return look.connected;
}

int cli_doctor_probe(const struct options *options)
{
    const struct meeting_options *meeting = &options->meeting;
    struct probes_address addresses[ADDRESSES_MAX];
    struct name server;
    struct error error = {""};
    bool names_agree = true, is_open = false;
    if (meeting->helo == NULL || meeting->to == NULL)
        return cli_fail(STATUS_USAGE,
                        "doctor: --probe needs --helo NAME and --to HOST; see mxsurvey doctor "
                        "--help");
    if (!name_from_text(meeting->to, strlen(meeting->to), &server))
        name_from_text(".", 1, &server);
    int count = helo_addresses(meeting->to, settings_resolver(&options->settings), addresses,
                               ADDRESSES_MAX, &error);
    if (count < 0)
        return cli_fail(STATUS_ERROR, error.text);
    printf("%s\n", meeting->to);
    uint8_t family = 0; /* of each family one */
    for (int i = 0; i < count; i++) {
        if (addresses[i].family == family)
            continue;
        family = addresses[i].family;
        bool agree = true; /* where there is no way, probe has no name to say */
        is_open |= look_at_address(options, &server, &addresses[i], &agree, &error);
        names_agree &= agree;
        if (error.text[0] != '\0')
            return cli_fail(STATUS_ERROR, error.text);
    }
    printf("%s to meet mail hosts\n", is_open && names_agree ? "fit" : "NOT fit");
    return is_open && names_agree ? STATUS_DONE : STATUS_ERROR;
}
