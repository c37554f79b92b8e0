#include "crawler/survey/validation.h"

#include "crawler/base/interrupt.h"
#include "crawler/survey/resolver.h"

#include <stdlib.h>
#include <string.h>

enum {
    FIRST_MS = 5000,     /* a resolver may have to ask others for the root's keys */
    FIRST_ALL_MS = 8000, /* and all of them have together */
    AGAIN_MS = 500,
};

#define KEY "resolver_validates"

static const char *word(const struct validation *validation)
{
    if (validation->yes && validation->no)
        return "not always";
    return validation->no ? "no" : "yes";
}

static void see(struct validation *validation, enum first_look look)
{
    validation->yes |= look == LOOK_WELL;
    validation->no |= look == LOOK_NOT_VALIDATING;
}

/* What the parts of the run before this one have seen. */
static void recall(struct validation *validation)
{
    char *before = store_get_info(validation->store, KEY);
    if (before != NULL) {
        validation->yes |= strcmp(before, "no") != 0;
        validation->no |= strcmp(before, "yes") != 0;
    }
    free(before);
}

static int note(const struct validation *validation, struct error *error)
{
    return store_set_info(validation->store, KEY, word(validation), error);
}

int validation_begin(struct validation *validation, struct error *error)
{
    const struct settings *settings = validation->settings;
    unsigned patience_ms = FIRST_MS, silent = 0;
    recall(validation);
    if (settings->resolver_count == 0)
        validation->yes = true;
    else if (FIRST_ALL_MS / settings->resolver_count < patience_ms)
        patience_ms = FIRST_ALL_MS / settings->resolver_count;
    for (unsigned i = 0; i < settings->resolver_count; i++) {
        struct error line;
        enum first_look look = resolver_look(settings, i, patience_ms, &line);
        if (interrupt_count() > 0) /* which cuts a look short */
            return 1;
        silent += look == LOOK_SILENT;
        if (look == LOOK_NOT_RECURSING || silent == settings->resolver_count) {
            *error = line;
            return -1;
        }
        /* what is not shown at the start is not believed */
        see(validation, look == LOOK_UNPROVEN ? LOOK_NOT_VALIDATING : look);
        if (look != LOOK_WELL)
            validation->say(validation->context, line.text);
    }
    return note(validation, error);
}

int validation_again(struct validation *validation, struct error *error)
{
    bool held = validation_holds(validation);
    for (unsigned i = 0; i < validation->settings->resolver_count; i++) {
        struct error line;
        see(validation, resolver_look(validation->settings, i, AGAIN_MS, &line));
        if (held && !validation_holds(validation)) {
            validation->say(validation->context, line.text);
            validation->say(validation->context,
                            "it did before: every DNSSEC status of this run is indeterminate");
            held = false;
        }
    }
    return note(validation, error);
}

bool validation_holds(const struct validation *validation)
{
    return !validation->no;
}
