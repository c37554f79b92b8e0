#include "crawler/survey/versions.h"

#include <archive.h>
#include <ares.h>
#include <curl/curl.h>
#include <idn2.h>
#include <libpsl.h>
#include <openssl/crypto.h>
#include <sqlite3.h>
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

int versions_note(struct store *store, struct error *error)
{
    for (const struct version *version = versions_all(); version->key != NULL; version++) {
        if (store_set_info(store, version->key, version->text, error) != 0)
            return -1;
    }
    return 0;
}
