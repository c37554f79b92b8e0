#include "crawler/survey/versions.h"

#include <archive.h>
#include <ares.h>
#include <curl/curl.h>
#include <idn2.h>
#include <libpsl.h>
#include <openssl/crypto.h>
#include <sqlite3.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <uv.h>

const struct version *versions_all(void)
{
    static struct version versions[10];
    versions[0] = (struct version){"version.mxsurvey", MXSURVEY_VERSION};
    versions[1] = (struct version){"version.libuv", uv_version_string()};
    versions[2] = (struct version){"version.c-ares", ares_version(NULL)};
    versions[3] = (struct version){"version.sqlite", sqlite3_libversion()};
    versions[4] = (struct version){"version.openssl", OpenSSL_version(OPENSSL_VERSION_STRING)};
    versions[5] = (struct version){"version.libarchive", archive_version_string()};
    versions[6] = (struct version){"version.libidn2", idn2_check_version(NULL)};
    versions[7] = (struct version){"version.libpsl", psl_get_version()};
    versions[8] = (struct version){"version.libcurl", curl_version_info(CURLVERSION_NOW)->version};
    versions[9] = (struct version){0};
    return versions;
}

static bool is_among(const char *value, const char *all)
{
    size_t length = strlen(value);
    for (const char *found = all; (found = strstr(found, value)) != NULL; found++) {
        bool begins = found == all || (found - all >= 2 && memcmp(found - 2, "; ", 2) == 0);
        if (begins && (found[length] == '\0' || strncmp(found + length, "; ", 2) == 0))
            return true;
    }
    return false;
}

int versions_add(struct store *store, const char *key, const char *value, struct error *error)
{
    char *before = store_get_info(store, key), *all = NULL;
    int result;
    if (before == NULL)
        result = store_set_info(store, key, value, error);
    else if (is_among(value, before))
        result = 0;
    else if (asprintf(&all, "%s; %s", before, value) < 0)
        result = error_set(error, "cannot note versions: no memory");
    else
        result = store_set_info(store, key, all, error);
    free(all);
    free(before);
    return result;
}

int versions_note(struct store *store, struct error *error)
{
    for (const struct version *version = versions_all(); version->key != NULL; version++) {
        if (versions_add(store, version->key, version->text, error) != 0)
            return -1;
    }
    return 0;
}
