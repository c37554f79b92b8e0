#include "crawler/net/resolver/unbound_check.h"

#include "crawler/net/resolver/process.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum {
    OUTPUT_MAX = 16384,
};

static const char *const validation_options[] = {
    "module-config",     "trust-anchor-file", "trust-anchor",           "auto-trust-anchor-file",
    "trusted-keys-file", "domain-insecure",   "val-permissive-mode",    "val-override-date",
    "val-sig-skew-min",  "val-sig-skew-max",  "harden-dnssec-stripped", "harden-algo-downgrade",
    "disable-edns-do", /* without DO no signatures come */
    "ignore-cd-flag",  /* then bogus and servfail look the same */
};

char *unbound_check_find(const char *program)
{
    char *path, *beside;
    if (asprintf(&beside, "%s-checkconf", program) < 0)
        return NULL;
    path = process_find(beside);
    free(beside);
    return path != NULL ? path : process_find("unbound-checkconf");
}

bool unbound_check_algorithms(const char *checkconf, struct unbound_algorithms *ret)
{
    char text[UNBOUND_CONFIG_MAX], output[OUTPUT_MAX], path[32];
    bool known = false;
    int config = process_memory_file("algorithms.conf", false);
    unbound_algorithms_config(text);
    snprintf(path, sizeof path, "/proc/self/fd/%d", config);
    const char *const argv[] = {checkconf, path, NULL};
    if (config >= 0 && process_write(config, text, strlen(text)) &&
        process_run(argv, config, output, sizeof output) == 0)
        known = unbound_algorithms_read(output, ret);
    if (config >= 0)
        close(config);
    return known;
}

/* false: there is no room */
static bool add_octet(char ret[UNBOUND_OPTION_MAX], size_t *used, char octet)
{
    static const char more[] = "...";
    if (*used == UNBOUND_OPTION_MAX - sizeof more) {
        memcpy(ret + *used, more, sizeof more);
        return false;
    }
    ret[(*used)++] = octet >= 0x20 && octet < 0x7f ? octet : '?';
    ret[*used] = '\0';
    return true;
}

void unbound_check_read(const char *output, char ret[UNBOUND_OPTION_MAX])
{
    size_t used = 0;
    ret[0] = '\0';
    while (*output != '\0') {
        size_t length = strcspn(output, "\n");
        bool said = length > 0 && *output != '['; /* its log: `[time] unbound-checkconf[...` */
        if (said && used > 0 && (!add_octet(ret, &used, ',') || !add_octet(ret, &used, ' ')))
            return;
        for (size_t i = 0; said && i < length; i++) {
            if (!add_octet(ret, &used, output[i]))
                return;
        }
        output += length + (output[length] == '\n');
    }
}

/* "": it has no value, or this version does not know it */
static void ask_option(const char *checkconf, const char *path, int config, const char *option,
                       char ret[UNBOUND_OPTION_MAX])
{
    char output[OUTPUT_MAX];
    const char *const argv[] = {checkconf, "-o", option, path, NULL};
    ret[0] = '\0';
    if (process_run(argv, config, output, sizeof output) == 0)
        unbound_check_read(output, ret);
}

void unbound_check_validation(const char *checkconf, const char *path, int config,
                              struct unbound_validation *ret)
{
    char value[UNBOUND_OPTION_MAX];
    size_t used = 0;
    ret->options[0] = '\0';
    ask_option(checkconf, path, config, "val-nsec3-keysize-iterations", ret->nsec3_iterations);
    for (unsigned i = 0; i < sizeof validation_options / sizeof *validation_options; i++) {
        ask_option(checkconf, path, config, validation_options[i], value);
        if (*value != '\0' && used < sizeof ret->options)
            used += (size_t)snprintf(ret->options + used, sizeof ret->options - used, "%s%s: %s",
                                     used > 0 ? "; " : "", validation_options[i], value);
    }
}
